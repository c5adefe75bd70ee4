"""Rows as columns of numbers: marks say "the same" and nothing else, moments become seconds, rows come into order."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.storage.columns import Marks, in_order, seconds

SALT = 1 << 62 | 12_345
TEXTS = st.lists(st.text(st.characters(codec=None), min_size=1, max_size=40), min_size=1, max_size=30)
MOMENTS = st.lists(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), min_size=1, max_size=20)


@given(TEXTS)
def test_texts_share_a_number_exactly_when_they_are_the_same(texts: list[str]) -> None:
    """Whatever stands beside them, in whichever script, and lone surrogates too; each number is 1 or more."""
    marks = Marks(SALT)
    found = marks.texts(texts).tolist()
    assert min(found) >= 1
    assert {
        (one == other) == (text == same)
        for one, text in zip(found, texts, strict=True)
        for other, same in zip(found, texts, strict=True)
    } == {True}
    assert [int(marks.texts([text])[0]) for text in texts] == found


def test_a_number_tells_nothing_without_the_salt() -> None:
    """Another salt gives other numbers, for texts and for numbers alike; one salt always gives the same."""
    voices = np.array([-5, 0, 1, 2, 2**62], np.int64)
    here, there = (Marks(salt) for salt in (SALT, SALT + 1))
    assert not set(here.numbers(voices)) & set(there.numbers(voices))
    assert len(set(here.numbers(voices).tolist())) == len(voices)
    assert here.texts(["https://vakblad.example/1"]) == Marks(SALT).texts(["https://vakblad.example/1"])
    assert here.texts(["ab"]) != here.texts(["ba"])
    assert here.texts(["a"]) != here.texts(["a\0"])
    assert len(set(here.texts(["x" * n for n in range(1, 5_000)]).tolist())) == 4_999


@given(MOMENTS)
def test_a_moment_of_the_database_is_so_many_seconds(moments: list[datetime]) -> None:
    """From the year 1 to 9999, as SQLite's text has it; parts of a second are dropped downwards."""
    texts = [one.isoformat(" ", "microseconds") for one in moments]
    expected = [
        (one.replace(microsecond=0, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // (datetime.resolution * 1_000_000)
        for one in moments
    ]
    assert seconds(texts).tolist() == expected


def test_a_moment_that_somebody_wrote_otherwise_is_read_all_the_same() -> None:
    """Without its parts of a second, as another program may have stored it."""
    assert seconds(["1970-01-01 00:00:07", "1970-01-01 00:01:00.500000"]).tolist() == [7, 60]


@pytest.mark.parametrize("seed", range(3))
def test_rows_come_into_the_order_of_second_and_id(seed: int) -> None:
    """Each row as a whole, and it is said where each came to stand; what is in order is left alone."""
    random = Random(seed)
    rows = [(random.randrange(5), id_, id_ % 7) for id_ in random.sample(range(100), 40)]
    columns = {
        "at": array("q", [a for a, _, _ in rows]),
        "id": array("q", [b for _, b, _ in rows]),
        "tone": array("B", [c for _, _, c in rows]),
    }
    placed = in_order(columns)
    assert placed is not None
    assert list(zip(columns["at"], columns["id"], columns["tone"], strict=True)) == sorted(rows)
    assert [columns["id"][place] for place in placed] == [id_ for _, id_, _ in rows]
    assert in_order(columns) is None
    assert in_order({"at": array("q"), "id": array("q")}) is None
