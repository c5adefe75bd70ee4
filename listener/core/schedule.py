"""When things are due: pure functions of wall time, zone and cadence, right across both daylight-saving switches.

APScheduler's own cron trigger loses whole days at a switch (its issue #606), so it serves as a heartbeat only; every due time is
a column that these functions compute.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listener.core.values import dataclass

# A digest speaks of a day. What is found on it but was said longer ago is counted, not listed: otherwise the first visit to a
# new source would fill the first digest with its whole history.
STALE = timedelta(days=7)
# What a place may ask for between two visits (max-age, ttl …), and what silence may slow us down to; longer would be deaf.
CEILING = timedelta(hours=6)
# Refusals are taken more seriously: who says "come back tomorrow" is heard tomorrow.
LONGEST_WAIT = timedelta(days=1)
_DOUBLINGS = 6
# How many of a place's latest moments are remembered: enough for a rhythm, few enough for one column.
REMEMBERED = 24
# Fewer moments than these say nothing about a rhythm.
_ENOUGH = 4
# Of so many earlier days the last moment is remembered besides.
_DAYS = 28
# A silence is worth a word when the place's own past gives it a chance of less than this …
_UNLIKELY = 0.0005
# … and it outlasts a day of rest, or a long weekend where none is known yet.
_SHORTEST_SILENCE = timedelta(days=2)
# A digest that was not sent for longer starts anew.
_LONGEST_GAP = timedelta(days=31)
_SHORTEST_SILENCE_OF_THE_YOUNG = timedelta(days=4)
_A_WEEK = timedelta(days=8)
_FIRST_REST = timedelta(minutes=5)


def instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time in a zone; in a spring gap the first instant after it, in an autumn fold the first of two."""
    wall = datetime.combine(on, at)
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # In the gap: fold=1 reads the wall time with the later offset, which lands before the switch.
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def day_bounds(on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local day as [since, until) in UTC; it may last 23 or 25 hours."""
    return instant(on, time(0), zone), instant(on + timedelta(days=1), time(0), zone)


DAILY = (0, 1, 2, 3, 4, 5, 6)


def next_daily(at: time, zone: ZoneInfo, after: datetime, days: Collection[int] = DAILY) -> datetime:
    """The first UTC instant later than `after` at which a wall time comes round on one of these days of the week.

    Each local day has exactly one; 0 is Monday.
    """
    on = after.astimezone(zone).date() - timedelta(days=1)
    while on.weekday() not in days or instant(on, at, zone) <= after:
        on += timedelta(days=1)
    return instant(on, at, zone)


def last_daily(at: time, zone: ZoneInfo, now: datetime, days: Collection[int] = DAILY) -> datetime:
    """The latest UTC instant not later than `now` at which a wall time came round on one of these days of the week."""
    on = now.astimezone(zone).date() + timedelta(days=1)
    while on.weekday() not in days or instant(on, at, zone) > now:
        on -= timedelta(days=1)
    return instant(on, at, zone)


def first_day(on: date, days: Collection[int], last: date | None) -> date:
    """The first local day of a digest whose last is `on`: the one after the digest before it ended, which was on `last`.

    Where there was none, or none for a month, the days since its schedule's hour came round before: Friday to Sunday for a
    Monday's digest that comes on weekdays.
    """
    if last is not None and on - _LONGEST_GAP <= last < on:
        return last + timedelta(days=1)
    before = on
    while before.weekday() not in days:
        before -= timedelta(days=1)
    return before


def next_visit(
    key: str, every: timedelta, now: datetime, *, failures: int = 0, wait: timedelta | None = None, closed: Collection[int] = ()
) -> datetime:
    """When a source is due again.

    Its own cadence; doubled for each failure in a row (at most 64 times); never sooner than the place asks (`wait`), but at
    most a day from now or one cadence, whichever is longer. Failing sources are spread by up to a tenth of the delay, by their
    key and not by chance, so that those that failed together do not return together. `closed` are hours of the week in UTC
    (0 is Monday's first) in which the place wants no visit; they are passed over, as far as the ceiling allows.
    """
    longest = max(every, LONGEST_WAIT)
    delay: timedelta = min(every * (1 << min(failures, _DOUBLINGS)), longest)
    if failures:
        delay *= 1 + _share(key) / 10
    if wait is not None:
        delay = max(delay, min(wait, longest))
    return _outside(closed, now + delay, latest=now + max(delay, CEILING))


def _outside(closed: Collection[int], due: datetime, *, latest: datetime) -> datetime:
    moment = due
    while moment < latest:
        utc = moment.astimezone(UTC)
        if 24 * utc.weekday() + utc.hour not in closed:
            return moment
        moment = utc.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    # Closed for longer than we are willing to be deaf.
    return max(due, latest)


def host_rest(failures: int, until: datetime | None, now: datetime) -> datetime:
    """Until when a host is left alone that has asked for it: as it says, at most a day; else 5 minutes, doubled up to 6 hours.

    `failures` counts how often in a row it had asked before.
    """
    if until is not None:
        return min(max(until, now), now + LONGEST_WAIT)
    return now + min(_FIRST_REST * (1 << min(failures, 10)), CEILING)


def remembered(before: Sequence[datetime], found: Iterable[datetime]) -> tuple[datetime, ...]:
    """A place's latest moments, newest first, with those just found: 24, and the last one of each of 28 earlier days.

    Days on which it spoke, that is; so a busy place's weekends are remembered too.
    """
    moments = sorted({*before, *found}, reverse=True)
    days: dict[date, datetime] = {}
    for one in moments[REMEMBERED:]:
        if one.date() < moments[REMEMBERED - 1].date():
            days.setdefault(one.date(), one)
    return (*moments[:REMEMBERED], *list(days.values())[:_DAYS])


def cadence(every: timedelta, moments: Sequence[datetime], now: datetime) -> timedelta:
    """How often a place is worth a visit, by its own rhythm.

    `every` is what a person asked for and stands for whoever speaks about daily. Who speaks more rarely, or has fallen silent,
    is visited some 24 times in one of its pauses: less often, but at least every 6 hours. A place of which little is known
    keeps `every`.
    """
    apart = _apart(moments[:REMEMBERED])
    if len(apart) < _ENOUGH:
        return every
    pause = max((apart[0] - apart[-1]) / (len(apart) - 1), now - apart[0])
    return max(every, min(pause / 24, CEILING))


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a place has said nothing, and how often it used to speak."""

    lasting: timedelta
    per_day: float


def silence(moments: Sequence[datetime], now: datetime) -> Silence | None:
    """The silence of a place, when it goes far beyond its own rhythm; None otherwise, and where too little is known.

    It must outlast two days (four, where no weekend is known) and twice the longest pause. Beyond that it is worth a word when its
    chance is below one in two thousand, were the pauses exponential, by either of two measures. After n pauses over a span S the
    next one lasts longer than t with chance (1 + t/S)^-n (the Lomax predictive, with the rate's scale-free prior), and longer than
    k times the longest of them with chance 1/C(n+k, k): the first sees the silence of whoever speaks at random, the second that
    of whoever is regular. Small counts need a longer silence.
    """
    apart = _apart(moments)
    if len(apart) < _ENOUGH:
        return None
    lasting = now - apart[0]
    longest = max(late - early for late, early in itertools.pairwise(apart))
    least = _SHORTEST_SILENCE if apart[0] - apart[-1] >= _A_WEEK else _SHORTEST_SILENCE_OF_THE_YOUNG
    if lasting < max(least, 2 * longest):
        return None
    newest = sorted(moments, reverse=True)[:REMEMBERED]
    at_random = min(_at_random(apart, lasting), _at_random(_apart(newest), lasting))
    regular = 1 / math.comb(len(apart) - 1 + lasting // longest, lasting // longest)
    if min(at_random, regular) >= _UNLIKELY:
        return None
    spoke = newest if newest[0] - newest[-1] >= timedelta(hours=1) else sorted(moments, reverse=True)
    return Silence(lasting, (len(spoke) - 1) / ((spoke[0] - spoke[-1]) / timedelta(days=1)))


def _at_random(apart: Sequence[datetime], lasting: timedelta) -> float:
    """How likely so long a pause is after these, were they of no rhythm at all."""
    pauses = len(apart) - 1
    return (1 + lasting / (apart[0] - apart[-1])) ** -pauses if pauses else 1.0


def _apart(moments: Sequence[datetime]) -> list[datetime]:
    """Moments at least an hour apart, newest first: what is said in one go counts once."""
    apart: list[datetime] = []
    for moment in sorted(moments, reverse=True):
        if not apart or apart[-1] - moment >= timedelta(hours=1):
            apart.append(moment)
    return apart


def _share(key: str) -> float:
    """A number in [0, 1) that belongs to the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
