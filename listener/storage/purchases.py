"""The archive's memory of what was bought: a purse that processes share, pages as they came, and why nothing is bought now."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, and_, delete, func, insert, select, update

from listener.core.purchases import Allowance, BoughtPage, Good, Halt, Purpose
from listener.storage import tables as t
from listener.storage.bulk import insert_new, skip_known
from listener.storage.engine import reading, writing

# What was billed matters on its own UTC day only; a day more for clocks that differ.
_BILLED_FOR = timedelta(days=2)
# A page that nobody took up by then is beyond the reach of every search; its bytes go.
_WAITS_FOR = timedelta(days=30)


class _TooMuch(Exception):
    """A period would pass its most: nothing of the reservation stands."""


class PurchaseStore:
    """Purchases, in SQL."""

    _engine: Engine

    def left(self, allowances: Sequence[Allowance]) -> int:
        """Micro-dollars that may still be set aside within all of these."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.purse).where(t.purse.c.period.in_([one.period for one in allowances])))
            used = {row.period: row.micros for row in rows}
        return max(0, min(one.most - int(used.get(one.period, 0)) for one in allowances))

    def reserve(self, purpose: Purpose, source: str, amount: int, allowances: Sequence[Allowance], now: datetime) -> int | None:
        """Set money aside and return the reservation's number, or None when any of the periods would pass its most."""
        # Always in one order, so that two processes never wait for each other's rows.
        wanted = sorted(allowances, key=lambda one: one.period)
        try:
            with writing(self._engine) as connection:
                for one in wanted:
                    connection.execute(skip_known(connection, t.purse).values(period=one.period, micros=0))
                for one in wanted:
                    fits = and_(t.purse.c.period == one.period, t.purse.c.micros + amount <= one.most)
                    if not connection.execute(update(t.purse).where(fits).values(micros=t.purse.c.micros + amount)).rowcount:
                        raise _TooMuch  # noqa: TRY301 - leaving the transaction this way undoes it
                made = insert(t.reservation).values(
                    source=source,
                    purpose=purpose.value,
                    periods=json.dumps([one.period for one in wanted]),
                    micros=amount,
                    made_at=now,
                )
                return int(connection.execute(made.returning(t.reservation.c.id)).scalar_one())
        except _TooMuch:
            return None

    def settle(self, reservation: int, goods: Sequence[Good], now: datetime) -> int:
        """Replace a reservation by what came: each good that was not billed on this UTC day yet; the micro-dollars."""
        with writing(self._engine) as connection:
            held = (
                connection.execute(select(t.reservation).where(t.reservation.c.id == reservation).with_for_update())
                .mappings()
                .one()
            )
            if held["settled"] is not None:
                return int(held["settled"])
            on = now.astimezone(UTC).date()
            connection.execute(delete(t.billed).where(t.billed.c.on < on - _BILLED_FOR))
            came = sum(_bill(connection, on, goods, price) for price in {one.price for one in goods})
            periods = json.loads(held["periods"])
            for period in periods:
                mine = t.purse.c.period == period
                connection.execute(update(t.purse).where(mine).values(micros=t.purse.c.micros + (came - held["micros"])))
            mine = t.reservation.c.id == reservation
            connection.execute(update(t.reservation).where(mine).values(settled=came, settled_at=now))
            return came

    def keep_page(self, page: BoughtPage) -> int:
        """Keep a page as it came and return its number; older pages of the source that were taken up lose their bytes."""
        with writing(self._engine) as connection:
            older = and_(t.page.c.source == page.source, t.page.c.body.is_not(None))
            over = and_(older, t.page.c.id <= page.after) | and_(older, t.page.c.received_at < page.received_at - _WAITS_FOR)
            connection.execute(update(t.page).where(over).values(body=None))
            kept = insert(t.page).values(
                source=page.source,
                reservation_id=page.reservation,
                after=page.after,
                part=page.part,
                asked=json.dumps(dict(page.asked), ensure_ascii=False, sort_keys=True),
                status=page.status,
                media_type=page.media_type,
                size=len(page.body),
                received_at=page.received_at,
                state=page.state,
                body=zlib.compress(page.body, 3),
            )
            return int(connection.execute(kept.returning(t.page.c.id)).scalar_one())

    def page_after(self, source: str, after: int) -> BoughtPage | None:
        """The newest page that was asked for after page `after` and not taken up yet, unless it cannot be read."""
        waiting = (
            select(t.page)
            .where(t.page.c.source == source, t.page.c.after == after, t.page.c.id > after)
            .where(t.page.c.state != "unreadable", t.page.c.body.is_not(None))
            .order_by(t.page.c.id.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(waiting).mappings().first()
        return None if row is None else _page(row)

    def mark_page(self, page: int, state: str) -> None:
        """Say of a page that it cannot be read ("unreadable"), changed its shape ("drifted") or is as good as new ("new")."""
        with writing(self._engine) as connection:
            connection.execute(update(t.page).where(t.page.c.id == page).values(state=state))

    def halt(self, halt: Halt) -> None:
        """Stop buying; one of the same name is replaced, and keeps its beginning."""
        values = {"until_at": halt.until, "reason": halt.reason, "missing": json.dumps(halt.missing)}
        with writing(self._engine) as connection:
            if not connection.execute(update(t.halt).where(t.halt.c.name == halt.name).values(values)).rowcount:
                connection.execute(skip_known(connection, t.halt).values(name=halt.name, since_at=halt.since, **values))

    def halts(self) -> Sequence[Halt]:
        """Every halt that was not ended, in the order of their names."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.halt).order_by(t.halt.c.name))
            return [
                Halt(
                    name=row.name, since=row.since_at, until=row.until_at, reason=row.reason, missing=tuple(json.loads(row.missing))
                )
                for row in rows
            ]

    def resume(self, name: str | None = None) -> int:
        """End one halt, or all; how many there were."""
        with reading(self._engine) as connection:
            if connection.execute(select(func.count()).select_from(t.halt)).scalar_one() == 0:
                return 0
        with writing(self._engine) as connection:
            return connection.execute(delete(t.halt) if name is None else delete(t.halt).where(t.halt.c.name == name)).rowcount

    def spending(self, periods: Sequence[str]) -> Mapping[str, int]:
        """Micro-dollars set aside or settled in each of these periods; 0 where nothing was."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.purse).where(t.purse.c.period.in_(periods)))
            used = {row.period: int(row.micros) for row in rows}
        return {one: used.get(one, 0) for one in periods}

    def unsettled(self, since: datetime) -> tuple[int, int]:
        """How many reservations made from `since` on nobody knows the outcome of, and what they hold, in micro-dollars."""
        with reading(self._engine) as connection:
            held = select(func.count(), func.coalesce(func.sum(t.reservation.c.micros), 0)).where(
                t.reservation.c.settled.is_(None), t.reservation.c.made_at >= since
            )
            number, amount = connection.execute(held).one()
        return int(number), int(amount)


def forget_pages(connection: Connection, sources: Sequence[str], before: datetime) -> int:
    """Take the bytes of pages out that came before a moment; how many."""
    old = and_(t.page.c.source.in_(sources), t.page.c.received_at < before, t.page.c.body.is_not(None))
    return connection.execute(update(t.page).where(old).values(body=None)).rowcount


def _bill(connection: Connection, on: date, goods: Sequence[Good], price: int) -> int:
    """Write down the goods of one price that were not billed today; what they come to."""
    # SQLite's driver has no dates of its own, and PostgreSQL takes nothing else.
    day = on.isoformat() if connection.dialect.name == "sqlite" else on
    rows = [{"on": day, "what": one.what, "ref": one.ref} for one in goods if one.price == price]
    return price * insert_new(connection, t.billed, rows)


def _page(row: RowMapping) -> BoughtPage:
    return BoughtPage(
        id=row["id"],
        source=row["source"],
        reservation=row["reservation_id"],
        after=row["after"],
        part=row["part"],
        asked=json.loads(row["asked"]),
        status=row["status"],
        media_type=row["media_type"],
        body=zlib.decompress(row["body"]),
        received_at=row["received_at"],
        state=row["state"],
    )
