"""The ground that measures and objections stand on: the table cut to the period, stories and voices told apart, words of people.

What decides is never an item: a story counts once, by its first telling, and a voice counts once, by the first story that it began.
Reprints and a voice that repeats itself a hundred times change nothing.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property, partial
from itertools import compress
from operator import itemgetter
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from listener.core.dossier import Cover
from listener.core.labels import YES, Aspect
from listener.core.measures.listened import Stretch, cover, days, flow, heard_stretches
from listener.core.measures.spoken import Spoken, spoken
from listener.core.model import Intent
from listener.core.observed import Observed, Party, Question, Reply
from listener.core.sampling import Sample
from listener.core.statistics.corrected import misjudged
from listener.core.statistics.interval import Interval
from listener.core.statistics.shares import slips, stratified, without_noise
from listener.core.tellings import COMPLAINT, NEGATIVE, Table
from listener.core.thresholds import Thresholds

MONTH = 30 * 86_400.0  # seconds
T = TypeVar("T")
_BY_BRAND = Reply.BRAND.value
Is = Callable[[int], bool]  # a question about a row, by its place in the table


@dataclass(frozen=True, eq=False)
class Grounds:
    """One look at what was observed; places in the table are of rows in [low, high) only."""

    observed: Observed
    since: float
    until: float
    low: int
    high: int
    future: int
    zone: tzinfo
    zone_known: bool
    spoken: Spoken
    assumed_slips: float = 0.02
    _made: dict[str, Any] = field(default_factory=dict)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What is made for this key, made once: several measures and objections ask for it."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    @cached_property
    def table(self) -> Table:
        """The mentions."""
        return self.observed.table

    def __len__(self) -> int:
        """How many mentions lie in the period."""
        return self.high - self.low

    def key(self, name: str) -> str:
        """The seed of whatever is drawn for a figure."""
        return f"{self.observed.seed}/{name}"

    @cached_property
    def months(self) -> float:
        """How many months of 30 days were heard."""
        return sum(self.flow) / len(self.flow) * (self.until - self.since) / MONTH if self.flow else 0.0

    @cached_property
    def stretches(self) -> tuple[tuple[Stretch, ...], ...]:
        """When each place was heard."""
        return heard_stretches(self.observed, self.since, self.until)

    @cached_property
    def dated(self) -> tuple[tuple[date, float, float], ...]:
        """The local days of the period."""
        return days(self.since, self.until, self.zone)

    @cached_property
    def cover(self) -> Cover:
        """What was listened to."""
        return cover(self.observed, self.stretches, Counter(self.table.source[self.low : self.high]), self.dated)

    @cached_property
    def weeks(self) -> tuple[tuple[date, float, float, int], ...]:
        """The period in weeks from its first day, each with its bounds and its number of days; the last may be short."""
        chunks = [self.dated[n : n + 7] for n in range(0, len(self.dated), 7)]
        return tuple((some[0][0], some[0][1], some[-1][2], len(some)) for some in chunks)

    @cached_property
    def flow(self) -> tuple[float, ...]:
        """Which share of the usual flow was heard in each week."""
        source = self.table.source
        began = Counter([source[row] for row in self.voices])
        return flow(self.stretches, began, [(a, b) for _, a, b, _ in self.weeks])

    @property
    def _numbers(self) -> Sequence[int]:
        """The story that each row tells; what has not been grouped yet stands for itself."""
        low, high = self.low, self.high
        numbers: Sequence[int] = self.table.story[low:high]
        if 0 not in numbers:
            return numbers
        return [story or -one for story, one in zip(numbers, self.table.id[low:high], strict=True)]

    @cached_property
    def firsts(self) -> list[int]:
        """The first tellings of all stories in the period, in order of time."""
        # The last of a key wins, and we come from behind: the first telling stays.
        return sorted(dict(zip(reversed(self._numbers), range(self.high - 1, self.low - 1, -1), strict=True)).values())

    def first_tellings(self, stories: Container[int]) -> dict[int, int]:
        """The first tellings of some stories, by their number."""
        rows = [(story, row) for row, story in enumerate(self._numbers, self.low) if story in stories]
        return dict(reversed(rows))

    @cached_property
    def _spoken_of(self) -> Mapping[int, int]:
        """The first tellings of the stories that anything is said of by hand or by list."""
        return self.first_tellings({self._story(row) for row in self.places.values()})

    def _story(self, row: int) -> int:
        return self.table.story[row] or -self.table.id[row]

    @cached_property
    def _began(self) -> bytes:
        return bytes(taken(self.table.party, self.firsts))

    def begun_by(self, party: Party) -> list[int]:
        """The first tellings of stories that one party began."""
        return self.once(f"begun/{party.value}", lambda: [*compress(self.firsts, _marked(self._began, party.value))])

    @cached_property
    def earned(self) -> list[int]:
        """The first tellings of stories that the brand did not begin itself."""
        others = set(range(256)) - {Party.OWNED.value}
        return [*compress(self.firsts, _marked(self._began, *others))]

    @property
    def independent(self) -> list[int]:
        """Those that neither the brand nor its staff began, and that are no reaction to it."""
        return self.begun_by(Party.INDEPENDENT)

    @cached_property
    def voices(self) -> list[int]:
        """The first story of each voice, of those that the brand did not begin."""
        return self.by_voice(self.earned)

    @cached_property
    def strangers(self) -> list[int]:
        """The first story of each voice, of those that nobody of the brand had a part in."""
        return self.by_voice(self.independent)

    def by_voice(self, rows: Sequence[int]) -> list[int]:
        """Of first tellings, in order of time, each voice's first."""
        back = rows[::-1]
        return sorted(dict(zip(taken(self.table.voice, back), back, strict=True)).values())

    def ids(self, rows: Iterable[int]) -> array[int]:
        """The permanent ids of rows; of what several figures rest on they are one and the same array."""
        for name, shared in (("earned", self.earned), ("voices", self.voices), ("strangers", self.strangers)):
            if rows is shared:
                return self.once(f"ids/{name}", partial(self._ids, shared))
        return self._ids([*rows])

    def _ids(self, rows: Sequence[int]) -> array[int]:
        return array("q", taken(self.table.id, rows))

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Where the mentions stand that anything is said of by hand or by list: their id to their row."""
        o = self.observed
        wanted = {mention for mention, _ in self.spoken.words}
        wanted.update(o.claim_terms, o.code_hits, (one.mention for one in o.asked), (i for one in o.samples for i in one.mentions))
        low = self.low
        ids = self.table.id[low : self.high] if wanted else ()
        return {one: low + n for n, one in enumerate(ids) if one in wanted}

    def first_of(self, row: int) -> int:
        """The first telling of the story that a row tells, of which something is said by hand or by list."""
        return self._spoken_of[self._story(row)]

    def about(self, row: int) -> bool | None:
        """Whether a person says that a row is about the brand; None when nobody did, or they contradict one another."""
        return self._abouts.get(self.table.id[row])

    @cached_property
    def _abouts(self) -> Mapping[int, bool | None]:
        mine = Aspect.ABOUT.value
        said = ((mention, word) for (mention, aspect), word in self.spoken.words.items() if aspect == mine)
        return {mention: None if not word.people or word.contested else word.value == YES for mention, word in said}

    @cached_property
    def complaints(self) -> list[int]:
        """Others' stories that count as complaints: by a person's word, else the machine's. Contested ones do not."""
        intent = self.table.intent
        found = set(compress(self.earned, _marked(bytes(taken(intent, self.earned)), COMPLAINT)))
        said = {row: self.spoken.of(self.table.id[row], Aspect.INTENT) for row in self.places.values()}
        found -= {row for row, word in said.items() if word.people}
        # A person's word on any of a story's mentions is about the story.
        theirs = {self.first_of(row) for row, word in said.items() if word.value == Intent.COMPLAINT}
        return sorted(found | {row for row in theirs if self.table.party[row] != Party.OWNED})

    @cached_property
    def vouched(self) -> Mapping[int, int]:
        """Stories that a person vouches for, by their first telling: the mention that was looked at; none that anybody rejects."""
        made: dict[int, int] = {}
        for mention, aspect in self.spoken.words:
            row = self.places.get(mention)
            if row is not None and aspect in {Aspect.ABOUT, Aspect.INTENT} and self.about(row) is not False:
                made.setdefault(self.first_of(row), mention)
        return made

    @cached_property
    def slips(self) -> Interval:
        """How often a person's word is a slip, from what two people labelled."""
        doubles, differ = self.spoken.doubles
        return slips(differ, doubles, assumed=self.assumed_slips)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """The samples of weeks in the period."""
        first = datetime.fromtimestamp(self.since, self.zone).date() if self.until > self.since else date.max
        last = datetime.fromtimestamp(self.until, self.zone).date()
        return tuple(
            one
            for one in self.observed.samples
            if one.brand == self.observed.brand and (first - one.week).days < 7 and one.week <= last
        )

    def cells(self, base: Is, yes: Is, *, known: Is | None = None, neutral: bool = False) -> Cells:
        """What was checked in each stratum of the samples: how many, how many of those in `base`, how many of those `yes`.

        `known` says of a relevant row whether the question was answered. With `neutral` only what neutral queries found counts.
        """
        sizes: Counter[str] = Counter()
        found: dict[str, tuple[int, int, int]] = {}
        rows = []
        for sample in self.samples:
            for one in sample.strata:
                if neutral and not one.name.startswith("neutral/"):
                    continue
                sizes[one.name] += max(one.stories, len(one.drawn))
                n, inside, right = found.get(one.name, (0, 0, 0))
                for mention in one.drawn:
                    row = self.places.get(mention)
                    about = None if row is None else self.about(row)
                    if row is None or about is None or (about and known is not None and not known(row)):
                        continue
                    is_base = about and base(row)
                    n, inside, right = n + 1, inside + is_base, right + (is_base and yes(row))
                    rows.append(row)
                found[one.name] = (n, inside, right)
        return Cells(dict(sizes), found, tuple(rows))

    def noise(self, rows: Sequence[int], aspect: Aspect | Question | None) -> Interval:
        """How often the word that counts on these rows is a slip: what two people agree on hardly ever is."""
        if aspect is None or not rows:
            return self.slips
        alone = sum(self.spoken.of(self.table.id[row], aspect).people < 2 for row in rows)
        return self.slips.times(alone / len(rows))

    def precision(self, cells: Cells, whole: int | None = None) -> Interval:
        """The share of what was found that is about the brand, without people's slips.

        It is the share of just what was found: `whole` says how much that is, where more was found than could be drawn.
        """
        more = max(1.0, (whole or 0) / max(1, sum(cells.sizes.values())))
        strata = [(cells.sizes[name] * more, n, inside) for name, (n, inside, _) in sorted(cells.found.items())]
        noise = self.noise(cells.rows, Aspect.ABOUT)
        return without_noise(stratified(strata), noise, checked=max(1, cells.checked))

    def share(self, cells: Cells, name: str, *, aspect: Aspect | Question | None = None, classes: int = 2) -> Interval | None:
        """The share of `yes` in `base`, corrected by the confusion matrix and for people's slips; None when it cannot be said."""
        found = misjudged(cells.sizes, cells.found, self.key(name))
        return None if found is None else without_noise(found, self.noise(cells.rows, aspect), classes=classes)

    @cached_property
    def alone(self) -> list[int]:
        """The first tellings of stories in whose conversation the brand says nothing; who stands alone is a conversation."""
        table, low, high = self.table, self.low, self.high
        ids, talks = table.id, table.conversation
        spoke = compress(range(low, high), _marked(table.party[low:high].tobytes(), Party.OWNED.value, Party.REACTION.value))
        answered = compress(range(low, high), _marked(table.reply[low:high].tobytes(), _BY_BRAND))
        company = {talks[row] or -ids[row] for some in (spoke, answered) for row in some}
        return [row for row in self.earned if (talks[row] or -ids[row]) not in company]

    def is_negative(self, row: int) -> bool:
        """Whether the machine finds it negative."""
        return self.table.tone[row] == NEGATIVE

    def negative_of(self, rows: Sequence[int]) -> list[int]:
        """Those that the machine finds negative."""
        return [*compress(rows, _marked(bytes(taken(self.table.tone, rows)), NEGATIVE))]


def taken(column: array[int], rows: Sequence[int]) -> tuple[int, ...]:
    """A column's numbers at these rows."""
    if len(rows) < 2:
        return tuple(column[row] for row in rows)
    found: tuple[int, ...] = itemgetter(*rows)(column)  # four times as quick as asking for one after the other
    return found


def _marked(numbers: bytes, *wanted: int) -> bytes:
    """A byte for each number: 1 where it is one of those wanted, else 0."""
    table = bytearray(256)
    for one in wanted:
        table[one] = 1
    return numbers.translate(table)


@dataclass(frozen=True, slots=True)
class Cells:
    """What was checked by stratum: the strata's sizes; checked, in the base and yes of each; and the rows that were checked."""

    sizes: Mapping[str, int]
    found: Mapping[str, tuple[int, int, int]]
    rows: tuple[int, ...]

    @property
    def checked(self) -> int:
        """How many were checked."""
        return sum(n for n, _, _ in self.found.values())

    @property
    def base(self) -> int:
        """How many of them are in the base."""
        return sum(inside for _, inside, _ in self.found.values())


def grounds(observed: Observed, thresholds: Thresholds) -> Grounds:
    """Look at what was observed: the period, not beyond the moment of looking; what is dated later is counted and left out."""
    since = observed.since.timestamp()
    until = max(since, min(observed.until, observed.made_at).timestamp())
    at = observed.table.at
    low = bisect_left(at, since)
    high = max(low, bisect_left(at, until))
    future = len(at) - bisect_right(at, observed.made_at.timestamp())
    try:
        zone: tzinfo = ZoneInfo(observed.timezone)
    except (KeyError, ValueError, OSError):
        zone, zone_known = ZoneInfo("UTC"), False
    else:
        zone_known = True
    return Grounds(
        observed=observed,
        since=since,
        until=until,
        low=low,
        high=high,
        future=future,
        zone=zone,
        zone_known=zone_known,
        spoken=spoken(observed.labels, observed.checks, observed.made_at),
        assumed_slips=thresholds["label_slips"],
    )
