"""A day in which every source misbehaves in its turn, and clocks that jump: nothing lost, nothing doubled, the ledger true."""

from __future__ import annotations

import gc
import gzip
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from listener.app import App
from listener.config import load
from listener.core.errors import ListenerError
from listener.core.job import Job
from listener.core.upkeep import EVERY, Chore
from listener.sources import KINDS
from tests.databases import ask
from tests.e2e.house import ITEM, Feeds, configure
from tests.fakes import Clock
from tests.fakes_smtp import SmtpServer

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("days")]

MIDNIGHT = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)  # in Amsterdam
STEP = timedelta(minutes=15)
HOURS = 24

# How a place can misbehave: status, headers and body in place of its feed; None hangs up without an answer.
MOODS: tuple[tuple[int, dict[str, str], bytes] | None, ...] = (
    None,
    (404, {}, b"no"),
    (500, {}, b"Traceback"),
    (502, {}, b"<html>bad gateway</html>"),
    (503, {"Retry-After": "600"}, b""),
    (429, {"Retry-After": "900"}, b""),
    (403, {}, b"go away"),
    (401, {}, b""),
    (200, {}, b""),
    (200, {"Content-Type": "text/html"}, b"<html><body>maintenance</body></html>"),
    (200, {}, b'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title><item><guid>1</gu'),
    (200, {}, b"\x00\x01\x02 garbage \xff" * 40),
    (200, {"Content-Encoding": "gzip"}, b"this is not gzip"),
    (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 40_000_000)),
    (200, {"Content-Length": "900000"}, b"<rss"),
    (301, {"Location": "/self"}, b""),
    (302, {"Location": "http://169.254.169.254/latest"}, b""),
    (304, {}, b""),
    (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 %%EOF"),
    (204, {}, b""),
    (418, {}, b"teapot"),
    (200, {"Content-Type": "application/json"}, b'{"feed": []}'),
    (200, {}, b'<?xml version="1.0"?><rss version="2.0"><channel><title>empty today</title></channel></rss>'),
    (307, {"Location": "/elsewhere/../self"}, b""),
)

_SANE = {19, 22}  # "no content", and a feed with nothing in it: these were heard; "not modified", unasked, is no answer


@dataclass
class Place:
    """A feed with an item for each hour so far, on a port of its own, and the hour in which it misbehaves."""

    number: int
    clock: Clock
    asked: list[tuple[datetime, bool]] = field(default_factory=list)
    port: int = 0

    @property
    def hour(self) -> int:
        """How many whole hours of the day have passed."""
        return int((self.clock.now - MIDNIGHT) / timedelta(hours=1))

    def answer(self) -> tuple[int, dict[str, str], bytes] | None:
        """What it says now."""
        bad = self.hour == self.number
        self.asked.append((self.clock.now, bad))
        if bad:
            return MOODS[self.number % len(MOODS)]
        numbers = range(max(0, self.hour - 9), self.hour + 1)
        items = "".join(
            ITEM.format(n=f"{self.number}-{n}", date=format_datetime(MIDNIGHT + timedelta(hours=n), usegmt=True)) for n in numbers
        )
        page = f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'
        return 200, {"Content-Type": "application/rss+xml"}, page.encode()


@contextmanager
def serving(place: Place) -> Iterator[Place]:
    """Serve a place from loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = place.answer()
            if said is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, headers, body = said
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    place.port = server.server_port
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def opened(folder: Path, database: str, clock: Clock, *sources: tuple[str, str], port: int) -> App:
    """An app on that database."""
    config = configure(folder, *sources, smtp_port=port, to=("a@x.example", "b@x.example"))
    page = config / "listener.toml"
    page.write_text(page.read_text().replace("sqlite:///listener.db", database) + '[understanding]\nsentiment = "textblob"\n')
    return App(load(config, {}, kinds=tuple(KINDS)), clock=clock, environ={})


def beat(app: App) -> None:
    """What is due now, done."""
    jobs: list[Job] = []
    app.tick(jobs.append)
    for job in jobs:
        list(app.run(job))


def memory() -> float:
    """Megabytes of ours that stand in memory now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def test_a_day_in_which_every_source_misbehaves_in_turn(either_database: str, tmp_path: Path) -> None:
    """Twenty-four sources, each out of its mind for an hour in a way of its own; the program is opened anew in the middle."""
    clock = Clock(MIDNIGHT)
    with ExitStack() as stack:
        places = [stack.enter_context(serving(Place(number, clock))) for number in range(HOURS)]
        server = stack.enter_context(SmtpServer())
        sources = [(f"s{one.number:02}", f"http://127.0.0.1:{one.port}/self") for one in places]
        after = 0.0
        for part in range(2):
            with opened(tmp_path, either_database, clock, *sources, port=server.port) as app:
                app.prepare()
                until = MIDNIGHT + timedelta(hours=12 * (part + 1))
                while clock.now < until:
                    beat(app)
                    clock.move(STEP)
                    if part == 1 and not after and clock.now >= until - timedelta(hours=8):
                        after = memory()
                grown = memory() - after if part else 0.0
        # Who was told to stay away that long is heard again with what is left of the night.
        with opened(tmp_path, either_database, clock, *sources, port=server.port) as app:
            clock.now = MIDNIGHT + timedelta(hours=24)
            app.prepare()
            while clock.now < MIDNIGHT + timedelta(hours=27):
                beat(app)
                clock.move(STEP)
    assert ask(either_database, "SELECT count(*), count(DISTINCT source_id || guid) FROM entry") == [(27 * HOURS,) * 2]
    assert ask(either_database, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(27 * HOURS,) * 2]
    # The ledger has a row for each time that somebody was asked, and no more; whoever was out of his mind was not heard.
    runs = ask(either_database, "SELECT s.key, r.started_at, r.outcome FROM run r JOIN source s ON s.id = r.source_id")
    heard = {"new", "unchanged", "known", "empty"}
    calm: set[int] = set()
    for one in places:
        mine = {_at(at): outcome for key, at, outcome in runs if key == f"s{one.number:02}"}
        assert set(mine) == {at for at, _ in one.asked}
        assert all(mine[at] in heard for at, bad in one.asked if not bad), (one.number, mine)
        calm |= {one.number for at, bad in one.asked if bad and mine[at] in heard}
    assert calm == _SANE
    assert ask(either_database, "SELECT sum(new_entries), sum(new_mentions) FROM run") == [(27 * HOURS,) * 2]
    # One digest of the day before, one of this one; no alarm about memory.
    mails = Counter((one.recipient, str(one.mail["Message-ID"])) for one in server.received)
    assert set(mails.values()) == {1}
    assert len(mails) == 2 * ask(either_database, "SELECT count(*) FROM digest")[0][0]
    assert grown < 12, f"{grown:.1f} MB more in eight hours"


def _at(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=3), timedelta(days=400)])
def test_a_clock_that_was_ahead_and_is_set_right(either_database: str, tmp_path: Path, ahead: timedelta) -> None:
    """Sources, chores, digests and mails go on at their hours of the right clock; what was sent is not sent again."""
    clock = Clock(MIDNIGHT + timedelta(hours=1))
    with Feeds() as feeds, SmtpServer() as server:
        feeds.show("/a", 1, 2)
        with opened(tmp_path, either_database, clock, ("a", feeds.address("/a")), port=server.port) as app:
            app.prepare()
            beat(app)
            clock.move(ahead)
            server.replies["data"] = "451 later"  # a mail of then waits for a time of then
            beat(app)
            beat(app)
            clock.move(-ahead + STEP)
            server.replies.clear()
            feeds.show("/a", 1, 2, 3)
            for _ in range(2 * 34):
                clock.move(2 * STEP)
                beat(app)
            done = {row[0]: _at(row[1]) for row in ask(either_database, "SELECT key, next_due_at FROM chore")}
    assert ask(either_database, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(3, 3)]
    assert ask(either_database, "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending')") == [(0,)]
    days = [str(row[0])[:10] for row in ask(either_database, 'SELECT "on" FROM digest')]
    assert "2026-11-20" in days, "the day of the right clock has its digest"
    assert max(Counter((one.recipient, str(one.mail["Message-ID"])) for one in server.received).values()) == 1
    assert all(done[one.value] <= clock.now + 2 * EVERY[one] for one in Chore)


def test_a_clock_that_falls_back(either_database: str, tmp_path: Path) -> None:
    """Set back by two days (it was ahead from the beginning): nothing comes twice, and what is said from then on is heard."""
    clock = Clock(MIDNIGHT + timedelta(days=2, hours=8))
    with Feeds() as feeds, SmtpServer() as server:
        feeds.show("/a", 1, 2)
        with opened(tmp_path, either_database, clock, ("a", feeds.address("/a")), port=server.port) as app:
            app.prepare()
            beat(app)
            app.attend()
            clock.move(timedelta(days=-2))
            feeds.show("/a", 1, 2, 3)
            for _ in range(2 * 34):
                clock.move(2 * STEP)
                try:
                    beat(app)
                    app.attend()
                except ListenerError as fault:
                    pytest.fail(str(fault))
    assert ask(either_database, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(3, 3)]
    assert max(Counter((one.recipient, str(one.mail["Message-ID"])) for one in server.received).values()) == 1
