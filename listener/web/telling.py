"""Stories: which were told most, how one went from place to place, and what the negative ones are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from listener.core.reprints import reprints
from listener.core.themes import Theme
from listener.web import asked, twins
from listener.web.room import SHOWN, Room
from listener.web.views import author, mention_view, story_view

_BRANCHES = 100  # mentions of a story on its page
_MONTH = 28


class Telling(Room):
    """What is told about a brand."""

    def stories(self, request: Request) -> Response:
        """The stories of a period, the most told first."""
        brand, days = self.brand_of(request), self.period_of(request)
        before = asked.rank(request.query_params.get("before", ""))
        found = self.archive.story_volumes(brand.key, since=days.since, until=days.until, before=before, limit=SHOWN + 1)
        return self.dressing.page(
            request,
            "stories.html.j2",
            brand=brand,
            period=days,
            before=before,
            stories=[story_view(one, self.zone) for one in found[:SHOWN]],
            onward=days.query | {"before": f"{found[SHOWN - 1].items}.{found[SHOWN - 1].story}"} if len(found) > SHOWN else None,
            twin=self.dressing.addresses.path("stories_json", days.query, key=brand.key),
        )

    def stories_json(self, request: Request) -> Response:
        """The same for programs."""
        brand, days = self.brand_of(request), self.period_of(request)
        before = asked.rank(request.query_params.get("before", ""))
        found = self.archive.story_volumes(brand.key, since=days.since, until=days.until, before=before, limit=SHOWN + 1)
        addresses = self.dressing.addresses
        more = days.query | {"before": f"{found[SHOWN - 1].items}.{found[SHOWN - 1].story}"} if len(found) > SHOWN else None
        return twins.answer(
            {
                "brand": {"key": brand.key, "name": brand.name},
                "from": days.first.isoformat(),
                "to": days.last.isoformat(),
                "stories": [twins.story_volume(one, addresses.whole("story", id=str(one.story))) for one in found[:SHOWN]],
                "next": addresses.path("stories_json", more, key=brand.key) if more else None,
            }
        )

    def story(self, request: Request) -> Response:
        """A story as a tree: who told it first, who repeated it, and by what we know."""
        number = self.number_of(request)
        told, size = self.archive.story(number, limit=_BRANCHES), self.archive.story_size(number)
        if not told or size is None:
            raise HTTPException(404)
        brand = self.named(told[0].judged.mention.brand)
        tree = reprints(told)
        return self.dressing.page(
            request,
            "story.html.j2",
            brand=brand,
            brand_name=brand.name if brand else told[0].judged.mention.brand,
            first=mention_view(tree[0].kept, self.zone),
            tree=[(mention_view(one.kept, self.zone), one) for one in tree],
            size=size,
            negative=sum(one.tone.value == "negative" for one in told),
            beyond=size.items - len(told),
            author=author,
            permanent=self.dressing.addresses.whole("story", id=str(number)),
            twin=self.dressing.addresses.path("story_json", id=str(number)),
        )

    def story_json(self, request: Request) -> Response:
        """The same for programs."""
        number = self.number_of(request)
        told, size = self.archive.story(number, limit=_BRANCHES), self.archive.story_size(number)
        if not told or size is None:
            raise HTTPException(404)
        return twins.answer(
            {
                "id": number,
                "url": self.dressing.addresses.whole("story", id=str(number)),
                "items": size.items,
                "voices": size.voices,
                "outlets": size.outlets,
                "first_at": size.first_at.isoformat(),
                "last_at": size.last_at.isoformat(),
                "mentions": [{**self.twin_of(one.kept), "depth": one.depth, "tie": one.tie.value} for one in reprints(told)],
            }
        )

    def themes(self, request: Request) -> Response:
        """What the negative stories are about, the latest day first, and how long each theme has been one."""
        brand, days = self.brand_of(request), self.period_of(request, _MONTH)
        found = self.archive.themes(brand.key, since=days.first, until=days.last + timedelta(days=1))
        return self.dressing.page(
            request,
            "themes.html.j2",
            brand=brand,
            period=days,
            themes=_by_phrase(found),
            days=[on for on, _, _ in days.bounds()],
            counted={on for on, _ in found},
            twin=self.dressing.addresses.path("themes_json", days.query, key=brand.key),
        )

    def themes_json(self, request: Request) -> Response:
        """The same for programs."""
        brand, days = self.brand_of(request), self.period_of(request, _MONTH)
        found = self.archive.themes(brand.key, since=days.first, until=days.last + timedelta(days=1))
        return twins.answer(
            {"brand": {"key": brand.key, "name": brand.name}, "themes": [twins.theme(on, one) for on, one in found]}
        )


def _by_phrase(found: Sequence[tuple[date, Theme]]) -> list[tuple[Theme, dict[date, Theme]]]:
    """Each phrase with its days, as it stood on the latest of them; what was one most recently, and most told, first."""
    days: dict[str, dict[date, Theme]] = defaultdict(dict)
    for on, theme in found:
        days[theme.phrase][on] = theme
    latest = [(max(mine), mine[max(mine)], mine) for mine in days.values()]
    latest.sort(key=lambda one: (-one[0].toordinal(), -one[1].stories, one[1].phrase))
    return [(theme, mine) for _, theme, mine in latest[:SHOWN]]
