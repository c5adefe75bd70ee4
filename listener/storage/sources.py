"""The archive's memory of sources: who is due, what it holds of them, and what the ledger says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select, update

from listener.core.identity import identity
from listener.core.likeness import unlike
from listener.core.model import Entry, Source
from listener.core.schedule import LONGEST_WAIT
from listener.core.visits import LedgerDay, Outcome, Run, SourceState
from listener.storage import tables as t
from listener.storage.bulk import Among, ask, instant, moment
from listener.storage.chunks import chunks
from listener.storage.engine import reading, writing
from listener.storage.rows import run_of, runs_with_source, state_of
from listener.storage.seen import seen

# What clocks of two machines may differ by.
_SLACK = timedelta(hours=1)
_SOURCE = (
    "key", "kind", "address", "every_seconds", "language", "country", "cursor", "revision", "failures", "next_due_at", "heard_at",
    "recent", "note", "rested_at",
)  # fmt: skip
_RUN = ("started_at", "outcome", "entries", "new_entries", "new_mentions", "size", "took", "status", "cost", "detail")
# The last run by the index on source and time, whatever the length of its history.
_STATES = f"""
SELECT b.key, {", ".join(f"s.{one}" for one in _SOURCE)}, {", ".join(f"r.{one}" for one in _RUN)}
FROM source AS s JOIN brand AS b ON b.id = s.brand_id LEFT JOIN run AS r
  ON r.id = (SELECT l.id FROM run AS l WHERE l.source_id = s.id ORDER BY l.started_at DESC, l.id DESC LIMIT 1)
WHERE s.active{{of}} ORDER BY s.key
"""  # noqa: S608 - our own names
# A clock that is set back by more was wrong.
_STEP_BACK = timedelta(minutes=5)


class SourceStore:
    """Sources and their ledger, in SQL."""

    _engine: Engine
    _last_claim_at: datetime | None = None

    def states(self, keys: Iterable[str] | None = None, *, brand: str | None = None) -> Sequence[SourceState]:
        """Configured sources in key order, each with its last run; all of them, those of a brand, or those named."""
        with reading(self._engine) as connection:
            wanted: list[tuple[str, Any]] = []
            if keys is not None:
                wanted.append((" AND s.key IN ?", Among(list(keys), "text")))
            if brand is not None:
                wanted.append((" AND b.key = ?", brand))
            rows = ask(connection, _STATES.format(of="".join(one for one, _ in wanted)), [value for _, value in wanted])
        return [_state(row) for row in rows]

    def claim_due(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[str]:
        """Claim sources that are due and that nobody else holds, longest due first; a claim ends by itself after `lease`.

        Sources that rest are left out, and those of a host that has asked to be left alone.
        """
        self._heed_the_clock(now)
        closed = select(t.host.c.host).where(_rests(now))
        due = and_(
            t.source.c.active,
            t.source.c.rested_at.is_(None),
            t.source.c.host.not_in(closed),
            t.source.c.next_due_at <= now,
            or_(t.source.c.lease_until.is_(None), t.source.c.lease_until <= now, t.source.c.lease_until > now + LONGEST_WAIT),
        )
        with reading(self._engine) as connection:  # a quiet tick takes no lock
            if connection.execute(select(t.source.c.id).where(due).limit(1)).first() is None:
                return []
        first = select(t.source.c.id).where(due).order_by(t.source.c.next_due_at, t.source.c.id).limit(limit)
        # Elsewhere than in SQLite several may claim at one moment: each passes over what another is just taking.
        # A CTE, since a planner may run a bare subquery with a lock and a limit more than once.
        mine = first.with_for_update(skip_locked=True).cte("first")
        claim = (
            update(t.source)
            .where(t.source.c.id.in_(select(mine.c.id)), due)
            .values(lease_until=now + lease)
            .returning(t.source.c.key)
        )
        with writing(self._engine) as connection:
            return sorted(connection.execute(claim).scalars())

    def _heed_the_clock(self, now: datetime) -> None:
        """Make due what is due further ahead than any rule puts it: the clock was ahead then, and has been set right since."""
        far = select(t.source.c.id, t.source.c.every_seconds, t.source.c.next_due_at).where(
            t.source.c.active, t.source.c.next_due_at > now + 2 * LONGEST_WAIT
        )
        with reading(self._engine) as connection:
            lost = [
                row.id
                for row in connection.execute(far)
                if row.next_due_at - now > 2 * LONGEST_WAIT + 1.2 * timedelta(seconds=row.every_seconds)
            ]
        for some in chunks(lost):
            with writing(self._engine) as connection:
                connection.execute(update(t.source).where(t.source.c.id.in_(some)).values(next_due_at=now))
        before, self._last_claim_at = self._last_claim_at, now
        if before is None or now < before - _STEP_BACK:
            # What was heard in what is now the future was heard by such a clock too, however little it was ahead.
            ahead = and_(t.source.c.active, t.source.c.heard_at > now + _SLACK, t.source.c.next_due_at > now)
            with writing(self._engine) as connection:
                connection.execute(update(t.source).where(ahead).values(next_due_at=now, heard_at=now))

    def release(self) -> None:
        """End every claim on sources: for the one process that has just taken the single-instance lock."""
        with writing(self._engine) as connection:
            connection.execute(update(t.source).where(t.source.c.lease_until.is_not(None)).values(lease_until=None))

    def unknown(self, found: Sequence[tuple[Source, Sequence[Entry]]]) -> Sequence[Sequence[Entry]]:
        """Of each source's entries those that the archive neither holds nor has removed, each identity once, in their order.

        One that only its id makes new (core.likeness) is held.
        """
        first: list[dict[bytes, Entry]] = []
        for _, entries in found:
            mine: dict[bytes, Entry] = {}
            for one in entries:
                mine.setdefault(identity(one), one)
            first.append(mine)
        if not any(first):
            return [[] for _ in found]
        among = [len(mine) for mine in first]
        with reading(self._engine) as connection:
            ids = _ids(connection, [source.key for source, _ in found])
            numbers = [ids.get(source.key) for source, _ in found]
            _forget_known(connection, numbers, first)
            marks = seen(connection, [number for number, mine in zip(numbers, first, strict=True) if mine and number is not None])
        return [
            unlike(list(mine.values()), count, marks.get(number or 0))
            for number, mine, count in zip(numbers, first, among, strict=True)
        ]

    def resting_hosts(self, now: datetime) -> Mapping[str, tuple[datetime, str]]:
        """Hosts that are to be left alone now: until when, and why."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.host).where(_rests(now)))
            return {row.host: (row.next_allowed_at, row.reason) for row in rows}

    def runs(self, *, since: datetime, until: datetime, source: str | None = None) -> Sequence[Run]:
        """The ledger's rows that started in [since, until), oldest first."""
        within = runs_with_source().where(t.run.c.started_at >= since, t.run.c.started_at < until)
        if source is not None:
            within = within.where(t.source.c.key == source)
        with reading(self._engine) as connection:
            found = connection.execute(within.order_by(t.run.c.started_at, t.run.c.id)).mappings()
            return [run_of(row) for row in found]

    def ledger(
        self,
        bounds: Sequence[tuple[date, datetime, datetime]],
        sources: Sequence[str] | None = None,
        *,
        brand: str | None = None,
    ) -> Sequence[LedgerDay]:
        """What the ledger holds of each day [since, until), by source in key order; days without an attempt are left out.

        `sources` are the keys of those that are asked for, `brand` the one whose sources are, None for all. An attempt that another
        process overtook is none: the other's row says how that went.
        """
        which, given = "", list[Any]()
        if brand is not None:
            which = "source_id IN (SELECT s.id FROM source AS s JOIN brand AS b ON b.id = s.brand_id WHERE b.key = ?) AND "
            given.append(brand)
        with reading(self._engine) as connection:
            if sources is None:
                keys = {row.id: row.key for row in connection.execute(select(t.source.c.id, t.source.c.key))}
            else:
                keys = {number: key for key, number in _ids(connection, sources).items()}
                # By the index on source and time: the history of all the others is not read.
                which += "source_id IN ? AND "
                given.append(Among(keys))
            at, counted = moment(connection), _COUNTED.format(which=which)
            # A question for each day takes half the time of one for all of them (2,000 sources, 14 days).
            rows = [(on, *row) for on, since, until in bounds for row in ask(connection, counted, (*given, at(since), at(until)))]
            why: dict[int | None, tuple[Outcome, str]] = {}
            for some in chunks([row[-1] for row in rows if row[-1] is not None]):
                failures = connection.execute(select(t.run.c.id, t.run.c.outcome, t.run.c.detail).where(t.run.c.id.in_(some)))
                why |= {row.id: (Outcome(row.outcome), row.detail) for row in failures}
        days = [
            LedgerDay(
                source=keys[source],
                on=on,
                attempts=attempts,
                failed=int(failed),
                entries=int(entries),
                mentions=int(mentions),
                outcome=why[last_failure][0] if last_failure is not None else None,
                detail=why[last_failure][1] if last_failure is not None else "",
            )
            for on, source, attempts, failed, entries, mentions, last_failure in rows
        ]
        return sorted(days, key=lambda day: (day.source, day.on))


# Asked as it stands: of what a question for each of 35 days costs, SQLAlchemy's part would be three quarters.
_FAILED = f"outcome NOT IN ({', '.join(repr(one.value) for one in Outcome if one.heard)})"
_COUNTED = f"""
SELECT source_id, count(*), sum(CASE WHEN {_FAILED} THEN 1 ELSE 0 END), sum(new_entries), sum(new_mentions),
max(CASE WHEN {_FAILED} THEN id END)
FROM run WHERE {{which}}started_at >= ? AND started_at < ? AND outcome <> '{Outcome.OVERTAKEN.value}' GROUP BY source_id
"""  # noqa: S608 - our own words


def _rests(now: datetime) -> ColumnElement[bool]:
    """Hosts that are to be left alone; what would be for longer than anybody may ask was said to a clock that was ahead."""
    return and_(t.host.c.next_allowed_at > now, t.host.c.next_allowed_at <= now + LONGEST_WAIT + _SLACK)


def _state(row: Sequence[Any]) -> SourceState:
    mine = {"brand_key": row[0], **dict(zip(_SOURCE, row[1:], strict=False))}
    mine |= {name: None if mine[name] is None else instant(mine[name]) for name in ("next_due_at", "heard_at", "rested_at")}
    last = dict(zip(_RUN, row[1 + len(_SOURCE) :], strict=True))
    if last["started_at"] is None:
        return state_of(mine, None)
    return state_of(mine, run_of({**last, "source_key": mine["key"], "started_at": instant(last["started_at"])}))


def _ids(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    return dict(ask(connection, "SELECT key, id FROM source WHERE key IN ?", [Among(dict.fromkeys(keys), "text")]))


def _forget_known(connection: Connection, numbers: Sequence[int | None], first: Sequence[dict[bytes, Entry]]) -> None:
    """Take out of `first` what each of these sources holds already, or has removed."""
    for number, mine in zip(numbers, first, strict=True):
        for wanted in chunks(list(mine)):
            places = ", ".join("?" * len(wanted))
            known = " UNION ALL ".join(
                f"SELECT identity FROM {table} WHERE source_id = ? AND identity IN ({places})"  # noqa: S608 - places only
                for table in ("entry", "tombstone")
            )
            for (held,) in ask(connection, known, (number, *wanted) * 2):
                mine.pop(bytes(held), None)
