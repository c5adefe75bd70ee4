"""What was read of a search on X and what was not: the newest post covered, and the gaps below it, filled newest first.

Everything up to `since_id` is covered, except what lies in a gap. A page moves this on by its own ids (never by a page token
alone), so a crash between two pages loses nothing and buys nothing twice: the state travels with the page's posts into one
transaction. Ids on X hold their moment: milliseconds since 2006-03-21 in the bits above the 22nd.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.core.values import dataclass

_EPOCH_MS = 1288834974657  # https://docs.x.com/fundamentals/x-ids (snowflake)
# Recent search reaches seven days back; an older since_id is answered with 400.
REACH = timedelta(days=6, hours=23)
# Posts become searchable within seconds, some much later: how far behind the clock a search that found nothing is believed.
_LATENESS = timedelta(days=1)
# The newest posts are not searchable yet (https://docs.x.com/x-api/posts/search/integrate/paginate: end_time's default).
INDEXING = timedelta(seconds=30)
# Posts can become searchable after newer ones: so far behind the newest one we have, everything is asked for again.
RELOOK = timedelta(minutes=15)
_EMPTY_PAGES = 3
_STUCK = 8
_NOTES = 50


@dataclass(frozen=True, slots=True)
class Gap:
    """Posts with low < id < high that were not read; `token` and `empty` belong to pages that came without posts."""

    low: int
    high: int
    token: str = ""
    empty: int = 0
    expired: bool = False  # X called its lower end too old, so it is asked for by time
    opened_at: datetime | None = None
    stuck: int = 0  # how often its page brought nothing new and yet was not the last
    stuck_at: datetime | None = None  # in which run it last did; it is left alone for the rest of that run


@dataclass(frozen=True, slots=True)
class Lost:
    """Posts with low < id < high that can no longer be read, and why; for the ledger."""

    low: int
    high: int
    reason: str
    at: datetime | None = None  # when that became clear


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
    began_at: datetime | None = None  # from when on posts were asked for at all

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Reach:
        """The state as it was written; nothing yet is a search that was never asked."""
        return cls(
            since_id=int(value.get("since_id", 0)),
            gaps=tuple(_gap(*one) for one in value.get("gaps", ())),
            lost=tuple(_lost(*one) for one in value.get("lost", ())),
            asked_at=_moment(value.get("asked_at")),
            began_at=_moment(value.get("began_at")),
        )

    def written(self) -> dict[str, Any]:
        """The state, fit for JSON."""
        return {
            "since_id": self.since_id,
            "gaps": [
                [one.low, one.high, one.token, one.empty, one.expired, _text(one.opened_at), one.stuck, _text(one.stuck_at)]
                for one in self.gaps
            ],
            "lost": [[one.low, one.high, one.reason, _text(one.at)] for one in self.lost[-_NOTES:]],
            "asked_at": _text(self.asked_at),
            "began_at": _text(self.began_at),
        }

    def trimmed(self, now: datetime) -> Reach:
        """The state without what has passed out of X's reach; each loss is noted, and a gap begins where it ends."""
        horizon = id_at(now - REACH)
        gaps: list[Gap] = []
        lost = self.lost
        for gap in self.gaps:
            if gap.low >= horizon - 1:
                gaps.append(gap)
                continue
            # One whose low end is 0 was written before ends were moved; what it lost until then was noted.
            if gap.low or gap.high <= horizon:
                lost = _noted(lost, Lost(gap.low, min(gap.high, horizon), "older than seven days before it could be read", now))
            if gap.high > horizon:
                gaps.append(replace(gap, low=horizon - 1))
        # A search that found nothing does not move `since_id`, but it was asked.
        covered = max(self.since_id, id_at(self.asked_at - _LATENESS) if self.asked_at else 0)
        if 0 < covered < horizon:
            lost = _noted(lost, Lost(covered, horizon, "nobody asked for more than seven days", now))
        return replace(self, since_id=0 if self.since_id < horizon else self.since_id, gaps=tuple(gaps), lost=lost)

    def window(self, now: datetime, relook: timedelta = RELOOK) -> Window:
        """What to ask for now: the newest posts, or, when this run (known by its `now`) asked for these already, the newest gap."""
        open_now = self._open(now)
        if open_now and self.asked_at == now:
            gap = max(open_now, key=lambda one: one.high)
            fresh = gap.low >= id_at(now - REACH) - 1 and not gap.expired
            # Never both: X answers since_id together with start_time with 400.
            return Window(
                since_id=gap.low if fresh else 0,
                start_at=None if fresh else now - REACH,
                until_id=gap.high,
                token=gap.token,
                gap=gap,
            )
        since_id = _earlier(self.since_id, relook, id_at(now - REACH)) if self.since_id else 0
        return Window(since_id=since_id, start_at=None if since_id else now - REACH)

    def unfinished(self, now: datetime) -> bool:
        """Whether this run, known by its `now`, still has something to ask."""
        return self.asked_at != now or bool(self._open(now))

    def _open(self, now: datetime) -> list[Gap]:
        return [one for one in self.gaps if one.stuck_at != now]

    def after(self, window: Window, ids: Sequence[int], token: str, now: datetime) -> Reach:
        """The state after a page with these post ids; `token` is "" on the last page of a window."""
        if window.gap is not None:
            return self._after_gap(window.gap, ids, token, now)
        # What this window reaches is its own now: an older gap ends where it begins, so that nothing is read twice.
        older = tuple(replace(one, high=min(one.high, window.since_id + 1)) for one in self.gaps if one.low < window.since_id)
        moved = replace(self, asked_at=now, began_at=self.began_at or window.start_at, gaps=older)
        low = window.since_id or id_at(window.start_at or now - REACH) - 1
        if ids and min(ids) <= low and max(ids) <= max(self.since_id, low):
            # A page, but not the one that was asked for: nothing in it is new, and some lies below what was asked. Another run
            # asks for the whole window again.
            gap = Gap(low, max(id_at(now - INDEXING), low + 2), opened_at=now, stuck=1, stuck_at=now)
            return replace(moved, since_id=max(self.since_id, gap.high), gaps=(*older, gap))
        if not token:
            # Nothing found costs nothing, so the same is asked for again until there is something: an empty answer may be a lie,
            # as one that a proxy kept.
            return replace(moved, since_id=max([self.since_id, *ids]))
        high = min(ids, default=id_at(now - INDEXING))
        gap = Gap(low, high, opened_at=now)
        gaps = (*older, gap) if gap.low < gap.high else older
        return replace(moved, since_id=max([self.since_id, high, *ids]), gaps=gaps)

    def _after_gap(self, gap: Gap, ids: Sequence[int], token: str, now: datetime) -> Reach:
        others = tuple(one for one in self.gaps if one != gap)
        if not token:
            return replace(self, gaps=others)
        inside = [one for one in ids if gap.low < one < gap.high]
        if inside:
            return replace(self, gaps=(*others, replace(gap, high=min(inside), token="", empty=0)))
        if not ids and gap.empty + 1 < _EMPTY_PAGES and token != gap.token:
            return replace(self, gaps=(*others, replace(gap, token=token, empty=gap.empty + 1)))
        # Asking on now would buy the same posts again, or go round in a circle. Later it may go better.
        if gap.stuck + 1 >= _STUCK:
            return replace(self, gaps=others, lost=(*self.lost, Lost(gap.low, gap.high, "the pages did not move on", now)))
        return replace(self, gaps=(*others, replace(gap, token="", empty=0, stuck=gap.stuck + 1, stuck_at=now)))

    def without(self, window: Window, now: datetime) -> Reach:
        """The state after X said that an id in this window is too old for it: what cannot be asked for is noted as lost."""
        horizon = id_at(now - REACH)
        reason = "older than X's search reaches"
        if window.gap is None:
            lost = (*self.lost, Lost(window.since_id, max(horizon, window.since_id + 1), reason, now))
            return replace(self, since_id=0, lost=lost)
        gap = window.gap
        others = tuple(one for one in self.gaps if one != gap)
        if window.since_id and gap.high > horizon:
            lost = _noted(self.lost, Lost(gap.low, horizon, reason, now))
            return replace(self, gaps=(*others, replace(gap, low=max(gap.low, horizon - 1), expired=True)), lost=lost)
        return replace(self, gaps=others, lost=(*self.lost, Lost(gap.low, gap.high, reason, now)))


def _noted(lost: tuple[Lost, ...], new: Lost) -> tuple[Lost, ...]:
    """The losses with a new one, which goes on where another of its kind ended: what passes away bit by bit is one loss."""
    for one in lost:
        if one.reason == new.reason and (one.low == new.low or one.high - 1 <= new.low <= one.high):
            return tuple(replace(other, high=new.high, at=new.at) if other is one else other for other in lost)
    return (*lost, new)


def _earlier(since_id: int, by: timedelta, horizon: int) -> int:
    """The id of so much earlier, as far as X reaches back."""
    return max(since_id - (int(by.total_seconds() * 1000) << 22), min(since_id, horizon), 1)


def _moment(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _gap(*given: Any) -> Gap:
    """A gap from its list, which may be as short as it once was."""
    whole: list[Any] = [*given, *["", 0, ""][len(given) - 5 :]]
    low, high, token, empty, expired, opened_at, stuck, stuck_at = whole
    return Gap(low, high, token, empty, expired, _moment(opened_at), stuck, _moment(stuck_at))


def _lost(low: int, high: int, reason: str, at: str = "") -> Lost:
    return Lost(low, high, reason, _moment(at))


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
