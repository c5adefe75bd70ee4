"""Many rows by one prepared statement, straight through the driver: building statements costs more than storing what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import length_hint
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

from listener.storage.engine import storable_text

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

_FEW = (1, 2, 4, 8, 16, 24)  # values that get a place each in SQLite; more go as one list, which costs more to begin with
_WORTH_COPYING = 100  # rows; COPY asks the server once more, and takes a third of the time for each row
_MARKS = 24  # rows that a mention leaves in a table, at most (storage/stories.py)


def moment(connection: Connection) -> Callable[[datetime | None], Any]:
    """How a moment goes to the driver: as tables.Instant would write it."""
    return _as_text if connection.dialect.name == "sqlite" else _as_it_is


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is not UTC:
        value = _as_it_is(value)
        assert value is not None
    return value.replace(tzinfo=None).isoformat(" ", "microseconds")


def _as_it_is(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a naive datetime cannot be stored: {value!r}")
    return value.astimezone(UTC)


def skip_known(connection: Connection, table: Table) -> PostgresInsert | SqliteInsert:
    """An insert that passes over rows whose unique key is there already."""
    return _insert(connection, table).on_conflict_do_nothing()


def _insert(connection: Connection, table: Table) -> PostgresInsert | SqliteInsert:
    # Each where it is asked for: PostgreSQL's dialect is 4 MB and a twentieth of a second.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - see above

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - see above

    return sqlite.insert(table)


@dataclass(frozen=True, slots=True)
class Among:
    """Numbers or words of which a column's value is one, for a place that is written `IN ?`; `kind` is PostgreSQL's type."""

    values: Collection[int] | Collection[str]
    kind: str = "bigint"


def ask(connection: Connection, statement: str, values: Sequence[Any] = (), *, prepared: bool = True) -> list[tuple[Any, ...]]:
    """The rows that a statement brings, straight from the driver, which has their moments and flags in its own way.

    Write a place as `?`; `FOR UPDATE` at the end is left out in SQLite, which has one writer at a time. For what is asked at each
    visit: it costs a tenth of what SQLAlchemy takes for the same. Where PostgreSQL's way must depend on the values, have it not
    `prepared`: a statement that is asked often gets one way for all.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    given, forms = values, list[str | int]()
    for one in values:
        if isinstance(one, Among):
            given, forms = _spread(values, is_sqlite=is_sqlite)
            break
    written = _written(statement, tuple(forms), is_sqlite=is_sqlite)
    with _driver(connection) as driver:
        if is_sqlite:
            found: list[tuple[Any, ...]] = driver.execute(written, given).fetchall()
        else:
            found = driver.execute(written, given, prepare=None if prepared else False).fetchall()
    return found


def _spread(values: Sequence[Any], *, is_sqlite: bool) -> tuple[list[Any], list[str | int]]:
    """The values as the driver gets them, and how each `IN ?` is written: a type, or how many places (0 is one list)."""
    given, forms = list[Any](), list[str | int]()
    for one in values:
        if not isinstance(one, Among):
            given.append(one)
        elif not is_sqlite:
            given.append(list(one.values))
            forms.append(one.kind)
        elif 0 < (count := len(one.values)) <= _FEW[-1]:
            some = list(one.values)
            size = next(size for size in _FEW if size >= count)
            given += some
            given += some[-1:] * (size - count)
            forms.append(size)
        else:
            given.append(json.dumps(list(one.values)))
            forms.append(0)
    return given, forms


@lru_cache(1024)
def _written(statement: str, forms: tuple[str | int, ...], *, is_sqlite: bool) -> str:
    """A statement with its places as each database wants them; of few forms, so that each is prepared once."""
    if is_sqlite:
        statement = statement.partition(" FOR ")[0]
    first, *rest = statement.split("IN ?") if forms else (statement,)
    spread = [first]
    for form, more in zip(forms, rest, strict=True):
        if isinstance(form, str):
            spread.append(f"= ANY(?::{form}[])")
        else:
            spread.append(f"IN ({', '.join('?' * form)})" if form else "IN (SELECT value FROM json_each(?))")
        spread.append(more)
    whole = "".join(spread)
    return whole if is_sqlite else whole.replace("?", "%s")


def instant(value: Any) -> datetime:
    """A moment as the driver brought it, which `ask` hands on as it is."""
    made = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(made, datetime)
    return made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)


def numbers(connection: Connection, tables: Mapping[str, int]) -> dict[str, list[int]]:
    """The numbers of the next rows of some tables, as many of each as are wanted, ascending; nobody else gets them.

    In SQLite they are to be used in this transaction, which must be a writing one. A mention's number is permanent: none gets that
    of one that went.
    """
    if connection.dialect.name == "postgresql":
        nexts = " UNION ALL ".join(f"SELECT '{name}', nextval('{name}_id_seq') FROM generate_series(1, ?)" for name in tables)  # noqa: S608 - our own names
        found: dict[str, list[int]] = {name: [] for name in tables}
        for name, number in ask(connection, nexts, tuple(tables.values())):
            found[name].append(number)
        return {name: sorted(some) for name, some in found.items()}
    lasts = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {name})" for name in (*tables, "lost_mention"))  # noqa: S608 - our own names
    ((*last, gone),) = ask(connection, f"SELECT {lasts}")
    return {
        name: list(range(first := max(number, gone if name == "mention" else 0) + 1, first + count))
        for (name, count), number in zip(tables.items(), last, strict=True)
    }


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows of the same columns, passing over those whose unique key is there already; how many were inserted."""
    if not rows:
        return 0
    return run_many(connection, _inserting(table.name, tuple(rows[0]), or_pass=True), [tuple(row.values()) for row in rows])


@lru_cache(256)
def _inserting(table: str, names: tuple[str, ...], *, or_pass: bool = False) -> str:
    columns, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    return f'INSERT INTO "{table}" ({columns}) VALUES ({places}){" ON CONFLICT DO NOTHING" if or_pass else ""}'  # noqa: S608 - our own names


def insert_all(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of which none is there yet: in PostgreSQL by COPY where they are many, and few rows of numbers as lists."""
    if connection.dialect.name == "postgresql" and rows:
        columns = ", ".join(f'"{name}"' for name in names)
        if len(rows) >= _WORTH_COPYING:
            copy = f'COPY "{table.name}" ({columns}) FROM STDIN'
            with _driver(connection) as driver, driver.cursor() as cursor, cursor.copy(copy) as file:
                for row in rows:
                    file.write_row(row)
            return
        if all(type(one) is int for row in rows for one in row):  # a truth value is no number there
            lists = ", ".join(["?::bigint[]"] * len(names))
            into = f'INSERT INTO "{table.name}" ({columns}) SELECT * FROM unnest({lists})'  # noqa: S608 - our own names
            run_many(connection, into, [tuple(map(list, zip(*rows, strict=True)))])
            return
    run_many(connection, _inserting(table.name, tuple(names)), rows)


@contextmanager
def sent_together(connection: Connection, rows: int) -> Iterator[None]:
    """Have PostgreSQL take these statements without waiting for the answer to each, where they write few rows.

    Within it `run_many` does not know how many rows it changed, and only `ask` reads.
    """
    if connection.dialect.name == "postgresql" and rows * _MARKS < _WORTH_COPYING:
        with _driver(connection) as driver, driver.pipeline():
            yield
    else:
        yield


def run_many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Run one statement for each row of parameters; how many rows it changed. Write a place as `?`."""
    if not rows:
        return 0
    with _driver(connection) as driver:
        if connection.dialect.paramstyle != "qmark":
            with driver.cursor() as cursor:
                cursor.executemany(statement.replace("?", "%s"), rows)
                return int(cursor.rowcount)
        changed, given = driver.total_changes, iter(rows)
        try:
            return int(driver.executemany(statement, given).rowcount)
        except UnicodeEncodeError:
            # A half surrogate that a source let through: rare, so it is looked for only now. The rows before it are done.
            left = rows[len(rows) - length_hint(given) - 1 :]
            clean = [tuple(storable_text(one) if isinstance(one, str) else one for one in row) for row in left]
            driver.executemany(statement, clean)
            return int(driver.total_changes - changed)


@contextmanager
def _driver(connection: Connection) -> Iterator[Any]:
    """The driver's own connection; what SQLAlchemy would do about a lost one is done here."""
    driver = connection.connection.dbapi_connection
    try:
        yield driver
    except connection.dialect.loaded_dbapi.Error as fault:
        if connection.dialect.is_disconnect(fault, driver, None):
            connection.invalidate(fault)
        raise


def upsert(connection: Connection, table: Table, key: Sequence[str], row: Mapping[str, Any]) -> PostgresInsert | SqliteInsert:
    """An insert that changes the row whose unique `key` is there already."""
    rest = {name: value for name, value in row.items() if name not in key}
    return _insert(connection, table).values(row).on_conflict_do_update(index_elements=key, set_=rest)
