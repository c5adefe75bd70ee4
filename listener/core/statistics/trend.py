"""The slope of a series that a few odd weeks cannot bend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from listener.core.statistics.interval import Interval, Z


def theil_sen(pieces: Sequence[Sequence[tuple[float, float]]]) -> Interval | None:
    """The median slope of the points (time, value), compared only within their piece; None with fewer than three pairs.

    Pieces are what cannot be compared with one another: before and after a query changed. The bounds are slopes by their rank.
    Sources: Theil (1950), Sen (1968), JASA 63:1379-1389, for slope and bounds; Hirsch & Slack (1984), Water Resources Research
    20:727-732, for adding the variances of pieces.
    """
    slopes: list[float] = []
    variance = 0.0
    for piece in pieces:
        points = sorted(piece)
        slopes += [(b[1] - a[1]) / (b[0] - a[0]) for n, a in enumerate(points) for b in points[n + 1 :] if b[0] > a[0]]
        n = len(points)
        variance += n * (n - 1) * (2 * n + 5) / 18
    if len(slopes) < 3:
        return None
    slopes.sort()
    reach = Z * math.sqrt(variance)
    low = math.floor((len(slopes) - reach) / 2) - 1
    high = math.ceil((len(slopes) + reach) / 2)
    return Interval(
        median(slopes),
        slopes[low] if low >= 0 else -math.inf,
        slopes[high] if high < len(slopes) else math.inf,
    )
