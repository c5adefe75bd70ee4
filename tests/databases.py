"""Databases for the tests: fresh ones of SQLite, which are copies of one that was migrated, and a question to either kind."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from listener.storage.engine import open_engine, reading
from listener.storage.migrations import upgrade


@cache
def _migrated() -> bytes:
    """The file of an empty database with this program's schema."""
    with tempfile.TemporaryDirectory(prefix="listener-schema-") as folder:
        file = Path(folder, "listener.db")
        upgrade(f"sqlite:///{file}")
        return file.read_bytes()


def fresh_sqlite(address: str) -> str:
    """Make an empty database with this program's schema at an address of SQLite's, and return the address."""
    file = make_url(address).database
    assert file, f"{address} names no file"
    Path(file).write_bytes(_migrated())
    return address


def ask(address: str, statement: str) -> list[tuple[Any, ...]]:
    """What stands in a database."""
    engine = open_engine(address)
    try:
        with reading(engine) as connection:
            return [tuple(row) for row in connection.execute(text(statement))]
    finally:
        engine.dispose()
