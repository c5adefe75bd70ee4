"""The beta and chi-square distributions, as far as intervals need them."""

from __future__ import annotations

import math
from statistics import NormalDist

_STEPS = 500
_TINY = 1e-300
_CLOSE = 1e-13


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The chance that a beta number with parameters `a`, `b` > 0 is at most `x` in [0, 1] (regularised, I_x(a, b)).

    Source: Abramowitz & Stegun (1964), 26.5.8, by the continued fraction of Lentz (1976), Applied Optics 15:668-671.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # the fraction converges quickly on the other side
        return 1 - incomplete_beta(b, a, 1 - x)
    head = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    found, m = d, 0
    while True:
        m += 1
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + part * d)
            c = _away(1 + part / c)
            found *= c * d
        if abs(c * d - 1) < _CLOSE or m == _STEPS:
            return head * found


def _away(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def chi_square(chance: float, df: float) -> float:
    """The quantile of chi-square with `df` > 0 degrees of freedom, which need not be whole.

    Source: Wilson & Hilferty (1931), PNAS 17:684-688; from ten degrees on it is right to a thousandth.
    """
    part = 2 / (9 * df)
    return df * max(0.0, 1 - part + NormalDist().inv_cdf(chance) * math.sqrt(part)) ** 3
