"""Fresh SQLite databases for the tests: the migrations run once in a process, and every test gets a copy of what they made."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

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
