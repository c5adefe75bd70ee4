"""What comes round by itself: letting go of what was kept long enough, and looking again at what is still shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from listener.core.model import Author, Engagement
from listener.core.removal import Cause, Removal, Removed
from listener.core.values import dataclass


class Chore(StrEnum):
    """A kind of work that comes round; its word is its key in the archive."""

    PRUNE = "prune"  # retention: words that were kept as long as we may
    RECHECK = "recheck"  # whether posts on X are still there
    AUTHORS = "authors"  # who wrote what matters on X
    STRAYS = "strays"  # mentions that a worker of an older version stored without taking them into the index


EVERY: Mapping[Chore, timedelta] = {
    Chore.PRUNE: timedelta(hours=24),
    Chore.RECHECK: timedelta(hours=1),
    Chore.AUTHORS: timedelta(hours=1),
    Chore.STRAYS: timedelta(minutes=15),
}
# A post that was seen to be there is not looked at again sooner.
CHECKED_FOR = timedelta(hours=24)
# A name that was bought is not bought again sooner.
NAMED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tended:
    """What one chore did, in one line for a person; `error` says what kept it from its end, "" when nothing did."""

    chore: Chore
    said: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a person asks to be forgotten: found by an address, an id, or who wrote it; `entries` are ours."""

    entries: tuple[int, ...]
    authors: tuple[str, ...]  # kind and immutable id, "x:1234567": whatever else is theirs goes too
    words: str  # what was looked for


class Upkeep(Protocol):
    """The archive's memory of what comes round, and the ways in which things leave it."""

    def claim_chores(self, now: datetime) -> Sequence[Chore]:
        """Chores whose time has come; each is claimed by moving its next time on, so that one process does it."""
        ...

    def expire(
        self, kinds: Sequence[str], *, but: Sequence[str] = (), before: datetime, now: datetime, limit: int = 500
    ) -> Removed:
        """Let go of entries of these kinds (of all but `but`, when `kinds` is empty) first seen before a moment, some at a time."""
        ...

    def take_up_strays(self) -> int:
        """Take up mentions that are in no index, of those that were there a call ago; how many there were."""
        ...

    def sweep(self) -> None:
        """Have the words of what went leave the search index's file as well; does nothing when nothing went."""
        ...

    def stale_posts(self, kind: str, *, before: datetime, limit: int) -> Sequence[str]:
        """Ids of posts of a kind that mention a brand and were last seen to be there before a moment, longest ago first."""
        ...

    def looked_again(self, kind: str, there: Mapping[str, Engagement], now: datetime) -> None:
        """Write down that these posts are still there, with the counts they have now."""
        ...

    def remove(self, removals: Sequence[Removal], now: datetime) -> Removed:
        """Take these out in one transaction, with every copy of the words that is ours; idempotent."""
        ...

    def nameless(self, kind: str, *, since: datetime, known_since: datetime, limit: int) -> Sequence[str]:
        """Ids of authors of a kind whose names are not known and whose words matter: negative, a complaint or a question."""
        ...

    def keep_authors(self, kind: str, authors: Sequence[Author], now: datetime) -> int:
        """Remember these accounts and put their names beside what they wrote; how many entries got one."""
        ...

    def find_subject(self, words: str) -> Subject:
        """What an address, an id, `@handle` or `kind:id` stands for in the archive; empty when nothing does."""
        ...

    def forget(self, subject: Subject, now: datetime, cause: Cause = Cause.FORGOTTEN) -> Removed:
        """Take out a subject's entries and everything of its authors, with every copy of the words that is ours."""
        ...
