"""The schema: upgrade head is exactly what the tables say, and the program never gets there by itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from listener.core.errors import SchemaOutOfDate, StorageError
from listener.core.finding import Wanted
from listener.core.labels import Aspect, Label
from listener.core.model import Cursor, Tone
from listener.core.removal import Removed
from listener.core.upkeep import Subject
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine, writing
from listener.storage.migrations import require, revision, scripts, upgrade
from listener.storage.tables import HEAD, is_table, metadata
from tests.builders import NOON
from tests.fakes_postgres import PostgresServer


def test_upgrade_head_equals_the_tables(database: str) -> None:
    """Nothing is missing, nothing is left over, and every type agrees."""
    engine = open_engine(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_table})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_tables_name_the_newest_script() -> None:
    """HEAD is a constant for the sake of a quick start; here it is held to the scripts."""
    assert scripts().get_current_head() == HEAD


def test_upgrading_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    """The first call says where it came from, the second that it was there."""
    address = f"sqlite:///{tmp_path}/new/folder/listener.db"
    assert upgrade(address) == ("", HEAD)
    assert upgrade(address) == (HEAD, HEAD)


def test_a_database_without_schema_is_out_of_date(tmp_path: Path) -> None:
    """Opening it says which command to run, and makes no file."""
    file = tmp_path / "listener.db"
    with pytest.raises(SchemaOutOfDate, match="listener db upgrade"):
        SqlArchive(f"sqlite:///{file}")
    assert not file.exists()


def test_a_database_from_a_newer_program_is_left_alone(database: str) -> None:
    """It says that a newer Listener made it; neither opening nor upgrading touches it."""
    engine = open_engine(database)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (lambda: require(engine), lambda: upgrade(database), lambda: SqlArchive(database)):
        with pytest.raises(SchemaOutOfDate, match="newer Listener"):
            attempt()
    assert revision(engine) == "9999"
    engine.dispose()


def test_upgrading_keeps_what_the_first_schema_held(tmp_path: Path) -> None:
    """Sources keep their cursor and their place on the clock, and have no host, rhythm, note, rest or edition yet."""
    address = f"sqlite:///{tmp_path}/x.db"
    upgrade(address, "0001")
    engine = open_engine(address)
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO brand VALUES (1, 'b', 'B', 'b', 'nl', '[]', '[]', 1)"))
        connection.execute(
            text(
                "INSERT INTO source VALUES (1, 's', 1, 'rss', 'https://s.example/', 1800, 1, '{\"etag\": \"1\"}', 7, 2,"
                " '2026-11-20 12:00:00.000000', NULL, NULL)"
            )
        )
    assert revision(engine) == "0001"
    assert upgrade(address) == ("0001", HEAD)
    with SqlArchive(address) as archive:
        (state,) = archive.states()
    assert (state.cursor, state.revision, state.failures) == (Cursor({"etag": "1"}), 7, 2)
    assert (state.recent, state.note, state.rested_at) == ((), "", None)
    assert (state.source.language, state.source.country) == ("", "")
    engine.dispose()


def test_an_older_schema_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is behind says both versions."""
    address = f"sqlite:///{tmp_path}/x.db"
    upgrade(address)
    monkeypatch.setattr("listener.storage.migrations.HEAD", "9998")
    engine = open_engine(address)
    with pytest.raises(SchemaOutOfDate, match=rf"has schema {HEAD}, this program needs 9998"):
        require(engine)
    engine.dispose()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="folder cannot be made"):
        upgrade(f"sqlite:///{tmp_path}/file/sub/x.db")


def test_upgrade_head_equals_the_tables_in_postgresql(postgres_server: PostgresServer) -> None:
    """The same scripts bring the other database to the same tables."""
    address = postgres_server.fresh(empty=True)
    assert upgrade(address) == ("", HEAD)
    engine = open_engine(address)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_table})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_rows_of_before_the_outbox_knew_of_handing_over_are_kept(
    engine_name: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """A waiting row of an older database waits on, and was never handed over."""
    address = f"sqlite:///{tmp_path}/old.db" if engine_name == "sqlite" else postgres_server.fresh(empty=True)
    upgrade(address, "0003")
    engine = open_engine(address)
    with writing(engine) as connection:
        for row in (
            (
                "INSERT INTO brand (id, key, name, query, language, owned_domains, owned_accounts, active)"
                " VALUES (1, 'm', 'M', 'm', 'nl', '[]', '[]', true)"
            ),
            (
                'INSERT INTO digest (id, key, brand_id, "on", snapshot, composed_at)'
                " VALUES (1, 'm/daily', 1, '2026-11-20', '{}', '2026-11-21 06:30:00')"
            ),
            (
                "INSERT INTO delivery (digest_id, recipient, message_id, state, attempt, retry_at, error)"
                " VALUES (1, 'a@x.example', '<1@x>', 'waiting', 0, '2026-11-21 06:30:00', '')"
            ),
            (
                "INSERT INTO digest_schedule (key, at, timezone, next_due_at, active)"
                " VALUES ('m/daily', '07:30', 'Europe/Amsterdam', '2026-11-22 06:30:00', true)"
            ),
        ):
            connection.execute(text(row))
    upgrade(address)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT unknowns, handed_at FROM delivery")).all() == [(0, None)]
        assert connection.execute(text("SELECT days FROM digest_schedule")).scalar() == "0123456"
    engine.dispose()


_OLD_ROWS = (
    (
        "INSERT INTO brand (id, key, name, query, language, owned_domains, owned_accounts, active)"
        " VALUES (1, 'm', 'M', 'm', 'nl', '[]', '[]', true)"
    ),
    "INSERT INTO query_version (brand_id, version, query, since_at) VALUES (1, 'v', 'm', :noon)",
    (
        "INSERT INTO source (id, key, brand_id, kind, address, every_seconds, active, revision, failures, next_due_at)"
        " VALUES (1, 's', 1, 'rss', 's.example', 60, true, 0, 0, :noon)"
    ),
    ("INSERT INTO document (id, source_id, fingerprint, url, media_type, size, fetched_at) VALUES (1, 1, 'f', 'u', 'm', 1, :noon)"),
    (
        "INSERT INTO entry (id, source_id, identity, document_id, guid, url, link, title, text, outlet, author_name, author_handle,"
        " author_id, first_seen_at, language, country, conversation, in_reply_to, vouched)"
        " VALUES (1, 1, :key, 1, 'g', 'u', '', 't', 'x', 'o', '', '', '', :noon, '', '', '', '', false)"
    ),
    (
        "INSERT INTO mention (id, brand_id, entry_id, excerpt, spans, clause, query_version, media, said_at, collected_at, language,"
        " tone, polarity, confidence, intent, judge)"
        " VALUES (1, 1, 1, 'x', '[]', 'c', 'v', 'earned', :noon, :noon, 'nl', 'negative', 0, 0, 'other', 'j')"
    ),
    (
        "INSERT INTO judgement (mention_id, judge, language, tone, polarity, confidence, intent, judged_at)"
        " VALUES (1, 'j', 'nl', 'negative', 0, 0, 'other', :noon)"
    ),
    (
        "INSERT INTO run (source_id, started_at, outcome, entries, new_entries, new_mentions, size, took, cost, detail)"
        " VALUES (1, :noon, 'new', 1, 1, 1, 1, 0.1, 0, '')"
    ),
)


@pytest.mark.parametrize("since", ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008"])
def test_a_database_of_any_age_is_read_as_if_it_were_new(
    since: str, either_database: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """With its rows, in either database: its mention counts, has a story, can be labelled, and can be taken back."""
    address = f"sqlite:///{tmp_path}/old.db" if either_database.startswith("sqlite") else postgres_server.fresh(empty=True)
    upgrade(address, since)
    engine = open_engine(address)
    values = {"noon": "2026-11-20 12:00:00.000000" if engine.dialect.name == "sqlite" else NOON, "key": b"k" * 16}
    with writing(engine) as connection:
        for row in _OLD_ROWS:
            connection.execute(text(row), {name: value for name, value in values.items() if f":{name}" in row})
    engine.dispose()
    assert upgrade(address) == (since, HEAD)
    bounds = (date(2026, 11, 20), NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    with SqlArchive(address) as archive:
        assert archive.group_waiting() == 1
        assert archive.fill_waiting() == 1
        assert archive.count_found(Wanted(brand="m", tone=Tone.NEGATIVE)) == 1
        assert archive.tallies(["m"], [bounds[1:]])["m"][0].negative == 1
        (day,) = archive.days("m", [bounds])
        assert (day.tones.negative, day.stories, day.heard) == (1, 1, True)
        assert archive.keep_labels([Label(mention=1, aspect=Aspect.TONE, value="positive", by="Ann", at=NOON)]) == []
        assert [one.tone.value for one in archive.collected("m", since=bounds[1], until=bounds[2])] == ["positive"]
        assert [one[0] for one in archive.query_versions("m")] == ["v"]
        assert archive.forget(Subject(entries=(1,), authors=(), words="u"), NOON) == Removed(entries=1, mentions=1)
        assert archive.tombstone(1) is not None


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_a_new_schema_takes_what_the_one_before_wrote(engine_name: str, tmp_path: Path, postgres_server: PostgresServer) -> None:
    """Workers of the version before go on after an upgrade: no column of theirs goes, and what is new needs no word from them."""
    steps = [one.revision for one in reversed(list(scripts().walk_revisions()))]
    address = f"sqlite:///{tmp_path}/steps.db" if engine_name == "sqlite" else postgres_server.fresh(empty=True)
    before: dict[str, dict[str, Any]] = {}
    for step in steps[steps.index("0009") :]:
        upgrade(address, step)
        engine = open_engine(address)
        known = inspect(engine)
        now = {
            table: {one["name"]: one for one in known.get_columns(table)}
            for table in known.get_table_names()
            if not table.startswith("search")
        }
        engine.dispose()
        for table, columns in before.items():
            assert set(columns) <= set(now[table]), f"{step} takes columns of {table} away"
            for name in set(now[table]) - set(columns):
                is_free = now[table][name]["nullable"] or now[table][name]["default"] is not None
                assert is_free, f"{step}: who writes {table} must know of {name}"
        before = now
