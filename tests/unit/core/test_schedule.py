"""Due times: every hour of both daylight-saving switches, in several zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.schedule import day_bounds, instant, last_daily, next_daily, next_visit

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC"]
SWITCHES = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("hour", range(24))
def test_every_local_day_around_a_switch_has_exactly_one_due_time(zone: str, switch: date, hour: int) -> None:
    """A daily wall time comes round once on each of the days around a switch, whatever its hour."""
    place, at = ZoneInfo(zone), time(hour, 30)
    moment = instant(switch - timedelta(days=3), at, place)
    days = []
    for _ in range(6):
        days.append(moment.astimezone(place).date())
        moment = next_daily(at, place, moment)
    assert days == [switch + timedelta(days=offset) for offset in range(-3, 3)]


def test_a_wall_time_in_the_spring_gap_is_the_first_instant_after_it() -> None:
    """02:30 on 29 March 2026 does not exist in Amsterdam; the first valid instant after it is 03:00 there, 01:00 UTC."""
    assert instant(date(2026, 3, 29), time(2, 30), AMSTERDAM) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_wall_time_in_the_autumn_fold_is_the_first_of_two() -> None:
    """02:30 on 25 October 2026 comes twice in Amsterdam; the first one counts, and next comes the day after."""
    first = instant(date(2026, 10, 25), time(2, 30), AMSTERDAM)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_daily(time(2, 30), AMSTERDAM, first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_local_day_has_as_many_hours_as_it_has(on: date, hours: int) -> None:
    """The days of a switch last 23 and 25 hours."""
    since, until = day_bounds(on, AMSTERDAM)
    assert until - since == timedelta(hours=hours)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.times(),
    st.sampled_from(ZONES),
)
def test_the_last_and_the_next_due_time_enclose_now(now: datetime, at: time, zone: str) -> None:
    """However the clock stands, last <= now < next, and nothing is due between them."""
    moment, place, at = now.replace(tzinfo=UTC), ZoneInfo(zone), at.replace(microsecond=0)
    last, following = last_daily(at, place, moment), next_daily(at, place, moment)
    assert last <= moment < following
    assert next_daily(at, place, last) == following


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_heard_source_is_due_after_its_own_cadence() -> None:
    """Without failures and wishes of the place the cadence decides."""
    assert next_visit("a", HOUR, NOW) == NOW + HOUR


def test_failures_double_the_delay_up_to_a_day() -> None:
    """Each failure in a row doubles it, spread by up to a tenth, and never beyond a day and a tenth."""
    delays = [next_visit("a", HOUR, NOW, failures=n) - NOW for n in range(1, 9)]
    assert 2 * HOUR <= delays[0] < 2.2 * HOUR
    assert delays == sorted(delays)
    assert timedelta(days=1) <= delays[-1] < timedelta(days=1.1)


def test_sources_that_failed_together_do_not_return_together() -> None:
    """The spread belongs to the key, so it is the same each time and differs between sources."""
    first, second = (next_visit(key, HOUR, NOW, failures=3) for key in ("one", "two"))
    assert first != second
    assert first == next_visit("one", HOUR, NOW, failures=3)


def test_a_place_may_ask_for_more_patience_but_not_for_ever() -> None:
    """Retry-After is honoured up to a day; asking for less than the cadence changes nothing."""
    assert next_visit("a", HOUR, NOW, wait=timedelta(hours=5)) == NOW + 5 * HOUR
    assert next_visit("a", HOUR, NOW, wait=timedelta(days=400)) == NOW + timedelta(days=1)
    assert next_visit("a", HOUR, NOW, wait=timedelta(seconds=1)) == NOW + HOUR
