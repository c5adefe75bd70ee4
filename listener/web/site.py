"""The pages as one application: which address leads to which page, and what stands around them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from secrets import token_bytes
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from listener import __version__
from listener.core.errors import ListenerError
from listener.core.ports import Archive
from listener.web.addresses import PATHS, Addresses
from listener.web.asked import Malformed
from listener.web.dressing import Dressing
from listener.web.guard import Guard
from listener.web.labelling import Labelling
from listener.web.pages import Pages
from listener.web.proving import Proving
from listener.web.static import read_assets
from listener.web.subscribing import Subscribing

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def create_web(
    *,
    archive: Archive,
    language: str,
    timezone: str,
    clock: Callable[[], datetime],
    base_url: str,
    version: str = __version__,
    hosts: Iterable[str] = (),
    secret: bytes | None = None,
    evidence: Callable[[int], str | None] = lambda _: None,
) -> Starlette:
    """The pages for people.

    `language` is "nl" or "en"; `timezone` an IANA name: days and times are that zone's; `clock` gives the present, aware;
    `base_url` is how people reach the page. `secret` signed the links in mails; without it none of them is known. It answers to
    the host of `base_url`, to loopback's names and to `hosts`. `evidence` gives the page of a report by its number.
    """
    dressing = _dressing(language, timezone, base_url, version)
    pages = Pages(archive=archive, dressing=dressing, zone=ZoneInfo(timezone), clock=clock)
    key = secret or token_bytes(32)
    mail = Subscribing(archive=archive, dressing=dressing, clock=clock, secret=key)
    labelling = Labelling(archive=archive, dressing=dressing, zone=ZoneInfo(timezone), clock=clock, secret=key)
    app = Starlette(
        routes=[
            *[Route(path, getattr(pages, name), name=name) for name, path in PATHS.items() if hasattr(pages, name)],
            Route(PATHS["evidence"], Proving(clock=clock, secret=key, report=evidence).evidence, name="evidence"),
            *[
                Route(PATHS[name], getattr(room, name + suffix), name=name, methods=[method])
                for name, room in (("unsubscribe", mail), ("preferences", mail), ("label", labelling))
                for suffix, method in (("", "GET"), ("_now", "POST"))
            ],
        ],
        middleware=[Middleware(Guard, hosts={_host(base_url), *LOOPBACK, *hosts}, problem=pages.problem)],
        exception_handlers={HTTPException: pages.refused, Malformed: pages.malformed, ListenerError: pages.unavailable},
    )
    # A redirect to the address with or without its slash would be built from the Host header.
    app.router.redirect_slashes = False
    return app


@cache
def _dressing(language: str, timezone: str, base_url: str, version: str) -> Dressing:
    # It holds no state but its compiled templates, which are dear: whoever opens the pages twice in a process shares it.
    return Dressing(language=language, timezone=timezone, version=version, addresses=Addresses(base_url), assets=read_assets())


def _host(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return f"[{host}]" if ":" in host else host
