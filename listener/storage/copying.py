"""Moving an archive from one database to another, and proving that nothing was lost on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Date, Table, func, select, update

from listener.core.errors import StorageError
from listener.core.failpoint import point
from listener.storage import tables as t
from listener.storage.backup import go_on_counting, refuse_rows
from listener.storage.bulk import insert_all, moment
from listener.storage.engine import UNSTORABLE, open_engine, reading, where, writing
from listener.storage.migrations import require, revision, upgrade
from listener.storage.schema.base import Instant
from listener.storage.tables import metadata

_AT_ONCE = 2_000
# What each database has for itself: how far its own index was filled, and who works on it.
_OWN = frozenset({"filling", "sign"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was moved of one table: rows, and the fingerprint that both sides share, whatever their order."""

    table: str
    rows: int
    fingerprint: str


def copy(source: str, target: str, said: Callable[[Copied], None] = lambda _: None) -> Sequence[Copied]:
    """Copy a whole archive into an empty database, in one transaction, and read it back; `said` hears of each table.

    Stop what writes to the source before: what comes later is not copied. The search index and the counts are filled afterwards.
    Raises StorageError, leaving the target without a row, when anything differs.
    """
    old, new = open_engine(source), open_engine(target)
    try:
        require(old)
        if old.url == new.url:
            raise StorageError(f"{where(old)} cannot be copied onto itself")
        if revision(new) == "":
            upgrade(target)
        require(new)
        if old.url.get_backend_name() == "postgresql":
            old = old.execution_options(isolation_level="REPEATABLE READ")
        with reading(old) as there, writing(new) as here:
            refuse_rows(here, new)
            moved = [_move(there, here, table, said) for table in metadata.sorted_tables if table.name not in _OWN]
            go_on_counting(here)
            # The counts of what was let go come along; those of rows are made anew, with the index.
            here.execute(update(t.hour_count).values(number=0))
            last = select(func.coalesce(func.max(t.mention.c.id), 0)).scalar_subquery()
            here.execute(update(t.filling).values(after=0, upto=last, checked=last, settled=last))
            point("copy.before_commit")
        return moved
    finally:
        old.dispose()
        new.dispose()


def _move(there: Connection, here: Connection, table: Table, said: Callable[[Copied], None]) -> Copied:
    number, sent = 0, 0
    add = _adder(here, table)
    for rows in _batches(there, table):
        add(rows)
        number += len(rows)
        sent = _sum(sent, rows)
    arrived, back = 0, 0
    for rows in _batches(here, table):
        arrived += len(rows)
        back = _sum(back, rows)
    if (arrived, back) != (number, sent):
        what = f"{number} rows were sent and {arrived} arrived" if arrived != number else "what arrived is not what was sent"
        raise StorageError(f"table {table.name}: {what}; nothing was kept")
    found = Copied(table=table.name, rows=number, fingerprint=f"{sent:064x}")
    said(found)
    return found


def _batches(connection: Connection, table: Table) -> Iterator[list[Sequence[Any]]]:
    # A cursor of its own on PostgreSQL's side, so that no table is held in memory.
    found = connection.execute(select(table), execution_options={"stream_results": True, "max_row_buffer": _AT_ONCE})
    for rows in found.partitions(_AT_ONCE):
        yield [tuple(row) for row in rows]


def _adder(connection: Connection, table: Table) -> Callable[[list[Sequence[Any]]], None]:
    names = [column.name for column in table.columns]
    # Straight through the driver, which wants moments and days as its columns hold them.
    at = moment(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    instants = [place for place, column in enumerate(table.columns) if isinstance(column.type, Instant)]
    days = [place for place, column in enumerate(table.columns) if is_sqlite and isinstance(column.type, Date)]

    def add(rows: list[Sequence[Any]]) -> None:
        made = []
        for row in rows:
            values = list(row)
            for place in instants:
                values[place] = at(values[place])
            for place in days:
                values[place] = None if values[place] is None else values[place].isoformat()
            made.append(tuple(values))
        insert_all(connection, table, names, made)

    return add


def _sum(before: int, rows: Sequence[Sequence[Any]]) -> int:
    """The sum of the rows' fingerprints: the same in any order, and another when a row is missing, changed or there twice."""
    for row in rows:
        line = "\x1f".join(map(_spelt, row)).encode("utf-8", "replace")
        before += int.from_bytes(hashlib.sha256(line).digest(), "big")
    return before % (1 << 256)


def _spelt(value: Any) -> str:
    if isinstance(value, str):
        return "s" + value.translate(UNSTORABLE)
    if isinstance(value, bytes | memoryview):
        return "b" + bytes(value).hex()
    if isinstance(value, datetime):
        return "t" + value.astimezone(UTC).isoformat()
    return repr(value)
