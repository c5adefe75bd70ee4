"""Reading the ledger: a day of a source as one sign."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from listener.core.ledger import SIGNS, Hearing, by_source, hearing, last_days
from listener.core.visits import LedgerDay, Outcome


def day(attempts: int, failed: int, source: str = "a", on: date = date(2026, 11, 20)) -> LedgerDay:
    """A day of that many attempts."""
    return LedgerDay(
        source=source,
        on=on,
        attempts=attempts,
        failed=failed,
        entries=0,
        mentions=0,
        outcome=Outcome.FAILED if failed else None,
        detail="",
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, Hearing.NONE),
        (day(0, 0), Hearing.NONE),
        (day(3, 0), Hearing.HEARD),
        (day(3, 1), Hearing.PARTLY),
        (day(3, 3), Hearing.NOT),
    ],
)
def test_a_day_was_heard_partly_or_not(found: LedgerDay | None, expected: Hearing) -> None:
    """By its attempts; a day without any is neither heard nor failed."""
    assert hearing(found) is expected


def test_every_hearing_has_a_sign_of_its_own() -> None:
    """Shapes, so that no colour is needed."""
    assert len(set(SIGNS.values())) == len(Hearing)


def test_the_last_days_end_with_today_and_follow_the_zone() -> None:
    """A quarter past midnight in Amsterdam is today there; the day of the autumn switch has 25 hours."""
    now = datetime(2026, 10, 25, 23, 15, tzinfo=UTC)
    days = last_days(now, ZoneInfo("Europe/Amsterdam"), 3)
    assert [on for on, _, _ in days] == [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)]
    assert [until - since for _, since, until in days] == [timedelta(hours=hours) for hours in (24, 25, 24)]


def test_days_are_found_by_source_and_date() -> None:
    """Each source has its own calendar."""
    rows = [day(1, 0, "a"), day(2, 0, "b"), day(3, 0, "b", date(2026, 11, 19))]
    assert by_source(rows) == {"a": {date(2026, 11, 20): rows[0]}, "b": {date(2026, 11, 20): rows[1], date(2026, 11, 19): rows[2]}}
