"""How long the pages take with a large archive behind them: server time, weight and requests, with ten readers at once.

python bench/page.py [--stored 1000000] [--brands 20] [--readers 10] [--each 12] [--keep FILE] [--cost | --one-core]

The archive is made up (a year, each brand with eight sources that are visited every hour) and stored as the program would have
stored it, search index and counts among it. The readers are threads of another process that ask without a pause, so a page's time,
from the question to the last byte, holds the waiting for the nine others; while they read, the archive changes every few seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

import httpx  # noqa: E402 - after the path
from sqlalchemy import Table  # noqa: E402
from starlette.applications import Starlette  # noqa: E402

from listener.core.finding import BREAK  # noqa: E402
from listener.core.labels import Aspect, Label  # noqa: E402
from listener.core.model import Brand, DigestPlan, Source  # noqa: E402
from listener.core.visits import Outcome, Run  # noqa: E402
from listener.jobs.digest import Digester  # noqa: E402
from listener.reports.render import Renderer  # noqa: E402
from listener.storage import rollup, search  # noqa: E402
from listener.storage import tables as t  # noqa: E402
from listener.storage.archive import SqlArchive  # noqa: E402
from listener.storage.migrations import upgrade  # noqa: E402
from listener.web import create_web, serve, warm  # noqa: E402

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
DAYS = 365
EACH = 4  # addresses of a page whose cost is measured
WHEN = ("never made", "after a visit", "after a label", "as it is")
WORDS = (  # noqa: SIM905 - words
    "pomp levering monteur onderdeel storing prijs website bestelling garantie klant magazijn wachten reparatie afspraak winkel "
    "service telefoon pakket week maand vraag antwoord medewerker product model handleiding lekkage kelder dealer factuur "
    "terug nieuw goed slecht snel traag eindelijk jammer prima weer nooit altijd misschien vandaag gisteren morgen"
).split()
TONES = ["neutral"] * 9 + ["negative"] * 6 + ["positive"] * 3 + ["unsure"] * 2
INTENTS = ["other"] * 12 + ["complaint"] * 4 + ["question"] * 2 + ["praise"] * 2
KINDS = ["rss", "rss", "rss", "rss", "google-alerts", "mastodon", "reddit", "x"]
PAGES = {
    "overview": "/brands/{brand}",
    "overview of a quarter": "/brands/{brand}?from=2026-08-20&to=2026-11-19",
    "mentions": "/brands/{brand}/mentions",
    "mentions, a far page": "/brands/{brand}/mentions?before={far}",
    "search: one word": "/brands/{brand}/mentions?q={word}",
    "search: words and filters": "/brands/{brand}/mentions?q={word}+{other}&tone=negative&kind=rss&media=earned&labelled=no",
    "search: a phrase, some months": '/brands/{brand}/mentions?q="{word}+{other}"&from=2026-06-01&to=2026-09-30',
    "search: 1,000 words": "/brands/{brand}/mentions?q={many}",
    "mention": "/mentions/{mention}",
    "document": "/mentions/{mention}/document",
    "stories": "/brands/{brand}/stories",
    "story": "/stories/{story}",
    "themes": "/brands/{brand}/themes",
    "coverage": "/brands/{brand}/coverage",
    "digests": "/brands/{brand}/digests",
    "digest": "/digests/{digest}",
    "brands": "/",
    "side by side": "/compare",
    "sources": "/sources",
    "sources of a brand": "/sources?brand={brand}",
    "mentions as JSON": "/brands/{brand}/mentions.json",
}


def fill(path: Path, stored: int, brands: int, seed: int = 3) -> None:
    """Store so many mentions of so many brands, said in the year before NOW."""
    address = f"sqlite:///{path}"
    upgrade(address)
    names = [f"brand-{number:02}" for number in range(brands)]
    places = [f"{name}-{number}" for name in names for number in range(len(KINDS))]
    with SqlArchive(address) as archive:
        archive.sync(
            [Brand(key=name, name=f"Merk {name[-2:]}", query=f'"{name}"') for name in names],
            [
                Source(
                    key=place,
                    brand=place[:-2],
                    kind=KINDS[int(place[-1])],
                    address=f"https://{place}.example/feed",
                    every=timedelta(hours=1),
                )
                for place in places
            ],
            [],
            NOW - timedelta(days=DAYS),
        )
    chance = random.Random(seed)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {pragma}")
    ids = dict(connection.execute("SELECT key, id FROM source"))
    brand_ids = dict(connection.execute("SELECT key, id FROM brand"))
    connection.execute("BEGIN")
    put(connection, t.run, runs(ids, chance))
    put(connection, t.document, documents(ids))
    weights = [1 / (rank + 1) for rank in range(brands)]
    counts: Counter[rollup.Key] = Counter()
    index: list[tuple[int, str]] = []
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    latest: dict[str, list[int]] = defaultdict(list)
    for number in range(1, stored + 1):
        # In the order in which they were collected, as a program that runs stores them.
        at = NOW - timedelta(days=DAYS) + timedelta(seconds=(DAYS * 86_400 - 3600) * number / stored)
        name = chance.choices(names, weights)[0]
        one = mention(number, at, name, brand_ids[name], ids, chance, latest[name])
        for table, row in one.items():
            rows[table].append(row)
        said, kind = one[t.mention], KINDS[one[t.entry]["source_id"] % len(KINDS) - 1]
        counts[rollup.key(said["brand_id"], at, said["said_at"], said["media"], said["label_tone"] or said["tone"])] += 1
        index.append(indexed(number, said, one[t.entry], kind))
        if not number % 20_000:
            flush(connection, rows, index)
    flush(connection, rows, index)
    connection.executemany(
        "INSERT INTO hour_count (brand_id, hour, media, tone, said, number, expired) VALUES (?, ?, ?, ?, ?, ?, 0)",
        [(*key, number) for key, number in sorted(counts.items())],
    )
    connection.execute("UPDATE filling SET after = ?, upto = ?", (stored, stored))
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()
    with SqlArchive(address) as archive:
        send(archive, names)


def runs(ids: dict[str, int], chance: random.Random) -> Iterator[dict[str, Any]]:
    """A visit of each source each hour; one in fifty fails."""
    for hour in range(DAYS * 24):
        at = NOW - timedelta(days=DAYS) + timedelta(hours=hour)
        for number in ids.values():
            good = chance.random() > 0.02
            yield {
                "source_id": number, "started_at": at, "outcome": "new" if good else "failed", "entries": 20, "new_entries": 1,
                "new_mentions": 1, "size": 9000, "took": 0.2, "status": 200 if good else 503, "cost": 0.0,
                "detail": "" if good else "HTTP 503",
            }  # fmt: skip


def documents(ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    """One document of each source for each day; its number follows from both."""
    body = zlib.compress(("<item><title>Bericht</title></item>" * 250).encode())
    for day in range(DAYS):
        at = NOW - timedelta(days=DAYS - day)
        for place, number in ids.items():
            yield {
                "id": document_id(number, day), "source_id": number, "fingerprint": sha256(f"{place}{day}".encode()).hexdigest(),
                "url": f"https://{place}.example/feed", "media_type": "application/rss+xml", "size": 9000, "fetched_at": at,
                "body": body,
            }  # fmt: skip


def document_id(source: int, day: int) -> int:
    """The number of a source's document of a day."""
    return day * 1000 + source


def mention(  # noqa: PLR0917 - what a row is made of
    number: int, at: datetime, name: str, brand_id: int, ids: dict[str, int], chance: random.Random, latest: list[int]
) -> dict[Table, dict[str, Any]]:
    """An entry, its mention and its judgement."""
    place = f"{name}-{chance.randrange(len(KINDS))}"
    words = chance.choices(WORDS, k=22)
    said = at - timedelta(minutes=chance.randrange(1, 600))
    day = min((at - (NOW - timedelta(days=DAYS))).days, DAYS - 1)
    # Half of all is told again: mostly what is new, now and then what everybody tells.
    story = latest[-min(int(chance.paretovariate(0.9)), len(latest))] if latest and chance.random() < 0.5 else number
    latest.append(story)
    del latest[:-400]
    tone, label = chance.choice(TONES), "negative" if chance.random() < 0.02 else None
    title = f"{name} {' '.join(words[:6])}"
    text = " ".join(words)
    entry = {
        "id": number, "source_id": ids[place], "identity": number.to_bytes(16, "big"), "document_id": document_id(ids[place], day),
        "guid": str(number), "url": f"https://{place}.example/{number}", "link": f"https://{place}.example/{number}",
        "title": title, "text": text, "outlet": f"{place}.example", "author_name": f"Schrijver {chance.randrange(5000)}",
        "author_handle": "", "author_id": "", "published_at": said, "first_seen_at": at, "language": "", "country": "",
        "conversation": "", "in_reply_to": "", "vouched": place[-1] in "47",
    }  # fmt: skip
    judged = {
        "language": "nl", "tone": tone, "polarity": 0.1, "confidence": 0.7, "intent": chance.choice(INTENTS), "judge": "light 1",
    }  # fmt: skip
    return {
        t.entry: entry,
        t.mention: {
            "id": number, "brand_id": brand_id, "entry_id": number, "excerpt": f"{name} {text}", "spans": f"[[0, {len(name)}]]",
            "clause": f'"{name}"', "query_version": "0123456789ab", "media": "owned" if chance.random() < 0.05 else "earned",
            "said_at": said, "collected_at": at, **judged, "label_tone": label, "story_id": story,
            "voice": chance.randrange(5000),
        },
        t.judgement: {"mention_id": number, "judged_at": at, **judged},
    }  # fmt: skip


def indexed(number: int, said: dict[str, Any], entry: dict[str, Any], kind: str) -> tuple[int, str]:
    """A mention's row in the search index; these words are their own tokens."""
    filters = [
        ("b", said["brand_id"]), ("t", said["label_tone"] or said["tone"]), ("i", said["intent"]), ("k", kind),
        ("m", said["media"]), ("g", "nl"), ("l", "yes" if said["label_tone"] else "no"),
    ]  # fmt: skip
    facets = ["\ue000a", *search.facets(filters)]
    title = entry["title"].replace("-", " ")
    line = " ".join([*facets, title, BREAK, entry["text"], BREAK, entry["author_name"].lower(), BREAK, BREAK])
    return search.rank(said["said_at"], number), line


def put(connection: sqlite3.Connection, table: Table, rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
    """Store rows of the same columns."""
    all_ = iter(rows)
    first = next(all_, None)
    if first is None:
        return
    columns, places = ", ".join(f'"{name}"' for name in first), ", ".join("?" * len(first))

    def values() -> Iterator[tuple[Any, ...]]:
        for row in (first, *()):
            yield tuple(map(plain, row.values()))
        for row in all_:
            yield tuple(map(plain, row.values()))

    connection.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})', values())


def plain(value: Any) -> Any:
    """A value as SQLite holds it."""
    return value.replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(value, datetime) else value


def flush(connection: sqlite3.Connection, rows: dict[Table, list[dict[str, Any]]], index: list[tuple[int, str]]) -> None:
    """Store what was made, and forget it."""
    for table in (t.entry, t.mention, t.judgement):
        put(connection, table, rows.pop(table, []))
    connection.executemany("INSERT INTO search(rowid, words) VALUES (?, ?)", sorted(index))
    index.clear()


def send(archive: SqlArchive, names: list[str]) -> None:
    """Some digests of each brand, as they would stand there."""
    digester = Digester(
        archive=archive, dress=Renderer(), notifier=None, sender="Listener <l@x.example>", page="http://127.0.0.1:8000",  # type: ignore[arg-type]
        clock=lambda: NOW,
    )  # fmt: skip
    for name in names[:4]:
        plan = DigestPlan(
            key=f"{name}/daily", brand=name, to=("a@x.example",), at=wall_time(7, 30), timezone="Europe/Amsterdam", language="nl"
        )
        brand = next(one for one in archive.brands() if one.key == name)
        for back in range(30):
            archive.keep_digest(digester.compose(plan, brand, date(2026, 11, 20) - timedelta(days=back), NOW), {})


def ask_at_once(port: int, readers: int, each: int, addresses: dict[str, list[str]]) -> list[tuple[str, float, int, int]]:
    """What all readers measured."""
    script = Path(__file__).with_name("readers.py")
    asked = [sys.executable, str(script), str(port), str(readers), str(each)]
    answer = subprocess.run(asked, input=json.dumps(addresses), capture_output=True, text=True, timeout=900, check=True)
    return [(name, took, status, size) for name, took, status, size in json.loads(answer.stdout)]


def addresses_of(path: Path) -> dict[str, list[str]]:
    """Some addresses of each page."""
    chance = random.Random(5)
    connection = sqlite3.connect(path)
    mentions = [row[0] for row in connection.execute("SELECT id FROM mention WHERE id % 9973 = 1")]
    stories = [row[0] for row in connection.execute("SELECT story_id FROM mention WHERE id % 9973 = 1")]
    digests = [row[0] for row in connection.execute("SELECT id FROM digest")]
    names = [row[0] for row in connection.execute("SELECT key FROM brand")]
    connection.close()
    from listener.web.asked import encode  # noqa: PLC0415 - only here

    made: dict[str, list[str]] = {}
    for name, pattern in PAGES.items():
        made[name] = [
            pattern.format(
                brand=chance.choice(names), word=chance.choice(WORDS), other=chance.choice(WORDS), mention=chance.choice(mentions),
                story=chance.choice(stories), digest=chance.choice(digests), many="+".join(chance.choices(WORDS, k=1000)),
                far=encode((NOW - timedelta(days=chance.randrange(30, 300)), 1)),
            ).replace('"', "%22")
            for _ in range(40)
        ]  # fmt: skip
    return made


async def cost(archive: SqlArchive, addresses: dict[str, list[str]]) -> None:
    """Print what each page costs in CPU time: made for the first time, after something of its brand changed, and as it is."""
    print(f"{'page':32} {''.join(f'{when:>15}' for when in WHEN)} {'worst':>9} {'kB':>6}   (ms of CPU, mean of {EACH} addresses)")
    open_pages(archive).state.warming.run()
    changing = Changing(archive)
    for name, paths in addresses.items():
        took: dict[str, list[float]] = defaultdict(list)
        for path in list(dict.fromkeys(paths))[:EACH]:
            # Opened anew, it remembers nothing: that is what the first reader of an address waits for, once.
            web = open_pages(archive)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://127.0.0.1:8000") as client:
                await client.get("/healthz")
                for when in ("never made", "as it is", "as it is", "after a visit", "as it is", "after a label"):
                    if when == "after a visit":
                        changing.visit(brand_in(path))
                    elif when == "after a label":
                        changing.label(brand_in(path))
                    began = time.process_time()
                    size = len((await client.get(path)).content)
                    took[when].append((time.process_time() - began) * 1000)
        costs = "".join(f"{statistics.mean(took[when]):15.1f}" for when in WHEN)
        print(f"{name:32} {costs} {max(took['never made']):9.1f} {size / 1000:6.1f}", flush=True)


def in_turn(archive: SqlArchive, addresses: dict[str, list[str]], readers: int, each: int, between: int) -> None:
    """Print what so many readers would wait for, did the program have one core for itself: from the CPU time of each answer.

    They ask in the order of `bench/readers.py`, one after the other; after every `between` answers the archive changes. Readers
    who never pause always have `readers` questions open, and first come is first served: each waits for the answers to those.
    """
    web, changing, chance = open_pages(archive), Changing(archive), random.Random(1)
    web.state.warming.run()
    asked = [(name, chance.choice(paths)) for _ in range(readers) for name, paths in addresses.items() for _ in range(each)]
    chance.shuffle(asked)
    with serve(web, port=0) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        took: list[float] = []
        for number, (_, path) in enumerate(asked):
            if number % between == between - 1:
                (changing.label if number // between % 3 == 2 else changing.visit)()
            began = time.process_time()
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
            took.append((time.process_time() - began) * 1000)
    waits: dict[str, list[float]] = defaultdict(list)
    costs: dict[str, list[float]] = defaultdict(list)
    for number, (name, _) in enumerate(asked):
        costs[name].append(took[number])
        if number >= readers:
            waits[name].append(sum(took[number - readers + 1 : number + 1]))
    print(f"{'page':32} {'cost':>7} {'p95':>7}   {'wait':>7} {'p95':>7}   (ms; {len(asked)} answers)")
    for name in addresses:
        print(f"{name:32} {shown(costs[name])}   {shown(waits[name])}")
    print(f"{'all':32} {shown(took)}   {shown([one for some in waits.values() for one in some])}")
    print("load of the machine:", *(f"{one:.1f}" for one in os.getloadavg()), f"on {os.cpu_count()} cores")


def shown(times: list[float]) -> str:
    """Median and 95th percentile."""
    ordered = sorted(times)
    return f"{statistics.median(ordered):7.1f} {ordered[int(len(ordered) * 0.95)]:7.1f}"


def open_pages(archive: SqlArchive) -> Starlette:
    """The pages, for anyone to read."""
    return create_web(
        archive=archive, language="nl", timezone="Europe/Amsterdam", clock=lambda: NOW, base_url="http://127.0.0.1:8000",
        secret=b"s" * 32, open_to_readers=True,
    )  # fmt: skip


class Changing:
    """Changes an archive: what a visit leaves behind that brings nothing new, and what an editor says of a mention."""

    def __init__(self, archive: SqlArchive) -> None:
        self._archive = archive
        self._sources = [state.source.key for state in archive.states()]
        self._brands = [brand.key for brand in archive.brands()]
        self._number = 0

    def visit(self, brand: str = "") -> None:
        """A visit to a source of a brand, or to the next source."""
        self._number += 1
        mine = [key for key in self._sources if key.startswith(brand)]
        (state,) = self._archive.states([mine[self._number * 7 % len(mine)]])
        self._archive.keep(state, Run(source=state.source.key, started_at=NOW, outcome=Outcome.UNCHANGED), next_due_at=NOW)

    def label(self, brand: str = "") -> None:
        """An editor's word on the latest mention of a brand, or of the next one."""
        self._number += 1
        kept = self._archive.mentions(brand or self._brands[self._number * 3 % len(self._brands)], limit=1)
        self._archive.keep_labels([Label(mention=one.id, aspect=Aspect.ANSWERED, value="yes", by="bench", at=NOW) for one in kept])


def brand_in(path: str) -> str:
    """The brand that an address names, "" where it names none."""
    found = re.match(r"/brands/([^/?]+)", path)
    return found[1] if found else path.partition("brand=")[2]


def keep_changing(archive: SqlArchive, stop: threading.Event, every: float) -> None:
    """Something changes every so many seconds, as while the program runs: two visits, then a label."""
    changing, number = Changing(archive), 0
    while not stop.wait(every):
        number += 1
        if number % 3:
            changing.visit()
        else:
            changing.label()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--brands", type=int, default=20)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two changes of the archive while they read")
    parser.add_argument("--keep", type=Path, help="the archive's file: made when it is not there, and left there")
    parser.add_argument("--cost", action="store_true", help="CPU time of each page instead, one after the other")
    parser.add_argument("--one-core", action="store_true", help="instead: what they would wait for on a core of their own")
    parser.add_argument("--between", type=int, default=100, help="answers between two changes of the archive, with --one-core")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder) / "page.db"
        if not path.exists():
            began = time.monotonic()
            fill(path, asked.stored, asked.brands)
            print(
                f"stored {asked.stored} mentions in {time.monotonic() - began:.0f} s, {path.stat().st_size >> 20} MiB", flush=True
            )
        if asked.one_core:
            with SqlArchive(f"sqlite:///{path}") as archive:
                in_turn(archive, addresses_of(path), asked.readers, asked.each, asked.between)
        elif asked.cost:
            with SqlArchive(f"sqlite:///{path}") as archive:
                asyncio.run(cost(archive, addresses_of(path)))
        else:
            report(path, asked.readers, asked.each, asked.every)


def report(path: Path, readers: int, each: int, every: float) -> None:
    """Ask, and print a line for each page."""
    addresses = addresses_of(path)
    stop = threading.Event()
    with SqlArchive(f"sqlite:///{path}") as archive:
        web = open_pages(archive)
        storing = threading.Thread(target=keep_changing, args=(archive, stop, every))
        with serve(web, port=0) as server:
            began = time.monotonic()
            warm(web).wait()
            print(f"warm after {time.monotonic() - began:.1f} s", flush=True)
            alone = ask_at_once(server.port, 1, 3, addresses)
            storing.start()
            used, began = time.process_time(), time.monotonic()
            found = ask_at_once(server.port, readers, each, addresses)
            used, took = time.process_time() - used, time.monotonic() - began
            stop.set()
            storing.join()
    print(f"{len(found)} answers to {readers} readers in {took:.0f} s, {used / len(found) * 1000:.1f} ms of CPU each")
    print(f"{'page':32} {'median':>7} {'p95':>7} {'alone':>7} {'kB':>6}")
    rows = {}
    for name in PAGES:
        times = sorted(one[1] for one in found if one[0] == name)
        rows[name] = {
            "median_ms": round(statistics.median(times) * 1000, 1),
            "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
            "alone_ms": round(statistics.median(one[1] for one in alone if one[0] == name) * 1000, 1),
            "kB": round(max(one[3] for one in found if one[0] == name) / 1000, 1),
            "answers": sorted({one[2] for one in found if one[0] == name}),
        }
        row = rows[name]
        print(f"{name:32} {row['median_ms']:7} {row['p95_ms']:7} {row['alone_ms']:7} {row['kB']:6} {row['answers']}")
    times = sorted(one[1] for one in found)
    print(f"median of all: {statistics.median(times) * 1000:.0f} ms, p95 of all: {times[int(len(times) * 0.95)] * 1000:.0f} ms")
    print("load of the machine:", *(f"{one:.1f}" for one in os.getloadavg()), f"on {os.cpu_count()} cores")
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
