"""The archive's pulse: whether anything changed since somebody looked, and of which brands what."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, Select, Table, bindparam, func, null, select

from listener.core.pulse import Felt, Moved
from listener.core.visits import Outcome
from listener.storage import tables as t
from listener.storage.engine import reading

_EVER = datetime.min.replace(tzinfo=UTC)
_MANY = 5_000  # rows: of so many new ones nobody asks whose they are
# PostgreSQL gives numbers out before rows can be seen: what is seen of the last so many is counted, so that a late one is felt.
_LATE = 1_000


def _newest(table: Table) -> ColumnElement[Any]:
    return select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()


# Rows of these are only ever added, or leave a tombstone.
_GROWING: Mapping[str, Table] = {one.name: one for one in (t.mention, t.judgement, t.label, t.near_miss, t.run, t.digest)}
# Whatever else changes concerns everything; a query's version says how far it was asked again, a source's revision what it is now.
_REST: Mapping[str, ColumnElement[Any]] = {
    "tombstone": _newest(t.tombstone),
    "lost": _newest(t.lost_mention),
    "version": _newest(t.query_version),
    "matched": select(func.sum(func.coalesce(t.query_version.c.matched_to, 0))).scalar_subquery(),
    "moved": select(func.sum(t.query_version.c.gained + t.query_version.c.lost)).scalar_subquery(),
    "brands": select(func.count()).where(t.brand.c.active).scalar_subquery(),
    "sources": select(func.count()).where(t.source.c.active).scalar_subquery(),
}
_REVISIONS = select(func.coalesce(func.sum(t.source.c.revision), 0)).scalar_subquery()
_PULSE = select(
    *(_newest(table).label(name) for name, table in _GROWING.items()),
    *(value.label(name) for name, value in _REST.items()),
    _REVISIONS.label("revisions"),
)


class PulseStore:
    """The pulse, in SQL."""

    _engine: Engine

    def pulse(self) -> Hashable:
        """What becomes another value whenever a mention, a label, a visit, a removal or a query changes what is counted."""
        with reading(self._engine) as connection:
            found = tuple(connection.execute(_PULSE).one())
            return found + _seen(connection, dict(zip(_GROWING, found, strict=False)))

    def moved(self, before: Hashable, after: Hashable) -> Sequence[Moved] | None:
        """What changed from one pulse to a later one; None where it may be anything."""
        if not (isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after)):
            return None
        names = (*_GROWING, *_REST, "revisions")
        old, new = dict(zip(names, before, strict=False)), dict(zip(names, after, strict=False))
        if any(old[name] != new[name] for name in _REST):
            return None
        grown = {name: (old[name], new[name]) for name in _GROWING if old[name] != new[name]}
        if any(not low < high <= low + _MANY for low, high in grown.values()):
            return None
        with reading(self._engine) as connection:
            if _seen(connection, old) != before[len(names) :]:
                return None  # what was not to be seen yet is there now
            # Each visit makes its source another; whatever made more than that was a person.
            if _visits(connection, *grown.get("run", (0, 0))) != new["revisions"] - old["revisions"]:
                return None
            return [
                Moved(brand, felt, since or _EVER)
                for name, (low, high) in grown.items()
                for felt, statement in _CHANGES[name]
                for brand, since in connection.execute(statement, {"low": low, "high": high})
            ]


def _seen(connection: Connection, newest: Mapping[str, Any]) -> tuple[int, ...]:
    """How many of the last rows up to these can be seen."""
    if connection.dialect.name == "sqlite":
        return ()  # one writer at a time: rows are seen in the order of their numbers
    counts = [
        select(func.count()).where(table.c.id > newest[name] - _LATE, table.c.id <= newest[name]).scalar_subquery()
        for name, table in _GROWING.items()
    ]
    return tuple(connection.execute(select(*counts)).one())


def _visits(connection: Connection, low: int, high: int) -> int:
    """How many visits the ledger has in (low, high] that made their source another: an overtaken one made it nothing."""
    made = t.run.c.outcome != Outcome.OVERTAKEN.value
    return int(connection.execute(select(func.count()).where(t.run.c.id > low, t.run.c.id <= high, made)).scalar_one())


def _since(table: Table, at: ColumnElement[Any] | None, *path: tuple[FromClause, ColumnElement[bool]]) -> Select[Any]:
    """The brands of a table's rows with numbers in (low, high], by way of these tables, and since when each changed."""
    rows: FromClause = table
    for other, on in path:
        rows = rows.join(other, on)
    moments = null().label("since") if at is None else func.min(at).label("since")
    new = table.c.id > bindparam("low"), table.c.id <= bindparam("high")
    return select(t.brand.c.key, moments).select_from(rows).where(*new).group_by(t.brand.c.key)


_told = t.mention.alias()
_OF_MENTION = (t.brand, t.brand.c.id == t.mention.c.brand_id)
_CHANGES: Mapping[str, Sequence[tuple[Felt, Select[Any]]]] = {
    "mention": (
        (Felt.SAID, _since(t.mention, t.mention.c.collected_at, _OF_MENTION)),
        # A new mention may show that two older stories are one: then the days change on which those were told.
        (Felt.SAID, _since(t.mention, _told.c.collected_at, _OF_MENTION, (_told, _told.c.story_id == t.mention.c.story_id))),
    ),
    "judgement": (
        (
            Felt.SAID,
            _since(t.judgement, t.mention.c.collected_at, (t.mention, t.mention.c.id == t.judgement.c.mention_id), _OF_MENTION),
        ),
    ),
    "label": (
        (Felt.SAID, _since(t.label, t.mention.c.collected_at, (t.mention, t.mention.c.id == t.label.c.mention_id), _OF_MENTION)),
    ),
    "near_miss": ((Felt.NEAR, _since(t.near_miss, None, (t.brand, t.brand.c.id == t.near_miss.c.brand_id))),),
    "run": (
        (
            Felt.HEARD,
            _since(
                t.run,
                t.run.c.started_at,
                (t.source, t.source.c.id == t.run.c.source_id),
                (t.brand, t.brand.c.id == t.source.c.brand_id),
            ),
        ),
    ),
    "digest": ((Felt.SENT, _since(t.digest, None, (t.brand, t.brand.c.id == t.digest.c.brand_id))),),
}
