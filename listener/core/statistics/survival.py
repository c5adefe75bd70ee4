"""How long until something happens, when for some we could not look to the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from listener.core.statistics.interval import Interval, Z


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that is still waiting after each moment at which something happened, with its bounds; moments ascend."""

    moments: tuple[float, ...]
    waiting: tuple[Interval, ...]
    n: int
    events: int
    longest: float  # how far anybody was looked at

    def at(self, moment: float) -> Interval | None:
        """The share still waiting at a moment; None beyond what was looked at."""
        if not self.n or moment > self.longest:
            return None
        found = Interval(1.0, 1.0, 1.0)
        for one, share in zip(self.moments, self.waiting, strict=True):
            if one > moment:
                break
            found = share
        return found

    def half(self) -> Interval | None:
        """When half no longer wait; None when that was never seen, infinity where a bound was not.

        Source: Brookmeyer & Crowley (1982), Biometrics 38:29-41.
        """

        def first(bound: int) -> float:
            return next((at for at, share in zip(self.moments, self.waiting, strict=True) if share[bound] <= 0.5), math.inf)

        value, low, high = first(0), first(1), first(2)
        return None if math.isinf(value) else Interval(value, low, high)


def kaplan_meier(spells: Sequence[tuple[float, bool]]) -> Curve:
    """The share still waiting, from spells (how long, whether it happened at its end or we merely stopped looking).

    Sources: Kaplan & Meier (1958), JASA 53:457-481; Greenwood's variance (1926) on the scale log(-log), Kalbfleisch & Prentice
    (1980), The Statistical Analysis of Failure Time Data, 1.4.
    """
    ordered = sorted(spells)
    left, share, spread = len(ordered), 1.0, 0.0
    moments: list[float] = []
    waiting: list[Interval] = []
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
            waiting.append(_bounds(share, spread))
        left -= gone
    return Curve(tuple(moments), tuple(waiting), len(ordered), events, ordered[-1][0] if ordered else 0.0)


def _bounds(share: float, spread: float) -> Interval:
    if share <= 0 or math.isinf(spread):
        return Interval(0.0, 0.0, 0.0) if share <= 0 else Interval(share, 0.0, 1.0)
    log = math.log(share)
    half = Z * math.sqrt(spread) / abs(log)
    return Interval(share, share ** math.exp(half), share ** math.exp(-half))
