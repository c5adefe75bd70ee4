"""What this X charges, and what its customer's account allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum

# US dollars (docs.x.com, pricing, August 2026), in thousandths, so that a sum is exact.
POST_MILLS = 5
USER_MILLS = 10
COUNTS_MILLS = 5  # for a request, whatever it finds
POST_PRICE, USER_PRICE, COUNTS_PRICE = POST_MILLS / 1000, USER_MILLS / 1000, COUNTS_MILLS / 1000
CAP = 3_000_000  # posts a billing cycle


class Stop(Enum):
    """Why an account may not read for now."""

    CREDITS = "the credits are used up"
    SPENDING = "the limit that its owner set is reached"
    CAP = "the posts of this cycle are used up"


@dataclass
class Bill:
    """What was read and what it comes to: each post and each user once per UTC day, each counts request.

    `credits` and `spending_limit` are US dollars and `cap` posts; None is no bound. A call that begins within the bounds is
    answered whole, so they may be overrun by one answer, as on the real X.
    """

    credits: float | None = None
    spending_limit: float | None = None
    cap: int = CAP
    reads: int = 0
    mills: int = 0
    _seen: set[tuple[date, str, str]] = field(default_factory=set, repr=False)

    @property
    def cost(self) -> float:
        """US dollars."""
        return self.mills / 1000

    def stop(self) -> Stop | None:
        """Why the next call is refused, if it is."""
        if self.credits is not None and self.cost >= self.credits:
            return Stop.CREDITS
        if self.spending_limit is not None and self.cost >= self.spending_limit:
            return Stop.SPENDING
        return Stop.CAP if self.reads >= self.cap else None

    def read(self, posts: Iterable[int], users: Iterable[str], now: datetime) -> int:
        """Charge for an answer that holds these, expansions included; returns thousandths of a dollar."""
        before = self.mills
        day = now.astimezone(UTC).date()
        for post in posts:
            if self._is_new(day, "post", str(post)):
                self.reads += 1
                self.mills += POST_MILLS
        for user in users:
            if self._is_new(day, "user", user):
                self.mills += USER_MILLS
        return self.mills - before

    def counted(self) -> int:
        """Charge for a counts request; returns thousandths of a dollar."""
        self.mills += COUNTS_MILLS
        return COUNTS_MILLS

    def _is_new(self, day: date, kind: str, name: str) -> bool:
        if (day, kind, name) in self._seen:
            return False
        self._seen.add((day, kind, name))
        return True
