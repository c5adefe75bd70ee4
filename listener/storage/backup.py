"""A copy of the whole database in one file, made while others write, looked through before it counts as one; and the way back."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, delete, inspect, text

from listener import __version__
from listener.core.errors import StorageError
from listener.core.failpoint import point
from listener.core.standing import Post
from listener.storage import tables as t
from listener.storage.bulk import upsert
from listener.storage.engine import explain, open_engine, reading, where, writing
from listener.storage.migrations import require, revision, upgrade
from listener.storage.tables import metadata

_FORM = "listener-backup-1"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds: its place, its schema, its size in bytes, and how many rows each table has."""

    file: Path
    schema: str
    size: int
    rows: dict[str, int]


def back_up(address: str, file: Path) -> Backup:
    """Write a database to a file that is not there yet; it gets its name only when it was found to be whole.

    SQLite gives a database file (VACUUM INTO), PostgreSQL a zip of its tables, all of one moment. Only its owner may read it.
    Raises StorageError, and leaves nothing under that name.
    """
    engine = open_engine(address)
    part = file.with_name(f"{file.name}.part")
    try:
        require(engine)
        _refuse_existing(file)
        with _writing_files(file):
            part.unlink(missing_ok=True)  # of one that was killed
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            write = _vacuum if engine.url.get_backend_name() == "sqlite" else _dump
            write(engine, part)
            point("backup.written")
            found = look_through(part)
            point("backup.before_naming")
            _name(part, file)
        _remember(engine, file, found)
        return Backup(file=file, schema=found.schema, size=found.size, rows=found.rows)
    finally:
        engine.dispose()
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _remember(engine: Engine, file: Path, found: Backup) -> None:
    """Leave a sign of the last backup, for whoever looks how all stands; one that cannot be left costs no backup."""
    now = datetime.now(UTC)
    detail = f"{file.name} {found.size}"
    row = {"post": Post.BACKUP.value, "name": "", "version": __version__, "begun_at": now, "seen_at": now, "detail": detail}
    with contextlib.suppress(StorageError), writing(engine) as connection:
        connection.execute(upsert(connection, t.sign, ("post", "name"), row))


def restore(file: Path, address: str) -> Backup:
    """Bring a backup to a database that is not there yet, or has nothing in it; it is brought to this program's schema.

    Never overwrites: raises StorageError where a database stands already, and leaves it as it is.
    """
    found = look_through(file)
    engine = open_engine(address)
    try:
        is_sqlite = engine.url.get_backend_name() == "sqlite"
        if is_sqlite is not _is_sqlite(file):
            kind = "SQLite" if _is_sqlite(file) else "PostgreSQL"
            raise StorageError(f"{file} is a backup of {kind}; restore it there, and move it with `listener db copy`")
        if is_sqlite:
            _restore_file(file, Path(engine.url.database or ""))
        else:
            _restore_tables(engine, address, file, found)
        upgrade(address)
        with writing(engine) as connection:  # who worked on it then does not now
            connection.execute(delete(t.sign))
        return found
    finally:
        engine.dispose()


def look_through(file: Path) -> Backup:
    """What a backup holds; raises StorageError unless every page and table of it is whole."""
    try:
        with file.open("rb") as opened:
            if not opened.read(1):
                raise StorageError(f"{file} is empty")
        return _look_through_file(file) if _is_sqlite(file) else _look_through_tables(file)
    except OSError as fault:
        raise StorageError(f"{file}: {fault.strerror or fault}") from fault
    # RuntimeError: a damaged zip may say that it is of a newer version, packed in another way, or locked.
    except (sqlite3.Error, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, RuntimeError) as fault:
        raise StorageError(f"{file} is no whole backup: {fault}") from fault


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def _refuse_existing(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise StorageError(f"{file} is there already; nothing was written over it")


@contextlib.contextmanager
def _writing_files(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise StorageError(f"{file}: cannot be written: {fault.strerror or fault}") from fault


def _name(part: Path, file: Path) -> None:
    """Give a finished file its name: on the disk first, and never over another's."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    try:
        os.link(part, file)  # unlike renaming, this fails where something stands
    except FileExistsError:
        _refuse_existing(file)
    except OSError:  # a file system without links
        _refuse_existing(file)
        part.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _vacuum(engine: Engine, part: Path) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw: Any = connection.connection.dbapi_connection
        try:
            raw.execute("VACUUM INTO ?", (str(part),))
        except sqlite3.Error as fault:
            raise StorageError(explain(engine, fault)) from fault


def _look_through_file(file: Path) -> Backup:
    with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
        faults = [row[0] for row in opened.execute("PRAGMA quick_check")]
        if faults != ["ok"]:
            raise StorageError(f"{file} is no whole backup: {'; '.join(faults[:3])}")
        found = opened.execute("SELECT version_num FROM alembic_version").fetchone()
        known = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {
            name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a name of our own
            for name in metadata.tables
            if name in known
        }
    if found is None:
        raise StorageError(f"{file} is no backup of Listener: it has no schema")
    return Backup(file=file, schema=found[0], size=file.stat().st_size, rows=rows)


def _restore_file(file: Path, target: Path) -> None:
    for one in (target, target.with_name(f"{target.name}-wal")):
        _refuse_existing(one)
    part = target.with_name(f"{target.name}.part")
    with _writing_files(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.unlink(missing_ok=True)
            shutil.copyfile(file, part)
            part.chmod(0o600)
            point("restore.before_naming")
            _name(part, target)
        finally:
            part.unlink(missing_ok=True)


def _dump(engine: Engine, part: Path) -> None:
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
    with reading(snapshot) as connection, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as zipped:
        told: dict[str, Any] = {"form": _FORM, "schema": revision(engine), "tables": {}}
        for name, columns in _tables(connection):
            sums, size = hashlib.sha256(), 0
            cursor: Any = connection.connection.cursor()
            # Our own names; all columns by name, so that it can be read into a table whose columns stand in another order.
            asked = f'COPY (SELECT {columns} FROM "{name}") TO STDOUT (FORMAT binary)'  # noqa: S608
            with zipped.open(f"{name}.copy", "w", force_zip64=True) as out, cursor.copy(asked) as copy:
                for piece in copy:
                    sums.update(piece)
                    size += len(piece)
                    out.write(piece)
            told["tables"][name] = {"columns": columns, "rows": cursor.rowcount, "size": size, "sha256": sums.hexdigest()}
        zipped.writestr("backup.json", json.dumps(told, indent=1))


def _tables(connection: Connection) -> Iterator[tuple[str, str]]:
    """Every table of ours with its columns, those that are pointed at first, the search index last."""
    known = inspect(connection)
    for name in [*(table.name for table in metadata.sorted_tables), "search"]:
        yield name, ", ".join(f'"{column["name"]}"' for column in known.get_columns(name))


def _look_through_tables(file: Path) -> Backup:
    with zipfile.ZipFile(file) as zipped:
        told = json.loads(zipped.read("backup.json"))
        if told.get("form") != _FORM:
            raise StorageError(f"{file} is no backup of Listener that this program reads")
        for name, one in told["tables"].items():
            sums = hashlib.sha256()
            with zipped.open(f"{name}.copy") as packed:
                for piece in _pieces(packed):
                    sums.update(piece)
            if sums.hexdigest() != one["sha256"]:
                raise StorageError(f"{file} is no whole backup: table {name} is another than was written")
    rows = {name: int(one["rows"]) for name, one in told["tables"].items()}
    return Backup(file=file, schema=str(told["schema"]), size=file.stat().st_size, rows=rows)


def _pieces(packed: IO[bytes]) -> Iterator[bytes]:
    while piece := packed.read(_PIECE):
        yield piece


def _restore_tables(engine: Engine, address: str, file: Path, found: Backup) -> None:
    before = revision(engine)
    if before and before != found.schema:
        raise StorageError(f"database {where(engine)} is there already (schema {before}); nothing was written over it")
    upgrade(address, found.schema)
    with writing(engine) as connection, zipfile.ZipFile(file) as zipped:
        told = json.loads(zipped.read("backup.json"))["tables"]
        refuse_rows(connection, engine)
        for name, one in told.items():
            connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608 - a name of our own; what the schema itself put there
            cursor: Any = connection.connection.cursor()
            with (
                zipped.open(f"{name}.copy") as packed,
                cursor.copy(f'COPY "{name}" ({one["columns"]}) FROM STDIN (FORMAT binary)') as copy,
            ):
                for piece in _pieces(packed):
                    copy.write(piece)
        go_on_counting(connection)
        point("restore.before_commit")


def refuse_rows(connection: Connection, engine: Engine) -> None:
    """Raise StorageError unless the database has none of our rows."""
    for name in ("brand", "source", "digest_schedule", "chore"):
        if connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() is not None:  # noqa: S608 - names of our own
            raise StorageError(f"database {where(engine)} has rows already; nothing was written over them")


def go_on_counting(connection: Connection) -> None:
    """Have new rows numbered after those that were copied in."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.c.get("id")
        if column is None:
            continue
        sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{table.name}"'}).scalar()
        if sequence is not None:
            last = f'SELECT setval(:sequence, greatest((SELECT max(id) FROM "{table.name}"), 1))'  # noqa: S608 - our own names
            connection.execute(text(last), {"sequence": sequence})
