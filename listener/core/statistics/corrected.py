"""Shares of what a machine judged, corrected by what people say of a random sample of it."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from listener.core.statistics.interval import Interval
from listener.core.statistics.resampled import DRAWS, between


def misjudged(
    judged: Mapping[str, float],
    checked: Mapping[str, tuple[int, int, int]],
    seed: str,
    *,
    draws: int = DRAWS,
) -> Interval | None:
    """The true share of a class among what is relevant, from how many the machine put where and what people say of some of each.

    `judged` counts all by the machine's word; `checked` says of each such word how many were checked, how many of them are relevant
    and how many of those truly belong to the class in question. None where more than a twentieth of all goes unchecked. Each row of
    the confusion matrix is drawn again from what was seen of it (Jeffreys prior), and so is how many there are in each.
    Sources: Tenenbein (1970), JASA 65:1350-1361 (double sampling for misclassified counts); Rubin (1981), Annals of Statistics
    9:130-134 (the Bayesian bootstrap); Brown, Cai & DasGupta (2001), Statistical Science 16:101-133, for the prior.
    """
    whole = sum(judged.values())
    known = {one: count for one, count in judged.items() if count > 0 and checked.get(one, (0, 0, 0))[0] > 0}
    if not whole or sum(known.values()) < 0.95 * whole:
        return None
    relevant = sum(count * checked[one][1] / checked[one][0] for one, count in known.items())
    if not relevant:
        return None
    value = sum(count * checked[one][2] / checked[one][0] for one, count in known.items()) / relevant
    random = Random(seed)  # noqa: S311 - a seeded draw is the point
    draw = random.gammavariate
    found = []
    for _ in range(draws):
        above = below = 0.0
        for one, count in known.items():
            n, base, yes = checked[one]
            weight = draw(count, 1.0)
            right, wrong, beside = draw(yes + 0.5, 1.0), draw(base - yes + 0.5, 1.0), draw(n - base + 0.5, 1.0)
            weight /= right + wrong + beside
            above += weight * right
            below += weight * (right + wrong)
        found.append(above / below)
    drawn = between(value, sorted(found))
    return Interval(value, min(drawn.low, value), max(drawn.high, value))
