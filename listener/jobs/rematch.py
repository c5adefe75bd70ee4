"""A brand's changed query asked of everything that is stored, a batch at a time; it goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from listener.core.change import QueryVersion
from listener.core.kept import StoredEntry
from listener.core.mentions import MentionFinder
from listener.core.model import Brand, JudgedMention, Mention
from listener.core.ports import Judge

BATCH = 500
LEASE = timedelta(minutes=10)  # longer than a batch takes, its judging included


class Memory(Protocol):
    """The part of the archive that this needs; see storage.queries."""

    def entries(self, *, after: int = 0, limit: int, since: datetime | None = None) -> Sequence[StoredEntry]:
        """The next entries by id."""
        ...

    def claim_rematch(self, brand: str, now: datetime, *, lease: timedelta) -> QueryVersion | None:
        """Want the stored entries to be asked again, and hold that work."""
        ...

    def asked_again(self, brand: str, entries: Sequence[int]) -> Mapping[int, tuple[int, bool]]:
        """Which of these entries are mentions: the mention's number, and whether it is put away."""
        ...

    def keep_rematch(
        self,
        version: QueryVersion,
        now: datetime,
        *,
        to: int,
        new: Sequence[tuple[StoredEntry, JudgedMention]] = (),
        again: Sequence[tuple[int, Mention]] = (),
        away: Sequence[int] = (),
        lease: timedelta,
    ) -> QueryVersion | None:
        """Keep a batch, unless another process did it first or the query is another by now; the version that counts then."""
        ...


def rematch(archive: Memory, judge: Judge, brand: Brand, clock: Callable[[], datetime]) -> Iterator[QueryVersion]:
    """Ask the stored entries again and yield how far it is after each batch; the last one is done, or of another version.

    Only mentions that are new are judged. What the query does not catch any more is put away, never deleted, and comes back when a
    later version catches it. What it still catches keeps the clause and the version that caught it.
    """
    version = archive.claim_rematch(brand.key, clock(), lease=LEASE)
    if version is None or version.is_done:
        return
    finder = MentionFinder([replace(brand, query=version.query)])
    while not version.is_done:
        batch = archive.entries(after=version.matched_to or 0, limit=BATCH)
        kept = archive.asked_again(brand.key, [one.id for one in batch])
        new: list[tuple[StoredEntry, Mention]] = []
        again: list[tuple[int, Mention]] = []
        away: list[int] = []
        for one in batch:
            found = finder.find(one.entry, one.brand, one.kind)
            number, is_away = kept.get(one.id, (0, False))
            if found and not number:
                new.append((one, found[0]))
            elif found and is_away:
                again.append((number, found[0]))
            elif number and not found and not is_away:
                away.append(number)
        judgements = judge([mention for _, mention in new]) if new else ()
        judged = [
            (stored, JudgedMention(mention=mention, judgement=word))
            for (stored, mention), word in zip(new, judgements, strict=True)
        ]
        to = batch[-1].id if batch else version.matched_to or 0
        standing = archive.keep_rematch(version, clock(), to=to, new=judged, again=again, away=away, lease=LEASE)
        if standing is None:
            return
        yield standing
        if standing.id != version.id:
            return  # somebody changed the query meanwhile, and asking goes on with that one
        if standing.matched_to is None:
            return  # somebody stopped it: what came of it so far stays
        version = standing
