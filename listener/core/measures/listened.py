"""What was listened to and what was not: source-hours, days, and how much of the usual flow each stretch of time let through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

from listener.core.dossier import Cover, PlaceCover
from listener.core.observed import Gap, Observed

Stretch = tuple[float, float]  # seconds since 1970, [since, until)
_HOUR = 3600.0


def heard_stretches(observed: Observed, since: float, until: float) -> tuple[tuple[Stretch, ...], ...]:
    """When each place was heard within [since, until), in order of the places."""
    gaps: dict[int, list[Gap]] = defaultdict(list)
    for gap in observed.gaps:
        gaps[gap.place].append(gap)
    made = []
    for number, place in enumerate(observed.places):
        at, end = max(since, place.since.timestamp()), min(until, place.until.timestamp())
        stretches: list[Stretch] = []
        for gap in sorted(gaps[number], key=lambda one: one.since):
            if at < min(gap.since.timestamp(), end):
                stretches.append((at, min(gap.since.timestamp(), end)))
            at = max(at, gap.until.timestamp())
        if at < end:
            stretches.append((at, end))
        made.append(tuple(stretches))
    return tuple(made)


def overlap(stretches: Sequence[Stretch], since: float, until: float) -> float:
    """How many seconds of [since, until) lie in the stretches."""
    return sum(max(0.0, min(b, until) - max(a, since)) for a, b in stretches)


def days(since: float, until: float, zone: tzinfo) -> tuple[tuple[date, float, float], ...]:
    """The local days that [since, until) touches, each with its bounds within it; days of 23 and 25 hours are whole days."""
    if until <= since:
        return ()
    first = datetime.fromtimestamp(since, zone).date()
    last = datetime.fromtimestamp(until - 1e-6, zone).date()
    dates = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    bounds = [datetime(one.year, one.month, one.day, tzinfo=zone).timestamp() for one in dates]
    return tuple((on, max(a, since), min(b, until)) for on, (a, b) in zip(dates, pairwise(bounds), strict=False))


def cover(
    observed: Observed,
    stretches: Sequence[Sequence[Stretch]],
    items: Mapping[int, int],
    dated: Sequence[tuple[date, float, float]],
) -> Cover:
    """What was heard of the days; `items` counts mentions by place."""
    if not dated:
        return Cover(days=0, covered=0, share=0.0, places=())
    since, until = dated[0][1], dated[-1][2]
    gaps: dict[int, list[Gap]] = defaultdict(list)
    for gap in observed.gaps:
        if gap.until.timestamp() > since and gap.since.timestamp() < until:
            gaps[gap.place].append(gap)
    places = []
    for number, place in enumerate(observed.places):
        first, last = max(since, place.since.timestamp()), min(until, place.until.timestamp())
        whole = max(0.0, last - first)
        places.append(
            PlaceCover(
                key=place.key,
                kind=place.kind,
                hours=whole / _HOUR,
                heard=sum(b - a for a, b in stretches[number]) / _HOUR,
                items=items.get(number, 0),
                gaps=tuple((gap.since, gap.until, gap.why) for gap in sorted(gaps[number], key=lambda one: one.since)),
                since=datetime.fromtimestamp(first, UTC) if whole else None,
                until=datetime.fromtimestamp(last, UTC) if whole else None,
            )
        )
    union = _union([one for some in stretches for one in some])
    silent = tuple(on for on, a, b in dated if overlap(_touching(union, a, b), a, b) <= 0)
    # Of the whole period: a source that was added yesterday does not make ninety days covered.
    hours = sum(one.hours for one in places)
    reach = sum(b - a for a, b in union) / (until - since)
    share = min(sum(one.heard for one in places) / hours, reach) if hours else 0.0
    return Cover(days=len(dated), covered=len(dated) - len(silent), share=share, places=tuple(places), silent=silent)


def flow(
    stretches: Sequence[Sequence[Stretch]], began: Mapping[int, int], bounds: Sequence[tuple[float, float]]
) -> tuple[float, ...]:
    """For each of the bounds, which share of the usual flow of stories was heard, from 0 to 1.

    `began` counts voices by the place that had their first story: a place weighs what it brings in an hour that it is heard.
    Where nothing was ever brought every place weighs the same.
    """
    hours = [sum(b - a for a, b in some) for some in stretches]
    rates = {n: began.get(n, 0) / length for n, length in enumerate(hours) if length > 0}
    if not any(rates.values()):
        rates = dict.fromkeys(rates, 1.0)
    whole = sum(rates.values())
    if not whole:
        return tuple(0.0 for _ in bounds)
    return tuple(
        sum(rate * overlap(stretches[n], a, b) / (b - a) for n, rate in rates.items()) / whole if b > a else 0.0 for a, b in bounds
    )


def _union(stretches: Sequence[Stretch]) -> list[Stretch]:
    made: list[Stretch] = []
    for a, b in sorted(stretches):
        if made and a <= made[-1][1]:
            made[-1] = (made[-1][0], max(b, made[-1][1]))
        else:
            made.append((a, b))
    return made


def _touching(stretches: Sequence[Stretch], since: float, until: float) -> list[Stretch]:
    return [(a, b) for a, b in stretches if a < until and b > since]
