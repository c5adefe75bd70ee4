"""Taking over another tool's archive: a source that is never visited, and that tool's own word kept beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, insert, select

from listener.core.errors import StorageError
from listener.core.identity import identity
from listener.core.model import IMPORT, Entry, Judgement, Source
from listener.core.visits import SourceState
from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment
from listener.storage.chunks import chunks
from listener.storage.engine import reading, take_turns, writing
from listener.storage.rows import judgement_of, proof_row, source_row, state_of


class ImportStore:
    """Imports, in SQL."""

    _engine: Engine

    def imported(self, key: str, brand: str, now: datetime) -> SourceState:
        """The source that an import's entries belong to, made when it is not there yet; it is never due."""
        mine = (
            select(*t.source.c, t.brand.c.key.label("brand_key"))
            .join_from(t.source, t.brand, t.source.c.brand_id == t.brand.c.id)
            .where(t.source.c.key == key)
        )
        with reading(self._engine) as connection:
            row = connection.execute(mine).mappings().first()
        if row is None:
            with writing(self._engine) as connection:
                take_turns(connection, "sync")
                brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == brand)).scalar_one()
                values = source_row(Source(key=key, brand=brand, kind=IMPORT, address=key)) | {"active": False}
                if connection.execute(mine).first() is None:
                    connection.execute(
                        insert(t.source).values(**values, brand_id=brand_id, revision=0, failures=0, next_due_at=now)
                    )
                row = connection.execute(mine).mappings().one()
        if row["kind"] != IMPORT or row["brand_key"] != brand:
            raise StorageError(f"'{key}' is the name of something else already; give the import another with --name")
        return state_of(row, None)

    def keep_theirs(self, source: str, said: Sequence[tuple[Entry, Judgement]], now: datetime) -> int:
        """Keep another tool's judgements beside ours, of entries of a source that are mentions; how many are new."""
        wanted = {identity(entry): judgement for entry, judgement in said}
        with writing(self._engine) as connection:
            at = moment(connection)(now)
            rows = []
            for some in chunks(list(wanted)):
                found = (
                    select(t.mention.c.id, t.entry.c.identity)
                    .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
                    .join(t.source, t.entry.c.source_id == t.source.c.id)
                    .where(t.source.c.key == source, t.entry.c.identity.in_(some))
                )
                rows += [
                    {"mention_id": row.id, "judged_at": at, **proof_row(wanted[bytes(row.identity)])}
                    for row in connection.execute(found)
                ]
            return insert_new(connection, t.judgement, rows)

    def judgements(self, mentions: Sequence[int]) -> dict[int, list[Judgement]]:
        """Everything that was ever judged of these mentions, by us and by others, oldest first."""
        found: dict[int, list[Judgement]] = {}
        with reading(self._engine) as connection:
            for some in chunks(list(mentions)):
                rows = connection.execute(select(t.judgement).where(t.judgement.c.mention_id.in_(some)).order_by(t.judgement.c.id))
                for row in rows:
                    found.setdefault(row.mention_id, []).append(judgement_of(row))
        return found
