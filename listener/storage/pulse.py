"""The archive's pulse: whether anything changed since somebody looked, and of which brands what."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, Select, Subquery, Table, bindparam, func, null, select

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


def _new(table: Table, *names: str) -> Subquery:
    """The rows of a table with numbers in (low, high]; the limit keeps a planner from beginning elsewhere, with all there is."""
    new = table.c.id > bindparam("low"), table.c.id <= bindparam("high")
    return select(*(table.c[name] for name in names)).where(*new).limit(_MANY).subquery()


def _brands(rows: FromClause, brand: ColumnElement[int], at: ColumnElement[Any] | None = None) -> Select[Any]:
    """The brands of some rows, and since when each changed."""
    since = null() if at is None else func.min(at)
    of = rows.join(t.brand, t.brand.c.id == brand)
    return select(t.brand.c.key, since.label("since")).select_from(of).group_by(t.brand.c.key)


_said, _retold = _new(t.mention, "brand_id", "collected_at"), _new(t.mention, "brand_id", "story_id")
_judged, _labelled = _new(t.judgement, "mention_id"), _new(t.label, "mention_id")
_near, _visited, _sent = _new(t.near_miss, "brand_id"), _new(t.run, "source_id", "started_at"), _new(t.digest, "brand_id")
_CHANGES: Mapping[str, Sequence[tuple[Felt, Select[Any]]]] = {
    "mention": (
        (Felt.SAID, _brands(_said, _said.c.brand_id, _said.c.collected_at)),
        # A new mention may show that two older stories are one: then the days change on which those were told.
        (
            Felt.SAID,
            _brands(
                _retold.join(t.mention, t.mention.c.story_id == _retold.c.story_id), _retold.c.brand_id, t.mention.c.collected_at
            ),
        ),
    ),
    **{
        name: (
            (
                Felt.SAID,
                _brands(rows.join(t.mention, t.mention.c.id == rows.c.mention_id), t.mention.c.brand_id, t.mention.c.collected_at),
            ),
        )
        for name, rows in (("judgement", _judged), ("label", _labelled))
    },
    "near_miss": ((Felt.NEAR, _brands(_near, _near.c.brand_id)),),
    "run": (
        (
            Felt.HEARD,
            _brands(_visited.join(t.source, t.source.c.id == _visited.c.source_id), t.source.c.brand_id, _visited.c.started_at),
        ),
    ),
    "digest": ((Felt.SENT, _brands(_sent, _sent.c.brand_id)),),
}
