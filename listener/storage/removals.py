"""Taking things back: entries go with every word of theirs, and a tombstone without content stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, Table, and_, delete, select, update

from listener.core.identity import identity
from listener.core.labels import Aspect, outlasting
from listener.core.model import Entry
from listener.core.removal import Cause, Removal, Removed, Rewriting, Tombstone
from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment
from listener.storage.chunks import chunks
from listener.storage.derived import let_go
from listener.storage.engine import reading, storable_text, writing
from listener.storage.former import remember_labels
from listener.storage.traces import Lost, clear_told, drop_near_misses, leave_stories, scrub


class RemovalStore:
    """Removals, in SQL."""

    _engine: Engine

    def remove(self, removals: Sequence[Removal], now: datetime) -> Removed:
        """Take these out in one transaction; what is not here costs nothing, and asking twice changes nothing."""
        if not removals:
            return Removed()
        with writing(self._engine) as connection:
            return remove(connection, removals, now)

    def rewrite(self, rewritten: Sequence[Rewriting], now: datetime) -> Removed:
        """Take out the entries whose words are no longer these, in one transaction; they may come back as they are now.

        What says so already stays: a stream that tells it twice changes nothing. Labels that still hold (core.labels) wait for the
        entry to come back.
        """
        if not rewritten:
            return Removed()
        with writing(self._engine) as connection:
            return _rewrite(connection, rewritten, now)

    def tombstones(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Tombstone]:
        """The mentions of a brand collected in [since, until) that have gone since, oldest first.

        Those that had been put away by then are among them: they stand in digests of before, whose numbers they explain.
        """
        lost = t.lost_mention
        gone = (
            select(*lost.c)
            .join_from(lost, t.brand, lost.c.brand_id == t.brand.c.id)
            .where(t.brand.c.key == brand, lost.c.collected_at >= since, lost.c.collected_at < until)
            .order_by(lost.c.collected_at, lost.c.id)
        )
        with reading(self._engine) as connection:
            return [_tombstone(row, brand) for row in connection.execute(gone)]

    def tombstone(self, mention: int) -> Tombstone | None:
        """What is left of one mention, by its permanent id; None when nothing went by that id."""
        lost = t.lost_mention
        gone = select(*lost.c, t.brand.c.key).join_from(lost, t.brand, lost.c.brand_id == t.brand.c.id).where(lost.c.id == mention)
        with reading(self._engine) as connection:
            row = connection.execute(gone).first()
        return None if row is None else _tombstone(row, row.key)


def remove(connection: Connection, removals: Sequence[Removal], now: datetime) -> Removed:
    """Take these out, within a transaction that writes: rows, the bytes they came in, and what a kept digest shows of them."""
    entries, mentions = 0, 0
    forget_names(connection, removals)
    for kind in dict.fromkeys(one.kind for one in removals):
        sources = list(connection.execute(select(t.source.c.id).where(t.source.c.kind == kind)).scalars())
        wanted = [one for one in removals if one.kind == kind]
        for cause in dict.fromkeys(one.cause for one in wanted):
            mine = [one for one in wanted if one.cause == cause]
            found = dict(_by_guid(connection, sources, [one.guid for one in mine if one.guid]))
            found |= _by_author(connection, sources, [one.author for one in mine if one.author])
            scrub(connection, list(found))
            for some in chunks(list(found)):
                mentions += _take_out(connection, {entry: found[entry] for entry in some}, cause, now)
            entries += len(found)
    return Removed(entries=entries, mentions=mentions)


def _rewrite(connection: Connection, rewritten: Sequence[Rewriting], now: datetime) -> Removed:
    entries, mentions = 0, 0
    for kind in dict.fromkeys(one.kind for one in rewritten):
        sources = list(connection.execute(select(t.source.c.id).where(t.source.c.kind == kind)).scalars())
        texts = {identity(_nameless(one.guid)): storable_text(one.text) for one in rewritten if one.kind == kind}
        there = dict(_by_identity(connection, sources, list(texts)))
        found: dict[int, _Found] = {}
        lasting: dict[int, Collection[Aspect]] = {}
        for some in chunks(list(there)):
            for number, said in connection.execute(select(t.entry.c.id, t.entry.c.text).where(t.entry.c.id.in_(some))):
                now_said = texts[there[number][1]]
                if storable_text(said) != now_said:
                    found[number], lasting[number] = there[number], outlasting(said, now_said)
        remember_labels(connection, lasting, now)
        scrub(connection, list(found))
        for some in chunks(list(found)):
            mentions += _take_out(connection, {entry: found[entry] for entry in some}, Cause.TAKEN_BACK, now, for_good=False)
        entries += len(found)
    return Removed(entries=entries, mentions=mentions)


def forget_names(connection: Connection, removals: Sequence[Removal]) -> None:
    """Forget the names that were looked up for accounts that go as a whole."""
    for kind in {one.kind for one in removals if one.author}:
        for some in chunks([one.author for one in removals if one.kind == kind and one.author]):
            connection.execute(delete(t.account).where(t.account.c.kind == kind, t.account.c.ref.in_(some)))


_Found = tuple[int, bytes, int]  # source, identity, document


def _by_guid(connection: Connection, sources: Sequence[int], guids: Sequence[str]) -> Iterable[tuple[int, _Found]]:
    return _by_identity(connection, sources, [identity(_nameless(guid)) for guid in dict.fromkeys(guids)])


def _by_identity(connection: Connection, sources: Sequence[int], keys: Sequence[bytes]) -> Iterable[tuple[int, _Found]]:
    # By the unique key, whatever the size of the archive; most of what a whole network takes back was never here.
    for source_id in sources:
        for some in chunks(keys):
            yield from _entries(connection, and_(t.entry.c.source_id == source_id, t.entry.c.identity.in_(some)))


def _by_author(connection: Connection, sources: Sequence[int], authors: Sequence[str]) -> dict[int, _Found]:
    found: dict[int, _Found] = {}
    for some in chunks(list(dict.fromkeys(authors))):
        # The index holds named authors only, and is used when a question says so.
        theirs = and_(t.entry.c.author_id.in_(some), t.entry.c.author_id != "", t.entry.c.source_id.in_(sources))
        found |= dict(_entries(connection, theirs))
    return found


def _entries(connection: Connection, wanted: ColumnElement[bool]) -> list[tuple[int, _Found]]:
    columns = (t.entry.c.id, t.entry.c.source_id, t.entry.c.identity, t.entry.c.document_id)
    return [
        (row.id, (row.source_id, bytes(row.identity), row.document_id))
        for row in connection.execute(select(*columns).where(wanted))
    ]


def _nameless(guid: str) -> Entry:
    """An entry of which nothing but its place's id is known: enough for its identity."""
    never = datetime.min.replace(tzinfo=UTC)
    return Entry(document="", source="", guid=guid, url="", link="", title="", text="", outlet="", first_seen_at=never)


def _take_out(connection: Connection, found: Mapping[int, _Found], cause: Cause, now: datetime, *, for_good: bool = True) -> int:
    """Take some entries out, and everything that hangs on them; how many mentions went. Without `for_good` they may come back."""
    at = moment(connection)
    lost = [
        Lost(*row)
        for row in connection.execute(
            select(t.mention.c.id, t.mention.c.brand_id, t.mention.c.collected_at, t.mention.c.said_at, t.mention.c.story_id)
            .where(t.mention.c.entry_id.in_(found))
            .order_by(t.mention.c.id)
        )
    ]
    stones = [
        {"source_id": source_id, "identity": key, "removed_at": at(now), "cause": cause.value}
        for source_id, key, _ in (found.values() if for_good else ())
    ]
    insert_new(connection, t.tombstone, stones)
    gone = [
        {
            "id": row.id,
            "brand_id": row.brand,
            "collected_at": at(row.collected_at),
            "removed_at": at(now),
            "cause": cause.value,
        }
        for row in lost
    ]
    insert_new(connection, t.lost_mention, gone)
    clear_told(connection, lost)
    let_go(connection, [row.id for row in lost], expired=cause is Cause.EXPIRED)
    connection.execute(update(t.filling).where(t.filling.c.dropped.is_(False)).values(dropped=True))
    leave_stories(connection, lost)
    drop_near_misses(connection, list(found))
    _drop(connection, t.mention, [row.id for row in lost])
    _drop(connection, t.entry, list(found))
    # The bytes hold its words too. Other entries that came in them keep their rows and lose this proof.
    documents = sorted({document for *_, document in found.values()})
    connection.execute(update(t.document).where(t.document.c.id.in_(documents)).values(body=None))
    return len(lost)


def _drop(connection: Connection, table: Table, ids: Sequence[int]) -> None:
    """Delete rows and, before them, whatever points at them."""
    for some in chunks(ids):
        for column in _pointing_at(table):
            if "id" in column.table.c:
                theirs = connection.execute(select(column.table.c.id).where(column.in_(some))).scalars()
                _drop(connection, column.table, list(theirs))
            else:
                connection.execute(delete(column.table).where(column.in_(some)))
        connection.execute(delete(table).where(table.c.id.in_(some)))


def _pointing_at(table: Table) -> list[Column[Any]]:
    return [key.parent for other in t.metadata.tables.values() for key in other.foreign_keys if key.column is table.c.id]


def _tombstone(row: Any, brand: str) -> Tombstone:
    return Tombstone(mention=row.id, brand=brand, collected_at=row.collected_at, removed_at=row.removed_at, cause=Cause(row.cause))


def take_out(connection: Connection, ids: Sequence[int], cause: Cause, now: datetime) -> int:
    """Take these entries out, by our own numbers, and everything that hangs on them; how many mentions went."""
    gone = 0
    for some in chunks(ids):
        gone += _take_out(connection, dict(_entries(connection, t.entry.c.id.in_(some))), cause, now)
    return gone
