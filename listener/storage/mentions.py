"""The archive's memory of mentions: found by day, by tone, by id, and counted with their coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, case, func, or_, select

from listener.core.kept import KeptMention
from listener.core.model import Tone
from listener.core.report import DayCount, SourceCoverage
from listener.core.visits import Outcome, Run
from listener.storage import tables as t
from listener.storage.chunks import chunks
from listener.storage.counting import COUNTS, TONE
from listener.storage.days import days
from listener.storage.engine import reading
from listener.storage.labels import with_labels
from listener.storage.rows import kept_mentions, run_of, runs_with_source


class MentionStore:
    """Mentions and what was heard, in SQL."""

    _engine: Engine

    def collected(self, brand: str, *, since: datetime, until: datetime) -> Sequence[KeptMention]:
        """Mentions of a brand that were collected in [since, until), oldest said first."""
        with reading(self._engine) as connection:
            statement = kept_mentions().where(
                t.mention.c.brand_id == brand_id_of(connection, brand),
                t.mention.c.collected_at >= since,
                t.mention.c.collected_at < until,
                COUNTS,
            )
            return with_labels(connection, statement.order_by(t.mention.c.said_at, t.mention.c.id))

    def mentions(
        self,
        brand: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        tone: Tone | None = None,
        before: tuple[datetime, int] | None = None,
        limit: int = 50,
    ) -> Sequence[KeptMention]:
        """Mentions of a brand, newest said first; [since, until) bounds when they were collected."""
        said, row_id = t.mention.c.said_at, t.mention.c.id
        with reading(self._engine) as connection:
            wanted = [t.mention.c.brand_id == brand_id_of(connection, brand), COUNTS]
            if since is not None:
                wanted.append(t.mention.c.collected_at >= since)
            if until is not None:
                wanted.append(t.mention.c.collected_at < until)
            if tone is not None:
                wanted.append(TONE.in_([tone.value]))
            if before is not None:
                # The first bound is for the index: SQLite reads an OR alone from the newest row on.
                wanted += [said <= before[0], or_(said < before[0], row_id < before[1])]
            return with_labels(connection, kept_mentions().where(*wanted).order_by(said.desc(), row_id.desc()).limit(limit))

    def mention(self, id: int) -> KeptMention | None:  # noqa: A002 - the field's word
        """One mention, by its permanent id, also when it is put away."""
        with reading(self._engine) as connection:
            return next(iter(with_labels(connection, kept_mentions().where(t.mention.c.id == id))), None)

    def story(self, id: int, *, limit: int | None = None) -> Sequence[KeptMention]:  # noqa: A002 - the port's word
        """Every mention of a story but those put away, or the first `limit` of them, oldest said first."""
        # What is put away still helps to find its story again: what it tells has not changed, and it may be caught again.
        told = kept_mentions().where(t.mention.c.story_id == id, COUNTS).order_by(t.mention.c.said_at, t.mention.c.id)
        with reading(self._engine) as connection:
            return with_labels(connection, told if limit is None else told.limit(limit))

    def days(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """Earned mentions collected within each [since, until), counted by tone; `heard` from the ledger."""
        with reading(self._engine) as connection:
            brand_id = brand_id_of(connection, brand)
            changes = changes_of(connection, brand_id)
            return [
                replace(day, changed=any(since <= change < until for change in changes))
                for day, (_, since, until) in zip(days(connection, brand_id, bounds), bounds, strict=True)
            ]

    def coverage(self, brand: str, *, since: datetime, until: datetime) -> Sequence[SourceCoverage]:
        """How each source of a brand was heard in [since, until), in key order."""
        with reading(self._engine) as connection:
            brand_id = brand_id_of(connection, brand)
            attempts = {
                row.source_id: row for row in connection.execute(_ATTEMPTS, {"brand": brand_id, "since": since, "until": until})
            }
            told = _told(connection, [number for row in attempts.values() for number in (row.latest, row.last_failure) if number])
            sources = select(t.source.c.id, t.source.c.key, t.source.c.kind, t.source.c.active)
            return [
                _coverage(row.key, row.kind, attempts.get(row.id), told)
                for row in connection.execute(sources.where(t.source.c.brand_id == brand_id).order_by(t.source.c.key))
                if row.active or row.id in attempts
            ]


def brand_id_of(connection: Connection, key: str) -> int | None:
    """The number of a brand by its key; None when there is none."""
    return connection.execute(select(t.brand.c.id).where(t.brand.c.key == key)).scalar()


def changes_of(connection: Connection, brand_id: int | None) -> Sequence[datetime]:
    """When a brand's query became another; the first one is no change."""
    began = select(t.query_version.c.since_at).where(t.query_version.c.brand_id == brand_id).order_by(t.query_version.c.id)
    return connection.execute(began).scalars().all()[1:]


_FAILED = t.run.c.outcome.not_in([outcome.value for outcome in Outcome if outcome.heard])
_ATTEMPTS = (
    select(
        t.run.c.source_id,
        func.count().label("attempts"),
        func.sum(case((_FAILED, 1), else_=0)).label("failed"),
        func.sum(t.run.c.new_mentions).label("mentions"),
        # Visits are kept in the order in which they begin; two of one source at once are told apart by nobody.
        func.max(t.run.c.id).label("latest"),
        func.max(case((_FAILED, t.run.c.id))).label("last_failure"),
    )
    .join_from(t.source, t.run, t.run.c.source_id == t.source.c.id)
    .where(t.source.c.brand_id == bindparam("brand"))
    .where(t.run.c.started_at >= bindparam("since"), t.run.c.started_at < bindparam("until"))
    .group_by(t.run.c.source_id)
)


def _told(connection: Connection, runs: Sequence[int]) -> dict[int, Run]:
    """Some rows of the ledger by their numbers."""
    found: dict[int, Run] = {}
    for some in chunks(runs):
        found |= {row["id"]: run_of(row) for row in connection.execute(runs_with_source().where(t.run.c.id.in_(some))).mappings()}
    return found


def _coverage(key: str, kind: str, row: Row[Any] | None, told: Mapping[int, Run]) -> SourceCoverage:
    if row is None:
        return SourceCoverage(source=key, kind=kind, heard=0, failed=0, mentions=0)
    failure = told.get(row.last_failure)
    return SourceCoverage(
        source=key,
        kind=kind,
        heard=row.attempts - int(row.failed),
        failed=int(row.failed),
        mentions=int(row.mentions),
        last_outcome=told[row.latest].outcome,
        detail=failure.detail if failure else "",
        failed_at=failure.started_at if failure else None,
    )
