"""The table: rows in any order become columns in order of time, and come out as they went in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.observed import Check, Question
from listener.core.tellings import EMPTY, Row, Table
from tests.observing import row

BIG = st.integers(-(2**63), 2**63 - 1)


@given(
    st.lists(st.builds(lambda one, at, voice: row(one, at=at, voice=voice), st.integers(1, 99), st.integers(0, 9), BIG), max_size=9)
)
def test_rows_come_out_in_order_of_time(rows: list[Row]) -> None:
    """As they went in, by moment and then by id."""
    table = Table.of(rows)
    assert len(table) == len(rows)
    assert list(table.rows()) == sorted(rows, key=lambda one: (one.at, one.id))
    columns = [getattr(table, name) for name in Row._fields]
    assert Table.by_columns(columns) == table


def test_a_number_that_does_not_fit_is_refused() -> None:
    """A column says what it can hold."""
    with pytest.raises(OverflowError):
        Table.of([row(1, tone=300)])
    assert list(EMPTY.rows()) == []


def test_an_answer_must_be_one_of_its_questions() -> None:
    """Whether by hand or from a bundle."""
    with pytest.raises(ValueError, match="market: 'both' is not one of b2b, b2c, unclear"):
        Check(mention=1, question=Question.MARKET, answer="both", by="Ann", at=datetime(2026, 1, 1, tzinfo=UTC))
