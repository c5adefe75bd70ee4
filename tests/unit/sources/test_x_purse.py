"""The purse for X."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.errors import OutOfBudget
from listener.sources.x_purse import POST_PRICE, Purse
from tests.builders import NOON


def test_a_budget_of_nothing_never_buys() -> None:
    """Zero means never, whatever the ledger says."""
    with pytest.raises(OutOfBudget, match="monthly_budget is 0"), Purse(0, lambda _: -100.0).reserve(NOON):
        pass


def test_the_page_shrinks_to_what_is_left() -> None:
    """A hundred posts while there is money, then what fits, then nothing."""
    ledger = [24.0]
    purse = Purse(25.0, lambda _: ledger[0])
    sizes = []
    for spent in (24.0, 24.8, 24.95):
        ledger[0] = spent
        with purse.reserve(NOON) as reservation:
            sizes.append(reservation.posts)
            reservation.settle(0)
    assert sizes == [100, 40, 10]
    ledger[0] = 24.96
    with pytest.raises(OutOfBudget, match=r"\$24\.96 of this month's \$25\.00"), purse.reserve(NOON):
        pass


def test_what_is_not_in_the_ledger_yet_counts_all_the_same() -> None:
    """Between a page and its row in the ledger another page may be asked for."""
    purse = Purse(0.5, lambda _: 0.0)
    with purse.reserve(NOON) as reservation:
        assert reservation.settle(80) == pytest.approx(0.4)
    with purse.reserve(NOON) as reservation:
        assert reservation.posts == 20
        reservation.settle(20)
    with pytest.raises(OutOfBudget), purse.reserve(NOON):
        pass


def test_what_nobody_settled_counts_in_full() -> None:
    """A call whose end is unknown may have been billed."""
    purse = Purse(0.5, lambda _: 0.0)
    with suppress(TimeoutError), purse.reserve(NOON):
        raise TimeoutError
    with pytest.raises(OutOfBudget), purse.reserve(NOON):
        pass


def test_a_new_month_is_a_new_purse() -> None:
    """What we spent in November is not December's."""
    purse = Purse(0.5, lambda now: 0.5 if now.month == 11 else 0.0)
    with pytest.raises(OutOfBudget), purse.reserve(NOON):
        pass
    with purse.reserve(NOON + timedelta(days=30)) as reservation:
        assert reservation.posts == 100


@given(st.floats(0.01, 3.0), st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=30))
def test_spending_never_passes_the_budget(budget: float, calls: list[tuple[int, bool]]) -> None:
    """Whatever comes back, and whether or not it is in the ledger yet."""
    ledger, spent = [0.0], 0.0
    purse = Purse(budget, lambda _: ledger[0])
    for posts, written in calls:
        with suppress(OutOfBudget), purse.reserve(NOON) as reservation:
            spent += reservation.settle(min(posts, reservation.posts))
        if written:
            ledger[0] = spent
    assert spent <= budget + 1e-9


def test_threads_share_one_purse() -> None:
    """Two pages at the same time are two reservations."""
    purse = Purse(1.0, lambda _: 0.0)
    both = threading.Barrier(2)
    sizes: list[int] = []

    def buy() -> None:
        with purse.reserve(NOON) as reservation:
            sizes.append(reservation.posts)
            both.wait(20)

    threads = [threading.Thread(target=buy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sizes) * POST_PRICE == pytest.approx(1.0)
