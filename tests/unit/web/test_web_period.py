"""The days a page is about: bounded, in the right order, and compared only with days that were heard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.model import Tone
from listener.web.period import LONGEST, count, period
from tests import builders as b
from tests.unit.web.browser import archive

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(since=days, until=days)
def test_a_period_is_never_longer_than_a_quarter_nor_turned_round(since: date | None, until: date | None) -> None:
    """Whatever is asked for."""
    if since and until and until < since:
        since, until = until, since
    made = period((since, until), NOW, ZONE)
    assert 1 <= made.length <= LONGEST
    assert len(made.bounds()) == made.length
    assert made.bounds()[0][1] == made.since
    assert made.bounds()[-1][2] == made.until
    assert made.given is bool(since or until)


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        (None, None, date(2026, 11, 14), TODAY),
        (date(2026, 11, 18), None, date(2026, 11, 18), TODAY),
        (None, date(2026, 11, 10), date(2026, 11, 4), date(2026, 11, 10)),
        (date(2026, 11, 1), date(2027, 1, 1), date(2026, 11, 1), TODAY),
        (date(2020, 1, 1), date(2026, 11, 10), date(2026, 8, 11), date(2026, 11, 10)),
    ],
)
def test_what_is_left_out_goes_without_saying(since: date | None, until: date | None, first: date, last: date) -> None:
    """Without a wish the last seven days; without an end until today; without a beginning seven days; never beyond today."""
    made = period((since, until), NOW, ZONE)
    assert (made.first, made.last) == (first, last)


def test_the_clocks_change_within_a_period() -> None:
    """The days are the zone's own: the last Sunday of October has 25 hours."""
    made = period((date(2026, 10, 25), date(2026, 10, 25)), NOW, ZONE)
    assert made.until - made.since == timedelta(hours=25)


def test_usual_is_the_middle_of_whole_weeks() -> None:
    """Two weeks or more that were heard on every day; half is rounded up; a hole says nothing."""
    store = archive()
    store.attempts = [
        run
        for back in range(35)
        for run in [
            store.attempts[0].__class__(
                source="vakblad", started_at=b.NOON - timedelta(days=back), outcome=store.attempts[0].outcome
            )
        ]
    ]
    store.kept = [b.kept(number, tone=Tone.NEGATIVE, at=b.NOON - timedelta(days=8)) for number in range(1, 4)]
    from dataclasses import replace

    store.kept = [replace(one, collected_at=b.NOON - timedelta(days=8)) for one in store.kept]
    counted = count(store.port, "molenaar", period((None, None), NOW, ZONE))
    assert counted.usual is not None
    assert (counted.usual.mentions, counted.usual.negative, counted.usual.periods) == (0, 0, 4)
    assert counted.earlier is not None
    assert counted.earlier.total == 3
    store.attempts = [run for run in store.attempts if run.started_at > b.NOON - timedelta(days=20)]
    assert count(store.port, "molenaar", period((None, None), NOW, ZONE)).usual is None
    store.attempts = [run for run in store.attempts if run.started_at.date() != date(2026, 11, 10)]
    assert count(store.port, "molenaar", period((None, None), NOW, ZONE)).earlier is None
