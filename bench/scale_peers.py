"""Storing, finding and a small visit beside lemon24 `reader` and obsei: the same entries, from the same files, in one run.

    python bench/scale_peers.py [--reader PYTHON] [--obsei PYTHON] [--entries 20000] [--visits 60] [--folder DIR]

PYTHON is one that has the peer installed (`python -m venv v && v/bin/pip install reader`, or obsei). Feed files of 200 entries are
read from disk by each one's own way in and stored; then a file of 30 entries is read again and again, with 2 new ones each time,
and put into the index; then words are looked for, the newest 50 first. Each in a process of its own, SQLite (obsei: DuckDB).

What they do is not the same: ours keeps each entry as a mention with its story, its counts of the hour and its document; reader
keeps entries and an index; obsei keeps entries, and looks through all texts for a substring when it is asked. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

A_FILE, SHOWN, ASKED = 200, 30, 30

# What each of them is measured by, also in the peers' own Pythons.
MEASURE = """
import json, sys, time
from pathlib import Path
PLAN = json.loads(Path(sys.argv[1]).read_text())
def took(work, *of):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work(*of)
    return ((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000), result
def ranks(found):
    ordered = [sorted(one) for one in zip(*found)]
    return [round(one[min(len(one) - 1, int(len(one) * share))], 2) for one in ordered for share in (0.5, 0.95)]
def run(store, visit, search, name):
    (cpu, wall), _ = took(lambda: [store(file) for file in PLAN["files"]])
    told = {"name": name, "stored/CPU s": round(PLAN["entries"] / cpu * 1000), "stored/s": round(PLAN["entries"] / wall * 1000)}
    target = Path(PLAN["target"])
    small = []
    for file in PLAN["visits"]:
        target.write_bytes(Path(file).read_bytes())
        small.append(took(visit, str(target))[0])
    told["visit"] = ranks(small[2:])
    for shape, words in PLAN["words"].items():
        found = [took(search, word) for word in words]
        if found[0][1] is not None:
            told[shape] = [*ranks([one for one, _ in found]), sum(number for _, number in found)]
    print(json.dumps(told))
"""

READER = """
import reader as library
reader = library.make_reader(PLAN["place"] + "/reader.db", feed_root="")
reader.enable_search()
def store(file):
    reader.add_feed(file)
    reader.update_feed(file)
    reader.update_search()
reader.add_feed(PLAN["target"], exist_ok=True)
def visit(file):
    reader.update_feed(file)
    reader.update_search()
def search(words):
    return len(list(reader.search_entries(words, sort="recent", limit=50)))
run(store, visit, search, f"reader {library.__version__}")
"""

OBSEI = """
from importlib.metadata import version
from types import SimpleNamespace
from obsei.sources.rss import RssConfig, RssSource
from obsei.store.duckdb_store import Query, Store
kept = Store(PLAN["place"] + "/obsei.duckdb", allow_unencrypted=True)
def get(url):
    return SimpleNamespace(content=Path(url).read_bytes(), raise_for_status=lambda: None)
context = SimpleNamespace(http=SimpleNamespace(get=get), author=lambda name: None)
def visit(file):
    source = RssSource(RssConfig(url=file), context)
    found = list(source.fetch(kept.get_cursor("p", file)))
    kept.upsert(record for record, _ in found)
    if found:
        kept.set_cursor("p", file, found[-1][1])
def search(words):
    return None if " " in words else len(kept.search(Query(text=words), limit=50))
run(visit, visit, search, f"obsei {version('obsei')}")
"""

OURS = """
from scale import judged
from listener.core.finding import Wanted
from listener.core.model import Brand, Document, Source
from listener.core.visits import Attempt, Outcome, Run
from listener.sources.feed import FeedKind
from listener.storage.archive import SqlArchive
from listener.storage.migrations import upgrade
from datetime import datetime
address = "sqlite:///" + PLAN["place"] + "/listener.db"
upgrade(address)
archive = SqlArchive(address)
NOW = datetime.fromisoformat(PLAN["now"])
names = [*PLAN["files"], PLAN["target"]]
sources = {name: Source(key=f"s{n}", brand="b1", kind="rss", address=f"https://s{n}.example") for n, name in enumerate(names)}
archive.sync((Brand(key="b1", name="B", query="b1"),), tuple(sources.values()), (), NOW)
feed = FeedKind()
def visit(file):
    source = sources[file]
    paper = Document(source=source.key, url=source.address, media_type="text/xml", body=Path(file).read_bytes(), fetched_at=NOW)
    (new,) = archive.unknown([(source, feed.parse(paper))])
    (state,) = archive.states([source.key])
    ledger = Run(source=source.key, started_at=NOW, outcome=Outcome.NEW, entries=len(new))
    mentions = [judged(one) for one in new]
    archive.keep_all([Attempt(state=state, run=ledger, next_due_at=NOW, document=paper, entries=new, mentions=mentions)])
def search(words):
    return len(archive.find(Wanted(words=words), limit=50))
run(visit, visit, search, "Listener")
"""


def rss(some: list[Any]) -> str:
    """A feed of these items."""
    entries = "".join(
        f"<item><guid>{one.number}</guid><link>{one.url}</link><title>{escape(one.title)}</title>"
        f"<description>{escape(one.words)}</description><pubDate>{format_datetime(one.at)}</pubDate></item>"
        for one in some
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title><link>https://f.example</link>{entries}</channel></rss>'
    )


def plan(folder: Path, entries: int, visits: int) -> Path:
    """Write the files and say what is to be done with them."""
    from scale_rows import eve, items, pool, vocabulary  # noqa: PLC0415 - 50,000 texts

    made = list(items(0, entries + SHOWN + 2 * visits, pool()))
    files, shown = [], []
    for start in range(0, entries, A_FILE):
        files.append(str(folder / f"feed{start:07}.xml"))
        Path(files[-1]).write_text(rss(made[start : start + A_FILE]))
    for number in range(visits):
        start = entries + 2 * number
        shown.append(str(folder / f"visit{number:04}.xml"))
        Path(shown[-1]).write_text(rss(made[start : start + SHOWN]))
    ranked = vocabulary()
    words = {
        "common word": [ranked[n % 5] for n in range(ASKED)],
        "middle word": ranked[100 : 100 + ASKED],
        "rare word": ranked[12_000 : 12_000 + ASKED],
        "two words": [f"{ranked[50 + n]} {ranked[90 + n]}" for n in range(ASKED)],
    }
    told = {"files": files, "visits": shown, "target": str(folder / "visit.xml"), "entries": len(files) * A_FILE, "words": words}
    Path(told["target"]).write_text(rss(made[:0]))
    told |= {"place": str(folder), "now": eve(entries + SHOWN + 2 * visits).isoformat()}
    file = folder / "plan.json"
    file.write_text(json.dumps(told))
    return file


def main() -> None:
    """Measure those that are there, one after the other, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--reader", help="a Python that has reader")
    asked.add_argument("--obsei", help="a Python that has obsei")
    asked.add_argument("--entries", type=int, default=20_000)
    asked.add_argument("--visits", type=int, default=60)
    asked.add_argument("--folder", type=Path, help="where all is written; a temporary folder when left out")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="listener-peers-") as place:
        folder = given.folder or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        file = plan(folder, given.entries, given.visits)
        print(f"{given.entries} entries, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; milliseconds of processor time")
        told = []
        for python, script in ((sys.executable, OURS), (given.reader, READER), (given.obsei, OBSEI)):
            if python is None:
                continue
            environ = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'bench'}" if script is OURS else ""}
            done = subprocess.run(
                [python, "-c", MEASURE + script, str(file)], env=environ, check=True, stdout=subprocess.PIPE, text=True
            )
            told.append(json.loads(done.stdout.splitlines()[-1]))
            print(f"  {told[-1]['name']}: load {os.getloadavg()[0]:.1f}", flush=True)
        rows = [one for one in dict.fromkeys(key for each in told for key in each) if one != "name"]
        print("| p50, p95 | " + " | ".join(one["name"] for one in told) + " |\n|---" + "|---" * len(told) + "|")
        for row in rows:
            print(f"| {row} | " + " | ".join(cell(one.get(row)) for one in told) + " |")


def cell(value: list[float] | int | None) -> str:
    """A cell of the table: processor time, p50 and p95."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value[0]:.2f}, {value[1]:.2f}"


if __name__ == "__main__":
    main()
