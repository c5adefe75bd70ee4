"""What the daemon costs at rest: processor and memory of `listener run` with thousands of sources, of which nothing is new.

    python bench/rest.py [--sources 2000] [--seconds 120]

A first pass collects everything (one item each, judged by `light`). Then `listener run` is started anew, with its page, and
watched twice for so many seconds once it has settled: with nothing due at all, and with every source visited once an hour, evenly
spread, each answered by "not modified". Processor time of the process and its children, user and system; memory as resident (RSS)
and as its share (PSS).
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from bench.feed_server import address, feed_server  # noqa: E402 - after the path
from bench.workers import family, spent  # noqa: E402

HOSTS = 200


def configure(folder: Path, sources: int, port: int) -> Path:
    """A configuration of one brand and so many sources."""
    config = folder / "config"
    (config / "brands").mkdir(parents=True)
    (config / "listener.toml").write_text(
        '[listener]\ndatabase = "sqlite:///listener.db"\n[network]\nallow_private = ["127.0.0.0/8"]\n'
        '[understanding]\nsentiment = "light"\n'
    )
    listed = "".join(
        f'[[sources]]\nkey = "s{n:05}"\nkind = "rss"\naddress = "{address(port, n, n % HOSTS)}"\nevery = "1h"\n'
        for n in range(sources)
    )
    (config / "brands" / "molenaar.toml").write_text(f'name = "Molenaar"\nquery = \'"Molenaar Pompen"\'\n{listed}')
    return config


def memory(pid: int) -> tuple[float, float]:
    """Megabytes: resident, and the share that is its own, of a process and its children."""
    resident = share = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "Rss":
                resident += int(rest.split()[0])
            elif name == "Pss":
                share += int(rest.split()[0])
    return resident / 1e3, share / 1e3


def schedule(database: Path, *, within: str) -> None:
    """Spread the next visits evenly over the hour that begins so far ahead."""
    with sqlite3.connect(database) as connection:
        total = connection.execute("SELECT count(*) FROM source").fetchone()[0]
        at = "strftime('%Y-%m-%d %H:%M:%f', 'now', ?, (id * 3600.0 / ?) || ' seconds') || '000'"
        connection.execute(f"UPDATE source SET lease_until = NULL, next_due_at = {at}", (within, total))
    connection.close()


def watch(config: Path, seconds: int, settle: int) -> tuple[float, float, float, int]:
    """Run it: share of a core, megabytes resident and own, and how many visits were made meanwhile."""
    database = config.parent / "listener.db"
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "LISTENER_SECRET": "0" * 64}
    command = [sys.executable, "-m", "listener", "run", "--port", "0", "--config", str(config)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(settle)
            visits, before, then = count(database), spent([process.pid]), time.monotonic()
            time.sleep(seconds)
            cpu, took = spent([process.pid]) - before, time.monotonic() - then
            resident, share = memory(process.pid)
            return cpu / took, resident, share, count(database) - visits
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def count(database: Path) -> int:
    """Visits so far."""
    with sqlite3.connect(database) as connection:
        number = int(connection.execute("SELECT count(*) FROM run").fetchone()[0])
    connection.close()
    return number


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sources", type=int, default=2_000)
    asked.add_argument("--seconds", type=int, default=120)
    asked.add_argument("--settle", type=int, default=20)
    given = asked.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {given.sources} sources, {given.seconds} s each")
    print("| | share of a core | RSS MB | PSS MB | visits |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place, feed_server(hosts=HOSTS, items=1) as port:
        config = configure(Path(place), given.sources, port)
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        for verb in (("db", "upgrade"), ("collect",)):
            subprocess.run(
                [sys.executable, "-m", "listener", *verb, "--config", str(config)],
                check=True,
                env=environ,
                stdout=subprocess.DEVNULL,
            )
        for name, within in (("nothing due", "+10 hours"), ("each source once an hour, unchanged", "+0 seconds")):
            schedule(config.parent / "listener.db", within=within)
            share, resident, own, visits = watch(config, given.seconds, given.settle)
            print(f"| {name} | {share:.2%} | {resident:.0f} | {own:.0f} | {visits} |", flush=True)


if __name__ == "__main__":
    main()
