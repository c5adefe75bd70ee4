"""Compare what reading feeds costs: bare expat, Listener's two readers together, and feedparser, over a folder of documents.

Usage: python bench/parse.py FOLDER [--rounds 3] [--least 0]

Every file in FOLDER (but *.csv, and but those smaller than --least bytes) is read by each, in rounds that take turns, in one
process; CPU seconds are medians over the rounds. `ours` is the quick reader with the repairing reader for what it leaves, both in
this process, so that no start of a process is in the figure. feedparser's entries are only counted; ours come out as plain text,
safe links and aware moments. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import io
import pathlib
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from xml.parsers import expat

import feedparser

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from listener.core.errors import ParseError
from listener.sources import quick, reading
from listener.sources.markup import decoded

AT = "https://feeds.example/feed"


def floor(body: bytes) -> int:
    """Bare expat, without handlers."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return 0
    return 0


def ours(body: bytes) -> int:
    """Quick first, then the repairing reader."""
    try:
        return len(quick.first(reading.read)(body, AT, "").items)
    except ParseError:
        return 0


def quickly(body: bytes) -> int:
    """The quick reader alone; what it leaves is not read."""
    try:
        found = quick.read(body, AT, "")
    except ParseError:
        return 0
    return 0 if found is None else len(found.items)


def repairing(body: bytes) -> int:
    """The repairing reader alone."""
    try:
        return len(reading.repaired(decoded(body).strip("\ufeff\0 \t\r\n"), AT).items)
    except ParseError:
        return 0


def bare_feedparser(body: bytes) -> int:
    """Feedparser as it comes."""
    return len(feedparser.parse(io.BytesIO(body)).entries)


READERS: tuple[Callable[[bytes], int], ...] = (floor, quickly, ours, repairing, bare_feedparser)


def main() -> None:
    """Read everything with everyone, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--least", type=int, default=0, help="only documents of at least so many bytes")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    bodies = [one.read_bytes() for one in sorted(options.folder.iterdir()) if one.is_file() and one.suffix != ".csv"]
    bodies = [body for body in bodies if len(body) >= options.least]
    size = sum(map(len, bodies))
    print(f"{len(bodies)} documents, {size:,} bytes; feedparser {feedparser.__version__}, {expat.EXPAT_VERSION}")
    spent: dict[str, list[float]] = {reader.__name__: [] for reader in READERS}
    longest: dict[str, float] = dict.fromkeys(spent, 0.0)
    entries: dict[str, int] = {}
    for _ in range(options.rounds):
        for reader in READERS:
            total, count = 0.0, 0
            for body in bodies:
                began = time.process_time()
                count += reader(body)
                took = time.process_time() - began
                total += took
                longest[reader.__name__] = max(longest[reader.__name__], took)
            spent[reader.__name__].append(total)
            entries[reader.__name__] = count
    medians = {name: statistics.median(values) for name, values in spent.items()}
    print("| reader | CPU s | MB/s | ms a document | worst ms | x floor | feedparser is x | entries |\n" + "|---" * 8 + "|")
    for name, seconds in medians.items():
        cells = [
            f"{seconds:.2f}",
            f"{size / seconds / 1e6:.1f}",
            f"{seconds / len(bodies) * 1e3:.2f}",
            f"{longest[name] * 1e3:.0f}",
        ]
        cells += [f"{seconds / medians['floor']:.1f}", f"{medians['bare_feedparser'] / seconds:.1f}", str(entries[name] or "")]
        print(f"| {name} | {' | '.join(cells)} |")
    worse = sum(1 for body in bodies if ours(body) < bare_feedparser(body))
    taken = sum(1 for body in bodies if quickly(body))
    print(f"{taken} documents with entries were read quickly; in {worse} documents feedparser finds more entries than we do")


if __name__ == "__main__":
    main()
