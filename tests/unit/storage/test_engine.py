"""The database's faults in words, and SQLite's habits."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from listener.core.errors import StorageError
from listener.storage.engine import explain, open_engine, reading, where, writing
from listener.storage.migrations import upgrade


def test_sqlite_is_set_up_for_one_writer_and_many_readers(database: str) -> None:
    """WAL, foreign keys, and patience."""
    engine = open_engine(database)
    with reading(engine) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30000}
    engine.dispose()


def test_two_writers_wait_for_each_other(database: str) -> None:
    """Transactions that read and then write never fail with `database is locked`."""
    engine = open_engine(database)

    def add() -> None:
        for _ in range(25):
            with writing(engine) as connection:
                connection.execute(text("SELECT count(*) FROM brand"))
                connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not any(one.is_alive() for one in threads)
    engine.dispose()


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    """It names the file and says what it is not."""
    file = tmp_path / "x.db"
    file.write_text("this is a letter to my aunt, not a database " * 30)
    with pytest.raises(StorageError, match="not a database") as fault:
        upgrade(f"sqlite:///{file}")
    assert str(file) in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_folder_in_place_of_the_file_is_one_line(tmp_path: Path) -> None:
    """A database that cannot be opened says which folder to look at."""
    with pytest.raises(StorageError, match="unable to open") as fault:
        upgrade(f"sqlite:///{tmp_path}")
    assert "folder" in str(fault.value)


@pytest.mark.parametrize("address", ["nonsense", "mysql+nothing://x/y", "://"])
def test_an_address_that_cannot_be_used_is_one_line(address: str) -> None:
    """Unknown databases are named as such."""
    with pytest.raises(StorageError, match="cannot be used"):
        open_engine(address)


def test_a_password_is_never_shown() -> None:
    """The place of a database is fit to be printed."""
    engine = open_engine("postgresql+psycopg://ann:secret@localhost/x")
    assert "secret" not in where(engine)
    assert "secret" not in explain(engine, sqlite3.OperationalError("boom"))


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("attempt to write a readonly database", "right to write"),
        ("database or disk is full", "nothing was half-stored"),
        ("database is locked", "another process"),
        ("database disk image is malformed", "restore a backup"),
        ("disk I/O error", "the disk failed"),
        ("something new", "something new"),
    ],
)
def test_each_known_fault_names_its_remedy(words: str, remedy: str) -> None:
    """What, where and what to do."""
    assert remedy in explain(open_engine("sqlite:///x.db"), sqlite3.OperationalError(words))


def test_a_full_disk_rolls_back_and_says_so(tmp_path: Path) -> None:
    """With no room left the transaction is gone as a whole, and the database stays usable once there is room."""
    address = f"sqlite:///{tmp_path}/x.db"
    upgrade(address)
    engine = open_engine(address)
    with writing(engine) as connection:
        # The file may not grow: SQLite then reports exactly what a full disk gives.
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    row = {"n": "x" * 5000}
    insert = text(
        "INSERT INTO brand (key, name, query, language, owned_domains, owned_accounts, active) VALUES (:k, :n, '', '', '', '', 1)"
    )
    with pytest.raises(StorageError, match="full"), writing(engine) as connection:
        for number in range(200):
            connection.execute(insert, {"k": str(number), **row})
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM brand")).scalar() == 0
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    with writing(engine) as connection:
        connection.execute(insert, {"k": "1", **row})
    engine.dispose()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_a_read_only_folder_is_one_line() -> None:
    """Someone who may not write there is told so, by name; tried as another user, since root may write anywhere."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/x.db"
        upgrade(address)
        for path, rights in ((Path(folder) / "x.db", 0o444), (Path(folder), 0o555)):
            path.chmod(rights)
        script = (
            "import os, datetime\n"
            "from listener.storage.archive import SqlArchive\n"
            "from listener.core.model import Brand\n"
            "from listener.core.errors import StorageError\n"
            "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
            "try:\n"
            f"    archive = SqlArchive({address!r})\n"
            "    archive.sync((Brand(key='a', name='A', query='a'),), (), (), datetime.datetime.now(datetime.UTC))\n"
            "except StorageError as fault: print(fault)\n"
        )
        said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        Path(folder).chmod(0o755)
    assert f"database {folder}/x.db" in said.stdout, said
    assert any(remedy in said.stdout for remedy in ("right to write", "may you write there")), said
