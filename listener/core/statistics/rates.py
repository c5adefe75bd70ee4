"""Counts in a stretch of time, and quantiles of what was logged, with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from listener.core.statistics.interval import Interval, Z, student


def poisson(count: int, exposure: float = 1.0) -> Interval:
    """A rate for each unit of exposure from a count of independent events.

    Source: Byar's approximation of Garwood's exact limits, Breslow & Day (1987), Statistical Methods in Cancer Research II, p. 69;
    exact for a count of 0. Raises ValueError for a negative count or no exposure.
    """
    if count < 0 or exposure <= 0:
        raise ValueError(f"{count} in {exposure} is not a rate")
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * math.sqrt(more))) ** 3 if count else -math.log(0.025)
    return Interval(count / exposure, max(0.0, low) / exposure, high / exposure)


def bursty(counts: Sequence[int], exposures: Sequence[float] | None = None) -> Interval:
    """A rate for each unit of exposure from counts of several stretches that vary more than Poisson's do.

    The variance is a multiple of the mean, estimated by Pearson's chi-square and never below 1, with Student's t on the logarithm.
    Source: McCullagh & Nelder (1989), Generalized Linear Models, 4.5 and 6.2 (as the negative binomial of its NB1 form).
    """
    over = [1.0] * len(counts) if exposures is None else list(exposures)
    total, exposure = sum(counts), sum(over)
    found = poisson(total, exposure)
    if total == 0 or len(counts) < 2:
        return found
    mean = total / exposure
    chi = sum((count - mean * e) ** 2 / (mean * e) for count, e in zip(counts, over, strict=True) if e > 0)
    spread = chi / (len(counts) - 1)
    if spread <= 1:
        return found
    half = student(len(counts) - 1) * math.sqrt(spread / total)
    return Interval(mean, mean * math.exp(-half), mean * math.exp(half))


def tail(count: int, mean: float) -> float:
    """The chance of `count` events or more where `mean` are expected (Poisson)."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    term = math.exp(-mean)
    below = term
    for k in range(1, count):
        term *= mean / k
        below += term
    return max(0.0, 1 - below)


def quantile(values: Sequence[float], share: float) -> Interval | None:
    """A quantile with bounds from order statistics; a bound that the sample cannot give is minus or plus infinity.

    Source: Hahn & Meeker (1991), Statistical Intervals, 5.2.1 (distribution-free, binomial). None without values.
    """
    if not values:
        return None
    ordered = sorted(values)
    n = len(ordered)
    place = min(n - 1, max(0, math.ceil(share * n) - 1))
    low, high = _rank(n, share, 0.025), _rank(n, share, 0.975)
    # The chance that the true quantile lies below the k-th smallest is that of fewer than k among n below it.
    return Interval(ordered[place], ordered[low - 1] if low >= 1 else -math.inf, ordered[high] if high < n else math.inf)


def _rank(n: int, share: float, chance: float) -> int:
    """The largest k with P(Binomial(n, share) < k) <= chance (low), or the smallest k with P(Binomial <= k) >= chance (high)."""
    if n > 2000:
        return round(n * share + NormalDist().inv_cdf(chance) * math.sqrt(n * share * (1 - share)))
    below = 0.0
    for k in range(n + 1):
        chance_k = math.exp(
            math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(share) + (n - k) * math.log1p(-share)
        )
        if below + chance_k > chance if chance < 0.5 else below + chance_k >= chance:
            return k
        below += chance_k
    return n
