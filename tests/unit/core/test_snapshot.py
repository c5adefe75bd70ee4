"""A snapshot goes into text and comes back as it was, for ever."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.errors import StorageError
from listener.core.report import DayCount, Digest, DigestItem, LeftOut, SourceCoverage, ToneCount, Usual
from listener.core.snapshot import VERSION, from_json, to_json
from listener.core.visits import Outcome
from tests.builders import coverage, digest, item, unheard

instants = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=1))]))
words = st.text(max_size=20)
st.register_type_strategy(datetime, instants)
st.register_type_strategy(str, words)
counts = st.builds(ToneCount)
digests = st.builds(
    Digest,
    tones=counts,
    usual=st.none() | st.builds(Usual),
    items=st.lists(st.builds(DigestItem, also=st.lists(words, max_size=2).map(tuple)), max_size=2).map(tuple),
    week=st.lists(st.builds(DayCount, on=st.dates(), tones=counts), max_size=2).map(tuple),
    coverage=st.lists(
        st.builds(SourceCoverage, last_outcome=st.none() | st.sampled_from(Outcome), failed_at=st.none() | instants), max_size=2
    ).map(tuple),
    left_out=st.builds(LeftOut),
)


@given(digests)
@settings(max_examples=50)
def test_a_digest_comes_back_exactly(made: Digest) -> None:
    """Whatever it holds, reading what was written gives the same digest, and writing that gives the same text."""
    text = to_json(made)
    assert from_json(text) == made
    assert to_json(from_json(text)) == text


def test_the_keys_are_the_fields_own_names_in_order() -> None:
    """Programs may rely on the names; instants carry their offset, and a missing value is null."""
    found = json.loads(to_json(digest(items=(item(title="Één"),))))
    assert list(found) == ["version", *(one.name for one in fields(Digest))]
    assert found["version"] == VERSION
    assert found["on"] == "2026-11-20"
    assert found["since"] == "2026-11-19T23:00:00+00:00"
    assert found["usual"] is None
    assert found["finding"] == "news"
    assert found["items"][0]["title"] == "Één"


def test_half_surrogates_can_be_written_and_read() -> None:
    """A snapshot is always fit for a UTF-8 file, even with what a feed should not have held."""
    made = digest(items=(item(title="half \ud83d surrogate"),))
    assert from_json(to_json(made).encode().decode()) == made


def test_an_older_or_newer_snapshot_can_be_read() -> None:
    """What this program does not know is passed over, and what it has gained since gets its default."""
    kept = json.loads(to_json(digest(coverage=(coverage(), unheard()))))
    kept["horoscope"] = [1]
    for name in ("themes", "beginning", "waiting", "waiting_in_all", "ongoing"):
        del kept[name]
    del kept["left_out"]["copies"]
    del kept["items"][0]["also"]
    made = from_json(json.dumps(kept))
    assert made.left_out.copies == 0
    assert (made.themes, made.beginning, made.waiting, made.ongoing) == ((), None, (), 0)
    assert made.on == date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '"x"',
        to_json(digest()).replace('"news"', '"gossip"'),
        to_json(digest()).replace('"stories": 1', '"stories": "1"'),
        to_json(digest()).replace('"stories": 1', '"stories": true'),
        to_json(digest()).replace('"2026-11-20"', '"yesterday"'),
        to_json(digest()).replace('"2026-11-20"', "7"),
        to_json(digest()).replace('"also": []', '"also": "x"'),
    ],
)
def test_what_is_no_digest_is_a_fault_in_words(text: str) -> None:
    """A damaged snapshot ends as one line for a person, never as half a digest."""
    with pytest.raises(StorageError, match="a kept digest cannot be read"):
        from_json(text)
