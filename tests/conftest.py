"""What many tests start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from listener.core import failpoint
from listener.storage.archive import SqlArchive
from tests.databases import fresh_sqlite
from tests.fakes_postgres import PostgresServer, postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# Whole programs that are killed, browsers and simulated worlds: `make check` runs them, `make test` (four minutes) does not.
_SLOW = (
    "e2e/test_crash",
    "e2e/test_faults",
    "e2e/test_deliveries",
    "e2e/test_page",
    "e2e/test_x_worlds",
    "e2e/test_demo",
    "worlds/",
)
_QUICK = "test_the_last_days_of_the_world_end_in_a_digest"

# How long an example may take would be a timing assert, which fails where the machine is busy.
settings.register_profile("listener", deadline=None)
settings.load_profile("listener")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, by where it stands."""
    for item in items:
        place = item.path.relative_to(Path(__file__).parent).as_posix()
        if place.startswith(_SLOW) and item.name != _QUICK:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a fresh database with this program's schema."""
    return fresh_sqlite(f"sqlite:///{tmp_path / 'listener.db'}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server; a machine that has none fails here, and is never passed over."""
    with postgres() as server:
        yield server


@pytest.fixture
def postgres_address(postgres_server: PostgresServer) -> str:
    """The address of a fresh database of PostgreSQL with this program's schema."""
    return postgres_server.fresh()


@pytest.fixture(params=["database", "postgres_address"], ids=["sqlite", "postgresql"])
def either_database(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, once in SQLite and once in PostgreSQL."""
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.fixture
def archive(database: str) -> Iterator[SqlArchive]:
    """A fresh archive."""
    with SqlArchive(database) as opened:
        yield opened


@pytest.fixture
def points() -> Iterator[list[str]]:
    """The failpoints that are reached, in order."""
    reached: list[str] = []
    failpoint.arm(reached.append)
    yield reached
    failpoint.arm(None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser; a test that uses it belongs to the group "chromium", so that one worker opens it."""
    from tests.chromium import opened  # only those who need a browser wait for its driver

    with opened() as browser:
        yield browser
