"""A brand's first page, and the list of all that is said of it: searched, narrowed, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.core.finding import Note, Wanted, read_words
from listener.core.kept import KeptMention
from listener.core.ledger import last_days
from listener.core.model import Brand, Tone
from listener.core.report import SourceCoverage
from listener.core.schedule import day_bounds
from listener.core.themes import Theme
from listener.core.values import dataclass
from listener.web import asked, twins
from listener.web.asked import Asked, Malformed, Place
from listener.web.period import Period, count
from listener.web.room import SHOWN, Room
from listener.web.views import MentionView, Ribbon, mention_view, near_views, ribbons, story_view

NEAR = 10  # near misses
_READ = 6  # mentions on the first page
_TOLD = 5  # stories on it
_THEMES = 6
_LEDGER = 14  # days
_COUNTED = 1_000  # hits are counted no further


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page's worth of mentions, and the place to go on from, if there are more."""

    mentions: tuple[KeptMention, ...]
    onward: Place | None


class Reading(Room):
    """What is said of a brand."""

    def brand(self, request: Request) -> Response:
        """What is said, compared to what, why we think so, read it yourself, and what we did not hear, in this order."""
        brand, days, wish = self.brand_of(request), self.period_of(request), self._asked(request)
        if replace(wish, since=None, until=None) != Asked():
            # Mails and reports hold such addresses: the list stood here once.
            return RedirectResponse(self.dressing.addresses.path("mentions", wish.query(before=wish.before), key=brand.key), 302)
        counted = count(self.archive, brand.key, days)
        coverage = self.archive.coverage(brand.key, since=days.since, until=days.until)
        states = self.archive.states(brand=brand.key)
        unheard = {one.source for one in coverage if not one.was_heard}
        stories = self.archive.story_volumes(brand.key, since=days.since, until=days.until, limit=_TOLD)
        return self.dressing.page(
            request,
            "brand.html.j2",
            brand=brand,
            counted=counted,
            period=days,
            coverage=coverage,
            unheard=sorted(unheard),
            failing=[state.source.key for state in states if state.failures and state.source.key not in unheard],
            visited=any(state.last_run for state in states),
            stories=[story_view(one, self.zone) for one in stories],
            themes=self._themes(brand, days),
            latest=self._views(self._latest(brand, days)),
            ribbons=self._ribbons(brand, days, coverage),
            near=near_views(self.archive.near_misses(brand.key, limit=NEAR)),
            alone=len(self.archive.brands()) == 1,
            twin=self.dressing.addresses.path("brand_json", days.query, key=brand.key),
        )

    def brand_json(self, request: Request) -> Response:
        """The same for programs."""
        brand, days, wish = self.brand_of(request), self.period_of(request), self._asked(request)
        counted = count(self.archive, brand.key, days)
        addresses = self.dressing.addresses
        found = self._found(brand, wish)
        onward = wish.query(before=found.onward) if found.onward else None
        stories = self.archive.story_volumes(brand.key, since=days.since, until=days.until, limit=_TOLD)
        return twins.answer(
            {
                "brand": {"key": brand.key, "name": brand.name},
                "from": days.first.isoformat(),
                "to": days.last.isoformat(),
                "days": [twins.day(one) for one in counted.days],
                "before": [twins.day(one) for one in counted.before],
                "usual": None
                if counted.usual is None
                else {
                    "mentions": counted.usual.mentions,
                    "negative": counted.usual.negative,
                    "periods": counted.usual.periods,
                },
                "stories": [twins.story_volume(one, addresses.whole("story", id=str(one.story))) for one in stories],
                "themes": [twins.theme(on, one) for on, one in self._themes(brand, days)],
                "coverage": [twins.coverage(one) for one in self.archive.coverage(brand.key, since=days.since, until=days.until)],
                "near_misses": [twins.near_miss(one) for one in self.archive.near_misses(brand.key, limit=NEAR)],
                "mentions": [self.twin_of(one) for one in found.mentions],
                "next": addresses.path("mentions_json", onward, key=brand.key) if onward else None,
            }
        )

    def mentions(self, request: Request) -> Response:
        """Every mention, the newest said first, as far as it is wanted."""
        brand, wanted = self.brand_of(request), self._asked(request)
        found = self._found(brand, wanted)
        addresses = self.dressing.addresses
        return self.dressing.page(
            request,
            "mentions.html.j2",
            brand=brand,
            asked=wanted,
            found=self._views(found.mentions),
            number=self._number(brand, wanted, found),
            counted_to=_COUNTED,
            is_cut=read_words(wanted.words).note is Note.CUT or len(wanted.words) == asked.LONGEST_WORDS,
            kinds_here=self.archive.kinds(brand.key),
            today=last_days(self.clock(), self.zone, 1)[0][0],
            onward=addresses.path("mentions", wanted.query(before=found.onward), key=brand.key) if found.onward else None,
            twin=addresses.path("mentions_json", wanted.query(before=wanted.before), key=brand.key),
        )

    def mentions_json(self, request: Request) -> Response:
        """The same for programs."""
        brand, wanted = self.brand_of(request), self._asked(request)
        found = self._found(brand, wanted)
        onward = wanted.query(before=found.onward) if found.onward else None
        return twins.answer(
            {
                "brand": {"key": brand.key, "name": brand.name},
                "mentions": [self.twin_of(one) for one in found.mentions],
                "next": self.dressing.addresses.path("mentions_json", onward, key=brand.key) if onward else None,
            }
        )

    def _asked(self, request: Request) -> Asked:
        wish = asked.read(request.query_params)
        if wish.day is not None and wish != Asked(day=wish.day, through=wish.through, tone=wish.tone, before=wish.before):
            raise Malformed("found")
        return wish

    def _found(self, brand: Brand, wanted: Asked) -> Found:
        # One more than is shown tells whether there is a next page, without counting.
        kept = tuple(self._some(brand, wanted, SHOWN + 1))
        last = kept[SHOWN - 1] if len(kept) > SHOWN else None
        return Found(mentions=kept[:SHOWN], onward=(last.at, last.id) if last else None)

    def _some(self, brand: Brand, wanted: Asked, limit: int) -> tuple[KeptMention, ...]:
        if wanted.day is not None or not wanted.narrowed:
            since = day_bounds(wanted.day, self.zone)[0] if wanted.day else None
            until = day_bounds(wanted.through or wanted.day, self.zone)[1] if wanted.day else None
            found = self.archive.mentions(brand.key, since=since, until=until, tone=wanted.tone, before=wanted.before, limit=limit)
            return tuple(found)
        return tuple(self.archive.find(self._wanted(brand, wanted), before=wanted.before, limit=limit))

    def _number(self, brand: Brand, wanted: Asked, found: Found) -> int | None:
        """How many there are, as far as we count; None where that is not asked."""
        if not wanted.narrowed or wanted.day is not None:
            return None
        if wanted.before is not None:
            return self.archive.count_found(self._wanted(brand, wanted), at_most=_COUNTED)
        # The first of them are known: what is left is counted from there on, so that nothing is looked through twice.
        known = len(found.mentions)
        if found.onward is None:
            return known
        return known + self.archive.count_found(self._wanted(brand, wanted), before=found.onward, at_most=_COUNTED - known)

    def _wanted(self, brand: Brand, wish: Asked) -> Wanted:
        return Wanted(
            brand=brand.key,
            words=wish.words,
            tone=wish.tone,
            intent=wish.intent,
            kinds=(wish.kind,) if wish.kind else (),
            media=wish.media,
            labelled=wish.labelled,
            since=day_bounds(wish.since, self.zone)[0] if wish.since else None,
            until=day_bounds(wish.until, self.zone)[1] if wish.until else None,
        )

    def _latest(self, brand: Brand, days: Period) -> tuple[KeptMention, ...]:
        """Some to begin with: what is negative first, since that is what is looked for, then whatever is newest."""
        negative = self.archive.mentions(brand.key, since=days.since, until=days.until, tone=Tone.NEGATIVE, limit=_READ // 2)
        newest = self.archive.mentions(brand.key, since=days.since, until=days.until, limit=_READ)
        chosen = {one.id: one for one in (*negative, *newest)}
        return tuple(list(chosen.values())[:_READ])

    def _themes(self, brand: Brand, days: Period) -> list[tuple[date, Theme]]:
        """The themes of the period's latest day that has any."""
        found = self.archive.themes(brand.key, since=days.first, until=days.last + timedelta(days=1))
        latest = found[0][0] if found else None
        return [(on, one) for on, one in found if on == latest][:_THEMES]

    def _ribbons(self, brand: Brand, days: Period, coverage: Sequence[SourceCoverage]) -> tuple[Ribbon, ...]:
        """The ledger of its last two weeks at most; today is no gap as long as nobody had a reason to visit yet."""
        bounds = days.bounds()[-_LEDGER:]
        ledger = self.archive.ledger(bounds, brand=brand.key)
        if not days.given and len(bounds) > 1 and all(day.on != days.last for day in ledger):
            bounds = bounds[:-1]
        return ribbons(ledger, coverage, bounds)

    def _views(self, kept: tuple[KeptMention, ...]) -> tuple[MentionView, ...]:
        return tuple(mention_view(one, self.zone) for one in kept)
