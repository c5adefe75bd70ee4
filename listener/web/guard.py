"""The one middleware around every page: whose name we answer to, who may come in, which headers go out, and no trace of a fault."""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from listener.core.access import NOBODY, Need, Visitor
from listener.core.errors import ListenerError
from listener.web.addresses import Addresses
from listener.web.needs import Rule
from listener.web.scoped import OutOfSight, asking
from listener.web.visiting import Visitors
from listener.web.words import FOREIGN, NOT_YOURS, OLD_FORM, SHARE_OVER, SIGN_IN_FIRST, STRANGER

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
# Pages on which people work have our own script besides; those that are read have none.
_WORKING = f"{HEADERS['Content-Security-Policy']}; script-src 'self'; connect-src 'self'"
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.ASCII)
_SAFE = frozenset({"GET", "HEAD"})
FORM = "form"  # the field that shows that a form is ours


class Problem(Protocol):
    """Makes the page that says no."""

    def __call__(self, request: Request, status: int, sentence: str = "", /) -> Response:
        """A page with this status; `sentence` takes the place of the usual one."""
        ...


class Guard:
    """Stands outside everything else, error pages included.

    Answers only to the names in `hosts` (compared whole, never in part), lets nobody reach a page whose need they do not meet (a
    page without a rule is refused to everybody), takes no form that did not come from a page of ours, sets HEADERS wherever a page
    sets none of its own, and turns an exception that nobody caught into a log entry and the page `problem` gives.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        rules: Mapping[str, Rule],
        visitors: Visitors,
        addresses: Addresses,
        problem: Problem,
        unavailable: Callable[[Request, Exception], Response],
    ) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.rules = rules
        self.visitors = visitors
        self.addresses = addresses
        self.problem = problem
        self.unavailable = unavailable
        self._ours = urlsplit(addresses.base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        request.state.visitor, request.state.rule = NOBODY, None
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _dress(MutableHeaders(scope=message), request.state.visitor, request.state.rule)
            await send(message)

        told = asking.set(NOBODY)
        try:
            answer, body = await self._admitted(request)
            await answer(scope, body, send_guarded)
        except OutOfSight:
            await self.problem(request, 404)(scope, receive, send_guarded)
        except ListenerError as fault:
            await self.unavailable(request, fault)(scope, receive, send_guarded)
        except Exception:
            # The path only: a query string may hold what is nobody's business.
            log.exception("%s %s failed", scope["method"], shown(scope["path"]))
            if begun:
                raise
            await self.problem(request, 500)(scope, receive, send_guarded)
        finally:
            asking.reset(told)

    async def _admitted(self, request: Request) -> tuple[ASGIApp, Receive]:
        """Who answers a request, and what it reads: the application where all is well, else a page that says no."""
        if not self.trusts(Headers(scope=request.scope).getlist("host")):
            return self.problem(request, 400, STRANGER), request.receive
        route, whole = _route(request.scope)
        rule = request.state.rule = self.rules.get(route.name) if route else None
        if route is not None and (rule is None or not rule.open):
            stranger = self.visitors.stranger(request)
            request.state.visitor = stranger or await run_in_threadpool(self.visitors.visitor, request)
            asking.set(request.state.visitor)
        refusal = self._refusal(request, route, rule, request.state.visitor)
        if refusal is not None:
            return refusal, request.receive
        if rule is not None and whole and not rule.signed and request.method not in _SAFE:
            return await self._form(request, rule, request.state.visitor)
        return self.app, request.receive

    def trusts(self, names: list[str]) -> bool:
        """Whether a request came to a name of ours: exactly one Host header, well-formed and known."""
        found = _HOST.fullmatch(names[0].lower()) if len(names) == 1 else None
        return found is not None and found["name"] in self.hosts

    def _refusal(self, request: Request, route: Route | None, rule: Rule | None, visitor: Visitor) -> Response | None:
        """What is answered instead of the page; None when the page may answer (or when there is none: that is no secret)."""
        if route is None:
            return None
        if rule is None:
            log.error("%s has no rule in listener.web.needs: it is refused to everybody", shown(request.url.path))
            return self.problem(request, 403, NOT_YOURS)
        if visitor.meets(rule.need):
            return None
        if visitor.meets_up_to is not Need.PUBLIC:
            return self.problem(request, 403, NOT_YOURS)
        if self.visitors.share_cookie in request.cookies:
            return self.problem(request, 410, SHARE_OVER)
        if request.method not in _SAFE or request.url.path.endswith(".json"):
            return self.problem(request, 401, SIGN_IN_FIRST)
        asked = self.addresses.prefix + quote(str(request.scope["path"])) + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(self.addresses.path("sign_in", {"next": asked}), 303)

    async def _form(self, request: Request, rule: Rule, visitor: Visitor) -> tuple[ASGIApp, Receive]:
        """The application with a form to be read again, or why it is not taken."""
        body = b""
        if not self._from_here(request.headers):
            return self.problem(request, 403, FOREIGN), request.receive
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > rule.largest:
            return self.problem(request, 413), request.receive
        async for piece in request.stream():
            body += piece
            if len(body) > rule.largest:
                return self.problem(request, 413), request.receive
        said = _said(body)
        if not visitor.form or not hmac.compare_digest(said.encode(errors="replace"), visitor.form.encode()):
            return self.problem(request, 403, OLD_FORM), request.receive
        told = False

        async def again() -> Message:
            nonlocal told
            if told:
                return {"type": "http.disconnect"}
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        return self.app, again

    def _from_here(self, headers: Headers) -> bool:
        """Whether a form was sent from a page of ours: what browsers say of it must agree, and one of them must say something."""
        origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
        if len(origins) > 1 or len(sites) > 1:
            return False
        if sites and sites[0] not in {"same-origin", "none"}:
            return False
        if not origins:
            return bool(sites)
        if origins[0] == "null":
            return sites == ["same-origin"]
        try:
            parts = urlsplit(origins[0])
        except ValueError:
            return False
        same_host = parts.scheme in {"http", "https"} and parts.netloc == headers["host"].lower()
        return same_host or (parts.scheme, parts.netloc) == (self._ours.scheme, self._ours.netloc)


def _route(scope: Scope) -> tuple[Route | None, bool]:
    """The page that an address leads to, and whether by this method."""
    partly: Route | None = None
    # The application's own table, so that a page which was added anywhere is met here.
    for route in scope["app"].routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            # What is no plain route (a mount, a web socket) has no name in the table, so its rule is missing.
            return route if isinstance(route, Route) else Route("/", _nowhere, name=""), True
        if match is Match.PARTIAL and partly is None and isinstance(route, Route):
            partly = route
    return partly, False


def _dress(headers: MutableHeaders, visitor: Visitor, rule: Rule | None) -> None:
    """The strict headers, wherever a page sets none of its own."""
    if visitor.edits:
        # With no-referrer, browsers send "Origin: null" with a page's own forms; this sends it to ourselves alone.
        headers["Referrer-Policy"] = "same-origin"
    if rule is not None and rule.need is Need.EDITOR:
        headers.setdefault("Content-Security-Policy", _WORKING)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


async def _nowhere(request: Request) -> Response:
    raise NotImplementedError(request.url.path)


def _said(body: bytes) -> str:
    try:
        return parse_qs(body.decode("ascii"), max_num_fields=500).get(FORM, [""])[-1]
    except (UnicodeDecodeError, ValueError):
        return ""


def shown(path: str) -> str:
    """A path as a log may hold it: what opens something by itself ends before its token."""
    for room in ("/mail/", "/share/", "/welcome/"):
        head, found, rest = path.partition(room)
        if found:
            return f"{head}{found}{rest.partition('/')[0]}/…" if room == "/mail/" else f"{head}{found}…"
    return path
