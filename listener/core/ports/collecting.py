"""What collecting needs of the archive: sources, entries, turns at hosts, what was covered and what was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from listener.core.coverage import Coverage, HourCover
from listener.core.kept import KeptMention, StoredEntry
from listener.core.model import Entry, Source
from listener.core.removal import Removal, Removed, Rewriting, Tombstone
from listener.core.visits import Attempt, LedgerDay, Run, SourceState


class Sources(Protocol):
    """The archive's memory of sources: who is due, and what every attempt brought."""

    def states(self, keys: Iterable[str] | None = None, *, brand: str | None = None) -> Sequence[SourceState]:
        """Configured sources in key order; all of them, those of a brand, or those named."""
        ...

    def claim_due(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[str]:
        """Claim sources that are due and that nobody else holds; a claim ends by itself after `lease`."""
        ...

    def unknown(self, found: Sequence[tuple[Source, Sequence[Entry]]]) -> Sequence[Sequence[Entry]]:
        """Of each source's entries those that the archive does not hold yet, each identity once, in their order.

        What was removed is not unknown: it never comes back.
        """
        ...

    def rewrite(self, rewritten: Sequence[Rewriting], now: datetime) -> Removed:
        """Take out the entries whose words are no longer these; unlike what was removed, they may come back as they are now."""
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

    def ledger(
        self,
        bounds: Sequence[tuple[date, datetime, datetime]],
        sources: Sequence[str] | None = None,
        *,
        brand: str | None = None,
    ) -> Sequence[LedgerDay]:
        """What the ledger holds of each day [since, until), by source; days without an attempt are left out.

        `sources` are the keys of those that are asked for, None for all; `brand` is the key of the one whose sources are.
        """
        ...

    def runs(self, *, since: datetime, until: datetime, source: str | None = None) -> Sequence[Run]:
        """The ledger's rows that started in [since, until), oldest first."""
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
