"""The values that travel from a place to a reader; each stage holds the stage before and adds one thing."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from listener.core.coverage import Coverage
from listener.core.removal import Removal, Rewriting


class Media(StrEnum):
    """Who speaks: others (earned) or the brand itself, in a place of its own (owned)."""

    EARNED = "earned"
    OWNED = "owned"


class Tone(StrEnum):
    """How an item speaks of the brand; UNSURE is an honest answer, never a missing one."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNSURE = "unsure"


class Intent(StrEnum):
    """What an item wants; about the item, never about the person."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    PURCHASE = "purchase"
    JOB = "job"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Places and accounts that belong to the brand itself; decides owned against earned.

    `domains` are host names (their sub-domains count too); the accounts are immutable ids, since handles change.
    """

    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()  # "x:1234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Who we listen for; `key` is the name of its file in config/brands."""

    key: str
    name: str
    query: str
    language: str = "nl"
    owned: Owned = field(default_factory=Owned)


IMPORT = "import"  # the kind of a source that holds another tool's archive, and is never visited


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place we were told to listen to; `key` is the person's name for it, unique over all brands.

    `language` (ISO 639-1) and `country` (ISO 3166-1, two capitals) are the brand's: where a place has editions, they say which.
    """

    key: str
    brand: str
    kind: str
    address: str
    every: timedelta = timedelta(minutes=30)
    language: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """A digest that someone asked for: about which brand, to whom, at what wall time; `limit` caps the stories it lists.

    It comes on `days` of the week (0 is Monday), about the complete days since the one before. With a `minimum` it is held back
    until there are so many mentions, a week at most. `tones` are those of the stories it lists, all when there are none.
    """

    key: str  # "molenaar/daily"
    brand: str
    to: tuple[str, ...]
    at: time
    timezone: str
    language: str
    limit: int = 10
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    minimum: int = 0
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where we stopped last time; opaque to all but the source's kind."""

    value: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a place answered, as it answered; `url` is the final address, after redirects."""

    source: str
    url: str
    media_type: str  # the Content-Type header as it came, "" when there was none
    body: bytes
    fetched_at: datetime

    @cached_property  # asked for by each entry; hence no slots here
    def fingerprint(self) -> str:
        """Hexadecimal sha256 of the body."""
        return _sha256(self.body)


@functools.lru_cache(maxsize=2)  # each of a document's entries asks for it, and bytes keep their own hash
def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote an entry, as far as the place says; a missing count is None, never 0."""

    name: str = ""
    handle: str = ""
    id: str = ""
    followers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Counts the place itself states; None where it does not."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None
    rating: float | None = None  # stars, 1 to 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Where an entry stands in a conversation; ids are the place's own, as text."""

    conversation: str = ""
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a document.

    `guid` is the place's id for it, as text ("" when it gives none); `url` is canonical and serves as a key; `link` is as given
    (http or https only, else ""). `title` and `text` are plain text. `published_at` is aware UTC, or None when the place does not
    say: it is never invented; a moment that still lay in the future when the entry was fetched is not believed, and kept as
    `stated_at`. `vouched` means that the place itself searched for the brand (Google Alerts, X), so the entry is
    kept even where our own term is absent. `language` and `country` are the place's hints ("" when it gives none).
    """

    document: str  # the document's fingerprint
    source: str
    guid: str
    url: str
    link: str
    title: str
    text: str
    outlet: str  # who published it: host name or account
    first_seen_at: datetime
    published_at: datetime | None = None
    stated_at: datetime | None = None  # only where it lay in the future
    author: Author = field(default_factory=Author)
    language: str = ""
    country: str = ""
    thread: Thread = field(default_factory=Thread)
    engagement: Engagement = field(default_factory=Engagement)
    vouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entry that speaks of a brand, with the words that prove it.

    `clause` is the part of the query that caught it; `query_version` the fingerprint of the query's text (12 hexadecimal digits).
    `spans` are [start, end) offsets of the matched terms within `excerpt`.
    """

    brand: str
    entry: Entry
    excerpt: str
    clause: str
    query_version: str
    media: Media
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words to be judged, with the language they are in ("und" when undetermined) and their genre ("" when nobody said).

    Genres are "social", "review" and "headline": what counts as neutral differs between them.
    """

    words: str
    language: str
    genre: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiment:
    """One analyser's word on one text: polarity in [-1, 1], confidence in [0, 1], and who said so (name and version).

    `probabilities` of negative, neutral and positive, where the analyser gives them; they add up to 1.
    """

    tone: Tone
    polarity: float
    confidence: float
    analyser: str
    probabilities: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a judge made of a mention: language (ISO 639-1, or "und"), tone, polarity, confidence, intent, and its own name.

    `probabilities` of negative, neutral and positive are the analyser's, before any rule had its say; None where it gives none, and
    where the judgement is read beside its mention rather than among its proof.
    """

    language: str
    tone: Tone
    polarity: float
    confidence: float
    intent: Intent
    judge: str
    probabilities: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMention:
    """A mention and the judgement of it."""

    mention: Mention
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one visit brought: a document or nothing new, where to go on, and whether there is more to ask for at once.

    `wait` is how long the place itself asks us to stay away (max-age, ttl …), None when it does not say, and `closed` are the
    hours of the week, in UTC, in which it wants no visit (0 is Monday's first). `adaptive` places may be visited less often while
    they are silent. `unread` is where to go on when the document turns out to be unreadable; None means `cursor`. `note` is a
    standing word for a person ("moved to …"), "" when there is none. `cost` is what the visit cost, in US dollars; `status` the
    HTTP status, where there was one. `detail` says in one line what of the place could not be heard although the visit
    went well (a gap that nobody can fill any more), "" when nothing was missed. `removed` is what the place says was taken back,
    `rewritten` what says something else than before. `coverage` is all that is known of how far the place was asked for, where a
    kind can say so.
    """

    document: Document | None
    cursor: Cursor
    more: bool = False
    wait: timedelta | None = None
    closed: frozenset[int] = frozenset()
    adaptive: bool = False
    unread: Cursor | None = None
    note: str = ""
    cost: float = 0.0
    status: int | None = None
    detail: str = ""
    removed: tuple[Removal, ...] = ()
    rewritten: tuple[Rewriting, ...] = ()
    coverage: Coverage | None = None
