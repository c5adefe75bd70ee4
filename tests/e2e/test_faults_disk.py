"""Disks that fail: an error at the n-th call of the database, a file that may not grow, and a disk that is full."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.app import App
from listener.config import load
from listener.core.errors import ListenerError
from listener.core.job import Look, SendDigest
from listener.core.upkeep import Chore
from listener.sources import KINDS
from listener.storage.migrations import upgrade
from tests.databases import ask
from tests.e2e.house import Feeds, configure, rows
from tests.e2e.mortal import Mortals, mortals
from tests.fakes import Clock
from tests.fakes_smtp import SmtpServer
from tests.faulty_driver import Count, faulty_drivers

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("mortals")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOST = 400  # calls of one piece of work: a sweep that goes on longer does not end


@pytest.fixture
def count() -> Iterator[Count]:
    """Drivers that fail where they are told to."""
    with faulty_drivers() as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock(NOON)


def opened(folder: Path, database: str, clock: Clock, *sources: tuple[str, str], port: int = 1, extra: str = "") -> App:
    """An app on that database."""
    config = configure(folder, *sources, smtp_port=port, to=("a@x.example", "b@x.example"), extra=extra)
    page = config / "listener.toml"
    page.write_text(page.read_text().replace("sqlite:///listener.db", database) + '[understanding]\nsentiment = "textblob"\n')
    return App(load(config, {}, kinds=tuple(KINDS)), clock=clock, environ={})


def step_of(database: str) -> int:
    """Every call on SQLite; on PostgreSQL, which takes the same ways and more time, every third."""
    return 1 if database.startswith("sqlite") else 3


def sweep(
    count: Count, work: Callable[[], object], prepare: Callable[[int], object], mend: Callable[[int], object], step: int
) -> int:
    """Have work fail at its first call, then `step` calls later, … until it comes to its end; how many times it was tried.

    Before each, `prepare`; after each, `mend` does it again without a fault and looks at what stands.
    """
    for nth in range(1, MOST):
        prepare(nth)
        count.begin(1 + step * (nth - 1))
        try:
            work()
        except ListenerError:
            assert count.was_reached, "it failed by itself"
        reached = count.was_reached
        count.begin(None)
        mend(nth)
        if not reached:
            return nth
    raise AssertionError("it never came to its end")


def test_collecting_survives_an_error_at_any_call(either_database: str, tmp_path: Path, clock: Clock, count: Count) -> None:
    """The archive is as before or after, the app goes on without being opened anew, and each item is there once."""
    with Feeds() as feeds, opened(tmp_path, either_database, clock, ("a", feeds.address("/a"))) as app:
        app.prepare()

        def show(nth: int) -> None:
            clock.move(timedelta(hours=1))
            feeds.show("/a", *range(3 * nth))

        def whole(nth: int) -> None:
            list(app.collect(app.archive.states()))
            many = [(3 * nth,) * 2]
            assert ask(either_database, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == many
            assert ask(either_database, "SELECT sum(new_entries), sum(new_mentions) FROM run") == many
            assert ask(either_database, "SELECT sum(number), sum(number) FROM hour_count") == many

        calls = sweep(count, lambda: list(app.collect(app.archive.states())), show, whole, step_of(either_database))
    assert calls > 5


def test_sending_survives_an_error_at_any_call(either_database: str, tmp_path: Path, clock: Clock, count: Count) -> None:
    """Each reader has each day's mail; twice only when the error came after it had left, and then under one Message-ID."""
    with SmtpServer() as server, opened(tmp_path, either_database, clock, port=server.port) as app:
        app.prepare()

        def work() -> None:
            list(app.run(SendDigest(digest="molenaar/daily", on=(clock() - timedelta(days=1)).date())))

        def prepare(nth: int) -> None:
            clock.now = NOON + timedelta(days=nth)

        def mend(_: int) -> None:
            for _again in range(2):
                clock.move(timedelta(minutes=20))
                work()
            assert ask(either_database, "SELECT count(*) FROM delivery WHERE state <> 'sent'") == [(0,)]

        sent = sweep(count, work, prepare, mend, step_of(either_database))
        mails = Counter((one.recipient, str(one.mail["Message-ID"])) for one in server.received)
    assert sent > 5
    assert len(mails) == 2 * sent
    assert max(mails.values()) <= 2
    assert ask(either_database, "SELECT count(*) FROM digest") == [(sent,)]


def test_upkeep_and_alerts_survive_an_error_at_any_call(either_database: str, tmp_path: Path, clock: Clock, count: Count) -> None:
    """What must go is gone in the end, counted still; what is silent is told."""
    extra = "[retention]\ndefault = 30\n"
    with Feeds() as feeds, opened(tmp_path, either_database, clock, ("a", feeds.address("/a")), extra=extra) as app:
        app.prepare()

        def show(nth: int) -> None:
            feeds.show("/a", *range(3 * nth, 3 * nth + 3))
            list(app.collect(app.archive.states()))
            clock.move(timedelta(days=40))

        def work() -> None:
            app.tender.tend(Chore.STRAYS, clock())
            app.tender.tend(Chore.PRUNE, clock())
            app.attend()
            list(app.run(Look(rules=())))

        def whole(nth: int) -> None:
            work()
            assert ask(either_database, "SELECT count(*) FROM entry") == [(0,)]
            assert ask(either_database, "SELECT sum(number), sum(expired) FROM hour_count") == [(0, 3 * nth)]

        assert sweep(count, work, show, whole, step_of(either_database)) > 5


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortals]:
    """The one that forks."""
    with mortals() as opened_:
        yield opened_


@pytest.mark.parametrize("room", [4, 20, 50, 90, 140, 200, 280, 400])
def test_a_file_that_may_not_grow(tmp_path: Path, mortal: Mortals, room: int) -> None:
    """The system refuses to write past so many kilobytes of any file: a real fault, wherever it comes; run again, all is there."""
    with Feeds() as feeds:
        feeds.show("/a", *range(60))
        config = configure(tmp_path, ("a", feeds.address("/a")))
        upgrade(f"sqlite:///{tmp_path}/listener.db")
        done = mortal.call("tests.e2e.lives:collect_within", str(config), str(room * 1024))
        assert "Traceback" not in done.stderr
        found = rows(config, "SELECT count(*) FROM entry")
        assert found in ([(0,)], [(60,)]), "all of a visit or nothing"
        assert mortal.listener(config, "collect").returncode == 0
    assert rows(config, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(60, 60)]
    assert rows(config, "PRAGMA integrity_check") == [("ok",)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes; where none can be mounted the test is passed over, and says so."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], check=False).returncode:
        pytest.skip("NOT RUN: this machine lets us mount no small disk (root only); a full disk was not tried")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk(small_disk: Path, tmp_path: Path, mortal: Mortals) -> None:
    """Collecting, a backup and a restore on it say so in one line and leave nothing half; with room again all goes on."""
    with Feeds() as feeds:
        feeds.show("/a", *range(20))
        config = configure(small_disk, ("a", feeds.address("/a")))
        assert mortal.listener(config, "db", "upgrade").returncode == 0
        assert mortal.listener(config, "collect").returncode == 0
        rows(config, "PRAGMA wal_checkpoint(TRUNCATE)")
        with (small_disk / "ballast").open("ab", buffering=0) as ballast, pytest.raises(OSError, match="No space"):
            while True:
                ballast.write(b"x" * 4096)
        feeds.show("/a", *range(200))
        done = mortal.listener(config, "collect")
        assert done.returncode in {1, 2}, done
        assert "Traceback" not in done.stderr
        for verb in (("db", "backup", str(small_disk / "copy")), ("db", "backup", str(tmp_path / "copy"))):
            done = mortal.listener(config, *verb)
            assert "Traceback" not in done.stderr
        assert not (small_disk / "copy").exists()
        subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
        assert rows(config, "SELECT count(*) FROM entry") == [(20,)]
        assert mortal.listener(config, "collect").returncode == 0
        assert mortal.listener(config, "db", "backup", str(small_disk / "copy")).returncode == 0
    assert rows(config, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(200, 200)]
    assert rows(config, "PRAGMA integrity_check") == [("ok",)]
