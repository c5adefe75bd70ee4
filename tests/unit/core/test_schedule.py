"""Due times: every hour of both daylight-saving switches, in several zones."""

from __future__ import annotations

import bisect
import random
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
    assert remembered((), moments[:24]) == tuple(moments[:24])


def test_of_earlier_days_the_last_moment_is_remembered() -> None:
    """Whatever a place says in a day, its weekends stay known; and no more than 28 such days are."""
    moments = [NOW - n * HOUR for n in range(24 * 60)]
    kept = remembered((), moments)
    assert kept[:24] == tuple(moments[:24])
    assert [one.hour for one in kept[24:]] == [23] * 28
    assert len({one.date() for one in kept}) == 30
    step: tuple[datetime, ...] = ()
    for start in range(len(moments), 0, -6):
        step = remembered(step, moments[start - 6 : start])
    assert step == kept  # seen six by six, or in one go


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


def rhythm(name: str, seed: int, days: int = 200) -> list[datetime]:
    """When places of some kinds speak over so many days, from long ago until NOW."""
    chance = random.Random(f"{name}{seed}")
    start = NOW.replace(hour=0) - timedelta(days=days)
    midnights = [start + timedelta(days=n) for n in range(days + 1)]
    if name == "office":
        said = [
            day + HOUR * (9 + 8 * chance.random()) for day in midnights if day.weekday() < 5 for _ in range(chance.randint(4, 14))
        ]
    elif name == "quiet weekends":
        said = [
            day + HOUR * (7 + 12 * chance.random())
            for day in midnights
            for _ in range(30 if day.weekday() < 5 else chance.choice([0, 0, 1]))
        ]
    elif name == "daytime":
        said = [day + HOUR * (7 + 15 * chance.random()) for day in midnights for _ in range(30)]
    elif name == "daily":
        said = [day + HOUR * 8 + timedelta(minutes=chance.randint(0, 20)) for day in midnights]
    elif name == "weekdays":
        said = [day + HOUR * 8 + timedelta(minutes=chance.randint(0, 20)) for day in midnights if day.weekday() < 5]
    elif name == "weekly":
        said = [day + HOUR * chance.gauss(0, 12) for day in midnights[::7]]
    elif name == "bursts":
        at, said = start, []
        while (at := at + timedelta(days=chance.expovariate(1 / 5))) < NOW:
            said += [at + HOUR * chance.random() for _ in range(chance.randint(5, 30))]
    else:
        at, said = start, []
        while (at := at + timedelta(days=chance.expovariate(float(name)))) < NOW:
            said.append(at)
    return sorted(one for one in said if one <= NOW)


# What each rhythm's end may take to be seen, in days.
RHYTHMS = {
    "office": 7, "quiet weekends": 7, "daytime": 3, "daily": 4, "weekdays": 11, "weekly": 35, "bursts": 75, "40": 3, "2": 9, "0.5": 45,
}  # fmt: skip


@pytest.mark.parametrize("name", RHYTHMS)
def test_no_rhythm_is_taken_for_silence_and_every_end_is_seen(name: str) -> None:
    """Nights, weekends, bursts and chance raise no alarm, from the first visit on; an end is seen in good time."""
    for seed in range(2):
        moments, recent, found = rhythm(name, seed), tuple[datetime, ...](), 0
        visit = moments[0] + timedelta(days=9 + seed)
        at = bisect.bisect(moments, visit)
        recent = remembered((), moments[max(0, at - 20) : at])  # a feed shows its latest twenty
        while visit < NOW:
            visit += 6 * HOUR
            upto = bisect.bisect(moments, visit)
            recent = remembered(recent, moments[at:upto])
            at = upto
            found += silence(recent, visit) is not None
        assert found == 0
        gone = next(days for days in range(400) if silence(recent, recent[0] + timedelta(days=days)))
        assert gone <= RHYTHMS[name]


def test_what_was_said_in_one_go_today_does_not_hide_how_often_it_speaks() -> None:
    """Twenty-four entries of one second, and some days before: the rate is that of all of them."""
    moments = [
        *[NOW - timedelta(days=60)] * 1,
        *(NOW - timedelta(days=60, seconds=n) for n in range(24)),
        *(NOW - timedelta(days=61 + n) for n in range(20)),
    ]
    found = silence(remembered((), moments), NOW)
    assert found is not None
    assert 0 < found.per_day < 5


def test_few_moments_need_a_longer_silence() -> None:
    """The same pauses, five or twenty of them: what is chance after five is none after twenty."""
    lasting = timedelta(days=12)
    assert silence(spoken(timedelta(days=1), 5, silent=lasting), NOW) is None
    assert silence(spoken(timedelta(days=1), 20, silent=lasting), NOW) is not None
