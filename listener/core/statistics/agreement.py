"""Whether people who judge the same things say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def alpha(units: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for names (nominal): 1 is full agreement, 0 is chance; None where nothing was judged twice.

    When everybody always says the same one thing nothing can be learned about agreement: None too.
    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C.
    """
    # The same answers come again and again: each pattern is worked out once.
    patterns = Counter(map(tuple, units))
    totals: dict[str, int] = {}
    apart = 0.0
    for unit, times in patterns.items():
        m = len(unit)
        if m < 2:
            continue
        same = 0
        for value in set(unit):
            k = unit.count(value)
            same += k * k
            totals[value] = totals.get(value, 0) + k * times
        apart += times * (m * m - same) / (m - 1)
    n = sum(totals.values())
    expected = n * n - sum(k * k for k in totals.values())
    if not expected:
        return None
    return 1 - (n - 1) * apart / expected
