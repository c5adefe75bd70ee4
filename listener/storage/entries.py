"""The archive's memory of entries: read through in batches, and found by their address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, RowMapping, func, or_, select

from listener.core.kept import KeptMention, StoredEntry
from listener.storage import tables as t
from listener.storage.chunks import chunks
from listener.storage.engine import reading
from listener.storage.labels import with_labels
from listener.storage.rows import entry_of, kept_mentions, stored_entries


class EntryStore:
    """Entries, in SQL."""

    _engine: Engine

    def entries(self, *, after: int = 0, limit: int, since: datetime | None = None) -> Sequence[StoredEntry]:
        """The next entries by id, first seen from `since` on; `after` is the id of the last one already read."""
        wanted: list[ColumnElement[bool]] = [t.entry.c.id > after]
        if since is not None:
            wanted.append(t.entry.c.first_seen_at >= since)
        with reading(self._engine) as connection:
            rows = connection.execute(stored_entries().where(*wanted).order_by(t.entry.c.id).limit(limit)).mappings()
            return [_stored(row) for row in rows]

    def newest_entry(self) -> int:
        """The id of the entry that was stored last, 0 when there is none."""
        with reading(self._engine) as connection:
            return int(connection.execute(select(func.coalesce(func.max(t.entry.c.id), 0))).scalar_one())

    def entries_at(self, addresses: Sequence[str]) -> Sequence[StoredEntry]:
        """Entries whose key, link or guid is one of these, oldest first; reads the whole table, as nobody asks this often."""
        same = or_(*(column.in_(addresses) for column in (t.entry.c.url, t.entry.c.link, t.entry.c.guid)))
        with reading(self._engine) as connection:
            return [_stored(row) for row in connection.execute(stored_entries().where(same).order_by(t.entry.c.id)).mappings()]

    def entries_by_id(self, ids: Sequence[int]) -> Sequence[StoredEntry]:
        """These entries, in the order of their ids; those that are gone are left out."""
        found: list[StoredEntry] = []
        with reading(self._engine) as connection:
            for some in chunks(sorted(set(ids))):
                rows = connection.execute(stored_entries().where(t.entry.c.id.in_(some)).order_by(t.entry.c.id)).mappings()
                found += [_stored(row) for row in rows]
        return found

    def mentions_in(self, entries: Sequence[int], brand: str | None = None) -> Sequence[tuple[int, KeptMention]]:
        """The mentions in these entries that are not put away, of one brand or all, each with its entry's id."""
        wanted: list[ColumnElement[bool]] = [t.mention.c.entry_id.in_(entries), t.mention.c.put_away_at.is_(None)]
        if brand is not None:
            wanted.append(t.brand.c.key == brand)
        with reading(self._engine) as connection:
            found = with_labels(
                connection, kept_mentions().join(t.brand).where(*wanted).order_by(t.mention.c.entry_id, t.brand.c.key)
            )
            within = select(t.mention.c.id, t.mention.c.entry_id).where(t.mention.c.entry_id.in_(entries))
            owners = {row.id: row.entry_id for row in connection.execute(within)}
        return [(owners[one.id], one) for one in found]


def _stored(row: RowMapping) -> StoredEntry:
    return StoredEntry(id=row["entry_id"], entry=entry_of(row), brand=row["brand_key"], kind=row["source_kind"])
