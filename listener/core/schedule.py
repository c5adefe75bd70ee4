"""When things are due: pure functions of wall time, zone and cadence, right across both daylight-saving switches.

APScheduler's own cron trigger loses whole days at a switch (its issue #606), so it serves as a heartbeat only; every due time is
a column that these functions compute.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A digest speaks of a day. What is found on it but was said longer ago is counted, not listed: otherwise the first visit to a
# new source would fill the first digest with its whole history.
STALE = timedelta(days=7)
_LONGEST_WAIT = timedelta(days=1)
_DOUBLINGS = 6


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


def next_daily(at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """The first UTC instant later than `after` at which a daily wall time comes round; each local day has exactly one."""
    on = after.astimezone(zone).date() - timedelta(days=1)
    while (moment := instant(on, at, zone)) <= after:
        on += timedelta(days=1)
    return moment


def last_daily(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The latest UTC instant not later than `now` at which a daily wall time came round."""
    on = now.astimezone(zone).date() + timedelta(days=1)
    while (moment := instant(on, at, zone)) > now:
        on -= timedelta(days=1)
    return moment


def next_visit(key: str, every: timedelta, now: datetime, *, failures: int = 0, wait: timedelta | None = None) -> datetime:
    """When a source is due again.

    Its own cadence; doubled for each failure in a row (at most 64 times); never sooner than the place asks (`wait`), but at
    most a day from now or one cadence, whichever is longer. Failing sources are spread by up to a tenth of the delay, by their
    key and not by chance, so that those that failed together do not return together.
    """
    longest = max(every, _LONGEST_WAIT)
    delay: timedelta = min(every * (1 << min(failures, _DOUBLINGS)), longest)
    if failures:
        delay *= 1 + _share(key) / 10
    if wait is not None:
        delay = max(delay, min(wait, longest))
    return now + delay


def _share(key: str) -> float:
    """A number in [0, 1) that belongs to the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
