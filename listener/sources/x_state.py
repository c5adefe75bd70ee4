"""Where a search on X stands, part by part: what its cursor holds, what to ask next, and what the ledger of coverage says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from listener.core.coverage import Coverage, Hole, Stretch
from listener.core.model import Cursor
from listener.core.values import dataclass
from listener.sources.x_gaps import INDEXING, RELOOK, Gap, Lost, Reach, Window, moment_of
from listener.sources.x_queries import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The parts of a search, each with how far it was read; `page` is the number of the last page that was taken up."""

    parts: Mapping[str, Reach]
    page: int = 0

    @classmethod
    def of(cls, cursor: Cursor | None, parts: Sequence[Part]) -> State:
        """The state that a cursor holds of these parts; a part that it does not know was never asked."""
        value = cursor.value if cursor else {}
        known = json.loads(value.get("parts", "{}"))
        if not known and "since_id" in value and len(parts) == 1:
            # As it was written before a search could have parts.
            known = {
                parts[0].key: {**value, "gaps": json.loads(value.get("gaps", "[]")), "lost": json.loads(value.get("lost", "[]"))}
            }
        return cls(parts={one.key: Reach.of(known.get(one.key, {})) for one in parts}, page=int(value.get("page", "0")))

    def cursor(self) -> Cursor:
        """The state as a cursor."""
        parts = {key: reach.written() for key, reach in self.parts.items()}
        return Cursor({"page": str(self.page), "parts": json.dumps(parts)})

    def trimmed(self, now: datetime) -> State:
        """The state without what has passed out of X's reach."""
        return replace(self, parts={key: reach.trimmed(now) for key, reach in self.parts.items()})

    def next(self, now: datetime, relook: timedelta = RELOOK) -> tuple[str, Window]:
        """What to ask now: the newest posts of each part that this run has not asked for, then the newest gap of all."""
        fresh = next((key for key, reach in self.parts.items() if reach.asked_at != now), None)
        if fresh is not None:
            return fresh, self.parts[fresh].window(now, relook)
        windows = {key: reach.window(now, relook) for key, reach in self.parts.items()}
        key = max(windows, key=lambda one: windows[one].gap.high if windows[one].gap else 0)  # type: ignore[union-attr]
        return key, windows[key]

    def with_part(self, key: str, reach: Reach, page: int | None = None) -> State:
        """The state with one part moved on, by a page of that number."""
        return replace(self, parts={**self.parts, key: reach}, page=self.page if page is None else page)

    def unfinished(self, now: datetime) -> bool:
        """Whether this run, known by its `now`, still has something to ask."""
        return any(reach.unfinished(now) for reach in self.parts.values())

    def coverage(self, parts: Sequence[Part], now: datetime) -> Coverage:
        """How far each part was asked for, and what in it was not read."""
        stretches = []
        holes = []
        for one in parts:
            reach = self.parts[one.key]
            if reach.asked_at is None:
                continue
            since = reach.began_at or reach.asked_at
            stretches.append(Stretch(part=one.key, words=one.query, since=since, until=max(since, reach.asked_at - INDEXING)))
            holes += [_hole(one.key, gap, gap.opened_at or now, since) for gap in reach.gaps]
            holes += [_hole(one.key, lost, lost.at or now, since) for lost in reach.lost]
        return Coverage(stretches=tuple(stretches), holes=tuple(holes))


def _hole(part: str, missed: Gap | Lost, opened_at: datetime, since: datetime) -> Hole:
    from_ = moment_of(missed.low) or since
    return Hole(
        part=part,
        low=missed.low,
        high=missed.high,
        since=from_,
        until=max(from_, moment_of(missed.high) or from_),
        reason=missed.reason if isinstance(missed, Lost) else "not read yet",
        opened_at=opened_at,
        lost=isinstance(missed, Lost),
    )
