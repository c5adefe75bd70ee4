"""Visits to places: what was tried, how it ended, and where a source stands on the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from listener.core.coverage import Coverage
from listener.core.model import Cursor, Document, Entry, JudgedMention, Source
from listener.core.near import NearMiss
from listener.core.removal import Removal
from listener.core.values import dataclass


class Outcome(StrEnum):
    """How one attempt at a source ended: the ledger's word for it."""

    NEW = "new"  # heard, and there was something we did not have
    UNCHANGED = "unchanged"  # heard: the place says, or its bytes show, that nothing changed
    KNOWN = "known"  # heard: other bytes, but every entry was here already
    EMPTY = "empty"  # heard: a well-formed answer without entries
    UNREADABLE = "unreadable"  # an answer came that is not what the kind expects; its bytes are kept
    TOO_LARGE = "too large"  # cut off at the size limit
    FAILED = "failed"  # the place could not be reached or broke off
    REFUSED = "refused"  # the place, or our own guard, says no: a person must act
    LIMITED = "limited"  # the place asks us to come back later
    STOPPED = "stopped"  # our own budget ended it
    POSTPONED = "postponed"  # not asked yet: its host has asked for rest or has a queue; no attempt, so never in the ledger
    OVERTAKEN = "overtaken"  # another process collected the same source meanwhile; nothing was stored twice

    @property
    def heard(self) -> bool:
        """Whether the place was really heard in this attempt."""
        return self in {Outcome.NEW, Outcome.UNCHANGED, Outcome.KNOWN, Outcome.EMPTY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One attempt at a source, with its outcome: a row of the ledger.

    `size` is in bytes as decoded, `took` in seconds, `cost` in US dollars.
    """

    source: str
    started_at: datetime
    outcome: Outcome
    entries: int = 0
    new_entries: int = 0
    new_mentions: int = 0
    size: int = 0
    took: float = 0.0
    status: int | None = None  # the HTTP status, where there was one
    cost: float = 0.0
    detail: str = ""  # one line for a person; "" when all is well


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source with its place on the clock: what the archive knows about it now."""

    source: Source
    cursor: Cursor | None
    revision: int  # grows with every kept change; guards against two processes writing one cursor
    failures: int  # in a row
    next_due_at: datetime
    heard_at: datetime | None  # last time it was really heard
    last_run: Run | None = None
    recent: tuple[datetime, ...] = ()  # when its latest entries were published, newest first (core.schedule.remembered)
    note: str = ""  # the kind's standing word for a person
    rested_at: datetime | None = None  # since when it is no longer visited, until its configuration changes


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRest:
    """A host that asked to be left alone; `host` is its name, with the port where it is not the usual one."""

    host: str
    until: datetime | None  # as it says; None when it does not
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a source and all that it brought, ready to be kept; what is None stays as it is."""

    state: SourceState
    run: Run
    next_due_at: datetime
    cursor: Cursor | None = None
    document: Document | None = None
    entries: Sequence[Entry] = ()
    mentions: Sequence[JudgedMention] = ()
    near: Sequence[NearMiss] = ()
    asked: Mapping[str, str] = field(default_factory=dict)  # the versions of the queries that were asked, by brand
    recent: tuple[datetime, ...] | None = None
    note: str | None = None
    host: str = ""  # who was asked, "" when it was nobody on the web
    rest: HostRest | None = None  # a host that asks to be left alone
    ends: bool = False  # the source rests from now on
    coverage: Coverage | None = None  # all that is known of what was asked for; None leaves it as it was
    removed: Sequence[Removal] = ()  # what the place says was taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDay:
    """One local day of one source in the ledger; `detail` is the last failure's, "" when there was none."""

    source: str
    on: date
    attempts: int
    failed: int
    entries: int  # new ones
    mentions: int
    outcome: Outcome | None  # of the last failure
    detail: str
