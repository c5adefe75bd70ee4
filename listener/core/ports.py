"""What the core and the jobs need of the world, as protocols; adapters live in the rooms, fakes in tests/fakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from listener.core.coverage import Coverage, HourCover
from listener.core.errors import SourceError
from listener.core.kept import KeptMention, StoredEntry
from listener.core.labels import Label
from listener.core.mail import Choice, Delivery, Message
from listener.core.model import Brand, Cursor, Document, Entry, Fetched, Judgement, Mention, Sentiment, Source, Text, Tone
from listener.core.near import KeptNearMiss
from listener.core.purchases import Purchases
from listener.core.removal import Removal, Removed, Tombstone
from listener.core.report import DayCount, Digest, Dressed, SourceCoverage
from listener.core.taking_part import Answer
from listener.core.themes import Theme
from listener.core.visits import Attempt, LedgerDay, Run, SourceState


def nothing() -> None:
    """Do nothing: for whoever does not care when a text leaves."""


class SourceKind(Protocol):
    """A way to listen to one kind of place: fetch does I/O, parse does none."""

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Ask the place once, politely; raise SourceError when it cannot be heard."""
        ...

    def parse(self, document: Document) -> Sequence[Entry]:
        """Turn the bytes into entries; one broken entry never costs the others; raise ParseError when it is something else."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A visit to make: which source, and where we stopped."""

    source: Source
    cursor: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How a visit ended: what it brought, or the error as a value; `took` in seconds, `host` whom we asked on the web."""

    ask: Ask
    answer: Fetched | SourceError
    took: float
    host: str = ""


class Ears(Protocol):
    """Visit many places at once and hand over each answer as it comes; parse what was brought."""

    def hear(self, asks: Sequence[Ask], now: datetime) -> Iterator[Sequence[Heard]]:
        """Visit every place once and hand over the answers as they come, some at a time; never raises for one of them."""
        ...

    def parse(self, kind: str, document: Document) -> Sequence[Entry]:
        """Turn a document into entries, by its kind; raise ParseError when it cannot be read."""
        ...


class Analyser(Protocol):
    """Say how texts sound; `name` carries the version, since a score without its maker is no evidence."""

    name: str

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """One sentiment for each text, in order; never raises for a text."""
        ...


class Judge(Protocol):
    """Say in which language, tone and intent mentions speak."""

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Judgement]:
        """One judgement for each mention, in order; never raises for one."""
        ...


class Notifier(Protocol):
    """Send one message; raise DeliveryError, or return None."""

    def send(self, message: Message, handing: Callable[[], None] = nothing) -> None:
        """Hand the message over; when this returns, the other side has taken it.

        `handing` is called once, just before the text itself leaves; when it raises, nothing was sent.
        """
        ...


class Dresser(Protocol):
    """Turn a digest into what is sent."""

    def __call__(self, digest: Digest) -> Dressed:
        """Subject, HTML and text, in the digest's own language."""
        ...


class Sources(Protocol):
    """The archive's memory of sources: who is due, and what every attempt brought."""

    def states(self, keys: Iterable[str] | None = None) -> Sequence[SourceState]:
        """Configured sources in key order; all of them, or those named."""
        ...

    def claim_due(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[str]:
        """Claim sources that are due and that nobody else holds; a claim ends by itself after `lease`."""
        ...

    def unknown(self, found: Sequence[tuple[Source, Sequence[Entry]]]) -> Sequence[Sequence[Entry]]:
        """Of each source's entries those that the archive does not hold yet, each identity once, in their order.

        What was removed is not unknown: it never comes back.
        """
        ...

    def keep_all(self, attempts: Sequence[Attempt]) -> Sequence[Run]:
        """Store attempts in one transaction: documents, entries, mentions, cursors and the ledger's rows.

        Returns the runs with the true counts of what was new, in order. Of a source that another process has kept since its state
        was read nothing is stored, and its run comes back as overtaken. A postponed run only moves the source's next visit.
        """
        ...

    def resting_hosts(self, now: datetime) -> Mapping[str, tuple[datetime, str]]:
        """Hosts that are to be left alone now: until when, and why."""
        ...

    def ledger(self, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[LedgerDay]:
        """What the ledger holds of each day [since, until), by source; days without an attempt are left out."""
        ...

    def runs(self, *, since: datetime, until: datetime, source: str | None = None) -> Sequence[Run]:
        """The ledger's rows that started in [since, until), oldest first."""
        ...


class Mentions(Protocol):
    """The archive's memory of mentions."""

    def collected(self, brand: str, *, since: datetime, until: datetime) -> Sequence[KeptMention]:
        """Mentions of a brand that were collected in [since, until), oldest first."""
        ...

    def mentions(
        self,
        brand: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        tone: Tone | None = None,
        before: tuple[datetime, int] | None = None,
        limit: int = 50,
    ) -> Sequence[KeptMention]:
        """Mentions of a brand, newest said first.

        [since, until) bounds when they were *collected*, as in a digest, so that page and mail show the same rows. `before` is
        the (at, id) of the last one already seen (keyset paging).
        """
        ...

    def mention(self, id: int) -> KeptMention | None:  # noqa: A002 - the field's word
        """One mention, by its permanent id."""
        ...

    def pressing(self, brand: str, *, since: datetime, until: datetime) -> Sequence[KeptMention]:
        """Others' complaints and questions collected in [since, until) and not labelled as answered: the newest 1,000 said."""

    def answers(self, brand: str, *, kind: str, since: datetime, until: datetime) -> Mapping[int, Answer]:
        """What is known of the brand's answers to the mentions of one kind collected in [since, until), by the mention's id."""

    def story(self, id: int) -> Sequence[KeptMention]:  # noqa: A002 - the field's word
        """Every mention of a story (see KeptMention.story), oldest said first."""
        ...

    def days(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """Earned mentions collected within each [since, until), counted by tone; `heard` from the ledger.

        Those said longer than core.schedule.STALE before it began are left out, as in a digest.
        """
        ...

    def coverage(self, brand: str, *, since: datetime, until: datetime) -> Sequence[SourceCoverage]:
        """How each source of a brand was heard in [since, until), in key order."""
        ...


class NearMisses(Protocol):
    """The archive's memory of what only just is no mention; it forgets by age and by number (core.near)."""

    def near_misses(self, brand: str, *, limit: int = 50) -> Sequence[KeptNearMiss]:
        """The latest near misses of a brand, newest first."""
        ...


class Entries(Protocol):
    """The archive's memory of entries, those that mention nobody included."""

    def entries(self, *, after: int = 0, limit: int, since: datetime | None = None) -> Sequence[StoredEntry]:
        """The next entries by id, first seen from `since` on; `after` is the id of the last one already read (keyset paging)."""
        ...

    def entries_at(self, addresses: Sequence[str]) -> Sequence[StoredEntry]:
        """Entries whose key, link or guid is one of these, oldest first."""
        ...

    def mentions_in(self, entries: Sequence[int], brand: str | None = None) -> Sequence[tuple[int, KeptMention]]:
        """The mentions in these entries (at most a few hundred), of one brand or all, each with its entry's id."""
        ...


class Stories(Protocol):
    """The archive's memory of stories; new mentions get theirs when they are kept."""

    def group_waiting(self, limit: int = 500) -> int:
        """Give a story to mentions from before there were stories; how many, 0 when none is waiting."""
        ...


class Themes(Protocol):
    """The archive's memory of themes: what a day's negative stories were about, frozen with the day."""

    def keep_themes(self, brand: str, on: date, themes: Sequence[Theme]) -> None:
        """Keep the themes of a brand's day; those that stand there already stay."""
        ...

    def themes(self, brand: str, *, since: date, until: date) -> Sequence[tuple[date, Theme]]:
        """The themes of a brand's days in [since, until), the latest day first, each day's in their order."""
        ...


class Labels(Protocol):
    """The archive's memory of what people say of mentions; a label is never changed, a newer one of its aspect counts instead."""

    def keep_labels(self, labels: Sequence[Label]) -> Sequence[int]:
        """Keep labels in one transaction, in their order; the ids of mentions that are not there, whose labels were not kept."""
        ...

    def labels(self, mention: int) -> Sequence[Label]:
        """Everything that people ever said of a mention, oldest first."""
        ...

    def labelled(self, brand: str | None = None, *, before: int | None = None, limit: int) -> Sequence[KeptMention]:
        """Mentions that people say something of now, of one brand or all, the latest kept first; `before` is the last id read."""


class Outbox(Protocol):
    """Rows to be sent, one for each recipient of a frozen snapshot; several workers may empty it together."""

    def claim(self, parent: int, now: datetime, *, lease: timedelta) -> Delivery | None:
        """Claim one row that is to be tried now, or None; a claim ends by itself after `lease`."""
        ...

    def hand_over(self, delivery: Delivery, now: datetime) -> None:
        """Note that the text leaves now; raises Overtaken when the row is no longer the caller's, who must then send nothing."""
        ...

    def settle(
        self,
        delivery: Delivery,
        now: datetime,
        *,
        sent: bool,
        error: str = "",
        retry_at: datetime | None = None,
        unknown: bool = False,
    ) -> None:
        """Record how a claimed row ended: sent, to be tried again at `retry_at`, or given up (neither).

        `unknown` counts an attempt of which nobody knows whether it arrived.
        """
        ...


class Digests(Protocol):
    """The archive's memory of digests: frozen snapshots, and an outbox with a row for each recipient."""

    def keep_digest(self, digest: Digest, recipients: Mapping[str, str]) -> int:
        """Store a snapshot and its outbox (recipient to Message-ID) in one transaction; the id of the one that stands.

        A digest and local day has one snapshot for ever: keeping it twice changes nothing and returns the first one's id.
        """
        ...

    def digest(self, key: str, on: date) -> tuple[int, Digest] | None:
        """The snapshot of a digest and local day, with its id, if there is one."""
        ...

    def last_digest(self, key: str, *, before: date) -> date | None:
        """The last day before this one that a digest was about, if there was any."""
        ...

    def told(self, key: str, *, since: date, before: date) -> Collection[int]:
        """The stories that a digest's snapshots about [since, before) listed, and the mentions that stood for them there."""

    @property
    def outbox(self) -> Outbox:
        """The rows of all digests."""
        ...

    def delivery(self, id: int) -> tuple[str, str] | None:  # noqa: A002 - the field's word
        """The digest's key and the recipient of one row of the outbox."""
        ...

    def claim_due_digests(self, now: datetime) -> Sequence[tuple[str, date]]:
        """Digests whose hour has come, each with the local day it is about; advances their next hour by compare-and-set."""
        ...

    def unsent(self, now: datetime) -> Sequence[tuple[str, date]]:
        """Snapshots that still have a delivery to be tried now."""
        ...


class Turns(Protocol):
    """Turns at hosts, shared by every process that keeps to one archive."""

    def take_turns(self, hosts: Sequence[str], owner: str, now: datetime, *, lease: timedelta) -> Mapping[str, datetime]:
        """Take these hosts until `lease` from now; of those that another owner has, or that want a pause, until when."""
        ...

    def leave_turns(self, free_at: Mapping[str, datetime], owner: str) -> None:
        """Leave hosts to whoever comes next, from these moments on."""
        ...


class Removals(Protocol):
    """Taking things back: what is removed never returns, and leaves a tombstone without content."""

    def remove(self, removals: Sequence[Removal], now: datetime) -> Removed:
        """Take these out in one transaction, with their mentions, bytes, and what kept digests show of them; idempotent."""
        ...

    def tombstones(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Tombstone]:
        """The mentions of a brand collected in [since, until) that have gone since, oldest first."""
        ...

    def tombstone(self, mention: int) -> Tombstone | None:
        """What is left of one mention, by its permanent id; None when nothing went by that id."""
        ...


class Covered(Protocol):
    """The archive's memory of how wholly places were heard, for kinds that can say so."""

    def covered(self, source: str) -> Coverage:
        """How far a source was asked for, part by part, and what was not read; nothing for kinds that do not say."""
        ...

    def cover(self, source: str, *, since: datetime, until: datetime) -> Sequence[HourCover]:
        """Each UTC hour that [since, until) touches, for each part of a source: complete, partial, stopped or unknown."""
        ...

    def keep_counts(self, source: str, part: str, counts: Mapping[datetime, int], now: datetime) -> None:
        """Keep a place's own counts by UTC hour; later ones replace earlier ones."""
        ...


class Subscriptions(Protocol):
    """The archive's memory of what people want of their mail."""

    def choices(self, digest: str, addresses: Iterable[str]) -> Mapping[str, Choice]:
        """What each of these addresses (as given) wants of a digest; one that never said anything is left out."""
        ...

    def choose(self, digest: str, address: str, choice: Choice, now: datetime) -> None:
        """Remember what an address wants of a digest; the last word counts."""
        ...


class Archive(
    Sources,
    Entries,
    Mentions,
    NearMisses,
    Stories,
    Themes,
    Labels,
    Digests,
    Subscriptions,
    Removals,
    Turns,
    Purchases,
    Covered,
    Protocol,
):
    """Everything that is remembered."""

    def brands(self) -> Sequence[Brand]:
        """The configured brands, in key order."""
        ...
