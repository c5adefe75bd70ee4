"""Days counted, many at once: what others said on each, and whether anything was heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import BindParameter, Connection, Integer, TextClause, bindparam, text

from listener.core.labels import YES
from listener.core.model import Media
from listener.core.report import DayCount, ToneCount
from listener.core.schedule import STALE
from listener.core.visits import Outcome
from listener.storage.chunks import chunks
from listener.storage.schema.base import Instant

# Each day is looked up in the index by itself: CROSS JOIN keeps SQLite from turning the two round, and a statement for each day
# costs more in Python than in the database. Everything that is counted stands in ix_mention_brand_id_collected_at.
_COUNTED = f"""
    CROSS JOIN mention AS m
    WHERE m.brand_id = :brand AND m.collected_at >= d.since AND m.collected_at < d.until AND m.said_at >= d.fresh
      AND m.media = '{Media.EARNED.value}' AND coalesce(m.label_about, '{YES}') = '{YES}' AND m.put_away_at IS NULL
"""
_TONES = f"SELECT d.n, coalesce(m.label_tone, m.tone) AS tone, count(*) AS items FROM days AS d {_COUNTED} GROUP BY 1, 2"  # noqa: S608
# What is not grouped yet is a story of its own, and no two of them share a number.
_APART = f"""
    SELECT d.n, count(DISTINCT coalesce(m.story_id, -m.id)) AS stories, count(DISTINCT coalesce(m.voice, -m.id)) AS voices
    FROM days AS d {_COUNTED} GROUP BY 1
"""  # noqa: S608 - our own words
_WELL = ", ".join(f"'{outcome.value}'" for outcome in Outcome if outcome.heard)
_HEARD = f"""
    SELECT d.n FROM days AS d WHERE EXISTS (
      SELECT 1 FROM source AS s JOIN run AS r ON r.source_id = s.id
      WHERE s.brand_id = :brand AND r.started_at >= d.since AND r.started_at < d.until AND r.outcome IN ({_WELL})
    )
"""  # noqa: S608 - our own words


def days(connection: Connection, brand_id: int | None, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
    """Earned mentions of a brand collected within each [since, until), counted by tone; `heard` from the ledger."""
    return [one for some in chunks(bounds) for one in _days(connection, brand_id, some)]


def _days(connection: Connection, brand_id: int | None, bounds: Sequence[tuple[date, datetime, datetime]]) -> list[DayCount]:
    given = _given(brand_id, bounds)
    tones: dict[int, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(_statement(_TONES, len(bounds)), given):
        tones[row.n][row.tone] = row.items
    apart = {row.n: (row.stories, row.voices) for row in connection.execute(_statement(_APART, len(bounds)), given)}
    well = _heard(connection, given, len(bounds))
    made = []
    for number, (on, _, _) in enumerate(bounds):
        stories, voices = apart.get(number, (0, 0))
        made.append(DayCount(on=on, tones=ToneCount(**tones[number]), stories=stories, voices=voices, heard=number in well))
    return made


def heard(connection: Connection, brand_id: int | None, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[bool]:
    """Whether any source of a brand was heard within each [since, until)."""
    made: list[bool] = []
    for some in chunks(bounds):
        well = _heard(connection, _given(brand_id, some), len(some))
        made += [number in well for number in range(len(some))]
    return made


def _heard(connection: Connection, given: dict[str, object], count: int) -> set[int]:
    return set(connection.execute(_statement(_HEARD, count), given).scalars())


def _given(brand_id: int | None, bounds: Sequence[tuple[date, datetime, datetime]]) -> dict[str, object]:
    given: dict[str, object] = {"brand": brand_id}
    for number, (_, since, until) in enumerate(bounds):
        given |= {f"since{number}": since, f"until{number}": until, f"fresh{number}": since - STALE}
    return given


@cache
def _statement(asked: str, count: int) -> TextClause:
    rows = ", ".join(f"({number}, :since{number}, :until{number}, :fresh{number})" for number in range(count))
    names = (f"{name}{number}" for number in range(count) for name in ("since", "until", "fresh"))
    binds: list[BindParameter[object]] = [bindparam(name, type_=Instant()) for name in names]
    return text(f"WITH days(n, since, until, fresh) AS (VALUES {rows}) {asked}").bindparams(
        bindparam("brand", type_=Integer()), *binds
    )
