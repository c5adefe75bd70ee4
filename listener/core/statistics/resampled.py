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
