"""Money in whole micro-dollars, and the periods it counts in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.purchases import MICROS, Allowance, Prices, Purpose, allowances, dollars, micros
from tests.builders import NOON


@pytest.mark.parametrize(
    ("amount", "exact", "shown"),
    [
        (0.005, 5_000, "0.005"),
        ("25", 25_000_000, "25.00"),
        (0.1 + 0.2, 300_001, "0.300001"),
        (Decimal("0.010"), 10_000, "0.01"),
        (0, 0, "0.00"),
    ],
)
def test_dollars_are_exact(amount: Decimal | float | str, exact: int, shown: str) -> None:
    """As written, never below; shown with cents, and with more where there is more."""
    assert micros(amount) == exact
    assert dollars(exact) == shown


@given(st.integers(0, 10**15))
def test_micro_dollars_come_back_as_they_were(amount: int) -> None:
    """Through Decimal and through words."""
    assert micros(Decimal(amount) / MICROS) == amount
    assert micros(dollars(amount)) == amount


def test_money_counts_in_its_utc_month_and_day() -> None:
    """Whatever the clock on the wall says; a day without a budget of its own is bounded by the month's."""
    late = datetime.fromisoformat("2026-12-01T00:30:00+01:00")
    assert [one.period for one in allowances(late, monthly=9)] == ["2026-11", "2026-11-30"]
    assert allowances(NOON, monthly=9, daily=2, purpose=Purpose.RECHECK, share=1) == (
        Allowance(period="2026-11", most=9),
        Allowance(period="2026-11-20", most=2),
        Allowance(period="2026-11 recheck", most=1),
    )
    assert allowances(NOON, monthly=9, purpose=Purpose.PAGE)[2].most == 9


def test_prices_say_since_when() -> None:
    """A price without its date is a rumour."""
    assert Prices().as_of <= datetime.now(UTC).date()
    assert (Prices().post, Prices().user, Prices().counts) == (5_000, 10_000, 5_000)
