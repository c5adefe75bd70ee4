"""Which story each new mention belongs to: found by marks in the database, decided by core.telling, in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.fuzz import token_set_ratio
from sqlalchemy import Connection, Engine, RowMapping, bindparam, func, select, update

from listener.core.failpoint import point
from listener.core.model import Author, Engagement, Entry
from listener.core.telling import NEAR, Kin, Telling, address_mark, kinship, same_address, telling, voice_mark
from listener.storage import tables as t
from listener.storage.bulk import insert_new, run_many
from listener.storage.chunks import chunks
from listener.storage.engine import reading, writing

BATCH = 500  # mentions of an older archive that are grouped in one transaction

_CANDIDATES = 12  # of those that share marks, how many are compared; those that share most come first
_CROWD = 30  # mentions of one day that carry the same mark; one more is found by its other marks, and looking up stays quick
_ENOUGH = 4  # mentions of one story and day under the same mark
_READ = 1_500  # characters of a text; telling reads no more

_first = t.mention.alias()
_known = (
    select(
        t.mention.c.id,
        t.mention.c.brand_id,
        t.mention.c.story_id,
        t.mention.c.said_at,
        t.entry.c.guid,
        t.entry.c.url,
        t.entry.c.title,
        func.substr(t.entry.c.text, 1, _READ).label("text"),
        t.entry.c.outlet,
        t.entry.c.author_name,
        t.entry.c.author_handle,
        t.entry.c.author_id,
        t.entry.c.rating,
        t.source.c.key.label("source_key"),
        t.source.c.kind,
        select(func.min(_first.c.said_at)).where(_first.c.story_id == t.mention.c.story_id).scalar_subquery().label("began_at"),
    )
    .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
    .join(t.source, t.entry.c.source_id == t.source.c.id)
)
_BY_ID = _known.where(t.mention.c.id.in_(bindparam("ids", expanding=True)))
# The same for as many as are mostly asked for at once: a statement of one shape is made once, and 0 is nobody's number.
_SOME = tuple(f"id_{number}" for number in range(_CANDIDATES + 1))
_SOME_BY_ID = _known.where(t.mention.c.id.in_([bindparam(name) for name in _SOME]))


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
            rows = connection.execute(_BY_ID, {"ids": ids}).mappings().all()
            group(connection, [_placed(row) for row in sorted(rows, key=_age) if row["story_id"] is None])
            point("stories.before_commit")
        return len(ids)


def hold_brands(connection: Connection, brands: Sequence[int]) -> None:
    """Let nobody else group mentions of these brands until the transaction ends: two halves of one story would not see each other.

    On SQLite there is one writer anyway; elsewhere the brands' rows are locked, in one order, against others that group.
    """
    held = select(t.brand.c.id).where(t.brand.c.id.in_(sorted(brands))).order_by(t.brand.c.id)
    connection.execute(held.with_for_update(key_share=True)).all()


def placed(id_: int, brand: int, entry: Entry, kind: str) -> Placed:
    """A mention that was just stored, as `group` takes it."""
    at = entry.published_at or entry.first_seen_at
    return Placed(id=id_, brand=brand, url=entry.url, voice=voice_mark(entry, kind), telling=telling(entry, kind, at))


def group(connection: Connection, mentions: Sequence[Placed]) -> None:
    """Give each of these mentions its story, one after the other; the caller holds their brands."""
    grouping = _Grouping(connection, mentions)
    for one in mentions:
        grouping.place(one)
    grouping.write()


class _Grouping:
    """Stories for some mentions of one transaction: each is read once, and all is written at the end."""

    def __init__(self, connection: Connection, mentions: Sequence[Placed]) -> None:
        self._connection = connection
        self._known: dict[int, _Candidate] = {}
        self._began: dict[int, datetime] = {}  # of stories, as far as we met them
        self._stories: dict[int, tuple[int, int]] = {}  # what these mentions became: story and voice
        self._marks: dict[tuple[int, int], list[tuple[int, int]]] = {}  # (brand, mark): (day, mention), still to be written
        self._addresses: dict[tuple[int, int], int] = {}  # the same, of addresses
        self._places = {one.id: (one.brand, mark) for one in mentions if one.url and (mark := address_mark(one.url)) is not None}
        self._there = _at_addresses(connection, set(self._places.values()))

    def place(self, one: Placed) -> None:
        """Give one mention its story."""
        marks, day = one.telling.marks, one.telling.at.toordinal()
        address = self._places.get(one.id)
        there = None if address is None else self._addresses.get(address, self._there.get(address))
        hits = _hits(self._connection, one.brand, day, marks)
        hits += [
            (on, mark, mention)
            for mark in marks
            for on, mention in self._marks.get((one.brand, mark), ())
            if abs(on - day) <= NEAR.days
        ]
        shared = Counter(mention for _, _, mention in hits)
        # Those that share most, of them the oldest: it stands for its story.
        likely = sorted(shared, key=lambda mention: (-shared[mention], mention))[:_CANDIDATES]
        self._read({*likely, *([] if there is None else [there])})
        found = [self._known[mention] for mention in likely if mention in self._known]
        story = self._story(one, found, self._known.get(there or 0))
        self._stories[one.id] = story, one.voice
        self._began[story] = min(one.telling.at, self._began.get(story, one.telling.at))
        self._known[one.id] = _Candidate(story=story, telling=one.telling)
        if address is not None and there is None:
            self._addresses[address] = one.id
        mine = {mention for mention in likely if mention in self._known and self._known[mention].story == story}
        today = Counter(mark for on, mark, _ in hits if on == day)
        told = Counter(mark for on, mark, mention in hits if on == day and mention in mine)
        for mark in marks:
            if today[mark] < _CROWD and told[mark] < _ENOUGH:
                self._marks.setdefault((one.brand, mark), []).append((day, one.id))

    def write(self) -> None:
        """Write down what was decided."""
        stories = [(story, voice, mention) for mention, (story, voice) in self._stories.items()]
        run_many(self._connection, "UPDATE mention SET story_id = ?, voice = ? WHERE id = ?", stories)
        addresses = [
            {"brand_id": brand, "address": address, "mention_id": mention} for (brand, address), mention in self._addresses.items()
        ]
        insert_new(self._connection, t.story_address, addresses)
        marks = [
            {"brand_id": brand, "day": day, "mark": mark, "mention_id": mention}
            for (brand, mark), some in self._marks.items()
            for day, mention in some
        ]
        insert_new(self._connection, t.story_mark, marks)

    def _read(self, mentions: set[int]) -> None:
        """Know these mentions, as far as they have a story."""
        unread = sorted(mentions - self._known.keys())
        for start in range(0, len(unread), len(_SOME)):
            some = unread[start : start + len(_SOME)]
            some += [0] * (len(_SOME) - len(some))
            for row in self._connection.execute(_SOME_BY_ID, dict(zip(_SOME, some, strict=True))).mappings():
                if (story := row["story_id"]) is not None:
                    self._known[row["id"]] = _Candidate(story=story, telling=_telling(row))
                    self._began[story] = min(row["began_at"], self._began.get(story, row["began_at"]))

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
            kin = kinship(one.telling, other.telling, token_set_ratio)
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
        for mention, (number, voice) in self._stories.items():
            if number == story:
                self._stories[mention] = oldest, voice
        for mention, known in self._known.items():
            if known.story == story:
                self._known[mention] = _Candidate(story=oldest, telling=known.telling)
        self._began[oldest] = min(self._began[oldest], self._began.pop(story))


def _at_addresses(connection: Connection, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Which mentions stand at these addresses of these brands."""
    found: dict[tuple[int, int], int] = {}
    for brand in sorted({brand for brand, _ in wanted}):
        for some in chunks(sorted(address for owner, address in wanted if owner == brand)):
            first = select(t.story_address.c.address, t.story_address.c.mention_id).where(
                t.story_address.c.brand_id == brand, t.story_address.c.address.in_(some)
            )
            found |= {(brand, address): mention for address, mention in connection.execute(first)}
    return found


def _hits(connection: Connection, brand: int, day: int, marks: Sequence[int]) -> list[tuple[int, int, int]]:
    """(day, mark, mention) of what was said near that day and shares marks."""
    if not marks:
        return []
    days = range(day - NEAR.days, day + NEAR.days + 1)
    places = f"day IN ({', '.join('?' * len(days))}) AND mark IN ({', '.join('?' * len(marks))})"
    statement = f"SELECT day, mark, mention_id FROM story_mark WHERE brand_id = ? AND {places}"  # noqa: S608 - places only
    if connection.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    return [(row[0], row[1], row[2]) for row in connection.exec_driver_sql(statement, (brand, *days, *marks))]


def _placed(row: RowMapping) -> Placed:
    entry = _entry(row)
    return Placed(
        id=row["id"],
        brand=row["brand_id"],
        url=entry.url,
        voice=voice_mark(entry, row["kind"]),
        telling=telling(entry, row["kind"], row["said_at"]),
    )


def _telling(row: RowMapping) -> Telling:
    return telling(_entry(row), row["kind"], row["said_at"])


def _entry(row: RowMapping) -> Entry:
    """As much of an entry as is compared."""
    return Entry(
        document="",
        source=row["source_key"],
        guid=row["guid"],
        url=row["url"],
        link="",
        title=row["title"],
        text=row["text"],
        outlet=row["outlet"],
        first_seen_at=row["said_at"],
        author=Author(name=row["author_name"], handle=row["author_handle"], id=row["author_id"]),
        engagement=Engagement(rating=row["rating"]),
    )


def _age(row: RowMapping) -> tuple[datetime, int]:
    return row["said_at"], row["id"]
