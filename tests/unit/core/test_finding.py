"""What a person types is read as it is meant, whatever it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from listener.core.finding import BREAK, MOST_TOKENS, Note, Term, read_words, text_tokens, tokens


def test_words_phrases_exclusions_and_beginnings() -> None:
    """Each is a term; the same one twice counts once."""
    asked = read_words('Pomp "de  Lekke pomp" -storing -"geen water" klep* pomp po*')
    assert asked.note is None
    assert asked.terms == (
        Term(("pomp",)),
        Term(("de", "lekke", "pomp")),
        Term(("storing",), is_excluded=True),
        Term(("geen", "water"), is_excluded=True),
        Term(("klep",), is_prefix=True),
        Term(("po",)),
    )


def test_a_mark_that_is_not_closed_reaches_to_the_end() -> None:
    """As people leave it."""
    assert read_words('pomp "lekt al').terms == (Term(("pomp",)), Term(("lekt", "al")))


def test_too_many_words_are_cut_with_a_note() -> None:
    """Alone or in one phrase, or in one word of a million letters."""
    many = read_words(" ".join(f"w{number}" for number in range(1_000)))
    assert (many.note, len(many.terms)) == (Note.CUT, MOST_TOKENS)
    phrase = read_words('"' + "a b " * 500 + '"')
    assert (phrase.note, len(phrase.terms[0].tokens)) == (Note.CUT, MOST_TOKENS)
    assert read_words("x" * 1_000_000).note is Note.CUT


def test_nothing_that_can_be_found_is_said() -> None:
    """No word at all is another thing: everything is wanted."""
    assert read_words('-- !!! "" \u200b').note is Note.NOTHING
    assert read_words("") == read_words(" \t") == read_words("")
    assert read_words("").note is None


def test_tokens_of_many_scripts() -> None:
    """Marks of Hindi stay with their letters; signs of unspaced scripts and emoji stand alone; long ones are cut."""
    assert tokens("Straße, naïef & e-mail_2") == ["strasse", "naief", "e", "mail", "2"]
    assert tokens("हिन्दी भाषा") == ["हिन्दी", "भाषा"]
    assert tokens("東京で😡👍🏽") == ["東", "京", "で", "😡", "👍", "🏽"]
    assert tokens("a" * 100) == ["a" * 64]
    assert text_tokens("een", "twee") == ["een", BREAK, "twee", BREAK]


@given(st.text())
def test_anything_typed_is_terms_of_plain_tokens(words: str) -> None:
    """No sign that a database could read as its own is in them."""
    for term in read_words(words).terms:
        assert term.tokens
        for token in term.tokens:
            assert tokens(token) == [token]
            assert not set(token) & set("'\"\\ :*&|!()<>-^\x00\ue000\ue001\ue002")
