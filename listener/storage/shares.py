"""The archive's memory of shared links, of who changed what, and of what the work took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from listener.core.access import Share
from listener.core.deeds import LONGEST, Deed, Worked, spent
from listener.storage import tables as t
from listener.storage.bulk import upsert
from listener.storage.engine import reading, take_turns, writing


class ShareStore:
    """Shared links and deeds, in SQL."""

    _engine: Engine

    def share(
        self,
        brand: str,
        *,
        since: date | None,
        until: date | None,
        note: str,
        by: str,
        expires_at: datetime,
        now: datetime,
        evidence_id: int | None = None,
    ) -> Share:
        """Keep a new link."""
        row: dict[str, Any] = {"brand": brand, "since": since, "until": until, "note": note, "made_by": by, "made_at": now}
        row |= {"expires_at": expires_at, "uses": 0, "evidence_id": evidence_id}
        with writing(self._engine) as connection:
            made = connection.execute(insert(t.share).values(**row).returning(t.share.c.id)).scalar_one()
            return _share(connection.execute(select(t.share).where(t.share.c.id == made)).one())

    def shares(self) -> Sequence[Share]:
        """Every link, the newest first."""
        with reading(self._engine) as connection:
            return [_share(row) for row in connection.execute(select(t.share).order_by(t.share.c.id.desc()))]

    def shared(self, id: int, now: datetime, *, used: bool = False) -> Share | None:  # noqa: A002 - the field's word
        """One link; `used` notes that somebody came by it."""
        mine = t.share.c.id == id
        if used:
            with writing(self._engine) as connection:
                connection.execute(update(t.share).where(mine).values(used_at=now, uses=t.share.c.uses + 1))
        with reading(self._engine) as connection:
            row = connection.execute(select(t.share).where(mine)).one_or_none()
        return None if row is None else _share(row)

    def revoke(self, id: int, now: datetime) -> None:  # noqa: A002 - the field's word
        """Let a link open nothing from now on; the first time counts."""
        with writing(self._engine) as connection:
            mine = (t.share.c.id == id, t.share.c.revoked_at.is_(None))
            connection.execute(update(t.share).where(*mine).values(revoked_at=now))

    def note(self, deed: Deed) -> None:
        """Keep a deed; how something stood is cut where it is very long."""
        row = {"at": deed.at, "who": deed.who, "what": deed.what, "subject": deed.subject[:LONGEST]}
        row |= {"before": deed.before[:LONGEST], "after": deed.after[:LONGEST]}
        with writing(self._engine) as connection:
            connection.execute(insert(t.deed).values(**row))

    def deeds(self, *, before: int | None = None, limit: int = 50) -> Sequence[Deed]:
        """The latest deeds first; `before` is the last id already read."""
        wanted = select(t.deed).order_by(t.deed.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(t.deed.c.id < before)
        with reading(self._engine) as connection:
            return [Deed(**row) for row in connection.execute(wanted).mappings()]

    def work(self, who: str, what: str, on: date, now: datetime, *, handled: int = 0) -> Worked:
        """Count a step of somebody's work on a local day, in which so much was handled; how it stands then."""
        mine = (t.worked.c.on == on, t.worked.c.who == who, t.worked.c.what == what)
        with writing(self._engine) as connection:
            take_turns(connection, "work")
            row = connection.execute(select(t.worked).where(*mine)).one_or_none()
            seconds = spent(row.last_at, now) + row.seconds if row else 0
            done = handled + (row.handled if row else 0)
            kept = Worked(on=on, who=who, what=what, seconds=seconds, handled=done, last_at=now)
            connection.execute(upsert(connection, t.worked, ("on", "who", "what"), asdict(kept)))
        return kept

    def worked(self, *, since: date, until: date) -> Sequence[Worked]:
        """What was worked on the days in [since, until), in their order."""
        days = select(t.worked).where(t.worked.c.on >= since, t.worked.c.on < until)
        with reading(self._engine) as connection:
            rows = connection.execute(days.order_by(t.worked.c.on, t.worked.c.who, t.worked.c.what)).mappings()
            return [Worked(**row) for row in rows]


def _share(row: Row[Any]) -> Share:
    return Share(**row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for a row's public mapping
