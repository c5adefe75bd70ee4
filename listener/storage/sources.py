"""The archive's memory of sources: who is due, what every attempt brought, and the one transaction that keeps it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Insert, Table, and_, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from listener.core.errors import Overtaken, StorageError
from listener.core.failpoint import point
from listener.core.identity import identity
from listener.core.model import Cursor, Document, Entry, JudgedMention, Outcome, Run, Source, SourceState
from listener.storage import tables as t
from listener.storage.engine import reading, writing
from listener.storage.rows import (
    cursor_text,
    entry_row,
    judgement_row,
    mention_row,
    run_of,
    run_row,
    runs_with_source,
    state_of,
)

_LOOK_UP = 500
T = TypeVar("T")


def skip_known(connection: Connection, table: Table) -> Insert:
    """An insert that passes over rows whose unique key is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Pieces small enough for one statement's parameters."""
    return (items[start : start + _LOOK_UP] for start in range(0, len(items), _LOOK_UP))


class SourceStore:
    """Sources and their ledger, in SQL."""

    _engine: Engine

    def states(self, keys: Iterable[str] | None = None) -> Sequence[SourceState]:
        """Configured sources in key order, each with its last run; all of them, or those named."""
        wanted = t.source.c.active if keys is None else and_(t.source.c.active, t.source.c.key.in_(list(keys)))
        latest = select(func.max(t.run.c.id)).where(t.run.c.source_id == t.source.c.id).scalar_subquery()
        states = (
            select(*t.source.c, t.brand.c.key.label("brand_key"), latest.label("last_run_id"))
            .join_from(t.source, t.brand, t.source.c.brand_id == t.brand.c.id)
            .where(wanted)
            .order_by(t.source.c.key)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(states).mappings().all()
            ids = [row["last_run_id"] for row in rows if row["last_run_id"] is not None]
            last = {
                found["source_id"]: run_of(found)
                for some in chunks(ids)
                for found in connection.execute(runs_with_source().where(t.run.c.id.in_(some))).mappings()
            }
        return [state_of(row, last.get(row["id"])) for row in rows]

    def claim_due(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[str]:
        """Claim sources that are due and that nobody else holds, longest due first; a claim ends by itself after `lease`."""
        due = and_(
            t.source.c.active,
            t.source.c.next_due_at <= now,
            or_(t.source.c.lease_until.is_(None), t.source.c.lease_until <= now),
        )
        with reading(self._engine) as connection:  # a quiet tick takes no lock
            if connection.execute(select(t.source.c.id).where(due).limit(1)).first() is None:
                return []
        first = select(t.source.c.id).where(due).order_by(t.source.c.next_due_at, t.source.c.id).limit(limit)
        claim = (
            update(t.source)
            .where(t.source.c.id.in_(first.scalar_subquery()), due)
            .values(lease_until=now + lease)
            .returning(t.source.c.key)
        )
        with writing(self._engine) as connection:
            return sorted(connection.execute(claim).scalars())

    def release(self) -> None:
        """End every claim on sources: for the one process that has just taken the single-instance lock."""
        with writing(self._engine) as connection:
            connection.execute(update(t.source).where(t.source.c.lease_until.is_not(None)).values(lease_until=None))

    def unknown(self, source: Source, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Those of `entries` that the archive does not hold yet, each identity once, in their order."""
        first: dict[bytes, Entry] = {}
        for one in entries:
            first.setdefault(identity(one), one)
        if not first:
            return []
        with reading(self._engine) as connection:
            for some in chunks(list(first)):
                known = (
                    select(t.entry.c.identity)
                    .join(t.source, t.entry.c.source_id == t.source.c.id)
                    .where(t.source.c.key == source.key, t.entry.c.identity.in_(some))
                )
                for found in connection.execute(known).scalars():
                    first.pop(found, None)
        return list(first.values())

    def keep(
        self,
        state: SourceState,
        run: Run,
        *,
        next_due_at: datetime,
        cursor: Cursor | None = None,
        document: Document | None = None,
        entries: Sequence[Entry] = (),
        mentions: Sequence[JudgedMention] = (),
    ) -> Run:
        """Store one attempt in one transaction: document, entries, mentions, cursor and the ledger's row.

        Returns the run with the true counts of what was new. Raises Overtaken, storing nothing, when another process has kept
        this source since `state` was read.
        """
        with writing(self._engine) as connection:
            source_id = self._advance(connection, state, run, next_due_at, cursor)
            new: dict[bytes, int] = {}
            kept = 0
            if document is not None and (entries or run.outcome is Outcome.UNREADABLE):
                whole = bool(mentions) or run.outcome is Outcome.UNREADABLE
                document_id = self._keep_document(connection, source_id, document, whole=whole)
                new = self._keep_entries(connection, source_id, document_id, entries)
                kept = self._keep_mentions(connection, mentions, new)
            outcome = Outcome.KNOWN if run.outcome is Outcome.NEW and not new else run.outcome
            settled = replace(run, new_entries=len(new), new_mentions=kept, outcome=outcome)
            connection.execute(insert(t.run).values(run_row(settled, source_id)))
            point("collect.before_commit")
        point("collect.after_commit")
        return settled

    def _advance(self, connection: Connection, state: SourceState, run: Run, next_due_at: datetime, cursor: Cursor | None) -> int:
        values: dict[str, Any] = {
            "revision": state.revision + 1,
            "failures": 0 if run.outcome.heard else state.failures + 1,
            "next_due_at": next_due_at,
            "lease_until": None,
        }
        if run.outcome.heard:
            values["heard_at"] = run.started_at
        if cursor is not None:
            values["cursor"] = cursor_text(cursor)
        advance = (
            update(t.source)
            .where(t.source.c.key == state.source.key, t.source.c.revision == state.revision)
            .values(values)
            .returning(t.source.c.id)
        )
        source_id = connection.execute(advance).scalar()
        if source_id is None:
            raise Overtaken(f"source {state.source.key}: another process collected it meanwhile; nothing was stored twice")
        assert isinstance(source_id, int)
        return source_id

    def _keep_document(self, connection: Connection, source_id: int, value: Document, *, whole: bool) -> int:
        body = zlib.compress(value.body, 6) if whole else None
        row = {
            "source_id": source_id,
            "fingerprint": value.fingerprint,
            "url": value.url,
            "media_type": value.media_type,
            "size": len(value.body),
            "fetched_at": value.fetched_at,
            "body": body,
        }
        connection.execute(skip_known(connection, t.document).values(row))
        same = and_(t.document.c.source_id == source_id, t.document.c.fingerprint == value.fingerprint)
        if body is not None:  # it may stand there without its bytes, from a time when it carried no mention
            connection.execute(update(t.document).where(same, t.document.c.body.is_(None)).values(body=body))
        return int(connection.execute(select(t.document.c.id).where(same)).scalar_one())

    def _keep_entries(self, connection: Connection, source_id: int, document_id: int, entries: Sequence[Entry]) -> dict[bytes, int]:
        if not entries:
            return {}
        rows = {key: entry_row(one, source_id, document_id, key) for one in entries for key in [identity(one)]}
        stored = connection.execute(
            skip_known(connection, t.entry).returning(t.entry.c.identity, t.entry.c.id), list(rows.values())
        )
        return {row.identity: row.id for row in stored}

    def _keep_mentions(self, connection: Connection, mentions: Sequence[JudgedMention], new: dict[bytes, int]) -> int:
        fresh = [(one, new[key]) for one in mentions if (key := identity(one.mention.entry)) in new]
        if not fresh:
            return 0
        brands = {row.key: row.id for row in connection.execute(select(t.brand.c.key, t.brand.c.id))}
        kept = 0
        for one, entry_id in fresh:
            brand_id = brands.get(one.mention.brand)
            if brand_id is None:
                raise StorageError(f"brand {one.mention.brand} is not in the archive; run the command again")
            row = mention_row(one, brand_id, entry_id)
            mention_id = connection.execute(insert(t.mention).values(row).returning(t.mention.c.id)).scalar_one()
            connection.execute(
                insert(t.judgement).values(
                    mention_id=mention_id, judged_at=one.mention.entry.first_seen_at, **judgement_row(one.judgement)
                )
            )
            kept += 1
        return kept

    def runs(self, *, since: datetime, until: datetime, source: str | None = None) -> Sequence[Run]:
        """The ledger's rows that started in [since, until), oldest first."""
        within = runs_with_source().where(t.run.c.started_at >= since, t.run.c.started_at < until)
        if source is not None:
            within = within.where(t.source.c.key == source)
        with reading(self._engine) as connection:
            found = connection.execute(within.order_by(t.run.c.started_at, t.run.c.id)).mappings()
            return [run_of(row) for row in found]

    def spent(self, since: datetime) -> float:
        """US dollars that the ledger has seen spent from `since` on."""
        with reading(self._engine) as connection:
            total = connection.execute(select(func.sum(t.run.c.cost)).where(t.run.c.started_at >= since)).scalar()
        return float(total or 0.0)
