"""How long until something happens, when for some we could not look to the end."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from listener.core.statistics.interval import Interval, Z
from listener.core.statistics.shares import wilson
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that is still waiting after each moment at which something happened, with its spread; moments ascend.

    A spread is Greenwood's sum: the variance of the share's logarithm.
    """

    moments: tuple[float, ...]
    shares: tuple[float, ...]
    spreads: tuple[float, ...]
    lengths: tuple[float, ...]  # of all spells, ascending
    events: int

    @property
    def n(self) -> int:
        """How many waited."""
        return len(self.lengths)

    def at(self, moment: float) -> Interval | None:
        """The share still waiting at a moment; None beyond what was looked at."""
        if not self.n or moment > self.lengths[-1]:
            return None
        passed = bisect_right(self.moments, moment)
        if passed:
            return _bounds(self.shares[passed - 1], self.spreads[passed - 1], self.n)
        left = self.n - bisect_left(self.lengths, moment)
        return wilson(left, left)  # nothing happened yet to anybody of whom that is known

    def half(self) -> Interval | None:
        """When half no longer wait; None when that was never seen, infinity where a bound was not.

        Source: Brookmeyer & Crowley (1982), Biometrics 38:29-41.
        """
        value = low = high = math.inf
        for at, share, spread in zip(self.moments, self.shares, self.spreads, strict=True):
            # Half lies within Wilson's interval where the score test does not refuse it: no interval need be made.
            variance = share * spread / (1 - share) if share > 0 else 1 / self.n
            refused = (share - 0.5) ** 2 > Z * Z / 4 * variance
            low = min(low, at) if share <= 0.5 or not refused else low
            value = min(value, at) if share <= 0.5 else value
            if share <= 0.5 and refused:
                high = at
                break
        return None if math.isinf(value) else Interval(value, low, high)


def kaplan_meier(spells: Sequence[tuple[float, bool]]) -> Curve:
    """The share still waiting, from spells (how long, whether it happened at its end or we merely stopped looking).

    Sources: Kaplan & Meier (1958), JASA 53:457-481; Greenwood (1926) for the variance; Dorey & Korn (1987), Statistics in Medicine
    6:679-687, for an interval at the effective sample size (Wilson's here), which serves few spells and shares near 0 and 1.
    """
    ordered = sorted(spells)
    left, share, spread = len(ordered), 1.0, 0.0
    moments: list[float] = []
    shares: list[float] = []
    spreads: list[float] = []
    at, events = 0, 0
    while at < len(ordered):
        moment = ordered[at][0]
        happened = gone = 0
        while at < len(ordered) and ordered[at][0] == moment:
            happened += ordered[at][1]
            gone += 1
            at += 1
        if happened:
            events += happened
            share *= 1 - happened / left
            spread += happened / (left * (left - happened)) if left > happened else math.inf
            moments.append(moment)
            shares.append(share)
            spreads.append(spread)
        left -= gone
    return Curve(tuple(moments), tuple(shares), tuple(spreads), tuple(length for length, _ in ordered), events)


def _bounds(share: float, spread: float, n: int) -> Interval:
    if share <= 0:
        return wilson(0, n)
    size = (1 - share) / (share * spread)
    found = wilson(share * size, size)
    return Interval(share, found.low, found.high)
