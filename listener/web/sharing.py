"""Shared links: made, listed with their last use, and revoked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.core.access import Share, Visitor
from listener.core.deeds import Deed
from listener.core.links import Links
from listener.core.ports import Archive
from listener.core.schedule import instant
from listener.core.text import tidy
from listener.core.values import dataclass
from listener.web import asked
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.text import cut
from listener.web.words import SHARING

LASTING = {"7": timedelta(days=7), "30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}
_USUAL = "30"
_LONGEST_NOTE = 200
_EMPTY = {"brand": "", "since": "", "until": "", "note": "", "lasting": _USUAL}


class Wrong(Exception):
    """A form that cannot be taken; its argument is a key of words.SHARING."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """The page for those who share."""

    archive: Archive
    dressing: Dressing
    zone: ZoneInfo
    clock: Callable[[], datetime]
    links: Links

    def shares(self, request: Request) -> Response:
        """Every link there is, and a form for a new one."""
        return self._page(request)

    async def shares_now(self, request: Request) -> Response:
        """Make a link."""
        return await run_in_threadpool(self._make, request, await fields_of(request))

    async def revoke_now(self, request: Request) -> Response:
        """Revoke a link; twice is once."""
        return await run_in_threadpool(self._revoke, request)

    def _make(self, request: Request, form: Mapping[str, str]) -> Response:
        visitor: Visitor = request.state.visitor
        now = self.clock()
        brand, note = form.get("brand", ""), cut(tidy(form.get("note", "")), _LONGEST_NOTE)
        try:
            since, until, lasting = self._period(visitor, form)
        except Wrong as fault:
            return self._page(request, form=form, fault=str(fault), status=422)
        # To the end of its last day, so that a link says a day and means it.
        last = (now + lasting).astimezone(self.zone).date() + timedelta(days=1)
        made = self.archive.share(
            brand, since=since, until=until, note=note, by=visitor.name, expires_at=instant(last, time(), self.zone), now=now
        )
        self.archive.note(Deed(who=visitor.name, what="link shared", subject=brand, after=_told(made), at=now))
        return RedirectResponse(f"{self.dressing.addresses.path('shares')}#share-{made.id}", 303)

    def _period(self, visitor: Visitor, form: Mapping[str, str]) -> tuple[date | None, date | None, timedelta]:
        """The first and last day, and how long the link works; raises Wrong."""
        if form.get("brand", "") not in {one.key for one in self.archive.brands() if visitor.sees(one.key)}:
            raise Wrong("brand")
        since, until = _day(form.get("since", "")), _day(form.get("until", ""))
        if since and until and until < since:
            raise Wrong("period")
        if form.get("lasting") not in LASTING:
            raise Wrong("lasting")
        return since, until, LASTING[form["lasting"]]

    def _revoke(self, request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        number, now = asked.mention_id(request.path_params["id"]), self.clock()
        share = None if number is None else self.archive.shared(number, now)
        if share is None or not visitor.sees(share.brand):
            raise HTTPException(404)
        if share.revoked_at is None:
            self.archive.revoke(share.id, now)
            self.archive.note(Deed(who=visitor.name, what="link revoked", subject=share.brand, before=_told(share), at=now))
        return RedirectResponse(f"{self.dressing.addresses.path('shares')}#share-{share.id}", 303)

    def _page(self, request: Request, *, form: Mapping[str, str] | None = None, fault: str = "", status: int = 200) -> Response:
        visitor: Visitor = request.state.visitor
        now = self.clock()
        brands = [brand for brand in self.archive.brands() if visitor.sees(brand.key)]
        return self.dressing.page(
            request,
            "shares.html.j2",
            status,
            brands=brands,
            names={brand.key: brand.name for brand in brands},
            shares=[
                (share, share.standing(now).value, _link(self.links, share))
                for share in self.archive.shares()
                if visitor.sees(share.brand)
            ],
            lasting=list(LASTING),
            form=_EMPTY | dict(form or {}),
            words=SHARING[fault] if fault else "",
        )


def _day(text: str) -> date | None:
    try:
        return asked.read({"day": text}).day
    except asked.Malformed:
        raise Wrong("day") from None


def _link(links: Links, share: Share) -> str:
    if share.evidence_id is None:
        return links.share(share.id, share.expires_at)
    return links.evidence(share.evidence_id, share.expires_at, share.id)


def _told(share: Share) -> str:
    period = f"{share.since or '…'} - {share.until or '…'}"
    return f"{period}, until {share.expires_at.isoformat(' ', 'minutes')}{f', {share.note}' if share.note else ''}"
