"""What was bought, in memory: the purse, the pages and the halts, as the archive keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from listener.core.purchases import Allowance, BoughtPage, Good, Halt, Purpose


@dataclass
class FakePurchases:
    """An archive's purse for tests of whoever buys; `used` may be filled beforehand."""

    used: dict[str, int] = field(default_factory=dict)
    reserved: list[tuple[Purpose, str, int, tuple[str, ...]]] = field(default_factory=list)
    settled: dict[int, int] = field(default_factory=dict)
    billed: set[tuple[date, str, str]] = field(default_factory=set)
    pages: list[BoughtPage] = field(default_factory=list)
    stopped: dict[str, Halt] = field(default_factory=dict)

    def left(self, allowances: Sequence[Allowance]) -> int:
        """What may still be set aside."""
        return max(0, min(one.most - self.used.get(one.period, 0) for one in allowances))

    def reserve(self, purpose: Purpose, source: str, amount: int, allowances: Sequence[Allowance], now: datetime) -> int | None:
        """Set money aside."""
        if any(self.used.get(one.period, 0) + amount > one.most for one in allowances):
            return None
        for one in allowances:
            self.used[one.period] = self.used.get(one.period, 0) + amount
        self.reserved.append((purpose, source, amount, tuple(one.period for one in allowances)))
        return len(self.reserved)

    def settle(self, reservation: int, goods: Sequence[Good], now: datetime) -> int:
        """Replace it by what came."""
        if reservation in self.settled:
            return self.settled[reservation]
        on, came = now.astimezone(UTC).date(), 0
        for one in goods:
            if (on, one.what, one.ref) not in self.billed:
                self.billed.add((on, one.what, one.ref))
                came += one.price
        _, _, amount, periods = self.reserved[reservation - 1]
        for period in periods:
            self.used[period] += came - amount
        self.settled[reservation] = came
        return came

    def keep_page(self, page: BoughtPage) -> int:
        """Keep a page."""
        self.pages.append(replace(page, id=len(self.pages) + 1))
        return len(self.pages)

    def page_after(self, source: str, after: int) -> BoughtPage | None:
        """The page that waits."""
        mine = [one for one in self.pages if one.source == source and one.after == after and one.id > after]
        return next((one for one in reversed(mine) if one.state != "unreadable"), None)

    def mark_page(self, page: int, state: str) -> None:
        """Say what became of it."""
        self.pages[page - 1] = replace(self.pages[page - 1], state=state)

    def halt(self, halt: Halt) -> None:
        """Stop buying."""
        since = self.stopped[halt.name].since if halt.name in self.stopped else halt.since
        self.stopped[halt.name] = replace(halt, since=since)

    def halts(self) -> Sequence[Halt]:
        """What stands still."""
        return [self.stopped[name] for name in sorted(self.stopped)]

    def resume(self, name: str | None = None) -> int:
        """Go on."""
        ended = [one for one in self.stopped if name in {None, one}]
        for one in ended:
            del self.stopped[one]
        return len(ended)
