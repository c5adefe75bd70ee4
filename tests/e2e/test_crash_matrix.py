"""Kill -9 at every named point of every kind of work, on both databases: run again, nothing is lost, doubled or half-done.

What is killed elsewhere: buying on X (test_crash_x.py), many workers that send (test_deliveries.py), the queue (test_queue.py).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from listener.core import failpoint
from listener.storage.backup import look_through
from listener.storage.engine import open_engine, reading, writing
from listener.storage.migrations import revision, upgrade
from listener.storage.tables import HEAD
from tests.e2e.house import Feeds, configure, listener
from tests.e2e.lives import DIGEST, OUTBOX, UNDECIDABLE
from tests.e2e.mortal import Mortals, mortals
from tests.fakes_postgres import PostgresServer
from tests.fakes_smtp import SmtpServer

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("mortals")]

COLLECT = ("collect.fetched", "collect.matched", "collect.judged", "collect.before_commit", "collect.after_commit")
ALERT = ("alert.before_commit", "alert.after_commit", *OUTBOX)
PRUNE = ("prune.before_commit", "prune.after_commit")
REMATCH = ("rematch.before_commit", "rematch.after_commit")
BACKUP = ("backup.written", "backup.before_naming")
REBUILD = ("rebuild.before_commit", "fill.before_commit")
ELSEWHERE = {
    *("x.reserved", "x.answered", "x.kept", "x.settled"),
    *("queue.before_commit", "queue.after_commit", "queue.taken"),
    # In the archive's own tests, by a fault raised there: what is undone is one transaction.
    *("label.before_commit", "stories.before_commit", "strays.before_commit"),
}
HERE = {
    *COLLECT,
    *DIGEST,
    *ALERT,
    *PRUNE,
    *REMATCH,
    *BACKUP,
    *REBUILD,
    *("forget.before_commit", "migrate.before_commit", "copy.before_commit", "restore.before_naming", "restore.before_commit"),
}
TO = ("a@x.example", "b@x.example")
RULE = '[[alerts]]\nkey = "woord"\nwatch = "phrase"\nquery = "doet"\nto = ["a@x.example", "b@x.example"]\n'


class House:
    """One brand with two feeds on one of the databases."""

    def __init__(self, folder: Path, address: str, mortal: Mortals) -> None:
        self.folder, self.address, self.mortal = folder, address, mortal
        self.config = folder / "config"

    def configure(self, *sources: tuple[str, str], to: tuple[str, ...] = (), port: int = 2525, extra: str = "") -> None:
        """Write the configuration."""
        configure(self.folder, *sources, to=to, smtp_port=port, extra=extra)
        page = self.config / "listener.toml"
        quick = '[understanding]\nsentiment = "textblob"\n'
        page.write_text(page.read_text().replace("sqlite:///listener.db", self.address) + quick)

    def kill(self, point: str, *arguments: str) -> None:
        """Run a verb to the point at which it is killed."""
        _was_killed(self.mortal.listener(self.config, *arguments, LISTENER_FAILPOINT=point))

    def kill_call(self, point: str, function: str) -> None:
        """The same with one of `lives`."""
        _was_killed(self.mortal.call(f"tests.e2e.lives:{function}", str(self.config), LISTENER_FAILPOINT=point))

    def run(self, *arguments: str) -> str:
        """Run a verb to its end."""
        done = self.mortal.listener(self.config, *arguments)
        assert done.returncode == 0, done
        return done.stdout

    def call(self, function: str) -> None:
        """One of `lives`, to its end."""
        done = self.mortal.call(f"tests.e2e.lives:{function}", str(self.config))
        assert done.returncode == 0, done

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        engine = open_engine(self.address)
        try:
            with reading(engine) as connection:
                return [tuple(row) for row in connection.execute(text(statement))]
        finally:
            engine.dispose()

    def do(self, statement: str) -> None:
        """Change what stands there."""
        engine = open_engine(self.address)
        with writing(engine) as connection:
            connection.execute(text(statement))
        engine.dispose()

    def let_claims_end(self) -> None:
        """The claim of a dead process on a mail ends by itself after five minutes: here they pass at once."""
        for box in ("delivery", "alert_delivery"):
            self.do(f"UPDATE {box} SET lease_until = '2000-01-01 00:00:00.000000' WHERE state = 'sending'")  # noqa: S608 - ours

    def is_whole(self, mentions: int) -> None:
        """Every row once, each mention judged, told as a story, found and counted; the file sound."""
        many = [(mentions, mentions)]
        assert self.rows("SELECT count(*), count(DISTINCT entry_id) FROM mention") == many
        assert self.rows("SELECT count(*), count(DISTINCT mention_id) FROM judgement") == many
        assert self.rows("SELECT count(story_id), count(voice) FROM mention") == many
        found = "SELECT count(*), count(*) FROM search"
        if self.address.startswith("sqlite"):
            found += " WHERE search MATCH '\"\ue000a\"'"
            assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows(found) == many
        assert self.rows("SELECT coalesce(sum(number), 0) FROM hour_count") == [(mentions,)]


def _was_killed(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == -signal.SIGKILL, done


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortals]:
    """The one that forks."""
    with mortals() as opened:
        yield opened


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of SQLite with the schema."""
    file = tmp_path_factory.mktemp("template") / "listener.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, tmp_path: Path, mortal: Mortals, template: Path, postgres_server: PostgresServer
) -> House:
    """A house on each of the databases."""
    if request.param == "postgresql":
        return House(tmp_path, postgres_server.fresh(), mortal)
    shutil.copy(template, tmp_path / "listener.db")
    return House(tmp_path, f"sqlite:///{tmp_path}/listener.db", mortal)


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """Two feeds with twelve items between them."""
    with Feeds() as opened:
        opened.show("/a", *range(5))
        opened.show("/b", *range(7))
        yield opened


@pytest.fixture
def filled(house: House, feeds: Feeds) -> House:
    """A house that has listened."""
    house.configure(("a", feeds.address("/a")), ("b", feeds.address("/b")), extra="[retention]\ndefault = 30\n")
    house.run("collect")
    return house


def test_every_point_has_its_kill() -> None:
    """A point that is added and killed at nowhere fails here."""
    assert set(failpoint.POINTS) == HERE | ELSEWHERE


@pytest.mark.parametrize("point", COLLECT)
def test_collect(house: House, feeds: Feeds, point: str) -> None:
    """Every item of both feeds is there, once, and the ledger says so."""
    house.configure(("a", feeds.address("/a")), ("b", feeds.address("/b")))
    house.kill(point, "collect")
    house.run("collect")
    house.is_whole(12)
    assert house.rows("SELECT count(*) FROM source WHERE cursor IS NULL") == [(0,)]
    assert house.rows("SELECT sum(new_entries), sum(new_mentions) FROM run") == [(12, 12)]


@pytest.mark.parametrize("point", DIGEST)
def test_digest(house: House, point: str) -> None:
    """Never lost; repeated once where nobody can know, under the same Message-ID."""
    with SmtpServer() as server:
        house.configure(to=TO, port=server.port)
        send = ("digest", "molenaar", "--date", "2026-11-20", "--send")
        house.kill(point, *send)
        house.let_claims_end()
        house.run(*send)
        _account(server, point)
    assert house.rows("SELECT count(*) FROM digest") == [(1,)]
    assert house.rows("SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", 2)]


@pytest.mark.parametrize("point", ALERT)
def test_alert(house: House, feeds: Feeds, point: str) -> None:
    """One alert about what was said, to each of its targets; looked for again it is not told again."""
    with SmtpServer() as server:
        house.configure(("a", feeds.address("/a")), ("b", feeds.address("/b")), port=server.port)
        page = house.config / "brands" / "molenaar.toml"
        page.write_text(page.read_text() + RULE)
        for path in ("/a", "/b"):
            feeds.pages[path] = b'<rss version="2.0"><channel><title>f</title></channel></rss>'
        house.run("collect")
        house.call("look")
        feeds.show("/a", *range(5), date=_now())
        house.run("collect")
        house.kill_call(point, "look")
        house.let_claims_end()
        house.call("look")
        house.call("look")
        _account(server, point)
    assert house.rows("SELECT count(*) FROM alert") == [(1,)]
    assert house.rows("SELECT state, count(*) FROM alert_delivery GROUP BY state") == [("sent", 2)]


def _now() -> str:
    from email.utils import formatdate

    return formatdate(usegmt=True)


def _account(server: SmtpServer, point: str) -> None:
    counts = Counter(one.recipient for one in server.received)
    assert set(counts) == set(TO)
    doubled = {recipient for recipient, count in counts.items() if count > 1}
    assert len(doubled) == (1 if point in UNDECIDABLE else 0)
    assert all(count <= 2 for count in counts.values())
    assert len({(one.recipient, one.mail["Message-ID"]) for one in server.received}) == 2


@pytest.mark.parametrize("point", PRUNE)
def test_purge(filled: House, point: str) -> None:
    """What was kept long enough goes wholly; it stays counted, and does not come back with the next visit."""
    filled.do("UPDATE entry SET first_seen_at = '2020-01-01 00:00:00.000000'")
    filled.kill(point, "prune")
    filled.run("prune")
    for table in ("entry", "mention", "judgement"):
        assert filled.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - ours
    assert filled.rows("SELECT sum(number), sum(expired) FROM hour_count") == [(0, 12)]
    filled.do("UPDATE source SET cursor = NULL")
    filled.run("collect")
    assert filled.rows("SELECT count(*) FROM entry") == [(0,)]


def test_forget(filled: House) -> None:
    """Half-forgotten is not forgotten: killed, everything is still there; run again, nothing is."""
    filled.kill("forget.before_commit", "forget", "https://forum.example/1", "--yes")
    filled.is_whole(12)
    filled.run("forget", "https://forum.example/1", "--yes")
    filled.is_whole(10)
    assert filled.rows("SELECT count(*) FROM lost_mention") == [(2,)]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_migrate(tmp_path: Path, mortal: Mortals, postgres_server: PostgresServer, engine: str) -> None:
    """Killed in the middle of the way up, the old schema is whole, with its rows; run again, the new one is."""
    address = postgres_server.fresh(empty=True) if engine == "postgresql" else f"sqlite:///{tmp_path}/listener.db"
    house = House(tmp_path, address, mortal)
    house.configure()
    upgrade(address, "0009")
    house.do(
        "INSERT INTO brand (id, key, name, query, language, owned_domains, owned_accounts, active)"
        " VALUES (1, 'm', 'M', 'm', 'nl', '[]', '[]', true)"
    )
    house.kill("migrate.before_commit", "db", "upgrade")
    opened = open_engine(address)
    assert revision(opened) == "0009"
    opened.dispose()
    assert house.rows("SELECT key FROM brand") == [("m",)]
    assert HEAD in house.run("db", "upgrade")
    assert house.rows("SELECT key FROM brand") == [("m",)]


@pytest.mark.parametrize("point", BACKUP)
def test_backup(filled: House, tmp_path: Path, point: str) -> None:
    """Nothing stands under the name that is not whole; the next one takes what the dead one left out of the way."""
    file = tmp_path / "copy"
    filled.kill(point, "db", "backup", str(file))
    assert not file.exists()
    filled.run("db", "backup", str(file))
    assert look_through(file).rows["mention"] == 12
    assert list(tmp_path.glob("*.part")) == []


def test_restore(filled: House, tmp_path: Path, postgres_server: PostgresServer) -> None:
    """Killed before it is done, no database stands there; run again, all of it does."""
    file = tmp_path / "copy"
    filled.run("db", "backup", str(file))
    is_sqlite = filled.address.startswith("sqlite")
    target = f"sqlite:///{tmp_path}/back/back.db" if is_sqlite else postgres_server.fresh(empty=True)
    page = filled.config / "listener.toml"
    page.write_text(page.read_text().replace(filled.address, target))
    filled.address = target
    filled.kill("restore.before_naming" if is_sqlite else "restore.before_commit", "db", "restore", str(file))
    if is_sqlite:
        assert not (tmp_path / "back" / "back.db").exists()
    else:
        assert filled.rows("SELECT count(*) FROM brand") == [(0,)]
    filled.run("db", "restore", str(file))
    filled.is_whole(12)
    filled.run("collect")
    filled.is_whole(12)


def test_copy(filled: House, tmp_path: Path, postgres_server: PostgresServer) -> None:
    """From either database to PostgreSQL: killed, the target has no row; run again, all of them."""
    target = House(tmp_path, postgres_server.fresh(empty=True), filled.mortal)
    filled.kill("copy.before_commit", "db", "copy", filled.address, target.address)
    assert target.rows("SELECT count(*) FROM brand") == [(0,)]
    filled.run("db", "copy", filled.address, target.address)
    target.is_whole(12)


@pytest.mark.parametrize("point", REBUILD)
def test_rebuild(filled: House, point: str) -> None:
    """Killed, the next upgrade goes on where it was; everything is found and counted once."""
    filled.kill(point, "db", "rebuild")
    filled.run("db", "upgrade")
    filled.is_whole(12)


@pytest.mark.parametrize("point", REMATCH)
def test_match_again(filled: House, point: str) -> None:
    """Killed while the archive is asked again with another query, the same command finishes it."""
    applying = ("query", "preview", "molenaar", "--query", "doet NOT title:(1 OR 3)", "--apply")
    filled.kill(point, *applying)
    filled.run(*applying)
    assert filled.rows("SELECT count(*), count(put_away_at) FROM mention") == [(12, 4)]
    assert filled.rows("SELECT sum(number) FROM hour_count") == [(8,)]


def test_a_process_in_this_one_agrees(filled: House) -> None:
    """What forks and what does not see the same archive."""
    assert listener(filled.config, "db", "check").returncode == 0
