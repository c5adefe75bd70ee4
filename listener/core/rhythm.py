"""What an hour usually brings a brand, and how surprising what it brought is: a model that knows small counts.

Counts are taken for a gamma-Poisson mixture (negative binomial): a mean for each hour of the week, and more spread than Poisson's.
The means are the brand's level times a weekday times an hour of the day, each drawn towards "no rhythm" as far as few counts demand
(a gamma prior, whose strength is said in counts), and the hour of the week's own history on top, drawn towards that product. Recent
weeks weigh more. Hours far beyond what was expected are cut down before they teach anything, so a past crisis does not make
the next one look usual; and what a brand's own past shows about its false alarms sets how surprising an hour must be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import nlargest
from itertools import accumulate

from listener.core.values import dataclass

WEEK = 168  # hours
WINDOWS = (1, 3)  # hours that are looked at together, up to now
FEWEST_HOURS = 2 * WEEK  # of history; with less, nothing is known to be usual
FEWEST = 3  # items: fewer are never a spike, however quiet the brand
_HALF_LIFE = 4.0  # weeks: a month ago weighs half
_PRIOR_COUNTS = 6.0  # how many counts "no rhythm" is worth to a weekday's or an hour's factor
_PRIOR_HOUR = 20.0  # how many counts the product of the two is worth to an hour of the week
_TAUGHT_SPREAD = 0.25  # an hour teaches no more than if the brand were so bursty: a crisis makes its own spread look large
_ROUNDS = 3
# Surprise is -log10 of the chance of so many or more. Between these, the brand's own past decides.
LEAST_SURPRISE, MOST_SURPRISE = 3.0, 5.0
_FALSE_ALARMS = 1  # in the whole history, that a threshold may have given
_APART = 12  # hours: exceedances that are nearer to each other are one


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is usual: the mean of each hour of the week (168, the first is Monday's), the spread, and the surprise that counts.

    `spread` holds, for each of WINDOWS, the extra variance as a share of the mean squared.
    """

    means: tuple[float, ...]
    spread: tuple[float, ...]
    threshold: float

    def usual(self, hour: int, window: int) -> float:
        """The mean of the `window` hours that end with this hour of the week."""
        means = self.means
        return means[hour] if window == 1 else sum([means[hour - back] for back in range(window)])

    def surprise(self, hour: int, window: int, count: int) -> float:
        """-log10 of the chance of `count` or more in the `window` hours that end with this hour of the week; 0 for the usual."""
        mean = self.usual(hour, window)
        if count <= mean or count < FEWEST:
            return 0.0
        return -tail(count, mean, self.spread[WINDOWS.index(window)]) / math.log(10)

    def is_surprising(self, hour: int, window: int, count: int, *, least: float | None = None) -> bool:
        """Whether that surprise is beyond the threshold, or beyond `least`; most hours are told from far away."""
        mean = self.usual(hour, window)
        variance = mean + self.spread[WINDOWS.index(window)] * mean * mean
        # Within two standard deviations no right-skewed tail is under one in a hundred.
        if count < FEWEST or count <= mean or (count - mean) ** 2 < 4 * variance:
            return False
        return self.surprise(hour, window, count) > (self.threshold if least is None else least)


def fit(counts: Sequence[int | None], first_hour: int) -> Rhythm | None:
    """Learn what is usual from hourly counts, oldest first, that begin at an hour of the week; None where too little is known.

    An hour in which nobody listened is None: it teaches nothing, least of all that it was quiet.
    """
    heard = [place for place, count in enumerate(counts) if count is not None]
    if len(heard) < FEWEST_HOURS:
        return None
    raw = [float(count or 0) for count in counts]
    slots = [(first_hour + place) % WEEK for place in range(len(raw))]
    weights = [0.5 ** ((len(raw) - 1 - place) / (WEEK * _HALF_LIFE)) for place in range(len(raw))]
    taught, means = list(raw), [0.0] * WEEK
    spread = (0.0,) * len(WINDOWS)
    for _ in range(_ROUNDS):
        means = _means(taught, slots, weights, heard)
        known, lesson = [raw[place] for place in heard], [taught[place] for place in heard]
        usual = [means[slots[place]] for place in heard]
        spread = tuple(_spread(known, lesson, usual, window) for window in WINDOWS)
        most = [_most(mean, min(spread[0], _TAUGHT_SPREAD)) for mean in means]
        for place in heard:
            taught[place] = min(raw[place], most[slots[place]])
    rhythm = Rhythm(tuple(means), spread, LEAST_SURPRISE)
    return Rhythm(rhythm.means, rhythm.spread, _threshold(rhythm, counts, slots))


def tail(count: int, mean: float, spread: float) -> float:
    """The natural logarithm of the chance of `count` or more: negative binomial, of variance mean + spread·mean²."""
    if mean <= 0:
        mean = 1e-9
    if spread < 1e-6:
        term = count * math.log(mean) - mean - math.lgamma(count + 1)
        ratio, shape = 0.0, 0.0
    else:
        shape = 1 / spread
        ratio = mean / (mean + shape)
        term = (
            math.lgamma(count + shape)
            - math.lgamma(shape)
            - math.lgamma(count + 1)
            + shape * math.log1p(-ratio)
            + count * math.log(ratio)
        )
    total, part, n = 1.0, 1.0, count
    while part > 1e-6 * total and n < count + 10_000:
        part *= ratio * (n + shape) / (n + 1) if shape else mean / (n + 1)
        total += part
        n += 1
    return min(0.0, term + math.log(total))


def _means(taught: Sequence[float], slots: Sequence[int], weights: Sequence[float], heard: Sequence[int]) -> list[float]:
    seen, brought = [0.0] * WEEK, [0.0] * WEEK
    for place in heard:
        seen[slots[place]] += weights[place]
        brought[slots[place]] += weights[place] * taught[place]
    total = math.fsum(brought)
    # Half an item in all that was heard: a brand of which nothing was ever said is not infinitely surprised by its first mention.
    level = (total + 0.5) / math.fsum(seen)
    hours, days = [1.0] * 24, [1.0] * 7
    for _ in range(3):
        for hour in range(24):
            mine = range(hour, WEEK, 24)
            expected = level * math.fsum(seen[slot] * days[slot // 24] for slot in mine)
            hours[hour] = (math.fsum(brought[slot] for slot in mine) + _PRIOR_COUNTS) / (expected + _PRIOR_COUNTS)
        for day in range(7):
            mine = range(24 * day, 24 * day + 24)
            expected = level * math.fsum(seen[slot] * hours[slot % 24] for slot in mine)
            days[day] = (math.fsum(brought[slot] for slot in mine) + _PRIOR_COUNTS) / (expected + _PRIOR_COUNTS)
    product = [level * days[slot // 24] * hours[slot % 24] for slot in range(WEEK)]
    scale = (total + 0.5) / max(math.fsum(one * mean for one, mean in zip(seen, product, strict=True)), 1e-9)
    return [
        scale * product[slot] * (brought[slot] + _PRIOR_HOUR) / (seen[slot] * scale * product[slot] + _PRIOR_HOUR)
        for slot in range(WEEK)
    ]


def _spread(raw: Sequence[float], taught: Sequence[float], means: Sequence[float], window: int) -> float:
    """The moment estimate over what was heard, without the hundredth of its windows that say most, and made up for that."""
    capped = [min(count, 4 * most + 4) for count, most in zip(raw, taught, strict=True)]
    counts, expected = _sums(capped, window), _sums(means, window)
    beyond = [(count - mean) ** 2 - mean for count, mean in zip(counts, expected, strict=True)]
    squares = [mean * mean for mean in expected]
    says = [one / square if square > 0.25 else 4 * one for one, square in zip(beyond, squares, strict=True)]
    left_out = nlargest(len(says) // 100, range(len(says)), key=says.__getitem__)
    more = math.fsum(beyond) - math.fsum(beyond[place] for place in left_out)
    return max(0.0, 1.25 * more / max(math.fsum(squares) - math.fsum(squares[place] for place in left_out), 1e-9))


def _sums(values: Sequence[float], window: int) -> list[float]:
    """The sum of each `window` neighbours."""
    total = list(accumulate(values, initial=0.0))
    return [last - first for first, last in zip(total, total[window:], strict=False)]


def _most(mean: float, spread: float) -> float:
    """The most that an hour may teach: about where its tail falls under one in a thousand (Wilson and Hilferty's cube root)."""
    variance = mean + spread * mean * mean
    shape = max(mean * mean / max(variance, 1e-9), 1e-6)
    root = 1 - 1 / (9 * shape) + 3.09 / (3 * math.sqrt(shape))
    return max(FEWEST, math.ceil(mean * max(root, 1.0) ** 3))


def _threshold(rhythm: Rhythm, counts: Sequence[int | None], slots: Sequence[int]) -> float:
    """The surprise that the brand's own past exceeded too seldom to be a nuisance.

    What was beyond MOST_SURPRISE was real, whatever it was: it must not make us deaf to the next one.
    """
    exceeding: list[tuple[float, int]] = []
    for window in WINDOWS:
        usual = [rhythm.usual(hour, window) for hour in range(WEEK)]
        for place, count in enumerate(_sums([one or 0 for one in counts], window), start=window - 1):
            if count > usual[slots[place]] and rhythm.is_surprising(slots[place], window, int(count)):
                exceeding.append((rhythm.surprise(slots[place], window, int(count)), place))
    exceeding.sort(reverse=True)
    kept: list[tuple[float, int]] = []
    for surprise, place in exceeding:
        if all(abs(place - other) >= _APART for _, other in kept):
            kept.append((surprise, place))
    doubtful = [surprise for surprise, _ in kept if surprise <= MOST_SURPRISE]
    return doubtful[_FALSE_ALARMS] if len(doubtful) > _FALSE_ALARMS else LEAST_SURPRISE
