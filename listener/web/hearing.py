"""How well we listen: every source and its health, and the ledger of a brand as a calendar in which gaps are gaps."""

from __future__ import annotations

from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from listener.core.ledger import last_days
from listener.web import asked, twins
from listener.web.room import Room
from listener.web.views import SOURCES, WEEK, Ribbon, ribbons, source_views

_CALENDAR = 35  # days: five weeks, so that a month fits whatever its first day is
_MOST = 40  # sources on one page


class Hearing(Room):
    """Sources and coverage."""

    def sources(self, request: Request) -> Response:
        """Every source, its last attempt and its last seven days; of very many a page at a time, or one brand's."""
        now, brands, brand = self.clock(), self.archive.brands(), self._one(request)
        page, source = asked.page(request.query_params), request.query_params.get("source", "")
        view = source_views(self.archive, now, self.zone, page, source, brand=brand)
        page = view.before // SOURCES + 1
        return self.dressing.page(
            request,
            "sources.html.j2",
            view=view,
            one=brand,
            elsewhere=[(one, *view.brands.get(one.key, (0, 0))) for one in brands] if view.everywhere > SOURCES else [],
            names={one.key: one.name for one in brands},
            days=[on for on, _, _ in last_days(now, self.zone, WEEK)],
            now=now,
            earlier=_page(page - 1, brand) if page > 1 else None,
            later=_page(page + 1, brand) if view.until < view.total else None,
            twin=self.dressing.addresses.path("sources_json", _page(page, brand)),
        )

    def sources_json(self, request: Request) -> Response:
        """The same for programs."""
        page, brand = asked.page(request.query_params), self._one(request)
        view = source_views(self.archive, self.clock(), self.zone, page, brand=brand)
        onward = self.dressing.addresses.path("sources_json", _page(page + 1, brand)) if view.until < view.total else None
        return twins.answer({"sources": [twins.source(one) for one in view.shown], "total": view.total, "next": onward})

    def _one(self, request: Request) -> str:
        """The brand whose sources are asked for, "" for all; one that there is not leads nowhere."""
        brand = request.query_params.get("brand", "")
        if brand and brand not in {one.key for one in self.archive.brands()}:
            raise HTTPException(404)
        return brand

    def coverage(self, request: Request) -> Response:
        """Each day of a brand: how many of its sources were heard, and which were not."""
        brand, days = self.brand_of(request), self.period_of(request, _CALENDAR)
        rows = self._ribbons(request)
        first = days.first - timedelta(days=days.first.weekday())
        last = days.last + timedelta(days=6 - days.last.weekday())
        spread = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return self.dressing.page(
            request,
            "coverage.html.j2",
            brand=brand,
            period=days,
            rows=rows,
            shown=_MOST,
            beyond=max(len(rows) - _MOST, 0),
            days={on: _day(rows, place) for place, (on, _, _) in enumerate(days.bounds())},
            weeks=[spread[start : start + 7] for start in range(0, len(spread), 7)],
            gaps=sum(_day(rows, place) != "heard" for place in range(days.length)),
            twin=self.dressing.addresses.path("coverage_json", days.query, key=brand.key),
        )

    def coverage_json(self, request: Request) -> Response:
        """The same for programs."""
        brand, days = self.brand_of(request), self.period_of(request, _CALENDAR)
        return twins.answer(
            {
                "brand": {"key": brand.key, "name": brand.name},
                "from": days.first.isoformat(),
                "to": days.last.isoformat(),
                "sources": [twins.ribbon(one) for one in self._ribbons(request)],
            }
        )

    def _ribbons(self, request: Request) -> tuple[Ribbon, ...]:
        brand, days = self.brand_of(request), self.period_of(request, _CALENDAR)
        coverage = self.archive.coverage(brand.key, since=days.since, until=days.until)
        return ribbons(self.archive.ledger(days.bounds(), brand=brand.key), coverage, days.bounds())


def _day(rows: tuple[Ribbon, ...], place: int) -> str:
    """How a day went over all sources: a key of words.CELLS."""
    states = [one.cells[place].state for one in rows]
    tried = [state for state in states if state != "none"]
    if not tried:
        return "none"
    if all(state == "heard" for state in states):
        return "heard"
    return "not" if all(state == "not" for state in tried) else "partly"


def _page(number: int, brand: str) -> dict[str, str]:
    """A page as an address asks for it; the first needs no word."""
    return ({"brand": brand} if brand else {}) | ({"page": str(number)} if number > 1 else {})
