"""Coverage and money in words: how wholly the last days of a source were heard, what was spent, and why nothing is bought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from listener.app import App
from listener.core.coverage import HOUR, Cover, HourCover
from listener.core.purchases import dollars
from listener.storage.archive import SqlArchive

_DAYS = 7
_WORDS = {
    Cover.COMPLETE: "complete",
    Cover.PARTIAL: "in part",
    Cover.STOPPED: "not bought",
    Cover.UNKNOWN: "unknown",
}
# Lines of one source: more would bury the others.
_MOST = 4


def _hours(archive: SqlArchive, source: str, now: datetime) -> Sequence[HourCover]:
    # The hour that runs is not over: it says nothing yet.
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return archive.cover(source, since=until - timedelta(days=_DAYS), until=until)


def cover_lines(archive: SqlArchive, source: str, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """The hours of the last seven days by how they were heard, and the newest of those that were not; nothing for other kinds."""
    words = {one.part: one.words for one in archive.covered(source).stretches}
    for part, some in groupby(_hours(archive, source, now), key=lambda one: one.part):
        mine = list(some)
        numbers = Counter(one.cover for one in mine)
        said = ", ".join(f"{numbers[one]} h {word}" for one, word in _WORDS.items() if numbers[one])
        yield f"of the last {_DAYS} days {said}: {_short(words[part])}"
        missed = [one for one in mine if one.cover in {Cover.PARTIAL, Cover.STOPPED}]
        stretches = list(_stretches(missed))
        for first, last in reversed(stretches[-_MOST:]):
            ids = f", ids {first.holes[0].low} to {first.holes[0].high}" if first.holes else ""
            yield f"  {_span(first.since, last.since + HOUR, zone)} {_WORDS[first.cover]}: {first.why}{ids}"
        if len(stretches) > _MOST:
            yield f"  and {len(stretches) - _MOST} stretches before that"


def _stretches(missed: Sequence[HourCover]) -> Iterator[tuple[HourCover, HourCover]]:
    """Hours that follow each other and were missed for the same reason, as (first, last)."""
    first = last = None
    for one in missed:
        if (
            first is not None
            and last is not None
            and one.since == last.since + HOUR
            and (one.cover, one.why) == (last.cover, last.why)
        ):
            last = one
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = one
    if first is not None and last is not None:
        yield first, last


def _span(since: datetime, until: datetime, zone: ZoneInfo) -> str:
    begin, end = since.astimezone(zone), until.astimezone(zone)
    return (
        f"{begin:%Y-%m-%d %H:%M}-{end:%H:%M}" if begin.date() == end.date() else f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
    )


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"


def cover_row(archive: SqlArchive, source: str, now: datetime) -> dict[str, Any]:
    """The same for a program: each part with its hours and its holes; nothing for kinds that do not say."""
    coverage = archive.covered(source)
    if not coverage.stretches:
        return {}
    hours = _hours(archive, source, now)
    return {
        "coverage": [
            {
                "part": one.part,
                "query": one.words,
                "since": one.since.isoformat(),
                "until": one.until.isoformat(),
                "hours": [_hour(hour) for hour in hours if hour.part == one.part],
                "holes": [
                    {
                        "low": str(hole.low),
                        "high": str(hole.high),
                        "since": hole.since.isoformat(),
                        "until": hole.until.isoformat(),
                        "reason": hole.reason,
                        "opened_at": hole.opened_at.isoformat(),
                        "lost": hole.lost,
                    }
                    for hole in coverage.holes
                    if hole.part == one.part
                ],
            }
            for one in coverage.stretches
        ]
    }


def _hour(one: HourCover) -> dict[str, Any]:
    return {"hour": one.since.isoformat(), "cover": one.cover.value, "why": one.why, "counted": one.counted}


def purse_lines(app: App, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """What X has cost this month and why nothing is bought now; nothing where nobody listens there."""
    if not any(source.kind == "x" for source in app.sources):
        return
    month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    today = f"{now.astimezone(UTC):%Y-%m-%d}"
    spent = app.archive.spending([f"{month:%Y-%m}", today])
    number, held = app.archive.unsettled(month)
    unknown = (
        f"; US$ {dollars(held)} of it is kept for {number} call{'s' * (number > 1)} whose outcome nobody knows" if number else ""
    )
    yield (
        f"X: US$ {dollars(spent[f'{month:%Y-%m}'])} of {dollars(app.x_access.monthly)} this month, "
        f"US$ {dollars(spent[today])} today{unknown}."
    )
    for one in app.archive.halts():
        if one.name == "accepted":
            yield f"X: posts come without {', '.join(one.missing)}, as a person allowed on {one.since.astimezone(zone):%Y-%m-%d}."
        elif one.until is None or one.until > now:
            until = f" until {one.until.astimezone(zone):%Y-%m-%d %H:%M}" if one.until else ""
            yield f"X: buying stands still since {one.since.astimezone(zone):%Y-%m-%d %H:%M}{until}: {one.reason}."
