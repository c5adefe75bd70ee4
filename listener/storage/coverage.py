"""The archive's memory of coverage: stretches and holes as the last kept visit left them, and a place's own counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, select

from listener.core.coverage import Coverage, Hole, HourCover, Stop, Stretch, cover_hours
from listener.core.visits import Attempt, Outcome
from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment
from listener.storage.engine import reading, writing

_HEARD = [outcome.value for outcome in Outcome if outcome.heard]


class CoverageStore:
    """Coverage, in SQL."""

    _engine: Engine

    def covered(self, source: str) -> Coverage:
        """How far a source was asked for, part by part, and what was not read; nothing for kinds that do not say."""
        with reading(self._engine) as connection:
            source_id = connection.execute(select(t.source.c.id).where(t.source.c.key == source)).scalar()
            return _coverage(connection, source_id)

    def cover(self, source: str, *, since: datetime, until: datetime) -> Sequence[HourCover]:
        """Each UTC hour that [since, until) touches, for each part of a source: complete, partial, stopped or unknown."""
        with reading(self._engine) as connection:
            source_id = connection.execute(select(t.source.c.id).where(t.source.c.key == source)).scalar()
            coverage = _coverage(connection, source_id)
            if not coverage.stretches:
                return []
            counts = select(t.counted).where(
                t.counted.c.source_id == source_id, t.counted.c.since_at >= since, t.counted.c.since_at < until
            )
            counted = {(row.part, row.since_at): row.posts for row in connection.execute(counts)}
            return cover_hours(
                coverage,
                since=since,
                until=until,
                stops=_stops(connection, source_id, min(one.until for one in coverage.stretches), until),
                counted=counted,
                read=_read(connection, source_id, since, until) if counted else {},
            )

    def keep_counts(self, source: str, part: str, counts: Mapping[datetime, int], now: datetime) -> None:
        """Keep a place's own counts by UTC hour; later ones replace earlier ones."""
        if not counts:
            return
        with writing(self._engine) as connection:
            source_id = connection.execute(select(t.source.c.id).where(t.source.c.key == source)).scalar_one()
            mine = (t.counted.c.source_id == source_id, t.counted.c.part == part)
            connection.execute(
                delete(t.counted).where(*mine, t.counted.c.since_at >= min(counts), t.counted.c.since_at <= max(counts))
            )
            at = moment(connection)
            insert_new(
                connection,
                t.counted,
                [
                    {"source_id": source_id, "part": part, "since_at": at(hour), "posts": posts, "asked_at": at(now)}
                    for hour, posts in counts.items()
                ],
            )


def keep_coverage(connection: Connection, attempts: Sequence[Attempt], ids: Mapping[str, int]) -> None:
    """Write down what these visits covered, within the transaction that keeps them."""
    at = moment(connection)
    for one in attempts:
        if one.coverage is None:
            continue
        source_id = ids[one.state.source.key]
        connection.execute(delete(t.stretch).where(t.stretch.c.source_id == source_id))
        insert_new(
            connection,
            t.stretch,
            [
                {
                    "source_id": source_id,
                    "part": mine.part,
                    "words": mine.words,
                    "since_at": at(mine.since),
                    "until_at": at(mine.until),
                }
                for mine in one.coverage.stretches
            ],
        )
        # What is lost stays lost; what is open is as the visit left it.
        connection.execute(delete(t.hole).where(t.hole.c.source_id == source_id, t.hole.c.lost.is_(False)))
        insert_new(
            connection,
            t.hole,
            [
                {
                    "source_id": source_id,
                    "part": mine.part,
                    "low": mine.low,
                    "high": mine.high,
                    "since_at": at(mine.since),
                    "until_at": at(mine.until),
                    "reason": mine.reason,
                    "opened_at": at(mine.opened_at),
                    "lost": mine.lost,
                }
                for mine in one.coverage.holes
            ],
        )


def _coverage(connection: Connection, source_id: int | None) -> Coverage:
    stretches = connection.execute(select(t.stretch).where(t.stretch.c.source_id == source_id).order_by(t.stretch.c.part))
    holes = connection.execute(select(t.hole).where(t.hole.c.source_id == source_id).order_by(t.hole.c.part, t.hole.c.high.desc()))
    return Coverage(
        stretches=tuple(Stretch(part=row.part, words=row.words, since=row.since_at, until=row.until_at) for row in stretches),
        holes=tuple(
            Hole(
                part=row.part,
                low=row.low,
                high=row.high,
                since=row.since_at,
                until=row.until_at,
                reason=row.reason,
                opened_at=row.opened_at,
                lost=row.lost,
            )
            for row in holes
        ),
    )


def _stops(connection: Connection, source_id: int | None, since: datetime, until: datetime) -> Sequence[Stop]:
    """From the first attempt that our own budget ended, to the next that was heard; what came before `since` is covered."""
    runs = (
        select(t.run.c.started_at, t.run.c.outcome, t.run.c.detail)
        .where(t.run.c.source_id == source_id, t.run.c.started_at >= since)
        .order_by(t.run.c.started_at, t.run.c.id)
    )
    stops: list[Stop] = []
    began: datetime | None = None
    why = ""
    for row in connection.execute(runs):
        if row.outcome == Outcome.STOPPED.value:
            began, why = began or row.started_at, row.detail
        elif began is not None and row.outcome in _HEARD:
            stops.append(Stop(since=began, until=row.started_at, reason=why))
            began = None
    if began is not None:
        stops.append(Stop(since=began, until=max(until, began), reason=why))
    return stops


def _read(connection: Connection, source_id: int | None, since: datetime, until: datetime) -> Mapping[datetime, int]:
    posts = select(t.entry.c.published_at).where(
        t.entry.c.source_id == source_id, t.entry.c.published_at >= since, t.entry.c.published_at < until
    )
    hours = (at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for at in connection.execute(posts).scalars())
    return Counter(hours)
