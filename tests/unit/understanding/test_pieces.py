"""Words in numbered pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.understanding.pieces import UNKNOWN, Pieces

SCORES = {"<s>": 0.0, "<pad>": 0.0, "</s>": 0.0, "<unk>": 0.0}
SCORES |= {"▁": -3.0, "a": -2.0, "b": -2.5, "ab": -3.0, "▁ab": -4.0, "▁a": -9.0, "ba": -8.0, "1": -3.0}
PIECES = Pieces(SCORES)
NAMES = list(SCORES)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("", ""),
        ("ab", "▁ab"),
        ("aba", "▁ab a"),
        ("abab", "▁ab ab"),
        ("a", "▁ a"),  # -3 - 2 is better than the -9 of the whole
        ("ab  \n\tab\u2028ab", "▁ab ▁ab ▁ab"),
        ("ａｂ", "▁ab"),  # full width: NFKC
        ("a\x00b\x07", "▁ab"),
        ("abé", "▁ab <unk>"),
        ("zzz ab", "▁ <unk> ▁ab"),  # neighbours that nobody knows are one unknown piece
        ("①", "▁ 1"),
        ("<s>", "▁ <unk>"),  # nobody writes our special pieces
    ],
)
def test_the_best_spelling_wins(text: str, spelled: str) -> None:
    """Of all spellings the one with the best scores, word by word, between a begin and an end."""
    assert [NAMES[number] for number in PIECES.numbers(text)] == ["<s>", *spelled.split(), "</s>"]


@given(st.text(max_size=60))
def test_any_text_is_spelled(text: str) -> None:
    """No text breaks it, lone surrogates included, and the numbers are those of its pieces."""
    found = PIECES.numbers(text + "\ud800")
    assert found[0] == 0
    assert found[-1] == 2
    assert all(UNKNOWN <= number < len(SCORES) for number in found[1:-1])


def test_a_word_of_a_page_is_read_in_parts() -> None:
    """What has no spaces costs no more than what has."""
    found = PIECES.numbers("ab" * 5_000)
    assert NAMES[found[1]] == "▁ab"
    assert len(found) < 6_000


def test_a_vocabulary_of_nothing_knows_nothing() -> None:
    """Everything is unknown to it."""
    assert Pieces({}).numbers("a b") == [0, 3, 3, 2]
