"""Which version of a query counts, said once in SQL; and what happens to entries that were asked with another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select, update

from listener.core.change import QueryVersion
from listener.storage import tables as t


def ask_again(connection: Connection, asked: Mapping[str, str], after: int) -> None:
    """Have the entries with numbers beyond `after` asked again for the brands whose query is another by now than was `asked`.

    Nobody can begin another version before this transaction ends. A query that was changed without wanting the stored entries to be
    asked again has these few not asked again either.
    """
    # On PostgreSQL the brands' rows are locked against change; the clause is left out on SQLite, which has one writer.
    connection.execute(select(t.brand.c.id).where(t.brand.c.active).order_by(t.brand.c.id).with_for_update(read=True)).all()
    for row in connection.execute(versions(and_(is_latest(), t.query_version.c.matched_to.is_not(None)))).mappings():
        if row["version"] != asked.get(row["brand_key"], row["version"]):
            back = {"matched_to": min(row["matched_to"], after), "matched_at": None}
            connection.execute(update(t.query_version).where(t.query_version.c.id == row["id"]).values(back))


def versions(wanted: ColumnElement[bool]) -> Select[Any]:
    """The statement that reads versions with their brand's key, oldest first."""
    columns = select(*t.query_version.c, t.brand.c.key.label("brand_key")).join_from(t.query_version, t.brand)
    return columns.where(wanted).order_by(t.query_version.c.id)


def is_latest() -> ColumnElement[bool]:
    """That no later version of the same brand's query is there."""
    other = t.query_version.alias()
    newer = select(other.c.id).where(other.c.brand_id == t.query_version.c.brand_id, other.c.id > t.query_version.c.id)
    return ~newer.exists()


def latest(connection: Connection, brand: str) -> QueryVersion | None:
    """The version of a brand's query that counts now."""
    row = connection.execute(versions(and_(t.brand.c.key == brand, is_latest()))).mappings().first()
    if row is None:
        return None
    return QueryVersion(
        id=row["id"],
        brand=row["brand_key"],
        version=row["version"],
        query=row["query"],
        since_at=row["since_at"],
        matched_to=row["matched_to"],
        matched_at=row["matched_at"],
        gained=row["gained"],
        lost=row["lost"],
    )
