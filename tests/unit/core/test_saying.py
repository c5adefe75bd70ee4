"""Sentences with numbers, as each language writes them."""

from __future__ import annotations

import pytest

from listener.core.saying import say


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [
        (0, "Er zijn 0 klachten.", "There are 0 complaints."),
        (1, "Er is 1 klacht.", "There is 1 complaint."),
        (1234, "Er zijn 1.234 klachten.", "There are 1,234 complaints."),
    ],
)
def test_the_word_goes_with_the_number(n: int, dutch: str, english: str) -> None:
    """One complaint is not complaints, in either language."""
    said = say("Er {n:is|zijn} {n:n} {n:klacht|klachten}.", "There {n:is|are} {n:n} {n:complaint|complaints}.", n=n)
    assert (said.nl, said.en) == (dutch, english)
