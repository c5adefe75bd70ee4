"""Getting in and out: the sign-in page, the page behind a one-time link, and the link that was shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route

from listener.core.access import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    SIGNED_IN,
    Editor,
    Standing,
    Visitor,
    fit_name,
    fit_password,
    same_name,
)
from listener.core.deeds import Deed
from listener.core.ports import Archive
from listener.core.text import tidy
from listener.core.values import dataclass
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.passwords import Passwords
from listener.web.visiting import Visitors, digest_of, new_word
from listener.web.words import SHARE_OVER, SPENT, WELCOME

# An address that guesses waits longer and longer; an account only a little, or anyone could keep its owner out.
_LONGEST_BY_ADDRESS, _LONGEST_BY_NAME = timedelta(minutes=15), timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """The door."""

    archive: Archive
    dressing: Dressing
    clock: Callable[[], datetime]
    visitors: Visitors
    passwords: Passwords

    def sign_in(self, request: Request) -> Response:
        """The page that asks for name and password; who is in already goes on."""
        if request.state.visitor.edits:
            return self._onward(request, request.query_params.get("next", ""))
        unknown = self.visitors.named_by_proxy(request)
        return self._sign_in_page(request, onward=request.query_params.get("next", ""), unknown=tidy(unknown)[:100])

    async def sign_in_now(self, request: Request) -> Response:
        """Let somebody in."""
        return await run_in_threadpool(self._enter, request, await fields_of(request))

    def _enter(self, request: Request, form: Mapping[str, str]) -> Response:
        name, password, now = form.get("name", "").strip(), form.get("password", ""), self.clock()
        account = f"name {digest_of(same_name(name)).hex()[:40]}"
        keys = {self.visitors.address(request): _LONGEST_BY_ADDRESS, account: _LONGEST_BY_NAME}
        until = self.archive.try_now(keys, now)
        if until is not None:
            wait = max(1, int((until - now).total_seconds()) + 1)
            answer = self._sign_in_page(request, name=name, onward=form.get("next", ""), wait=wait, status=429)
            answer.headers["Retry-After"] = str(wait)
            return answer
        known = self.archive.editor(name) if fit_name(name) else None
        right = self.passwords.right(password[:LONGEST_PASSWORD], known[1] if known else None)
        if known is None or not right:
            return self._sign_in_page(request, name=name, onward=form.get("next", ""), wrong=True, status=403)
        self.archive.forgive(list(keys))
        if self.passwords.outdated(known[1]):
            self.archive.renew_password(known[0].id, self.passwords.hashed(password))
        return self._let_in(known[0], self._onward(request, form.get("next", "")), now)

    async def sign_out_now(self, request: Request) -> Response:
        """End the session, wherever its cookie may be by now."""
        word = request.cookies.get(self.visitors.session_cookie, "")
        if word:
            await run_in_threadpool(self.archive.end_session, digest_of(word))
        answer = RedirectResponse(self.dressing.addresses.path("sign_in"), 303)
        for name in (self.visitors.session_cookie, self.visitors.share_cookie):
            self.visitors.clear(answer, name)
        return answer

    def welcome(self, request: Request) -> Response:
        """The page on which a one-time link is used: looking uses nothing up, since mail scanners look too."""
        return self._welcome_page(request)

    async def welcome_now(self, request: Request) -> Response:
        """Set a password, and let its owner in."""
        return await run_in_threadpool(self._accept, request, await fields_of(request))

    def _accept(self, request: Request, form: Mapping[str, str]) -> Response:
        word, now = digest_of(request.path_params["token"]), self.clock()
        invited = self.archive.invitation(word, now)
        if invited is None:
            raise HTTPException(410, SPENT)
        name = invited.name or tidy(form.get("name", ""))
        password, again = form.get("password", ""), form.get("again", "")
        fault = "name" if not fit_name(name) else ""
        fault = fault or ("password" if not fit_password(password, name) else "")
        fault = fault or ("again" if password != again else "")
        if not fault:
            editor = self.archive.accept(word, name, self.passwords.hashed(password), now)
            if editor is not None:
                what = "password set" if invited.name else "editor added"
                self.archive.note(Deed(who=editor.name, what=what, subject=editor.name, at=now))
                return self._let_in(editor, self._onward(request, ""), now)
            fault = "taken"
        return self._welcome_page(request, name=name, fault=fault, status=422)

    def _let_in(self, editor: Editor, answer: Response, now: datetime) -> Response:
        """A new word for each session, so that nobody can have planted it."""
        word = new_word()
        self.archive.begin_session(digest_of(word), editor.id, until=now + SIGNED_IN, now=now)
        self.visitors.set(answer, self.visitors.session_cookie, word, SIGNED_IN)
        for name in (self.visitors.share_cookie, self.visitors.door_cookie):
            self.visitors.clear(answer, name)
        return answer

    def shared(self, request: Request) -> Response:
        """Open a shared link: from here on, its cookie shows what may be read."""
        token = request.path_params["token"]
        share, now = self.visitors.share_of(token), self.clock()
        if share is None:
            raise HTTPException(404, SPENT)
        if share.standing(now) is not Standing.OPEN:
            raise HTTPException(410, SHARE_OVER)
        if request.method == "GET":
            self.archive.shared(share.id, now, used=True)
        answer = RedirectResponse(self.dressing.addresses.path("brand", key=share.brand), 303)
        self.visitors.set(answer, self.visitors.share_cookie, token, share.expires_at - now)
        return answer

    def _sign_in_page(
        self,
        request: Request,
        *,
        name: str = "",
        onward: str = "",
        wait: int = 0,
        status: int = 200,
        wrong: bool = False,
        unknown: str = "",
    ) -> Response:
        known = {"wrong": wrong, "wait": wait, "unknown": unknown, "name": name[:100]}
        onward = onward if self._leads_in(request, onward) else ""
        return self._with_door(request, "sign_in.html.j2", status, onward=onward, **known)

    def _welcome_page(self, request: Request, *, name: str = "", fault: str = "", status: int = 200) -> Response:
        invited = self.archive.invitation(digest_of(request.path_params["token"]), self.clock())
        if invited is None:
            raise HTTPException(410, SPENT)
        words = WELCOME[fault] if fault else ""
        return self._with_door(
            request, "welcome.html.j2", status, invited=invited, name=name, fault=fault, words=words, shortest=SHORTEST_PASSWORD
        )

    def _with_door(self, request: Request, template: str, status: int, **values: object) -> Response:
        """A page with a form for somebody who has no session: its form is tied to a cookie of their own."""
        visitor: Visitor = request.state.visitor
        made = "" if visitor.form else new_word()
        if made:
            request.state.visitor = replace(visitor, form=self.visitors.form_word(made))
        answer = self.dressing.page(request, template, status, **values)
        if made:
            self.visitors.set(answer, self.visitors.door_cookie, made)
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer

    def _onward(self, request: Request, wanted: str) -> Response:
        return RedirectResponse(wanted if self._leads_in(request, wanted) else self.dressing.addresses.path("overview"), 303)

    def _leads_in(self, request: Request, wanted: str) -> bool:
        """Whether an address is a page of ours that can be looked at: nothing else is ever redirected to."""
        prefix = self.dressing.addresses.prefix
        if (
            not wanted.startswith(f"{prefix}/")
            or not wanted.isprintable()
            or not wanted.isascii()
            or "\\" in wanted
            or len(wanted) > 2000
        ):
            return False
        try:
            parts = urlsplit(wanted)
        except ValueError:
            return False
        if parts.scheme or parts.netloc or wanted.removeprefix(prefix).startswith("//"):
            return False
        scope = {"type": "http", "method": "GET", "path": unquote(parts.path.removeprefix(prefix)), "root_path": "", "headers": []}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes if isinstance(route, Route))
