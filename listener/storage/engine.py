"""One engine per address, SQLite's habits set right, and the database's faults put into one line."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from listener.core.errors import StorageError
from listener.storage.schema.heard import spell_out_postgresql

_WRITE = "listener_write"
# The transaction in which this thread does several things as one.
_OUTER: ContextVar[tuple[Engine, Connection] | None] = ContextVar("listener_transaction", default=None)
# Letters that one database or the other refuses in a text.
_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}")


def storable_text(words: str) -> str:
    """The text with U+FFFD for each letter that one database or the other refuses; nearly all are returned as they are."""
    if "\0" not in words:
        if words.isascii():
            return words
        try:
            words.encode()
        except UnicodeEncodeError:
            pass
        else:
            return words
    return words.translate(_UNSTORABLE)


def open_engine(address: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`; nothing is opened yet.

    Raises StorageError when the address cannot be used at all.
    """
    try:
        url = make_url(address)
        if url.get_backend_name() != "sqlite":
            engine = create_engine(url, pool_pre_ping=True)
            spell_out_postgresql()
            event.listen(engine, "connect", _clean_texts)
            return engine
        engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    except (ArgumentError, NoSuchModuleError, ImportError) as fault:
        raise StorageError(f"database: the address {_shown(address)} cannot be used: {fault}") from fault
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _shown(address: str) -> str:
    """The address without its password."""
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return repr(address)


def _prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    # The driver must not begin transactions by itself: _begin decides which kind.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "journal_size_limit=67108864",
        # Pages of the log, 16 MB: a page that many visits change is brought into the file a quarter as often.
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _clean_texts(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    """PostgreSQL takes no NUL in a text, and no driver a half surrogate; a feed may hold both, and must not cost its neighbours."""
    from psycopg.types.string import StrDumper  # noqa: PLC0415 - only who uses PostgreSQL has it

    class Clean(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(storable_text(obj))

    connection.adapters.register_dumper(str, Clean)


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writing one fails at once when another process writes; an immediate one waits.
    # Straight through the driver: SQLAlchemy takes ten times as long to say a word as SQLite to do it.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if connection.info.pop(_WRITE, False) else "BEGIN")


@contextmanager
def together(engine: Engine) -> Iterator[Connection]:
    """One transaction for all that this thread writes and reads within: all of it stands, or nothing does."""
    with writing(engine) as connection:
        token = _OUTER.set((engine, connection))
        try:
            yield connection
        finally:
            _OUTER.reset(token)


@contextmanager
def _transaction(engine: Engine, *, is_writing: bool) -> Iterator[Connection]:
    """The transaction that we are in already, as a step of it that can be undone alone; else one of its own."""
    with _faults(engine):
        outer = _OUTER.get()
        if outer is not None and outer[0] is engine:
            with outer[1].begin_nested():
                yield outer[1]
            return
        with engine.connect() as connection:
            if is_writing:
                connection.info[_WRITE] = True
            with connection.begin():
                yield connection


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that writes: all of it stands, or nothing does. Raises StorageError when the database fails."""
    return _transaction(engine, is_writing=True)


def take_turns(connection: Connection, what: str) -> None:
    """Wait until no other transaction does `what`, until the end of ours; SQLite has one writer at a time as it is."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(zlib.crc32(f"listener {what}".encode()))))


def reading(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that only reads, and sees one moment. Raises StorageError when the database fails."""
    return _transaction(engine, is_writing=False)


@contextmanager
def _faults(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as fault:
        raise StorageError(explain(engine, fault.orig or fault)) from fault
    except engine.dialect.loaded_dbapi.Error as fault:  # raised in _prepare and in bulk, where SQLAlchemy does not dress it
        raise StorageError(explain(engine, fault)) from fault
    except SQLAlchemyError as fault:
        raise StorageError(f"database {where(engine)}: {fault}") from fault


def where(engine: Engine) -> str:
    """The database's place, fit to be shown."""
    if engine.url.get_backend_name() == "sqlite":
        return engine.url.database or "in memory"
    return engine.url.render_as_string(hide_password=True)


def explain(engine: Engine, fault: BaseException) -> str:
    """A driver's fault as one line: where, what, and what to do."""
    words = next(iter(str(fault).strip().splitlines()), type(fault).__name__)
    return f"database {where(engine)}: {words}{_remedy(engine, words)}"


def _remedy(engine: Engine, words: str) -> str:
    place = engine.url.database or ""
    remedies: tuple[tuple[str, str], ...] = (
        ("unable to open", f" (does the folder {Path(place).resolve().parent} exist, and may you write there?)"),
        ("readonly", " (give this user the right to write the file and its folder)"),
        ("disk is full", " (nothing was half-stored; free some room and run it again)"),
        ("is locked", " (another process has been writing for 30 s; try again)"),
        ("not a database", " (this is another kind of file; choose another name under [listener] database)"),
        ("malformed", " (the file is damaged; restore a backup)"),
        ("disk I/O error", " (the disk failed to read or write, or is full; nothing was half-stored)"),
    )
    return next((remedy for sign, remedy in remedies if sign in words), "")
