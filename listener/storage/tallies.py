"""Counting by tone over months, from the counts of each hour: trends and shares of voice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select

from listener.core.model import Media, Tone
from listener.core.report import ToneCount
from listener.core.schedule import STALE
from listener.storage import tables as t
from listener.storage.bulk import moment
from listener.storage.derived import waiting
from listener.storage.engine import reading
from listener.storage.rollup import hour_of, quarter_of

_HOUR = timedelta(hours=1)
_SOME = 1_000  # stretches in one statement

# Tones side by side: either database would sort what it groups.
_SUMS = ", ".join(f"sum(number + expired) FILTER (WHERE tone = '{one.value}')" for one in Tone)
_COUNTS = ", ".join(f"count(*) FILTER (WHERE coalesce(label_tone, tone) = '{one.value}')" for one in Tone)
# A question for each stretch of hours, which SQLite answers in some microseconds.
_HOURS_OF_ONE = f"""
SELECT {_SUMS} FROM hour_count WHERE brand_id = ? AND hour >= ? AND hour < ? AND (said = 0 OR said >= ?) AND media = ?
"""  # noqa: S608 - our own words
_ROWS_OF_ONE = f"""
SELECT {_COUNTS} FROM mention WHERE brand_id = ? AND collected_at >= ? AND collected_at < ? AND said_at >= ? AND media = ?
AND coalesce(label_about, 'yes') = 'yes' AND put_away_at IS NULL
"""  # noqa: S608
# On PostgreSQL all stretches are one question; each is one short run of its table's index, and counted by itself: joined in one
# go, all of the table would be read and laid beside all stretches.
_FROM_HOURS = f"""
WITH w (place, brand_id, low, high, stale) AS (VALUES {{stretches}})
SELECT w.place, w.brand_id, of_one.* FROM w CROSS JOIN LATERAL (
  SELECT {_SUMS} FROM hour_count AS c
  WHERE c.brand_id = w.brand_id AND c.hour >= w.low AND c.hour < w.high AND c.media = %s AND (c.said = 0 OR c.said >= w.stale)
) AS of_one
"""  # noqa: S608
_FROM_ROWS = f"""
WITH w (place, brand_id, low, high, stale) AS (VALUES {{stretches}})
SELECT w.place, w.brand_id, of_one.* FROM w CROSS JOIN LATERAL (
  SELECT {_COUNTS} FROM mention AS m
  WHERE m.brand_id = w.brand_id AND m.collected_at >= w.low AND m.collected_at < w.high AND m.said_at >= w.stale
  AND m.media = %s AND coalesce(m.label_about, 'yes') = 'yes' AND m.put_away_at IS NULL
) AS of_one
"""  # noqa: S608

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
            for (whole, of_one), stretches in (((_FROM_HOURS, _HOURS_OF_ONE), hours), ((_FROM_ROWS, _ROWS_OF_ONE), rows)):
                is_sqlite = connection.dialect.name == "sqlite"
                found_counts = (
                    _one_by_one(connection, of_one, stretches, media) if is_sqlite else _asked(connection, whole, stretches, media)
                )
                for place, brand_id, tone, number in found_counts:
                    counts[known[brand_id], place][tone] += int(number)
        return {key: [ToneCount(**counts[key, place]) for place in range(len(bounds))] for key in brands}


def _whole_hours(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """The whole hours within [since, until); two times `since` when there is none."""
    first, last = (one.replace(minute=0, second=0, microsecond=0) for one in (since, until))
    first += _HOUR if first < since else timedelta()
    return (first, last) if first < last else (since, since)


def _asked(connection: Connection, statement: str, stretches: Sequence[_Stretch], media: Media) -> Iterator[Any]:
    for start in range(0, len(stretches), _SOME):
        some = stretches[start : start + _SOME]
        asked = statement.format(stretches=", ".join(["(%s, %s, %s, %s, %s)"] * len(some)))
        for place, brand_id, *sums in connection.exec_driver_sql(asked, (*(value for one in some for value in one), media.value)):
            yield from _told(place, brand_id, sums)


def _one_by_one(connection: Connection, statement: str, stretches: Sequence[_Stretch], media: Media) -> Iterator[Any]:
    raw: Any = connection.connection.dbapi_connection
    for place, brand_id, low, high, stale in stretches:
        (sums,) = raw.execute(statement, (brand_id, low, high, stale, media.value))
        yield from _told(place, brand_id, sums)


def _told(place: int, brand_id: int, sums: Sequence[int | None]) -> Iterator[tuple[int, int, str, int]]:
    for tone, number in zip(Tone, sums, strict=True):
        if number:
            yield place, brand_id, tone.value, number
