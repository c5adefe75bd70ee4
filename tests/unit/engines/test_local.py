"""The local engine: a heart that beats, a watchdog that notices when it stops, and one clock for one database."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.core.change import QueryVersion
from listener.core.errors import StorageError
from listener.core.job import Collect, Job, Rematch, SendDigest
from listener.core.standing import Post
from listener.core.visits import Outcome, Run
from listener.engines.local import AlreadyRunning, InstanceLock, LocalEngine
from listener.engines.watchdog import notify
from listener.jobs.sending import Sent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class FakeApp:
    """An app whose work is a list: each tick hands over what is waiting, and running a job notes it."""

    def __init__(self) -> None:
        self.waiting: list[Job] = []
        self.done: list[Job] = []
        self.ticks = 0
        self.faults: list[BaseException] = []
        self.sources: list[str] = []
        self.plans: list[str] = []
        self.archive = self
        self.released = 0
        self.signs: list[Post] = []
        self.silent: list[int] = []
        self.told: list[int] = []
        self.heard = threading.Event()
        self.deaf = False
        self.mute: Exception | None = None
        self.shift = timedelta(0)
        self.both = threading.Event()
        self.hold = threading.Event()
        self.hold.set()

    def clock(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.shift

    def prepare(self) -> None:
        """Nothing to wire."""

    def attend(self) -> list[int]:
        """What is silent, or a fault."""
        if self.deaf:
            raise StorageError("the disk is full")
        return self.silent

    def tell(self, alerts: list[int]) -> list[Any]:
        """Note what was told, or fail."""
        if self.mute is not None:
            raise self.mute
        self.told += alerts
        self.heard.set()
        return [Sent(recipient="ops@x.example")]

    def sign(self, post: Post, detail: str = "") -> None:
        """Note the sign of life."""
        self.signs.append(post)

    def sign_off(self, post: Post) -> None:
        """It stops in order."""
        self.signs.remove(post)

    def release(self) -> None:
        """End claims."""
        self.released += 1

    def tick(self, dispatch: Callable[[Job], None]) -> None:
        """Hand over what waits, or raise."""
        self.ticks += 1
        if self.faults:
            raise self.faults.pop()
        for job in self.waiting:
            dispatch(job)

    def run(self, job: Job) -> list[Any]:
        """Note the job, and say what it did."""
        self.hold.wait(10)
        self.done.append(job)
        if {type(one) for one in self.done} == {Collect, SendDigest}:
            self.both.set()
        if isinstance(job, SendDigest):
            return [Sent(recipient="a@x.example"), Sent(recipient="b@x.example", error="550")]
        assert isinstance(job, Collect)
        if job.sources == ("broken",):
            raise StorageError("the disk is full")
        if job.sources == ("buggy",):
            raise ZeroDivisionError
        return [Run(source=key, started_at=NOW, outcome=Outcome.NEW) for key in job.sources]


def engine(app: FakeApp, **options: Any) -> LocalEngine:
    """An engine for that app."""
    return LocalEngine(app, beat=0.02, **options)  # type: ignore[arg-type]


def run(made: LocalEngine) -> threading.Thread:
    """Let it beat in a thread of its own."""
    thread = threading.Thread(target=made.run)
    thread.start()
    return thread


def test_the_engine_beats_at_once_and_works(caplog: pytest.LogCaptureFixture) -> None:
    """Claims of a dead process end, the first beat comes at once, and what is done is said in one line each."""
    app = FakeApp()
    app.waiting = [Collect(sources=("a",)), SendDigest(digest="m/daily", on=date(2026, 11, 20))]
    made = engine(app)
    with caplog.at_level(logging.INFO, "listener"):
        thread = run(made)
        assert app.both.wait(10)
        made.stop()
        thread.join(10)
    assert not thread.is_alive()
    assert app.released == 1
    assert {type(job) for job in app.done} == {Collect, SendDigest}
    said = caplog.text
    assert "collected source=a outcome='new'" in said
    assert "to=a@x.example state='sent'" in said
    assert "to=b@x.example state='given up' detail='550'" in said


def test_a_job_in_hand_is_not_begun_twice() -> None:
    """The same job handed over at each beat runs once at a time."""
    app = FakeApp()
    app.hold.clear()
    made = engine(app)
    app.waiting = [Collect(sources=("a",))]
    for _ in range(5):
        made.beat()
    app.hold.set()
    made._collecting.shutdown(wait=True)
    assert app.done == [Collect(sources=("a",))]


@pytest.mark.parametrize("fault", [StorageError("database is locked"), ZeroDivisionError("bug")])
def test_a_fault_costs_one_beat_and_never_the_heart(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """The next beat works."""
    app = FakeApp()
    app.faults = [fault]
    app.waiting = [Collect(sources=("a",))]
    made = engine(app)
    made.beat()
    made.beat()
    made._collecting.shutdown(wait=True)
    assert app.done == [Collect(sources=("a",))]
    assert "tick failed" in caplog.text


@pytest.mark.parametrize("name", ["broken", "buggy"])
def test_a_failed_job_is_said_and_may_be_tried_again(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """A job that raises ends with a line, and is no longer in hand."""
    app = FakeApp()
    made = engine(app)
    made._work(Collect(sources=(name,)))
    assert "Collect failed" in caplog.text
    assert made._running == set()


def test_a_heart_that_has_stopped_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    """APScheduler's thread can die while it says that it runs; the watchdog sees that no beat came, and starts another."""
    app = FakeApp()
    seconds = [0.0]
    made = engine(app, monotonic=lambda: seconds[0])
    first = made._scheduler
    made._watch()
    assert made._scheduler is first
    first.start()
    first.shutdown(wait=True)
    first.start = None
    first.shutdown = lambda *, wait: None
    seconds[0] = 1.0
    ticks = app.ticks
    try:
        made._watch()
        assert made._scheduler is not first
        while app.ticks == ticks:
            assert made._scheduler.running
    finally:
        made._scheduler.shutdown(wait=True)
    assert "the clock has been silent" in caplog.text


def test_a_stopping_engine_takes_no_new_work() -> None:
    """What is handed over after the stop stays due."""
    app = FakeApp()
    made = engine(app)
    made.stop()
    made._dispatch(Collect(sources=("a",)))
    made._collecting.shutdown(wait=True)
    assert app.done == []


def test_one_database_has_one_clock(tmp_path: Path) -> None:
    """A second one is refused while the first holds the lock, and free to start after it."""
    address = f"sqlite:///{tmp_path}/listener.db"
    with InstanceLock(address), pytest.raises(AlreadyRunning, match="another `listener run`"), InstanceLock(address):
        pass
    with InstanceLock(address):
        pass


def test_a_database_that_is_replaced_under_a_clock_is_said(tmp_path: Path) -> None:
    """Nothing more is begun on a file that was moved away: what is written there would be lost."""
    file = tmp_path / "listener.db"
    file.touch()
    with InstanceLock(f"sqlite:///{file}") as lock:
        assert lock.alive()
        file.rename(tmp_path / "elsewhere.db")
        with pytest.raises(StorageError, match="moved or replaced"):
            lock.alive()
        file.touch()
        with pytest.raises(StorageError, match="start `listener run` again"):
            lock.alive()


def test_a_lock_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """Its folder does not exist."""
    with pytest.raises(AlreadyRunning, match="cannot be locked"), InstanceLock(f"sqlite:///{tmp_path}/none/listener.db"):
        pass


@pytest.mark.parametrize("address", ["sqlite:///:memory:", "postgresql+psycopg://localhost/x"])
def test_other_databases_need_no_file_to_lock(address: str) -> None:
    """A server has locks of its own (the scale issue), and memory belongs to one process."""
    with InstanceLock(address):
        pass


def test_a_rematch_that_is_done_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """On the way there it says nothing, and it works beside the digests."""
    app = FakeApp()
    app.waiting = [Rematch(brand="molenaar")]
    made = QueryVersion(id=1, brand="molenaar", version="0123456789ab", query="a1", since_at=NOW, gained=3, lost=2)

    def run(job: Job) -> list[Any]:
        app.done.append(job)
        return [made, replace(made, matched_at=NOW)]

    app.run = run  # type: ignore[method-assign]
    running = engine(app)
    with caplog.at_level(logging.INFO, "listener"):
        running.beat()
        running._collecting.shutdown(wait=True)
    assert app.done == [Rematch(brand="molenaar")]
    assert caplog.text.count("rematched brand=molenaar version=0123456789ab gained=3 lost=2") == 1


def test_each_minute_the_parts_are_looked_after(caplog: pytest.LogCaptureFixture) -> None:
    """A look, what it made is told, and a sign of life, which goes when the clock stops in order; a fault costs no beat."""
    app = FakeApp()
    app.silent = [7]
    made = engine(app)
    for _ in range(3):
        made.beat()
    assert app.heard.wait(10)
    assert (app.told, app.signs, app.ticks) == ([7], [Post.CLOCK], 3)
    app.shift, app.deaf = timedelta(minutes=2), True
    with caplog.at_level(logging.INFO, "listener"):
        made.beat()
        made.beat()
    assert (app.signs, app.ticks) == ([Post.CLOCK] * 2, 5)
    assert "looking after the parts failed: the disk is full" in caplog.text
    app.deaf, app.silent = False, []
    app.shift = timedelta(hours=-1)  # a clock that was set back looks at once
    made.beat()
    assert app.signs == [Post.CLOCK] * 3
    made.stop()
    made.run()
    assert len(app.signs) == 2


@pytest.mark.parametrize("fault", [StorageError("the disk is full"), ZeroDivisionError("bug")])
def test_a_word_that_cannot_be_sent_costs_nothing(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """It stays in its outbox, and the log says why."""
    app = FakeApp()
    app.silent, app.mute = [7], fault
    made = engine(app)
    with caplog.at_level(logging.ERROR, "listener"):
        made.beat()
        made._sending.shutdown(wait=True)
    assert "telling failed" in caplog.text


def test_systemd_hears_that_we_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ready, alive with each look at the beating heart, stopping; a socket that is gone or none at all is no fault."""
    notify("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        made = engine(FakeApp())
        thread = run(made)
        said = {heard.recv(100) for _ in range(4)}
        made.stop()
        thread.join(10)
        said |= {heard.recv(100)}
    assert {b"READY=1", b"WATCHDOG=1"} <= said
    notify("STOPPING=1")  # nobody listens any more
    monkeypatch.setenv("NOTIFY_SOCKET", "@listener-nobody")
    notify("WATCHDOG=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "vsock:1:2")
    notify("WATCHDOG=1")
