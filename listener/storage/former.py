"""What people said of a mention whose entry was rewritten, until the entry is heard again as it is now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from listener.core.labels import Aspect, Label
from listener.storage import tables as t
from listener.storage.bulk import ask
from listener.storage.chunks import chunks
from listener.storage.labels import keep

# Every source of a kind hears of a rewriting within days; what nobody heard again speaks of our brands no more.
_WAITS = timedelta(days=7)


def remember_labels(connection: Connection, rewritten: Mapping[int, Collection[Aspect]], now: datetime) -> None:
    """Put aside the labels of these entries' mentions, of the aspects that outlast the rewriting, before the mentions go."""
    former = t.former_label
    connection.execute(delete(former).where(former.c.rewritten_at < now - _WAITS))
    for some in chunks(list(rewritten)):
        wanted = (
            select(
                t.entry.c.id,
                t.entry.c.source_id,
                t.entry.c.identity,
                t.mention.c.brand_id,
                t.label.c.aspect,
                t.label.c.value,
                t.label.c.by,
                t.label.c.labelled_at,
            )
            .join_from(t.label, t.mention)
            .join(t.entry)
            .where(t.entry.c.id.in_(some))
            .order_by(t.label.c.id)
        )
        rows = [row for row in connection.execute(wanted).mappings() if Aspect(row["aspect"]) in rewritten[row["id"]]]
        for row in rows:
            values = {name: value for name, value in row.items() if name != "id"}
            connection.execute(insert(former).values(**values, rewritten_at=now))


def hand_on_labels(connection: Connection) -> None:
    """Give mentions that are there again what was put aside for them, with who said it and when, in this transaction."""
    # As a rule nothing was put aside, and this is asked at each visit: straight through the driver.
    if not ask(connection, "SELECT id FROM former_label LIMIT 1"):
        return
    former = t.former_label
    back = (
        select(former, t.mention.c.id.label("mention_id"))
        .join_from(former, t.entry, (t.entry.c.source_id == former.c.source_id) & (t.entry.c.identity == former.c.identity))
        .join(t.mention, (t.mention.c.entry_id == t.entry.c.id) & (t.mention.c.brand_id == former.c.brand_id))
        .order_by(former.c.id)
    )
    rows = connection.execute(back).mappings().all()
    if not rows:
        return
    said = [
        Label(mention=row["mention_id"], aspect=Aspect(row["aspect"]), value=row["value"], by=row["by"], at=row["labelled_at"])
        for row in rows
    ]
    keep(connection, said)
    for some in chunks([row["id"] for row in rows]):
        connection.execute(delete(former).where(former.c.id.in_(some)))
