"""Who asks: told by a session's cookie, a reverse proxy's word, or a shared link's cookie, in this order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from listener.core.access import NOBODY, Editor, Need, Share, ShareState, Visitor
from listener.core.ports import Archive
from listener.core.signing import Expired, Forged, Purpose, unseal

_LARGEST = 2**63 - 1  # what a database can hold


class Visitors:
    """Knows visitors, and gives them their cookies.

    `secret` signs; `open_to_readers` lets anyone read everything; in `proxies` stand the addresses or networks of reverse proxies:
    only from them the header `user_header` names an editor, and X-Forwarded-For says who is behind them.
    """

    def __init__(
        self,
        *,
        archive: Archive,
        secret: bytes,
        clock: Callable[[], datetime],
        base_url: str,
        open_to_readers: bool = False,
        proxies: Iterable[str] = (),
        user_header: str = "",
    ) -> None:
        parts = urlsplit(base_url)
        self.archive = archive
        self.secret = secret
        self.clock = clock
        self.secure = parts.scheme == "https"
        self.path = "/" if self.secure else (parts.path.rstrip("/") or "/")
        # A browser takes a __Host- cookie only over https, for the whole host and from the host itself.
        prefix = "__Host-" if self.secure else ""
        self.session_cookie, self.share_cookie, self.door_cookie = (
            f"{prefix}listener-{name}" for name in ("session", "share", "door")
        )
        self._everything = NOBODY if not open_to_readers else Visitor(meets_up_to=Need.READER, brands=None)
        self._proxies = tuple(ipaddress.ip_network(one) for one in proxies)
        self._user_header = user_header

    def stranger(self, request: Request) -> Visitor | None:
        """Who asks, where they bring nothing that could say so; None where the archive must be asked."""
        return None if request.cookies or (self._user_header and self._user_header in request.headers) else self._everything

    def visitor(self, request: Request) -> Visitor:
        """Who asks; reads the archive. Raises StorageError."""
        word = request.cookies.get(self.session_cookie, "")
        if word and (editor := self.archive.session(digest_of(word), self.clock())) is not None:
            return self._editor(editor, self.form_word(word))
        if name := self.named_by_proxy(request):
            known = self.archive.editor(name)
            if known is not None:
                return self._editor(known[0], self.form_word(f"proxy {known[0].id}"))
        form = self.form_word(door) if (door := request.cookies.get(self.door_cookie, "")) else ""
        if (share := self.share_of(request.cookies.get(self.share_cookie, ""))) and share.standing(self.clock()) is ShareState.OPEN:
            return Visitor(
                meets_up_to=Need.READER,
                brands=frozenset({share.brand}),
                since=share.since,
                until=share.until,
                share=share,
                form=form,
            )
        return replace(self._everything, form=form)

    def _editor(self, editor: Editor, form: str) -> Visitor:
        brands = frozenset(editor.brands) if editor.brands else None
        return Visitor(meets_up_to=Need.EDITOR, name=editor.name, brands=brands, form=form)

    def named_by_proxy(self, request: Request) -> str:
        """The name that a proxy of ours gives, said exactly once; "" from anybody else, and where no header is agreed upon."""
        if not self._user_header or not self._is_proxy(_peer(request)):
            return ""
        names = request.headers.getlist(self._user_header)
        return names[0].strip() if len(names) == 1 else ""

    def address(self, request: Request) -> str:
        """Who guesses: an address (of IPv6 its /64, which is one household), as a keyed hash."""
        at = _peer(request)
        hops = [hop.strip() for hop in ",".join(request.headers.getlist("x-forwarded-for")).split(",") if hop.strip()]
        # The last hop that is no proxy of ours: what stands before it, anyone may have written.
        while hops and self._is_proxy(at):
            at = hops.pop()
        try:
            ip = ipaddress.ip_address(at)
        except ValueError:
            household = at[:100]
        else:
            household = str(ipaddress.ip_network((ip, 64 if ip.version == 6 else 32), strict=False))
        return "from " + hmac.new(self.secret, b"listener address\0" + household.encode(), hashlib.sha256).hexdigest()[:32]

    def _is_proxy(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._proxies)

    def share_of(self, token: str) -> Share | None:
        """The link that a token stands for, also when its time is over; None when it is none of ours."""
        try:
            number, _ = unseal(self.secret, Purpose.SHARE, token, datetime.min.replace(tzinfo=self.clock().tzinfo))
        except (Forged, Expired):
            return None
        share = self.archive.shared(number, self.clock()) if number <= _LARGEST else None
        # What opens one report opens no page of the brand's.
        return share if share is not None and share.evidence_id is None else None

    def form_word(self, held: str) -> str:
        """What a form carries for whoever holds a cookie: nobody else can make it, and it says nothing about the cookie."""
        made = hmac.new(self.secret, b"listener form\0" + held.encode(), hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def set(self, response: Response, name: str, value: str, lasting: timedelta | None = None) -> None:
        """Give a cookie that scripts cannot read and other sites cannot send."""
        seconds = None if lasting is None else int(lasting.total_seconds())
        response.set_cookie(name, value, max_age=seconds, path=self.path, secure=self.secure, httponly=True, samesite="lax")

    def clear(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(name, path=self.path, secure=self.secure, httponly=True, samesite="lax")


def new_word() -> str:
    """A word that nobody can guess: 32 random bytes."""
    return secrets.token_urlsafe(32)


def digest_of(word: str) -> bytes:
    """What is kept of a word that opens something."""
    return hashlib.sha256(word.encode(errors="replace")).digest()


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""
