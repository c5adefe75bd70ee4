"""Shares and differences of shares, with intervals that stay within 0 and 1 and serve small samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

from listener.core.statistics.interval import Interval, Z


def wilson(successes: float, n: float, *, population: float | None = None) -> Interval:
    """A share of `n` observations with Wilson's score interval; nothing observed leaves 0 to 1 open.

    With `population` the sample was drawn without replacement from so many, and the interval is of their share: the effective
    size grows by the finite population correction, and what was seen bounds what can be.
    Sources: Wilson (1927), JASA 22:209-212; Cochran (1977), Sampling Techniques, section 2.6. Raises ValueError for counts that
    cannot be.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share")
    if n == 0:
        return Interval(0.5, 0.0, 1.0)
    p, size = successes / n, n
    if population is not None:
        if population <= n:
            return Interval(p, p, p)
        size = n * (population - 1) / (population - n)
    middle = (p + Z * Z / (2 * size)) / (1 + Z * Z / size)
    half = Z / (1 + Z * Z / size) * math.sqrt(p * (1 - p) / size + Z * Z / (4 * size * size))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    if population is not None:
        low, high = max(low, successes / population), min(high, 1 - (n - successes) / population)
    return Interval(p, 0.0 if successes == 0 else min(low, p), 1.0 if successes == n else max(high, p))


def newcombe(first: Interval, second: Interval) -> Interval:
    """The difference of two independent shares, first less second, each with its Wilson interval.

    Source: Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    d = first.value - second.value
    return Interval(
        d,
        max(-1.0, d - math.hypot(first.value - first.low, second.high - second.value)),
        min(1.0, d + math.hypot(first.high - first.value, second.value - second.low)),
    )


def stratified(strata: Sequence[tuple[float, float, float]], *, finite: bool = True) -> Interval:
    """A share over strata, each (size of the stratum, checked, of which yes), with Wilson's interval at the effective size.

    Strata in which nothing was checked are left out of the share: what is said is about the others. With `finite` it is the share
    of just these strata, drawn without replacement; otherwise of what they were drawn from.
    Sources: Cochran (1977), Sampling Techniques, (5.8) and (5.9) for the variance; Korn & Graubard (1998), Survey Methodology
    24:193-201, for an interval at the effective sample size. In a stratum where all answers are alike the variance is taken as
    that of half an answer more (Agresti & Coull (1998), The American Statistician 52:119-126, in its spirit): none at all would
    be too sure.
    """
    used = [one for one in strata if one[1] > 0]
    total = sum(size for size, _, _ in used)
    if not total:
        return Interval(0.5, 0.0, 1.0)
    share = sum(size / total * yes / n for size, n, yes in used)
    variance = weight2 = 0.0
    for size, n, yes in used:
        weight = size / total
        smooth = (yes + 0.5) / (n + 1)
        left = max(0.0, 1 - n / size) if finite else 1.0
        variance += weight * weight * smooth * (1 - smooth) / n * left
        weight2 += weight * weight / n * left
    if not variance:
        return Interval(share, share, share)
    smooth = sum(size / total * (yes + 0.5) / (n + 1) for size, n, yes in used)
    effective = max(1.0, smooth * (1 - smooth) / variance)
    found = wilson(share * effective, effective)
    return Interval(share, min(found.low, share), max(found.high, share))


def without_noise(share: Interval, noise: Interval, *, classes: int = 2, checked: float = math.inf) -> Interval:
    """A share as it would be without people's slips: each gives a wrong one of `classes` answers with the chance `noise`.

    Where the share is of just what was found, chance enters by the slips themselves, among so many `checked`.
    Sources: Rogan & Gladen (1978), American Journal of Epidemiology 107:71-76, for the correction; Zou & Donner (2008), Statistics
    in Medicine 27:1693-1702, for putting the two intervals together (MOVER).
    """

    def corrected(seen: float, slip: float) -> float:
        wrong = slip / (classes - 1)
        left = 1 - slip - wrong
        return min(1.0, max(0.0, (seen - wrong) / left)) if left > 0 else 0.5

    value = corrected(share.value, noise.value)
    below = value - corrected(share.low, noise.value)
    above = corrected(share.high, noise.value) - value
    chance = Z * math.sqrt(noise.value * (1 - noise.value) / checked)
    by_low, by_high = corrected(share.value, noise.low) - value, corrected(share.value, noise.high) - value
    return Interval(
        value,
        max(0.0, value - math.hypot(below, min(by_low, by_high, 0.0), chance)),
        min(1.0, value + math.hypot(above, max(by_low, by_high, 0.0), chance)),
    )


def slips(disagreements: int, doubles: int, *, assumed: float) -> Interval:
    """How often one person's answer is a slip, from answers given by two: half their disagreement.

    Without answers by two it is what is `assumed`, from nothing to three times as much. Source: two independent answers, each wrong
    with chance e, differ with chance 2e(1-e) (Dawid & Skene (1979), Applied Statistics 28:20-28, in the symmetric case).
    """
    if doubles < 20:
        return Interval(assumed, 0.0, 3 * assumed)
    found = wilson(disagreements, doubles)
    usual = (disagreements + 0.5) / (doubles + 1)  # never nothing: who has not slipped yet may
    return Interval(*((1 - math.sqrt(max(0.0, 1 - 2 * one))) / 2 for one in (usual, found.low, max(usual, found.high))))
