"""The dossier: what each objection comes to, its figures with their error, the counter-evidence, and what cannot be told."""

from __future__ import annotations

from array import array
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from listener.core.thresholds import Thresholds
from listener.core.values import dataclass


class Metric(StrEnum):
    """How well a figure measures an objection."""

    DIRECT = "direct"
    PROXY = "proxy"  # something near it: it can only point to an answer
    NONE = "none"  # nothing that is heard can measure it


class Verdict(StrEnum):
    """What the data say of an objection; the last is what stands until they say something."""

    CONTRADICTED = "contradicted"
    SUPPORTED = "supported"
    MIXED = "mixed"
    UNDETERMINED = "undetermined"


class Wording(StrEnum):
    """How a verdict is to be worded: the four, and what an undetermined one may add."""

    CONTRADICTED = "contradicted"
    SUPPORTED = "supported"
    MIXED = "mixed"
    UNDETERMINED = "undetermined"
    NOT_CONTRADICTED = "not contradicted"  # we listened, and found nothing against the objection
    POINTS_AGAINST = "points against"  # a proxy speaks against it
    POINTS_TOWARDS = "points towards"  # a proxy speaks for it
    NO_CASE = "no case"  # no case was seen, which proves nothing


class Certainty(StrEnum):
    """How firmly a verdict stands."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same words in Dutch and in English; numbers are already in them."""

    nl: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in a language (nl or en; any other is English)."""
        return self.nl if language == "nl" else self.en


NOTHING = Phrase("", "")


class Unit(StrEnum):
    """What a figure counts in."""

    SHARE = "share"  # from 0 to 1
    STORIES = "stories"
    VOICES = "voices"
    ITEMS = "items"
    COUNT = "count"  # of whatever the name says
    PER_MONTH = "per month"  # of 30 days
    HOURS = "hours"
    MINUTES = "minutes"
    EUROS = "euros"
    CHANGE = "change"  # relative change a month: 0.05 is five per cent more each month
    SCORE = "score"  # a number without a unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its error.

    `value` is None where too little was seen to say one; `low` and `high` bound a 95 % interval, None where there is none (a plain
    count). `n` is how many observations it was made of; `method` names the formula (docs/explanation/evidence.md has them all);
    `rows` are the permanent ids of the mentions it was made of.
    """

    key: str
    name: Phrase
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    unit: Unit
    method: str
    rows: array[int] = field(default_factory=lambda: array("q"))
    note: Phrase = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The strongest counter-evidence, chosen by a fixed rule; `rule` says which, `mentions` show it."""

    rule: Phrase
    words: Phrase
    figure: Figure | None = None
    mentions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an earlier version of the thresholds would have made of the same data."""

    version: int
    on: date
    author: str
    verdict: Verdict
    wording: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one objection comes to. `examples` are mentions that a person has verified, three at most."""

    key: str
    title: Phrase
    claim: Phrase  # in the sceptic's own words
    metric: Metric
    measures: Phrase  # what is measured
    contradicted_if: Phrase
    supported_if: Phrase
    figures: tuple[Figure, ...]
    verdict: Verdict
    wording: Wording
    certainty: Certainty
    reason: Phrase
    examples: tuple[int, ...]
    counter: Counter | None
    cannot_tell: Phrase
    trivial: bool = False  # the share is what it is by definition
    needs: tuple[Phrase, ...] = ()  # what a person could do so that more can be said
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCover:
    """How one source was heard: hours that were to be heard, and hours that were."""

    key: str
    kind: str
    hours: float
    heard: float
    items: int
    gaps: tuple[tuple[datetime, datetime, str], ...] = ()
    since: datetime | None = None  # when it began to be listened to in the period, and when that ended
    until: datetime | None = None

    @property
    def share(self) -> float:
        """The share of the hours that was heard; 0 where there were none to be heard."""
        return self.heard / self.hours if self.hours else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What was listened to, and what was not: `days` local days in the period, `covered` on which any source was heard."""

    days: int
    covered: int
    share: float  # heard source-hours among all
    places: tuple[PlaceCover, ...]
    silent: tuple[date, ...] = ()  # days without any source


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of the volume; `stories` is None where less than half of it was heard: a gap, never a zero."""

    on: date  # its first day
    days: int
    stories: int | None
    voices: int | None
    heard: float  # share of its source-hours
    changed: bool = False  # the query became another
    control: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A group of figures on one subject, with what must be said beside them."""

    key: str
    title: Phrase
    figures: tuple[Figure, ...]
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What people checked by hand: drawn, answered, contested (people contradict one another), and what counts become by it."""

    drawn: int
    checked: int
    contested: int
    needed: int
    precision: Figure
    real: Figure  # stories found, and how many of them are about the brand
    tone: tuple[Figure, ...] = ()
    intent: tuple[Figure, ...] = ()
    confusion: tuple[tuple[str, str, int], ...] = ()  # machine's word, person's word, how often
    needs: tuple[Phrase, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether enough was checked to correct counts by it."""
        return self.checked >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An editor's word on a figure or an objection (`about` is its key): kept apart from what the machine says."""

    about: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything that the evidence report says of a brand and a period, frozen."""

    brand: str
    brand_name: str
    language: str
    timezone: str
    since: datetime
    until: datetime
    made_at: datetime
    question: Phrase
    answer: Phrase
    certainty: Certainty
    headline: tuple[Figure, ...]  # six at most
    cover: Cover
    checked: Checked
    findings: tuple[Finding, ...]
    measures: tuple[Measure, ...]
    weeks: tuple[Week, ...]
    thresholds: Thresholds
    earlier: tuple[Thresholds, ...]
    versions: tuple[tuple[str, str], ...]
    cautions: tuple[Phrase, ...]  # fixed sentences about what cannot be heard, and what of the input was strange
    removed: tuple[tuple[str, int], ...] = ()
    notes: tuple[Note, ...] = ()
