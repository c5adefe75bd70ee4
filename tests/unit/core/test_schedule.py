"""Due times: every hour of both daylight-saving switches, in several zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.schedule import (
    cadence,
    day_bounds,
    host_rest,
    instant,
    last_daily,
    next_daily,
    next_visit,
    remembered,
    silence,
)

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


def test_hours_in_which_a_place_is_closed_are_passed_over() -> None:
    """Noon on Friday is hour 108 of the week: closed from one to three, a visit due at one is made at three, not at half past."""
    closed = {4 * 24 + 13, 4 * 24 + 14}
    assert next_visit("a", HOUR, NOW, closed=closed) == NOW + 3 * HOUR
    assert next_visit("a", HOUR / 2, NOW, closed=closed) == NOW + HOUR / 2
    assert next_visit("a", HOUR, NOW + HOUR / 2, closed=closed) == NOW + 3 * HOUR


def test_a_place_that_is_closed_all_day_is_visited_after_six_hours() -> None:
    """Days to skip for a whole weekend would make us deaf; a cadence longer than that stands as it is."""
    always = range(7 * 24)
    assert next_visit("a", HOUR, NOW, closed=always) == NOW + 6 * HOUR
    assert next_visit("a", 8 * HOUR, NOW, closed=always) == NOW + 8 * HOUR


def test_a_host_that_asks_for_rest_gets_it() -> None:
    """As long as it says, within a day and never in the past; else five minutes, doubled up to six hours."""
    assert host_rest(0, NOW + HOUR, NOW) == NOW + HOUR
    assert host_rest(0, NOW - HOUR, NOW) == NOW
    assert host_rest(0, NOW + 100 * HOUR, NOW) == NOW + 24 * HOUR
    assert [host_rest(n, None, NOW) - NOW for n in (0, 1, 3, 99)] == [timedelta(minutes=n) for n in (5, 10, 40, 360)]


def test_a_places_latest_moments_are_remembered() -> None:
    """Newest first, each once, and no more than are needed for a rhythm."""
    moments = [NOW - n * HOUR for n in range(40)]
    kept = remembered(moments[10:12], [*moments[:2], moments[0]])
    assert kept == (moments[0], moments[1], moments[10], moments[11])
    assert remembered((), moments) == tuple(moments[:24])


def spoken(every: timedelta, count: int, *, silent: timedelta = timedelta()) -> list[datetime]:
    """The moments of a place that spoke at a steady pace until it fell silent."""
    return [NOW - silent - n * every for n in range(count)]


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ([], HOUR / 2),
        (spoken(20 * HOUR, 3), HOUR / 2),  # too little is known
        (spoken(timedelta(minutes=5), 24), HOUR / 2),  # never more often than was asked for
        (spoken(12 * HOUR, 24), HOUR / 2),
        (spoken(48 * HOUR, 10), 2 * HOUR),
        (spoken(HOUR, 24, silent=72 * HOUR), 3 * HOUR),
        (spoken(timedelta(days=30), 10), 6 * HOUR),
    ],
)
def test_a_place_is_visited_by_its_own_rhythm(moments: list[datetime], expected: timedelta) -> None:
    """`every` for whoever speaks about daily, less often for the silent, and at least every six hours."""
    assert cadence(HOUR / 2, moments, NOW) == expected


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 20, 12))), st.integers(1, 10_000))
def test_no_rhythm_makes_a_place_overheard(moments: list[datetime], minutes: int) -> None:
    """Whatever its past: never sooner than a person asked, and never later than six hours or that."""
    every = timedelta(minutes=minutes)
    interval = cadence(every, [one.replace(tzinfo=UTC) for one in moments], NOW)
    assert every <= interval <= max(every, timedelta(hours=6))


def test_a_silence_far_beyond_a_places_own_rhythm_is_flagged() -> None:
    """Twelve hours between two of its entries, and then nothing for nine days."""
    found = silence(spoken(12 * HOUR, 24, silent=timedelta(days=9)), NOW)
    assert found is not None
    assert found.lasting == timedelta(days=9)
    assert found.per_day == pytest.approx(2.0)


@pytest.mark.parametrize(
    "moments",
    [
        [],
        spoken(HOUR, 3, silent=timedelta(days=100)),  # three moments are no rhythm
        spoken(12 * HOUR, 24, silent=timedelta(days=1)),  # a weekend is no silence
        spoken(HOUR, 24, silent=timedelta(hours=47)),
        spoken(timedelta(days=3), 5, silent=timedelta(days=20)),  # five moments over twelve days say little
        [*spoken(HOUR, 12), *spoken(HOUR, 12, silent=timedelta(days=30))],  # it pauses for a month now and then
        [NOW - timedelta(days=9, minutes=n) for n in range(24)],  # all in one go
    ],
)
def test_what_may_be_chance_is_no_silence(moments: list[datetime]) -> None:
    """Small counts, weekends, places that pause, and a feed whose only burst is old."""
    assert silence(moments, NOW) is None


def test_few_moments_need_a_longer_silence() -> None:
    """The same pauses, five or twenty of them: what is chance after five is none after twenty."""
    lasting = timedelta(days=12)
    assert silence(spoken(timedelta(days=1), 5, silent=lasting), NOW) is None
    assert silence(spoken(timedelta(days=1), 20, silent=lasting), NOW) is not None
