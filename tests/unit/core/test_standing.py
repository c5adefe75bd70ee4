"""What has fallen silent: clock, workers, the queue, the mail and sources, and what only looks so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.core.standing import Box, Part, Post, Queue, Sign, Standing, silent_sources, troubles
from listener.core.visits import Outcome, Run, SourceState
from tests.builders import NOON, source

MINUTE = timedelta(minutes=1)
BARE = Standing(schema="1", database="SQLite 3")


def sign(post: Post = Post.WORKER, name: str = "one:1", *, ago: timedelta = MINUTE, old: timedelta = timedelta(days=3)) -> Sign:
    """Somebody who showed himself so long ago."""
    return Sign(post=post, name=name, version="1", begun_at=NOON - old, seen_at=NOON - ago)


def silent(standing: Standing) -> list[str]:
    """The subjects of what is silent."""
    return [one.subject for one in troubles(standing, NOON)]


def test_what_never_ran_is_not_silent() -> None:
    """An archive that nobody serves is no trouble of anybody's."""
    assert silent(BARE) == []


@pytest.mark.parametrize(("ago", "expected"), [(MINUTE, []), (4 * MINUTE, ["clock"]), (-MINUTE * 600, [])])
def test_a_clock_is_silent_after_some_minutes(ago: timedelta, expected: list[str]) -> None:
    """One whose sign is of the future was ahead, and says nothing about now."""
    assert silent(replace(BARE, signs=[sign(Post.CLOCK, "", ago=ago)])) == expected


def test_a_worker_that_was_replaced_is_no_trouble() -> None:
    """One on the same machine that began after its last sign stands in, for one; another machine's does not."""
    lost, other = sign(ago=10 * MINUTE), sign(name="one:2", ago=9 * MINUTE)
    heir = sign(name="one:3", old=5 * MINUTE)
    elsewhere = sign(name="two:4", old=5 * MINUTE)
    before = sign(name="one:5")
    assert silent(replace(BARE, signs=[lost, elsewhere, before])) == ["worker one:1"]
    assert silent(replace(BARE, signs=[lost, heir])) == []
    assert silent(replace(BARE, signs=[lost, other, heir])) == ["worker one:2"]
    assert silent(replace(BARE, signs=[sign(ago=timedelta(days=2))])) == []


def test_jobs_that_nobody_takes_are_a_silent_queue() -> None:
    """After ten minutes."""
    young = Queue(jobs={"todo": 3}, oldest=NOON - 5 * MINUTE)
    assert silent(replace(BARE, queue=young)) == []
    assert silent(replace(BARE, queue=Queue(jobs={}))) == []
    (one,) = troubles(replace(BARE, queue=replace(young, oldest=NOON - 11 * MINUTE)), NOON)
    assert (one.part, one.since) == (Part.QUEUE, NOON - 11 * MINUTE)


def test_mail_that_waits_is_silent_mail() -> None:
    """After half an hour; with what the server said, when it said something."""
    digests = Box(name="digest", waiting=2, oldest=NOON - 31 * MINUTE)
    alerts = Box(name="alert", waiting=1, oldest=NOON - 40 * MINUTE, error="421 busy")
    assert silent(replace(BARE, boxes=[Box(name="digest"), replace(digests, oldest=NOON - MINUTE)])) == []
    (one,) = troubles(replace(BARE, boxes=[digests]), NOON)
    assert (one.since, one.why) == (NOON - 31 * MINUTE, "")
    (one,) = troubles(replace(BARE, boxes=[digests, alerts]), NOON)
    assert (one.since, one.why) == (NOON - 40 * MINUTE, "421 busy")


def test_sources_are_silent_as_their_alerts_say() -> None:
    """Failing for a day; never heard and failing; with the last attempt's word."""
    run = Run(source="vakblad", started_at=NOON, outcome=Outcome.FAILED, detail="no route")
    well = SourceState(source=source(), cursor=None, revision=1, failures=0, next_due_at=NOON, heard_at=NOON)
    ill = replace(well, failures=30, heard_at=NOON - timedelta(days=2), last_run=run)
    mute = replace(well, source=source(key="stil"), failures=5, heard_at=None)
    found = silent_sources([well, ill, mute], NOON)
    assert [(one.subject, one.since, one.why) for one in found] == [
        ("source vakblad", NOON - timedelta(days=2), "no route"),
        ("source stil", None, ""),
    ]
