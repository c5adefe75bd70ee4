"""What `listener collect` says of an attempt."""

from __future__ import annotations

from listener.cli.collect import line
from listener.core.visits import Outcome, Run
from tests.builders import NOON


def test_what_was_missed_is_said_behind_what_was_heard() -> None:
    """A hole that nobody can fill any more, beside a visit that went well."""
    heard = Run(source="posts", started_at=NOON, outcome=Outcome.UNCHANGED, detail="not heard: 11:00 to 11:55")
    assert line(heard) == "posts: heard, unchanged — not heard: 11:00 to 11:55"
    new = Run(source="posts", started_at=NOON, outcome=Outcome.NEW, entries=2, new_entries=1, new_mentions=1)
    assert line(new) == "posts: heard, 2 entries, 1 new, 1 mention"
