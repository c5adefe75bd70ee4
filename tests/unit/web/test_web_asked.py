"""Addresses are read strictly, and written so that they can be read again."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.model import Tone
from listener.web.asked import Asked, Malformed, encode, mention_id, read

moments = st.datetimes(timezones=st.just(UTC))
ids = st.integers(min_value=0, max_value=2**63 - 1)


@given(
    tone=st.none() | st.sampled_from(Tone),
    day=st.none() | st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    place=st.none() | st.tuples(moments, ids),
)
def test_what_is_written_is_read_again(tone: Tone | None, day: date | None, place: tuple[datetime, int] | None) -> None:
    """Writing a wish into an address and reading it gives the same wish."""
    wish = Asked(tone=tone, day=day, before=place)
    assert read(wish.query(before=place)) == wish
    assert wish.narrowed is (tone is not None or day is not None)


@given(at=moments, number=ids, hours=st.integers(-12, 12))
def test_a_place_does_not_depend_on_the_zone(at: datetime, number: int, hours: int) -> None:
    """The same instant on another clock is the same place."""
    if timedelta(days=1) < at - datetime.min.replace(tzinfo=UTC) and at < datetime.max.replace(tzinfo=UTC) - timedelta(days=1):
        assert encode((at.astimezone(timezone(timedelta(hours=hours))), number)) == encode((at, number))


def word(text: str) -> str:
    """A text as a place is written."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "before",
    [
        "x",
        "é",
        "====",
        word("2026-11-20T12:00:00+00:00"),
        word("2026-11-20T12:00:00+00:00 -1"),
        word("2026-11-20T12:00:00+00:00 1 "),
        word("2026-11-20T12:00:00+00:00 01"),
        word("2026-11-20T12:00:00 1"),
        word("2026-11-20T13:00:00+01:00 1"),
        word("2026-11-20T12:00:00+00:00 9223372036854775808"),
        word("9999-99-99T12:00:00+00:00 1"),
        word("2026-11-20T12:00:00+00:00 1") + "=",
        base64.urlsafe_b64encode(b"\xff\xfe 1").decode(),
    ],
)
def test_a_damaged_place_is_refused(before: str) -> None:
    """There is one way to write a place; anything else is damage."""
    with pytest.raises(Malformed, match="before"):
        read({"before": before})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("0", 0),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("-1", None),
        ("", None),
        ("1.0", None),
        ("٣", None),
        ("9" * 5000, None),
    ],
)
def test_an_id_is_digits_that_a_database_can_hold(text: str, number: int | None) -> None:
    """Anything else belongs to no mention."""
    assert mention_id(text) == number
