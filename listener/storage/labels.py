"""The archive's memory of labels: each a row for ever, the newest of an aspect repeated beside the mention it speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, insert, or_, select, update

from listener.core.failpoint import point
from listener.core.kept import KeptMention
from listener.core.labels import WITHDRAWN, Aspect, Label, Labels
from listener.core.model import Media
from listener.storage import tables as t
from listener.storage.chunks import chunks
from listener.storage.derived import let_go, take_up
from listener.storage.engine import reading, writing
from listener.storage.kept_rows import is_labelled, kept_of, read_rows
from listener.storage.rows import kept_mentions

_COLUMNS = {aspect: t.mention.c[f"label_{aspect.value}"] for aspect in Aspect}
_ANY = or_(*(column.is_not(None) for column in _COLUMNS.values()))


class LabelStore:
    """Labels, in SQL."""

    _engine: Engine

    def keep_labels(self, labels: Sequence[Label]) -> Sequence[int]:
        """Keep labels in one transaction, in their order; the ids of mentions that are not there, whose labels were not kept."""
        if not labels:
            return []
        with writing(self._engine) as connection:
            known = keep(connection, labels)
            point("label.before_commit")
        return sorted({label.mention for label in labels} - known)

    def labels(self, mention: int) -> Sequence[Label]:
        """Everything that people ever said of a mention, oldest first."""
        with reading(self._engine) as connection:
            return histories(connection, [mention])[mention]

    def unlabelled(self, brand: str, *, since: datetime, limit: int) -> Sequence[KeptMention]:
        """Others' mentions of a brand collected since then of which nobody says anything yet, newest said first."""
        wanted = [
            t.brand.c.key == brand,
            t.mention.c.collected_at >= since,
            t.mention.c.media == Media.EARNED.value,
            t.mention.c.put_away_at.is_(None),
            *(column.is_(None) for column in _COLUMNS.values()),
        ]
        newest = kept_mentions().join(t.brand).where(*wanted).order_by(t.mention.c.said_at.desc(), t.mention.c.id.desc())
        with reading(self._engine) as connection:
            return with_labels(connection, newest.limit(limit))

    def labelled(self, brand: str | None = None, *, before: int | None = None, limit: int) -> Sequence[KeptMention]:
        """Mentions that people say something of now, of one brand or all, the latest kept first; none that is put away."""
        # Labels are few beside mentions: we start from them.
        mentions = select(t.label.c.mention_id).distinct()
        wanted = [_ANY, t.mention.c.id.in_(mentions), t.mention.c.put_away_at.is_(None)]
        if brand is not None:
            wanted.append(t.mention.c.brand_id.in_(select(t.brand.c.id).where(t.brand.c.key == brand)))
        if before is not None:
            wanted.append(t.mention.c.id < before)
        with reading(self._engine) as connection:
            return with_labels(connection, kept_mentions().where(*wanted).order_by(t.mention.c.id.desc()).limit(limit))


def keep(connection: Connection, labels: Sequence[Label]) -> set[int]:
    """Keep labels, within a transaction that writes; the ids of those mentions that are there."""
    known: set[int] = set()
    for some in chunks(sorted({label.mention for label in labels})):
        # Two people may label one mention at once: its row is held, so that the later label is also the one that counts.
        held = select(t.mention.c.id).where(t.mention.c.id.in_(some)).order_by(t.mention.c.id).with_for_update(key_share=True)
        known |= set(connection.execute(held).scalars())
    let_go(connection, sorted(known))
    for label in labels:
        if label.mention in known:
            connection.execute(insert(t.label).values(_row(label)))
            now = None if label.value == WITHDRAWN else label.value
            mine = t.mention.c.id == label.mention
            connection.execute(update(t.mention).where(mine).values({_COLUMNS[label.aspect]: now}))
    take_up(connection, sorted(known))
    return known


def with_labels(connection: Connection, statement: object) -> list[KeptMention]:
    """The mentions that a statement of `kept_mentions` finds, each with what people say of it now."""
    ids: list[int] = list(connection.execute(statement).scalars())  # type: ignore[call-overload] # any statement
    rows = read_rows(connection, ids)
    said = histories(connection, [row[0] for row in rows if is_labelled(row)])
    return [kept_of(row, Labels.of(said[row[0]])) if row[0] in said else kept_of(row) for row in rows]


def histories(connection: Connection, mentions: Sequence[int]) -> dict[int, list[Label]]:
    """The labels of some mentions, oldest first."""
    found: dict[int, list[Label]] = defaultdict(list)
    for some in chunks(list(mentions)):
        rows = connection.execute(select(t.label).where(t.label.c.mention_id.in_(some)).order_by(t.label.c.id)).mappings()
        for row in rows:
            found[row["mention_id"]].append(_label(row))
    return found


def _row(label: Label) -> dict[str, object]:
    return {
        "mention_id": label.mention,
        "aspect": label.aspect.value,
        "value": label.value,
        "by": label.by,
        "labelled_at": label.at,
    }


def _label(row: RowMapping) -> Label:
    return Label(mention=row["mention_id"], aspect=Aspect(row["aspect"]), value=row["value"], by=row["by"], at=row["labelled_at"])
