"""The purse for X: what a visit may spend, as the configuration says, and the money for one call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from listener.core.errors import OutOfBudget
from listener.core.purchases import Good, Prices, Purchases, Purpose, allowances, dollars
from listener.sources.means import XAccess

LARGEST_PAGE = 100
SMALLEST_PAGE = 10


class Reservation:
    """Money set aside for one call; it stays spent in full until `settle` says what came."""

    def __init__(self, purchases: Purchases, number: int, amount: int, units: int) -> None:
        self.number = number
        self.amount = amount  # micro-dollars
        self.units = units  # how many things it pays for
        self._purchases = purchases

    def settle(self, goods: Sequence[Good], now: datetime) -> int:
        """What the call cost, in micro-dollars, by what came; nothing for a refusal."""
        self.amount = self._purchases.settle(self.number, goods, now)
        return self.amount


class Purse:
    """Keeps spending within the budgets of the configuration, over all threads and processes that share the archive."""

    def __init__(self, access: XAccess, purchases: Purchases) -> None:
        self._access = access
        self._purchases = purchases

    @property
    def prices(self) -> Prices:
        """What things cost."""
        return self._access.prices

    def reserve(
        self, purpose: Purpose, source: str, now: datetime, *, price: int, most: int, least: int = 1, share: int | None = None
    ) -> Reservation:
        """Set aside money for as many things at `price` as the budgets allow, from `least` to `most`; raises OutOfBudget.

        `share` is the most that this purpose may take of the month, in micro-dollars.
        """
        monthly = self._access.monthly
        if monthly <= 0:
            raise OutOfBudget("X: nothing is bought, since [x] monthly_budget is 0")
        periods = allowances(now, monthly=monthly, daily=self._access.daily, purpose=purpose, share=share)
        while True:
            left = self._purchases.left(periods)
            units = min(most, left // price if price else most)
            if units < least:
                raise OutOfBudget(self._empty(purpose, now, left))
            number = self._purchases.reserve(purpose, source, units * price, periods, now)
            if number is not None:
                return Reservation(self._purchases, number, units * price, units)
            # Another process took some of it meanwhile: each turn of this loop sees less money than the one before.

    def _empty(self, purpose: Purpose, now: datetime, left: int) -> str:
        """Which budget is used up, and what then."""
        access = self._access
        month = self._purchases.left(allowances(now, monthly=access.monthly)[:1])
        if month > left and access.daily is not None:
            day = self._purchases.left(allowances(now, monthly=access.daily)[1:])
            if day <= left:
                spent = f"${dollars(access.daily - day)} of today's ${dollars(access.daily)}"
                return f"X: {spent} is spent and the rest pays for nothing more; it goes on at 00:00 UTC"
        if month > left:
            return f"X: the share of the month that is set aside for this ({purpose.value}) is spent; it goes on next month"
        spent = f"${dollars(access.monthly - month)} of this month's ${dollars(access.monthly)}"
        return (
            f"X: {spent} is spent and the rest does not pay for a page; it goes on next month, or when [x] monthly_budget is raised"
        )
