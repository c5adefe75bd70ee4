"""Counts in a stretch of time, and quantiles of what was logged, with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from listener.core.statistics.beta import chi_square, incomplete_beta
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


def total(amounts: Sequence[float]) -> Interval:
    """The sum of amounts, 0 or more, that came by chance, as of a compound Poisson process; 0 for none.

    Source: Fay & Feuer (1997), Statistics in Medicine 16:791-801, the gamma interval of a weighted sum of Poisson counts; it holds
    for few and very unequal amounts too, where drawing again is too narrow.
    """
    whole = math.fsum(amounts)
    if whole <= 0:
        return Interval(0.0, 0.0, 0.0)
    squares, most = math.fsum(one * one for one in amounts), max(amounts)
    more, squares_more = whole + most, squares + most * most
    return Interval(
        whole,
        squares / (2 * whole) * chi_square(0.025, 2 * whole * whole / squares),
        squares_more / (2 * more) * chi_square(0.975, 2 * more * more / squares_more),
    )


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

    The bounds lie between two of the values, so that they hold what they say and not more: with whole ranks they are too wide.
    Source: Hutson (1999), Journal of Applied Statistics 26:343-353 (fractional order statistics). None without values.
    """
    if not values:
        return None
    ordered = sorted(values)
    n = len(ordered)
    place = min(n - 1, max(0, math.ceil(share * n) - 1))
    low, high = (_between(ordered, _rank(n, share, chance)) for chance in (0.975, 0.025))
    return Interval(ordered[place], min(low, ordered[place]), max(high, ordered[place]))


def _between(ordered: Sequence[float], rank: float) -> float:
    """The value at a rank from 1 on that need not be whole."""
    if not 1 <= rank <= len(ordered):
        return -math.inf if rank < 1 else math.inf
    whole = int(rank)
    after = ordered[min(whole, len(ordered) - 1)]
    return ordered[whole - 1] + (rank - whole) * (after - ordered[whole - 1])


def _rank(n: int, share: float, chance: float) -> float:
    """The rank above which the quantile lies with this chance: the k with I_share(k, n + 1 - k) = chance."""
    if n > 2000:
        return n * share + 0.5 - NormalDist().inv_cdf(chance) * math.sqrt(n * share * (1 - share))
    low, high = 0.0, n + 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if incomplete_beta(middle, n + 1 - middle, share) > chance else (low, middle)
    return low
