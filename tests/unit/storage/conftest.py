"""Everything the archive promises is tried in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from listener.storage.archive import SqlArchive


@pytest.fixture
def archive(either_database: str) -> Iterator[SqlArchive]:
    """A fresh archive, in either database."""
    with SqlArchive(either_database) as opened:
        yield opened
