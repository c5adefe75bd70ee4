"""Turns at hosts: one owner at a time, a pause after each, and nobody holds one for ever."""

from __future__ import annotations

import threading
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from listener.storage.archive import SqlArchive
from tests.builders import NOON

LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)


def test_a_host_has_one_owner_at_a_time(archive: SqlArchive) -> None:
    """The other is told until when; the owner itself may take it again; a lease ends by itself."""
    assert archive.take_turns(["a", "b"], "one", NOON, lease=LEASE) == {}
    assert archive.take_turns(["b", "c"], "two", NOON + SECOND, lease=LEASE) == {"b": NOON + LEASE}
    assert archive.take_turns(["a", "b"], "one", NOON + SECOND, lease=LEASE) == {}
    assert archive.take_turns(["a"], "two", NOON + SECOND + LEASE, lease=LEASE) == {}
    assert archive.take_turns([], "two", NOON, lease=LEASE) == {}


def test_who_leaves_says_when_the_host_may_be_asked_again(archive: SqlArchive) -> None:
    """The pause holds for everybody else; what another owner has meanwhile cannot be left for him."""
    archive.take_turns(["a"], "one", NOON, lease=LEASE)
    archive.leave_turns({"a": NOON + 60 * SECOND}, "one")
    assert archive.take_turns(["a"], "two", NOON + 59 * SECOND, lease=LEASE) == {"a": NOON + 60 * SECOND}
    assert archive.take_turns(["a"], "two", NOON + 60 * SECOND, lease=LEASE) == {}
    archive.leave_turns({"a": NOON}, "one")
    archive.leave_turns({}, "one")
    assert archive.take_turns(["a"], "one", NOON + 61 * SECOND, lease=LEASE) == {"a": NOON + 60 * SECOND + LEASE}


def test_of_many_takers_at_once_each_host_gets_one(archive: SqlArchive) -> None:
    """Threads with connections of their own, each wanting everything."""
    hosts = [f"host{number}.example" for number in range(700)]
    won: dict[str, set[str]] = {}

    def take(owner: str) -> None:
        busy = archive.take_turns(hosts, owner, NOON, lease=LEASE)
        won[owner] = set(hosts) - set(busy)

    threads = [threading.Thread(target=take, args=(f"owner{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(host for mine in won.values() for host in mine) == sorted(hosts)


def test_turns_that_nobody_wants_any_more_are_cleared_away(archive: SqlArchive) -> None:
    """A host that was asked two days ago has no row."""
    archive.take_turns(["old"], "one", NOON, lease=LEASE)
    archive.take_turns(["new"], "one", NOON + timedelta(days=3), lease=LEASE)
    with archive._engine.connect() as connection:
        assert [row[0] for row in connection.exec_driver_sql("SELECT host FROM turn")] == ["new"]


def test_a_clock_that_is_set_back_locks_no_host(archive: SqlArchive) -> None:
    """A turn that was taken a year ahead is anybody's; so it is when the clock is set forward."""
    archive.take_turns(["a"], "one", NOON + timedelta(days=365), lease=LEASE)
    assert archive.take_turns(["a"], "two", NOON, lease=LEASE) == {}
    assert archive.take_turns(["a"], "one", NOON + SECOND, lease=LEASE) == {"a": NOON + LEASE}
    assert archive.take_turns(["a"], "one", NOON + timedelta(days=365), lease=LEASE) == {}


STEP = some.tuples(some.sampled_from(["take", "leave"]), some.sampled_from("xyz"), some.sampled_from("ab"), some.integers(0, 90))


@given(steps=some.lists(STEP, max_size=25))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_two_owners_ever_overlap(archive: SqlArchive, steps: list[tuple[str, str, str, int]]) -> None:
    """Whatever is taken, left and waited for: nobody is let in before the last one's pause is over."""
    archive.take_turns(["clear"], "x", NOON + timedelta(days=999), lease=LEASE)
    now, held = NOON, dict[str, tuple[str, float]]()
    for what, owner, host, wait in steps:
        now += wait * SECOND
        if what == "take":
            busy = archive.take_turns([host], owner, now, lease=LEASE)
            holder, until = held.get(host, (owner, 0.0))
            assert (host in busy) == (holder != owner and now.timestamp() < until)
            if not busy:
                held[host] = owner, (now + LEASE).timestamp()
        else:
            archive.leave_turns({host: now + 10 * SECOND}, owner)
            if held.get(host, ("", 0.0))[0] == owner:
                held[host] = owner, (now + 10 * SECOND).timestamp()
    archive.take_turns(["clear"], "x", NOON + timedelta(days=999), lease=LEASE)
