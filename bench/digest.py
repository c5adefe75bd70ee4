"""How long a digest takes: its snapshot and its dress in a large archive, and its mails over one connection.

    python bench/digest.py [--stored 1000000] [--day 5000] [--mails 1000] [--database sqlite|postgresql] [--keep FILE] [--profile]

Every day of the archive is as busy as the digest's own, so that what it is compared with, and the week whose complaints may still
wait for an answer, are as large as can be. `--keep FILE` (SQLite) keeps the archive, and takes it when it is there.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

from sqlalchemy import func, select

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from bench.large_archive import fill  # noqa: E402 - after the path
from bench.mail_server import mail_server  # noqa: E402
from listener.app.rubbish import seldom  # noqa: E402
from listener.core.links import Links  # noqa: E402
from listener.core.model import DigestPlan  # noqa: E402
from listener.delivery.email import SmtpNotifier  # noqa: E402
from listener.jobs.digest import Digester  # noqa: E402
from listener.reports.render import Renderer  # noqa: E402
from listener.storage import tables as t  # noqa: E402
from listener.storage.archive import SqlArchive  # noqa: E402
from listener.storage.engine import reading  # noqa: E402
from listener.storage.migrations import upgrade  # noqa: E402
from tests.builders import brand  # noqa: E402
from tests.fakes_postgres import postgres  # noqa: E402
from tests.fakes_smtp import HOST  # noqa: E402

ON = date(2026, 11, 20)
MORNING = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
TIMES = 7


@contextmanager
def archive_of(asked: argparse.Namespace) -> Iterator[SqlArchive]:
    """The archive, filled unless it is kept."""
    with tempfile.TemporaryDirectory() as folder:
        if asked.database == "postgresql":
            with postgres() as server, SqlArchive(server.fresh()) as archive:
                _fill(archive, asked)
                yield archive
            return
        file = asked.keep or Path(folder) / "listener.db"
        there = file.exists()
        upgrade(f"sqlite:///{file}")
        with SqlArchive(f"sqlite:///{file}") as archive:
            if not there:
                _fill(archive, asked)
            yield archive


def stored(archive: SqlArchive) -> int:
    """How many mentions there are."""
    with reading(archive.outbox.engine) as connection:
        return int(connection.execute(select(func.max(t.mention.c.id))).scalar_one() or 0)


def _fill(archive: SqlArchive, asked: argparse.Namespace) -> None:
    began = time.monotonic()
    fill(archive, asked.stored, asked.day, ON)
    print(f"stored {asked.stored} in {time.monotonic() - began:.0f} s", flush=True)


def _tell(profile: cProfile.Profile) -> None:
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--day", type=int, default=5000)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    to = tuple(f"r{number}@x.example" for number in range(asked.mails))
    plan = DigestPlan(
        key="molenaar/daily", brand="molenaar", to=to, at=wall_time(7, 30), timezone="Europe/Amsterdam", language="nl"
    )
    with mail_server() as server, archive_of(asked) as archive, SmtpNotifier(HOST, server.port) as notifier:
        digester = Digester(
            archive=archive,
            dress=Renderer(),
            notifier=notifier,
            sender="Listener <l@x.example>",
            page="https://listener.example",
            clock=lambda: MORNING,
            links=Links(page="https://listener.example", secret=b"s" * 32),
        )
        # As after six weeks: what earlier digests told is looked up for each.
        earlier = digester.compose(plan, brand(), ON - timedelta(days=1), MORNING)
        for back in range(1, 46):
            archive.keep_digest(replace(earlier, on=ON - timedelta(days=back)), {})
        seldom()  # as the program does
        took, cpu = [], []
        for _ in range(TIMES):
            wall, used = time.perf_counter(), time.process_time()
            made = digester.compose(plan, brand(), ON, MORNING)
            dressed = digester.dress(made)
            took.append(time.perf_counter() - wall)
            cpu.append(time.process_time() - used)
        if asked.profile:
            with cProfile.Profile() as composing:
                digester.dress(digester.compose(plan, brand(), ON, MORNING))
            _tell(composing)
        figures = {
            "database": asked.database,
            "stored": stored(archive),
            "mentions in the digest": made.tones.total,
            "waiting in all": made.waiting_in_all,
            "snapshot and dress, first, wall ms": round(1000 * took[0]),
            f"snapshot and dress, CPU ms (median of {TIMES})": round(1000 * statistics.median(cpu)),
            f"snapshot and dress, wall ms (median of {TIMES})": round(1000 * statistics.median(took)),
            "html bytes": len(dressed.html.encode()),
        }
        if asked.mails and archive.digest(plan.key, ON) is None:
            sent, used = time.perf_counter(), time.process_time()
            sending = cProfile.Profile()
            with sending if asked.profile else nullcontext():
                ended = digester.send(plan, brand(), ON)
            sent, used = time.perf_counter() - sent, time.process_time() - used
            if asked.profile:
                _tell(sending)
            figures |= {
                "mails": sum(not one.error for one in ended),
                "mails a second, wall": round(len(ended) / sent),
                "mails a second of our CPU": round(len(ended) / used),
            }
        connections, received = server.end()
        figures |= {"connections": connections, "recipients that the server has": len({to for to, _ in received})}
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
