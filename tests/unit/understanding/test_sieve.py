"""Expressions that cannot hold in a text are passed over, and none that can."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from listener.understanding import intent
from listener.understanding.sieve import keys_for, keys_of

_PIECES = st.sampled_from(["de", "trein", "is", "te", "laat", "storing*", "zo", "#", "é", "24/7", "m'n", "x*", "*e", "laat#"])
_ALTERNATIVES = st.lists(_PIECES, min_size=1, max_size=3).map(" ".join)
_TEXTS = st.lists(st.sampled_from(["de", "trein", "treinen", "storingen", "24", "7", "m", "n", "é", "ex", "drie", "-", "/", "'"]))


@given(st.lists(_ALTERNATIVES, min_size=1, max_size=3), _TEXTS.map(" ".join))
def test_what_holds_is_never_passed_over(alternatives: list[str], text: str) -> None:
    """Where one of the alternatives stands between the edges of words, the text offers one of their keys."""
    group = "|".join(re.escape(one).replace(r"\*", r"\w*").replace(r"\#", r"(?:\d+|drie)") for one in alternatives)
    keys = keys_for(alternatives)
    if re.search(rf"(?<!\w)(?:{group})(?!\w)", text):
        assert keys is None or not keys_of(text).isdisjoint(keys)


def test_a_key_is_the_longest_whole_word_or_how_a_word_begins() -> None:
    """What stands beside a wildcard is no whole word; where nothing is left that can be told, nothing is passed over."""
    assert keys_for(["te laat", "storing*", "na # dagen"]) == frozenset({"laat", "sto*", "dagen"})
    assert keys_for(["te laat", "#"]) is None
    assert keys_for(["ov*"]) is None


def test_most_rules_can_be_passed_over() -> None:
    """An ordinary text wakes few of the rules, and the same ones are found as by asking all of them."""
    words = "de nieuwe brug over het spaarne gaat morgen open voor verkeer"
    offered = keys_of(words)
    asked = [one for one in intent._pairs("nl") if all(keys is None or not offered.isdisjoint(keys) for keys in one.keys)]
    assert len(asked) < len(intent._pairs("nl")) / 4
    assert [one for one in intent._pairs("nl") if one.pattern.search(words)] == [one for one in asked if one.pattern.search(words)]
