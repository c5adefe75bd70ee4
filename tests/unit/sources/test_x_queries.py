"""The queries that a source asks X."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.errors import AccessDenied
from listener.core.query import Item, Matcher, parse_query
from listener.sources.x_queries import parts_of


@pytest.mark.parametrize(
    "address",
    [
        '"Molenaar Pompen" OR @molenaarpompen',
        "Molenaar lang:nl -is:retweet",
        "from:1234567 (is:reply OR is:quote)",
        '"AND so on" OR pomp',
    ],
)
def test_what_x_understands_is_asked_as_it_stands(address: str) -> None:
    """In one query, and what it brings is vouched for."""
    [part] = parts_of(address)
    assert (part.query, part.wider) == (address, False)
    assert parts_of(f"  {address}\n")[0] == part


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("Molenaar AND NOT lek", "Molenaar -lek"),
        ("Molenaar NEAR/5 pomp*", "Molenaar"),
        ("{Molenaar} OR pompen", "Molenaar OR pompen"),
        ("title:pomp author:jan", "pomp from:jan"),
    ],
)
def test_our_own_language_is_said_in_xs_operators(address: str, query: str) -> None:
    """As widely as X allows; where that is wider than what was meant, what comes is matched here again."""
    [part] = parts_of(address)
    assert part.query == query
    assert part.wider is (address != "Molenaar AND NOT lek")


@given(
    st.lists(st.text("abcdefg ", min_size=3, max_size=40).map(str.strip).filter(lambda one: len(one) > 2), min_size=1, max_size=60)
)
def test_a_long_query_is_split_without_changing_its_meaning(phrases: list[str]) -> None:
    """Each piece fits, all alternatives are there once, and together they find what the whole finds."""
    address = " OR ".join(f'"{one}"' for one in phrases)
    parts = parts_of(address)
    assert all(len(one.query) <= 512 and not one.wider for one in parts)
    assert " OR ".join(one.query for one in parts) == " ".join(address.split())
    whole = Matcher({"q": parse_query(address)})
    pieces = Matcher({one.key: parse_query(one.query) for one in parts})
    for words in (phrases[0], phrases[-1], "zzz"):
        item = Item(title="", text=words)
        assert bool(whole.match(item)) is bool(pieces.match(item))


def test_what_x_alone_understands_is_split_between_its_alternatives() -> None:
    """At ORs that no bracket or quotation mark encloses; what cannot be split is for a person."""
    bracket = "(" + " OR ".join(f"woord{number}" for number in range(12)) + ") lang:nl"
    quoted = '"dit OR dat" -is:retweet'
    parts = parts_of(f"{bracket} OR {quoted} OR {bracket} OR {bracket} OR {bracket} OR {bracket}")
    assert len(parts) > 1
    assert all(one.query.count("(") == one.query.count(")") for one in parts)
    assert any(quoted in one.query for one in parts)
    with pytest.raises(AccessDenied, match="make several sources"):
        parts_of(" ".join(f"woord{number}" for number in range(80)) + " -is:retweet")


def test_a_long_query_of_ours_is_split_by_its_meaning() -> None:
    """A wide bracket beside a word: the word goes with every piece."""
    words = " OR ".join(f"woord{number}" for number in range(80))
    parts = parts_of(f"Molenaar ({words})")
    assert len(parts) > 1
    assert all(one.query.startswith("Molenaar ") and len(one.query) <= 512 for one in parts)


@pytest.mark.parametrize("address", ["pomp*", "NOT pomp", '"onaf'])
def test_what_cannot_be_asked_says_why(address: str) -> None:
    """A person changes the address."""
    with pytest.raises(AccessDenied, match="X: the query of this source cannot be asked"):
        parts_of(address + ("" if address != '"onaf' else " NEAR/3 x"))
