"""`listener status`: the health of each source, and its days."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from listener.cli.status import as_row, calendar, command, line
from listener.core.ledger import last_days
from listener.core.visits import LedgerDay, Outcome, Run, SourceState
from tests.builders import NOON, source
from tests.databases import fresh_sqlite
from tests.unit.config.config_folders import folder_of

UTC = ZoneInfo("UTC")
DAY = timedelta(days=1)
BOUNDS = last_days(NOON, UTC, 4)


def state(**changes: object) -> SourceState:
    """A source that was heard an hour ago."""
    run = Run(source="vakblad", started_at=NOON - timedelta(hours=1), outcome=Outcome.UNCHANGED)
    made = SourceState(
        source=source(), cursor=None, revision=1, failures=0, next_due_at=NOON + DAY, heard_at=run.started_at, last_run=run
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def day(ago: int, attempts: int, failed: int) -> LedgerDay:
    """A day of the ledger."""
    outcome = Outcome.REFUSED if failed else None
    on, detail = NOON.date() - ago * DAY, "HTTP 403" if failed else ""
    return LedgerDay(
        source="vakblad", on=on, attempts=attempts, failed=failed, entries=2, mentions=1, outcome=outcome, detail=detail
    )


DAYS = {one.on: one for one in (day(2, 3, 3), day(1, 3, 1), day(0, 3, 0))}


def test_a_source_is_one_line() -> None:
    """How it is, when it was heard, and when it is next."""
    assert line(state(last_run=None), NOON, UTC) == "vakblad (rss): not visited yet"
    assert line(state(), NOON, UTC) == "vakblad (rss): unchanged, last heard 2026-11-20 11:00, next 2026-11-21 12:00"
    assert line(state(heard_at=None, next_due_at=NOON), NOON, UTC).endswith("never heard, due now")


def test_what_a_person_should_know_stands_behind_it() -> None:
    """Failures with their reason, a rest, a move (without its secrets), and a silence beyond its own rhythm."""
    failed = Run(source="vakblad", started_at=NOON, outcome=Outcome.REFUSED, detail="gone for good (410)")
    resting = line(state(last_run=failed, failures=2, rested_at=NOON), NOON, UTC)
    assert "resting since 2026-11-20 12:00, until its entry in the brand's file changes" in resting
    assert resting.endswith("2 in a row failed: gone for good (410)")
    assert "moved for good to https://new.example/" in line(state(note="moved for good to https://new.example/"), NOON, UTC)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(12, "usually 2 a day"), (84, "usually 2 a week"), (240, "usually 3 a month"), (960, "usually one in 40 days")],
)
def test_a_silence_is_said_with_what_is_usual(hours: int, words: str) -> None:
    """In whole numbers of the smallest span that has one."""
    last = NOON - timedelta(days=2000)
    recent = tuple(last - number * timedelta(hours=hours) for number in range(24))
    assert line(state(recent=recent), NOON, UTC).endswith(f"silent for 2000 days, {words}")


def test_the_days_are_signs_and_the_last_hole_has_its_reason() -> None:
    """No attempt, not heard, partly, heard; and why."""
    assert list(calendar(BOUNDS, DAYS)) == ["·✕◐●", "2026-11-19: 1 of 3 attempts not heard (refused: HTTP 403)"]
    assert list(calendar(BOUNDS, {})) == ["····"]


def test_programs_get_every_day() -> None:
    """Each day with its state and why, and null where there is nothing to say."""
    row = as_row(state(), NOON, BOUNDS, DAYS)
    assert [one["state"] for one in row["days"]] == ["none", "not", "partly", "heard"]
    assert row["days"][1] == {
        "on": "2026-11-18", "state": "not", "attempts": 3, "failed": 3, "new_entries": 2, "new_mentions": 1,
        "outcome": "refused", "detail": "HTTP 403",
    }  # fmt: skip
    assert (row["silent"], row["rested_at"], row["note"], row["last_outcome"]) == (None, None, "", "unchanged")
    recent = tuple(NOON - 9 * DAY - number * DAY / 2 for number in range(24))
    assert as_row(state(recent=recent, last_run=None), NOON, BOUNDS, {})["silent"] == {"days": 9, "usual_per_day": 2.0}


def test_the_command_says_it_all(tmp_path: Path) -> None:
    """One line and fourteen signs for each source, a legend, and a sum; the same as JSON."""
    config = folder_of(tmp_path)
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    said = CliRunner().invoke(command, ["--config", str(config)], catch_exceptions=False)
    assert "not visited yet\n    ··············\n" in said.output
    assert "The last 14 days, today last: ● heard, ◐ heard in part, ✕ not heard, · no attempt." in said.output
    rows = json.loads(CliRunner().invoke(command, ["--config", str(config), "--json"], catch_exceptions=False).stdout)
    assert [len(row["days"]) for row in rows] == [14] * len(rows)
    assert date.fromisoformat(rows[0]["days"][0]["on"]) < date.fromisoformat(rows[0]["days"][13]["on"])
