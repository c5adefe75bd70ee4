"""Moving an archive from one database to another, and proving that nothing was lost on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Date, LargeBinary, String, Table, bindparam, select, text, update

from listener.core.errors import StorageError
from listener.core.failpoint import point
from listener.core.finding import FORM
from listener.storage import tables as t
from listener.storage.backup import go_on_counting, refuse_rows
from listener.storage.bulk import insert_all, moment
from listener.storage.derived import LAST, take_up
from listener.storage.engine import open_engine, reading, storable_text, where, writing
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

    Stop what writes to the source before: what comes later is not copied. The search index and the counts are made anew, in the
    same transaction. Raises StorageError, leaving the target without a row, when anything differs.
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
            with _unburdened(here):
                moved = [_move(there, here, table, said) for table in metadata.sorted_tables if table.name not in _OWN]
                go_on_counting(here)
                _derive(here)
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
        sent = _sum(sent, table, rows)
    arrived, back = 0, 0
    for rows in _batches(here, table):
        arrived += len(rows)
        back = _sum(back, table, rows)
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


def _derive(here: Connection) -> None:
    """Have all mentions found and counted; the counts of what was let go came along with the others."""
    here.execute(update(t.hour_count).values(number=0))
    last = here.execute(LAST).scalar_one()
    here.execute(update(t.filling).values(form=FORM, after=last, upto=last, checked=last, settled=last))
    after = 0
    more = select(t.mention.c.id).where(t.mention.c.id > bindparam("after")).order_by(t.mention.c.id).limit(_AT_ONCE)
    while ids := here.execute(more, {"after": after}).scalars().all():
        take_up(here, ids)
        after = ids[-1]


# What PostgreSQL checks and keeps for each row that comes in, and what it makes in a fraction of the time of all rows at once.
_CHECKS = text(
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND conrelid = to_regclass(:name)"
)
_INDEXES = text(
    "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = to_regclass(:name)"
    " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
)
_ROOM = "256MB"  # to sort an index in, rather than the 64 MB that the server gives by itself


@contextmanager
def _unburdened(here: Connection) -> Iterator[None]:
    """Take foreign keys and indexes of PostgreSQL's tables away, and put the same back before the transaction ends."""
    if here.dialect.name != "postgresql":
        yield
        return
    names = [*(f'"{table.name}"' for table in metadata.sorted_tables), "search"]
    checks = [tuple(row) for name in names for row in here.execute(_CHECKS, {"name": name})]
    indexes = [tuple(row) for name in names for row in here.execute(_INDEXES, {"name": name})]
    for table, check, _ in checks:
        here.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {check}"))
    for index, _ in indexes:
        here.execute(text(f"DROP INDEX {index}"))
    yield
    here.execute(text(f"SET LOCAL maintenance_work_mem = '{_ROOM}'"))
    for _, made in indexes:
        here.exec_driver_sql(made.replace("%", "%%"))
    for table, check, made in checks:
        here.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {check} {made}".replace("%", "%%"))


def _sum(before: int, table: Table, rows: Sequence[Sequence[Any]]) -> int:
    """The sum of the rows' fingerprints: the same in any order, and another when a row is missing, changed or there twice."""
    odd = [(place, spelt) for place, column in enumerate(table.columns) if (spelt := _spelling(column)) is not None]
    for row in rows:
        values = list(row)
        for place, spelt in odd:
            if values[place] is not None:
                values[place] = spelt(values[place])
        before += int.from_bytes(hashlib.sha256(repr(values).encode()).digest(), "big")
    return before % (1 << 256)


def _spelling(column: Column[Any]) -> Callable[[Any], Any] | None:
    """How a column's values are made the same on both sides; None where they are."""
    if isinstance(column.type, Instant | LargeBinary):
        return str if isinstance(column.type, Instant) else bytes
    return storable_text if isinstance(column.type, String) else None
