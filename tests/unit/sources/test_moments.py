"""Moments as feeds write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.sources import moments
from listener.sources.moments import dated, moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 14 Nov 2025 08:00:00 GMT", "2025-11-14T08:00:00"),
        ("Fri, 14 Nov 2025 08:00:00 +0100", "2025-11-14T07:00:00"),
        ("Fri, 14 Nov 2025 08:00:00 +01:00", "2025-11-14T07:00:00"),
        ("Wed 24 May 2006 14:04:24 -800", "2006-05-24T22:04:24"),
        ("Fri, 14 Nov 2025 08:00:00 CET", "2025-11-14T07:00:00"),
        ("Fri, 14 Nov 2025 08:00:00 EST", "2025-11-14T13:00:00"),
        ("vr, 14 nov. 2025 08:00:00 +0100", "2025-11-14T07:00:00"),
        ("wo, 05 mrt 2025 10:00:00 +0100", "2025-03-05T09:00:00"),
        ("Mi, 05 Mär 2025 10:00:00 +0100", "2025-03-05T09:00:00"),
        ("mar, 1 avr 2025 10:00:00 +0200", "2025-04-01T08:00:00"),
        ("mardi 1 juillet 2025 10:00:00", "2025-07-01T10:00:00"),
        ("mar, 05 set 2023 10:00:00 +0200", "2023-09-05T08:00:00"),
        ("Tue Nov 5 10:00:00 2024", "2024-11-05T10:00:00"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59"),
        ("Fri, 14 Nov 2025 24:00:00 GMT", "2025-11-15T00:00:00"),
        ("2025-11-14T08:00:00Z", "2025-11-14T08:00:00"),
        ("2025-11-14T08:00:00.123456789-05:30", "2025-11-14T13:30:00.123456"),
        ("2025-11-14 08:00", "2025-11-14T08:00:00"),
        ("2025-11-14T08:00:00+2", "2025-11-14T06:00:00"),
        ("20251114T080000Z", "2025-11-14T08:00:00"),
        ("2025-11-14", "2025-11-14T00:00:00"),
        ("20251114", "2025-11-14T00:00:00"),
        ("2020/1/10 14:33:00", "2020-01-10T14:33:00"),
        ("Friday, January 29, 2021 04:42 PM", "2021-01-29T16:42:00"),
        ("Fri, 29 Jan 2021 12:05:00 am", "2021-01-29T00:05:00"),
        ("1700000000", "2023-11-14T22:13:20"),
        ("1700000000123", "2023-11-14T22:13:20"),
    ],
)
def test_a_moment_is_read_and_made_utc(text: str, expected: str) -> None:
    """RFC 822 with its slips, ISO 8601, the six languages' month names and seconds since 1970."""
    assert moment(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "2025",
        "2025-11",
        "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "2025-13-40",
        "2025-02-30T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "Fri, 99 Foo 2025 08:00:00 GMT",
        "0000000000",
        "6/5/2025 10:00:00 AM",
        "Nov 2025",
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    """A year or month alone, a generator's default, and nonsense: never a guess."""
    assert moment(text) is None


def test_a_moment_to_come_is_not_believed_but_kept() -> None:
    """At the latest when it was fetched; what the place states stands beside it, and only then."""
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert dated(None, now) == (None, None)
    assert dated(now, now) == (now, None)
    assert dated(now - timedelta(days=1), now) == (now - timedelta(days=1), None)
    assert dated(now + timedelta(days=400), now) == (now, now + timedelta(days=400))


@settings(max_examples=40)
@given(st.datetimes(min_value=datetime(1995, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.timezones()))
def test_what_python_writes_is_read_back(at: datetime) -> None:
    """A moment survives ISO 8601, whatever its zone (offsets with seconds are older than feeds)."""
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    offset = at.utcoffset()
    if offset is not None and offset.seconds % 60 == 0:
        assert moment(at.isoformat()) == at.astimezone(UTC)


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    """Whatever a feed writes, the answer is an aware moment from 1995 on, or None."""
    found = moment(text)
    assert found is None or (found.tzinfo is UTC and found.year >= 1995)


@settings(deadline=None, max_examples=300)
@given(
    st.from_regex(
        r"(19|20|00|99)\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d:[0-6]\d(\.\d{3}|\.\d{6}|\.\d)?(Z|[+-][0-2]\d:[0-6]\d|)",
        fullmatch=True,
    )
)
def test_a_strict_moment_is_read_as_any_other(text: str) -> None:
    """The short way that a strict moment takes ends where the long one does."""
    short = moment(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moments, "_STRICT", re.compile(r"(?!)"))
        assert moment(text) == short
