"""The one middleware around every page: whose name we answer to, which headers go out, and no trace when something breaks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from listener.web.words import STRANGER

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.ASCII)


class Problem(Protocol):
    """Makes the page that says no."""

    def __call__(self, request: Request, status: int, sentence: str = "", /) -> Response:
        """A page with this status; `sentence` takes the place of the usual one."""
        ...


class Guard:
    """Stands outside everything else, error pages included.

    Answers only to the names in `hosts` (compared whole, never in part), sets HEADERS wherever a page sets none of its own, and
    turns an exception that nobody caught into a log entry and the page `problem` gives. Default-deny sign-in will stand here too.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], problem: Problem) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        if not self.trusts(Headers(scope=scope).getlist("host")):
            await self.problem(request, 400, STRANGER)(scope, receive, send_guarded)
            return
        try:
            await self.app(scope, receive, send_guarded)
        except Exception:
            # The path only: a query string may hold what is nobody's business.
            log.exception("%s %s failed", scope["method"], shown(scope["path"]))
            if begun:
                raise
            await self.problem(request, 500)(scope, receive, send_guarded)

    def trusts(self, names: list[str]) -> bool:
        """Whether a request came to a name of ours: exactly one Host header, well-formed and known."""
        found = _HOST.fullmatch(names[0].lower()) if len(names) == 1 else None
        return found is not None and found["name"] in self.hosts


def shown(path: str) -> str:
    """A path as a log may hold it: a mail's own link is a key, and ends before its token."""
    head, mail, rest = path.partition("/mail/")
    return f"{head}{mail}{rest.partition('/')[0]}/…" if mail else path
