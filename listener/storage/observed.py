"""Gathering what a dossier is computed from: one pass over the mentions, and what stands beside them."""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, func, select

from listener.core.errors import StorageError
from listener.core.evidence import SOCIAL, Wanted, is_neutral, route
from listener.core.model import Media
from listener.core.observed import ControlDay, Observed, OwnPost, Place, QueryChange, Reply, Rival
from listener.core.schedule import instant
from listener.core.taking_part import Answered, Listening, Said, answers, looked_until
from listener.core.tellings import Table
from listener.storage import tables as t
from listener.storage.answers import listening, own_posts
from listener.storage.engine import reading
from listener.storage.gaps import gaps_of
from listener.storage.gathered import Asked, Asking, Gathered
from listener.storage.proof import conversions_of, found_of, hand_checked, labels_of, marked, samples_of, sittings_of, spent_of
from listener.storage.questions import asked_of
from listener.storage.row_list import row_list

_OWN = 20_000


@dataclass(frozen=True, slots=True)
class _Brand:
    id: int
    key: str
    name: str
    accounts: tuple[str, ...]


class ObservedStore:
    """What dossiers are computed from, in SQL."""

    _engine: Engine

    def observed(self, wanted: Wanted) -> Observed:
        """All that is known of a brand in a period; the same archive gives the same. Raises StorageError for an unknown brand."""
        with reading(self._engine) as connection:
            brand = _brand(connection, wanted.plan.brand)
            if brand is None:
                raise StorageError(f"brand {wanted.plan.brand} is not in the archive; run `listener check`")
            return _observed(connection, brand, wanted)

    def row_list(self, brand: str, *, since: datetime, until: datetime) -> Iterator[tuple[str, ...]]:
        """Every mention of a brand said in a period, oldest first, without a word of it (storage/row_list.py)."""
        with reading(self._engine) as connection:
            yield from row_list(connection, brand, since, until)


def _observed(connection: Connection, brand: _Brand, wanted: Wanted) -> Observed:
    places, numbers = _places(connection, wanted)
    own = _own(connection, brand, wanted)
    asked = _asked(connection, brand, wanted, (places, numbers), own)
    found = _gather(connection, brand, wanted, asked)
    heard = _answer(connection, brand, found, places)
    plan = wanted.plan
    relations = marked(connection, brand.id, found.table, wanted)
    changes = _changes(connection, brand)
    labels, judges = labels_of(connection, brand.id, wanted), _judges(connection, brand.id, wanted)
    first = {media: _first(connection, brand.id, media) for media in Media}
    posts = {(one.at, one.kind): one for one in own.posts}
    for at, mention, place in found.owned[:_OWN]:
        moment = datetime.fromtimestamp(at, UTC)
        posts[moment, places[place].kind] = OwnPost(at=moment, kind=places[place].kind, mention=mention)
    within = [posts[key] for key in sorted(posts) if wanted.since <= key[0] < wanted.until]
    earliest = [one for one in (first[Media.OWNED], own.first) if one is not None]
    questions, pages = asked_of(connection, brand.id, wanted)
    return Observed(
        brand=brand.key,
        brand_name=brand.name,
        language=wanted.language,
        timezone=wanted.timezone,
        since=wanted.since,
        until=wanted.until,
        made_at=wanted.now,
        table=found.table,
        places=tuple(places),
        languages=found.languages,
        gaps=tuple(gaps_of(connection, numbers, places)),
        accounts=len(brand.accounts),
        own_heard=heard or bool(within),
        own=tuple(within),
        first_own_at=min(earliest, default=None),
        first_independent_at=first[Media.EARNED],
        staff=bool(plan.staff),
        changes=tuple(
            QueryChange(at=row.since_at, version=row.version, gained=row.gained, lost=row.lost)
            for row in changes[1:]
            if wanted.since <= row.since_at < wanted.until
        ),
        rivals=tuple(_rivals(connection, wanted, asked)),
        control=tuple(_control(connection, wanted, asked)),
        relations=relations,
        **found_of(connection, brand.id, wanted),
        sittings=sittings_of(connection, brand.id, wanted),
        spent=spent_of(connection, wanted),
        conversions=conversions_of(connection, brand.id, wanted),
        asked=questions,
        pages_known=pages,
        samples=samples_of(connection, brand.id, brand.key, wanted),
        labels=labels,
        checks=hand_checked(connection, brand.id, wanted),
        removed=_removed(connection, brand.id, wanted),
        versions=(
            ("listener", wanted.program),
            *(("judge", one) for one in judges),
            ("query", changes[-1].version if changes else ""),
        ),
        queries=tuple(row.query for row in changes),
        seed=_seed(brand.key, wanted),
    )


def _gather(connection: Connection, brand: _Brand, wanted: Wanted, asked: Asked) -> Gathered:
    # Columns are worked on with numpy, for which no other command has to wait.
    from listener.storage.gathering import gather  # noqa: PLC0415

    return gather(connection, brand.id, wanted.since, wanted.until, asked)


def _brand(connection: Connection, key: str) -> _Brand | None:
    row = connection.execute(select(t.brand).where(t.brand.c.key == key)).first()
    return None if row is None else _Brand(row.id, row.key, row.name, tuple(json.loads(row.owned_accounts)))


def _seed(brand: str, wanted: Wanted) -> int:
    # Chance in a report is the same for everybody who computes it again.
    return zlib.crc32(f"{brand}\0{wanted.since.date().isoformat()}".encode())


def _places(connection: Connection, wanted: Wanted) -> tuple[list[Place], dict[int, int]]:
    """Every source that ever was, since any mention may stand in one; one that nobody visited in the period lasts no time."""
    spans = {
        row.source_id: (row.first, row.last)
        for row in connection.execute(
            select(
                t.run.c.source_id, func.min(t.run.c.started_at).label("first"), func.max(t.run.c.started_at).label("last")
            ).group_by(t.run.c.source_id)
        )
    }
    places: list[Place] = []
    numbers: dict[int, int] = {}
    for row in connection.execute(select(t.source).order_by(t.source.c.key)):
        first, last = spans.get(row.id, (wanted.until, wanted.until))
        since = min(max(wanted.since, first), wanted.until)
        until = min(wanted.until, wanted.now) if row.active else min(max(last, since), wanted.until)
        numbers[row.id] = len(places)
        places.append(
            Place(
                key=row.key,
                kind=row.kind,
                route=route(row.kind),
                since=since,
                until=max(since, until),
                social=row.kind in SOCIAL,
                trade=row.key in wanted.plan.trade,
            )
        )
    return places, numbers


@dataclass(frozen=True, slots=True)
class _Own:
    posts: tuple[OwnPost, ...]
    guids: frozenset[str]
    conversations: frozenset[str]
    first: datetime | None


def _own(connection: Connection, brand: _Brand, wanted: Wanted) -> _Own:
    """What the brand's own accounts posted, as far as any source brought it."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for one in brand.accounts:
        kind, _, ref = one.partition(":")
        by_kind[kind].append(ref)
    entry, posts, guids, talks = t.entry.c, [], set(), set()
    first: datetime | None = None
    for kind, refs in sorted(by_kind.items()):
        said = func.coalesce(entry.published_at, entry.first_seen_at)
        rows = (
            select(entry.guid, entry.conversation, said.label("at"))
            .join_from(t.entry, t.source)
            .where(t.source.c.kind == kind, entry.author_id.in_(refs), entry.author_id != "", said < wanted.until)
        )
        for row in connection.execute(rows):
            guids.add(row.guid)
            talks.add(row.guid)  # a conversation is often named after the post that began it
            first = row.at if first is None else min(first, row.at)
            if row.at >= wanted.since:
                posts.append(OwnPost(at=row.at, kind=kind))
        # A conversation that the brand began is about its own post; one that it joined is not.
    return _Own(tuple(posts[:_OWN]), frozenset(guids), frozenset(talks), first)


def _asked(connection: Connection, brand: _Brand, wanted: Wanted, placed: tuple[list[Place], dict[int, int]], own: _Own) -> Asked:
    places, numbers = placed
    neutral = frozenset(row.version for row in _changes(connection, brand) if is_neutral(row.query))
    addresses = {row.key: row.address for row in connection.execute(select(t.source.c.key, t.source.c.address))}
    return Asked(
        places=numbers,
        neutral_versions=neutral,
        neutral_places=frozenset(n for n, one in enumerate(places) if is_neutral(addresses[one.key])),
        own_guids=own.guids,
        own_conversations=own.conversations,
        staff=frozenset(one.partition(":")[2] for one in wanted.plan.staff),
        salt=wanted.salt,
    )


def _answer(connection: Connection, brand: _Brand, found: Gathered, places: Sequence[Place]) -> bool:
    """Write into the table what is known of answers to complaints and questions; whether the brand's own posts were listened to."""
    table, asking, looked = found.table, found.asking, False
    for n, row in enumerate(asking.rows if found.replied else ()):
        other = found.replied.get(asking.guids[n])
        if other is not None and other[2] != table.voice[row] and other[0] >= table.at[row]:
            table.reply[row], table.reply_at[row] = Reply.OTHER, other[0]
    by_kind: dict[str, list[int]] = defaultdict(list)
    for n, row in enumerate(asking.rows):
        by_kind[places[table.source[row]].kind].append(n)
    for kind, mine in sorted(by_kind.items()):
        refs = [ref for name, _, ref in (one.partition(":") for one in brand.accounts) if name == kind]
        heard = listening(connection, kind, refs)
        looked = looked or bool(heard)
        if refs:
            _answer_kind(table, asking, mine, own_posts(connection, kind, refs, _begin(table, asking, mine)), heard)
    return looked


def _begin(table: Table, asking: Asking, mine: Sequence[int]) -> datetime:
    return datetime.fromtimestamp(min(table.at[asking.rows[n]] for n in mine), UTC)


def _answer_kind(table: Table, asking: Asking, mine: Sequence[int], own: Sequence[Said], heard: Sequence[Listening]) -> None:
    """Write in what the brand's own posts in one kind of place say; only what one of them may answer is looked at one by one."""
    to = {one.in_reply_to for one in own if one.in_reply_to}
    talks = {one.conversation for one in own if one.conversation}
    said = [
        Said(
            guid=asking.guids[n] or f"#{asking.rows[n]}",
            at=datetime.fromtimestamp(table.at[asking.rows[n]], UTC),
            conversation=asking.conversations[n],
        )
        for n in mine
        if asking.guids[n] in to or asking.conversations[n] in talks
    ]
    known = answers(said, own, heard)
    for n in mine:
        row = asking.rows[n]
        answer = known.get(asking.guids[n] or f"#{row}")
        if answer is not None and answer.state is Answered.ANSWERED and answer.at is not None:
            table.reply[row], table.reply_at[row] = Reply.BRAND, int(answer.at.timestamp())
        elif not table.reply[row] and (until := looked_until(datetime.fromtimestamp(table.at[row], UTC), heard)) is not None:
            table.reply[row], table.reply_at[row] = Reply.NOT_SEEN, int(until.timestamp())


def _changes(connection: Connection, brand: _Brand) -> Sequence[Any]:
    return connection.execute(
        select(t.query_version).where(t.query_version.c.brand_id == brand.id).order_by(t.query_version.c.id)
    ).all()


def _first(connection: Connection, brand_id: int, media: Media) -> datetime | None:
    # By the index on what was said when: the first that is found is the first.
    said = t.mention.c.said_at
    mine = t.mention.c.brand_id == brand_id, t.mention.c.media == media.value, t.mention.c.put_away_at.is_(None)
    return connection.execute(select(said).where(*mine).order_by(said).limit(1)).scalar()


def _judges(connection: Connection, brand_id: int, wanted: Wanted) -> list[str]:
    """The judges of the period, from its newest mentions: a change of judge is rare, and reading all of them is not quick."""
    newest = (
        select(t.mention.c.judge)
        .where(t.mention.c.brand_id == brand_id, t.mention.c.said_at >= wanted.since, t.mention.c.said_at < wanted.until)
        .order_by(t.mention.c.said_at.desc(), t.mention.c.id.desc())
        .limit(1_000)
    )
    return sorted(set(connection.execute(newest).scalars()))


def _rivals(connection: Connection, wanted: Wanted, asked: Asked) -> Iterable[Rival]:
    for key in wanted.plan.competitors:
        brand = _brand(connection, key)
        if brand is not None:
            theirs = replace(asked, own_guids=frozenset(), own_conversations=frozenset(), staff=frozenset())
            yield Rival(key=key, name=brand.name, table=_gather(connection, brand, wanted, theirs).table)


def _control(connection: Connection, wanted: Wanted, asked: Asked) -> Iterable[ControlDay]:
    """Stories about the control series by local day; each on the day on which it was first told."""
    brand = _brand(connection, wanted.plan.control) if wanted.plan.control else None
    if brand is None:
        return
    zone = ZoneInfo(wanted.timezone)
    table = _gather(connection, brand, wanted, asked).table
    days = _story_days(table, zone)
    day, last = wanted.since.astimezone(zone).date(), min(wanted.until, wanted.now)
    while instant(day, datetime.min.time(), zone) < last:
        yield ControlDay(on=day, stories=days[day])
        day += timedelta(days=1)


def _story_days(table: Table, zone: ZoneInfo) -> Counter[date]:
    told: set[int] = set()
    days: Counter[date] = Counter()
    for story, at in zip(table.story, table.at, strict=True):
        if story not in told:
            told.add(story)
            days[datetime.fromtimestamp(at, zone).date()] += 1
    return days


def _removed(connection: Connection, brand_id: int, wanted: Wanted) -> tuple[tuple[str, int], ...]:
    lost = t.lost_mention.c
    gone = (
        select(lost.cause, func.count())
        .where(lost.brand_id == brand_id, lost.collected_at >= wanted.since, lost.collected_at < wanted.until)
        .group_by(lost.cause)
        .order_by(lost.cause)
    )
    return tuple((str(cause), int(number)) for cause, number in connection.execute(gone))
