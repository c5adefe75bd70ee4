"""One clock for one PostgreSQL database: an advisory lock, freed when its holder's connection ends, and a sign of life.

A holder that was stopped (SIGSTOP, a frozen machine) keeps its lock; the sign of life tells who that is, and how long it is silent.
"""

from __future__ import annotations

import os
import socket
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from listener.core.errors import StorageError
from listener.engines.local import AlreadyRunning
from listener.storage.engine import explain, open_engine, where

_KEY = zlib.crc32(b"listener clock")
_NAME = "listener clock"


class AdvisoryLock:
    """Held from entering to leaving; `alive` says at each beat that it is still held, and takes it again where it can."""

    def __init__(self, database: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = open_engine(database).execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None
        self._clock = clock

    def __enter__(self) -> Self:
        try:
            is_ours = self._take()
            who = "" if is_ours else self._who()
        except SQLAlchemyError as fault:
            self.__exit__()
            raise StorageError(explain(self._engine, getattr(fault, "orig", None) or fault)) from fault
        if not is_ours:
            self.__exit__()
            raise AlreadyRunning(f"another `listener run` works on {where(self._engine)} already{who}; stop that one first")
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def alive(self) -> bool:
        """Whether we still hold the lock; leaves a sign of life. A connection that was cut has let go of it: it is taken again."""
        try:
            if self._connection is not None:
                self._sign(self._connection)
                return True
        except SQLAlchemyError:
            self._drop()
        try:
            return self._take()
        except SQLAlchemyError:
            self._drop()
            return False

    def _take(self) -> bool:
        connection = self._connection = self._engine.connect()
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
            self._drop()
            return False
        self._sign(connection)
        return True

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _sign(self, connection: Connection) -> None:
        connection.execute(
            text(
                "INSERT INTO turn (host, owner, until) VALUES (:host, :owner, :now)"
                " ON CONFLICT (host) DO UPDATE SET owner = excluded.owner, until = excluded.until"
            ),
            {"host": _NAME, "owner": f"{socket.gethostname()}:{os.getpid()}", "now": self._clock()},
        )

    def _who(self) -> str:
        with self._engine.connect() as connection:
            row = connection.execute(text("SELECT owner, until FROM turn WHERE host = :host"), {"host": _NAME}).first()
        if row is None:
            return ""
        silent = (self._clock() - row.until).total_seconds()
        since = f", silent for {silent:.0f} s: it may have been stopped, and would have to be killed" if silent > 120 else ""
        return f" (process {row.owner}{since})"
