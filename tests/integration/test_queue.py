"""Many machines on one PostgreSQL: what is claimed is handed over or neither is, and what a dead worker held is done by another."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from listener.app import App
from listener.cli.session import open_app
from listener.core import failpoint
from listener.core.errors import ConfigError, StorageError
from listener.core.job import Collect, Job, Look, Rematch, SendDigest, Tend
from listener.core.standing import Post
from listener.core.upkeep import Chore
from listener.engines.advisory import AdvisoryLock
from listener.engines.local import AlreadyRunning, LocalEngine
from listener.engines.queue import Deferrer, QueueEngine, Worker, install, packed, pieces, queue_of, sweep, unpacked
from listener.storage.engine import open_engine, writing
from tests.e2e.house import Feeds, configure, listener, process

JOBS: tuple[Job, ...] = (
    Collect(sources=("a", "b")),
    SendDigest(digest="m/daily", on=date(2026, 11, 20)),
    Tend(chore=Chore.PRUNE),
    Rematch(brand="m"),
    Look(rules=("m/crisis",), alerts=(1, 2)),
)


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """Feeds on loopback."""
    with Feeds() as opened:
        yield opened


@pytest.fixture
def config(tmp_path: Path, postgres_address: str, feeds: Feeds) -> Path:
    """Three feeds, and the queue on a PostgreSQL."""
    for name in "abc":
        feeds.show(f"/{name}", *range(3))
    folder = configure(tmp_path, *((name, feeds.address(f"/{name}")) for name in "abc"))
    page = folder / "listener.toml"
    named = page.read_text().replace("sqlite:///listener.db", postgres_address)
    page.write_text(named.replace("[listener]\n", '[listener]\nengine = "queue"\n') + '[understanding]\nsentiment = "textblob"\n')
    assert "The queue has its tables." in listener(folder, "db", "upgrade").stdout
    assert "The queue" not in listener(folder, "db", "upgrade").stdout
    return folder


@pytest.fixture
def app(config: Path) -> Iterator[App]:
    """A listener on it."""
    with open_app(config) as opened:
        yield opened


def jobs(app: App) -> list[tuple[str, Any]]:
    """What stands in the queue: state and work."""
    with app.archive.together() as connection:
        rows = connection.execute(text("SELECT status::text, args FROM procrastinate_jobs ORDER BY id")).all()
    return [(row.status, row.args["args"]["job"]) for row in rows]


def entries(app: App) -> tuple[int, int]:
    """How many entries there are, and how many different ones."""
    with app.archive.together() as connection:
        found = connection.execute(text("SELECT count(*), count(DISTINCT (source_id, identity)) FROM entry")).one()
    return found[0], found[1]


def due(app: App) -> int:
    """How many sources are due and nobody's."""
    with app.archive.together() as connection:
        free = "SELECT count(*) FROM source WHERE next_due_at <= now() AND (lease_until IS NULL OR lease_until < now())"
        return int(connection.execute(text(free)).scalar_one())


def dead(app: App) -> None:
    """Let the signs of life of all workers be long ago."""
    with app.archive.together() as connection:
        connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))


@pytest.mark.parametrize("job", JOBS)
def test_a_job_crosses_as_plain_json(job: Job) -> None:
    """And comes back the same."""
    assert unpacked(packed(job)) == job


@pytest.mark.parametrize("args", [{}, {"job": "knit"}, {"job": "digest", "digest": "x"}, {"job": None}])
def test_a_job_of_a_newer_program_is_a_fault(args: dict[str, Any]) -> None:
    """Of that job alone."""
    with pytest.raises(ValueError, match="a job"):
        unpacked(args)


def test_many_sources_are_handed_over_some_at_a_time() -> None:
    """None is left out or doubled."""
    many = Collect(sources=tuple(str(number) for number in range(60)))
    parts = list(pieces(many))
    assert len(parts) == 3
    assert [one for part in parts if isinstance(part, Collect) for one in part.sources] == list(many.sources)


def test_what_is_due_is_claimed_and_handed_over_together(app: App) -> None:
    """Dying before the commit leaves both undone; after it both stand, and nothing is handed over twice."""
    engine = QueueEngine(app)

    def die(name: str) -> None:
        if name == "queue.before_commit":
            raise StorageError("killed")

    failpoint.arm(die)
    try:
        engine.beat()
    finally:
        failpoint.arm(None)
    assert (jobs(app), due(app)) == ([], 3)
    engine.beat()
    engine.beat()
    assert (jobs(app), due(app)) == ([("todo", "collect")], 0)


def test_a_worker_does_what_waits_and_leaves_nothing_behind(app: App) -> None:
    """Every entry once; finished jobs are gone."""
    QueueEngine(app).beat()
    Worker(app).run(for_ever=False)
    assert entries(app) == (9, 9)
    assert jobs(app) == []


def test_what_a_killed_worker_had_in_hand_is_done_by_another(config: Path, app: App) -> None:
    """Kill -9 with the job in hand: nothing is lost, nothing doubled, and the queue is empty in the end."""
    QueueEngine(app).beat()
    for point in ("queue.taken", "collect.before_commit"):
        killed = process(config, "worker", LISTENER_FAILPOINT=point)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert jobs(app) == [("doing", "collect")]
        assert sweep(app, Deferrer(app.settings.listener.database)) == 0  # it showed itself a moment ago
        dead(app)
        assert sweep(app, Deferrer(app.settings.listener.database)) == 1
        assert jobs(app) == [("todo", "collect")]
    Worker(app).run(for_ever=False)
    assert entries(app) == (9, 9)
    assert jobs(app) == []


def test_a_job_that_kills_its_workers_does_not_kill_them_all(app: App) -> None:
    """After three it is given up; its lease brings its sources back."""
    deferrer = Deferrer(app.settings.listener.database)
    with app.archive.together() as connection:
        deferrer.defer(connection, JOBS[0])
    for number in range(3):
        with app.archive.together() as connection:
            connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        assert sweep(app, deferrer) == 1
        assert len(jobs(app)) == (1 if number < 2 else 0)


def test_a_dead_worker_s_digest_beside_one_that_waits_is_no_trouble(app: App) -> None:
    """The queue's own retrying would break a unique key and hold the job for ever (issue 1446)."""
    deferrer = Deferrer(app.settings.listener.database)
    with app.archive.together() as connection:
        deferrer.defer(connection, JOBS[1])
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        deferrer.defer(connection, JOBS[1])
        deferrer.defer(connection, JOBS[1])
    assert [state for state, _ in jobs(app)] == ["doing", "todo"]
    assert sweep(app, deferrer) == 1
    assert jobs(app) == [("todo", "digest")]


def test_jobs_of_a_newer_clock_fail_alone_and_old_failures_go(app: App) -> None:
    """What this worker knows is done all the same."""
    deferrer = Deferrer(app.settings.listener.database)
    QueueEngine(app).beat()
    with app.archive.together() as connection:
        deferrer.defer(connection, JOBS[2])
        connection.execute(
            text("""UPDATE procrastinate_jobs SET args = '{"args": {"job": "knit"}}' WHERE queueing_lock IS NOT NULL""")
        )
    Worker(app).run(for_ever=False)
    assert entries(app) == (9, 9)
    assert jobs(app) == [("failed", "knit")]
    with app.archive.together() as connection:
        connection.execute(text("UPDATE procrastinate_events SET at = now() - interval '2 days'"))
    sweep(app, deferrer)
    assert jobs(app) == []


def test_two_workers_at_once_double_nothing(config: Path, app: App) -> None:
    """Both take what they can."""
    deferrer = Deferrer(app.settings.listener.database)
    with app.archive.together() as connection:
        for name in "abc" * 2:
            deferrer.defer(connection, Collect(sources=(name,)))
    with open_app(config) as other:
        both = [threading.Thread(target=Worker(one, every=60).run, kwargs={"for_ever": False}) for one in (app, other)]
        for one in both:
            one.start()
        for one in both:
            one.join(60)
    assert entries(app) == (9, 9)
    assert jobs(app) == []


def test_one_database_has_one_clock(postgres_address: str) -> None:
    """The second is told who the first is, and since when he is silent; a cut connection is noticed, and the lock taken again."""
    with AdvisoryLock(postgres_address) as first:
        later = datetime.now(UTC) + timedelta(minutes=5)
        with pytest.raises(AlreadyRunning, match="another `listener run` works on") as told, AdvisoryLock(postgres_address):
            raise AssertionError
        assert "silent" not in str(told.value)
        with pytest.raises(AlreadyRunning, match=r"silent for \d+ s"), AdvisoryLock(postgres_address, clock=lambda: later):
            raise AssertionError
        assert first.alive()
        cut(postgres_address)
        assert first.alive()
        cut(postgres_address)
        with AdvisoryLock(postgres_address):
            assert not first.alive()
            assert not first.alive()
        assert first.alive()
    with AdvisoryLock(postgres_address):
        pass


def cut(address: str) -> None:
    """End every other connection to a database."""
    engine = open_engine(address)
    with writing(engine) as connection:
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(text(others))
    engine.dispose()


def test_a_clock_that_lost_its_lock_begins_nothing(app: App) -> None:
    """Neither of one machine nor of many."""
    for engine in (LocalEngine(app, held=lambda: False), QueueEngine(app, held=lambda: False)):
        engine.beat()
    assert (jobs(app), due(app)) == ([], 3)


def test_the_queue_says_what_it_needs(config: Path, database: str, monkeypatch: pytest.MonkeyPatch, postgres_address: str) -> None:
    """PostgreSQL, its library, and that it was asked for; a server that is away is one line."""
    with pytest.raises(ConfigError, match="needs PostgreSQL"):
        install(database)
    monkeypatch.setitem(__import__("sys").modules, "procrastinate", None)
    with pytest.raises(ConfigError, match=r"listener-monitor\[queue\]"):
        queue_of(postgres_address)
    page = config / "listener.toml"
    page.write_text(page.read_text().replace('engine = "queue"', 'engine = "local"'))
    refused = listener(config, "worker")
    assert refused.returncode == 2
    assert "works on the queue" in refused.stderr
    with pytest.raises(StorageError), AdvisoryLock("postgresql+psycopg://nobody@/nowhere?host=/nowhere"):
        raise AssertionError


def test_a_worker_shows_itself_and_looks_after_the_clock(config: Path, app: App) -> None:
    """Its sign of life says what it has in hand; it tells that the clock is silent, once, and leaves no sign when it stops."""
    page = config / "listener.toml"
    page.write_text(page.read_text().replace("[listener]\n", '[listener]\noperator = "ops@x.example"\n'))
    with open_app(config) as one:
        one.sign(Post.CLOCK)
        with one.archive.together() as connection:
            connection.execute(text("UPDATE sign SET seen_at = seen_at - interval '10 minutes'"))
        worker = Worker(one, every=0.01)
        worker._attend()
        worker._attend()
        standing = one.archive.standing(one.clock())
        assert [(sign.name, sign.detail) for sign in standing.of(Post.WORKER)] == [(one.process, "0")]
        assert len(one.archive.alerts()) == 1
        worker.run(for_ever=False)
        assert one.archive.standing(one.clock()).of(Post.WORKER) == []


def test_old_workers_go_on_beside_new_ones(config: Path, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of a version that knows of no index stores its sources, a new one the others: all is found and counted in the end."""
    deferrer = Deferrer(app.settings.listener.database)
    with app.archive.together() as connection:
        deferrer.defer(connection, Collect(sources=("a", "b")))
    with monkeypatch.context() as old:
        old.setattr("listener.storage.keeping.take_up_new", lambda *_: None)
        Worker(app, every=60).run(for_ever=False)
    with app.archive.together() as connection:
        deferrer.defer(connection, Collect(sources=("c",)))
    Worker(app, every=60).run(for_ever=False)
    assert (entries(app), found(app)) == ((9, 9), 3)
    for _ in range(2):
        with app.archive.together() as connection:
            deferrer.defer(connection, Tend(chore=Chore.STRAYS))
        Worker(app, every=60).run(for_ever=False)
    assert found(app) == 9


def found(app: App) -> int:
    """How many mentions the index knows."""
    with app.archive.together() as connection:
        return int(connection.execute(text("SELECT count(*) FROM search")).scalar_one())
