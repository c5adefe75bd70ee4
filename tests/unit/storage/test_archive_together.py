"""Several at once, and texts that no database likes: the archive keeps its word in SQLite and in PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from listener.core.visits import Attempt, HostRest, Outcome, Run, SourceState
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, digest, document, entry, judged, mention, source

T = TypeVar("T")
MINUTE = timedelta(minutes=1)
SOURCES = tuple(source(key=f"s{number:02}") for number in range(40))


def at_once(*calls: Callable[[], T]) -> list[T]:
    """What each call gives, all of them made at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result(60) for one in [pool.submit(call) for call in calls]]


@pytest.mark.parametrize(
    "hostile", ["\x00", "\ud800", "a\x00b\udfffc", "\x00" * 9, "\U0001f6b0", "\ufffe", "'; DROP TABLE mention;--"]
)
def test_whatever_a_feed_holds_is_kept_and_costs_nobody_else(archive: SqlArchive, hostile: str) -> None:
    """The entry beside it stands, and its own words come back, but for letters that are none."""
    archive.sync((brand(),), (source(),), (), NOON)
    (state,) = archive.states()
    odd, good = entry(guid="odd", title=f"x {hostile} y", text=hostile, outlet=hostile), entry(guid="good")
    archive.keep(
        state,
        Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW, entries=2, detail=hostile),
        next_due_at=NOON,
        document=document(),
        entries=[odd, good],
        mentions=[judged(mention=mention(entry=one, excerpt=one.title, clause=hostile)) for one in (odd, good)],
    )
    kept = {one.entry.guid: one for one in archive.mentions("molenaar")}
    assert set(kept) == {"odd", "good"}
    assert kept["odd"].entry.title.startswith("x ")
    assert kept["odd"].entry.title.endswith(" y")
    assert kept["good"].entry == replace(good, document=kept["good"].entry.document)


def test_a_number_as_large_as_the_world_is_kept(archive: SqlArchive) -> None:
    """Followers and likes go beyond 32 bits."""
    archive.sync((brand(),), (source(),), (), NOON)
    (state,) = archive.states()
    run = Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW, entries=1, size=2**40, cost=0.005)
    archive.keep(state, run, next_due_at=NOON, document=document(), entries=[entry()], mentions=[judged()])
    (found,) = archive.runs(since=NOON, until=NOON + MINUTE)
    assert (found.size, found.cost) == (2**40, 0.005)


def test_each_source_is_claimed_by_one(archive: SqlArchive) -> None:
    """Four who claim at one moment share the sources out, and none goes to two."""
    archive.sync((brand(),), SOURCES, (), NOON)
    claims = [claimed for _ in range(4) for claimed in at_once(*[lambda: archive.claim_due(NOON, limit=5, lease=MINUTE)] * 4)]
    claimed = [key for one in claims for key in one]
    assert sorted(claimed) == sorted(one.key for one in SOURCES[: len(claimed)])
    assert len(claimed) == len(SOURCES)


def test_each_delivery_is_claimed_by_one_of_many(archive: SqlArchive) -> None:
    """Four workers empty an outbox together: every row goes to one of them."""
    archive.sync((brand(),), (), (), NOON)
    kept = archive.keep_digest(digest(composed_at=NOON), {f"{number}@x.example": f"<{number}@x>" for number in range(60)})

    def work() -> list[str]:
        mine = []
        while (one := archive.outbox.claim(kept, NOON, lease=MINUTE)) is not None:
            archive.outbox.settle(one, NOON, sent=True)
            mine.append(one.recipient)
        return mine

    shares = at_once(work, work, work, work)
    assert sorted(one for share in shares for one in share) == sorted(f"{number}@x.example" for number in range(60))


def test_two_who_compose_one_digest_keep_one(archive: SqlArchive) -> None:
    """The second finds the first one's, whoever was quicker."""
    archive.sync((brand(),), (), (), NOON)
    kept = at_once(*[lambda: archive.keep_digest(digest(composed_at=NOON), {"a@x.example": "<1@x>"})] * 6)
    assert len(set(kept)) == 1
    assert len(archive.deliveries(kept[0])) == 1


def test_two_who_start_at_once_agree(archive: SqlArchive) -> None:
    """A first start of several processes configures once."""
    at_once(*[lambda: archive.sync((brand(),), SOURCES, (), NOON)] * 4)
    assert len(archive.states()) == len(SOURCES)
    assert len(archive.query_versions("molenaar")) == 1


def test_two_who_keep_the_same_sources_never_wait_for_ever(archive: SqlArchive) -> None:
    """Given in any order, with wishes of one host: each source is kept by one of them, and the host is remembered once."""
    archive.sync((brand(),), SOURCES, (), NOON)
    states = list(archive.states())
    rest = HostRest(host="slow.example", until=None, reason="429")

    def keep(order: int) -> list[Outcome]:
        runs = [Run(source=one.source.key, started_at=NOON, outcome=Outcome.LIMITED) for one in states][::order]
        attempts = [archive_attempt(state, run, rest) for state, run in zip(states[::order], runs, strict=True)]
        return [one.outcome for one in archive.keep_all(attempts)]

    ended = at_once(lambda: keep(1), lambda: keep(-1))
    assert sorted(one.count(Outcome.OVERTAKEN) for one in ended) == [0, len(SOURCES)]
    assert set(archive.resting_hosts(NOON)) == {"slow.example"}


def archive_attempt(state: SourceState, run: Run, rest: HostRest) -> Attempt:
    """An attempt that ended in a host's wish for rest."""
    return Attempt(state=state, run=run, next_due_at=NOON, rest=rest)
