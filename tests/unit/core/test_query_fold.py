"""Text made comparable, and the way back to what was written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.query import fold as folding
from listener.core.query import terms
from listener.core.query.fold import Folded, Mode, fold


def test_each_mode_keeps_what_it_says() -> None:
    """Letters alone, or also their case, or also their accents; spaces, quotes and hidden signs are of one kind in all."""
    text = "“Citroën”\u00a0C\u00ad3\t™"
    assert fold(text) == '"citroen" c3 '
    assert fold(text, Mode.CASE) == '"Citroen" C3 '
    assert fold(text, Mode.ACCENTS) == '"Citroën" C3 '


def test_marks_that_make_another_letter_stay() -> None:
    """The strokes of kana and the vowels of Hindi are no accents."""
    assert fold("が") != fold("か")
    assert fold("हिन्दी") != fold("हन्द")
    assert fold("각") == fold("\u1100\u1161\u11a8")


@settings(deadline=None)
@given(st.text("aAéÉßöÖñ\u0301\u0308ŞşőŐçÇ &;#39ampltxçﬁ日本가각がびㅎ-’\u00ad", max_size=12), st.sampled_from(Mode))
def test_folding_does_not_care_how_accents_are_stored(text: str, mode: Mode) -> None:
    """Composed or decomposed, a text folds to the same, and each folded sign knows its origin."""
    assert fold(unicodedata.normalize("NFC", text), mode) == fold(unicodedata.normalize("NFD", text), mode)
    folded = Folded(text, mode)
    assert folded.text == fold(text, mode)
    spans = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@settings(deadline=None)
@given(st.characters())
def test_a_folded_sign_folds_to_itself(sign: str) -> None:
    """Folding twice is folding once, for every sign there is."""
    assert "".join(map(fold, fold(sign))) == fold(sign)


@settings(deadline=None)
@given(st.text(st.sampled_from("aé☃☀1 \ufe0f\ufe0e\u20e3\u20dd\u0301\u3099かㅏ가😀"), max_size=12))
def test_what_dresses_an_emoji_is_folded_alike_in_both_ways(text: str) -> None:
    """Run by run, as most texts are, and sign by sign with what belongs to it, as the rest is."""
    assert fold(text) == "".join(made for _, _, made in folding._pieces(text, Mode.LETTERS))


def test_a_text_with_every_sign_there_is_does_not_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each sign becomes is remembered for so many signs, and no more."""
    monkeypatch.setattr(folding, "_MANY", 0)
    monkeypatch.setitem(folding._TABLES, Mode.CASE, folding._Table(folding._case))
    assert fold("Ëën", Mode.CASE) == "Een"
    assert not folding._TABLES[Mode.CASE]


def test_what_is_remembered_of_signs_is_bounded() -> None:
    """A text of every sign there is does not fill the memory; what is not remembered is made again."""
    spaces = terms._Spaces()
    dict.update(spaces, dict.fromkeys(range(terms._MANY), " "))
    assert spaces[terms._MANY + 0x10000] == spaces[terms._MANY + 0x10000]
    assert len(spaces) == terms._MANY


_MIXED = st.text(st.sampled_from("aBz 1-'’“é漢ㅏ각ǅßẞİıſ™ﬀ²½Ⅷ\u0301\ufe0f\u20dd😀Ж"), max_size=30)


@settings(deadline=None)
@given(st.one_of(_MIXED, st.text(max_size=30)))
def test_the_words_of_a_text_are_those_of_its_folded_form(text: str) -> None:
    """Whichever way they are had: at once where a text has few signs outside ASCII, or folded first."""
    assert terms.Passage(text).spaced() == terms.spaced(fold(text))


def test_each_sign_stands_in_the_words_as_it_does_alone() -> None:
    """Signs of all blocks of the first two planes, between letters and doubled."""
    for code in (*range(0x80, 0xD800, 37), *range(0xE000, 0x20000, 37)):
        text = f"A{chr(code)}b {chr(code)}{chr(code)}"
        assert terms.Passage(text).spaced() == terms.spaced(fold(text)), ascii(text)


def test_signs_that_become_others_are_not_looked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be taken for another sign's is left to the slower way; and what is remembered is bounded."""
    monkeypatch.setattr(terms, "_TAME", {"Ж": "ж", "ж": "x", "é": "e"})
    signs = terms._Signs()
    with pytest.raises(folding.Unruly):
        signs["Ж"]
    monkeypatch.setattr(terms, "_MANY", 0)
    assert signs["é"] == (b"\xc3\xa9", b"e")
    assert not signs
