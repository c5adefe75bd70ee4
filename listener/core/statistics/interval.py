"""An estimate with the bounds of its 95 % interval, and the quantiles that such bounds need."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

Z = NormalDist().inv_cdf(0.975)  # 1.95996…


class Interval(NamedTuple):
    """An estimate and the bounds of its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Interval:
        """The same, multiplied by a number of 0 or more."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


def student(df: int) -> float:
    """The 0.975 quantile of Student's t with `df` >= 1 degrees of freedom, to three digits.

    Source: Abramowitz & Stegun (1964), 26.7.5; the first three are exact, since the expansion is not for them.
    """
    if df < 4:
        return {1: 12.7062, 2: 4.30265, 3: 3.18245}[df]
    z = Z
    return (
        z
        + (z**3 + z) / (4 * df)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)
    )
