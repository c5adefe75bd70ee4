"""Counts of each hour, so that a trend of months reads some thousand rows and not some million.

By hours in UTC, of which the days of nearly every zone consist; where one begins within an hour, that hour is counted from the
rows. By when mentions were collected, as digests count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from listener.core.schedule import STALE
from listener.storage.bulk import run_many

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR, _QUARTER = timedelta(hours=1), timedelta(minutes=15)
# A day has at most 25 hours; what was said longer before its collection than this may be too old for the day it was collected on.
_SURELY_FRESH = STALE - 26 * _HOUR

Key = tuple[int, int, str, str, int]  # brand, hour, media, tone, said

_ADD = """
INSERT INTO hour_count (brand_id, hour, media, tone, said, number, expired) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (brand_id, hour, media, tone, said)
DO UPDATE SET number = hour_count.number + excluded.number, expired = hour_count.expired + excluded.expired
"""


def hour_of(at: datetime) -> int:
    """The hour in which a moment lies, since 1970."""
    return (at - _EPOCH) // _HOUR


def quarter_of(at: datetime) -> int:
    """The quarter of an hour in which a moment lies, since 1970: days of every zone there is begin with one."""
    return (at - _EPOCH) // _QUARTER


def key(brand_id: int, collected_at: datetime, said_at: datetime, media: str, tone: str) -> Key:
    """The row in which a mention is counted."""
    said = 0 if collected_at - said_at < _SURELY_FRESH else quarter_of(said_at)
    return brand_id, hour_of(collected_at), media, tone, said


def add(connection: Connection, keys: Iterable[Key], sign: int = 1, *, expired: bool = False) -> None:
    """Count these mentions (`sign` 1), or no longer (-1); those that retention lets go are counted apart from then on."""
    counts = Counter(keys)
    # In one order everywhere, so that two who count the same hours wait for each other, and not both for ever.
    rows = [(*one, sign * number, number if expired else 0) for one, number in sorted(counts.items())]
    run_many(connection, _ADD, rows)
