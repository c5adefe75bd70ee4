"""In PostgreSQL the newest rows that hold are found whatever is known of the words, and however wrong it is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from listener.storage import newest, search
from listener.storage.engine import open_engine, writing
from listener.storage.newest import Part
from tests.builders import NOON

ROWS = 2_000


@pytest.fixture
def filled(postgres_address: str) -> Iterator[tuple[Connection, dict[int, set[str]]]]:
    """Rows of the index, by their numbers: all have one word, every third another, and a few are the only ones with theirs."""
    chance = random.Random(7)
    held: dict[int, set[str]] = {}
    rows = []
    for number in range(1, ROWS + 1):
        words = {"all", f"of{number % 3}", f"rare{number // 3}" if number % 3 == 0 else "none", f"some{chance.randrange(40)}"}
        made = search.row(number, NOON - timedelta(seconds=number), (("b", number % 5),), (" ".join(sorted(words)),))
        held[made.rank] = words | set(made.facets)
        rows.append(made)
    engine = open_engine(postgres_address)
    with writing(engine) as connection:
        search.put(connection, rows)
        yield connection, held
    engine.dispose()


ASKED = [
    (("all",),),
    (("of1",),),
    (("rare7",),),
    (("nowhere",),),
    (("of0",), ("some3",)),
    ((search.facet("b", 2),), ("some4",)),
    ((search.facet("b", 2), search.facet("b", 3)), ("of2",)),
]


@pytest.mark.parametrize("known", ["nothing", "the truth", "that all are common", "that all are rare"])
def test_the_newest_are_found_whatever_is_known(
    known: str, filled: tuple[Connection, dict[int, set[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows as a look at each finds, between any bounds and as many as are wanted, by short stretches and by long ones."""
    connection, held = filled
    monkeypatch.setattr(newest, "_LEAST", 5)
    monkeypatch.setattr(newest, "_STEPPED", 40)
    if known == "the truth":
        connection.execute(text("ANALYZE search"))
    if known.startswith("that"):
        share = 1.0 if "common" in known else 1e-6
        tokens = set().union(*held.values())
        said = newest._Known(at=1e18, rows=ROWS, shares=dict.fromkeys(tokens, share), least=share, bounds=sorted(held)[::20])
        monkeypatch.setitem(newest._KNOWN, connection.engine, said)
    ranks = sorted(held, reverse=True)
    for low, high in ((0, 1 << 62), (ranks[1500], ranks[3]), (ranks[30], ranks[20]), (ranks[3], ranks[3])):
        for asked in ASKED:
            expression = " & ".join("(" + " | ".join(f"'{one}'" for one in some) + ")" for some in asked)
            parts = [Part(some, is_any=True) for some in asked]
            right = [one for one in ranks if low <= one < high and all(held[one] & set(some) for some in asked)]
            for limit in (1, 50, 3_000):
                assert newest.newest(connection, expression, parts, (low, high), limit) == right[:limit]


def test_what_is_known_is_asked_again_after_a_while(
    filled: tuple[Connection, dict[int, set[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statistics of a table that was empty are of no use to a full one."""
    connection, _ = filled
    assert newest._known(connection).shares == {}
    connection.execute(text("ANALYZE search"))
    assert newest._known(connection).shares == {}
    monkeypatch.setattr(newest, "_KNOWN_FOR", -1.0)
    known = newest._known(connection)
    assert known.rows == ROWS
    assert known.shares["all"] == pytest.approx(1.0)
    assert known.shares["of1"] == pytest.approx(1 / 3, abs=0.01)
    assert 0 < known.least < 0.1
    assert len(known.bounds) > 100
