"""The days that a page is about, with as many before them to compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from listener.core.ports import Archive
from listener.core.report import DayCount, ToneCount
from listener.core.schedule import day_bounds
from listener.core.values import dataclass

WEEK = 7
LONGEST = 92  # days: a quarter
_EARLIER = 4  # periods of a week or less that say what is usual
_EACH = 10  # days at most that are counted one by one, with stories and voices
_FEWEST = 2  # of them, heard on every day, before there is a usual
_bounds = lru_cache(1024)(day_bounds)  # a page asks for the same days many times over


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Local days from `first` to `last`, both in it; `given` when somebody asked for them."""

    first: date
    last: date
    given: bool
    zone: ZoneInfo

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def since(self) -> datetime:
        """Where it begins."""
        return _bounds(self.first, self.zone)[0]

    @property
    def until(self) -> datetime:
        """Where it ends, that moment not in it."""
        return _bounds(self.last, self.zone)[1]

    @property
    def query(self) -> dict[str, str]:
        """How an address asks for it; nothing for the one that goes without saying."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()} if self.given else {}

    def bounds(self, first: date | None = None) -> list[tuple[date, datetime, datetime]]:
        """Each of its days as (day, since, until), from another first day on where one is given."""
        days = ((first or self.first) + timedelta(days=number) for number in range((self.last - (first or self.first)).days + 1))
        return [(on, *_bounds(on, self.zone)) for on in days]


def period(asked: tuple[date | None, date | None], now: datetime, zone: ZoneInfo, usual: int = WEEK) -> Period:
    """The days asked for, at most a quarter of them; without a wish the last `usual` days, today so far the last of them."""
    since, until = asked
    today = now.astimezone(zone).date()
    last = min(until or today, today) if until or not since else today
    first = since or last - timedelta(days=usual - 1)
    last = max(first, last)
    return Period(first=max(first, last - timedelta(days=LONGEST - 1)), last=last, given=bool(since or until), zone=zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What so many days usually bring: medians over the periods before that were heard on every day, and how many those were."""

    mentions: int
    negative: int
    periods: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A period counted, with what came before it."""

    period: Period
    days: tuple[DayCount, ...]
    before: tuple[DayCount, ...]  # as many days, just before
    usual: Usual | None

    @property
    def tones(self) -> ToneCount:
        """Its days together."""
        return together(self.days)

    @property
    def earlier(self) -> ToneCount | None:
        """The days before, or None unless something was heard on each of them: no comparison with a hole."""
        return together(self.before) if all(day.heard for day in self.before) else None

    @property
    def heard(self) -> int:
        """On how many of its days anything was heard."""
        return sum(day.heard for day in self.days)

    @property
    def holds_today(self) -> bool:
        """Whether its last day may not be over."""
        return not self.period.given


def count(archive: Archive, brand: str, of: Period) -> Counted:
    """Count a period of a brand, and what is usual: four periods before it where it is a week or less, else the one before."""
    back = _EARLIER if of.length <= WEEK else 1
    first = of.first - timedelta(days=of.length * back)
    past = tuple(archive.trend(brand, of.bounds(first)[: of.length * back]))
    earlier = [past[start : start + of.length] for start in range(0, of.length * back, of.length)]
    days = archive.days(brand, of.bounds()) if of.length <= _EACH else archive.trend(brand, of.bounds())
    return Counted(period=of, days=tuple(days), before=earlier[-1], usual=_usual(earlier))


def together(days: Iterable[DayCount]) -> ToneCount:
    """Days added up."""
    counts = [day.tones for day in days]
    return ToneCount(
        negative=sum(one.negative for one in counts),
        neutral=sum(one.neutral for one in counts),
        positive=sum(one.positive for one in counts),
        unsure=sum(one.unsure for one in counts),
    )


def _usual(earlier: Sequence[Sequence[DayCount]]) -> Usual | None:
    whole = [together(days) for days in earlier if all(day.heard for day in days)]
    if len(whole) < _FEWEST:
        return None
    # Half is rounded up: a usual of 5.5 that is shown as 5 would make a week look busier than it is.
    mentions, negative = (int(median(counts) + 0.5) for counts in zip(*((one.total, one.negative) for one in whole), strict=True))
    return Usual(mentions=mentions, negative=negative, periods=len(whole))
