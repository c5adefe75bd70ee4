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
    began_at: datetime
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
    for one in mentions:
        _group(connection, one)


def _group(connection: Connection, one: Placed) -> None:
    address, marks, day = address_mark(one.url) if one.url else None, one.telling.marks, one.telling.at.toordinal()
    there = _at_address(connection, one.brand, address)
    hits = _hits(connection, one.brand, day, marks)
    shared = Counter(mention for _, _, mention in hits)
    # Those that share most, of them the oldest: it stands for its story.
    likely = sorted(shared, key=lambda mention: (-shared[mention], mention))[:_CANDIDATES]
    known = _candidates(connection, {*likely, *([] if there is None else [there])})
    story = _story(connection, one, [known[mention] for mention in likely if mention in known], known.get(there or 0))
    run_many(connection, "UPDATE mention SET story_id = ?, voice = ? WHERE id = ?", [(story, one.voice, one.id)])
    if address is not None and there is None:
        insert_new(connection, t.story_address, [{"brand_id": one.brand, "address": address, "mention_id": one.id}])
    mine = {mention for mention in likely if mention in known and known[mention].story == story}
    today = Counter(mark for on, mark, _ in hits if on == day)
    told = Counter(mark for on, mark, mention in hits if on == day and mention in mine)
    rows = [
        {"brand_id": one.brand, "day": day, "mark": mark, "mention_id": one.id}
        for mark in marks
        if today[mark] < _CROWD and told[mark] < _ENOUGH
    ]
    insert_new(connection, t.story_mark, rows)


def _story(connection: Connection, one: Placed, likely: Sequence[_Candidate], at_address: _Candidate | None) -> int:
    """The story of a mention: that of its address, else the oldest that is the same, else one it is a part of, else its own.

    Two stories that are both the same as this mention are one, as long as they began within three days of each other: they were
    apart only because nobody had told both halves yet. A mention of which one is merely a part (a roundup) proves no such thing.
    """
    same: dict[int, _Candidate] = {}
    part: list[int] = []
    for other in likely:
        if other.story in same or abs(one.telling.at - other.began_at) > NEAR:
            continue
        kin = kinship(one.telling, other.telling, token_set_ratio)
        if kin is Kin.SAME:
            same[other.story] = other
        elif kin is Kin.PART:
            part.append(other.story)
    if at_address is not None and same_address(one.telling, at_address.telling):
        same = {story: other for story, other in same.items() if abs(other.began_at - at_address.began_at) <= NEAR}
        same[at_address.story] = at_address
    if not same:
        return part[0] if part else one.id
    oldest = min(same)
    for story, other in same.items():
        if story != oldest and abs(other.began_at - same[oldest].began_at) <= NEAR:
            connection.execute(update(t.mention).where(t.mention.c.story_id == story).values(story_id=oldest))
    return oldest


def _at_address(connection: Connection, brand: int, address: int | None) -> int | None:
    if address is None:
        return None
    first = select(t.story_address.c.mention_id).where(t.story_address.c.brand_id == brand, t.story_address.c.address == address)
    return connection.execute(first).scalar()


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


def _candidates(connection: Connection, mentions: set[int]) -> dict[int, _Candidate]:
    if not mentions:
        return {}
    found = connection.execute(_BY_ID, {"ids": sorted(mentions)}).mappings()
    return {
        row["id"]: _Candidate(story=row["story_id"], began_at=row["began_at"], telling=_telling(row))
        for row in found
        if row["story_id"] is not None
    }


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
