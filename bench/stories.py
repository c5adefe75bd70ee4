"""How well mentions are put together into stories, and what that costs beside a million stored ones.

Usage: python bench/stories.py speed [--stored 1000000] [--new 400]
       python bench/stories.py copies FOLDER       (captured feeds: altered copies must join, strangers must not)
       python bench/stories.py google-news FOLDER  (Google's own lists of related articles are the labels)

Everything is written into a temporary SQLite file; nothing is asked of the network. Times are CPU time of this process.
"""

from __future__ import annotations

import argparse
import html
import itertools
import pathlib
import random
import re
import resource
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
from rapidfuzz.fuzz import token_set_ratio
from sqlalchemy import Connection, text

from listener.core.errors import ParseError
from listener.core.model import Author, Brand, Document, Entry, Intent, JudgedMention, Judgement, Media, Mention, Source, Tone
from listener.core.stories import title_key
from listener.core.telling import address_mark, telling
from listener.core.visits import Outcome, Run
from listener.sources.feed import FeedKind
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine, writing
from listener.storage.migrations import upgrade
from listener.storage.stories import group, placed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BRANDS = 50
DAYS = 365
JUDGEMENT = Judgement(language="nl", tone=Tone.NEUTRAL, polarity=0.0, confidence=0.5, intent=Intent.OTHER, judge="none")

ENTRY = """
INSERT INTO entry (id, source_id, identity, document_id, guid, url, link, title, text, outlet, author_name, author_handle,
author_id, published_at, first_seen_at, language, country, conversation, in_reply_to, vouched)
VALUES (?, 1, ?, 1, ?, ?, '', ?, ?, ?, '', '', '', ?, ?, '', '', '', '', 0)
"""
MENTION = """
INSERT INTO mention (id, brand_id, entry_id, excerpt, spans, clause, query_version, media, said_at, collected_at, language, tone,
polarity, confidence, intent, judge, story_id, voice)
VALUES (?, ?, ?, '', '[]', 'merk', 'v', 'earned', ?, ?, 'nl', 'neutral', 0, 0, 'other', 'none', ?, ?)
"""


def made(number: int, title: str, words: str, at: datetime, *, outlet: str, source: str = "s0") -> Entry:
    return Entry(
        document="0" * 64,
        source=source,
        guid=str(number),
        url=f"https://{outlet}/{number}",
        link="",
        title=title,
        text=words,
        outlet=outlet,
        first_seen_at=at,
        published_at=at,
        author=Author(),
    )


class World:
    """News of fifty brands over a year, a fifth of it reprints; words as common as words are (Zipf)."""

    def __init__(self, seed: int = 7) -> None:
        self.dice = random.Random(seed)
        self.vocabulary = [self._word() for _ in range(20_000)]
        self.weights = list(itertools.accumulate(1 / (n + 3) for n in range(len(self.vocabulary))))
        self.shares = list(itertools.accumulate(1 / (n + 1) for n in range(BRANDS)))

    def _word(self) -> str:
        return "".join(
            self.dice.choice("bdfgklmnprstvwz") + self.dice.choice(["a", "e", "i", "o", "oe", "ij"])
            for _ in range(self.dice.choice([2, 3, 3, 4]))
        )

    def words(self, count: int) -> str:
        """Some words."""
        return " ".join(self.dice.choices(self.vocabulary, cum_weights=self.weights, k=count))

    def brand(self) -> int:
        """One of the brands."""
        return self.dice.choices(range(BRANDS), cum_weights=self.shares)[0]

    def entry(self, number: int, brand: int, at: datetime) -> Entry:
        """A piece of news."""
        return made(
            number,
            f"Merk{brand} {self.words(7)}",
            f"Merk{brand} {self.words(34)}",
            at,
            outlet=f"{self.dice.randrange(3000)}.example",
        )


def archive_of(folder: str, brands: Sequence[str], sources: Iterable[str]) -> str:
    address = f"sqlite:///{folder}/bench.db"
    upgrade(address)
    with SqlArchive(address) as archive:
        archive.sync(
            [Brand(key=key, name=key, query="merk") for key in brands],
            [Source(key=key, brand=brands[0], kind="rss", address="https://x.example/") for key in sources],
            (),
            NOW,
        )
    return address


def fill(connection: Connection, world: World, count: int) -> None:
    """Store mentions as keeping them would have, in one go: rows, addresses and marks."""
    connection.execute(text("INSERT INTO document VALUES (1, 1, 'f', 'u', 'm', 1, '2025-01-01 00:00:00.000000', NULL)"))
    start, last = NOW - timedelta(days=DAYS), {}
    entries, mentions, addresses, marks, tellings = [], [], [], [], []

    def flush() -> None:
        run = connection.exec_driver_sql
        if entries:
            run(
                ENTRY,
                entries,
            )
            run(
                MENTION,
                mentions,
            )
            run("INSERT OR IGNORE INTO story_address VALUES (?, ?, ?)", addresses)
            run("INSERT OR IGNORE INTO story_mark VALUES (?, ?, ?, ?)", sorted(marks))
        if tellings:
            run("INSERT INTO telling VALUES (?, ?, ?, ?, ?, ?)", tellings)
        for one in (entries, mentions, addresses, marks, tellings):
            one.clear()

    crowd: Counter[tuple[int, int, int]] = Counter()
    for number in range(1, count + 1):
        at = start + (NOW - start) * (number / count)
        brand = world.brand()
        entry = world.entry(number, brand, at)
        story = number
        if brand in last and world.dice.random() < 0.2:
            story, old = last[brand]
            entry = replace(entry, title=old.title, text=old.text)
        else:
            last[brand] = (number, entry)
        moment = at.replace(tzinfo=None).isoformat(" ", "microseconds")
        found, day = telling(entry, "rss", at), at.toordinal()
        entries.append(
            (number, number.to_bytes(16, "big"), entry.guid, entry.url, entry.title, entry.text, entry.outlet, moment, moment)
        )
        mentions.append((number, brand + 1, number, moment, moment, story, hash(entry.outlet)))
        addresses.append((brand + 1, address_mark(entry.url), number))
        if NOW - at < timedelta(days=8):
            tellings.append((number, moment, found.outlet, found.title, found.lead, found.person))
        for mark in found.marks:
            crowd[brand, day, mark] += 1
            if crowd[brand, day, mark] <= 30:
                marks.append((brand + 1, day, mark, number))
        if number % 20_000 == 0:
            flush()
            crowd.clear()
            print(f"\r{number:,}", end="", flush=True)
    flush()


def speed(stored: int, new: int) -> None:
    world = World()
    with tempfile.TemporaryDirectory() as folder:
        address = archive_of(folder, [f"b{n}" for n in range(BRANDS)], ["s0"])
        engine = open_engine(address)
        began = time.process_time()
        with writing(engine) as connection:
            fill(connection, world, stored)
        with writing(engine) as connection:
            connection.exec_driver_sql("ANALYZE")
        size = pathlib.Path(folder, "bench.db").stat().st_size
        print(f"\r{stored:,} mentions stored in {time.process_time() - began:.0f} s CPU; {size / 1e6:,.0f} MB")
        with writing(engine) as connection:
            sizes = connection.exec_driver_sql(
                "SELECT (SELECT count(*) FROM story_mark), (SELECT count(*) FROM story_address)"
            ).one()
        print(f"marks {sizes[0]:,} ({sizes[0] / max(stored, 1):.1f} a mention), addresses {sizes[1]:,}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for name, brand in (("the busiest brand", 0), ("a quiet brand", BRANDS - 1)):
            for kind in ("something new", "a reprint"):
                took = timed(engine, world, stored, new, brand, reprint=kind == "a reprint")
                took.sort()
                middle, high = statistics.median(took), took[int(0.95 * len(took))]
                print(f"{name}, {kind}: p50 {middle:.2f} ms, p95 {high:.2f} ms, most {took[-1]:.2f} ms")
                stored += new
        print(f"memory {peak / 1024:.0f} MB before, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
        engine.dispose()


def timed(engine: object, world: World, stored: int, new: int, brand: int, *, reprint: bool) -> list[float]:
    """CPU milliseconds for each of some new mentions, from the stored row to the story."""
    took = []
    with writing(engine) as connection:  # type: ignore[arg-type] # SQLAlchemy's
        known = connection.exec_driver_sql(
            "SELECT title, text FROM mention JOIN entry ON entry.id = entry_id WHERE brand_id = ? ORDER BY mention.id DESC LIMIT ?",
            (brand + 1, new),
        ).all()
        for number in range(stored + 1, stored + new + 1):
            entry = world.entry(number, brand, NOW)
            if reprint:
                title, words = known[number % len(known)]
                entry = replace(entry, title=f"{title} - NU.nl", text=words[:160])
            moment = NOW.replace(tzinfo=None).isoformat(" ", "microseconds")
            connection.exec_driver_sql(
                ENTRY,
                (number, number.to_bytes(16, "big"), entry.guid, entry.url, entry.title, entry.text, entry.outlet, moment, moment),
            )
            connection.exec_driver_sql(
                MENTION,
                (number, brand + 1, number, moment, moment, None, None),
            )
            began = time.process_time()
            group(connection, [placed(number, brand + 1, entry, "rss")])
            took.append(1000 * (time.process_time() - began))
    return took


def grouped(entries: Sequence[Entry]) -> list[int]:
    """The story of each of these entries, stored one after the other in a fresh archive."""
    with tempfile.TemporaryDirectory() as folder:
        keys = sorted({one.source for one in entries})
        address = archive_of(folder, ["b"], keys)
        with SqlArchive(address) as archive:
            for key in keys:
                mine = [one for one in entries if one.source == key]
                (state,) = archive.states([key])
                mentions = [
                    Mention(brand="b", entry=one, excerpt=one.text[:280], clause="merk", query_version="v", media=Media.EARNED)
                    for one in mine
                ]
                archive.keep(
                    state,
                    Run(source=key, started_at=NOW, outcome=Outcome.NEW),
                    next_due_at=NOW,
                    document=Document(source=key, url="u", media_type="m", body=key.encode(), fetched_at=NOW),
                    entries=mine,
                    mentions=[JudgedMention(mention=one, judgement=JUDGEMENT) for one in mentions],
                )
            stories = {(one.entry.source, one.entry.guid): one.story for one in archive.mentions("b", limit=10**6)}
    return [stories.get((one.source, one.guid), -number - 1) for number, one in enumerate(entries)]


def captured(folder: pathlib.Path) -> list[Entry]:
    """The entries of captured feeds, each text once, all said on one day."""
    found: dict[tuple[str, str], Entry] = {}
    for file in sorted(folder.iterdir()):
        if file.suffix == ".csv" or not 3_000 < file.stat().st_size < 300_000:
            continue
        document = Document(
            source="x", url=f"https://{file.stem}.example/", media_type="application/xml", body=file.read_bytes(), fetched_at=NOW
        )
        try:
            for one in FeedKind().parse(document):
                if len(one.title.split()) >= 4 and len(one.text.split()) >= 20:
                    found.setdefault((one.title, one.text[:200]), one)
        except ParseError:
            continue
    return list(found.values())


ALTERED = ("another outlet's tail", "cut to a snippet of 160", "one word in twelve changed", "another title, same text, ANP")


def altered(one: Entry, how: str, dice: random.Random, number: int) -> Entry:
    title, words = one.title, one.text.split()
    if how == ALTERED[0]:
        return replace(one, title=f"{title} - De Gelderlander")
    if how == ALTERED[1]:
        return replace(one, text=one.text[:160].rsplit(" ", 1)[0] + " ...")
    if how == ALTERED[2]:
        return replace(one, text=" ".join(word if dice.random() > 1 / 12 else "anders" for word in words))
    return replace(one, title=f"Bericht {number} van het persbureau over deze zaak", text=f"AMSTERDAM (ANP) - {one.text}")


def copies(folder: pathlib.Path) -> None:
    dice = random.Random(7)
    entries = captured(folder)
    dice.shuffle(entries)
    print(f"{len(entries)} entries of captured feeds, all moved to one day, each with one altered copy in another outlet")
    originals = [
        replace(
            one, source="a", guid=str(n), url=f"https://a{n}.example/x", outlet=f"a{n}.example", published_at=NOW, first_seen_at=NOW
        )
        for n, one in enumerate(entries)
    ]
    hows = [ALTERED[n % len(ALTERED)] for n in range(len(entries))]
    others = [
        replace(altered(one, how, dice, n), source="b", guid=str(n), url=f"https://b{n}.example/x", outlet=f"b{n}.example")
        for n, (one, how) in enumerate(zip(originals, hows, strict=True))
    ]
    stories = grouped([*originals, *others])
    first, second = stories[: len(entries)], stories[len(entries) :]
    met: dict[str, list[bool]] = defaultdict(list)
    for how, one, other in zip(hows, first, second, strict=True):
        met[how].append(one == other)
    for how in ALTERED:
        print(f"{how:>32}: {100 * statistics.mean(met[how]):5.1f} % of {len(met[how])} joined their original")
    sizes = Counter(first)
    strangers = sum(size * (size - 1) // 2 for size in sizes.values())
    print(f"{strangers} pairs of different originals were put together (of {len(entries) * (len(entries) - 1) // 2:,})")
    for story, size in sizes.most_common(6):
        if size > 1:
            print("   ", size, [one.title[:60] for one, mine in zip(entries, first, strict=True) if mine == story][:4])


def google_news(folder: pathlib.Path) -> None:
    clusters = []
    for file in sorted(folder.iterdir()):
        raw = file.read_bytes()
        if b"news.google.com" not in raw:
            continue
        for entry in feedparser.parse(raw).entries:
            listed = re.findall(
                r"<li\s*>.*?<a [^>]*>(.*?)</a\s*>.*?<font[^>]*>(.*?)</font\s*>", entry.get("summary", ""), re.DOTALL
            )
            if len(listed) > 1:
                clusters.append([(html.unescape(title).strip(), html.unescape(outlet).strip()) for title, outlet in listed])
    entries, labels = [], []
    for label, cluster in enumerate(clusters):
        for title, outlet in cluster:
            entries.append(made(len(entries), title, "", NOW, outlet=outlet, source=f"s{len(entries)}"))
            labels.append(label)
    stories = grouped(entries)
    pairs = list(itertools.combinations(range(len(entries)), 2))
    same = [pair for pair in pairs if labels[pair[0]] == labels[pair[1]]]
    told = [pair for pair in pairs if stories[pair[0]] == stories[pair[1]]]
    right = len(set(same) & set(told))
    print(f"{len(clusters)} lists, {len(entries)} headlines, {len(same)} pairs that Google calls related")
    print(f"put together: {len(told)} pairs; precision {right}/{len(told)}, recall {right}/{len(same)}")
    # What a laxer measure of titles would bring, and what it would cost among headlines of one feed, which are all different.
    titles = [title_key(one.title, one.outlet) for one in entries]
    related = [token_set_ratio(titles[one], titles[other]) for one, other in same]
    feeds: dict[str, set[str]] = defaultdict(set)
    for one in captured(folder):
        feeds[one.outlet].add(title_key(one.title, one.outlet))
    strangers = [
        token_set_ratio(one, other) for some in feeds.values() for one, other in itertools.combinations(sorted(some - {""}), 2)
    ]
    print(f"{'token_set of the titles':>24}{'related':>9}{'strangers':>11}  (of {len(related)} and {len(strangers):,})")
    for least in (90, 80, 70, 60, 50, 40):
        print(f"{least:>24}{sum(one >= least for one in related):>9}{sum(one >= least for one in strangers):>11}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "copies", "google-news"])
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=400)
    options = parser.parse_args()
    if options.what == "speed":
        speed(options.stored, options.new)
    elif options.folder is None:
        parser.error("say in which folder the captured feeds are")
    else:
        (copies if options.what == "copies" else google_news)(options.folder)


if __name__ == "__main__":
    main()
