"""How the parts stand, in SQL: signs of life, outboxes, the queue, and the database itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, and_, delete, func, inspect, not_, or_, select, text, true, update

from listener.core.mail import State
from listener.core.standing import CHANNELS, Box, Post, Queue, Sign, Standing
from listener.storage import tables as t
from listener.storage.bulk import skip_known
from listener.storage.derived import waiting
from listener.storage.engine import reading, writing
from listener.storage.tables import HEAD

_WEEK = timedelta(days=7)
_BY_CHANNEL = t.alert_delivery.c.recipient.startswith("channel:")
_BOXES = (
    ("digest", t.delivery, t.digest, t.digest.c.composed_at, true()),
    ("alert", t.alert_delivery, t.alert, t.alert.c.raised_at, not_(_BY_CHANNEL)),
    (CHANNELS, t.alert_delivery, t.alert, t.alert.c.raised_at, _BY_CHANNEL),
    ("evidence", t.evidence_delivery, t.evidence, t.evidence.c.made_at, true()),
)


class StandingStore:
    """Signs of life and how the parts stand, in SQL."""

    _engine: Engine

    def leave_sign(self, sign: Sign) -> None:
        """Write down a sign of life; those of processes that are long gone are swept out by the way."""
        mine = and_(t.sign.c.post == sign.post.value, t.sign.c.name == sign.name)
        values = {"version": sign.version, "begun_at": sign.begun_at, "seen_at": sign.seen_at, "detail": sign.detail}
        with writing(self._engine) as connection:
            if connection.execute(update(t.sign).where(mine).values(values)).rowcount:
                return
            connection.execute(skip_known(connection, t.sign).values(post=sign.post.value, name=sign.name, **values))
            old = and_(t.sign.c.post == sign.post.value, t.sign.c.seen_at < sign.seen_at - _WEEK)
            connection.execute(delete(t.sign).where(old, t.sign.c.name != sign.name))

    def take_sign(self, post: Post, name: str) -> None:
        """Take a sign of life away."""
        with writing(self._engine) as connection:
            connection.execute(delete(t.sign).where(t.sign.c.post == post.value, t.sign.c.name == name))

    def standing(self, now: datetime) -> Standing:
        """How the parts stand now; each by an index or a small table, whatever the archive's size."""
        with reading(self._engine) as connection:
            after, upto = waiting(connection)
            signs = connection.execute(select(t.sign).order_by(t.sign.c.post, t.sign.c.name)).all()
            size, free = _room(connection, self._engine)
            return Standing(
                schema=HEAD,
                database=_version(connection),
                size=size,
                free=free,
                signs=tuple(
                    Sign(
                        post=Post(row.post),
                        name=row.name,
                        version=row.version,
                        begun_at=row.begun_at,
                        seen_at=row.seen_at,
                        detail=row.detail,
                    )
                    for row in signs
                    if row.post in {one.value for one in Post}  # a newer program may know posts that we do not
                ),
                boxes=_boxes(connection, now),
                queue=_queue(connection),
                unindexed=upto - after,
            )


def _boxes(connection: Connection, now: datetime) -> Sequence[Box]:
    found = []
    for name, box, parent, made_at, mine in _BOXES:
        open_ = box.c.state.in_([State.WAITING.value, State.SENDING.value])
        joined = select(func.count(), func.min(made_at)).select_from(box.join(parent)).where(mine)
        number, oldest = connection.execute(joined.where(open_)).one()
        lost = box.c.state.in_([State.DROPPED.value, State.UNKNOWN.value])
        # What its reader no longer wanted was never tried, and nothing of it went wrong.
        failed = joined.where(lost, box.c.attempt > 0, made_at >= now - _WEEK)
        said = select(box.c.error).where(mine, or_(open_, lost), box.c.error != "").order_by(box.c.retry_at.desc(), box.c.id.desc())
        found.append(
            Box(
                name=name,
                waiting=number,
                oldest=oldest,
                failed=connection.execute(failed).one()[0],
                error=(connection.execute(said.limit(1)).scalar() or "") if number else "",
            )
        )
    return found


def _queue(connection: Connection) -> Queue | None:
    if connection.dialect.name != "postgresql" or not inspect(connection).has_table("procrastinate_jobs"):
        return None
    jobs = connection.execute(text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"))
    oldest = (
        "SELECT min(e.at) FROM procrastinate_events e JOIN procrastinate_jobs j ON j.id = e.job_id"
        " WHERE j.status = 'todo' AND e.type = 'deferred'"
    )
    stalled = (
        "SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id WHERE j.status = 'doing'"
        " AND (w.id IS NULL OR w.last_heartbeat < now() - interval '1 minute')"
    )
    return Queue(
        jobs={row[0]: row[1] for row in jobs},
        oldest=connection.execute(text(oldest)).scalar(),
        stalled=connection.execute(text(stalled)).scalar_one(),
    )


def _version(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one().split()[0]}"
    return f"SQLite {connection.execute(text('SELECT sqlite_version()')).scalar_one()}"


def _room(connection: Connection, engine: Engine) -> tuple[int | None, int | None]:
    """What the database takes, and what is left beside it; a server's disk cannot be seen from here."""
    if connection.dialect.name == "postgresql":
        return connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one(), None
    file = Path(engine.url.database or "")
    try:
        size = sum(one.stat().st_size for one in (file, file.with_name(f"{file.name}-wal")) if one.exists())
        disk = os.statvfs(file.parent)
    except OSError:
        return None, None
    return size, disk.f_bavail * disk.f_frsize
