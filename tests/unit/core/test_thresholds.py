"""Thresholds: written down before the data, in versions that stay; senseless ones are named, all at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from listener.core.thresholds import NAMES, SHIPPED, read_thresholds


def version(**changes: object) -> dict[str, object]:
    """A version that is in order."""
    return {"number": 1, "on": date(2026, 1, 1), "author": "Ann", "values": {}} | changes


def test_what_is_shipped_names_every_threshold() -> None:
    """Each has a value, and the version says whose it is and of when."""
    (one,) = SHIPPED
    assert [name for name, _ in one.values] == list(NAMES)
    assert (one.version, one.author) == (1, "Listener")
    assert one["complaints"] == 5
    with pytest.raises(KeyError):
        one["no such"]


def test_a_version_builds_on_the_one_before() -> None:
    """What it does not name stays as it was; all versions are there, oldest first."""
    found, faults = read_thresholds(
        {
            "version": [
                version(values={"complaints": 7}),
                version(number=3, on=datetime(2026, 2, 1, tzinfo=UTC), author=" Bob ", values={"time_minutes": 20}),
            ]
        }
    )
    assert faults == ()
    assert [(one.version, one.on, one.author) for one in found] == [(1, date(2026, 1, 1), "Ann"), (3, date(2026, 2, 1), "Bob")]
    assert (found[1]["complaints"], found[1]["time_minutes"], found[1]["fit_names"]) == (7, 20, 30)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"fit_present": 1.2}, "a share is from 0 to 1"),
        ({"fit_present": float("nan")}, "is not a number"),
        ({"fit_present": "much"}, "is not a number"),
        ({"fit_present": True}, "is not a number"),
        ({"skill_good": -2}, "a score is from -1 to 1"),
        ({"complaints": 0}, "a whole number from 1"),
        ({"complaints": 2.5}, "a whole number from 1"),
        ({"time_minutes": -1}, "less than nothing"),
        ({"no_such": 1}, "there is no such threshold"),
        ({"fit_present": 0.05}, "fit_absent (0.1) must be less than fit_present (0.05)"),
        ({"skill_good": 0.2}, "skill_poor (0.4) must be less than skill_good (0.2)"),
    ],
)
def test_senseless_values_are_named(values: dict[str, object], word: str) -> None:
    """A version with one of them is left out, and the line says which, where and why."""
    found, faults = read_thresholds({"version": [version(values=values)]})
    assert found == ()
    assert len(faults) == 1
    assert faults[0].startswith("version 1: ")
    assert word in faults[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (None, ["there is no [[version]] in it"]),
        ({"version": []}, ["there is no [[version]] in it"]),
        ({"version": ["x"]}, ["it is not a table"]),
        ({"version": [{}]}, ["number must be", "on must be", "author is missing", "values is missing"]),
        ({"version": [version(number=True)]}, ["number must be"]),
        ({"version": [version(), version()]}, ["number 1 does not come after 1"]),
        ({"version": [version(), version(number=2, on=date(2025, 1, 1))]}, ["2025-01-01 is before 2026-01-01"]),
    ],
)
def test_every_fault_of_a_file_is_told_at_once(raw: object, words: list[str]) -> None:
    """One line for each."""
    _, faults = read_thresholds(raw)
    assert len(faults) == len(words)
    for fault, word in zip(faults, words, strict=True):
        assert word in fault
