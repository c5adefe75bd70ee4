"""Counting by tone over months, from the counts of each hour: trends and shares of voice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select

from listener.core.model import Media
from listener.core.report import ToneCount
from listener.core.schedule import STALE
from listener.storage import tables as t
from listener.storage.bulk import moment
from listener.storage.derived import waiting
from listener.storage.engine import reading
from listener.storage.rollup import hour_of, quarter_of

_HOUR = timedelta(hours=1)
_SOME = 1_000  # stretches in one statement

# The stretches come first (CROSS JOIN keeps SQLite to that), and each is one short run of its table's index.
_FROM_HOURS = """
WITH w (place, brand_id, low, high, stale) AS (VALUES {stretches})
SELECT w.place, c.brand_id, c.tone, sum(c.number + c.expired) FROM w CROSS JOIN hour_count AS c
WHERE c.brand_id = w.brand_id AND c.hour >= w.low AND c.hour < w.high AND c.media = ? AND (c.said = 0 OR c.said >= w.stale)
GROUP BY w.place, c.brand_id, c.tone
"""
_FROM_ROWS = """
WITH w (place, brand_id, low, high, stale) AS (VALUES {stretches})
SELECT w.place, m.brand_id, coalesce(m.label_tone, m.tone), count(*) FROM w CROSS JOIN mention AS m
WHERE m.brand_id = w.brand_id AND m.collected_at >= w.low AND m.collected_at < w.high AND m.said_at >= w.stale
AND m.media = ? AND coalesce(m.label_about, 'yes') = 'yes' AND m.put_away_at IS NULL
GROUP BY w.place, m.brand_id, coalesce(m.label_tone, m.tone)
"""

_Stretch = tuple[int, int, Any, Any, Any]  # place among the bounds, brand, low, high, stale


class TallyStore:
    """Counting by tone, in SQL."""

    _engine: Engine

    def tallies(
        self, brands: Sequence[str], bounds: Sequence[tuple[datetime, datetime]], *, media: Media = Media.EARNED
    ) -> Mapping[str, Sequence[ToneCount]]:
        """Mentions of each brand collected within each [since, until), by tone, as `days` counts them.

        What retention let go stays counted. Exact where the bounds lie on whole quarters of an hour.
        """
        with reading(self._engine) as connection:
            found = connection.execute(select(t.brand.c.key, t.brand.c.id).where(t.brand.c.key.in_(brands)))
            known = {row.id: row.key for row in found}
            bounds = [(since.astimezone(UTC), until.astimezone(UTC)) for since, until in bounds]
            after, upto = waiting(connection)
            at = moment(connection)
            hours: list[_Stretch] = []
            rows: list[_Stretch] = []
            for place, (since, until) in enumerate(bounds):
                first, last = _whole_hours(since, until) if after >= upto else (since, since)
                edges = [(low, high) for low, high in ((since, first), (last, until)) if low < high]
                for brand in known:
                    if first < last:
                        hours.append((place, brand, hour_of(first), hour_of(last), quarter_of(since - STALE)))
                    rows += [(place, brand, at(low), at(high), at(since - STALE)) for low, high in edges]
            counts: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
            for statement, stretches in ((_FROM_HOURS, hours), (_FROM_ROWS, rows)):
                for place, brand, tone, number in _asked(connection, statement, stretches, media):
                    counts[known[brand], place][tone] += int(number)
        return {key: [ToneCount(**counts[key, place]) for place in range(len(bounds))] for key in brands}


def _whole_hours(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """The whole hours within [since, until); two times `since` when there is none."""
    first, last = (one.replace(minute=0, second=0, microsecond=0) for one in (since, until))
    first += _HOUR if first < since else timedelta()
    return (first, last) if first < last else (since, since)


def _asked(connection: Connection, statement: str, stretches: Sequence[_Stretch], media: Media) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(stretches), _SOME):
        some = stretches[start : start + _SOME]
        asked = statement.format(stretches=", ".join(["(?, ?, ?, ?, ?)"] * len(some)))
        values = (*(value for one in some for value in one), media.value)
        if connection.dialect.paramstyle != "qmark":
            asked = asked.replace("?", "%s")
        found += connection.exec_driver_sql(asked, values).all()
    return found
