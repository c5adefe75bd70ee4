"""An evidence report in words and widths: what its page and its PDF both show, in the reader's language, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An interval on a scale from 0 to 100 percent of its width: the band, its point, and the marks of the rule."""

    low: float
    high: float
    point: float
    marks: tuple[tuple[float, str], ...] = ()  # where, and what begins there
    ends: tuple[str, str] = ("0%", "100%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A person's word: dated, signed with a name, and kept apart from what the machine found."""

    by: str
    on: str
    words: str
    sealed: bool  # whether it is still as it was kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A figure: what it counts, what it came to, between what it lies, and what of it is known besides."""

    key: str
    label: str
    value: str
    interval: str = ""
    remark: str = ""
    band: Band | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Somebody else's words, or only the way to them; raw, since escaping is the template's."""

    id: str
    where: str  # outlet and day
    words: str
    link: str
    language: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A page of the dossier."""

    key: str
    number: str
    claim: str
    title: str
    verdict: str  # for the style sheet
    verdict_words: str
    kind: str  # direct, proxy or none, in words
    answer: str
    rules: tuple[tuple[str, str], ...]  # "contradicted if" and the rest, with their words
    figures: tuple[Number, ...]
    examples: tuple[Quote, ...]
    examples_remark: str
    counter: tuple[str, ...]
    counter_figure: Number | None
    counter_quotes: tuple[Quote, ...]
    coverage: str
    cannot: tuple[str, ...]
    earlier: str = ""  # what an earlier version of the thresholds would have said
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that was listened to: how many days of the period it was heard, and a sign for each stretch of it."""

    key: str
    kind: str
    heard: str
    days: str  # one letter a day or stretch: h(eard), p(artly), n(ot), . (nobody tried)
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A bar of the volume: its height in percents of the highest; a gap has none, and is drawn as one."""

    label: str
    value: str
    height: float
    gap: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the appendix; `numbers` are the columns that are set flush right."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """All words of a report, in its order."""

    language: str
    title: str
    brand: str
    period: str
    made: str
    report: str  # its id
    question: str
    answer: tuple[str, ...]
    certainty: str
    counts: tuple[tuple[str, str, str], ...]  # verdict, how many, the word: the dossier in one line
    figures: tuple[Number, ...]
    sources: tuple[Source, ...]
    sources_remark: str
    heard: tuple[str, ...]
    deaf: tuple[str, ...]  # what we could not hear
    weeks: tuple[Week, ...]
    objections: tuple[Objection, ...]
    tables: tuple[Table, ...]
    methods: tuple[tuple[str, str, str], ...]  # figure, formula, source
    footnote: str
    words: Mapping[str, str] = field(default_factory=dict)  # headings and the like, by an English name

    @property
    def subject(self) -> str:
        """The subject of the mail that it goes out with."""
        return f"{self.title}, {self.period}"

    @property
    def preheader(self) -> str:
        """What an inbox shows behind the subject."""
        return self.answer[0] if self.answer else self.question
