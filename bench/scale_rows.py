"""Rows of a large archive, made from a seed and written straight into the tables with all that hangs on them.

Entries, mentions, judgements, addresses and marks of stories, the search index and the counts, as keeping them would have left
them (the first row of each piece is compared with what the program itself makes). 25,000 mentions a day whatever the size, of
fifty brands, the largest a fifth of it.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, text

from listener.core.finding import BREAK, tokens
from listener.core.model import Author, Entry
from listener.core.telling import address_mark, telling
from listener.storage import rollup, search
from listener.storage.bulk import moment
from listener.storage.engine import open_engine, writing

A_DAY = 25_000
BRANDS = 50
END = datetime(2026, 11, 20, tzinfo=UTC)
WORDS = 40_000
POOL = 50_000  # texts to draw from; each row adds a word of its own
_STEP = timedelta(days=1) / A_DAY
CROWD = 30  # marks of one kind in a day that are kept (storage/stories.py)
_TOLD = 8 * A_DAY  # the latest, whose tellings are kept (storage/stories.py)
PIECE = 20_000  # rows in one transaction


def vocabulary() -> list[str]:
    """Made-up words, the commonest first."""
    syllables = [a + b for a in "bdfgklmnprstvwz" for b in ("a", "e", "i", "o", "u", "aa", "ee", "oo")]
    chance = random.Random(1)
    return ["".join(chance.choice(syllables) for _ in range(chance.randint(1, 4))) + str(n % 7) for n in range(WORDS)]


def pool() -> list[tuple[str, str]]:
    """Titles of nine words and texts of seventy-one, words as common as words are (Zipf)."""
    words, chance = vocabulary(), random.Random(2)
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(WORDS)))
    texts = []
    for _ in range(POOL):
        drawn = chance.choices(words, cum_weights=weights, k=80)
        texts.append((" ".join(drawn[:9]), " ".join(drawn[9:])))
    return texts


@dataclass(frozen=True, slots=True)
class Item:
    """One mention with its entry."""

    number: int
    brand: int
    title: str
    words: str
    url: str
    said: datetime
    at: datetime
    tone: str
    intent: str
    pooled: int


def eve(size: int) -> datetime:
    """When the last of so many mentions was collected: ten million end at END."""
    return END - (10_000_000 - size) * _STEP


def items(start: int, end: int, texts: list[tuple[str, str]]) -> Iterator[Item]:
    """Mentions numbered (start, end], one every few seconds."""
    chance = random.Random(start)
    brands = random.Random(3).choices(range(1, BRANDS + 1), weights=[1 / (n + 1) for n in range(BRANDS)], k=9973)
    for number in range(start + 1, end + 1):
        pooled = number * 7919 % POOL
        title, words = texts[pooled]
        at = eve(number)
        yield Item(
            number=number,
            brand=brands[number % 9973],
            title=title,
            words=f"{words} uniek{number}",
            url=f"https://s{number % 200}.example/{number}",
            said=at - timedelta(minutes=chance.randrange(300)),
            at=at,
            tone=chance.choices(("negative", "neutral", "positive", "unsure"), weights=(2, 5, 2, 1))[0],
            intent=chance.choices(("complaint", "question", "praise", "other"), weights=(1, 1, 1, 7))[0],
            pooled=pooled,
        )


ENTRY = (
    "id, source_id, identity, document_id, guid, url, link, title, text, outlet, author_name, author_handle, author_id,"
    " published_at, first_seen_at, language, country, conversation, in_reply_to, vouched"
)
MENTION = (
    "id, brand_id, entry_id, excerpt, spans, clause, query_version, media, said_at, collected_at, language, tone, polarity,"
    " confidence, intent, judge, story_id, voice"
)
JUDGEMENT = "mention_id, judge, language, tone, polarity, confidence, intent, judged_at"


def _hurry(connection: Any, record: Any) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    # Nobody else is there yet, and a fill that is cut off is begun anew.
    for pragma in ("synchronous=OFF", "cache_size=-262144", "wal_autocheckpoint=16000"):
        connection.execute(f"PRAGMA {pragma}").close()


class Filling:
    """Writes items into a database, piece by piece."""

    def __init__(self, address: str, texts: list[tuple[str, str]]) -> None:
        self._engine = open_engine(address)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        if self._is_sqlite:
            event.listen(self._engine, "connect", _hurry)
        self._texts = texts
        self._marks: dict[int, tuple[int, ...]] = {}
        self._tokens: dict[int, tuple[str, str]] = {}
        self._tellings: dict[int, tuple[str, str, str, str]] = {}
        self._end = 0
        self._crowd: Counter[tuple[int, int, int]] = Counter()

    def fill(self, start: int, end: int) -> None:
        """Write the items (start, end]."""
        self._end = end
        every = items(start, end, self._texts)
        while some := list(itertools.islice(every, PIECE)):
            with writing(self._engine) as connection:
                self._write(connection, some)
            days = sorted({day for _, day, _ in self._crowd})
            for key in [key for key in self._crowd if key[1] < days[-1] - 1]:
                del self._crowd[key]
        self._engine.dispose()

    def _write(self, connection: Connection, some: list[Item]) -> None:
        at = moment(connection)
        driver: Any = connection.connection.dbapi_connection
        last = some[-1].number
        self._insert(connection, "entry", ENTRY, [self._entry(one, at) for one in some])
        self._insert(
            connection,
            "mention",
            MENTION,
            [
                (
                    one.number, one.brand, one.number, one.words[:200], "[]", "c", "v", "earned", at(one.said), at(one.at), "nl",
                    one.tone, 0.0, 0.5, one.intent, "j", one.number, one.number,
                )
                for one in some
            ],
        )  # fmt: skip
        self._insert(
            connection, "judgement", JUDGEMENT, [(n.number, "j", "nl", n.tone, 0.0, 0.5, n.intent, at(n.at)) for n in some]
        )
        self._insert(
            connection,
            "story_address",
            "brand_id, address, mention_id",
            sorted((one.brand, address_mark(one.url) or 0, one.number) for one in some),
        )
        marks = [
            (one.brand, day, mark, one.number)
            for one in some
            for day in [one.said.toordinal()]
            for mark in self._marks_of(one)
            if self._is_wanted(one.brand, day, mark)
        ]
        self._insert(connection, "story_mark", "brand_id, day, mark, mention_id", sorted(marks))
        if last > self._end - _TOLD:
            tellings = [(one.number, at(one.said), *self._told(one)) for one in some if one.number > self._end - _TOLD]
            self._insert(connection, "telling", "mention_id, said_at, outlet, title, lead, person", tellings)
        rows = sorted((search.rank(one.said, one.number), self._line(one)) for one in some)
        if self._is_sqlite:
            driver.executemany("INSERT INTO search(rowid, words) VALUES (?, ?)", rows)
        else:
            self._insert(connection, "search", "rank, words", rows)
        rollup.add(connection, [rollup.key(one.brand, one.at, one.said, "earned", one.tone) for one in some])
        connection.execute(text("UPDATE filling SET after = :last, upto = :last"), {"last": last})
        if not self._is_sqlite:
            for table in ("entry", "mention"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', {last})"))

    def _insert(self, connection: Connection, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        driver: Any = connection.connection.dbapi_connection
        if self._is_sqlite:
            places = ", ".join("?" * (columns.count(",") + 1))
            driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)
            return
        with driver.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _entry(self, one: Item, at: Any) -> tuple[Any, ...]:
        return (
            one.number, one.number % 200 + 1, one.number.to_bytes(8, "big") * 2, 1, str(one.number), one.url, one.url, one.title,
            one.words, "s.example", "Jan", "jan", "", at(one.said), at(one.at), "", "", "", "", False,
        )  # fmt: skip

    def _marks_of(self, one: Item) -> tuple[int, ...]:
        # The word that makes a text unlike the others stands behind all that is compared.
        if one.pooled not in self._marks:
            made = Entry(
                document="", source="s", guid="g", url=one.url, link="", title=one.title, text=one.words, outlet="s.example",
                first_seen_at=one.at,
            )  # fmt: skip
            self._marks[one.pooled] = telling(made, "rss", one.said).marks
        return self._marks[one.pooled]

    def _told(self, one: Item) -> tuple[str, str, str, str]:
        if one.pooled not in self._tellings:
            made = Entry(
                document="", source="s", guid="g", url=one.url, link="", title=one.title, text=one.words, outlet="s.example",
                first_seen_at=one.at, author=Author(name="Jan", handle="jan"),
            )  # fmt: skip
            told = telling(made, "rss", one.said)
            self._tellings[one.pooled] = (told.outlet, told.title, told.lead, told.person)
        return self._tellings[one.pooled]

    def _is_wanted(self, brand: int, day: int, mark: int) -> bool:
        self._crowd[brand, day, mark] += 1
        return self._crowd[brand, day, mark] <= CROWD

    def _line(self, one: Item) -> str:
        filters = (("b", one.brand), ("t", one.tone), ("i", one.intent), ("k", "rss"), ("m", "earned"), ("g", "nl"), ("l", "no"))
        if not self._is_sqlite:
            made = search.row(one.number, one.said, filters, (one.title, one.words, "Jan jan", "s.example"))
            return search._vector(made)  # noqa: SLF001 - what the index holds
        if one.pooled not in self._tokens:
            title, words = self._texts[one.pooled]
            self._tokens[one.pooled] = (
                " ".join([*tokens(title), BREAK, *tokens(words)]),
                f"{BREAK} jan jan {BREAK} s example {BREAK}",
            )
        before, after = self._tokens[one.pooled]
        facets = _facets(filters)
        line = f"{facets} {before} uniek{one.number} {after}"
        if one.number % PIECE == 1:
            made = search.row(one.number, one.said, filters, (one.title, one.words, "Jan jan", "s.example"))
            assert line == search._line(made)  # noqa: SLF001 - the same
        return line


@functools.cache
def _facets(filters: tuple[tuple[str, object], ...]) -> str:
    return " ".join([search._EVERY, *search.facets(filters)])  # noqa: SLF001 - the same
