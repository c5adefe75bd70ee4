"""What of a place was heard, hour by hour: the stretches that were asked for, and the holes in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from listener.core.values import dataclass

HOUR = timedelta(hours=1)
# A place's own count and ours may differ so much before an hour counts as incomplete: counts are not filtered for what was
# deleted or protected since.
TOLERANCE = 0.1


class Cover(StrEnum):
    """How wholly one hour of one search was heard."""

    COMPLETE = "complete"  # asked for to its end, nothing open, and near the place's own count where that is known
    PARTIAL = "partial"  # something in it was not read, or not read yet
    STOPPED = "stopped"  # nobody asked, because buying stood still
    UNKNOWN = "unknown"  # nobody asked, or nobody can say


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How far one part of a source was asked for: all of [since, until) but for the holes; `words` are what was asked."""

    part: str
    words: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """What was not read between two ids of a place (both excluded), and when that was; `lost` when it never can be any more."""

    part: str
    low: int
    high: int
    since: datetime
    until: datetime
    reason: str
    opened_at: datetime
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All that is known of how a source was covered, by its parts."""

    stretches: tuple[Stretch, ...] = ()
    holes: tuple[Hole, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Buying stood still in [since, until), and why."""

    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCover:
    """One hour of one part of a source: `counted` is the place's own count of posts where it was bought, `read` is ours."""

    part: str
    since: datetime
    cover: Cover
    holes: tuple[Hole, ...] = ()
    why: str = ""
    counted: int | None = None
    read: int = 0


def hours(since: datetime, until: datetime) -> Iterator[datetime]:
    """The beginnings of the UTC hours that [since, until) touches."""
    at = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at < until:
        yield at
        at += HOUR


def cover_hours(
    coverage: Coverage,
    *,
    since: datetime,
    until: datetime,
    stops: Sequence[Stop] = (),
    counted: Mapping[tuple[str, datetime], int] | None = None,
    read: Mapping[datetime, int] | None = None,
) -> Sequence[HourCover]:
    """Each hour of [since, until) for each part, in that order.

    `counted` are the place's own counts by (part, hour), `read` ours by hour, of all parts together: they are compared where a
    source has one part only, since a post may be found by several.
    """
    made = []
    for stretch in coverage.stretches:
        mine = [one for one in coverage.holes if one.part == stretch.part]
        for hour in hours(since, until):
            count = (counted or {}).get((stretch.part, hour))
            ours = (read or {}).get(hour, 0)
            one = _hour(stretch, mine, hour, stops)
            if one.cover is Cover.COMPLETE and count and len(coverage.stretches) == 1 and ours < count * (1 - TOLERANCE):
                one = HourCover(
                    part=one.part, since=hour, cover=Cover.PARTIAL, why=f"the place itself counts {count}, and {ours} were read"
                )
            made.append(
                HourCover(part=one.part, since=hour, cover=one.cover, holes=one.holes, why=one.why, counted=count, read=ours)
            )
    return made


def _hour(stretch: Stretch, holes: Sequence[Hole], hour: datetime, stops: Sequence[Stop]) -> HourCover:
    end = hour + HOUR
    within = tuple(one for one in holes if one.since < end and one.until > hour)
    if within:
        reasons = "; ".join(dict.fromkeys(one.reason for one in within))
        return HourCover(part=stretch.part, since=hour, cover=Cover.PARTIAL, holes=within, why=reasons)
    if stretch.since <= hour and end <= stretch.until:
        return HourCover(part=stretch.part, since=hour, cover=Cover.COMPLETE)
    stop = next((one for one in stops if one.since < end and one.until > max(hour, stretch.until)), None)
    if stop is not None and end > stretch.until:
        return HourCover(part=stretch.part, since=hour, cover=Cover.STOPPED, why=stop.reason)
    if stretch.since < end and hour < stretch.until:
        why = "asked for in part" if hour < stretch.since else "not asked for to its end yet"
        return HourCover(part=stretch.part, since=hour, cover=Cover.PARTIAL, why=why)
    return HourCover(part=stretch.part, since=hour, cover=Cover.UNKNOWN, why="nobody asked for it")
