"""Long work is seen while it is under way, asked to stop, and gone when it ended or nobody is at it: in SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from listener.core.undertakings import SILENT, Undertaking
from listener.storage.archive import SqlArchive
from tests.builders import NOON


def test_work_is_seen_and_asked_to_stop(either_database: str) -> None:
    """Of its own brand only; asked once, it hears of it with its next step."""
    with SqlArchive(either_database) as archive:
        number = archive.undertake("molenaar", "import", "x" * 300, whole=1_000, now=NOON)
        assert archive.advance(number, 250, NOON + timedelta(minutes=1))
        (seen,) = archive.undertakings("molenaar", NOON + timedelta(minutes=2))
        assert seen == Undertaking(
            id=number,
            brand="molenaar",
            what="import",
            about="x" * 200,
            done=250,
            whole=1_000,
            began_at=NOON,
            moved_at=NOON + timedelta(minutes=1),
        )
        assert seen.part == 0.25
        assert archive.undertakings("bol", NOON) == []
        assert not archive.stop_undertaking("bol", number)
        assert archive.stop_undertaking("molenaar", number)
        assert not archive.stop_undertaking("molenaar", number)
        assert not archive.advance(number, 500, NOON + timedelta(minutes=3))
        archive.finish(number)
        assert archive.undertakings("molenaar", NOON) == []
        assert archive.advance(number, 750, NOON), "what was cleared away goes on"


def test_what_nobody_is_at_any_more_is_gone(either_database: str) -> None:
    """Killed on the way, work is not shown for ever."""
    with SqlArchive(either_database) as archive:
        archive.undertake("molenaar", "import", "a.csv", whole=0, now=NOON)
        later = NOON + SILENT + timedelta(seconds=1)
        assert archive.undertakings("molenaar", later) == []
        number = archive.undertake("molenaar", "import", "b.csv", whole=0, now=later)
        assert [one.id for one in archive.undertakings("molenaar", NOON)] == [number]
        assert archive.undertakings("molenaar", NOON)[0].part == 0
