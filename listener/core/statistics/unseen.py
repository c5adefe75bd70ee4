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

    Sources: Chapman (1951), the nearly unbiased form of Lincoln-Petersen; Seber (1982), Estimation of Animal Abundance, p. 60, for
    the variance; Chao (1987), Biometrics 43:783-791, for an interval that never says fewer than were seen. Raises ValueError when
    both found more than either.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"both routes cannot find {both} when they find {first} and {second}")
    seen = first + second - both
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    missed = total - seen
    if missed <= 0 or variance <= 0:
        return Interval(float(seen), float(seen), float(seen))
    factor = math.exp(Z * math.sqrt(math.log(1 + variance / missed**2)))
    return Interval(total, seen + missed / factor, seen + missed * factor)
