"""Signs of life, what waits, and mentions that no index holds, in either database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from listener import __version__
from listener.core import failpoint
from listener.core.finding import Wanted
from listener.core.report import DayCount
from listener.core.standing import Post, Sign
from listener.core.visits import Outcome, Run
from listener.storage import derived
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.backup import back_up
from listener.storage.engine import open_engine, writing
from listener.storage.tables import HEAD
from tests.builders import NOON, brand, digest, document, entry, judged, mention, source

MINUTE = timedelta(minutes=1)


def sign(name: str = "one:1", at: int = 0, **changes: object) -> Sign:
    """A worker's sign of life."""
    values: dict[str, object] = {"post": Post.WORKER, "name": name, "version": "1", "begun_at": NOON, "seen_at": NOON + at * MINUTE}
    return Sign(**(values | changes))  # type: ignore[arg-type]


def test_a_sign_of_life_stands_once_and_goes(either_database: str) -> None:
    """The last one counts; who stops in order leaves none; what is long gone is swept out by whoever comes."""
    with SqlArchive(either_database) as archive:
        archive.leave_sign(sign())
        archive.leave_sign(sign(at=1, detail="2"))
        archive.leave_sign(sign(post=Post.CLOCK, name=""))
        assert [(one.name, one.detail) for one in archive.standing(NOON).of(Post.WORKER)] == [("one:1", "2")]
        archive.leave_sign(sign("one:2", at=8 * 24 * 60))
        standing = archive.standing(NOON)
        assert [one.name for one in standing.of(Post.WORKER)] == ["one:2"]
        archive.take_sign(Post.WORKER, "one:2")
        assert archive.standing(NOON).of(Post.WORKER) == []
        assert len(archive.standing(NOON).of(Post.CLOCK)) == 1


def test_a_post_of_a_newer_program_is_passed_over(either_database: str) -> None:
    """While old and new run side by side."""
    engine = open_engine(either_database)
    row = {"post": "oracle", "name": "", "version": "9", "begun_at": NOON, "seen_at": NOON, "detail": ""}
    with writing(engine) as connection:
        connection.execute(insert(t.sign), [row])
    engine.dispose()
    with SqlArchive(either_database) as archive:
        assert archive.standing(NOON).signs == ()


def test_how_the_database_and_the_outboxes_stand(either_database: str, tmp_path: Path) -> None:
    """Sizes, versions, what waits since when, what was given up and why, and the last backup."""
    with SqlArchive(either_database) as archive:
        archive.sync((brand(),), (source(),), (), NOON)
        archive.keep_digest(digest(composed_at=NOON), {"a@x.example": "<1@x>", "b@x.example": "<2@x>"})
        delivery = archive.outbox.claim(1, NOON, lease=MINUTE)
        assert delivery is not None
        archive.outbox.settle(delivery, NOON, sent=False, error="550 no such user")
        back_up(either_database, tmp_path / "copy")
        standing = archive.standing(NOON)
    box = next(one for one in standing.boxes if one.name == "digest")
    assert (box.waiting, box.oldest, box.failed, box.error) == (1, NOON, 1, "550 no such user")
    assert all((one.waiting, one.oldest, one.failed) == (0, None, 0) for one in standing.boxes if one.name != "digest")
    assert standing.schema == HEAD
    assert standing.database.startswith("SQLite" if either_database.startswith("sqlite") else "PostgreSQL")
    assert standing.size is not None
    assert (standing.free is None) is (not either_database.startswith("sqlite"))
    assert standing.queue is None
    (backup,) = standing.of(Post.BACKUP)
    assert backup.detail == f"copy {(tmp_path / 'copy').stat().st_size}"
    assert backup.version == __version__


def keep(archive: SqlArchive, *numbers: int) -> None:
    """Keep mentions with these numbers."""
    (state,) = archive.states()
    made = [entry(guid=str(number), url=f"https://{number}.example/", title=f"Pomp {number}") for number in numbers]
    archive.keep(
        state,
        Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(body=str(numbers).encode()),
        entries=made,
        mentions=[judged(mention=mention(entry=one)) for one in made],
    )


def found(archive: SqlArchive) -> list[str]:
    """What is in the index, by its newest first."""
    return sorted(one.entry.guid for one in archive.find(Wanted(words="pomp"), limit=100))


def counted(archive: SqlArchive) -> int:
    """How many mentions the counts of the hours know of."""
    day = (NOON.date(), NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    (one,) = archive.trend("molenaar", [day])
    assert isinstance(one, DayCount)
    return one.tones.total


def without_index(monkeypatch: pytest.MonkeyPatch, archive: SqlArchive, *numbers: int) -> None:
    """Store mentions as a worker of a version that knew of no index and no counts does."""
    with monkeypatch.context() as patch:
        patch.setattr("listener.storage.keeping.take_up_new", lambda *_: None)
        keep(archive, *numbers)


def test_mentions_of_an_older_worker_are_taken_up_by_themselves(either_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old and new side by side: what the old one stores is found and counted after two rounds, once, whoever looks and how often."""
    with SqlArchive(either_database) as archive:
        archive.sync((brand(),), (source(),), (), NOON)
        keep(archive, 1, 2)
        without_index(monkeypatch, archive, 3, 4, 5)
        keep(archive, 6)
        assert found(archive) == ["1", "2", "6"]
        assert archive.take_up_strays() == 0, "somebody may still be storing one"
        without_index(monkeypatch, archive, 7)
        assert archive.take_up_strays(limit=2) == 3
        assert found(archive) == ["1", "2", "3", "4", "5", "6"]
        assert archive.take_up_strays() == 1
        assert archive.take_up_strays() == 0
        assert found(archive) == ["1", "2", "3", "4", "5", "6", "7"]
        assert counted(archive) == 7


def test_taking_up_goes_on_where_it_was_killed(either_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dying with the transaction open undoes that batch alone."""
    reached = 0

    def die(name: str) -> None:
        nonlocal reached
        if name == "strays.before_commit":
            reached += 1
            if reached == 2:
                raise RuntimeError("killed")

    with SqlArchive(either_database) as archive:
        archive.sync((brand(),), (source(),), (), NOON)
        without_index(monkeypatch, archive, *range(5))
        archive.take_up_strays()
        failpoint.arm(die)
        try:
            with pytest.raises(RuntimeError, match="killed"):
                archive.take_up_strays(limit=2)
        finally:
            failpoint.arm(None)
        assert len(found(archive)) == 2
        assert archive.take_up_strays(limit=2) == 3
        assert (len(found(archive)), counted(archive)) == (5, 5)


def test_what_waits_for_the_index_or_is_put_away_is_no_stray(either_database: str) -> None:
    """A rebuilding takes up everything itself; what no longer matches stands in no index on purpose."""
    with SqlArchive(either_database) as archive:
        archive.sync((brand(),), (source(),), (), NOON)
        keep(archive, 1, 2, 3)
        engine = open_engine(either_database)
        with writing(engine) as connection:
            derived.let_go(connection, [2])
            connection.execute(update(t.mention).where(t.mention.c.id == 2).values(put_away_at=NOON))
        archive.rebuild()
        with writing(engine) as connection:
            connection.execute(text("UPDATE filling SET checked = 0, settled = 3"))
        engine.dispose()
        assert archive.take_up_strays() == 0
        while archive.fill_waiting():
            pass
        assert (found(archive), counted(archive)) == (["1", "3"], 2)
