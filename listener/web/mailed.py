"""The archive of digests, each as it was sent: from its frozen snapshot, so that it never changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from listener.core.report import Digest, Dressed
from listener.core.snapshot import to_json
from listener.reports.locale import load
from listener.reports.render import Renderer
from listener.reports.words import subject
from listener.web import asked, twins
from listener.web.room import SHOWN, Room
from listener.web.sheet import Unfolded, unfold
from listener.web.text import plain

_REMEMBERED = 16  # digests that were dressed last: they never change

T = TypeVar("T")


class Mailed(Room):
    """Digests that were sent."""

    def digests(self, request: Request) -> Response:
        """A brand's digests, the latest first."""
        brand = self.brand_of(request)
        before = asked.dated(request.query_params.get("before", ""))
        found = self.archive.kept_digests(brand.key, before=before, limit=SHOWN + 1)
        last = found[SHOWN - 1] if len(found) > SHOWN else None
        return self.dressing.page(
            request,
            "digests.html.j2",
            brand=brand,
            before=before,
            digests=[(number, one, _subject(one)) for number, one in found[:SHOWN]],
            onward={"before": f"{last[1].on.isoformat()}.{last[0]}"} if last else None,
            twin=self.dressing.addresses.path("digests_json", key=brand.key),
        )

    def digests_json(self, request: Request) -> Response:
        """The same for programs."""
        brand = self.brand_of(request)
        before = asked.dated(request.query_params.get("before", ""))
        found = self.archive.kept_digests(brand.key, before=before, limit=SHOWN + 1)
        last = found[SHOWN - 1] if len(found) > SHOWN else None
        addresses = self.dressing.addresses
        more = {"before": f"{last[1].on.isoformat()}.{last[0]}"} if last else None
        return twins.answer(
            {
                "brand": {"key": brand.key, "name": brand.name},
                "digests": [
                    {
                        "id": number,
                        "url": addresses.whole("digest_json", id=str(number)),
                        "digest": one.digest,
                        "on": one.on.isoformat(),
                        "composed_at": one.composed_at.isoformat(),
                        "subject": _subject(one),
                    }
                    for number, one in found[:SHOWN]
                ],
                "next": addresses.path("digests_json", more, key=brand.key) if more else None,
            }
        )

    def digest(self, request: Request) -> Response:
        """A digest's words, and the way to how it looked."""
        number, digest = self._digest(request)
        dressed = self._dressed(number, digest)
        return self.dressing.page(
            request,
            "digest.html.j2",
            brand=self.named(digest.brand),
            digest=digest,
            number=number,
            subject=plain(dressed.subject),
            text=_without_own(dressed),
            twin=self.dressing.addresses.path("digest_json", id=str(number)),
        )

    def digest_json(self, request: Request) -> Response:
        """The frozen snapshot, as core.snapshot writes it."""
        _, digest = self._digest(request)
        return Response(to_json(digest).encode(errors="replace"), media_type="application/json")

    def digest_mail(self, request: Request) -> Response:
        """A digest as it looked in the mail."""
        number, digest = self._digest(request)
        looked = self._unfolded(number, digest).page(self.dressing.addresses.path("digest_sheet", id=str(number)))
        return HTMLResponse(looked.encode(errors="replace"))

    def digest_sheet(self, request: Request) -> Response:
        """How it looked: the mail's styles as a sheet."""
        number, digest = self._digest(request)
        return Response(self._unfolded(number, digest).css.encode(errors="replace"), media_type="text/css; charset=utf-8")

    def _digest(self, request: Request) -> tuple[int, Digest]:
        number = self.number_of(request)
        digest = self.archive.kept_digest(number)
        if digest is None:
            raise HTTPException(404)
        return number, digest

    def _dressed(self, number: int, digest: Digest) -> Dressed:
        return _known(self._dressed_last, (number, digest.composed_at), lambda: self._renderer(digest))

    def _unfolded(self, number: int, digest: Digest) -> Unfolded:
        permanent = self.dressing.addresses.path("mention", id="")
        return _known(self._unfolded_last, (number, digest.composed_at), lambda: unfold(self._dressed(number, digest), permanent))

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer()  # it reads its templates once

    @cached_property
    def _dressed_last(self) -> dict[tuple[int, object], Dressed]:
        return {}

    @cached_property
    def _unfolded_last(self) -> dict[tuple[int, object], Unfolded]:
        return {}


def _known(last: dict[tuple[int, object], T], key: tuple[int, object], make: Callable[[], T]) -> T:
    """What was made of a digest before, else what is made of it now; the last ones are remembered."""
    known = last.get(key)
    if known is None:
        known = last[key] = make()
        while len(last) > _REMEMBERED:
            # Another thread may have taken the same one.
            last.pop(next(iter(last), key), None)
    return known


def _subject(digest: Digest) -> str:
    return plain(subject(digest, load(digest.language, digest.timezone)))


def _without_own(dressed: Dressed) -> str:
    """The text part, without what stood for its reader's own addresses."""
    text = dressed.text
    for own in (dressed.unsubscribe, dressed.preferences):
        text = text.replace(own, "…") if own else text
    return text
