"""Getting warm: what the first reader would wait for is made before he comes.

Templates are compiled, a connection is opened, and the pages that people begin with are made once, in a thread of its own beside
the server, so that it answers from the first moment on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from listener.app.rubbish import seldom
from listener.core.access import Need, Visitor
from listener.core.errors import ListenerError
from listener.core.ports import Archive
from listener.web.dressing import Dressing
from listener.web.scoped import asking

log = logging.getLogger(__name__)

_MOST = 50  # brands whose pages are made; of more, the first readers wait as they would have
_OF_A_BRAND = ("brand", "mentions", "stories", "coverage", "themes", "digests")
_OF_ALL = ("overview", "compare", "sources")
# It is cut to nothing: what is made here is remembered, and shown to nobody.
_EVERYTHING = Visitor(meets_up_to=Need.READER, brands=None)


class Warming:
    """Makes pages ahead; `pages` by their names, as in the table of addresses."""

    def __init__(self, dressing: Dressing, archive: Archive, pages: dict[str, Callable[[Request], Response]]) -> None:
        self._dressing = dressing
        self._archive = archive
        self._pages = pages
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Begin, in a thread of its own that ends by itself, and with the program at the latest."""
        self._thread = threading.Thread(target=self.run, name="listener-warming", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until all is made that will be."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Make no further page."""
        self._stopped.set()

    def run(self) -> None:
        """Make them all, one after the other; a fault costs what is not made yet, and nobody else anything."""
        try:
            self._dressing.warm()
            brands = [one.key for one in self._archive.brands()][:_MOST]
            todo = [(name, {"key": key}) for key in brands for name in _OF_A_BRAND]
            digests = (self._digest(key) for key in brands)
            todo += [("digest", {"id": str(one)}) for one in [next((one for one in digests if one), 0)] if one]
            for name, parts in [(name, dict[str, str]()) for name in _OF_ALL] + todo:
                if self._stopped.is_set():
                    return
                # A page's context is its own, as in the server.
                copy_context().run(self._make, name, parts)
            # All that stays is there by now: to look through it for rubbish again and again made one answer in fifty wait.
            seldom()
        except ListenerError as fault:
            log.info("not all pages could be made ahead: %s", fault)
        except Exception:
            log.exception("not all pages could be made ahead")

    def _digest(self, brand: str) -> int:
        """A brand's latest digest, 0 where it has none: mails have templates of their own."""
        return next((number for number, _ in self._archive.kept_digests(brand, limit=1)), 0)

    def _make(self, name: str, parts: dict[str, str]) -> None:
        asking.set(_EVERYTHING)
        path = self._dressing.addresses.path(name, **parts)
        self._pages[name](
            Request(
                {
                    "type": "http",
                    "method": "GET",
                    "path": path,
                    "query_string": b"",
                    "headers": [],
                    "path_params": parts,
                    "state": {"visitor": _EVERYTHING},
                }
            )
        )


def warm(web: Starlette) -> Warming:
    """Begin to make the pages of `create_web` ahead."""
    warming: Warming = web.state.warming
    warming.begin()
    return warming
