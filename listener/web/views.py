"""What the pages show, made out of what the archive holds: plain values, so that templates only lay them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from listener.core.kept import KeptMention
from listener.core.ledger import by_source, hearing, last_days
from listener.core.model import Author, Media
from listener.core.near import KeptNearMiss
from listener.core.ports import Archive
from listener.core.report import DayCount, ToneCount
from listener.core.schedule import STALE, Silence, day_bounds, silence
from listener.core.visits import LedgerDay, Outcome, SourceState
from listener.web.text import Piece, cut, host_of, language, masked, outward, pieces, plain, scrubbed

WEEK = 7
SOURCES = 100  # on one page
_LONGEST_TITLE = 160  # in a list; the JSON twin has all of it
_LONGEST_EXCERPT = 420
_LONGEST_HEADING = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionView:
    """A mention as it is shown: every text of a stranger plain and cut, the link only if it is safe to follow."""

    kept: KeptMention
    title: str
    excerpt: tuple[Piece, ...]
    language: str
    link: str
    host: str
    outlet: str
    author: str
    counted: bool  # False: the brand's own, not about it, or old when it was found, so it stands in no figure


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekView:
    """Seven local days, the last of which is today so far, and the seven before them."""

    days: tuple[DayCount, ...]
    before: tuple[DayCount, ...]
    since: datetime
    until: datetime

    @property
    def tones(self) -> ToneCount:
        """The seven days together."""
        return _sum(self.days)

    @property
    def earlier(self) -> ToneCount | None:
        """The seven days before, or None unless something was heard on each of them: no comparison with a hole."""
        return _sum(self.before) if all(day.heard for day in self.before) else None

    @property
    def heard(self) -> int:
        """On how many of the seven days anything was heard."""
        return sum(day.heard for day in self.days)

    @property
    def today(self) -> date:
        """The last of the days."""
        return self.days[-1].on


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day of one source in the ledger; `state` is a key of words.CELLS."""

    on: date
    state: str
    attempts: int
    failed: int
    detail: str  # of its last failure


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source and its health."""

    state: SourceState
    address: str
    detail: str  # of the last failure; "" when the last attempt was none
    note: str  # a standing word of its kind, such as where it has moved
    silence: Silence | None  # when it has been silent far beyond its own rhythm
    days: tuple[Cell, ...]

    @property
    def outcome(self) -> Outcome | None:
        """How the last attempt ended, None before the first."""
        return self.state.last_run.outcome if self.state.last_run else None

    @property
    def troubled(self) -> bool:
        """Whether its last attempts failed."""
        return self.state.failures > 0


def mention_view(kept: KeptMention, zone: ZoneInfo, *, whole: bool = False) -> MentionView:
    """A mention to be shown in a list, or `whole` on its own page."""
    entry, found = kept.entry, kept.judged.mention
    link = outward(entry.link)
    title, text = plain(entry.title), found.excerpt
    return MentionView(
        kept=kept,
        title=cut(title, _LONGEST_HEADING if whole else _LONGEST_TITLE),
        excerpt=pieces(text, found.spans, longest=None if whole else _LONGEST_EXCERPT),
        language=language(kept.judged.judgement.language),
        link=link,
        host=host_of(link),
        outlet=cut(plain(entry.outlet), 80),
        author=cut(author(entry.author), 80),
        counted=kept.about and kept.put_away_at is None and found.media is Media.EARNED and not _stale(kept, zone),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NearView:
    """A near miss as it is shown: its title, else where it stands; `failure` is a key of words.FAILURES."""

    title: str
    link: str
    failure: str
    part: str
    seen_at: datetime


def near_views(kept: Iterable[KeptNearMiss]) -> tuple[NearView, ...]:
    """Near misses to be shown."""
    views = []
    for one in kept:
        link = outward(one.miss.link)
        title = cut(plain(one.title), _LONGEST_TITLE) or host_of(link) or "?"
        part = cut(one.miss.part, _LONGEST_TITLE)
        views.append(NearView(title=title, link=link, failure=one.miss.failure.value, part=part, seen_at=one.miss.seen_at))
    return tuple(views)


def author(who: Author) -> str:
    """Name and handle, as far as the place gave them; "" when it gave neither."""
    name, handle = plain(who.name), plain(who.handle)
    if name and handle and handle != name:
        return f"{name} ({handle})"
    return name or handle


def _stale(kept: KeptMention, zone: ZoneInfo) -> bool:
    since, _ = day_bounds(kept.collected_at.astimezone(zone).date(), zone)
    return kept.at < since - STALE


def week(archive: Archive, brand: str, now: datetime, zone: ZoneInfo) -> WeekView:
    """The last seven local days of a brand, today included, and the seven before."""
    bounds = last_days(now, zone, 2 * WEEK)
    counts = tuple(archive.days(brand, bounds))
    return WeekView(days=counts[WEEK:], before=counts[:WEEK], since=bounds[WEEK][1], until=bounds[-1][2])


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesView:
    """One page of all sources: those that are shown, how many there are before and in all, and how many are in trouble."""

    shown: tuple[SourceView, ...]
    before: int
    total: int
    troubled: int

    @property
    def until(self) -> int:
        """How many there are up to the last one shown."""
        return self.before + len(self.shown)


def source_views(archive: Archive, now: datetime, zone: ZoneInfo, page: int = 1, source: str = "") -> SourcesView:
    """A page of the sources, each with its last seven local days; in each brand those in trouble first, then the silent ones.

    Only the ledger of those that are shown is read. Beyond the last page there is nothing; where a `source` is named that there
    is, the page is the one that shows it.
    """
    found = archive.states()
    silences = {state.source.key: silence(state.recent, now) for state in found}
    states = sorted(found, key=lambda one: (one.source.brand, not one.failures, silences[one.source.key] is None, one.source.key))
    place = next((number for number, state in enumerate(states) if state.source.key == source), None) if source else None
    before = min(len(states), (page - 1) * SOURCES) if place is None else place // SOURCES * SOURCES
    bounds = last_days(now, zone, WEEK)
    mine = states[before : before + SOURCES]
    ledger = by_source(archive.ledger(bounds, [state.source.key for state in mine]))
    shown = tuple(
        SourceView(
            state=state,
            address=masked(state.source.address),
            detail=scrubbed(state.last_run.detail) if state.last_run else "",
            note=scrubbed(state.note),
            silence=silences[state.source.key],
            days=tuple(_cell(on, ledger.get(state.source.key, {}).get(on)) for on, _, _ in bounds),
        )
        for state in mine
    )
    troubled = sum(state.failures > 0 for state in states)
    return SourcesView(shown=shown, before=before, total=len(states), troubled=troubled)


def _cell(on: date, day: LedgerDay | None) -> Cell:
    return Cell(
        on=on,
        state=hearing(day).value,
        attempts=day.attempts if day else 0,
        failed=day.failed if day else 0,
        detail=scrubbed(day.detail) if day else "",
    )


def _sum(days: Iterable[DayCount]) -> ToneCount:
    counts = [day.tones for day in days]
    return ToneCount(
        negative=sum(one.negative for one in counts),
        neutral=sum(one.neutral for one in counts),
        positive=sum(one.positive for one in counts),
        unsure=sum(one.unsure for one in counts),
    )
