"""The archive's memory of near misses: some days' worth, bounded, found by brand and by address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, delete, select

from listener.core.near import KEPT, MOST, Failure, KeptNearMiss, NearMiss
from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment
from listener.storage.engine import reading


class NearStore:
    """Near misses, in SQL."""

    _engine: Engine

    def near_misses(self, brand: str, *, limit: int = 50) -> Sequence[KeptNearMiss]:
        """The latest near misses of a brand, newest first."""
        return self._near(t.brand.c.key == brand, limit)

    def near_misses_at(self, addresses: Sequence[str]) -> Sequence[KeptNearMiss]:
        """Near misses whose link is one of these, newest first, also where their entries are gone."""
        return self._near(t.near_miss.c.link.in_(addresses), len(addresses) * 20)

    def _near(self, wanted: ColumnElement[bool], limit: int) -> Sequence[KeptNearMiss]:
        # The entry may be gone, and its number another's.
        same = and_(t.entry.c.id == t.near_miss.c.entry_id, t.entry.c.identity == t.near_miss.c.identity)
        rows = (
            select(*t.near_miss.c, t.brand.c.key.label("brand_key"), t.entry.c.title)
            .join_from(t.near_miss, t.brand, t.near_miss.c.brand_id == t.brand.c.id)
            .outerjoin(t.entry, same)
            .where(wanted)
            .order_by(t.near_miss.c.seen_at.desc(), t.near_miss.c.id.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [_kept(row) for row in connection.execute(rows).mappings()]


def keep_near(connection: Connection, misses: Sequence[tuple[NearMiss, int]], brands: Mapping[str, int]) -> None:
    """Remember near misses, each with its entry's number; forget those that are too old, and a brand's oldest beyond the bound."""
    at = moment(connection)
    rows = [
        {
            "brand_id": brands[one.brand],
            "entry_id": entry_id,
            "identity": one.identity,
            "link": one.link,
            "failure": one.failure.value,
            "part": one.part,
            "reason": one.reason,
            "query_version": one.query_version,
            "seen_at": at(one.seen_at),
        }
        for one, entry_id in misses
        if one.brand in brands
    ]
    if not rows:
        return
    insert_new(connection, t.near_miss, rows)
    newest = max(one.seen_at for one, _ in misses)
    connection.execute(delete(t.near_miss).where(t.near_miss.c.seen_at < newest - KEPT))
    for brand_id in {row["brand_id"] for row in rows}:
        mine = select(t.near_miss.c.id).where(t.near_miss.c.brand_id == brand_id)
        beyond = mine.order_by(t.near_miss.c.seen_at.desc(), t.near_miss.c.id.desc()).offset(MOST).limit(len(rows) + MOST)
        connection.execute(delete(t.near_miss).where(t.near_miss.c.id.in_(beyond.scalar_subquery())))


def _kept(row: RowMapping) -> KeptNearMiss:
    miss = NearMiss(
        brand=row["brand_key"],
        identity=bytes(row["identity"]),
        link=row["link"],
        failure=Failure(row["failure"]),
        part=row["part"],
        reason=row["reason"],
        query_version=row["query_version"],
        seen_at=row["seen_at"],
    )
    return KeptNearMiss(id=row["id"], miss=miss, title=row["title"] or "")
