"""Many rows by one prepared statement, as each driver wants it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from listener.core.errors import StorageError
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.bulk import Among, ask, insert_all, insert_new, instant, moment, numbers, run_many, sent_together
from listener.storage.engine import reading, writing
from tests.builders import NOON, brand


def hosts(archive: SqlArchive) -> list[tuple[Any, ...]]:
    """What the table of hosts holds."""
    with reading(archive._engine) as connection:
        return ask(connection, "SELECT host, reason FROM host ORDER BY host")


def row(connection: Connection, host: str, reason: str = "busy") -> dict[str, Any]:
    """A host that asked for rest."""
    return {"host": host, "next_allowed_at": moment(connection)(NOON), "failures": 1, "reason": reason}


def test_rows_that_are_there_are_passed_over_and_not_counted(archive: SqlArchive) -> None:
    """In both databases; no rows are no statement."""
    with writing(archive._engine) as connection:
        assert insert_new(connection, t.host, [row(connection, "a"), row(connection, "b")]) == 2
        assert insert_new(connection, t.host, [row(connection, "b", "another"), row(connection, "c")]) == 1
        assert run_many(connection, "UPDATE host SET reason = ? WHERE host = ?", [("x", "a"), ("y", "nobody")]) == 1
        assert insert_new(connection, t.host, []) == run_many(connection, "?", []) == 0
        insert_all(connection, t.host, ("host",), [])
    assert hosts(archive) == [("a", "x"), ("b", "busy"), ("c", "busy")]


def test_half_a_surrogate_costs_neither_its_neighbours_nor_the_count(archive: SqlArchive) -> None:
    """Rows before it are written once, and it and those behind it without what no database takes."""
    with writing(archive._engine) as connection:
        rows = [row(connection, str(number), "\ud800x\0" if number == 3 else "busy") for number in range(6)]
        assert insert_new(connection, t.host, rows) == 6
        assert run_many(connection, "UPDATE host SET failures = failures + 1, reason = ?", [("a",), ("\udfff",)]) == 12
        assert ask(connection, "SELECT max(failures), min(failures) FROM host") == [(3, 3)]
    assert {reason for _, reason in hosts(archive)} == {"\N{REPLACEMENT CHARACTER}"}


@pytest.mark.parametrize("count", [0, 1, 3, 24, 25, 1200])
def test_however_many_values_may_be_asked_for(archive: SqlArchive, count: int) -> None:
    """By places or as one list: the same rows, words and numbers alike."""
    with writing(archive._engine) as connection:
        insert_new(connection, t.host, [row(connection, f"h{number}'?%") for number in range(30)])
        wanted = [f"h{number}'?%" for number in range(count)]
        held = ask(
            connection,
            "SELECT host FROM host WHERE host IN ? AND failures = ? ORDER BY host FOR UPDATE",
            [Among(wanted, "text"), 1],
        )
        assert [one for (one,) in held] == sorted(wanted[:30])
        numbered = ask(connection, "SELECT count(*) FROM host WHERE failures IN ?", [Among(range(count))])
        assert numbered == [(30 if count > 1 else 0,)]


@pytest.mark.parametrize("count", [1, 24, 250])
def test_rows_of_numbers_go_in_whole(archive: SqlArchive, count: int) -> None:
    """One by one, as lists or by COPY, also where the answers are not waited for."""
    archive.sync((brand(),), (), (), NOON)
    for few in {1, count}:
        with writing(archive._engine) as connection, sent_together(connection, few):
            rows = [(1, few, -(2**63) + number, number) for number in range(count)]
            if few == count or count < 100:
                insert_all(connection, t.story_mark, ("brand_id", "day", "mark", "mention_id"), rows)
            assert len(ask(connection, "SELECT mark FROM story_mark WHERE day = ?", [few])) in {0, count}
    with reading(archive._engine) as connection:
        assert ask(connection, "SELECT count(*), min(mark) FROM story_mark WHERE day = ?", [count]) == [(count, -(2**63))]


def test_numbers_are_given_out_once_and_never_those_of_what_went(archive: SqlArchive) -> None:
    """Ascending, as many as are wanted; a mention gets no number that one bore which is gone."""
    with writing(archive._engine) as connection:
        first = numbers(connection, {"entry": 3, "mention": 2})
        assert [len(some) for some in first.values()] == [3, 2]
        assert first["entry"] == sorted(set(first["entry"]))
    if archive._engine.dialect.name == "sqlite":
        archive.sync((brand(),), (), (), NOON)
        gone = {"id": 7, "brand_id": 1, "collected_at": "2026-11-20", "removed_at": "2026-11-20", "cause": "person"}
        with writing(archive._engine) as connection:
            insert_new(connection, t.lost_mention, [gone])
            assert numbers(connection, {"entry": 1, "mention": 2}) == {"entry": [1], "mention": [8, 9]}


def test_what_the_driver_says_of_a_fault_comes_as_our_own(archive: SqlArchive) -> None:
    """One line, and the connection is good for the next."""
    with pytest.raises(StorageError, match="nowhere"), reading(archive._engine) as connection:
        ask(connection, "SELECT 1 FROM nowhere")
    assert hosts(archive) == []


def test_moments_go_to_the_driver_as_the_tables_would_write_them() -> None:
    """UTC, as text for SQLite and as themselves elsewhere; a naive one is refused."""
    text, itself = (
        moment(cast("Connection", SimpleNamespace(dialect=SimpleNamespace(name=name)))) for name in ("sqlite", "postgresql")
    )
    there = NOON.astimezone(timezone(timedelta(hours=1)))
    assert text(NOON) == text(there) == "2026-11-20 12:00:00.000000"
    assert itself(there) == NOON
    assert itself(there) is not None
    assert text(None) is itself(None) is None
    assert instant(text(NOON)) == instant(there) == NOON
    written = t.Instant().process_bind_param(NOON, cast("Any", SimpleNamespace(name="sqlite")))
    assert written == datetime.fromisoformat(text(NOON))
    for naive in (text, itself):
        with pytest.raises(ValueError, match="naive"):
            naive(NOON.astimezone(UTC).replace(tzinfo=None))
