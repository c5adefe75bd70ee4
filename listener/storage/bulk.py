"""Many rows by one prepared statement: the driver's own executemany, since building statements costs more than storing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

from listener.storage.engine import UNSTORABLE

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


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


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows of the same columns, passing over those whose unique key is there already; how many were inserted."""
    if not rows:
        return 0
    names = list(rows[0])
    columns, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING'  # noqa: S608 - our own names
    return run_many(connection, statement, [tuple(row.values()) for row in rows])


def run_many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Run one statement for each row of parameters; how many rows it changed. Write a place as `?`."""
    if not rows:
        return 0
    if connection.dialect.paramstyle != "qmark":
        return connection.exec_driver_sql(statement.replace("?", "%s"), list(rows)).rowcount
    connection.exec_driver_sql("SAVEPOINT rows")
    try:
        return connection.exec_driver_sql(statement, list(rows)).rowcount
    except UnicodeEncodeError:
        # A half surrogate that a source let through, in any of the rows: rare, so it is looked for only now.
        connection.exec_driver_sql("ROLLBACK TO rows")
        clean = [tuple(one.translate(UNSTORABLE) if isinstance(one, str) else one for one in row) for row in rows]
        return connection.exec_driver_sql(statement, clean).rowcount
    finally:
        connection.exec_driver_sql("RELEASE rows")


def upsert(connection: Connection, table: Table, key: Sequence[str], row: Mapping[str, Any]) -> PostgresInsert | SqliteInsert:
    """An insert that changes the row whose unique `key` is there already."""
    rest = {name: value for name, value in row.items() if name not in key}
    return _insert(connection, table).values(row).on_conflict_do_update(index_elements=key, set_=rest)
