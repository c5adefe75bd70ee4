"""Reading the ledger: how a day of one source was heard, drawn as one sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from listener.core.schedule import day_bounds
from listener.core.visits import LedgerDay


class Hearing(StrEnum):
    """How a source was heard on one day."""

    HEARD = "heard"  # in every attempt
    PARTLY = "partly"  # in some of them
    NOT = "not"  # in none of them
    NONE = "none"  # nobody tried


# Each differs in shape, so that neither colour nor language is needed to tell them apart.
SIGNS: Mapping[Hearing, str] = {Hearing.HEARD: "●", Hearing.PARTLY: "◐", Hearing.NOT: "✕", Hearing.NONE: "·"}


def hearing(day: LedgerDay | None) -> Hearing:
    """How a day went; None is a day of which the ledger holds nothing."""
    if day is None or not day.attempts:
        return Hearing.NONE
    if day.failed == day.attempts:
        return Hearing.NOT
    return Hearing.PARTLY if day.failed else Hearing.HEARD


def last_days(now: datetime, zone: ZoneInfo, count: int) -> list[tuple[date, datetime, datetime]]:
    """The last local days, today the last of them, each as (day, since, until) in UTC."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=count - 1 - number) for number in range(count)]
    return [(on, *day_bounds(on, zone)) for on in days]


def by_source(rows: Sequence[LedgerDay]) -> Mapping[str, Mapping[date, LedgerDay]]:
    """The ledger's days by source and date."""
    found: dict[str, dict[date, LedgerDay]] = {}
    for row in rows:
        found.setdefault(row.source, {})[row.on] = row
    return found
