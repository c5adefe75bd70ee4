"""The pages behind a mail's own links: leaving a digest, and choosing what to get. Looking changes nothing; sending does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from listener.core.links import NOBODY
from listener.core.mail import EVERY, Choice
from listener.core.ports import Archive
from listener.core.signing import Expired, Forged, Purpose, unseal
from listener.core.values import dataclass
from listener.web.dressing import Dressing
from listener.web.words import EXPIRED, FORGED

ASKED = "asked"  # the reason of a choice that a person made
_LARGEST = 4096  # bytes of a form: ours have a few words
_LANGUAGES = ("", "nl", "en")
_WANTS = {"this": (True, True), "none": (False, True), "nothing": (False, False)}


@dataclass(frozen=True, slots=True)
class Held:
    """Whose link it is: a digest's key and an address; both "" for a link of a preview."""

    digest: str
    address: str

    @property
    def masked(self) -> str:
        """The address as a page may show it to whoever has the link."""
        local, _, domain = self.address.rpartition("@")
        return f"{local[:2]}…@{domain}" if local else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribing:
    """Leaving and choosing. No cookie, no log-in, no redirect: whoever holds the link is its reader, as RFC 8058 wants it."""

    archive: Archive
    dressing: Dressing
    clock: Callable[[], datetime]
    secret: bytes

    def unsubscribe(self, request: Request) -> Response:
        """The page with the button that ends a digest."""
        held = self._held(request, Purpose.UNSUBSCRIBE)
        return self.dressing.page(request, "unsubscribe.html.j2", held=held, choice=self._choice(held), done=False)

    async def unsubscribe_now(self, request: Request) -> Response:
        """End the digest: by the button, or by a mail program's one click (RFC 8058 section 3.1). Twice is once."""
        return await run_in_threadpool(self._leave, request, await form_of(request))

    def _leave(self, request: Request, form: Mapping[str, str]) -> Response:
        held = self._held(request, Purpose.UNSUBSCRIBE)
        self._choose(held, Choice(active=False, language=self._choice(held).language, reason=ASKED))
        if form.get("List-Unsubscribe") == "One-Click":
            return PlainTextResponse("unsubscribed")
        return self.dressing.page(request, "unsubscribe.html.j2", held=held, choice=Choice(active=False), done=True)

    def preferences(self, request: Request) -> Response:
        """The page on which a reader chooses."""
        held = self._held(request, Purpose.PREFERENCES)
        return self.dressing.page(request, "preferences.html.j2", held=held, **self._state(held), saved=False)

    async def preferences_now(self, request: Request) -> Response:
        """Keep what a reader chose."""
        return await run_in_threadpool(self._keep, request, await form_of(request))

    def _keep(self, request: Request, form: Mapping[str, str]) -> Response:
        held = self._held(request, Purpose.PREFERENCES)
        wants, language = form.get("mail", ""), form.get("language", "")
        if wants not in _WANTS or language not in _LANGUAGES:
            raise HTTPException(400)
        this, any_ = _WANTS[wants]
        self._choose(held, Choice(active=this, language=language, reason=ASKED))
        self._choose(Held(EVERY if held.digest else "", held.address), Choice(active=any_, reason=ASKED))
        return self.dressing.page(request, "preferences.html.j2", held=held, **self._state(held), saved=True)

    def _state(self, held: Held) -> dict[str, Any]:
        own, everything = self._choice(held), self.archive.choices(EVERY, [held.address]).get(held.address, Choice())
        wants = "nothing" if not everything.active else "this" if own.active else "none"
        return {"wants": wants, "language": own.language, "languages": _LANGUAGES}

    def _choice(self, held: Held) -> Choice:
        return self.archive.choices(held.digest, [held.address]).get(held.address, Choice())

    def _choose(self, held: Held, choice: Choice) -> None:
        if held.digest:
            self.archive.choose(held.digest, held.address, choice, self.clock())

    def _held(self, request: Request, purpose: Purpose) -> Held:
        return holder(request, self.archive, self.secret, purpose, self.clock())[0]


def holder(request: Request, archive: Archive, secret: bytes, purpose: Purpose, now: datetime) -> tuple[Held, int]:
    """Whose link an address is, and the second number in it; raises HTTPException, with words, for what is not ours or too old."""
    try:
        number, second = unseal(secret, purpose, request.path_params["token"], now)
    except Forged:
        raise HTTPException(404, FORGED) from None
    except Expired:
        raise HTTPException(410, EXPIRED) from None
    if number == NOBODY:
        return Held("", ""), second
    found = archive.delivery(number)
    if found is None:
        raise HTTPException(404, FORGED)
    return Held(*found), second


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a small form; one that is larger, or none, is refused or empty."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise HTTPException(413)
    try:
        return {name: values[-1] for name, values in parse_qs(body.decode("ascii"), max_num_fields=20).items()}
    except (UnicodeDecodeError, ValueError):
        return {}
