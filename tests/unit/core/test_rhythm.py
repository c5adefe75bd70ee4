"""What is usual: learnt from small counts, robust to past crises, and surprised by real ones."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.rhythm import LEAST_SURPRISE, MOST_SURPRISE, WEEK, Rhythm, fit, tail


def poisson(chance: random.Random, mean: float) -> int:
    """A count."""
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def weeks(number: int, level: float = 2.0, seed: int = 1) -> list[int | None]:
    """Hours of a brand that speaks by day, and less in the weekend."""
    chance = random.Random(seed)
    rhythm = [level * (1.6 if 8 <= hour % 24 < 20 else 0.2) * (1 if hour < 120 else 0.4) for hour in range(WEEK)]
    return [poisson(chance, rhythm[hour % WEEK]) for hour in range(number * WEEK)]


def learnt(counts: list[int | None]) -> Rhythm:
    """What eight weeks teach."""
    found = fit(counts, 0)
    assert found is not None
    return found


def test_days_and_nights_and_weekends_are_told_apart() -> None:
    """A Tuesday noon is busier than its night and than a Sunday noon, each near its true mean."""
    usual = learnt(weeks(8))
    noon, night, sunday = usual.usual(36, 1), usual.usual(27, 1), usual.usual(6 * 24 + 12, 1)
    assert noon == pytest.approx(3.2, rel=0.3)
    assert night == pytest.approx(0.4, abs=0.35)
    assert sunday == pytest.approx(1.28, rel=0.5)
    assert usual.usual(36, 3) == pytest.approx(9.6, rel=0.3)


def test_few_counts_make_no_rhythm() -> None:
    """Three mentions in eight weeks do not make their hours special."""
    counts: list[int | None] = [0] * (8 * WEEK)
    for place in (10, 400, 900):
        counts[place] = 1
    usual = learnt(counts)
    assert max(usual.means) < 12 * min(usual.means)
    assert not usual.is_surprising(10, 1, 2)
    assert usual.is_surprising(10, 3, 4)


def test_a_past_crisis_does_not_make_the_next_one_usual() -> None:
    """Twelve hours at ten times the usual, three weeks ago, and the same again is a surprise all the same."""
    calm, struck = weeks(8), weeks(8)
    for place in range(5 * WEEK + 30, 5 * WEEK + 42):
        struck[place] = 10 * (struck[place] or 1)
    before, after = learnt(calm), learnt(struck)
    assert after.usual(36, 3) < 1.8 * before.usual(36, 3)
    assert after.is_surprising(36, 3, 45)


def test_a_bursty_brand_needs_more() -> None:
    """Where hours are often far off by themselves, the same count says less."""
    even, chance = weeks(8), random.Random(3)
    bursty = [None if one is None else poisson(chance, one * chance.choice([0.2, 0.5, 1.0, 2.6])) for one in even]
    assert learnt(bursty).spread[0] > learnt(even).spread[0]
    assert learnt(bursty).surprise(36, 3, 25) < learnt(even).surprise(36, 3, 25)


def test_too_little_is_no_knowledge() -> None:
    """A new brand is never surprised, and hours in which nobody listened are not quiet ones."""
    assert fit(weeks(1), 0) is None
    assert fit([None] * (8 * WEEK), 0) is None
    half: list[int | None] = [count if place % 2 else None for place, count in enumerate(weeks(8))]
    assert learnt(half).usual(37, 1) == pytest.approx(learnt(weeks(8)).usual(37, 1), rel=0.35)


@given(st.integers(0, 200), st.floats(0.01, 80), st.floats(0, 2))
def test_a_tail_is_a_chance_that_falls(count: int, mean: float, spread: float) -> None:
    """Never above one, and less for more."""
    assert tail(count, mean, spread) <= 0
    assert tail(count + 1, mean, spread) <= tail(count, mean, spread) + 1e-9


@pytest.mark.parametrize(("count", "mean", "chance"), [(1, 1.0, 1 - math.exp(-1)), (3, 1.0, 1 - 2.5 * math.exp(-1)), (0, 5.0, 1.0)])
def test_without_spread_a_tail_is_poissons(count: int, mean: float, chance: float) -> None:
    """By hand."""
    assert math.exp(tail(count, mean, 0.0)) == pytest.approx(chance, rel=1e-5)
    assert math.exp(tail(count, mean, 1e-7)) == pytest.approx(chance, rel=1e-5)
    assert tail(3, 0.0, 0.5) < tail(3, 1.0, 0.5)


def test_with_spread_a_tail_is_the_negative_binomials() -> None:
    """A geometric one, whose tail is known: mean 1, spread 1 gives 2^-n."""
    assert math.exp(tail(5, 1.0, 1.0)) == pytest.approx(2**-5, rel=1e-5)


def test_the_threshold_stays_within_its_bounds() -> None:
    """A brand with many crises is neither deaf nor hysterical; the usual is no surprise at all."""
    counts = weeks(8)
    for place in range(0, 8 * WEEK, 97):
        counts[place] = 60
    usual = learnt(counts)
    assert LEAST_SURPRISE <= usual.threshold <= MOST_SURPRISE
    assert usual.surprise(36, 1, 1) == 0
