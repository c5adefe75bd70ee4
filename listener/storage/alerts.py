"""The archive's memory of alerts: since when a rule stands, the matters it knows, what it told, and its outbox."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, Integer, Interval, case, cast, func, insert, literal, select, update

from listener.core.alert import NEWS, Alert, Line, Matter, Stage, Watch
from listener.core.errors import StorageError
from listener.core.failpoint import point
from listener.core.model import Media, Tone
from listener.core.visits import Outcome
from listener.storage import tables as t
from listener.storage.bulk import skip_known
from listener.storage.chunks import chunks
from listener.storage.counting import ABOUT, COUNTS, TONE
from listener.storage.engine import reading, writing
from listener.storage.outbox import Outbox

_HOUR = 3600
_FIRST_VISIT = timedelta(minutes=10)  # at most, as long as a claimed source stays claimed
_HEARD = [one.value for one in Outcome if one.heard]


class AlertStore:
    """Alerts, in SQL."""

    _engine: Engine

    @cached_property
    def alert_outbox(self) -> Outbox:
        """The rows of all alerts; implements core.ports.Outbox."""
        return Outbox(self._engine, t.alert_delivery, "alert")

    def rule_since(self, key: str, now: datetime) -> datetime:
        """Since when a rule stands; from now on, when it is new."""
        mine = select(t.alert_rule.c.since_at).where(t.alert_rule.c.key == key)
        with reading(self._engine) as connection:
            since = connection.execute(mine).scalar()
        if since is None:
            with writing(self._engine) as connection:
                connection.execute(skip_known(connection, t.alert_rule), [{"key": key, "since_at": now, "checked_at": now}])
            since = now
        return since

    def matters(self, rule: str) -> Mapping[str, Matter]:
        """What a rule has seen, by subject."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.matter).where(t.matter.c.rule == rule)).all()
        return {
            row.subject: Matter(
                subject=row.subject,
                opened_at=row.opened_at,
                seen_at=row.seen_at,
                told_at=row.told_at,
                told_size=row.told_size,
                is_open=row.is_open,
                revision=row.revision,
            )
            for row in rows
        }

    def keep_alerts(self, rule: str, matters: Sequence[Matter], alerts: Sequence[tuple[Alert, Mapping[str, str]]]) -> Sequence[int]:
        """Remember matters and the alerts about them, each with its outbox (target to Message-ID), in one transaction.

        Returns the alerts' ids; none, and nothing is kept, when another clock has told the same matters first.
        """
        ids = []
        with writing(self._engine) as connection:
            if not all(_remember(connection, rule, one) for one in matters):
                connection.rollback()
                return []
            for alert, targets in alerts:
                row = {"key": alert.key, "rule": rule, "snapshot": alert_text(alert), "raised_at": alert.raised_at}
                made = connection.execute(insert(t.alert).values(row).returning(t.alert.c.id)).scalar_one()
                self.alert_outbox.fill(connection, made, targets, alert.raised_at)
                ids.append(made)
            point("alert.before_commit")
        point("alert.after_commit")
        return ids

    def alert(self, id: int) -> Alert | None:  # noqa: A002 - the field's word
        """An alert as it was told."""
        with reading(self._engine) as connection:
            text = connection.execute(select(t.alert.c.snapshot).where(t.alert.c.id == id)).scalar()
        return None if text is None else alert_of(text)

    def untold(self, now: datetime) -> Sequence[int]:
        """Alerts that still have a row to be sent now."""
        rows = select(t.alert_delivery.c.alert_id).where(self.alert_outbox.to_be_tried(now)).distinct()
        with reading(self._engine) as connection:
            return sorted(connection.execute(rows).scalars())

    def alerts(self, *, limit: int = 50) -> Sequence[tuple[int, Alert, Sequence[tuple[str, str, str]]]]:
        """The latest alerts, newest first, each with (target, state, error) of its outbox."""
        c = t.alert_delivery.c
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.alert).order_by(t.alert.c.id.desc()).limit(limit)).all()
            sent = connection.execute(
                select(c.alert_id, c.recipient, c.state, c.error).where(c.alert_id.in_([row.id for row in rows])).order_by(c.id)
            ).all()
        return [
            (row.id, alert_of(row.snapshot), [(one.recipient, one.state, one.error) for one in sent if one.alert_id == row.id])
            for row in rows
        ]

    def hours(self, brand: str, now: datetime, span: timedelta) -> Sequence[tuple[int, int] | None]:
        """(mentions, negative ones) that others made in each hour of `span` up to `now`, oldest first; None where nobody listened.

        What people say counts here as everywhere: of the tone, and that something is not about the brand. Hours are counted back
        from now, by when a mention was collected. What was old by then (core.alert.NEWS) is left out, and so is what a source's
        first visit brought: that somebody began to listen is no stir.
        """
        number = int(span / timedelta(hours=1))
        since = now - timedelta(hours=number)
        m, r = t.mention.c, t.run.c
        with reading(self._engine) as connection:
            brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == brand)).scalar()
            back = _hours_back(connection, m.collected_at, now)
            counted = (
                select(
                    back.label("back"),
                    func.count().label("n"),
                    func.sum(case((TONE.in_([Tone.NEGATIVE.value]), 1), else_=0)).label("bad"),
                )
                .where(m.brand_id == brand_id, m.collected_at >= since, m.collected_at < now, m.media == Media.EARNED.value)
                .where(m.said_at >= _earlier(connection, m.collected_at, NEWS), ABOUT, COUNTS)
                .group_by("back")
            )
            counts = {int(row.back): (int(row.n), int(row.bad)) for row in connection.execute(counted)}
            for source, began in _begun(connection, brand_id, since):
                first = counted.join_from(t.mention, t.entry).where(
                    t.entry.c.source_id == source, m.collected_at >= began, m.collected_at < began + _FIRST_VISIT
                )
                for row in connection.execute(first):
                    n, bad = counts[int(row.back)]
                    counts[int(row.back)] = (n - int(row.n), bad - int(row.bad))
            tried = (
                select(_hours_back(connection, r.started_at, now).label("back"))
                .join_from(t.run, t.source)
                .where(t.source.c.brand_id == brand_id, r.started_at >= since, r.started_at < now, r.outcome.in_(_HEARD))
                .distinct()
            )
            heard = {int(one) for one in connection.execute(tried).scalars()}
        # Sources are visited less than once an hour in quiet places: an hour counts as heard when one near it was.
        near = {hour + step for hour in heard for step in range(-6, 7)}
        return [counts.get(back, (0, 0)) if back in near or back in counts else None for back in reversed(range(number))]

    def stories_of(self, mentions: Collection[int]) -> Mapping[int, int]:
        """The story in which each of these mentions stands now, as far as it has one."""
        found: dict[int, int] = {}
        with reading(self._engine) as connection:
            for some in chunks(sorted(mentions)):
                rows = select(t.mention.c.id, t.mention.c.story_id).where(
                    t.mention.c.id.in_(some), t.mention.c.story_id.is_not(None)
                )
                found |= {row.id: row.story_id for row in connection.execute(rows)}
        return found


def _begun(connection: Connection, brand_id: int | None, since: datetime) -> Sequence[tuple[int, datetime]]:
    """The sources of a brand that were first heard since then, each with when that visit began."""
    first = func.min(t.run.c.started_at)
    began = (
        select(t.run.c.source_id, first)
        .join_from(t.run, t.source)
        .where(t.source.c.brand_id == brand_id, t.run.c.outcome.in_(_HEARD))
        .group_by(t.run.c.source_id)
        .having(first >= since)
    )
    return [(row[0], row[1]) for row in connection.execute(began)]


def _earlier(connection: Connection, column: Any, span: timedelta) -> Any:
    """A moment so long before the one in a column."""
    if connection.dialect.name == "sqlite":
        return func.datetime(column, f"-{int(span.total_seconds())} seconds")
    return column - literal(span, Interval)


def _hours_back(connection: Connection, column: Any, now: datetime) -> Any:
    if connection.dialect.name == "sqlite":
        seconds = func.strftime("%s", now.replace(tzinfo=None).isoformat(" ")) - func.strftime("%s", column)
        return cast(seconds / _HOUR, Integer)
    return func.floor(func.extract("epoch", now - column) / _HOUR)


def _remember(connection: Connection, rule: str, matter: Matter) -> bool:
    values = {name: value for name, value in asdict(matter).items() if name not in {"subject", "revision"}}
    if matter.revision == 0:
        row = {"rule": rule, "subject": matter.subject, "revision": 1, **values}
        return connection.execute(skip_known(connection, t.matter).values(row).returning(t.matter.c.id)).scalar() is not None
    mine = (t.matter.c.rule == rule, t.matter.c.subject == matter.subject, t.matter.c.revision == matter.revision)
    return connection.execute(update(t.matter).where(*mine).values(revision=matter.revision + 1, **values)).rowcount == 1


def alert_text(alert: Alert) -> str:
    """An alert as its column holds it."""
    raw = {**asdict(alert), "raised_at": alert.raised_at.isoformat()}
    raw["lines"] = [{**asdict(one), "at": one.at.isoformat()} for one in alert.lines]
    return json.dumps(raw)


def alert_of(text: str) -> Alert:
    """The alert in a column; raises StorageError when it is none."""
    try:
        raw = json.loads(text)
        lines = tuple(
            Line(**{**one, "at": datetime.fromisoformat(one["at"]), "tone": Tone(one["tone"])}) for one in raw.pop("lines")
        )
        made = Alert(**{**raw, "lines": lines, "raised_at": datetime.fromisoformat(raw["raised_at"])})
    except (ValueError, TypeError, KeyError) as fault:
        raise StorageError(f"a kept alert cannot be read: {fault}") from fault
    return replace(made, watch=Watch(made.watch), stage=Stage(made.stage))
