"""Drivers of both databases whose n-th call fails, as a disk or a line does: below SQLAlchemy, so that no statement passes by."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import Engine, event


class Count:
    """Calls so far, and at which one the fault comes (None: never); it comes once."""

    def __init__(self) -> None:
        self.calls = 0
        self.fails_at: int | None = None

    def begin(self, fails_at: int | None) -> None:
        """Count anew."""
        self.calls, self.fails_at = 0, fails_at

    @property
    def was_reached(self) -> bool:
        """Whether the fault has come."""
        return self.fails_at is not None and self.calls >= self.fails_at

    def call(self, kind: type[Exception]) -> None:
        """One call more."""
        self.calls += 1
        if self.calls == self.fails_at:
            raise kind("disk I/O error")


def _sqlite(count: Count) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, *given: Any) -> Any:
            if not str(given[0]).startswith(("PRAGMA", "ROLLBACK")):
                count.call(sqlite3.OperationalError)
            return super().execute(*given)

        def executemany(self, *given: Any) -> Any:
            count.call(sqlite3.OperationalError)
            return super().executemany(*given)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, *given: Any) -> Any:
            return self.cursor().execute(*given)

        def executemany(self, *given: Any) -> Any:
            return self.cursor().executemany(*given)

        def commit(self) -> None:
            count.call(sqlite3.OperationalError)
            super().commit()

    return Connection


def _postgresql(count: Count) -> type[psycopg.Connection[Any]]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, *given: Any, **how: Any) -> Any:
            count.call(psycopg.OperationalError)
            return super().execute(*given, **how)

        def executemany(self, *given: Any, **how: Any) -> Any:
            count.call(psycopg.OperationalError)
            return super().executemany(*given, **how)

        def copy(self, *given: Any, **how: Any) -> Any:
            count.call(psycopg.OperationalError)
            return super().copy(*given, **how)

    class Connection(psycopg.Connection[Any]):
        def __init__(self, *given: Any, **how: Any) -> None:
            super().__init__(*given, **how)
            self.cursor_factory = Cursor

        def commit(self) -> None:
            count.call(psycopg.OperationalError)
            super().commit()

    return Connection


@contextlib.contextmanager
def faulty_drivers() -> Iterator[Count]:
    """Have every connection that is opened meanwhile count its calls, and fail where it is told to."""
    count = Count()
    lite, post = _sqlite(count), _postgresql(count)

    def connect(dialect: Any, record: Any, given: Any, how: Any) -> Any:
        if dialect.name == "sqlite":
            how["factory"] = lite
            return None
        return post.connect(*given, **how)

    event.listen(Engine, "do_connect", connect)
    try:
        yield count
    finally:
        event.remove(Engine, "do_connect", connect)
