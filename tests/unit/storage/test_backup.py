"""A backup is whole or is not there, is made while others write, and comes back to where nothing stands."""

from __future__ import annotations

import itertools
import resource
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from listener.core import failpoint
from listener.core.errors import SchemaOutOfDate, StorageError
from listener.core.finding import Wanted
from listener.core.labels import Aspect, Label
from listener.core.visits import Outcome, Run
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.backup import back_up, look_through, restore
from listener.storage.copying import Copied, copy
from listener.storage.engine import open_engine, reading, writing
from tests.builders import NOON, brand, document, entry, judged, mention, source
from tests.fakes_postgres import PostgresServer


def fill(archive: SqlArchive, numbers: range) -> None:
    """Keep mentions with these numbers, one visit each."""
    archive.sync((brand(),), (source(),), (), NOON)
    for number in numbers:
        one = entry(guid=str(number), url=f"https://{number}.example/", title=f"Pomp {number} 🚰\x00", text="'lekt' \\ \u2028 é")
        (state,) = archive.states()
        archive.keep(
            state,
            Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW, took=0.1 + number),
            next_due_at=NOON,
            document=document(body=str(number).encode()),
            entries=[one],
            mentions=[judged(mention=mention(entry=one))],
        )


def titles(address: str) -> list[str]:
    """What is found in an archive, and that it goes on."""
    with SqlArchive(address) as archive:
        found = sorted(one.entry.guid for one in archive.find(Wanted(words="pomp lekt", brand="molenaar"), limit=1_000))
        fill(archive, range(900, 901))
        assert "900" in {one.entry.guid for one in archive.find(Wanted(words="pomp"), limit=1_000)}
    return found


def fresh(address: str, tmp_path: Path, server: PostgresServer) -> str:
    """The address of a database of the same kind that is not there yet."""
    return f"sqlite:///{tmp_path}/new/back.db" if address.startswith("sqlite") else server.fresh(empty=True)


def test_a_backup_comes_back_whole(either_database: str, tmp_path: Path, postgres_server: PostgresServer) -> None:
    """Every row, also the index; it can go on from there; only its owner may read it."""
    with SqlArchive(either_database) as archive:
        fill(archive, range(5))
        archive.keep_labels([Label(mention=1, aspect=Aspect.TONE, value="negative", by="Ann", at=NOON)])
    made = back_up(either_database, tmp_path / "copy")
    assert (made.rows["entry"], made.rows["label"]) == (5, 1)
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    target = fresh(either_database, tmp_path, postgres_server)
    assert restore(made.file, target).rows == made.rows
    assert titles(target) == ["0", "1", "2", "3", "4"]
    assert list(tmp_path.glob("**/*.part")) == []


def test_nothing_is_written_over(either_database: str, tmp_path: Path) -> None:
    """Neither a file by a backup nor a database by a restoring; both stay as they were."""
    with SqlArchive(either_database) as archive:
        fill(archive, range(2))
    file = tmp_path / "there"
    file.write_text("precious")
    with pytest.raises(StorageError, match="is there already"):
        back_up(either_database, file)
    assert file.read_text() == "precious"
    made = back_up(either_database, tmp_path / "copy")
    with pytest.raises(StorageError, match=r"is there already|has rows already"):
        restore(made.file, either_database)
    assert titles(either_database) == ["0", "1"]


def test_a_backup_is_of_one_moment_while_others_write(
    either_database: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """A collector goes on; what the backup has of each visit is all or nothing, and nothing that stood before is missing."""
    with SqlArchive(either_database) as archive:
        fill(archive, range(10))
        stop = threading.Event()

        def collect() -> None:
            for number in itertools.takewhile(lambda _: not stop.is_set(), range(10, 800)):
                fill(archive, range(number, number + 1))

        collecting = threading.Thread(target=collect)
        collecting.start()
        try:
            made = [back_up(either_database, tmp_path / f"copy{number}") for number in range(1)]
        finally:
            stop.set()
            collecting.join()
    for number, one in enumerate(made):
        target = fresh(either_database, tmp_path / str(number), postgres_server)
        restore(one.file, target)
        engine = open_engine(target)
        with reading(engine) as connection:
            entries = set(connection.execute(select(t.entry.c.id)).scalars())
            assert set(connection.execute(select(t.mention.c.entry_id)).scalars()) == entries
            assert len(connection.execute(select(t.judgement.c.id)).all()) == len(entries) == one.rows["run"] >= 10
        engine.dispose()


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "text"])
def test_a_damaged_backup_is_refused(either_database: str, tmp_path: Path, postgres_server: PostgresServer, harm: str) -> None:
    """Half of it, a changed byte, nothing, something else: one line, and no database is begun."""
    with SqlArchive(either_database) as archive:
        fill(archive, range(40))
    file = back_up(either_database, tmp_path / "copy").file
    whole = file.read_bytes()
    # A byte of each page is turned, so that one in use is among them.
    flipped = bytearray(whole)
    for at in range(200, len(flipped), 499):
        flipped[at] ^= 0xFF
    file.write_bytes({"cut": whole[: len(whole) // 2], "flip": bytes(flipped), "empty": b"", "text": b"hello"}[harm])
    target = fresh(either_database, tmp_path, postgres_server)
    with pytest.raises(StorageError, match=str(file)):
        restore(file, target)
    with pytest.raises(SchemaOutOfDate, match="no schema"):
        SqlArchive(target)


def test_a_full_disk_leaves_no_half_backup(either_database: str, tmp_path: Path) -> None:
    """It says so in one line, and the place is as it was."""
    with SqlArchive(either_database) as archive:
        fill(archive, range(3))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000 if either_database.startswith("sqlite") else 500, hard))
    try:
        with pytest.raises(StorageError):
            back_up(either_database, tmp_path / "copy")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("copy")] == []
    assert back_up(either_database, tmp_path / "copy").rows["entry"] == 3


def test_dying_before_the_end_leaves_nothing_under_the_name(
    either_database: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """A backup has no name yet, a database that comes back no file or no row; the next attempt succeeds over what was left."""
    with SqlArchive(either_database) as archive:
        fill(archive, range(2))

    def die(name: str) -> None:
        if name in dying:
            raise KeyboardInterrupt

    dying = {"backup.before_naming"}
    failpoint.arm(die)
    try:
        with pytest.raises(KeyboardInterrupt):
            back_up(either_database, tmp_path / "copy")
        assert not (tmp_path / "copy").exists()
        (tmp_path / "copy.part").write_text("of one that was killed")
        dying = {"restore.before_naming", "restore.before_commit"}
        made = back_up(either_database, tmp_path / "copy")
        target = fresh(either_database, tmp_path, postgres_server)
        with pytest.raises(KeyboardInterrupt):
            restore(made.file, target)
        dying = set()
        restore(made.file, target)
    finally:
        failpoint.arm(None)
    assert titles(target) == ["0", "1"]


def test_a_backup_of_one_kind_is_not_poured_into_the_other(
    database: str, postgres_address: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """It says which verb does that."""
    light, heavy = back_up(database, tmp_path / "light"), back_up(postgres_address, tmp_path / "heavy")
    with pytest.raises(StorageError, match=r"backup of SQLite.*db copy"):
        restore(light.file, postgres_server.fresh(empty=True))
    with pytest.raises(StorageError, match=r"backup of PostgreSQL.*db copy"):
        restore(heavy.file, f"sqlite:///{tmp_path}/x.db")


def test_a_backup_of_something_else_is_refused(database: str, tmp_path: Path) -> None:
    """A database of another program, and a file that is not there."""
    engine = open_engine(f"sqlite:///{tmp_path}/other.db")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
    engine.dispose()
    with pytest.raises(StorageError, match="no backup of Listener"):
        look_through(tmp_path / "other.db")
    with pytest.raises(StorageError, match="No such file"):
        look_through(tmp_path / "missing")


@pytest.mark.parametrize("way", ["to postgresql", "to sqlite"])
def test_an_archive_moves_and_proves_it(
    way: str, database: str, postgres_address: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Every table's rows and fingerprint are the same on both sides, and it goes on there, found and counted."""
    old = database if way == "to postgresql" else postgres_address
    with SqlArchive(old) as archive:
        fill(archive, range(5))
        archive.expire([], but=(), before=NOON, now=NOON)
    new = postgres_server.fresh(empty=True) if way == "to postgresql" else f"sqlite:///{tmp_path}/moved.db"
    heard: list[Copied] = []
    moved = copy(old, new, heard.append)
    assert list(moved) == heard
    assert {one.table: one.rows for one in moved}["mention"] == 5
    with SqlArchive(new) as archive:
        assert archive.fill_waiting() == 0
    assert titles(new) == ["0", "1", "2", "3", "4"]
    back = postgres_server.fresh(empty=True) if new.startswith("sqlite") else f"sqlite:///{tmp_path}/again.db"
    with pytest.raises(StorageError, match="has rows already"):
        copy(old, new)
    with pytest.raises(StorageError, match="onto itself"):
        copy(old, old)
    assert sum(one.rows for one in copy(new, back)) > sum(one.rows for one in moved)


def test_what_is_taken_away_to_copy_faster_is_put_back(database: str, postgres_server: PostgresServer) -> None:
    """Keys and indexes are those that the migrations make."""
    with SqlArchive(database) as archive:
        fill(archive, range(2))
    new = postgres_server.fresh(empty=True)
    copy(database, new)
    assert forms(new) == forms(postgres_server.fresh())


def forms(address: str) -> list[tuple[str, str]]:
    """What PostgreSQL keeps and checks beside the rows, in its own words."""
    engine = open_engine(address)
    with reading(engine) as connection:
        made = (
            "SELECT conname, pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE contype IN ('f', 'p', 'u')"
            " UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
        )
        found = [(name, words) for name, words in connection.execute(text(made))]
    engine.dispose()
    assert len(found) > 100
    return found


def test_a_row_that_changed_on_its_way_is_seen(database: str, postgres_server: PostgresServer) -> None:
    """Nothing is kept then, and the target can be used again."""
    with SqlArchive(database) as archive:
        fill(archive, range(3))
    new = postgres_server.fresh()
    engine = open_engine(new)
    with writing(engine) as connection:
        connection.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.title := 'x'; RETURN NEW; END $$ LANGUAGE plpgsql;"
                "CREATE TRIGGER spoil BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION spoil()"
            )
        )
    with pytest.raises(StorageError, match="table entry: what arrived is not what was sent"):
        copy(database, new)
    with writing(engine) as connection:
        assert connection.execute(select(t.brand)).all() == []
        connection.execute(text("DROP TRIGGER spoil ON entry"))
    engine.dispose()
    assert {one.table: one.rows for one in copy(database, new)}["entry"] == 3


def test_dying_in_a_copy_leaves_the_target_empty(database: str, postgres_server: PostgresServer) -> None:
    """The next attempt starts from nothing."""
    with SqlArchive(database) as archive:
        fill(archive, range(2))
    new = postgres_server.fresh(empty=True)

    def die(name: str) -> None:
        if name == "copy.before_commit":
            raise KeyboardInterrupt

    failpoint.arm(die)
    try:
        with pytest.raises(KeyboardInterrupt):
            copy(database, new)
    finally:
        failpoint.arm(None)
    copy(database, new)
    with SqlArchive(new) as archive:
        assert len(archive.find(Wanted())) == 2
        assert archive.mentions("molenaar")[0].id == 2
    assert replace(copy(new, postgres_server.fresh(empty=True))[0]).table
