"""What `listener collect` says of each visit."""

from __future__ import annotations

import pytest

from listener.cli.collect import as_row, line, summary
from listener.core.visits import Outcome, Run
from tests.builders import NOON


def run(outcome: Outcome, entries: int = 0, new: int = 0, mentions: int = 0, detail: str = "") -> Run:
    """A visit to a forum."""
    return Run(
        source="forum",
        started_at=NOON,
        outcome=outcome,
        entries=entries,
        new_entries=new,
        new_mentions=mentions,
        detail=detail,
    )


@pytest.mark.parametrize(
    ("visit", "words"),
    [
        (run(Outcome.NEW, 20, 3, 1), "forum: heard, 20 entries, 3 new, 1 mention"),
        (run(Outcome.KNOWN, 1), "forum: heard, 1 entry, 0 new, 0 mentions"),
        (run(Outcome.UNCHANGED), "forum: heard, unchanged"),
        (run(Outcome.FAILED, detail="silent for 15 s"), "forum: failed — silent for 15 s"),
        (run(Outcome.FAILED), "forum: failed — no reason given"),
        (run(Outcome.OVERTAKEN, detail="x"), "forum: another process collected it meanwhile"),
    ],
)
def test_a_visit_is_one_line(visit: Run, words: str) -> None:
    """With the right plural, and a reason where it was not heard."""
    assert line(visit) == words


def test_all_visits_are_one_sentence() -> None:
    """Pages of one source count once."""
    assert summary([run(Outcome.NEW, 2, 1, 1), run(Outcome.NEW, 2, 0, 0)], 0) == "1 of 1 source heard; 1 new entry, 1 new mention."


def test_a_row_for_a_program_is_plain_json() -> None:
    """Times as text, outcomes as words."""
    row = as_row(run(Outcome.NEW))
    assert (row["outcome"], row["heard"], row["started_at"]) == ("new", True, "2026-11-20T12:00:00+00:00")
