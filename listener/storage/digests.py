"""The archive's memory of digests: when they are due, their frozen snapshots, and an outbox with a row for each recipient."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Select, func, select, update

from listener.core.errors import StorageError
from listener.core.failpoint import point
from listener.core.report import Digest
from listener.core.schedule import last_daily, next_daily
from listener.core.snapshot import from_json, to_json
from listener.storage import tables as t
from listener.storage.bulk import skip_known as insert_or_pass
from listener.storage.chunks import chunks
from listener.storage.engine import reading, writing
from listener.storage.outbox import Outbox

_A_DAY = timedelta(hours=25)


class DigestStore:
    """Digests and their outbox, in SQL."""

    _engine: Engine

    @cached_property
    def outbox(self) -> Outbox:
        """The rows of all digests; implements core.ports.Outbox."""
        return Outbox(self._engine, t.delivery, "digest")

    def keep_digest(self, digest: Digest, recipients: Mapping[str, str]) -> int:
        """Store a snapshot and its outbox (recipient to Message-ID) in one transaction; the id of the one that stands."""
        with writing(self._engine) as connection:
            standing = connection.execute(_standing(digest.digest, digest.on)).scalar()
            if standing is not None:
                return int(standing)
            brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == digest.brand)).scalar()
            if brand_id is None:
                raise StorageError(f"brand {digest.brand} is not in the archive; run the command again")
            made = insert_or_pass(connection, t.digest).values(
                key=digest.digest, brand_id=brand_id, on=digest.on, snapshot=to_json(digest), composed_at=digest.composed_at
            )
            digest_id = connection.execute(made.returning(t.digest.c.id)).scalar()
            if digest_id is None:  # another worker was quicker, between our look and our word
                return int(connection.execute(_standing(digest.digest, digest.on)).scalar_one())
            self.outbox.fill(connection, digest_id, recipients, digest.composed_at)
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

    def last_digest(self, key: str, *, before: date) -> date | None:
        """The last day before this one that a digest was about, if there was any."""
        last = select(func.max(t.digest.c.on)).where(t.digest.c.key == key, t.digest.c.on < before)
        with reading(self._engine) as connection:
            return connection.execute(last).scalar()

    def told(self, key: str, *, since: date, before: date) -> Collection[int]:
        """The stories that a digest's snapshots about [since, before) listed, and the mentions that stood for them there."""
        mine = select(t.digest.c.snapshot).where(t.digest.c.key == key, t.digest.c.on >= since, t.digest.c.on < before)
        with reading(self._engine) as connection:
            snapshots = [json.loads(snapshot) for snapshot in connection.execute(mine).scalars()]
            shown = {item["mention"] for one in snapshots for list_ in ("items", "waiting") for item in one.get(list_, ())}
            told = set(shown)
            for some in chunks(sorted(shown)):
                # Stories may have become one since.
                stories = select(t.mention.c.story_id).where(t.mention.c.id.in_(some), t.mention.c.story_id.is_not(None))
                told |= set(connection.execute(stories).scalars())
        return told

    def delivery(self, id: int) -> tuple[str, str] | None:  # noqa: A002 - the field's word
        """The digest's key and the recipient of one row of the outbox."""
        row = select(t.digest.c.key, t.delivery.c.recipient).join_from(t.delivery, t.digest).where(t.delivery.c.id == id)
        with reading(self._engine) as connection:
            found = connection.execute(row).first()
        return None if found is None else (found.key, found.recipient)

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
            .where(self.outbox.to_be_tried(now))
            .distinct()
            .order_by(t.digest.c.on, t.digest.c.key)
        )
        with reading(self._engine) as connection:
            return [(row.key, row.on) for row in connection.execute(rows)]

    def claim_due_digests(self, now: datetime) -> Sequence[tuple[str, date]]:
        """Digests whose hour has come, each with the local day it is about; advances their next hour by compare-and-set.

        After an outage only the latest is named, so that a restart is never a burst of mails; it is about all the days missed.
        """
        with reading(self._engine) as connection:
            active = select(t.digest_schedule).where(t.digest_schedule.c.active)
            rows = connection.execute(active.order_by(t.digest_schedule.c.key)).all()
        claimed = []
        for row in rows:
            at, zone, days = time.fromisoformat(row.at), ZoneInfo(row.timezone), days_of(row.days)
            # Further ahead than its next hour is only what was put there by a clock that was ahead, and has been set right since.
            is_due = row.next_due_at <= now
            if not is_due and row.next_due_at <= max(now + _A_DAY, next_daily(at, zone, now, days)):
                continue
            advance = (
                update(t.digest_schedule)
                .where(t.digest_schedule.c.key == row.key, t.digest_schedule.c.next_due_at == row.next_due_at)
                .values(next_due_at=next_daily(at, zone, now, days))
            )
            with writing(self._engine) as connection:
                won = connection.execute(advance).rowcount == 1
            if won and is_due:
                latest = last_daily(at, zone, now, days).astimezone(zone).date()
                claimed.append((row.key, latest - timedelta(days=1)))
        return claimed


def _standing(key: str, on: date) -> Select[int]:
    return select(t.digest.c.id).where(t.digest.c.key == key, t.digest.c.on == on)


def days_of(text: str) -> tuple[int, ...]:
    """Days of the week as their column holds them: "01234" is Monday to Friday."""
    return tuple(int(one) for one in text)
