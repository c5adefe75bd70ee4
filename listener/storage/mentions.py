"""The archive's memory of mentions: found by day, by tone, by id, and counted with their coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, bindparam, case, func, or_, select

from listener.core.kept import KeptMention
from listener.core.model import Media, Tone
from listener.core.report import DayCount, SourceCoverage, ToneCount
from listener.core.schedule import STALE
from listener.core.visits import Outcome
from listener.storage import tables as t
from listener.storage.counting import ABOUT, COUNTS, STORY, TONE, VOICE
from listener.storage.engine import reading
from listener.storage.labels import with_labels
from listener.storage.rows import kept_mentions

_HEARD = [outcome.value for outcome in Outcome if outcome.heard]
# Made once: a digest counts fifteen days, and making statements costs as much as running them. All of a day's counts in one walk
# along the index, which holds every column that is named here.
_COUNTED = select(
    *(func.sum(case((TONE.in_([tone.value]), 1), else_=0)).label(tone.value) for tone in Tone),
    func.count(STORY.distinct()).label("stories"),
    func.count(VOICE.distinct()).label("voices"),
).where(
    t.mention.c.brand_id == bindparam("brand"),
    t.mention.c.collected_at >= bindparam("since"),
    t.mention.c.collected_at < bindparam("until"),
    t.mention.c.said_at >= bindparam("stale"),
    t.mention.c.media == Media.EARNED.value,
    ABOUT,
    COUNTS,
)
_HEARD_ONCE = (
    select(t.run.c.id)
    .join(t.source, t.run.c.source_id == t.source.c.id)
    .where(
        t.source.c.brand_id == bindparam("brand"),
        t.run.c.started_at >= bindparam("since"),
        t.run.c.started_at < bindparam("until"),
        t.run.c.outcome.in_(_HEARD),
    )
    .limit(1)
)


class MentionStore:
    """Mentions and what was heard, in SQL."""

    _engine: Engine

    def collected(self, brand: str, *, since: datetime, until: datetime) -> Sequence[KeptMention]:
        """Mentions of a brand that were collected in [since, until), oldest said first."""
        with reading(self._engine) as connection:
            statement = kept_mentions().where(
                t.mention.c.brand_id == _brand_id(connection, brand),
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
            wanted = [t.mention.c.brand_id == _brand_id(connection, brand), COUNTS]
            if since is not None:
                wanted.append(t.mention.c.collected_at >= since)
            if until is not None:
                wanted.append(t.mention.c.collected_at < until)
            if tone is not None:
                wanted.append(TONE.in_([tone.value]))
            if before is not None:
                wanted.append(or_(said < before[0], and_(said == before[0], row_id < before[1])))
            return with_labels(connection, kept_mentions().where(*wanted).order_by(said.desc(), row_id.desc()).limit(limit))

    def mention(self, id: int) -> KeptMention | None:  # noqa: A002 - the field's word
        """One mention, by its permanent id, also when it is put away."""
        with reading(self._engine) as connection:
            return next(iter(with_labels(connection, kept_mentions().where(t.mention.c.id == id))), None)

    def story(self, id: int) -> Sequence[KeptMention]:  # noqa: A002 - the field's word
        """Every mention of a story but those put away, oldest said first."""
        # What is put away still helps to find its story again: what it tells has not changed, and it may be caught again.
        told = kept_mentions().where(t.mention.c.story_id == id, COUNTS).order_by(t.mention.c.said_at, t.mention.c.id)
        with reading(self._engine) as connection:
            return with_labels(connection, told)

    def days(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """Earned mentions collected within each [since, until), counted by tone; `heard` from the ledger."""
        with reading(self._engine) as connection:
            brand_id = _brand_id(connection, brand)
            changes = _changes(connection, brand_id)
            return [
                replace(_day(connection, brand_id, on, since, until), changed=any(since <= change < until for change in changes))
                for on, since, until in bounds
            ]

    def coverage(self, brand: str, *, since: datetime, until: datetime) -> Sequence[SourceCoverage]:
        """How each source of a brand was heard in [since, until), in key order."""
        with reading(self._engine) as connection:
            brand_id = _brand_id(connection, brand)
            attempts: dict[int, list[Any]] = defaultdict(list)
            within = (
                select(t.run.c.source_id, t.run.c.outcome, t.run.c.new_mentions, t.run.c.started_at, t.run.c.detail)
                .join_from(t.run, t.source)
                .where(t.source.c.brand_id == brand_id, t.run.c.started_at >= since, t.run.c.started_at < until)
                .order_by(t.run.c.started_at, t.run.c.id)
            )
            for row in connection.execute(within):
                attempts[row.source_id].append(row)
            sources = select(t.source).where(t.source.c.brand_id == brand_id).order_by(t.source.c.key)
            return [
                _coverage(row.key, row.kind, attempts[row.id])
                for row in connection.execute(sources)
                if row.active or row.id in attempts
            ]


def _brand_id(connection: Connection, key: str) -> int | None:
    return connection.execute(select(t.brand.c.id).where(t.brand.c.key == key)).scalar()


def _changes(connection: Connection, brand_id: int | None) -> Sequence[datetime]:
    """When a brand's query became another; the first one is no change."""
    began = select(t.query_version.c.since_at).where(t.query_version.c.brand_id == brand_id).order_by(t.query_version.c.id)
    return connection.execute(began).scalars().all()[1:]


def _day(connection: Connection, brand_id: int | None, on: date, since: datetime, until: datetime) -> DayCount:
    within = {"brand": brand_id, "since": since, "until": until}
    found = connection.execute(_COUNTED, {**within, "stale": since - STALE}).one()
    return DayCount(
        on=on,
        tones=ToneCount(**{tone.value: getattr(found, tone.value) or 0 for tone in Tone}),
        stories=found.stories,
        voices=found.voices,
        heard=connection.execute(_HEARD_ONCE, within).first() is not None,
    )


def _coverage(key: str, kind: str, attempts: Sequence[Any]) -> SourceCoverage:
    failures = [one for one in attempts if one.outcome not in _HEARD]
    return SourceCoverage(
        source=key,
        kind=kind,
        heard=len(attempts) - len(failures),
        failed=len(failures),
        mentions=sum(one.new_mentions for one in attempts),
        last_outcome=Outcome(attempts[-1].outcome) if attempts else None,
        detail=failures[-1].detail if failures else "",
        failed_at=failures[-1].started_at if failures else None,
    )
