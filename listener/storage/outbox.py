"""An outbox: a row for each recipient, claimed by one worker at a time, that knows what is decided and what cannot be.

A row is WAITING, then SENDING under a lease. Just before the text itself leaves, the worker sets `handed_at`, and only while the
row is still its own. A lease that ends without that mark is a dead worker that had sent nothing: the row is simply free again. One
that ends with it is the one case that nobody can decide (RFC 1047), and it is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, bindparam, case, or_, select, update

from listener.core.errors import Overtaken
from listener.core.failpoint import point
from listener.core.mail import Delivery, State
from listener.storage.bulk import skip_known
from listener.storage.engine import reading, writing
from listener.storage.schema.base import Instant

# No pause and no claim reaches so far: what does was written by a clock that was ahead, and has been set right since.
_FAR = timedelta(hours=6)


class Outbox:
    """The rows of one table, whose column `{parent}_id` says what they send."""

    def __init__(self, engine: Engine, table: Table, parent: str) -> None:
        self.engine = engine
        self._table = table
        self._parent = table.c[f"{parent}_id"]
        # Made once: a mail is three short transactions, and making their statements took longer than running them.
        c = table.c
        when = bindparam("at", type_=Instant), bindparam("far", type_=Instant)
        open_ = and_(self._parent == bindparam("parent"), self._to_be_tried(*when))
        self._open = select(c.id).where(open_).limit(1)
        # A CTE, since a planner may run a bare subquery with a lock and a limit more than once; SQLite knows no such lock.
        first = select(c.id).where(open_).order_by(c.retry_at, c.id).limit(1).with_for_update(skip_locked=True).cte("first")
        forsaken = and_(c.state == State.SENDING.value, c.handed_at.is_not(None))
        self._claim = (
            update(table)
            .where(c.id.in_(select(first.c.id)), open_)
            .values(
                state=State.SENDING.value,
                attempt=c.attempt + 1,
                lease_until=bindparam("until"),
                # Should this worker die, the row queues up behind those that nobody has tried: one that kills its worker each
                # time must not stand in the way of the others.
                retry_at=bindparam("until"),
                unknowns=c.unknowns + case((forsaken, 1), else_=0),
                handed_at=None,
            )
            .returning(c.id, c.recipient, c.message_id, c.attempt, c.unknowns)
        )
        mine = and_(c.id == bindparam("row"), c.attempt == bindparam("tries"), c.state == State.SENDING.value)
        self._hand = update(table).where(mine, c.lease_until > bindparam("at")).values(handed_at=bindparam("at"))
        settled = ("state", "lease_until", "handed_at", "sent_at", "retry_at", "error", "unknowns")
        self._settle = update(table).where(mine).values({name: bindparam(f"new_{name}") for name in settled})

    def fill(self, connection: Connection, parent: int, recipients: Mapping[str, str], at: datetime) -> None:
        """Add a row for each recipient (to Message-ID), to be sent from `at` on, in the caller's transaction."""
        rows = [
            {
                self._parent.name: parent,
                "recipient": recipient,
                "message_id": message_id,
                "state": State.WAITING.value,
                "attempt": 0,
                "retry_at": at,
                "error": "",
                "unknowns": 0,
            }
            for recipient, message_id in recipients.items()
        ]
        if rows:
            connection.execute(skip_known(connection, self._table), rows)

    def claim(self, parent: int, now: datetime, *, lease: timedelta) -> Delivery | None:
        """Claim one row that is to be tried now, or None; a claim ends by itself after `lease`."""
        with reading(self.engine) as connection:  # an empty outbox takes no lock
            if connection.execute(self._open, {"parent": parent, "at": now, "far": now + _FAR}).first() is None:
                return None
        with writing(self.engine) as connection:
            asked = {"parent": parent, "at": now, "far": now + _FAR, "until": now + lease}
            row = connection.execute(self._claim, asked).first()
        if row is None:
            return None
        point("outbox.claimed")
        return Delivery(
            id=row.id,
            recipient=row.recipient,
            message_id=row.message_id,
            attempt=row.attempt,
            parent=parent,
            unknowns=row.unknowns,
        )

    def hand_over(self, delivery: Delivery, now: datetime) -> None:
        """Note that the text leaves now; raises Overtaken when the row is no longer the caller's, who must then send nothing."""
        with writing(self.engine) as connection:
            if connection.execute(self._hand, {**_mine(delivery), "at": now}).rowcount != 1:
                raise Overtaken(f"{delivery.recipient}: another worker has taken this mail over; nothing was sent twice")
        point("outbox.handed")

    def settle(
        self,
        delivery: Delivery,
        now: datetime,
        *,
        sent: bool,
        error: str = "",
        retry_at: datetime | None = None,
        unknown: bool = False,
    ) -> None:
        """Record how a claimed row ended: sent, to be tried again at `retry_at`, or given up (neither).

        `unknown` counts an attempt of which nobody knows whether it arrived. A row that another worker has is left alone.
        """
        given_up = State.UNKNOWN if unknown else State.DROPPED
        state = State.SENT if sent else State.WAITING if retry_at is not None else given_up
        values: dict[str, Any] = {
            "state": state.value,
            "lease_until": None,
            "handed_at": None,
            "sent_at": now if sent else None,
            "retry_at": retry_at or now,
            "error": error,
            "unknowns": delivery.unknowns + unknown,
        }
        point("outbox.before_commit")
        with writing(self.engine) as connection:
            connection.execute(self._settle, {**_mine(delivery), **{f"new_{name}": value for name, value in values.items()}})
        point("outbox.settled")

    def to_be_tried(self, now: datetime) -> ColumnElement[bool]:
        """Rows that wait and whose time has come, and rows whose worker is dead."""
        return self._to_be_tried(now, now + _FAR)

    def _to_be_tried(self, now: Any, far: Any) -> ColumnElement[bool]:
        c = self._table.c
        waiting = and_(c.state == State.WAITING.value, or_(c.retry_at <= now, c.retry_at > far))
        return or_(waiting, and_(c.state == State.SENDING.value, or_(c.lease_until <= now, c.lease_until > far)))


def _mine(delivery: Delivery) -> dict[str, int]:
    return {"row": delivery.id, "tries": delivery.attempt}
