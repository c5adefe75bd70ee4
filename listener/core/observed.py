"""What the archive knows of a brand in a period, as plain values: everything that a dossier says is computed from this alone."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from listener.core.labels import WITHDRAWN, Label
from listener.core.sampling import Sample
from listener.core.tellings import Table
from listener.core.values import dataclass


class Party(IntEnum):
    """Who began the conversation that a mention stands in; the number is what the table holds."""

    INDEPENDENT = 0
    REACTION = 1  # to something that the brand posted
    EMPLOYEE = 2  # somebody of the brand's staff, where that is looked for at all
    OWNED = 3  # the brand itself


class Reply(IntEnum):
    """What is known of a public answer to a mention; the number is what the table holds."""

    NOT_OBSERVABLE = 0
    NOT_SEEN = 1  # not as far as we looked
    BRAND = 2  # by the brand
    OTHER = 3  # by somebody else, and not by the brand as far as we looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source that was listened to: its key, its kind, and since when and until when it was configured in the period.

    `route` names the way by which it finds things; two places of one route do not find independently of one another. `social`
    says that people can take part there (a network, a forum, reviews), other than in a newspaper.
    """

    key: str
    kind: str
    route: str
    since: datetime
    until: datetime
    social: bool = False
    trade: bool = False  # trade press


NOBODY_ASKED = "nobody asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A source (by its place in `Observed.places`) that was not heard in [since, until), and why in one line.

    That is NOBODY_ASKED, how the attempt ended and what the place said ("failed: HTTP 503", core.visits.Outcome), or its own words.
    """

    place: int
    since: datetime
    until: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPost:
    """Something that the brand itself posted, on which kind of place; `mention` is its id where it is a mention, else 0."""

    at: datetime
    kind: str
    mention: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryChange:
    """The query became another: numbers before and after count other things; `gained` and `lost` are stored mentions."""

    at: datetime
    version: str
    gained: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A competitor, heard through the same places in the same period."""

    key: str
    name: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlDay:
    """How many stories the control series (a neutral term of the trade, heard through the same places) had on a local day."""

    on: date
    stories: int


class RelationKind(StrEnum):
    """What a name on the uploaded list is to the brand."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    COMPETITOR = "competitor"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A name on the uploaded list, as a number from its salted hash; `present` says that a public post of or about it was found.

    The table's column `relation` holds this number where the voice or the outlet is on the list, else 0.
    """

    mark: int
    kind: RelationKind
    present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One session of reading and sorting: when, how long (idle time taken out), how much was handled, how much acted on.

    `on_noise` are the minutes that went to what turned out not to be about the brand.
    """

    at: datetime
    minutes: float
    handled: int = 0
    acted: int = 0
    on_noise: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Money that listening cost, in euros, and for what ("x", "hosting", "hours" …)."""

    at: datetime
    euros: float
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """An imported visit, lead or sale that a mention is known to have brought; `euros` is its worth as the import says."""

    at: datetime
    euros: float
    what: str = ""
    mention: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A mention that asks something, the cluster of like questions it belongs to, and whether an own page answers that."""

    mention: int
    cluster: str
    answered: bool


class Question(StrEnum):
    """What a person is asked of a mention for the dossier alone; relevance, tone and intent are labels (core.labels)."""

    MARKET = "market"  # who is in conversation: business or consumers
    WORTH = "worth"  # whether a voice that is not on the list matters commercially
    CLAIM = "claim"  # whether it tells of a legal claim, and what caused that
    LEAK = "leak"  # whether it gives away what a code word stands for, and where that came from


ANSWERS: dict[Question, tuple[str, ...]] = {
    Question.MARKET: ("b2b", "b2c", "unclear"),
    Question.WORTH: ("yes", "no"),
    Question.CLAIM: ("none", "own", "other"),  # own: caused by a post of the brand
    Question.LEAK: ("none", "own", "other"),  # own: from a post of the brand or its staff
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A person's answer to a question about a mention; the newest of each person counts, and WITHDRAWN takes it back.

    Raises ValueError for another answer.
    """

    mention: int
    question: Question
    answer: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what is no answer to the question."""
        if self.answer != WITHDRAWN and self.answer not in ANSWERS[self.question]:
            known = ", ".join(ANSWERS[self.question])
            raise ValueError(f"{self.question.value}: '{self.answer}' is not one of {known}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """What of a period only a person can tell for the dossier: the mentions with a word of claims and courts, and with a code word.

    `is_listed` says that relations were brought: then it counts which of the voices matter that are not among them.
    """

    claims: tuple[int, ...] = ()
    leaks: tuple[int, ...] = ()
    is_listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """All that a dossier of one brand is computed from; no text, no name and no address of anybody is in it.

    [since, until) bounds when mentions were *said*; `made_at` is the moment of looking, beyond which nothing can be known.
    """

    brand: str
    brand_name: str
    language: str  # nl or en: of the person who asked
    timezone: str
    since: datetime
    until: datetime
    made_at: datetime
    table: Table
    places: tuple[Place, ...]
    languages: tuple[str, ...] = ("und",)  # what the table's column `language` counts in
    gaps: tuple[Gap, ...] = ()
    accounts: int = 0  # the brand's own accounts, where people can answer it
    own_heard: bool = False  # whether the brand's own posts were listened to
    own: tuple[OwnPost, ...] = ()
    first_own_at: datetime | None = None  # ever, as far as the archive goes back
    first_independent_at: datetime | None = None
    staff: bool = False  # whether staff is looked for, and only ever counted together
    changes: tuple[QueryChange, ...] = ()
    rivals: tuple[Rival, ...] = ()
    control: tuple[ControlDay, ...] = ()
    relations: tuple[Relation, ...] = ()
    code_words: int | None = None  # how many are watched for; None: no list
    code_hits: tuple[int, ...] = ()  # mentions with a code word
    claim_terms: tuple[int, ...] = ()  # mentions with a term of claims and courts
    sittings: tuple[Sitting, ...] = ()
    spent: tuple[Spent, ...] = ()
    conversions: tuple[Conversion, ...] | None = None  # None: nothing was imported
    asked: tuple[Asked, ...] = ()
    pages_known: bool = False  # whether the brand's own pages were read, so that "no page answers this" can be said
    samples: tuple[Sample, ...] = ()
    labels: tuple[Label, ...] = ()  # everything that people said of mentions in the table, oldest first
    checks: tuple[Check, ...] = ()
    removed: tuple[tuple[str, int], ...] = ()  # mentions that have gone since, by cause
    versions: tuple[tuple[str, str], ...] = ()  # of the program, its judges and the query
    queries: tuple[str, ...] = field(default=())
    seed: int = 0
