"""Which story each new mention belongs to: found by marks in the database, decided by core.telling, in the same transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from rapidfuzz.fuzz import token_set_ratio
from sqlalchemy import Connection, Engine, select, update

from listener.core.failpoint import point
from listener.core.model import Author, Engagement, Entry
from listener.core.telling import APART, NEAR, Kin, Telling, address_mark, kinship, same_address, telling, voice_mark
from listener.storage import tables as t
from listener.storage.bulk import Among, ask, insert_all, instant, moment, run_many
from listener.storage.engine import reading, writing

BATCH = 500  # mentions of an older archive that are grouped in one transaction

_CANDIDATES = 12  # of those that share marks, how many are compared; those that share most come first
_CROWD = 30  # mentions of one day that carry the same mark; one more is found by its other marks, and looking up stays quick
_ENOUGH = 4  # mentions of one story and day under the same mark
_READ = 1_500  # characters of a text; telling reads no more
_TOLD_FOR = timedelta(days=7)  # how long a telling is kept: those that are compared were said within three days of each other
_SWEPT = 64  # mentions after which tellings that are too old are looked for
_MENTION = (1 << 48) - 1  # no mention's number is higher

_KNOWN = f"""
SELECT m.id, m.brand_id, m.story_id, m.said_at, e.guid, e.url, e.title, substr(e.text, 1, {_READ}), e.outlet, e.author_name,
  e.author_handle, e.author_id, e.rating, s.key, s.kind,
  (SELECT min(f.said_at) FROM mention AS f WHERE f.story_id = m.story_id)
FROM mention AS m JOIN entry AS e ON e.id = m.entry_id JOIN source AS s ON s.id = e.source_id WHERE m.id IN ?
"""  # noqa: S608 - our own number
_TOLD = "SELECT mention_id, said_at, outlet, title, lead, person FROM telling WHERE mention_id IN ?"
_STORIES = """
SELECT m.id, m.story_id, (SELECT min(f.said_at) FROM mention AS f WHERE f.story_id = m.story_id) FROM mention AS m WHERE m.id IN ?
"""
_OLDEST = "SELECT mention_id, said_at FROM telling ORDER BY mention_id LIMIT ? FOR UPDATE SKIP LOCKED"
_HITS = "SELECT day, mark, mention_id FROM story_mark WHERE brand_id = ? AND day IN ? AND mark IN ?"
_AT = "SELECT address, mention_id FROM story_address WHERE brand_id = ? AND address IN ?"

_TELLING = ("mention_id", "said_at", "outlet", "title", "lead", "person")
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
        self._told: dict[int, Telling] = {}  # what mentions tell that a new one may be like
        self._story_of: dict[int, int | None] = {}  # the stories of mentions, as far as anybody asked; None has none yet
        self._began: dict[int, datetime] = {}  # when these stories began
        self._marks: dict[tuple[int, int], list[tuple[int, int]]] = {}  # (brand, mark): (day, mention), still to be written
        self._addresses: dict[tuple[int, int], int] = {}  # the same, of addresses
        self._tellings: list[tuple[int, Telling]] = []  # the same, of what is told
        self._places = {one.id: (one.brand, mark) for one in mentions if one.url and (mark := address_mark(one.url)) is not None}
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
        if self._marks and (more := self._still_to_be_written(one.brand, marks, day)):
            hits = [*stored, *more]
            likely = _likeliest(hits)
        story = self._story(one, likely, there)
        self.stories[one.id] = story, one.voice
        self._began[story] = min(one.telling.at, self._began.get(story, one.telling.at))
        self._told[one.id], self._story_of[one.id] = one.telling, story
        if address is not None and there is None:
            self._addresses[address] = one.id
        wanted = marks
        if hits:
            today = [(mark, mention) for on, mark, mention in hits if on == day]
            crowd = Counter([mark for mark, _ in today])
            mine = self._of_story(story, likely) if story != one.id else ()
            told = Counter([mark for mark, mention in today if mention in mine]) if mine else {}
            wanted = [mark for mark in marks if crowd[mark] < _CROWD and told.get(mark, 0) < _ENOUGH]
        for mark in wanted:
            self._marks.setdefault((one.brand, mark), []).append((day, one.id))
        if wanted:  # else nobody finds it by its words
            self._tellings.append((one.id, one.telling))

    def _still_to_be_written(self, brand: int, marks: Sequence[int], day: int) -> list[Hit]:
        """What among the mentions before this one was said near its day and shares marks with it."""
        return [
            (on, mark, mention)
            for mark in marks
            for on, mention in self._marks.get((brand, mark), ())
            if abs(on - day) <= NEAR.days
        ]

    def write(self) -> None:
        """Write down by what they are found from now on, and what is compared then."""
        addresses = sorted((brand, address, mention) for (brand, address), mention in self._addresses.items())
        insert_all(self._connection, t.story_address, ("brand_id", "address", "mention_id"), addresses)
        marks = [(brand, day, mark, mention) for (brand, mark), some in self._marks.items() for day, mention in some]
        marks.sort(key=itemgetter(2))  # neighbours go in together; brands and days are few
        insert_all(self._connection, t.story_mark, ("brand_id", "day", "mark", "mention_id"), marks)
        at = moment(self._connection)
        tellings = [(number, at(one.at), one.outlet, one.title, one.lead, one.person) for number, one in self._tellings]
        insert_all(self._connection, t.telling, _TELLING, tellings)
        if any(number % _SWEPT == 0 for number, _ in self._tellings):
            _sweep(self._connection, max(one.at for _, one in self._tellings), 2 * (_SWEPT + len(tellings)))

    def _read(self, likely: set[int], at_addresses: set[int]) -> None:
        """Know what these mentions tell; of those at our addresses more is asked than their words."""
        wanted = sorted(likely - at_addresses)
        for number, said, outlet, title, lead, person in ask(self._connection, _TOLD, [Among(wanted)]) if wanted else ():
            # Which item of which source it was is only asked of those at one address.
            self._told[number] = Telling(instant(said), "", "", outlet, title, lead, person)
        # Stored by an earlier version, or long ago: they are told again.
        for row in _known(self._connection, [one for one in wanted if one not in self._told] + sorted(at_addresses)):
            self._told[row.id], self._story_of[row.id] = telling(row.entry, row.kind, row.at), row.story
            if row.story is not None and row.began is not None:
                self._began[row.story] = row.began

    def _learn(self, mentions: Sequence[int]) -> None:
        """Know the stories of these mentions, and when those began."""
        unknown = [one for one in mentions if one not in self._story_of]
        for number, story, began in ask(self._connection, _STORIES, [Among(unknown)]) if unknown else ():
            self._story_of[number] = story
            if story is not None and story not in self._began:
                self._began[story] = instant(began)

    def _of_story(self, story: int, mentions: Sequence[int]) -> set[int]:
        """Those of these mentions that belong to a story."""
        self._learn(mentions)
        return {one for one in mentions if self._story_of.get(one) == story}

    def _story(self, one: Placed, likely: Sequence[int], there: int | None) -> int:
        """The story of a mention: that of its address, else the oldest that is the same, else one it is a part of, else its own.

        `likely` are those it is compared with, `there` is the mention at its address. Two stories that are both the same as this
        mention are one, as long as they began within three days of each other: they were apart only because nobody had told both
        halves yet. A mention of which one is merely a part (a roundup) proves no such thing.
        """
        began, same, part = self._began, set[int](), list[int]()
        # Most are strangers: only of the others it is asked what story they belong to.
        kin = [
            (other, how)
            for other in likely
            if other in self._told and (how := kinship(one.telling, self._told[other], _LIKENESS)) is not Kin.NONE
        ]
        if kin:
            self._learn(likely)  # all of them: whether their story is told enough is asked next
        for other, how in kin:
            story = self._story_of.get(other)
            if story is None or abs(one.telling.at - began[story]) > NEAR:
                continue
            if how is Kin.SAME:
                same.add(story)
            else:
                part.append(story)
        its = self._story_of.get(there) if there is not None else None
        if there is not None and its is not None and same_address(one.telling, self._told[there]):
            same = {story for story in same if abs(began[story] - began[its]) <= NEAR} | {its}
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
        for mention, known in self._story_of.items():
            if known == story:
                self._story_of[mention] = oldest
        self._began[oldest] = min(self._began[oldest], self._began.pop(story))


def _likeliest(hits: Iterable[Hit]) -> list[int]:
    """Those that share most marks, of them the oldest: it stands for its story."""
    shared = Counter([mention for _, _, mention in hits])
    # Both in one number: nothing sorts as fast.
    ranked = sorted([mention - (count << 48) for mention, count in shared.items()])
    return [one & _MENTION for one in ranked[:_CANDIDATES]]


def _sweep(connection: Connection, now: datetime, most: int) -> None:
    """Take out tellings that are too old, of so many that lie longest; more than were written since somebody did so last."""
    lying = ask(connection, _OLDEST, [most])
    old = [(number,) for number, said in lying if instant(said) < now - _TOLD_FOR]
    run_many(connection, "DELETE FROM telling WHERE mention_id = ?", old)


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
