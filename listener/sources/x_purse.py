"""The purse for X: money is reserved before a call, and what may have been spent counts as spent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from listener.core.errors import OutOfBudget

POST_PRICE = 0.005  # US dollars for each post read (docs.x.com pricing, 2026-08-13); failed and empty answers are free
LARGEST_PAGE = 100
SMALLEST_PAGE = 10
_DUST = 1e-9


class Reservation:
    """Money set aside for one page; it counts in full until `settle` says what the page cost."""

    def __init__(self, posts: int) -> None:
        self.posts = posts
        self.cost = posts * POST_PRICE

    def settle(self, posts: int) -> float:
        """What the page cost, in US dollars, by the posts that came."""
        self.cost = posts * POST_PRICE
        return self.cost


class Purse:
    """Keeps spending within `budget` US dollars a calendar month, over all threads of this process.

    `spent(now)` is what the ledger holds for the month of `now`. Between a page and its row in the ledger, what this process has
    spent itself is counted too; what another process has not written down yet is not seen.
    """

    def __init__(self, budget: float, spent: Callable[[datetime], float]) -> None:
        self._budget = budget
        self._spent = spent
        self._lock = threading.Lock()
        self._month = (0, 0)
        self._at_first = 0.0
        self._ours = 0.0
        self._reserved = 0.0

    @contextmanager
    def reserve(self, now: datetime) -> Iterator[Reservation]:
        """Set money aside for a page, as large as the budget allows; raises OutOfBudget when not even the smallest fits.

        At the end the reservation's cost counts as spent: what was settled, or all of it where nobody knows.
        """
        reservation = self._take(now)
        held = reservation.cost
        try:
            yield reservation
        finally:
            with self._lock:
                self._reserved -= held
                self._ours += reservation.cost

    def _take(self, now: datetime) -> Reservation:
        if self._budget <= 0:
            raise OutOfBudget("X: nothing is bought, since [x] monthly_budget is 0")
        with self._lock:
            ledger = self._spent(now)
            month = (now.year, now.month)
            if month != self._month:
                self._month, self._at_first, self._ours = month, ledger, 0.0
            spent = max(ledger, self._at_first + self._ours)
            left = self._budget - spent - self._reserved
            posts = min(LARGEST_PAGE, int(left / POST_PRICE + _DUST))
            if posts < SMALLEST_PAGE:
                raise OutOfBudget(
                    f"X: ${spent:.2f} of this month's ${self._budget:.2f} is spent and the rest does not pay for a page; "
                    "it goes on next month, or when [x] monthly_budget is raised"
                )
            reservation = Reservation(posts)
            self._reserved += reservation.cost
            return reservation
