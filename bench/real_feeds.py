"""Collect a folder of captured feed documents from a loopback server, twice, and print what became of each.

Usage: python bench/real_feeds.py FOLDER [--keep DIR]

Every file in FOLDER (but *.csv) becomes a source of one brand; `listener collect --json` then runs twice as a process of its own.
Prints outcomes, entries, CPU seconds and peak memory of each pass. Nothing but 127.0.0.1 is contacted.
"""

from __future__ import annotations

import argparse
import collections
import http.server
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading
import time
from typing import ClassVar

QUERY = "the OR de OR and OR en OR news OR der OR la"


class Files(http.server.SimpleHTTPRequestHandler):
    """Files with a Last-Modified and a plain content type, and no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each body waits 40 ms for a delayed acknowledgement
    extensions_map: ClassVar = {
        ".xml": "application/xml",
        ".rss": "application/rss+xml",
        ".atom": "application/atom+xml",
        "": "text/xml",
    }

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve, configure, collect twice, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="work here instead of in a temporary folder")
    options = parser.parse_args()
    files = sorted(one for one in options.folder.iterdir() if one.is_file() and one.suffix != ".csv")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: Files(*args, directory=str(options.folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.keep or pathlib.Path(temporary)
        configure(place, server.server_port, [one.name for one in files])
        listener(place, "db", "upgrade")
        print(f"{len(files)} documents, {sum(one.stat().st_size for one in files):,} bytes; query: {QUERY}")
        for number in ("first", "second"):
            report(number, place)
    server.shutdown()


def configure(place: pathlib.Path, port: int, names: list[str]) -> None:
    """One brand that listens to every file."""
    brands = place / "config" / "brands"
    brands.mkdir(parents=True, exist_ok=True)
    (place / "config" / "listener.toml").write_text(
        '[listener]\ndatabase = "sqlite:///listener.db"\n[network]\nallow_private = ["127.0.0.0/8"]\n'
    )
    sources = "".join(
        f'[[sources]]\nkey = "f{number:04}"\nkind = "rss"\naddress = "http://127.0.0.1:{port}/{name}"\n'
        for number, name in enumerate(names)
    )
    (brands / "words.toml").write_text(f'name = "Words"\nquery = "{QUERY}"\n{sources}')


def listener(place: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user would."""
    command = [sys.executable, "-m", "listener", *arguments, "--config", str(place / "config")]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LISTENER_DEBUG": "1"})


def report(number: str, place: pathlib.Path) -> None:
    """One pass: its outcomes, and what it cost."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = listener(place, "collect", "--json")
    after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    outcomes = collections.Counter(run["outcome"] for run in runs)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{number} pass: exit {done.returncode}, {len(runs)} rows; {dict(outcomes.most_common())}; "
        f"{sum(run['entries'] for run in runs)} entries seen, {sum(run['new_entries'] for run in runs)} new, "
        f"{sum(run['new_mentions'] for run in runs)} mentions; {cpu:.1f} CPU-s, {took:.1f} s, "
        f"peak {after.ru_maxrss // 1024} MB"
    )
    for line in done.stderr.splitlines()[-5:]:
        print("  stderr:", line)
    reasons = collections.Counter(run["detail"][:90] for run in runs if not run["heard"])
    for reason, count in reasons.most_common(25):
        print(f"  {count:4} x {reason}")


if __name__ == "__main__":
    main()
