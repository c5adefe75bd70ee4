"""What nobody saw, guessed from how often things were seen once, twice, or by two routes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from listener.core.statistics.interval import Interval, Z


def good_turing(times: Iterable[int]) -> Interval | None:
    """The chance that the next one heard is somebody never heard before, from how often each was heard; None without any.

    Sources: Good (1953), Biometrika 40:237-264; the interval is Esty's (1983), Annals of Statistics 11:905-912.
    """
    n = once = twice = 0
    for one in times:
        n += one
        once += one == 1
        twice += one == 2
    if not n:
        return None
    share = once / n
    half = Z * math.sqrt(max(0.0, once + 2 * twice - once * once / n)) / n
    return Interval(share, max(0.0, share - half), min(1.0, share + half))


def chapman(first: int, second: int, both: int) -> Interval:
    """How many there are in all, from how many each of two independent routes found and how many both did.

    The interval never says fewer than were seen. Sources: Chapman (1951), the nearly unbiased form of Lincoln-Petersen; Sadinle
    (2009), Communications in Statistics - Simulation and Computation 38:1909-1924, for the interval, which holds in small and large
    populations alike. Raises ValueError when both found more than either.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"both routes cannot find {both} when they find {first} and {second}")
    seen = first + second - both
    total = (first + 1) * (second + 1) / (both + 1) - 1
    if both == first == second:  # nothing to draw a spread from: each route alone may miss what one in forty would let it miss
        alone = 1 - 0.025 ** (1 / both) if both else 1.0
        return Interval(float(seen), float(seen), seen / (1 - alone * alone) if both else math.inf)
    a, b, c = both + 0.5, first - both + 0.5, second - both + 0.5
    missed, factor = b * c / a, math.exp(Z * math.sqrt(1 / a + 1 / b + 1 / c + a / (b * c)))
    low, high = (seen + max(0.0, missed * one - 0.5) for one in (1 / factor, factor))
    return Interval(total, min(low, total), max(high, total))
