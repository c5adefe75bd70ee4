"""What was read of a search on X and what was not: the newest post covered, and the gaps below it, filled newest first.

Everything up to `since_id` is covered, except what lies in a gap. A page moves this on by its own ids (never by a page token
alone), so a crash between two pages loses nothing and buys nothing twice: the state travels with the page's posts into one
transaction. Ids on X hold their moment: milliseconds since 2006-03-21 in the bits above the 22nd.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from listener.core.model import Cursor

_EPOCH_MS = 1288834974657  # https://docs.x.com/fundamentals/x-ids (snowflake)
# Recent search reaches seven days back; an older since_id is answered with 400.
REACH = timedelta(days=6, hours=23)
# Posts become searchable within seconds, some much later: how far behind the clock a search that found nothing may move us.
_LATENESS = timedelta(days=1)
_SETTLED = timedelta(minutes=1)
# A gap is read on in the same run; a later run looks at the newest posts first.
_SAME_RUN = timedelta(minutes=5)
_EMPTY_PAGES = 3
_NOTES = 50


@dataclass(frozen=True, slots=True)
class Gap:
    """Posts with low < id < high that were not read; `token` and `empty` belong to pages that came without posts."""

    low: int
    high: int
    token: str = ""
    empty: int = 0
    expired: bool = False  # its lower part lies beyond X's reach, and that was noted


@dataclass(frozen=True, slots=True)
class Lost:
    """Posts with low < id < high that can no longer be read, and why; for the ledger."""

    low: int
    high: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What to ask for now: posts after `since_id` (else after `start_at`) and before `until_id`; `gap` is the one it fills."""

    since_id: int = 0
    start_at: datetime | None = None
    until_id: int = 0
    token: str = ""
    gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one search was read."""

    since_id: int = 0
    gaps: tuple[Gap, ...] = ()
    lost: tuple[Lost, ...] = ()
    asked_at: datetime | None = None  # when the newest posts were last asked for

    @classmethod
    def of(cls, cursor: Cursor | None) -> Reach:
        """The state that a cursor holds; none yet is a search that was never asked."""
        value = cursor.value if cursor else {}
        asked_at = value.get("asked_at")
        return cls(
            since_id=int(value.get("since_id", "0")),
            gaps=tuple(Gap(*one) for one in json.loads(value.get("gaps", "[]"))),
            lost=tuple(Lost(*one) for one in json.loads(value.get("lost", "[]"))),
            asked_at=datetime.fromisoformat(asked_at) if asked_at else None,
        )

    def cursor(self) -> Cursor:
        """The state as a cursor."""
        value = {
            "since_id": str(self.since_id),
            "gaps": json.dumps([[one.low, one.high, one.token, one.empty, one.expired] for one in self.gaps]),
            "lost": json.dumps([[one.low, one.high, one.reason] for one in self.lost[-_NOTES:]]),
        }
        if self.asked_at is not None:
            value["asked_at"] = self.asked_at.isoformat()
        return Cursor(value)

    def trimmed(self, now: datetime) -> Reach:
        """The state without what has passed out of X's reach; each loss is noted once."""
        horizon = id_at(now - REACH)
        gaps, lost = [], list(self.lost)
        for gap in self.gaps:
            if gap.high <= horizon:
                lost.append(Lost(0 if gap.expired else gap.low, gap.high, "older than seven days before it could be read"))
            elif 0 < gap.low < horizon and not gap.expired:
                lost.append(Lost(gap.low, horizon, "older than seven days before it could be read"))
                gaps.append(replace(gap, expired=True))
            else:
                gaps.append(gap)
        since_id = self.since_id
        if 0 < since_id < horizon:
            lost.append(Lost(since_id, horizon, "nobody asked for more than seven days"))
            since_id = 0
        return replace(self, since_id=since_id, gaps=tuple(gaps), lost=tuple(lost))

    def window(self, now: datetime) -> Window:
        """What to ask for now: the newest posts, or, when these were just asked for, the newest gap."""
        if self.gaps and self.asked_at is not None and timedelta() <= now - self.asked_at < _SAME_RUN:
            gap = max(self.gaps, key=lambda one: one.high)
            fresh = gap.low >= id_at(now - REACH) and not gap.expired
            # Never both: X answers since_id together with start_time with 400.
            return Window(
                since_id=gap.low if fresh else 0,
                start_at=None if fresh else now - REACH,
                until_id=gap.high,
                token=gap.token,
                gap=gap,
            )
        return Window(since_id=self.since_id, start_at=None if self.since_id else now - REACH)

    def after(self, window: Window, ids: Sequence[int], token: str, now: datetime) -> Reach:
        """The state after a page with these post ids; `token` is "" on the last page of a window."""
        if window.gap is not None:
            return self._after_gap(window.gap, ids, token)
        moved = replace(self, asked_at=now)
        if not token:
            return replace(moved, since_id=max([self.since_id, id_at(now - _LATENESS), *ids]))
        high = min(ids, default=id_at(now - _SETTLED))
        gap = Gap(window.since_id, high, expired=not window.since_id)
        gaps = (*self.gaps, gap) if gap.low < gap.high else self.gaps
        return replace(moved, since_id=max([self.since_id, high, *ids]), gaps=gaps)

    def _after_gap(self, gap: Gap, ids: Sequence[int], token: str) -> Reach:
        others = tuple(one for one in self.gaps if one != gap)
        if not token:
            return replace(self, gaps=others)
        inside = [one for one in ids if gap.low < one < gap.high]
        if inside:
            return replace(self, gaps=(*others, Gap(gap.low, min(inside), expired=gap.expired)))
        if ids or gap.empty + 1 >= _EMPTY_PAGES or token == gap.token:
            # Asking on would buy the same posts again, or go round in a circle.
            return replace(self, gaps=others, lost=(*self.lost, Lost(gap.low, gap.high, "the pages did not move on")))
        return replace(self, gaps=(*others, replace(gap, token=token, empty=gap.empty + 1)))

    def without(self, window: Window, now: datetime) -> Reach:
        """The state after X said that an id in this window is too old for it: what cannot be asked for is noted as lost."""
        horizon = id_at(now - REACH)
        reason = "older than X's search reaches"
        if window.gap is None:
            lost = (*self.lost, Lost(window.since_id, max(horizon, window.since_id + 1), reason))
            return replace(self, since_id=0, lost=lost)
        gap = window.gap
        others = tuple(one for one in self.gaps if one != gap)
        if window.since_id and gap.high > horizon:
            lost = (*self.lost, Lost(gap.low, horizon, reason))
            return replace(self, gaps=(*others, replace(gap, expired=True)), lost=lost)
        return replace(self, gaps=others, lost=(*self.lost, Lost(gap.low, gap.high, reason)))


def id_at(moment: datetime) -> int:
    """The smallest id that a post of this moment can have; 0 before X's ids began to hold their moment."""
    return max(0, int(moment.timestamp() * 1000) - _EPOCH_MS) << 22


def moment_of(id: int) -> datetime | None:  # noqa: A002 - the field's word
    """When a post was made, by its id; None for ids from before November 2010 or beyond dates."""
    milliseconds = (id >> 22) + _EPOCH_MS
    if id < 1 << 35:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None
