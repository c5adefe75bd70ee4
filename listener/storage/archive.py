"""The archive: what was configured, heard, found and sent, in one database."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, time
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from listener.core.model import Brand, DigestPlan, Source
from listener.core.query import parse_query
from listener.core.schedule import next_daily
from listener.storage import tables as t
from listener.storage.alerts import AlertStore
from listener.storage.answers import AnswerStore
from listener.storage.browsing import BrowsingStore
from listener.storage.coverage import CoverageStore
from listener.storage.derived import DerivedStore
from listener.storage.digests import DigestStore, days_of
from listener.storage.editors import EditorStore
from listener.storage.engine import open_engine, reading, take_turns, together, writing
from listener.storage.entries import EntryStore
from listener.storage.evidence import EvidenceStore
from listener.storage.finding import FindingStore
from listener.storage.gauges import GaugeStore
from listener.storage.gists import GistStore
from listener.storage.imports import ImportStore
from listener.storage.labels import LabelStore
from listener.storage.mentions import MentionStore
from listener.storage.migrations import require
from listener.storage.near import NearStore
from listener.storage.observed import ObservedStore
from listener.storage.pulse import PulseStore
from listener.storage.purchases import PurchaseStore
from listener.storage.queries import QueryStore
from listener.storage.removals import RemovalStore
from listener.storage.rows import brand_of, brand_row, source_row
from listener.storage.samples import SampleStore
from listener.storage.shares import ShareStore
from listener.storage.sources import SourceStore
from listener.storage.standing import StandingStore
from listener.storage.stories import StoryStore
from listener.storage.subscriptions import SubscriptionStore
from listener.storage.themes import ThemeStore
from listener.storage.turns import TurnStore
from listener.storage.undertakings import UndertakingStore
from listener.storage.upkeep import UpkeepStore


class SqlArchive(
    QueryStore,
    SourceStore,
    EntryStore,
    MentionStore,
    FindingStore,
    DerivedStore,
    GistStore,
    BrowsingStore,
    PulseStore,
    NearStore,
    StoryStore,
    ThemeStore,
    LabelStore,
    DigestStore,
    SubscriptionStore,
    RemovalStore,
    TurnStore,
    PurchaseStore,
    CoverageStore,
    UpkeepStore,
    AnswerStore,
    AlertStore,
    EditorStore,
    ShareStore,
    ImportStore,
    GaugeStore,
    EvidenceStore,
    ObservedStore,
    SampleStore,
    StandingStore,
    UndertakingStore,
):
    """The archive in SQLite or PostgreSQL; opening it raises SchemaOutOfDate or StorageError, and never migrates."""

    def __init__(self, address: str) -> None:
        self._engine = open_engine(address)
        try:
            require(self._engine)
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def together(self) -> AbstractContextManager[Connection]:
        """One transaction for all that this thread asks and tells the archive within: all of it stands, or nothing does."""
        return together(self._engine)

    def brands(self) -> Sequence[Brand]:
        """The configured brands, in key order."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.brand).where(t.brand.c.active).order_by(t.brand.c.key)).mappings()
            return [brand_of(row) for row in rows]

    def sync(self, brands: Sequence[Brand], sources: Sequence[Source], digests: Sequence[DigestPlan], now: datetime) -> None:
        """Make the archive know what the configuration says: new, changed and no longer wanted.

        What is no longer configured is put to rest and keeps its rows. A source whose kind or address changed starts anew: its
        cursor belongs to another place. Takes no lock when nothing changed.
        """
        with reading(self._engine) as connection:
            if not any(_changes(connection, brands, sources, digests)):
                return
        with writing(self._engine) as connection:
            take_turns(connection, "sync")
            for change in _changes(connection, brands, sources, digests):
                change(connection, now)


def _changes(
    connection: Connection, brands: Sequence[Brand], sources: Sequence[Source], digests: Sequence[DigestPlan]
) -> list[Any]:
    return [
        *_brand_changes(connection, brands),
        *_source_changes(connection, sources),
        *_digest_changes(connection, digests),
    ]


def _brand_changes(connection: Connection, brands: Sequence[Brand]) -> list[Any]:
    known = {row["key"]: row for row in connection.execute(select(t.brand)).mappings()}
    changes: list[Any] = []
    for one in brands:
        row, version = brand_row(one), parse_query(one.query).version
        old = known.pop(one.key, None)
        if old is None or any(old[name] != value for name, value in row.items()):
            changes.append(_keep_brand(row, version, is_new=old is None))
    changes += [_rest(t.brand, key) for key, row in known.items() if row["active"]]
    return changes


def _keep_brand(row: dict[str, Any], version: str, *, is_new: bool) -> Any:
    def apply(connection: Connection, now: datetime) -> None:
        if is_new:
            connection.execute(insert(t.brand).values(row))
        else:
            connection.execute(update(t.brand).where(t.brand.c.key == row["key"]).values(row))
        brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == row["key"])).scalar_one()
        latest = (
            select(t.query_version.c.version).where(t.query_version.c.brand_id == brand_id).order_by(t.query_version.c.id.desc())
        )
        if connection.execute(latest.limit(1)).scalar() != version:
            connection.execute(insert(t.query_version).values(brand_id=brand_id, version=version, query=row["query"], since_at=now))

    return apply


def _source_changes(connection: Connection, sources: Sequence[Source]) -> list[Any]:
    joined = select(*t.source.c, t.brand.c.key.label("brand_key")).join_from(t.source, t.brand)
    known = {row["key"]: row for row in connection.execute(joined).mappings()}
    changes: list[Any] = []
    for one in sources:
        row = source_row(one)
        old = known.pop(one.key, None)
        if old is None:
            changes.append(_add_source(row, one.brand))
        elif old["brand_key"] != one.brand or any(old[name] != value for name, value in row.items()):
            moved = (old["kind"], old["address"]) != (one.kind, one.address)
            changes.append(_change_source(row, one.brand, moved=moved))
    changes += [_rest(t.source, key) for key, row in known.items() if row["active"]]
    return changes


def _add_source(row: dict[str, Any], brand_key: str) -> Any:
    def apply(connection: Connection, now: datetime) -> None:
        brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == brand_key)).scalar_one()
        connection.execute(insert(t.source).values(**row, brand_id=brand_id, revision=0, failures=0, next_due_at=now))

    return apply


def _change_source(row: dict[str, Any], brand_key: str, *, moved: bool) -> Any:
    def apply(connection: Connection, now: datetime) -> None:
        brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == brand_key)).scalar_one()
        # A person has acted: whatever had come to rest is visited again.
        anew: dict[str, Any] = {"rested_at": None, "failures": 0}
        if moved:
            anew |= {"cursor": None, "host": "", "recent": "", "note": ""}
        connection.execute(
            update(t.source)
            .where(t.source.c.key == row["key"])
            .values(**row, **anew, brand_id=brand_id, next_due_at=now, revision=t.source.c.revision + 1)
        )

    return apply


def _digest_changes(connection: Connection, digests: Sequence[DigestPlan]) -> list[Any]:
    known = {row["key"]: row for row in connection.execute(select(t.digest_schedule)).mappings()}
    changes: list[Any] = []
    for one in digests:
        row = {
            "key": one.key,
            "at": one.at.strftime("%H:%M"),
            "timezone": one.timezone,
            "active": True,
            "days": "".join(str(day) for day in sorted(one.days)),
        }
        old = known.pop(one.key, None)
        if old is None or any(old[name] != value for name, value in row.items()):
            changes.append(_keep_schedule(row, is_new=old is None))
    changes += [_rest(t.digest_schedule, key) for key, row in known.items() if row["active"]]
    return changes


def _keep_schedule(row: dict[str, Any], *, is_new: bool) -> Any:
    def apply(connection: Connection, now: datetime) -> None:
        due = next_daily(time.fromisoformat(row["at"]), ZoneInfo(row["timezone"]), now, days_of(row["days"]))
        if is_new:
            connection.execute(insert(t.digest_schedule).values(**row, next_due_at=due))
        else:
            mine = t.digest_schedule.c.key == row["key"]
            connection.execute(update(t.digest_schedule).where(mine).values(**row, next_due_at=due))

    return apply


def _rest(table: Any, key: str) -> Any:
    def apply(connection: Connection, now: datetime) -> None:  # noqa: ARG001 - every change has this shape
        connection.execute(update(table).where(table.c.key == key).values(active=False))

    return apply
