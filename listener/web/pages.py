"""The endpoints: each asks the archive, and hands what it says to a template or to its JSON twin.

They are plain functions, so Starlette runs them in its thread pool and a slow disk holds up nobody else. What a reader may see
will be decided before they are called, so none of them looks at who asks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from listener.core.kept import KeptMention
from listener.core.ledger import last_days
from listener.core.model import Brand
from listener.core.ports import Archive
from listener.core.schedule import day_bounds
from listener.web import asked, twins
from listener.web.asked import Asked, Malformed
from listener.web.dressing import Dressing
from listener.web.guard import shown
from listener.web.views import SOURCES, WEEK, MentionView, WeekView, mention_view, near_views, source_views, week
from listener.web.words import LINKS, MALFORMED, PROBLEMS

log = logging.getLogger(__name__)

SHOWN = 25  # mentions on one page
NEAR = 10  # near misses below them


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page's worth of mentions, and the place to go on from, if there are more."""

    mentions: tuple[MentionView, ...]
    onward: asked.Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Every page for readers."""

    archive: Archive
    dressing: Dressing
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def overview(self, request: Request) -> Response:
        """The way in: the only brand, or a list to choose from."""
        brands = self.archive.brands()
        if len(brands) == 1:
            return RedirectResponse(self.dressing.addresses.path("brand", key=brands[0].key), 302)
        now = self.clock()
        weeks = [(brand, week(self.archive, brand.key, now, self.zone)) for brand in brands]
        return self.dressing.page(request, "overview.html.j2", weeks=weeks)

    def brand(self, request: Request) -> Response:
        """What is said of one brand, and where we listened."""
        brand, wanted = self._brand(request), self._asked(request)
        this_week = self._week(brand)
        found = self._found(brand, wanted)
        coverage = self.archive.coverage(brand.key, since=this_week.since, until=this_week.until)
        unheard = {one.source for one in coverage if not one.was_heard}
        states = [state for state in self.archive.states() if state.source.brand == brand.key]
        return self.dressing.page(
            request,
            "brand.html.j2",
            brand=brand,
            week=this_week,
            coverage=coverage,
            unheard=sorted(unheard),
            failing=[state.source.key for state in states if state.failures and state.source.key not in unheard],
            visited=any(state.last_run for state in states),
            asked=wanted,
            found=found,
            near=() if wanted.narrowed or wanted.before else near_views(self.archive.near_misses(brand.key, limit=NEAR)),
            onward=wanted.query(before=found.onward) if found.onward else None,
            twin=self.dressing.addresses.path("brand_json", wanted.query(before=wanted.before), key=brand.key),
        )

    def brand_json(self, request: Request) -> Response:
        """The same for programs."""
        brand, wanted = self._brand(request), self._asked(request)
        found = self._found(brand, wanted)
        onward = wanted.query(before=found.onward) if found.onward else None
        return twins.answer(
            {
                "brand": {"key": brand.key, "name": brand.name},
                "days": [twins.day(one) for one in self._week(brand).days],
                "mentions": [self._twin(view.kept) for view in found.mentions],
                "near_misses": [twins.near_miss(one) for one in self.archive.near_misses(brand.key, limit=NEAR)],
                "next": self.dressing.addresses.path("brand_json", onward, key=brand.key) if onward else None,
            }
        )

    def mention(self, request: Request) -> Response:
        """One mention, with all that proves it, at an address that stays."""
        kept = self._mention(request)
        view = mention_view(kept, self.zone, whole=True)
        names = {brand.key: brand.name for brand in self.archive.brands()}
        key = kept.judged.mention.brand
        return self.dressing.page(
            request,
            "mention.html.j2",
            view=view,
            labels=self.archive.labels(kept.id) if kept.labels else (),
            brand_key=key if key in names else "",  # a brand that is no longer listened for has no page
            brand_name=names.get(key, key),
            permanent=self.dressing.addresses.whole("mention", id=str(kept.id)),
            twin=self.dressing.addresses.path("mention_json", id=str(kept.id)),
        )

    def mention_json(self, request: Request) -> Response:
        """The same for programs."""
        return twins.answer(self._twin(self._mention(request)))

    def sources(self, request: Request) -> Response:
        """How well we listen: every source, its last attempt and its last seven days."""
        now = self.clock()
        view = source_views(self.archive, now, self.zone, asked.page(request.query_params), request.query_params.get("source", ""))
        page = view.before // SOURCES + 1
        return self.dressing.page(
            request,
            "sources.html.j2",
            view=view,
            names={brand.key: brand.name for brand in self.archive.brands()},
            days=[on for on, _, _ in last_days(now, self.zone, WEEK)],
            now=now,
            earlier=_page(page - 1) if page > 1 else None,
            later=_page(page + 1) if view.until < view.total else None,
            twin=self.dressing.addresses.path("sources_json", _page(page)),
        )

    def sources_json(self, request: Request) -> Response:
        """The same for programs."""
        page = asked.page(request.query_params)
        view = source_views(self.archive, self.clock(), self.zone, page)
        onward = self.dressing.addresses.path("sources_json", _page(page + 1)) if view.until < view.total else None
        return twins.answer({"sources": [twins.source(one) for one in view.shown], "total": view.total, "next": onward})

    def asset(self, request: Request) -> Response:
        """A style sheet or picture of ours, by its name in the table."""
        asset = self.dressing.assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"})

    def healthz(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """That the server answers; whether the sources do is another question, which /sources answers."""
        return PlainTextResponse("ok")

    def refused(self, request: Request, fault: Exception) -> Response:
        """The page for an address that leads nowhere, cannot be read, or is read in another way than by GET."""
        assert isinstance(fault, HTTPException)
        answer = self.problem(request, fault.status_code, fault.detail if fault.detail in LINKS else "")
        answer.headers.update(fault.headers or {})
        return answer

    def malformed(self, request: Request, fault: Exception) -> Response:
        """The page for an address whose query cannot be read; says which part, and what it should be."""
        assert isinstance(fault, Malformed)
        return self.problem(request, 400, MALFORMED[fault.part])

    def unavailable(self, request: Request, fault: Exception) -> Response:
        """The page for a moment in which the archive cannot be read."""
        log.error("%s %s: %s", request.method, shown(request.url.path), fault)
        answer = self.problem(request, 503)
        answer.headers["Retry-After"] = "60"
        return answer

    def problem(self, request: Request, status: int, sentence: str = "") -> Response:
        """A page that says no, in words, without a trace; `sentence` takes the place of the usual one."""
        heading, usual = PROBLEMS.get(status, PROBLEMS[500 if status >= 500 else 400])
        if request.url.path.endswith(".json"):
            return twins.answer({"error": self.dressing.locale.gettext(sentence or usual)}, status)
        return self.dressing.page(request, "problem.html.j2", status, heading=heading, sentence=sentence or usual)

    def _brand(self, request: Request) -> Brand:
        for brand in self.archive.brands():
            if brand.key == request.path_params["key"]:
                return brand
        raise HTTPException(404)

    def _mention(self, request: Request) -> KeptMention:
        number = asked.mention_id(request.path_params["id"])
        kept = None if number is None else self.archive.mention(number)
        if kept is None:
            raise HTTPException(404)
        return kept

    def _asked(self, request: Request) -> Asked:
        return asked.read(request.query_params)

    def _week(self, brand: Brand) -> WeekView:
        return week(self.archive, brand.key, self.clock(), self.zone)

    def _found(self, brand: Brand, wanted: Asked) -> Found:
        since = day_bounds(wanted.day, self.zone)[0] if wanted.day else None
        until = day_bounds(wanted.through or wanted.day, self.zone)[1] if wanted.day else None
        # One more than is shown tells whether there is a next page, without counting.
        kept = self.archive.mentions(brand.key, since=since, until=until, tone=wanted.tone, before=wanted.before, limit=SHOWN + 1)
        last = kept[SHOWN - 1] if len(kept) > SHOWN else None
        return Found(
            mentions=tuple(mention_view(one, self.zone) for one in kept[:SHOWN]),
            onward=(last.at, last.id) if last else None,
        )

    def _twin(self, kept: KeptMention) -> dict[str, twins.Json]:
        return twins.mention(kept, self.dressing.addresses.whole("mention", id=str(kept.id)))


def _page(number: int) -> dict[str, str]:
    """A page as an address asks for it; the first needs no word."""
    return {"page": str(number)} if number > 1 else {}
