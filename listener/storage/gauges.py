"""How the whole stands, in numbers for a monitor: each by an index or a small table, whatever the archive's size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, inspect, select, text

from listener.core.gauges import Gauges, SourceGauge
from listener.storage import tables as t
from listener.storage.engine import reading
from listener.storage.tables import HEAD

_DAY = timedelta(days=1)


class GaugeStore:
    """Gauges, in SQL."""

    _engine: Engine

    def gauges(self, now: datetime) -> Gauges:
        """How the whole stands now."""
        with reading(self._engine) as connection:
            active = select(t.source).where(t.source.c.active).order_by(t.source.c.key)
            rows = connection.execute(active).all()
            waiting = [
                row.next_due_at for row in rows if row.next_due_at <= now and (row.lease_until is None or row.lease_until <= now)
            ]
            outcomes = select(t.run.c.outcome, func.count()).where(t.run.c.started_at >= now - _DAY).group_by(t.run.c.outcome)
            filling = connection.execute(select(t.filling.c.after, t.filling.c.upto)).one()
            jobs, workers = _queue(connection)
            return Gauges(
                schema=HEAD,
                sources=tuple(
                    SourceGauge(key=row.key, kind=row.kind, heard_at=row.heard_at, failures=row.failures) for row in rows
                ),
                late=(now - min(waiting)).total_seconds() if waiting else 0.0,
                visits={row[0]: row[1] for row in connection.execute(outcomes)},
                mentions=connection.execute(select(func.coalesce(func.max(t.mention.c.id), 0))).scalar_one(),
                outbox={
                    (name, row.state): row.number
                    for name, box in (("digest", t.delivery), ("alert", t.alert_delivery))
                    for row in connection.execute(
                        select(box.c.state, func.count().label("number"))
                        .where(box.c.state.in_(["waiting", "sending", "unknown"]))
                        .group_by(box.c.state)
                    )
                },
                unfilled=filling.upto - filling.after,
                jobs=jobs,
                workers=workers,
            )


def _queue(connection: Connection) -> tuple[Mapping[str, int] | None, int | None]:
    if connection.dialect.name != "postgresql" or not inspect(connection).has_table("procrastinate_jobs"):
        return None, None
    jobs = connection.execute(text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"))
    alive = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
    return {row[0]: row[1] for row in jobs}, connection.execute(text(alive)).scalar_one()
