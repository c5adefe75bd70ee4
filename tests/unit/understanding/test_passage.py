"""The passage around the brand, in whole sentences, and the brand's names in it."""

from __future__ import annotations

import pytest

from listener.core.text import excerpt
from listener.understanding.passage import names_in, passage
from tests.builders import entry, mention

BEFORE = "Gisteren was het mooi weer in de stad en iedereen liep buiten. " * 8
ABOUT = "De monteur van Molenaar kwam niet opdagen en niemand belde ons terug."
AFTER = " Daarna gingen we naar huis en aten we soep met brood. " * 8


def found(text: str, term: str, title: str = "") -> tuple[str, tuple[str, ...]]:
    """The passage and names of a mention as the finder would cut it."""
    at = text.find(term)
    words, spans = excerpt(text, ((at, at + len(term)),))
    one = mention(entry=entry(title=title, text=text), excerpt=words, spans=spans)
    names = names_in(one, "Molenaar")
    return passage(one, names), names


def test_sentences_are_whole() -> None:
    """An excerpt that was cut within a sentence grows to its ends, where these are near."""
    words, names = found(BEFORE + ABOUT + AFTER, "Molenaar")
    assert names == ("Molenaar",)
    assert ABOUT in words
    assert words.startswith("Gisteren")
    assert words.endswith(".")
    assert len(words) <= 280 + 240


def test_an_endless_sentence_stays_cut() -> None:
    """Where no end is near, the excerpt is taken as it is."""
    words, _ = found("woord " * 200 + "Molenaar " + "woord " * 200, "Molenaar")
    assert words.startswith("\u2026")
    assert words.endswith("\u2026")


def test_the_ends_of_a_text_are_ends() -> None:
    """A sentence without its full stop ends where the text does."""
    text = "kop zonder punt " * 20 + "bij Molenaar is het nog steeds wachten op een antwoord zonder eind"
    words, _ = found(text, "Molenaar")
    assert words.endswith("zonder eind")
    words, _ = found("begin " * 22 + "Molenaar " + "midden " * 100, "Molenaar")
    assert words.startswith("begin")


def test_the_title_is_read_where_it_names_the_brand() -> None:
    """Before a long excerpt only then; an endless title is cut."""
    assert found(BEFORE + ABOUT + AFTER, "Molenaar", title="Klanten boos op Molenaar")[0].startswith("Klanten boos op Molenaar\n\n")
    assert not found(BEFORE + ABOUT + AFTER, "Molenaar", title="Het weer")[0].startswith("Het weer")
    assert len(found("", "", title="titel " * 100_000)[0]) <= 1_000


@pytest.mark.parametrize(
    ("words", "is_name"),
    [
        ("HappyFeet", True),
        ("Storing", False),
        ("storing", False),
        ("Zilveren Kruis", True),
        ("zilveren kruis", False),
        ("#actie", True),
        ("3M", True),
    ],
)
def test_what_the_query_found_may_be_a_name(words: str, is_name: bool) -> None:
    """Written as a name it is hidden; an everyday word of the query is evidence, and stays."""
    one = mention(excerpt=f"dit is {words} hier", spans=((7, 7 + len(words)),))
    assert (words in names_in(one, "")) is is_name
