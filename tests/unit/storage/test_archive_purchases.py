"""What was bought, as the archive keeps it and as the fake that other tests believe: one promise for both."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from listener.core.purchases import Allowance, BoughtPage, Good, Halt, Purchases, Purpose, allowances
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine, writing
from listener.storage.migrations import upgrade
from tests.builders import NOON
from tests.fakes_purchases import FakePurchases

DAY = timedelta(days=1)
PERIODS = allowances(NOON, monthly=1_000, daily=600)


@pytest.fixture(params=["sqlite", "postgresql", "fake"])
def kept(request: pytest.FixtureRequest) -> Iterator[Purchases]:
    """Both adapters, the archive in either database."""
    if request.param == "fake":
        yield FakePurchases()
        return
    sqlite = request.param == "sqlite"
    with SqlArchive(request.getfixturevalue("database" if sqlite else "postgres_address")) as archive:
        yield archive


def reserve(kept: Purchases, amount: int, periods: tuple[Allowance, ...] = PERIODS) -> int | None:
    """Money for a page."""
    return kept.reserve(Purpose.PAGE, "molenaar-x", amount, periods, NOON)


def goods(*refs: str, price: int = 5) -> list[Good]:
    """Posts of that price."""
    return [Good(what="post", ref=one, price=price) for one in refs]


def page(reservation: int, **changes: object) -> BoughtPage:
    """A page of that reservation, asked for at the very beginning."""
    made = BoughtPage(
        source="molenaar-x",
        reservation=reservation,
        after=0,
        part="p",
        asked={"query": "pomp", "since_id": "1"},
        status=200,
        media_type="application/json",
        body=b'{"data": []}',
        received_at=NOON,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_money_is_set_aside_within_every_period(kept: Purchases) -> None:
    """The tightest decides; what does not fit leaves no trace."""
    assert kept.left(PERIODS) == 600
    assert reserve(kept, 400) is not None
    assert reserve(kept, 201) is None
    assert kept.left(PERIODS) == 200
    assert reserve(kept, 200) is not None
    tomorrow = allowances(NOON + DAY, monthly=1_000, daily=600)
    assert kept.left(tomorrow) == 400
    assert reserve(kept, 500, tomorrow) is None
    assert kept.left(tomorrow) == 400


def test_settling_replaces_what_was_set_aside(kept: Purchases) -> None:
    """Each thing once a UTC day; a second settling changes nothing; nothing came, nothing was spent."""
    first = reserve(kept, 500)
    assert first is not None
    assert kept.settle(first, goods("1", "2", "2"), NOON) == 10
    assert kept.settle(first, goods("3"), NOON) == 10
    assert kept.left(PERIODS) == 590
    second = reserve(kept, 50)
    assert second is not None
    assert kept.settle(second, [*goods("2", "3"), Good(what="user", ref="2", price=9)], NOON) == 14
    third = reserve(kept, 50)
    assert third is not None
    assert kept.settle(third, (), NOON) == 0
    assert kept.left(PERIODS) == 576
    fourth = reserve(kept, 50)
    assert fourth is not None
    assert kept.settle(fourth, goods("2"), NOON + DAY) == 5


def test_what_is_never_settled_stays_spent(kept: Purchases) -> None:
    """Nobody knows what came of it."""
    reserve(kept, 600)
    assert kept.left(PERIODS) == 0


def test_a_page_waits_until_it_was_taken_up(kept: Purchases) -> None:
    """By the number of the page before it, which the checkpoint holds."""
    assert kept.page_after("molenaar-x", 0) is None
    number = kept.keep_page(page(reserve(kept, 5) or 0))
    waiting = kept.page_after("molenaar-x", 0)
    assert waiting == page(1, id=number)
    assert kept.page_after("another", 0) is None
    assert kept.page_after("molenaar-x", number) is None
    second = kept.keep_page(page(1, after=number, body=b"<html>"))
    kept.mark_page(second, "unreadable")
    assert kept.page_after("molenaar-x", number) is None
    kept.mark_page(second, "drifted")
    found = kept.page_after("molenaar-x", number)
    assert found is not None
    assert (found.state, found.body) == ("drifted", b"<html>")


def test_halts_keep_their_beginning_until_they_end(kept: Purchases) -> None:
    """One of each name; ended by name, or all."""
    kept.halt(Halt(name="rate", since=NOON, until=NOON + DAY, reason="later"))
    kept.halt(Halt(name="rate", since=NOON + DAY, until=None, reason="much later", missing=("lang",)))
    kept.halt(Halt(name="cap", since=NOON, until=None, reason="cap"))
    assert kept.halts() == [
        Halt(name="cap", since=NOON, until=None, reason="cap"),
        Halt(name="rate", since=NOON, until=None, reason="much later", missing=("lang",)),
    ]
    assert kept.resume("rate") == 1
    assert kept.resume() == 1
    assert kept.resume() == 0


def test_processes_never_overspend_together(either_database: str) -> None:
    """Eight at once, each with its own archive, until nothing is left: the sum is the budget, and not a micro-dollar more."""
    periods = allowances(NOON, monthly=100)
    got: list[int] = []

    def buy() -> None:
        with SqlArchive(either_database) as archive:
            for _ in range(6):
                number = archive.reserve(Purpose.PAGE, "x", 7, periods, NOON)
                got.extend([] if number is None else [number])

    threads = [threading.Thread(target=buy) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(got) == len(set(got)) == 14
    with SqlArchive(either_database) as archive:
        assert archive.left(periods) == 2
        assert archive.spending(["2026-11", "2026-12"]) == {"2026-11": 98, "2026-12": 0}
        assert archive.unsettled(NOON) == (14, 98)
        assert archive.unsettled(NOON + DAY) == (0, 0)


def test_a_page_that_was_taken_up_gives_its_bytes_back(archive: SqlArchive) -> None:
    """They are the document's then; pages that nobody took up go after a month."""
    number = archive.reserve(Purpose.PAGE, "x", 5, PERIODS, NOON) or 0
    first = archive.keep_page(page(number))
    archive.keep_page(page(number, after=first))
    assert archive.page_after("molenaar-x", 0) is None
    archive.keep_page(page(number, after=99, received_at=NOON + 31 * DAY))
    assert archive.page_after("molenaar-x", first) is None


def old_database(tmp_path: object) -> str:
    """A database of the schema before, with runs that cost money."""
    address = f"sqlite:///{tmp_path}/x.db"
    upgrade(address, "0004")
    engine = open_engine(address)
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO brand VALUES (1, 'b', 'B', 'b', 'nl', '[]', '[]', 1)"))
        connection.execute(
            text(
                "INSERT INTO source (id, key, brand_id, kind, address, every_seconds, active, revision, failures, next_due_at)"
                " VALUES (1, 's', 1, 'x', 'pomp', 1800, 1, 0, 0, '2026-11-20 12:00:00.000000')"
            )
        )
        for at, cost in (("2026-11-19", 0.1), ("2026-11-20", 0.2), ("2026-11-20", 0.005), ("2026-10-01", 1.0), ("2026-11-20", 0)):
            connection.execute(
                text(
                    "INSERT INTO run (source_id, started_at, outcome, entries, new_entries, new_mentions, size, took, cost, detail)"
                    " VALUES (1, :at, 'new', 0, 0, 0, 0, 0, :cost, '')"
                ),
                {"at": f"{at} 12:00:00.000000", "cost": cost},
            )
    engine.dispose()
    return address


def test_what_was_spent_before_the_purse_counts_on(tmp_path: object) -> None:
    """Nobody's budget begins anew because the program was updated in the middle of a month."""
    address = old_database(tmp_path)
    upgrade(address)
    with SqlArchive(address) as archive:
        assert archive.spending(["2026-11", "2026-11-20", "2026-11-19", "2026-10"]) == {
            "2026-11": 305_000,
            "2026-11-20": 205_000,
            "2026-11-19": 100_000,
            "2026-10": 1_000_000,
        }
