"""CPU and memory per feed of `listener collect` doing its whole job, beside lemon24 `reader` and the floor, on the same documents.

Usage: python bench/feeds.py FOLDER [--sizes 200 1000 2000] [--out bench/out/feeds] [--judges light multilingual] [--without-reader]

The well-formed feeds of FOLDER (at least --smallest bytes each) are cycled to N feeds and served from 50 loopback addresses by a
process of its own, with ETags and gzip. Each contender runs as a process of its own, twice: a first pass over feeds it has never
seen, and a pass in which every server answers 304. CPU is user and system time of the process and its children; "marginal" is what
each further feed costs, beyond the size of the row above (for the first row: beyond one feed), so without starting Python, loading
libraries and models, and reading the configuration of the first feeds.

* listener: fetch, parse, match 100 queries, judge the mentions, store everything, the ledger's rows; once with each of the judges.
* reader: `update_feeds(scheduled=False, workers=10)` and `update_search()`, from the package index into a venv under --out.
* floor: aiohttp fetching, bare expat over the bytes, and as many raw rows by executemany into SQLite.

Linux only (many loopback addresses, /proc). Nothing but loopback is contacted, but for pip's one visit to its package index.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import compileall
import gzip
import json
import multiprocessing
import os
import pathlib
import platform
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import xml.parsers.expat
from dataclasses import dataclass

import aiohttp

ROOT = pathlib.Path(__file__).parents[1]
HOSTS = 50
QUERIES = 100
ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
TITLE = re.compile(rb"<title[^>]*>(?:<!\[CDATA\[)?([^<\]]{10,200})")


@dataclass(frozen=True)
class Cost:
    """What one process took: CPU seconds, wall seconds, peak resident MB of it and its children together."""

    cpu: float
    wall: float
    peak: float
    said: str


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 1000, 2000])
    parser.add_argument("--smallest", type=int, default=4096, help="bytes; smaller documents are mostly test cases")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "bench" / "out" / "feeds")
    parser.add_argument("--judges", nargs="+", default=["light", "multilingual"], help="[understanding] sentiment of the listeners")
    parser.add_argument("--without-reader", action="store_true")
    parser.add_argument("--floor", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        floor(*options.floor)
        return
    documents = well_formed(options.folder, options.smallest)
    items = [len(ITEM.findall(one)) for one in documents]
    shutil.rmtree(options.out / "work", ignore_errors=True)
    work = options.out / "work"
    work.mkdir(parents=True)
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(documents, ready), daemon=True)
    server.start()
    port = ready.get()
    python = None if options.without_reader else reader_venv(options.out / "reader-venv")
    compileall.compile_dir(ROOT / "listener", quiet=1)
    print(about(documents, items, python))
    print("| N | contender | first pass, ms CPU/feed | marginal | unchanged pass, ms CPU/feed | marginal | peak MB | entries |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    contenders = {"floor": run_floor, **{f"listener ({judge})": run_listener(judge) for judge in options.judges}}
    contenders |= {"reader": run_reader(python)} if python else {}
    for name, run in contenders.items():
        before: tuple[int, list[Cost]] | None = None
        for size in [1, *options.sizes]:
            addresses = [f"http://127.0.0.{1 + n % HOSTS}:{port}/{n}" for n in range(size)]
            place = work / f"{name}-{size}"
            place.mkdir()
            passes = list(run(place, addresses, documents))
            if before:
                print(line(size, name, passes, *before), flush=True)
            before = size, passes
    server.terminate()


def line(size: int, name: str, passes: list[Cost], less: int, earlier: list[Cost]) -> str:
    """One row of the table; `earlier` are the passes over `less` feeds."""
    cells = [str(size), name]
    for one, before in zip(passes, earlier, strict=True):
        cells += [f"{one.cpu / size * 1000:.3f}", f"{(one.cpu - before.cpu) / (size - less) * 1000:.3f}"]
    return f"| {' | '.join([*cells, f'{max(one.peak for one in passes):.0f}', passes[0].said.strip()])} |"


def about(documents: list[bytes], items: list[int], python: pathlib.Path | None) -> str:
    """Versions, machine and documents, in three lines."""
    show = "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in %r))"
    ours = ["aiohttp", "sqlalchemy", "feedparser", "lxml", "ahocorasick-rs", "textblob"]
    installed = [
        one
        for one in ours
        if subprocess.run([sys.executable, "-c", show % [one]], check=False, capture_output=True).returncode == 0
    ]
    versions = subprocess.run([sys.executable, "-c", show % installed], check=False, capture_output=True, text=True).stdout.strip()
    if python:
        versions += (
            "; " + subprocess.run([python, "-c", show % ["reader"]], check=False, capture_output=True, text=True).stdout.strip()
        )
    return (
        f"{len(documents)} documents, mean {sum(map(len, documents)) / len(documents) / 1000:.1f} kB and "
        f"{sum(items) / len(items):.1f} items; {HOSTS} hosts; {QUERIES} queries\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}\n"
        f"{os.cpu_count()} cores, load {' '.join(f'{one:.1f}' for one in os.getloadavg())} at the start\n"
    )


def well_formed(folder: pathlib.Path, smallest: int) -> list[bytes]:
    """The documents that expat reads and that hold an entry, in the order of their names."""
    found = []
    for path in sorted(one for one in folder.iterdir() if one.is_file() and one.suffix != ".csv"):
        body = path.read_bytes()
        try:
            if len(body) >= smallest and ITEM.search(body):
                xml.parsers.expat.ParserCreate().Parse(body, True)
                found.append(body)
        except (xml.parsers.expat.ExpatError, ValueError):
            continue
    return found


def serve(documents: list[bytes], ready: multiprocessing.Queue[int]) -> None:
    """Serve documents at /NUMBER on many loopback addresses: packed once, with an ETag each, and 304 to who has it."""
    packed = [gzip.compress(one, 6) for one in documents]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = int(head.split(b" ", 2)[1][1:])
                etag = b'"%d"' % number
                if b"if-none-match: " + etag in head.lower():
                    writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % etag)
                else:
                    body = packed[number % len(packed)]
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Encoding: gzip\r\nETag: %s\r\n"
                        b"Content-Length: %d\r\n\r\n" % (etag, len(body))
                    )
                    writer.write(body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def life() -> None:
        first = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = first.sockets[0].getsockname()[1]
        others = [await asyncio.start_server(answer, f"127.0.0.{1 + n}", port) for n in range(1, HOSTS)]
        ready.put(port)
        await asyncio.gather(*(one.serve_forever() for one in [first, *others]))

    asyncio.run(life())


def measured(*command: object, **environ: str) -> Cost:
    """Run a process to its end."""
    began = time.monotonic()
    process = subprocess.Popen(
        [str(one) for one in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Bytecode is kept, as that of an installed program is.
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "", **environ},
    )
    peak = [0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            peak[0] = max(peak[0], resident(process.pid))

    threading.Thread(target=watch, daemon=True).start()
    noise: list[bytes] = []
    listening = threading.Thread(target=lambda: noise.append(process.stderr.read() if process.stderr else b""), daemon=True)
    listening.start()
    said = process.stdout.read().decode() if process.stdout else ""
    listening.join()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command}: exit {process.returncode}: {b''.join(noise).decode()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began, max(peak[0], usage.ru_maxrss / 1024), said)


def resident(pid: int) -> float:
    """Resident megabytes of a process and its children, now."""
    total = 0.0
    try:
        # A child that has not started its own program yet shows its parent's memory, which is counted already.
        mine = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        children = [one for one in found if pathlib.Path(f"/proc/{one}/cmdline").read_bytes() != mine]
        total = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        total += sum(resident(int(one)) for one in children)
    except OSError:
        return total
    return total


def run_listener(judge: str):  # noqa: ANN201 - a contender, as the others
    """Both passes of `listener collect`, with a hundred brands of one query each."""

    def run(place: pathlib.Path, addresses: list[str], documents: list[bytes]) -> list[Cost]:
        (place / "config" / "brands").mkdir(parents=True)
        (place / "config" / "listener.toml").write_text(
            '[listener]\ndatabase = "sqlite:///listener.db"\n[network]\nallow_private = ["127.0.0.0/8"]\n'
            f'[understanding]\nsentiment = "{judge}"\n'
        )
        for number, query in enumerate(queries(documents)):
            sources = "".join(
                f'[[sources]]\nkey = "f{n:05}"\nkind = "rss"\naddress = "{addresses[n]}"\n'
                for n in range(number, len(addresses), QUERIES)
            )
            (place / "config" / "brands" / f"b{number:03}.toml").write_text(
                f"name = 'Brand {number}'\nquery = '''{query}'''\n{sources}"
            )
        program = [sys.executable, "-m", "listener"]
        measured(*program, "db", "upgrade", "--config", place / "config")
        costs = []
        for _ in range(2):
            cost = measured(*program, "collect", "--json", "--config", place / "config")
            runs = [json.loads(one) for one in cost.said.splitlines()]
            outcomes = collections.Counter(one["outcome"] for one in runs)
            said = (
                f"{sum(one['new_entries'] for one in runs):,} ({sum(one['new_mentions'] for one in runs):,} mentions; "
                f"{', '.join(f'{count} {outcome}' for outcome, count in outcomes.most_common())})"
            )
            costs.append(Cost(cost.cpu, cost.wall, cost.peak, said))
        return costs

    return run


def queries(documents: list[bytes]) -> list[str]:
    """A hundred queries of rare words, one of them in a title: a word, a phrase, or two words near each other."""
    words = collections.Counter(
        word for body in documents for word in re.findall(r"\b[^\W\d_]{5,14}\b", body.decode("utf-8", "ignore").casefold())
    )
    titles = {
        word for body in documents for title in TITLE.findall(body) for word in title.decode("utf-8", "ignore").casefold().split()
    }
    rare = sorted(word for word, count in words.items() if 2 <= count <= 4 and word in titles)
    chosen = random.Random(3).sample(rare, 3 * QUERIES)
    threes = [chosen[start : start + 3] for start in range(0, len(chosen), 3)]
    return [f'{one} OR "{two} {three}" OR ({two} NEAR/5 {three}) NOT casino' for one, two, three in threes]


def reader_venv(place: pathlib.Path) -> pathlib.Path:
    """A Python with reader in it, of its own."""
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "reader", "sgmllib3k"], check=True)
    return python


READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
if sys.argv[2] == "add":
    reader.enable_search()
    for address in open(sys.argv[3]).read().split():
        reader.add_feed(address)
else:
    reader.update_feeds(scheduled=False, workers=10)
    reader.update_search()
    print(format(reader.get_entry_counts().total or 0, ","))
"""


def run_reader(python: pathlib.Path):  # noqa: ANN201 - a contender, as the others
    """Both passes of reader."""

    def run(place: pathlib.Path, addresses: list[str], documents: list[bytes]) -> list[Cost]:  # noqa: ARG001 - as the others
        (place / "feeds").write_text("\n".join(addresses))
        measured(python, "-c", READER, place / "reader.db", "add", place / "feeds")
        return [measured(python, "-c", READER, place / "reader.db", "update") for _ in range(2)]

    return run


def run_floor(place: pathlib.Path, addresses: list[str], documents: list[bytes]) -> list[Cost]:  # noqa: ARG001 - as the others
    """Both passes of the least that could be done."""
    (place / "feeds").write_text("\n".join(addresses))
    return [
        measured(sys.executable, __file__, ".", "--floor", place / "feeds", place / "floor.db", which)
        for which in ("first", "again")
    ]


def floor(feeds: str, database: str, which: str) -> None:
    """Fetch, push the bytes through expat, and store as many rows as there are items; or be told that nothing changed."""
    addresses = pathlib.Path(feeds).read_text().split()
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, feed INTEGER, guid TEXT, text TEXT, UNIQUE (feed, guid))"
    )
    connection.execute("CREATE TABLE IF NOT EXISTS run (feed INTEGER, outcome TEXT)")
    stored = 0

    def keep(batch: list[tuple[int, bytes]]) -> None:
        nonlocal stored
        connection.execute("BEGIN IMMEDIATE")
        for number, body in batch:
            if body:
                xml.parsers.expat.ParserCreate().Parse(body, True)
                text = body.decode("utf-8", "replace")
                count = max(1, len(ITEM.findall(body)))
                size = len(text) // count
                rows = [(number, str(n), text[n * size : (n + 1) * size]) for n in range(count)]
                stored += connection.executemany(
                    "INSERT INTO entry (feed, guid, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", rows
                ).rowcount
        connection.executemany("INSERT INTO run VALUES (?, ?)", [(number, "new" if body else "same") for number, body in batch])
        connection.execute("COMMIT")

    async def fetch() -> None:
        turn = asyncio.Semaphore(32)
        batch: list[tuple[int, bytes]] = []

        async def one(number: int, address: str) -> None:
            headers = {"If-None-Match": f'"{address.rpartition("/")[2]}"'} if which == "again" else {}
            async with turn, session.get(address, headers=headers) as answer:
                batch.append((number, await answer.read()))
            if len(batch) >= 32:
                some = batch[:]
                batch.clear()
                keep(some)

        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await asyncio.gather(*(one(number, address) for number, address in enumerate(addresses)))
        keep(batch)

    asyncio.run(fetch())
    print(f"{stored:,}")


if __name__ == "__main__":
    main()
