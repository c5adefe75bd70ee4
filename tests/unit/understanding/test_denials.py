"""Good said by denying the bad, and bad by denying the good."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.understanding.denials import denied
from listener.understanding.turns import Turn


@pytest.mark.parametrize(
    ("text", "language", "turn"),
    [
        ("Over @merk heb ik niets te klagen", "nl", Turn.BETTER),
        ("Niks dan lof voor @merk", "nl", Turn.BETTER),
        ("Nog nooit een storing gehad met @merk", "nl", Turn.BETTER),
        ("Zeker niet ontevreden over @merk", "nl", Turn.BETTER),
        ("Het ontbijt bij @merk viel niet tegen", "nl", Turn.BETTER),
        ("Het valt niet mee bij @merk", "nl", None),
        ("Ik ben niet tevreden over @merk", "nl", Turn.WORSE),
        ("Handig is @merk allerminst", "nl", Turn.WORSE),
        ("Nothing wrong with @merk", "en", Turn.BETTER),
        ("@merk never lets me down", "en", Turn.BETTER),
        ("@merk never fails to disappoint", "en", None),
        ("@merk always lets me down", "en", Turn.WORSE),
        ("The timetable of @merk is anything but handy", "en", Turn.WORSE),
        ("I couldn\u2019t find a single thing to like", "en", Turn.WORSE),
        ("@merk doesn't take complaints seriously", "en", Turn.WORSE),
        ("Never had a problem with @merk, until yesterday", "en", None),
        ("Geen spijt van @merk, maar ook niet tevreden", "nl", None),
        ("Nichts zu klagen", "de", None),
        ("De winkel van @merk is open", "nl", None),
    ],
)
def test_turns_of_phrase_by_example(text: str, language: str, turn: Turn | None) -> None:
    """Idiom in two languages; what goes on to say the opposite proves nothing."""
    assert denied(text, language) is turn


def test_a_long_text_is_more_than_one_turn_of_phrase() -> None:
    """Thirty words are the most that one turn may decide."""
    assert denied("Niets te klagen " + "en zo voort " * 12, "nl") is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["nl", "en", "und", "de"]))
def test_any_text_is_read(text: str, language: str) -> None:
    """Whatever comes in, an answer comes out."""
    assert denied(text, language) in {None, Turn.BETTER, Turn.WORSE}


@pytest.mark.parametrize("piece", ["niet ", "never ", "niets \u2026 ", "a", "not very very ", "can't find a "])
def test_hostile_repetition_ends_soon(piece: str) -> None:
    """Thousands of one word are read like any text."""
    assert denied(piece * 5_000, "nl") is None
