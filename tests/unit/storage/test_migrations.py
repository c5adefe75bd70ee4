"""The schema: upgrade head is exactly what the tables say, and the program never gets there by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from listener.core.errors import SchemaOutOfDate, StorageError
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine, writing
from listener.storage.migrations import _config, require, revision, scripts, upgrade
from listener.storage.tables import HEAD, metadata


def test_upgrade_head_equals_the_tables(database: str) -> None:
    """Nothing is missing, nothing is left over, and every type agrees."""
    engine = open_engine(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_tables_name_the_newest_script() -> None:
    """HEAD is a constant for the sake of a quick start; here it is held to the scripts."""
    assert scripts().get_current_head() == HEAD


def test_sources_of_the_first_schema_are_kept(tmp_path: Path) -> None:
    """A database that was made before sources had editions keeps them, without one until the configuration is read."""
    address = f"sqlite:///{tmp_path}/old.db"
    engine = open_engine(address)
    with writing(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO brand (key, name, query, language, owned_domains, owned_accounts, active) VALUES ('a', 'A', 'a', 'nl', '[]', '[]', 1)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO source (key, brand_id, kind, address, every_seconds, active, revision, failures, next_due_at) "
                "VALUES ('s', 1, 'rss', 'https://x.example/', 60, 1, 0, 0, '2026-11-20 12:00:00')"
            )
        )
    engine.dispose()
    assert upgrade(address) == ("0001", HEAD)
    archive = SqlArchive(address)
    [state] = archive.states()
    assert (state.source.key, state.source.language, state.source.country) == ("s", "", "")
    archive.close()


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


def test_an_older_schema_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is behind says both versions."""
    address = f"sqlite:///{tmp_path}/x.db"
    upgrade(address)
    monkeypatch.setattr("listener.storage.migrations.HEAD", "9999")
    engine = open_engine(address)
    with pytest.raises(SchemaOutOfDate, match=rf"has schema {HEAD}, this program needs 9999"):
        require(engine)
    engine.dispose()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="folder cannot be made"):
        upgrade(f"sqlite:///{tmp_path}/file/sub/x.db")
