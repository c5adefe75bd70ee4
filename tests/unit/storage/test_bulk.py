"""Many rows by one prepared statement, as each driver wants it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment, run_many
from tests.builders import NOON


class Driver:
    """A connection that writes down what its driver is given."""

    def __init__(self, name: str, paramstyle: str) -> None:
        self.dialect = SimpleNamespace(name=name, paramstyle=paramstyle)
        self.asked: list[tuple[str, Any]] = []

    def exec_driver_sql(self, statement: str, rows: Any = ()) -> SimpleNamespace:
        """Every row was changed."""
        if rows:
            self.asked.append((statement, rows))
        return SimpleNamespace(rowcount=len(rows))


@pytest.mark.parametrize(("name", "style", "place"), [("sqlite", "qmark", "?"), ("postgresql", "pyformat", "%s")])
def test_places_are_written_as_the_driver_reads_them(name: str, style: str, place: str) -> None:
    """A question mark for SQLite, a percent sign for PostgreSQL; no rows are no statement."""
    driver = Driver(name, style)
    connection = cast("Connection", driver)
    assert insert_new(connection, t.host, [{"host": "a", "failures": 1}, {"host": "b", "failures": 2}]) == 2
    assert run_many(connection, "UPDATE x SET a = ? WHERE b = ?", [(1, 2)]) == 1
    assert insert_new(connection, t.host, []) == run_many(connection, "?", []) == 0
    (first, rows), (second, _) = driver.asked
    assert first == f'INSERT INTO "host" ("host", "failures") VALUES ({place}, {place}) ON CONFLICT DO NOTHING'  # noqa: S608 - never run
    assert rows == [("a", 1), ("b", 2)]
    assert second == f"UPDATE x SET a = {place} WHERE b = {place}"  # noqa: S608 - never run


def test_moments_go_to_the_driver_as_the_tables_would_write_them() -> None:
    """UTC, as text for SQLite and as themselves elsewhere; a naive one is refused."""
    text = moment(cast("Connection", Driver("sqlite", "qmark")))
    itself = moment(cast("Connection", Driver("postgresql", "pyformat")))
    there = NOON.astimezone(timezone(timedelta(hours=1)))
    assert text(NOON) == text(there) == "2026-11-20 12:00:00.000000"
    assert itself(there) == NOON
    assert itself(there) is not None
    assert text(None) is itself(None) is None
    written = t.Instant().process_bind_param(NOON, cast("Any", SimpleNamespace(name="sqlite")))
    assert written == datetime.fromisoformat(text(NOON))
    for naive in (text, itself):
        with pytest.raises(ValueError, match="naive"):
            naive(NOON.astimezone(UTC).replace(tzinfo=None))
