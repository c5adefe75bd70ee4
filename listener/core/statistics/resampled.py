"""Intervals by drawing again from what was seen, with a seed that is stored: the same seed gives the same interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from listener.core.statistics.interval import Interval, student

DRAWS = 1000

T = TypeVar("T")


def bootstrap(sample: Sequence[T], measure: Callable[[Sequence[T]], float], seed: str, *, draws: int = DRAWS) -> Interval | None:
    """A measure of a sample with its percentile bootstrap interval; None for an empty sample.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    if not sample:
        return None
    random = Random(seed)  # noqa: S311 - a seeded draw is the point
    found = sorted(measure(random.choices(sample, k=len(sample))) for _ in range(draws))
    return between(measure(sample), found)


def between(value: float, drawn: Sequence[float]) -> Interval:
    """The middle 95 % of draws, ascending, around a value."""
    return Interval(value, drawn[int(0.025 * len(drawn))], drawn[min(len(drawn) - 1, int(0.975 * len(drawn)))])


def mean(values: Sequence[float]) -> Interval | None:
    """A mean with Student's interval; None with fewer than two.

    Source: Student (1908), Biometrika 6:1-25. It holds better than the bootstrap for few values, such as weeks.
    """
    if len(values) < 2:
        return None
    middle = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((one - middle) ** 2 for one in values) / (len(values) - 1) / len(values))
    half = student(len(values) - 1) * spread
    return Interval(middle, middle - half, middle + half)


def total(amounts: Sequence[float], seed: str, *, draws: int = DRAWS) -> Interval:
    """The sum of amounts that came by chance, with the interval of a compound Poisson process; 0 for none.

    Source: the Poisson bootstrap, Hanley & MacGibbon (2006), Computer Methods and Programs in Biomedicine 83:57-62.
    """
    if not amounts:
        return Interval(0.0, 0.0, 0.0)
    random = Random(seed)  # noqa: S311 - a seeded draw is the point
    found = []
    for _ in range(draws):
        n = _times(random, len(amounts))
        found.append(sum(random.choices(amounts, k=n)))
    return between(sum(amounts), sorted(found))


def _times(random: Random, mean: float) -> int:
    """A Poisson number: by exponential waits, and by the normal one where many are expected."""
    if mean > 500:
        return max(0, round(random.gauss(mean, mean**0.5)))
    n, waited = 0, random.expovariate(1.0)
    while waited < mean:
        n += 1
        waited += random.expovariate(1.0)
    return n
