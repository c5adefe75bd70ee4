"""Buying from a place that bills: money in whole micro-dollars, set aside before a call and settled by what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Protocol

from listener.core.values import dataclass

MICROS = 1_000_000  # in a US dollar


def micros(dollars: Decimal | float | str) -> int:
    """US dollars in micro-dollars, exactly as written (0.005 is 5000); what is finer is rounded up."""
    return int((Decimal(str(dollars)) * MICROS).to_integral_value(ROUND_CEILING))


def dollars(amount: int) -> str:
    """Micro-dollars for a person: two decimals, more where the amount has them (0.005)."""
    value = Decimal(amount) / MICROS
    return f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else f"{value.normalize():f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What things cost, in micro-dollars, and since when that is known (docs.x.com, pricing page of that day)."""

    as_of: date = date(2026, 8, 13)
    post: int = 5_000  # each post read, once per UTC day
    user: int = 10_000  # each account read, once per UTC day
    counts: int = 5_000  # each request for counts, whatever they are


class Purpose(StrEnum):
    """What money is set aside for."""

    PAGE = "page"  # a page of a search
    COUNTS = "counts"  # how much a search would find
    AUTHORS = "authors"  # who wrote what matters
    RECHECK = "recheck"  # whether what is kept is still there


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """At most so many micro-dollars in one period; the period's name is its key (`2026-11`, `2026-11-20`, `2026-11 recheck`)."""

    period: str
    most: int


def allowances(
    now: datetime, *, monthly: int, daily: int | None = None, purpose: Purpose | None = None, share: int | None = None
) -> tuple[Allowance, ...]:
    """The periods that money for `now` counts in: its UTC month, its UTC day, and the purpose's own share of the month."""
    utc = now.astimezone(UTC)
    month = f"{utc:%Y-%m}"
    made = [Allowance(period=month, most=monthly)]
    # A day without a budget of its own is counted all the same: someone may set one before it ends.
    made.append(Allowance(period=f"{utc:%Y-%m-%d}", most=monthly if daily is None else daily))
    if purpose is not None:
        made.append(Allowance(period=f"{month} {purpose.value}", most=monthly if share is None else share))
    return tuple(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One thing that came back and is billed once per UTC day: a post or an account by its id, or a request."""

    what: str
    ref: str
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtPage:
    """A page as it came, kept before anything reads it; `after` is the number of the last page its question knew of."""

    source: str
    reservation: int
    after: int
    part: str
    asked: Mapping[str, str]
    status: int
    media_type: str
    body: bytes
    received_at: datetime
    id: int = 0
    state: str = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Why nothing is bought now: until a moment, or (`until` None) until a person says so.

    `missing` are the fields that came with no post, for the halt named "fields".
    """

    name: str
    since: datetime
    until: datetime | None
    reason: str
    missing: tuple[str, ...] = field(default=())


class Purchases(Protocol):
    """The archive's memory of what was bought; every method is one transaction, so processes never overspend together."""

    def left(self, allowances: Sequence[Allowance]) -> int:
        """Micro-dollars that may still be set aside within all of these."""
        ...

    def reserve(self, purpose: Purpose, source: str, amount: int, allowances: Sequence[Allowance], now: datetime) -> int | None:
        """Set money aside and return the reservation's number, or None when any of the periods would pass its most."""
        ...

    def settle(self, reservation: int, goods: Sequence[Good], now: datetime) -> int:
        """Replace a reservation by what came: each good that was not billed today yet. Returns micro-dollars; 0 for no goods.

        Settling twice changes nothing and returns what the first time did. What is never settled stays spent in full.
        """
        ...

    def keep_page(self, page: BoughtPage) -> int:
        """Keep a page as it came and return its number; older pages of the source that were taken up lose their bytes."""
        ...

    def page_after(self, source: str, after: int) -> BoughtPage | None:
        """The page that was asked for after page `after` and not taken up yet, if there is one that can be read."""
        ...

    def mark_page(self, page: int, state: str) -> None:
        """Say of a page that it cannot be read ("unreadable"), changed its shape ("drifted") or is as good as new ("new")."""
        ...

    def halt(self, halt: Halt) -> None:
        """Stop buying; one of the same name is replaced, and keeps its beginning."""
        ...

    def halts(self) -> Sequence[Halt]:
        """Every halt that was not ended, in the order of their names."""
        ...

    def resume(self, name: str | None = None) -> int:
        """End one halt, or all; how many there were."""
        ...
