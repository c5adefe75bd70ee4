"""Lines that delay, cut and half-close: to the places we listen to, to the database and to the mail server; a database that is away."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.app import App
from listener.config import load
from listener.core import failpoint
from listener.core.errors import ListenerError, StorageError
from listener.core.job import Job, SendDigest
from listener.core.visits import Run
from listener.engines.local import LocalEngine
from listener.engines.queue import QueueEngine, Worker, install
from listener.sources import KINDS
from tests.databases import ask
from tests.e2e.house import Feeds, configure
from tests.fakes import Clock
from tests.fakes_postgres import PostgresServer, postgres
from tests.fakes_smtp import SmtpServer
from tests.proxy import FAIR, Proxy, Weather

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("network")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def opened(
    folder: Path, database: str, clock: Clock, *sources: tuple[str, str], port: int = 1, to: tuple[str, ...] = ("a@x.example",)
) -> App:
    """An app on that database."""
    config = configure(folder, *sources, smtp_port=port, to=to)
    page = config / "listener.toml"
    page.write_text(page.read_text().replace("sqlite:///listener.db", database) + '[understanding]\nsentiment = "textblob"\n')
    return App(load(config, {}, kinds=tuple(KINDS)), clock=clock, environ={})


def weather(kind: str, after: int) -> Weather:
    """One bad thing after so many bytes."""
    how: dict[str, Any] = {kind: after}
    return Weather(**how)


def visit(app: App) -> dict[str, Run]:
    """Visit every source once; how each visit ended."""
    return {run.source: run for run in app.collect(app.archive.states())}


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock(NOON)


@pytest.mark.parametrize(
    ("line", "is_heard"),
    [
        (Weather(delay=0.05), True),
        (Weather(refuse=True), False),
        (Weather(cut_up=20), False),
        (Weather(cut_down=1), False),
        (Weather(cut_down=60), False),
        (Weather(cut_down=400), False),
        (Weather(cut_down=700), False),
        (Weather(half_down=400), False),
        (Weather(half_down=1), False),
        (Weather(half_up=5), False),
    ],
)
def test_a_bad_line_to_one_place_costs_no_other(tmp_path: Path, database: str, clock: Clock, line: Weather, is_heard: bool) -> None:
    """The ledger says which was not heard; nothing half of it is kept; in fair weather all of it is there, once."""
    with Feeds() as feeds, Proxy(int(feeds.address("").rpartition(":")[2])) as proxy:
        feeds.show("/a", *range(5))
        feeds.show("/b", *range(5))
        behind = f"http://127.0.0.1:{proxy.port}/b"
        with opened(tmp_path, database, clock, ("a", feeds.address("/a")), ("b", behind)) as app:
            app.prepare()
            proxy.weather = line
            runs = visit(app)
            assert runs["a"].outcome.heard
            assert runs["b"].outcome.heard is is_heard, runs["b"]
            assert ask(database, "SELECT count(*) FROM entry") == [(10 if is_heard else 5,)]
            proxy.weather = FAIR
            proxy.hang_up()
            clock.move(timedelta(hours=2))
            assert all(run.outcome.heard for run in visit(app).values())
    assert ask(database, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(10, 10)]


def test_mail_over_a_line_that_breaks_anywhere(tmp_path: Path, database: str, clock: Clock) -> None:
    """Cut after each so many bytes, up and down, half-closed and slow: every day's mail is there; twice under one Message-ID at most."""
    kinds = ("cut_up", "cut_down", "half_up", "half_down")
    bad = [weather(kind, after) for kind in kinds for after in (1, 40, 120, 200, 300, 900, 6_000)]
    bad += [Weather(refuse=True), Weather(delay=0.02)]
    with SmtpServer() as server, Proxy(server.port) as proxy, opened(tmp_path, database, clock, port=proxy.port) as app:
        app.prepare()
        for nth, one in enumerate(bad):
            clock.now = NOON + timedelta(days=nth)
            on = (clock() - timedelta(days=1)).date()
            proxy.weather = one
            proxy.hang_up()
            list(app.run(SendDigest(digest="molenaar/daily", on=on)))
            proxy.weather = FAIR
            proxy.hang_up()
            for _ in range(3):
                clock.move(10 * MINUTE)
                list(app.run(SendDigest(digest="molenaar/daily", on=on)))
        mails = Counter(str(mail["Message-ID"]) for mail in server.mails)
    assert len(mails) == len(bad)
    assert max(mails.values()) <= 2
    assert ask(database, "SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", len(bad))]


@pytest.fixture
def far(postgres_server: PostgresServer) -> Iterator[tuple[str, str, Proxy]]:
    """A database of PostgreSQL that is reached over a line; its near address, its far one, and the line."""
    near = postgres_server.fresh()
    with Proxy(postgres_server.socket) as proxy:
        name = near.partition("@/")[2].partition("?")[0]
        yield near, f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/{name}", proxy


def test_a_line_to_the_database_that_breaks_anywhere(tmp_path: Path, clock: Clock, far: tuple[str, str, Proxy]) -> None:
    """Cut after more and more bytes, up and down: each item is there once, and the app goes on without being opened anew."""
    near, address, proxy = far
    total = 0
    with Feeds() as feeds, opened(tmp_path, address, clock, ("a", feeds.address("/a"))) as app:
        app.prepare()
        for kind in ("cut_up", "cut_down", "half_down"):
            for after in (1, 300, 1_500, 4_000, 6_000, 8_000, 10_000, 14_000, 20_000, 30_000):
                total += 3
                feeds.show("/a", *range(total))
                clock.move(timedelta(hours=1))
                proxy.weather = weather(kind, after)
                proxy.hang_up()
                try:
                    visit(app)
                except ListenerError as fault:
                    assert isinstance(fault, StorageError)  # noqa: PT017 - or nothing at all
                proxy.weather = FAIR
                proxy.hang_up()
                visit(app)
                assert ask(near, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(total, total)]
        assert ask(near, "SELECT sum(new_entries) FROM run") == [(total,)]
        proxy.weather = Weather(delay=0.005)
        proxy.hang_up()
        feeds.show("/a", *range(total + 1))
        visit(app)
    assert ask(near, "SELECT count(*) FROM mention") == [(total + 1,)]


@pytest.fixture(scope="module")
def fragile() -> Iterator[PostgresServer]:
    """A server of PostgreSQL of our own, which may crash."""
    with postgres(durable=True) as server:
        yield server


def test_a_database_that_goes_away_in_the_middle(tmp_path: Path, clock: Clock, fragile: PostgresServer) -> None:
    """Crashed with a visit's transaction open, away for a minute of beats, and back: the heart beats on, and all is collected once."""
    database = fragile.fresh()
    with Feeds() as feeds, opened(tmp_path, database, clock, ("a", feeds.address("/a")), ("b", feeds.address("/b"))) as app:
        app.prepare()
        feeds.show("/a", 1, 2)
        feeds.show("/b", 3)
        crashed = threading.Event()

        def crash(name: str) -> None:
            if name == "collect.before_commit":
                failpoint.arm(None)
                fragile.crash()
                crashed.set()

        engine = LocalEngine(app)
        failpoint.arm(crash)
        try:
            engine.beat()
            assert crashed.wait(60)
        finally:
            failpoint.arm(None)
        for _ in range(4):
            clock.move(timedelta(seconds=15))
            engine.beat()
        fragile.come_back()
        assert ask(database, "SELECT count(*) FROM entry") == [(0,)]
        jobs: list[Job] = []
        clock.move(timedelta(minutes=10))  # the lease of what was in hand
        app.tick(jobs.append)
        for job in jobs:
            list(app.run(job))
    assert ask(database, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(3, 3)]
    assert ask(database, "SELECT sum(new_entries) FROM run") == [(3,)]


def test_a_queue_whose_database_restarts(tmp_path: Path, fragile: PostgresServer) -> None:
    """Crashed while a job is handed over: neither claim nor job stands; after it a worker does what the clock hands over, once."""
    database = fragile.fresh()
    install(database)
    clock = Clock(datetime.now(UTC))
    with Feeds() as feeds, opened(tmp_path, database, clock, ("a", feeds.address("/a"))) as app:
        feeds.show("/a", 1, 2)

        def crash(name: str) -> None:
            if name == "queue.before_commit":
                failpoint.arm(None)
                fragile.crash()

        engine = QueueEngine(app)
        failpoint.arm(crash)
        try:
            engine.beat()
        finally:
            failpoint.arm(None)
        engine.beat()
        fragile.come_back()
        assert ask(database, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]
        engine.beat()
        Worker(app).run(for_ever=False)
    assert ask(database, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(2, 2)]
    assert ask(database, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]
