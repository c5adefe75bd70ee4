"""What comes round by itself: words go when they were kept long enough, posts are looked at again, authors get their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from listener.core.errors import SourceError
from listener.core.model import Author, Engagement
from listener.core.purchases import dollars
from listener.core.removal import Cause, Removal
from listener.core.upkeep import CHECKED_FOR, NAMED_FOR, Chore, Tended, Upkeep
from listener.core.values import dataclass

X = "x"
# What is looked at, and whose names are bought, in one go.
_BATCH = 100
# How far back the names of authors are worth their price.
_RECENT = timedelta(days=30)


class Place(Protocol):
    """Where posts can be looked at again and accounts have names, for money; each method raises SourceError."""

    def look(self, ids: Sequence[str], now: datetime) -> tuple[Mapping[str, Engagement], Mapping[str, str], int]:
        """Posts that are still there with their counts, those that are gone with why, and micro-dollars."""
        ...

    def name(self, ids: Sequence[str], now: datetime) -> tuple[Sequence[Author], int]:
        """Accounts with their names, and micro-dollars."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """What the chores need of the world; `days` says how long words are kept by kind ("" for every other), 0 for ever."""

    archive: Upkeep
    days: Mapping[str, int]
    x: Place | None = None  # None: nothing is bought there
    authors: bool = False

    def tend(self, chore: Chore, now: datetime) -> Tended:
        """Do one chore; never raises for a place that says no."""
        try:
            if chore is Chore.PRUNE:
                return self._prune(now)
            if chore is Chore.STRAYS:
                return self._take_up()
            return self._recheck(now) if chore is Chore.RECHECK else self._name(now)
        except SourceError as fault:
            return Tended(chore=chore, said="", error=fault.detail)

    def _prune(self, now: datetime) -> Tended:
        named = [kind for kind in self.days if kind]
        entries = 0
        for kind, days in self.days.items():
            gone = -1
            while days and gone:
                before = now - timedelta(days=days)
                removed = self.archive.expire([kind] if kind else [], but=named, before=before, now=now)
                gone = removed.entries
                entries += gone
        self.archive.sweep()
        return Tended(chore=Chore.PRUNE, said=f"{entries} entries were kept as long as [retention] says, and went")

    def _take_up(self) -> Tended:
        found = self.archive.take_up_strays()
        said = f"{found} mentions were in no index, and can be found now" if found else "every mention is in the index"
        return Tended(chore=Chore.STRAYS, said=said)

    def _recheck(self, now: datetime) -> Tended:
        ids = self.archive.stale_posts(X, before=now - CHECKED_FOR, limit=_BATCH) if self.x else ()
        if not ids or self.x is None:
            return Tended(chore=Chore.RECHECK, said="no post needs another look")
        there, gone, cost = self.x.look(ids, now)
        self.archive.remove([Removal(kind=X, guid=one, cause=Cause.TAKEN_BACK) for one in gone], now)
        self.archive.looked_again(X, there, now)
        said = f"{len(there)} posts on X are still there, {len(gone)} went (US$ {dollars(cost)})"
        return Tended(chore=Chore.RECHECK, said=said)

    def _name(self, now: datetime) -> Tended:
        if self.x is None or not self.authors:
            return Tended(chore=Chore.AUTHORS, said="no names are bought")
        ids = self.archive.nameless(X, since=now - _RECENT, known_since=now - NAMED_FOR, limit=_BATCH)
        if not ids:
            return Tended(chore=Chore.AUTHORS, said="everyone whose words matter has a name")
        authors, cost = self.x.name(ids, now)
        # An account that X does not know is remembered without a name, so that nobody asks for it again for a month.
        unknown = {*ids} - {one.id for one in authors} if authors else set()
        self.archive.keep_authors(X, [*authors, *(Author(id=one) for one in sorted(unknown))], now)
        return Tended(chore=Chore.AUTHORS, said=f"{len(authors)} authors on X got their names (US$ {dollars(cost)})")
