"""The archive's memory of queries: their versions, when each began, and asking the stored entries again with the latest one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from listener.core.change import QueryVersion
from listener.core.failpoint import point
from listener.core.kept import StoredEntry
from listener.core.model import JudgedMention, Mention
from listener.storage import tables as t
from listener.storage.bulk import moment, run_many
from listener.storage.chunks import chunks
from listener.storage.derived import let_go, take_up
from listener.storage.engine import reading, writing
from listener.storage.keeping import KeepingStore
from listener.storage.rows import found_row
from listener.storage.versions import is_latest, latest, versions

# No claim reaches so far: one that does was made by a clock that was ahead, and has been set right since.
_FAR = timedelta(hours=6)
_AGAIN = """
UPDATE mention SET put_away_at = NULL, excerpt = ?, spans = ?, clause = ?, query_version = ?, media = ?
WHERE id = ? AND put_away_at IS NOT NULL
"""
_AWAY = "UPDATE mention SET put_away_at = ? WHERE id = ? AND put_away_at IS NULL"


class QueryStore(KeepingStore):
    """Versions of queries, in SQL."""

    def query_versions(self, brand: str) -> Sequence[tuple[str, str, datetime]]:
        """(version, query, since) of every version a brand's query had, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(versions(t.brand.c.key == brand)).mappings()
            return [(row["version"], row["query"], row["since_at"]) for row in rows]

    def query_version(self, brand: str) -> QueryVersion | None:
        """The version of a brand's query that counts now, None where the archive does not know the brand."""
        with reading(self._engine) as connection:
            return latest(connection, brand)

    def claim_rematch(self, brand: str, now: datetime, *, lease: timedelta) -> QueryVersion | None:
        """Want the stored entries to be asked again with the brand's query as it is now, and hold that work for `lease`.

        One that was begun goes on where it stopped; one that is done stays done.
        """
        with writing(self._engine) as connection:
            now_is = latest(connection, brand)
            if now_is is None or now_is.is_done:
                return now_is
            wanted = update(t.query_version).where(t.query_version.c.id == now_is.id)
            connection.execute(wanted.values(matched_to=func.coalesce(t.query_version.c.matched_to, 0), lease_until=now + lease))
            return latest(connection, brand)

    def stop_rematch(self, brand: str) -> bool:
        """Want the stored entries not to be asked again any more; what came of it so far stays. False where nobody wanted it."""
        with writing(self._engine) as connection:
            now_is = latest(connection, brand)
            if now_is is None or now_is.matched_to is None or now_is.is_done:
                return False
            mine = t.query_version.c.id == now_is.id
            connection.execute(update(t.query_version).where(mine).values(matched_to=None, lease_until=None))
            return True

    def claim_due_rematches(self, now: datetime, *, lease: timedelta) -> Sequence[str]:
        """Claim the brands whose stored entries were to be asked again, when nobody does so any more."""
        v = t.query_version.c
        due = and_(
            v.matched_to.is_not(None),
            v.matched_at.is_(None),
            or_(v.lease_until.is_(None), v.lease_until <= now, v.lease_until > now + _FAR),
            is_latest(),
        )
        with reading(self._engine) as connection:  # a quiet tick takes no lock
            if connection.execute(select(v.id).where(due).limit(1)).first() is None:
                return []
        with writing(self._engine) as connection:
            ids = connection.execute(update(t.query_version).where(due).values(lease_until=now + lease).returning(v.brand_id))
            keys = select(t.brand.c.key).where(t.brand.c.id.in_([row.brand_id for row in ids]), t.brand.c.active)
            return list(connection.execute(keys.order_by(t.brand.c.key)).scalars())

    def asked_again(self, brand: str, entries: Sequence[int]) -> Mapping[int, tuple[int, bool]]:
        """Which of these entries are mentions of a brand: the mention's number, and whether it is put away."""
        found: dict[int, tuple[int, bool]] = {}
        columns = select(t.mention.c.entry_id, t.mention.c.id, t.mention.c.put_away_at).join_from(t.mention, t.brand)
        with reading(self._engine) as connection:
            for some in chunks(entries):
                rows = connection.execute(columns.where(t.brand.c.key == brand, t.mention.c.entry_id.in_(some)))
                found |= {row.entry_id: (row.id, row.put_away_at is not None) for row in rows}
        return found

    def keep_rematch(
        self,
        version: QueryVersion,
        now: datetime,
        *,
        to: int,
        new: Sequence[tuple[StoredEntry, JudgedMention]] = (),
        again: Sequence[tuple[int, Mention]] = (),
        away: Sequence[int] = (),
        lease: timedelta,
    ) -> QueryVersion | None:
        """Keep what asking a batch again brought, in one transaction: mentions that are new, caught again, or put away.

        Nothing is stored when another process did this batch first, or the brand's query is another by now (see the answer's id).
        Returns the version as it stands then; None when the brand is gone.
        """
        with writing(self._engine) as connection:
            mine = and_(t.query_version.c.id == version.id, t.query_version.c.matched_to == version.matched_to, is_latest())
            step: dict[str, Any] = {"matched_to": to, "lease_until": now + lease}
            if connection.execute(select(t.entry.c.id).where(t.entry.c.id > to).limit(1)).first() is None:
                step |= {"matched_at": now, "lease_until": None}
            if connection.execute(update(t.query_version).where(mine).values(step)).rowcount:
                changed = self._keep_again(connection, now, new, again, away)
                counts = {"gained": t.query_version.c.gained + changed[0], "lost": t.query_version.c.lost + changed[1]}
                connection.execute(update(t.query_version).where(t.query_version.c.id == version.id).values(counts))
            point("rematch.before_commit")
            standing = latest(connection, version.brand)
        point("rematch.after_commit")
        return standing

    def _keep_again(
        self,
        connection: Connection,
        now: datetime,
        new: Sequence[tuple[StoredEntry, JudgedMention]],
        again: Sequence[tuple[int, Mention]],
        away: Sequence[int],
    ) -> tuple[int, int]:
        kinds = {stored.entry.source: stored.kind for stored, _ in new}
        gained = self._keep_mentions(connection, [(judged, stored.id) for stored, judged in new], kinds)
        back = [number for number, _ in again]
        put_away = select(t.mention.c.id).where(t.mention.c.put_away_at.is_not(None))
        returned = [one for some in chunks(back) for one in connection.execute(put_away.where(t.mention.c.id.in_(some))).scalars()]
        gained += run_many(connection, _AGAIN, [(*found_row(one).values(), number) for number, one in again])
        take_up(connection, returned)
        let_go(connection, away)
        at = moment(connection)(now)
        return gained, run_many(connection, _AWAY, [(at, number) for number in away])
