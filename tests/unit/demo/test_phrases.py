"""The story's lines: choices and slots."""

from __future__ import annotations

from random import Random

import pytest

from listener.demo.phrases import Deck, speak


def test_choices_may_hold_choices_and_slots() -> None:
    """Every bracket is decided and every slot filled, however deep."""
    spoken = {speak(["[a|b [c|<P>]]"], Random(seed), {"P": ("x", "y")})[0] for seed in range(60)}
    assert spoken == {"a", "b c", "b x", "b y"}


def test_a_slot_has_one_value_in_all_lines() -> None:
    """A title and its text speak of the same pump."""
    for seed in range(20):
        title, text = speak(["<P>", "de <P> lekt"], Random(seed), {"P": ("Polder 80", "Terp 3")})
        assert text == f"de {title} lekt"


def test_an_unknown_slot_is_an_error() -> None:
    """A slip in the scenes shows at once, not in somebody's digest."""
    with pytest.raises(KeyError):
        speak(["<Zzz>"], Random(0), {})


def test_markup_is_no_slot() -> None:
    """Lower-case angle brackets are words, not slots."""
    assert speak(["<script>"], Random(0), {}) == ("<script>",)


def test_a_deck_deals_every_card_before_the_first_comes_back() -> None:
    """Variety is promised, not hoped for."""
    deck = Deck("abcde", Random(1))
    assert sorted(deck.deal() for _ in range(5)) == sorted(deck.deal() for _ in range(5)) == list("abcde")
