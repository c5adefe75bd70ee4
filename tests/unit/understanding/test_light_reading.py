"""Reading texts as numbers: what counts as the same word, and what belongs to which text."""

from __future__ import annotations

import numpy as np
import pytest

from listener.understanding.light_reading import joined, read


def hashes(text: str) -> list[int]:
    """The tokens of one text."""
    return [int(one) for one in read([text]).tokens]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "cafe"),
        ("don't", "dont"),
        ("don\u2019t", "dont"),
        ("sooooooo", "soo"),
        ("2026", "1999"),
        ("https://example.org/a?b=c", "http://t.co/x"),
        ("@someone", "@brand"),
        (":-)", "🙂"),
        (":(", "🙁"),
        ("<3", "❤️"),
        ("goed, prima", "goed prima"),
        ("ＧＯＥＤ", "goed"),
        ("go\u200bed", "goed"),
    ],
)
def test_what_is_the_same_to_a_reader_is_the_same_token(one: str, other: str) -> None:
    """Accents, capitals, apostrophes, drawn-out letters, numbers, addresses, names and typed faces."""
    assert hashes(one) == hashes(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("goed", "goede"), ("schön", "schon"), ("so", "soo"), (":)", ":("), ("!", "?"), ("ab", "ba")]
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    """Endings, umlauts and signs are kept apart."""
    assert hashes(one) != hashes(other)


def test_a_phrase_is_its_words_in_order() -> None:
    """Two words joined are not the two joined the other way round."""
    first, second = np.split(read(["niet goed"]).tokens, 2)
    assert joined(first, second) != joined(second, first)


def test_every_element_belongs_to_its_text() -> None:
    """Texts do not run into one another, and an empty one has nothing; an end sign inside a text does not end it."""
    reading = read(["niet", "", "goed\x1egoed", "nee, ja"], (2,))
    assert reading.size == 4
    assert reading.token_of.tolist() == [0, 2, 2, 3, 3]
    assert set(reading.gram_of.tolist()) == {0, 2, 3}
    assert len(set(reading.clause.tolist())) == 4
    assert reading.stems[2][1].tolist() == [0, 1, 2, 3, 4]
    assert reading.signs["letters"].tolist() == [4, 0, 8, 5]


def test_stretches_of_signs_know_the_edges_of_a_word() -> None:
    """The grams of a word are those of a word of its own, wherever it stands, and none spans two words."""
    alone, among = read(["pomp"]), read(["x", "de pomp lekt"])
    assert set(alone.grams.tolist()) <= set(among.grams.tolist())
    assert len(alone.grams) == 4 + 3 + 2


def test_nothing_is_nothing() -> None:
    """No texts, no elements."""
    reading = read([])
    assert (reading.size, len(reading.tokens), len(reading.grams)) == (0, 0, 0)
