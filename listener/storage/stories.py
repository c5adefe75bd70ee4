"""Which story each new mention belongs to: found by marks in the database, decided by core.telling, in the same transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from rapidfuzz.fuzz import token_set_ratio
from sqlalchemy import Connection, Engine, select, update

from listener.core.failpoint import point
from listener.core.model import Author, Engagement, Entry
from listener.core.telling import APART, NEAR, Kin, Telling, address_mark, kinship, same_address, telling, voice_mark
from listener.storage import tables as t
from listener.storage.bulk import Among, ask, insert_all, instant, run_many
from listener.storage.engine import reading, writing

BATCH = 500  # mentions of an older archive that are grouped in one transaction

_CANDIDATES = 12  # of those that share marks, how many are compared; those that share most come first
_CROWD = 30  # mentions of one day that carry the same mark; one more is found by its other marks, and looking up stays quick
_ENOUGH = 4  # mentions of one story and day under the same mark
_READ = 1_500  # characters of a text; telling reads no more
_TOLD_DAYS = 7  # days for which a telling is kept: those that are compared were said within three of each other
_SWEPT = 64  # mentions after which tellings that are too old are looked for
_MENTION = (1 << 48) - 1  # no mention's number is higher

_KNOWN = f"""
SELECT m.id, m.brand_id, m.story_id, m.said_at, e.guid, e.url, e.title, substr(e.text, 1, {_READ}), e.outlet, e.author_name,
  e.author_handle, e.author_id, e.rating, s.key, s.kind,
  (SELECT min(f.said_at) FROM mention AS f WHERE f.story_id = m.story_id)
FROM mention AS m JOIN entry AS e ON e.id = m.entry_id JOIN source AS s ON s.id = e.source_id WHERE m.id IN ?
"""  # noqa: S608 - our own number
_TOLD = """
SELECT g.mention_id, m.story_id, m.said_at, g.outlet, g.title, g.lead, g.person,
  (SELECT min(f.said_at) FROM mention AS f WHERE f.story_id = m.story_id)
FROM telling AS g JOIN mention AS m ON m.id = g.mention_id WHERE g.mention_id IN ?
"""
_OLDEST = "SELECT mention_id, day FROM telling ORDER BY mention_id LIMIT ? FOR UPDATE SKIP LOCKED"
_HITS = "SELECT day, mark, mention_id FROM story_mark WHERE brand_id = ? AND day IN ? AND mark IN ?"
_AT = "SELECT address, mention_id FROM story_address WHERE brand_id = ? AND address IN ?"

_TELLING = ("mention_id", "day", "outlet", "title", "lead", "person")
_LIKENESS = partial(token_set_ratio, score_cutoff=APART)

Hit = tuple[int, int, int]  # day, mark, mention


@dataclass(frozen=True, slots=True)
class Placed:
    """A mention that is there and has no story yet; `url` is canonical."""

    id: int
    brand: int
    url: str
    voice: int
    telling: Telling


@dataclass(frozen=True, slots=True)
class _Candidate:
    story: int
    telling: Telling


class StoryStore:
    """Stories, in SQL."""

    _engine: Engine

    def group_waiting(self, limit: int = BATCH) -> int:
        """Give a story to mentions from before there were stories, the oldest said first, in one transaction; how many.

        Call it until it returns 0; killed in between, it goes on where it was. Takes no lock when nothing waits.
        """
        waiting = select(t.mention.c.id).where(t.mention.c.story_id.is_(None)).order_by(t.mention.c.said_at).limit(limit)
        with reading(self._engine) as connection:
            if connection.execute(waiting.limit(1)).first() is None:
                return 0
        with writing(self._engine) as connection:
            ids = list(connection.execute(waiting).scalars())
            brands = select(t.mention.c.brand_id).where(t.mention.c.id.in_(ids)).distinct()
            hold_brands(connection, list(connection.execute(brands).scalars()))
            # Another process may have grouped some of them before we held their brands.
            rows = [row for row in _known(connection, ids) if row.story is None]
            group(connection, [_placed(row) for row in sorted(rows, key=lambda row: (row.at, row.id))])
            point("stories.before_commit")
        return len(ids)


def hold_brands(connection: Connection, brands: Collection[int]) -> None:
    """Let nobody else group mentions of these brands until the transaction ends: two halves of one story would not see each other.

    On SQLite there is one writer anyway; elsewhere the brands' rows are locked, in one order, against others that group.
    """
    ask(connection, "SELECT id FROM brand WHERE id IN ? ORDER BY id FOR NO KEY UPDATE", [Among(brands)])


def hold_brands_of(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """The same for brands by their keys; the numbers of those that are there."""
    held = "SELECT key, id FROM brand WHERE key IN ? ORDER BY id FOR NO KEY UPDATE"
    return dict(ask(connection, held, [Among(keys, "text")]))


def placed(id_: int, brand: int, entry: Entry, kind: str) -> Placed:
    """A mention that was just stored, as `group` takes it."""
    at = entry.published_at or entry.first_seen_at
    return Placed(id=id_, brand=brand, url=entry.url, voice=voice_mark(entry, kind), telling=telling(entry, kind, at))


def group(connection: Connection, mentions: Sequence[Placed]) -> None:
    """Give each of these mentions its story, one after the other; the caller holds their brands."""
    grouping = Grouping(connection, mentions)
    stories = [(*grouping.stories[one.id], one.id) for one in mentions]
    run_many(connection, "UPDATE mention SET story_id = ?, voice = ? WHERE id = ?", stories)
    grouping.write()


class Grouping:
    """Stories for some mentions of one transaction: what they may be alike is looked up for all, read once, written at the end.

    `stories` is what each became, story and voice, by its number; the mentions need not be stored yet. The caller holds their
    brands, and calls `write` once they are stored.
    """

    def __init__(self, connection: Connection, mentions: Sequence[Placed]) -> None:
        self.stories: dict[int, tuple[int, int]] = {}
        self._connection = connection
        self._known: dict[int, _Candidate] = {}
        self._began: dict[int, datetime] = {}  # of stories, as far as we met them
        self._marks: dict[tuple[int, int], list[tuple[int, int]]] = {}  # (brand, mark): (day, mention), still to be written
        self._addresses: dict[tuple[int, int], int] = {}  # the same, of addresses
        self._places = {one.id: (one.brand, mark) for one in mentions if one.url and (mark := address_mark(one.url)) is not None}
        self._tellings: list[tuple[int, int, str, str, str, str]] = []  # rows, still to be written
        self._there = _at_addresses(connection, set(self._places.values()))
        marked = [(one, one.telling.marks) for one in mentions]
        hits = _hits(connection, marked)
        # Of those in the database no others can be among the likeliest, whatever these mentions add.
        likely = {number: _likeliest(some) for number, some in hits.items()}
        self._read({mention for some in likely.values() for mention in some}, set(self._there.values()))
        for one, marks in marked:
            self._place(one, marks, hits.get(one.id, ()), likely.get(one.id, ()))

    def _place(self, one: Placed, marks: Sequence[int], stored: Sequence[Hit], likely: Sequence[int]) -> None:
        """Give one mention its story; `stored` is what in the database shares marks with it, `likely` the likeliest of those."""
        day = one.telling.at.toordinal()
        address = self._places.get(one.id)
        there = None if address is None else self._addresses.get(address, self._there.get(address))
        hits = stored
        if self._marks and (
            more := [
                (on, mark, mention)
                for mark in marks
                for on, mention in self._marks.get((one.brand, mark), ())
                if abs(on - day) <= NEAR.days
            ]
        ):
            hits = [*stored, *more]
            likely = _likeliest(hits)
        found = [self._known[mention] for mention in likely if mention in self._known]
        story = self._story(one, found, self._known.get(there or 0))
        self.stories[one.id] = story, one.voice
        self._began[story] = min(one.telling.at, self._began.get(story, one.telling.at))
        self._known[one.id] = _Candidate(story=story, telling=one.telling)
        if address is not None and there is None:
            self._addresses[address] = one.id
        wanted = marks
        if hits:
            mine = {mention for mention in likely if mention in self._known and self._known[mention].story == story}
            today = [(mark, mention) for on, mark, mention in hits if on == day]
            crowd = Counter([mark for mark, _ in today])
            told = Counter([mark for mark, mention in today if mention in mine])
            wanted = [mark for mark in marks if crowd[mark] < _CROWD and told[mark] < _ENOUGH]
        for mark in wanted:
            self._marks.setdefault((one.brand, mark), []).append((day, one.id))
        if wanted:  # else nobody finds it by its words
            own = one.telling
            self._tellings.append((one.id, day, own.outlet, own.title, own.lead, own.person))

    def write(self) -> None:
        """Write down by what they are found from now on."""
        addresses = sorted((brand, address, mention) for (brand, address), mention in self._addresses.items())
        insert_all(self._connection, t.story_address, ("brand_id", "address", "mention_id"), addresses)
        marks = sorted((brand, day, mark, mention) for (brand, mark), some in self._marks.items() for day, mention in some)
        insert_all(self._connection, t.story_mark, ("brand_id", "day", "mark", "mention_id"), marks)
        insert_all(self._connection, t.telling, _TELLING, self._tellings)
        _sweep(self._connection, self._tellings)

    def _read(self, likely: set[int], at_addresses: set[int]) -> None:
        """Know these mentions, as far as they have a story; of those at our addresses more counts than their words."""
        told = likely - at_addresses
        for mention, story, said, outlet, title, lead, person, began in _told(self._connection, told):
            told.discard(mention)
            if story is not None:
                own = Telling(
                    at=instant(said), source="", guid="", outlet=outlet, title=title, lead=lead, person=person
                )  # which item of which source it was, only those at one address are asked
                self._known[mention] = _Candidate(story=story, telling=own)
                self._began[story] = instant(began)
        # Stored by an earlier version, or long ago: they are told again.
        for row in _known(self._connection, sorted(told | at_addresses)):
            if row.story is not None and row.began is not None:
                self._known[row.id] = _Candidate(story=row.story, telling=telling(row.entry, row.kind, row.at))
                self._began[row.story] = row.began

    def _story(self, one: Placed, likely: Sequence[_Candidate], at_address: _Candidate | None) -> int:
        """The story of a mention: that of its address, else the oldest that is the same, else one it is a part of, else its own.

        Two stories that are both the same as this mention are one, as long as they began within three days of each other: they
        were apart only because nobody had told both halves yet. A mention of which one is merely a part (a roundup) proves no
        such thing.
        """
        began, same, part = self._began, set[int](), list[int]()
        for other in likely:
            if other.story in same or abs(one.telling.at - began[other.story]) > NEAR:
                continue
            kin = kinship(one.telling, other.telling, _LIKENESS)
            if kin is Kin.SAME:
                same.add(other.story)
            elif kin is Kin.PART:
                part.append(other.story)
        if at_address is not None and same_address(one.telling, at_address.telling):
            same = {story for story in same if abs(began[story] - began[at_address.story]) <= NEAR} | {at_address.story}
        if not same:
            return part[0] if part else one.id
        oldest = min(same)
        for story in sorted(same - {oldest}):
            if abs(began[story] - began[oldest]) <= NEAR:
                self._join(story, oldest)
        return oldest

    def _join(self, story: int, oldest: int) -> None:
        """Make a story a part of an older one: where it is written, and where it is only known so far."""
        self._connection.execute(update(t.mention).where(t.mention.c.story_id == story).values(story_id=oldest))
        for mention, (number, voice) in self.stories.items():
            if number == story:
                self.stories[mention] = oldest, voice
        for mention, known in self._known.items():
            if known.story == story:
                self._known[mention] = _Candidate(story=oldest, telling=known.telling)
        self._began[oldest] = min(self._began[oldest], self._began.pop(story))


def _likeliest(hits: Iterable[Hit]) -> list[int]:
    """Those that share most marks, of them the oldest: it stands for its story."""
    shared = Counter([mention for _, _, mention in hits])
    # Both in one number: nothing sorts as fast.
    ranked = sorted([mention - (count << 48) for mention, count in shared.items()])
    return [one & _MENTION for one in ranked[:_CANDIDATES]]


def _told(connection: Connection, mentions: Collection[int]) -> list[tuple[Any, ...]]:
    return ask(connection, _TOLD, [Among(sorted(mentions))]) if mentions else []


def _sweep(connection: Connection, written: Sequence[tuple[int, int, str, str, str, str]]) -> None:
    """Now and then take out tellings that are too old, as many as were written since and more: the oldest have the lowest numbers."""
    if not any(number % _SWEPT == 0 for number, *_ in written):
        return
    newest = max(day for _, day, *_ in written)
    oldest = ask(connection, _OLDEST, [2 * (_SWEPT + len(written))])
    gone = [(number,) for number, day in oldest if day < newest - _TOLD_DAYS]
    run_many(connection, "DELETE FROM telling WHERE mention_id = ?", gone)


def _at_addresses(connection: Connection, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Which mentions stand at these addresses of these brands."""
    by_brand: dict[int, list[int]] = defaultdict(list)
    for brand, address in sorted(wanted):
        by_brand[brand].append(address)
    found: dict[tuple[int, int], int] = {}
    for brand, addresses in by_brand.items():
        rows = ask(connection, _AT, (brand, Among(addresses)))
        found |= {(brand, address): mention for address, mention in rows}
    return found


def _hits(connection: Connection, marked: Sequence[tuple[Placed, Sequence[int]]]) -> dict[int, list[Hit]]:
    """For each mention, by its number, what in the database was said near its day and shares marks."""
    together: dict[tuple[int, int], list[tuple[int, Sequence[int]]]] = defaultdict(list)
    for one, marks in marked:
        if marks:
            together[one.brand, one.telling.at.toordinal()].append((one.id, marks))
    found: dict[int, list[Hit]] = {}
    for (brand, day), some in together.items():
        days = Among(range(day - NEAR.days, day + NEAR.days + 1), "integer")
        every = Among(dict.fromkeys(mark for _, marks in some for mark in marks))
        rows: list[Any] = ask(connection, _HITS, (brand, days, every))
        if len(some) == 1 and rows:
            found[some[0][0]] = rows
        elif rows:
            by_mark: dict[int, list[Hit]] = defaultdict(list)
            for hit in rows:
                by_mark[hit[1]].append(hit)
            for number, marks in some:
                if hits := [hit for mark in marks for hit in by_mark.get(mark, ())]:
                    found[number] = hits
    return found


class _Known(NamedTuple):
    """A mention that is stored; `story` and `began` are None where it has no story yet."""

    id: int
    brand: int
    story: int | None
    began: datetime | None
    at: datetime
    kind: str
    entry: Entry  # as much of it as is compared


def _known(connection: Connection, ids: Sequence[int]) -> list[_Known]:
    if not ids:
        return []
    return [
        _Known(
            id=row[0],
            brand=row[1],
            story=row[2],
            began=None if row[15] is None else instant(row[15]),
            at=(at := instant(row[3])),
            kind=row[14],
            entry=Entry(
                document="",
                source=row[13],
                guid=row[4],
                url=row[5],
                link="",
                title=row[6],
                text=row[7],
                outlet=row[8],
                first_seen_at=at,
                author=Author(name=row[9], handle=row[10], id=row[11]),
                engagement=Engagement(rating=row[12]),
            ),
        )
        for row in ask(connection, _KNOWN, [Among(ids)])
    ]


def _placed(row: _Known) -> Placed:
    entry = row.entry
    return Placed(
        id=row.id, brand=row.brand, url=entry.url, voice=voice_mark(entry, row.kind), telling=telling(entry, row.kind, row.at)
    )
