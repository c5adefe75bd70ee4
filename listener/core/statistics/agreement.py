"""Whether people who judge the same things say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def alpha(units: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for names (nominal): 1 is full agreement, 0 is chance; None where nothing was judged twice.

    When everybody always says the same one thing nothing can be learned about agreement: None too.
    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C.
    """
    pairs = [unit for unit in units if len(unit) > 1]
    totals: Counter[str] = Counter()
    apart = 0.0
    for unit in pairs:
        counts = Counter(unit)
        totals.update(counts)
        m = len(unit)
        apart += (m * m - sum(k * k for k in counts.values())) / (m - 1)
    n = sum(totals.values())
    expected = n * n - sum(k * k for k in totals.values())
    if not pairs or not expected:
        return None
    return 1 - (n - 1) * apart / expected
