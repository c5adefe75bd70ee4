"""What the pages show, made out of what the archive holds: plain values, so that templates only lay them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from listener.core.kept import KeptMention
from listener.core.ledger import Hearing, by_source, hearing, last_days
from listener.core.model import Author, Media
from listener.core.near import KeptNearMiss
from listener.core.ports import Archive
from listener.core.report import SourceCoverage
from listener.core.schedule import STALE, Silence, day_bounds, silence
from listener.core.values import dataclass
from listener.core.visits import LedgerDay, Outcome, SourceState
from listener.core.volume import StoryVolume
from listener.web.text import Piece, cut, host_of, language, masked, outward, pieces, plain, scrubbed

WEEK = 7
SOURCES = 40  # on one page, so that it weighs less than 100 kB
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
    # No day begins more than a day and an hour before any moment in it: the rest need not be looked up.
    if kept.at >= kept.collected_at - STALE:
        return False
    since, _ = day_bounds(kept.collected_at.astimezone(zone).date(), zone)
    return kept.at < since - STALE


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story as a list shows it: its first mention in the period, and how much told it."""

    volume: StoryVolume
    first: MentionView

    @property
    def id(self) -> int:
        """What its page goes by; what is not grouped yet is its one mention."""
        return self.volume.story

    @property
    def is_alone(self) -> bool:
        """Whether one mention is all of it."""
        return self.volume.items == 1


def story_view(volume: StoryVolume, zone: ZoneInfo) -> StoryView:
    """A story to be shown in a list."""
    return StoryView(volume=volume, first=mention_view(volume.first, zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """A source's days side by side, as the ledger has them."""

    source: str
    kind: str
    cells: tuple[Cell, ...]
    mentions: int
    active: bool = True

    @property
    def whole(self) -> bool:
        """Whether it was heard in every attempt of every day."""
        return all(cell.state == Hearing.HEARD.value for cell in self.cells)

    @property
    def heard(self) -> int:
        """On how many of the days it was heard at all."""
        return sum(cell.state in {Hearing.HEARD.value, Hearing.PARTLY.value} for cell in self.cells)


def ribbons(
    days: Iterable[LedgerDay], coverage: Iterable[SourceCoverage], bounds: Sequence[tuple[date, datetime, datetime]]
) -> tuple[Ribbon, ...]:
    """The days of each source of a brand, those with the most gaps first."""
    ledger = by_source(list(days))
    made = [
        Ribbon(
            source=one.source,
            kind=one.kind,
            cells=tuple(_cell(on, ledger.get(one.source, {}).get(on)) for on, _, _ in bounds),
            mentions=sum(day.mentions for day in ledger.get(one.source, {}).values()),
        )
        for one in coverage
    ]
    return tuple(sorted(made, key=lambda one: (one.heard, one.source)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesView:
    """One page of the sources: those that are shown, how many there are before and in all, and how many are in trouble.

    `brands` says the same of every brand: how many sources, and how many of them in trouble.
    """

    shown: tuple[SourceView, ...]
    before: int
    total: int
    troubled: int
    brands: Mapping[str, tuple[int, int]]

    @property
    def until(self) -> int:
        """How many there are up to the last one shown."""
        return self.before + len(self.shown)

    @property
    def everywhere(self) -> int:
        """How many sources there are in all brands."""
        return sum(number for number, _ in self.brands.values())


def source_views(
    archive: Archive, now: datetime, zone: ZoneInfo, page: int = 1, source: str = "", *, brand: str = ""
) -> SourcesView:
    """A page of the sources, each with its last seven local days; in each brand those in trouble first, then the silent ones.

    Only the ledger of those that are shown is read. Beyond the last page there is nothing; where a `source` is named that there
    is, the page is the one that shows it. `brand` is the key of the one whose sources are asked for, "" for all.
    """
    every = archive.states()
    brands = Counter(state.source.brand for state in every)
    bad = Counter(state.source.brand for state in every if state.failures)
    found = [state for state in every if brand in {"", state.source.brand}]
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
    return SourcesView(
        shown=shown,
        before=before,
        total=len(states),
        troubled=troubled,
        brands={key: (number, bad[key]) for key, number in brands.items()},
    )


def _cell(on: date, day: LedgerDay | None) -> Cell:
    return Cell(
        on=on,
        state=hearing(day).value,
        attempts=day.attempts if day else 0,
        failed=day.failed if day else 0,
        detail=scrubbed(day.detail) if day else "",
    )
