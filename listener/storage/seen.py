"""Marks of what a source said lately, by which its entries are known again when their ids are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, exists, select

from listener.core.likeness import SIZE, Marks, loose, strict
from listener.core.model import Entry
from listener.core.visits import Attempt
from listener.storage import tables as t
from listener.storage.bulk import Among, ask, run_many
from listener.storage.chunks import chunks
from listener.storage.rows import entry_of, stored_entries

# More than any feed shows at once; three marks for each entry.
_ENTRIES = 2_000
_REMEMBERED = 3 * _ENTRIES * SIZE


def seen(connection: Connection, ids: Sequence[int]) -> Mapping[int, Marks]:
    """The marks of what each of these sources said lately."""
    marks = _kept(connection, list(ids))
    # Nothing yet, or heard by a version that kept no marks.
    for source_id in _speaking(connection, [one for one in ids if one not in marks]):
        marks[source_id] = b"".join(map(_marks, reversed(_latest(connection, source_id))))
    return {source_id: Marks(found) for source_id, found in marks.items()}


def remember(connection: Connection, attempts: Sequence[Attempt], ids: Mapping[str, int]) -> None:
    """Add the marks of what these attempts brought."""
    fresh = {ids[one.state.source.key]: b"".join(map(_marks, one.entries)) for one in attempts if one.entries}
    if not fresh:
        return
    before = _kept(connection, list(fresh))
    rows = [(source_id, (before.get(source_id, b"") + marks)[-_REMEMBERED:]) for source_id, marks in sorted(fresh.items())]
    add = "INSERT INTO seen (source_id, marks) VALUES (?, ?) ON CONFLICT (source_id) DO UPDATE SET marks = excluded.marks"
    run_many(connection, add, rows)


def _kept(connection: Connection, ids: Sequence[int]) -> dict[int, bytes]:
    if not ids:
        return {}
    rows = ask(connection, "SELECT source_id, marks FROM seen WHERE source_id IN ?", [Among(ids)])
    return {source_id: bytes(marks) for source_id, marks in rows}


def _speaking(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Those of these sources that have said anything."""
    if not ids:
        return []
    said = exists().where(t.entry.c.source_id == t.source.c.id)
    found: list[int] = []
    for some in chunks(ids):
        found += connection.execute(select(t.source.c.id).where(t.source.c.id.in_(some), said)).scalars()
    return found


def _marks(entry: Entry) -> bytes:
    return b"".join((*strict(entry), *loose(entry)))


def _latest(connection: Connection, source_id: int) -> list[Entry]:
    latest = stored_entries().where(t.entry.c.source_id == source_id).order_by(t.entry.c.id.desc()).limit(_ENTRIES)
    return [entry_of(row) for row in connection.execute(latest).mappings()]
