"""Coverage by the hour: complete, partial, stopped or unknown, and never better than it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.core.coverage import Cover, Coverage, Hole, HourCover, Stop, Stretch, cover_hours, hours
from tests.builders import NOON

HOUR = timedelta(hours=1)
ALL = Stretch(part="a", words="pomp", since=NOON - 5 * HOUR, until=NOON - timedelta(minutes=30))
HOLE = Hole(
    part="a",
    low=1,
    high=9,
    since=NOON - 3 * HOUR,
    until=NOON - timedelta(hours=2, minutes=30),
    reason="not read yet",
    opened_at=NOON,
)


def cover(*, holes: tuple[Hole, ...] = (), stops: tuple[Stop, ...] = (), **more: object) -> list[HourCover]:
    """The six hours before noon and the two after it, of one search."""
    coverage = Coverage(stretches=(ALL,), holes=holes)
    return list(cover_hours(coverage, since=NOON - 6 * HOUR, until=NOON + 2 * HOUR, stops=stops, **more))  # type: ignore[arg-type]


def words(found: list[HourCover]) -> list[str]:
    """How each hour was heard."""
    return [one.cover.value for one in found]


def test_hours_are_the_utc_hours_that_are_touched() -> None:
    """From the one in which the time begins, up to the end."""
    half = timedelta(minutes=30)
    assert list(hours(NOON - half, NOON + half)) == [NOON - HOUR, NOON]
    assert list(hours(NOON, NOON)) == []


def test_what_was_asked_for_to_its_end_is_complete() -> None:
    """Before the first question nobody knows; the hour in which the last one fell is partial, later ones are unknown."""
    found = cover()
    assert words(found) == ["unknown", *["complete"] * 4, "partial", "unknown", "unknown"]
    assert found[5].why == "not asked for to its end yet"


def test_a_hole_makes_its_hour_partial_and_says_which_ids() -> None:
    """Only the hour that it touches."""
    found = cover(holes=(HOLE, replace(HOLE, part="b")))
    assert words(found)[1:5] == ["complete", "complete", "partial", "complete"]
    assert (found[3].holes, found[3].why) == ((HOLE,), "not read yet")


def test_what_nobody_bought_is_stopped_not_unknown() -> None:
    """From where the question ended to where buying goes on."""
    stop = Stop(since=NOON - HOUR, until=NOON + HOUR, reason="the month's budget is spent")
    found = cover(stops=(stop,))
    assert words(found)[4:] == ["complete", "stopped", "stopped", "unknown"]
    assert found[6].why == "the month's budget is spent"
    assert words(cover(stops=(replace(stop, until=NOON - 4 * HOUR, since=NOON - 5 * HOUR),)))[1] == "complete"


def test_an_hour_in_which_listening_began_is_partial() -> None:
    """Its beginning was not asked for."""
    begun = replace(ALL, since=NOON - timedelta(hours=4, minutes=30))
    found = cover_hours(Coverage(stretches=(begun,)), since=NOON - 5 * HOUR, until=NOON - 3 * HOUR)
    assert [(one.cover, one.why) for one in found] == [(Cover.PARTIAL, "asked for in part"), (Cover.COMPLETE, "")]


@pytest.mark.parametrize(("read", "counted", "cover_"), [(90, 100, "complete"), (89, 100, "partial"), (0, 0, "complete")])
def test_the_places_own_count_is_the_yardstick(read: int, counted: int, cover_: str) -> None:
    """More than a tenth less than X counts is not complete."""
    at = NOON - 3 * HOUR
    found = cover(counted={("a", at): counted}, read={at: read})[3]
    assert (found.cover.value, found.counted, found.read) == (cover_, counted, read)


def test_counts_of_several_searches_are_no_yardstick() -> None:
    """A post that two of them find would be counted twice."""
    at = NOON - 3 * HOUR
    coverage = Coverage(stretches=(ALL, replace(ALL, part="b")))
    found = cover_hours(coverage, since=at, until=at + HOUR, counted={("a", at): 50}, read={at: 1})
    assert [(one.part, one.cover, one.counted) for one in found] == [("a", Cover.COMPLETE, 50), ("b", Cover.COMPLETE, None)]


def test_a_source_that_says_nothing_has_no_coverage() -> None:
    """No stretch, no hour."""
    assert cover_hours(Coverage(), since=NOON, until=NOON + HOUR) == []
