"""How many short texts a second go through the whole matcher, beside other engines on the same texts.

Usage: python bench/match.py [FOLDER] [--texts N] [--queries N …] [--stored N]

FOLDER holds captured feed documents; their titles and descriptions become the texts, cycled with brand words. Without it the texts
are generated. For each number of queries it prints what compiling takes and how many texts a second one core matches, beside
`re` (one alternation), flashtext2 and pyahocorasick, which only find terms: no trees, no NEAR, no way back to what was written.
Those two are no dependencies of the project: `pip install --target bench/out/rivals flashtext2 pyahocorasick`.
All times are CPU time of this process, so that other work on the machine counts less.
"""

from __future__ import annotations

import argparse
import collections
import importlib
import itertools
import os
import pathlib
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence

ROOT = pathlib.Path(__file__).parent
sys.path[:0] = [str(ROOT.parent), str(ROOT / "out" / "rivals")]

from listener.core.query import Item, Matcher, parse_query  # noqa: E402 - the path comes first
from listener.core.query.fold import fold  # noqa: E402
from listener.core.text import plain  # noqa: E402

BRANDS = ["bol.com", "coolblue", "nescafé", "at&t", "h&m", "kpn", "ing", "philips", "jumbo", "citroën"]
LONGEST = 280
PIECES = re.compile(rb"<(title|description|summary|content|content:encoded)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{5,}")


def main() -> None:
    """Make the texts and the queries, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--queries", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    parser.add_argument("--stored", type=int, default=1_000_000, help="entries of the re-match; 0 leaves it out")
    parser.add_argument("--alone", action="store_true", help="our own matcher only")
    options = parser.parse_args()
    chance = random.Random(5)
    words = sorted(captured(options.folder)) if options.folder else sorted(generated(chance))
    items = made_into_items(words, options.texts)
    size = sum(len(one.title) + len(one.text) for one in items) / len(items)
    load = os.getloadavg()[0]
    print(f"{len(items):,} texts of {size:.0f} characters, made of {len(words):,} different ones; load {load:.1f}")
    print("queries  compile s  MB more   texts/s  hits/text | explained/s | re  flashtext2  pyahocorasick (texts/s)")
    for number in options.queries:
        terms = made_of(words, number, random.Random(number))
        report(items, terms, queries_of(terms), alone=options.alone)
    if options.stored:
        rematch(items, options.stored)


def captured(folder: pathlib.Path) -> set[str]:
    """Titles and snippets of feed documents."""
    found = set()
    for file in sorted(one for one in folder.iterdir() if one.is_file() and one.suffix != ".csv"):
        for _, piece in PIECES.findall(file.read_bytes()):
            text = plain(piece.decode("utf-8", "ignore"))
            found.update(
                part for at in range(0, min(len(text), 10 * LONGEST), LONGEST) if len(part := text[at : at + LONGEST]) >= 20
            )
    return found


def generated(chance: random.Random) -> set[str]:
    """Sentences of made-up words, frequent and rare ones as in a language."""
    parts = ["ka", "lo", "ven", "sti", "mer", "da", "ring", "pol", "ge", "tré", "bus", "wi", "no", "schap", "el"]
    words = ["".join(chance.choices(parts, k=chance.randint(1, 4))) for _ in range(20_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    return {" ".join(chance.choices(words, weights, k=chance.randint(8, 45)))[:LONGEST] for _ in range(20_000)}


def made_into_items(words: Sequence[str], number: int) -> list[Item]:
    """So many items; each tenth says a brand's name."""
    items = []
    for at in range(number):
        brand = f" {BRANDS[at // 10 % len(BRANDS)].title()}" if at % 10 == 0 else ""
        items.append(Item("", words[at % len(words)] + brand))
    return items


def made_of(texts: Iterable[str], number: int, chance: random.Random) -> list[str]:
    """The brands, then as many rare words as pairs of words that stand side by side in the texts."""
    counted: collections.Counter[str] = collections.Counter()
    pairs = set()
    for text in texts:
        found = WORD.findall(text)
        counted.update({word.lower() for word in found})
        pairs.update(f"{one} {other}".lower() for one, other in itertools.pairwise(found) if f"{one} {other}" in text)
    rare = sorted(word for word, times in counted.items() if times <= 5)
    some = chance.sample(rare, min(len(rare), number // 2)) + chance.sample(sorted(pairs), min(len(pairs), number // 2))
    return list(dict.fromkeys(BRANDS + some))[:number]


def queries_of(terms: Sequence[str]) -> list[str]:
    """A query for each term, in the forms that people write: alone, with a condition, with an alternative, near another."""
    queries = []
    for at, term in enumerate(terms):
        one, other = f'"{term}"', f'"{terms[at * 7 % len(terms)]}"'
        forms = [
            one,
            f"{one} NOT {other}",
            f"{one} OR {other}",
            f"{one} AND (nieuw* OR {other})",
            f"{one} NEAR/5 {other}",
            f"title:{one} OR {one}",
        ]
        queries.append(forms[at % len(forms)])
    return queries


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def report(items: Sequence[Item], terms: Sequence[str], queries: Sequence[str], *, alone: bool) -> None:
    """One row of the table."""
    before = memory()
    start = time.process_time()
    matcher = Matcher({str(at): parse_query(query) for at, query in enumerate(queries)})
    compiled = time.process_time() - start
    more = memory() - before
    hits = sum(len(matcher.hits(item)) for item in items[:2_000]) / min(2_000, len(items))
    took = timed(lambda: collections.deque(map(matcher.hits, items), 0))
    some = items[: max(1, len(items) // 10)]
    explained = timed(lambda: collections.deque(map(matcher.match, some), 0))
    others = [] if alone else [rival(items, terms) for rival in (alternation, flashtext, pyahocorasick)]
    ours = f"{len(queries):7,} {compiled:10.2f} {more:8.0f} {len(items) / took:9,.0f} {hits:10.2f} | {len(some) / explained:11,.0f}"
    print(ours, "|", "  ".join(others), flush=True)


def alternation(items: Sequence[Item], terms: Sequence[str]) -> str:
    """One regular expression, without case, whole words."""
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, terms), key=len, reverse=True))})(?!\w)", re.IGNORECASE)
    some = items[: max(500, min(len(items), 20_000_000 // (len(terms) * 100)))]  # it takes minutes otherwise
    return f"{len(some) / timed(lambda: [pattern.findall(item.text) for item in some]):,.0f}"


def flashtext(items: Sequence[Item], terms: Sequence[str]) -> str:
    """A tree over whole words; takes the longest of terms that overlap."""
    try:
        processor = importlib.import_module("flashtext2").KeywordProcessor(case_sensitive=False)
    except ImportError:
        return "(flashtext2 is not installed)"
    for term in terms:
        processor.add_keyword(term)
    return f"{len(items) / timed(lambda: [processor.extract_keywords(item.text) for item in items]):,.0f}"


def pyahocorasick(items: Sequence[Item], terms: Sequence[str]) -> str:
    """An automaton over lower case text, with the boundaries checked."""
    try:
        automaton = importlib.import_module("ahocorasick").Automaton()
    except ImportError:
        return "(pyahocorasick is not installed)"
    for term in terms:
        automaton.add_word(fold(term), len(fold(term)))
    automaton.make_automaton()

    def found(item: Item) -> list[int]:
        text = item.text.casefold()
        last = len(text) - 1
        return [
            end
            for end, length in automaton.iter(text)
            if not (end < last and text[end + 1].isalnum()) and not (end >= length and text[end - length].isalnum())
        ]

    return f"{len(items) / timed(lambda: [found(item) for item in items]):,.0f}"


def rematch(items: Sequence[Item], number: int) -> None:
    """A changed query over an archive: entries come one by one, as from a database, and only the counts stay."""
    query = '("bol.com" OR bol OR coolblue* OR "Coolblue winkel") NOT (vacature OR lang:xx)'
    matcher = Matcher({"old": parse_query("coolblue OR bol.com"), "new": parse_query(query)})
    before = memory()
    start, wall = time.process_time(), time.perf_counter()
    counts: collections.Counter[str] = collections.Counter()
    for at in range(number):
        stored = items[at % len(items)]
        counts.update(matcher.hits(Item(f"{at}", stored.text)))
    took, wall = time.process_time() - start, time.perf_counter() - wall
    print(f"re-match of {number:,} entries: {took:.1f} CPU s, {wall:.1f} s, {memory() - before:.0f} MB more; {dict(counts)}")


def memory() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
