"""The archive's memory of digests: when they are due, their frozen snapshots, and an outbox with a row for each recipient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update

from listener.core.errors import StorageError
from listener.core.failpoint import point
from listener.core.mail import Delivery
from listener.core.report import Digest
from listener.core.schedule import last_daily, next_daily
from listener.core.snapshot import from_json, to_json
from listener.storage import tables as t
from listener.storage.bulk import skip_known
from listener.storage.engine import reading, writing


class State(StrEnum):
    """Where a delivery stands. SENDING past its lease means that nobody knows whether it was sent."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


class DigestStore:
    """Digests and their outbox, in SQL."""

    _engine: Engine

    def keep_digest(self, digest: Digest, recipients: Mapping[str, str]) -> int:
        """Store a snapshot and its outbox (recipient to Message-ID) in one transaction; the id of the one that stands."""
        with writing(self._engine) as connection:
            standing = _standing(connection, digest.digest, digest.on)
            if standing is not None:
                return standing
            brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == digest.brand)).scalar()
            if brand_id is None:
                raise StorageError(f"brand {digest.brand} is not in the archive; run the command again")
            digest_id = connection.execute(
                insert(t.digest)
                .values(
                    key=digest.digest,
                    brand_id=brand_id,
                    on=digest.on,
                    snapshot=to_json(digest),
                    composed_at=digest.composed_at,
                )
                .returning(t.digest.c.id)
            ).scalar_one()
            rows = [
                {
                    "digest_id": digest_id,
                    "recipient": recipient,
                    "message_id": message_id,
                    "state": State.WAITING.value,
                    "attempt": 0,
                    "retry_at": digest.composed_at,
                    "error": "",
                }
                for recipient, message_id in recipients.items()
            ]
            if rows:
                connection.execute(skip_known(connection, t.delivery), rows)
            point("digest.before_commit")
        point("digest.after_commit")
        return int(digest_id)

    def digest(self, key: str, on: date) -> tuple[int, Digest] | None:
        """The snapshot of a digest and local day, with its id, if there is one."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(t.digest.c.id, t.digest.c.snapshot).where(t.digest.c.key == key, t.digest.c.on == on)
            ).first()
        return None if row is None else (row.id, from_json(row.snapshot))

    def claim_delivery(self, digest: int, now: datetime, *, lease: timedelta) -> Delivery | None:
        """Claim one unsent row of the outbox, or None; a claim ends by itself after `lease`."""
        open_ = and_(t.delivery.c.digest_id == digest, _to_be_tried(now))
        first = select(t.delivery.c.id).where(open_).order_by(t.delivery.c.id).limit(1).scalar_subquery()
        claim = (
            update(t.delivery)
            .where(t.delivery.c.id == first, open_)
            .values(state=State.SENDING.value, attempt=t.delivery.c.attempt + 1, lease_until=now + lease)
            .returning(t.delivery)
        )
        with writing(self._engine) as connection:
            row = connection.execute(claim).first()
        if row is None:
            return None
        point("digest.claimed")
        return Delivery(id=row.id, recipient=row.recipient, message_id=row.message_id, attempt=row.attempt, digest=digest)

    def settle_delivery(
        self, delivery: Delivery, now: datetime, *, sent: bool, error: str = "", retry_at: datetime | None = None
    ) -> None:
        """Record how a claimed delivery ended: sent, to be tried again at `retry_at`, or given up (neither)."""
        state = State.SENT if sent else State.WAITING if retry_at is not None else State.DROPPED
        with writing(self._engine) as connection:
            connection.execute(
                update(t.delivery)
                .where(t.delivery.c.id == delivery.id, t.delivery.c.attempt == delivery.attempt)
                .values(
                    state=state.value,
                    lease_until=None,
                    sent_at=now if sent else None,
                    retry_at=retry_at or now,
                    error=error,
                )
            )
        point("digest.settled")

    def deliveries(self, digest: int) -> Sequence[tuple[str, str, str]]:
        """(recipient, state, error) of each row of a digest's outbox, in recipient order."""
        rows = select(t.delivery.c.recipient, t.delivery.c.state, t.delivery.c.error)
        with reading(self._engine) as connection:
            found = connection.execute(rows.where(t.delivery.c.digest_id == digest).order_by(t.delivery.c.recipient))
            return [(row.recipient, row.state, row.error) for row in found]

    def unsent(self, now: datetime) -> Sequence[tuple[str, date]]:
        """Snapshots that still have a delivery to be tried now."""
        rows = (
            select(t.digest.c.key, t.digest.c.on)
            .join_from(t.digest, t.delivery, t.delivery.c.digest_id == t.digest.c.id)
            .where(_to_be_tried(now))
            .distinct()
            .order_by(t.digest.c.on, t.digest.c.key)
        )
        with reading(self._engine) as connection:
            return [(row.key, row.on) for row in connection.execute(rows)]

    def claim_due_digests(self, now: datetime) -> Sequence[tuple[str, date]]:
        """Digests whose hour has come, each with the local day it is about; advances their next hour by compare-and-set.

        After an outage only the latest complete day is named, so that a restart is never a burst of mails.
        """
        due = and_(t.digest_schedule.c.active, t.digest_schedule.c.next_due_at <= now)
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.digest_schedule).where(due).order_by(t.digest_schedule.c.key)).all()
        claimed = []
        for row in rows:
            at, zone = time.fromisoformat(row.at), ZoneInfo(row.timezone)
            advance = (
                update(t.digest_schedule)
                .where(t.digest_schedule.c.key == row.key, t.digest_schedule.c.next_due_at == row.next_due_at)
                .values(next_due_at=next_daily(at, zone, now))
            )
            with writing(self._engine) as connection:
                won = connection.execute(advance).rowcount == 1
            if won:
                latest = last_daily(at, zone, now).astimezone(zone).date()
                claimed.append((row.key, latest - timedelta(days=1)))
        return claimed


def _standing(connection: Connection, key: str, on: date) -> int | None:
    return connection.execute(select(t.digest.c.id).where(t.digest.c.key == key, t.digest.c.on == on)).scalar()


def _to_be_tried(now: datetime) -> ColumnElement[bool]:
    waiting = and_(t.delivery.c.state == State.WAITING.value, t.delivery.c.retry_at <= now)
    forsaken = and_(t.delivery.c.state == State.SENDING.value, t.delivery.c.lease_until <= now)
    return or_(waiting, forsaken)
