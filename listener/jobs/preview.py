"""What a changed query would catch of what is stored, before anybody changes it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta

from listener.core.mentions import MentionFinder
from listener.core.model import Brand, Entry
from listener.core.ports import Entries
from listener.core.values import dataclass

BATCH = 500
_WEEK = timedelta(days=7)
_SHORTEST = timedelta(days=1)  # what a week's volume is projected from, at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One item that a query would gain or lose, and the clause that catches it."""

    title: str
    outlet: str
    link: str
    at: datetime
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A query beside what is stored: counts of items, the newest of those it would gain and lose, and what a week would bring."""

    brand: str
    query: str
    version: str
    read: int  # stored entries that were asked
    since: datetime | None  # when the first of them was first seen
    until: datetime
    stored: int  # mentions of the brand among them, now
    caught: int  # mentions there would be
    gained: int
    lost: int
    gains: tuple[Sample, ...]
    losses: tuple[Sample, ...]

    @property
    def days(self) -> float:
        """How long a time that is, in days; a day at least."""
        return max(self.until - (self.since or self.until), _SHORTEST) / timedelta(days=1)

    def per_week(self, items: int) -> float:
        """So many items in that time, a week."""
        return items * (_WEEK / timedelta(days=1)) / self.days


def preview(
    archive: Entries, brand: Brand, query: str, now: datetime, *, since: datetime | None = None, samples: int = 10
) -> Preview:
    """Ask a query of the stored entries, a batch at a time; changes nothing. Raises QueryError when the query is wrong."""
    finder = MentionFinder([replace(brand, query=query)])
    read = stored = caught = gained = lost = 0
    first: datetime | None = None
    gains: deque[Sample] = deque(maxlen=samples)
    losses: deque[Sample] = deque(maxlen=samples)
    after = 0
    while batch := archive.entries(after=after, limit=BATCH, since=since):
        after = batch[-1].id
        read += len(batch)
        first = min([one.entry.first_seen_at for one in batch] + ([first] if first else []))
        kept = {entry: one.judged.mention.clause for entry, one in archive.mentions_in([one.id for one in batch], brand.key)}
        stored += len(kept)
        for one in batch:
            found = finder.find(one.entry, one.brand, one.kind)
            caught += len(found)
            if found and one.id not in kept:
                gained += 1
                gains.append(_sample(one.entry, found[0].clause))
            elif not found and one.id in kept:
                lost += 1
                losses.append(_sample(one.entry, kept[one.id]))
    return Preview(
        brand=brand.key,
        query=query,
        version=finder.version(brand.key),
        read=read,
        since=first,
        until=now,
        stored=stored,
        caught=caught,
        gained=gained,
        lost=lost,
        gains=tuple(reversed(gains)),
        losses=tuple(reversed(losses)),
    )


def _sample(entry: Entry, clause: str) -> Sample:
    at = entry.published_at or entry.first_seen_at
    title = entry.title or entry.text[:80]
    return Sample(title=title, outlet=entry.outlet, link=entry.link, at=at, clause=clause)
