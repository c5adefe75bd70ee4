"""Which words are everyday ones."""

from __future__ import annotations

import pytest

from listener.understanding.words import is_everyday


@pytest.mark.parametrize("word", ["apple", "Shell", "Water", "bol", "H&M"[:1]])
def test_everyday_words(word: str) -> None:
    """A dictionary word or a very short one, whatever its case, is also something else."""
    assert is_everyday(word)


@pytest.mark.parametrize("word", ["Coolblue", "Philips", "C++", "bol.com", ""])
def test_names_are_not_everyday(word: str) -> None:
    """A word that the dictionaries do not have, or have as a name only, is left alone."""
    assert not is_everyday(word)
