"""One, two and four workers on the queue: how much faster, and at what price in processor time.

    python bench/workers.py [--feeds 2000] [--waiting 1000] [--workers 1 2 4]

Two kinds of work, each on a PostgreSQL that this starts, with `listener worker` as processes of their own and the feeds served
from loopback by another: first visits to `--feeds` feeds of ten items, two of them mentions, judged by `light` (bound by the
processor); and visits to `--waiting` feeds without items that are answered after 100 ms and lie 25 on a host, which are asked one
after another (bound by waiting). Each number of workers gets a fresh database. Time runs from the moment when the clock hands the
work over until the queue is empty; workers are warm by then: they have visited a hundred feeds. Efficiency is the time of one
divided by n times the time of n.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from sqlalchemy import text  # noqa: E402 - after the path

from bench.feed_server import address, feed_server  # noqa: E402
from listener.app import App  # noqa: E402
from listener.cli.session import open_app  # noqa: E402
from listener.engines.queue import QueueEngine, install  # noqa: E402
from listener.storage.engine import open_engine, reading, writing  # noqa: E402
from tests.fakes_postgres import PostgresServer, postgres  # noqa: E402

WARM = 100  # feeds that are visited before the time is taken
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Took:
    """Seconds by the clock, and processor seconds of all workers and of the database."""

    wall: float
    workers: float
    database: float


def configure(folder: Path, database: str, feeds: int, port: int, a_host: int) -> Path:
    """A configuration of one brand and so many feeds, so many on each host."""
    config = folder / "config"
    (config / "brands").mkdir(parents=True)
    (config / "listener.toml").write_text(
        f'[listener]\ndatabase = "{database}"\nengine = "queue"\n[network]\nallow_private = ["127.0.0.0/8"]\n'
        '[understanding]\nsentiment = "light"\n'
    )
    sources = "".join(sourced(n, address(port, n, n // a_host)) for n in range(feeds))
    (config / "brands" / "molenaar.toml").write_text(f'name = "Molenaar"\nquery = \'"Molenaar Pompen"\'\n{sources}')
    return config


def sourced(number: int, where: str) -> str:
    """A source's table in a brand's file."""
    return f'[[sources]]\nkey = "s{number:05}"\nkind = "rss"\naddress = "{where}"\nevery = "1h"\n'


def cpu(pid: int) -> float:
    """Processor seconds of a process and of its children that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def spent(pids: list[int]) -> float:
    """Processor seconds of these and all that descend from them."""
    return sum(cpu(one) for pid in pids if Path(f"/proc/{pid}").exists() for one in family(pid))


def left(database: str) -> int:
    """Jobs that wait or are in hand."""
    engine = open_engine(database)
    with reading(engine) as connection:
        number = connection.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")).scalar_one()
    engine.dispose()
    return int(number)


def hand_over(app: App, database: str, upto: int) -> None:
    """Make the first so many feeds due, the rest not, and let the clock hand over what is."""
    engine = open_engine(database)
    with writing(engine) as connection:
        connection.execute(text("UPDATE source SET next_due_at = now() + interval '20 hours', lease_until = NULL"))
        due = "UPDATE source SET next_due_at = now() - interval '1 minute' WHERE heard_at IS NULL AND key < :key"
        connection.execute(text(due), {"key": f"s{upto:05}"})
    engine.dispose()
    QueueEngine(app).beat()


def wait(database: str, workers: list[subprocess.Popen[bytes]]) -> None:
    """Until the queue is empty."""
    until = time.monotonic() + 900
    while left(database):
        assert time.monotonic() < until, "the queue does not become empty"
        assert all(one.poll() is None for one in workers), "a worker died"
        time.sleep(0.2)


def measure(server: PostgresServer, feeds: int, port: int, a_host: int, number: int) -> Took:
    """So many workers on so many feeds."""
    database = server.fresh()
    install(database)
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        config = configure(Path(place), database, feeds + WARM, port, a_host)
        app = stack.enter_context(open_app(config))
        command = [sys.executable, "-m", "listener", "worker", "--config", str(config)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        workers = [subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) for _ in range(number)]
        try:
            hand_over(app, database, WARM)
            wait(database, workers)
            pids = [one.pid for one in workers]
            before, then, base = spent(pids), time.monotonic(), spent([server.pid])
            hand_over(app, database, feeds + WARM)
            wait(database, workers)
            took = Took(wall=time.monotonic() - then, workers=spent(pids) - before, database=spent([server.pid]) - base)
        finally:
            for one in workers:
                one.send_signal(signal.SIGTERM)
            for one in workers:
                one.wait(60)
        engine = open_engine(database)
        with reading(engine) as connection:
            heard = connection.execute(text("SELECT count(*) FROM source WHERE heard_at IS NOT NULL")).scalar_one()
        engine.dispose()
        assert heard == feeds + WARM, f"{heard} of {feeds + WARM} feeds were heard"
    return took


def main() -> None:
    """Measure both kinds of work and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--feeds", type=int, default=2_000)
    asked.add_argument("--waiting", type=int, default=1_000)
    asked.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    given = asked.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("| work | workers | s by the clock | times one | efficiency | CPU s of workers | of the database | ms CPU a feed |")
    print("|---|---|---|---|---|---|---|---|")
    works = (("first visits", given.feeds, 4, 10, 0.0), ("waiting 100 ms", given.waiting, 25, 0, 0.1))
    with postgres() as server:
        for name, feeds, a_host, items, latency in works:
            if not feeds:
                continue
            with feed_server(hosts=(feeds + WARM) // a_host + 1, items=items, latency=latency) as port:
                one = 0.0
                for number in given.workers:
                    took = measure(server, feeds, port, a_host, number)
                    one = one or took.wall * number
                    times = one / took.wall
                    each = 1000 * (took.workers + took.database) / feeds
                    print(
                        f"| {name}, {feeds} feeds | {number} | {took.wall:.1f} | {times:.2f} | {times / number:.0%}"
                        f" | {took.workers:.1f} | {took.database:.1f} | {each:.1f} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
