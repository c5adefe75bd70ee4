"""Deeds: who changed what, when, and how it stood before and after; and what working on it took."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from listener.core.values import dataclass

PAUSE = timedelta(minutes=2)  # longer than this between two steps, and somebody was doing something else
LONGEST = 4000  # characters of how something stood


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One change: `what` is a word of the program's ("query changed"), `subject` what it was done to, by its key."""

    who: str
    what: str
    subject: str
    before: str = ""
    after: str = ""
    at: datetime
    id: int = 0  # given by the archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """Time that somebody spent on one kind of work on a local day, pauses left out."""

    on: date
    who: str
    what: str  # "triage", "sample", "query"
    seconds: int
    handled: int  # how many things were done in it
    last_at: datetime


def spent(last_at: datetime | None, now: datetime) -> int:
    """Seconds of work since the last step: nothing for the first one, and nothing after a pause of more than two minutes."""
    gap = now - last_at if last_at is not None else PAUSE + timedelta(seconds=1)
    return int(gap.total_seconds()) if timedelta() <= gap <= PAUSE else 0
