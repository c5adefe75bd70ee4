"""Strangers' texts are made plain, cut, marked and masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.web.text import cut, host_of, language, masked, outward, pieces, plain, scrubbed

texts = st.text(st.characters(exclude_categories=[]), max_size=80)
spans = st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=6)


@given(texts)
def test_a_plain_text_can_be_sent_and_stays_plain(text: str) -> None:
    """It is UTF-8, one line, and making it plain again changes nothing."""
    made = plain(text)
    made.encode()
    assert plain(made) == made
    assert "\n" not in made


@given(texts, spans, st.none() | st.integers(1, 90))
def test_pieces_lose_nothing_but_what_is_cut(text: str, marks: list[tuple[int, int]], longest: int | None) -> None:
    """Whatever the spans say, the pieces are the text in its order, each letter once."""
    together = "".join(piece.text for piece in pieces(text, marks, longest=longest))
    whole = text if longest is None or len(text) <= longest else text[:longest] + "…"
    assert plain(together) == plain(whole)


def test_overlapping_spans_are_merged() -> None:
    """A letter is marked once, however many terms hit it."""
    made = pieces("Molenaar Pompen Gent", [(9, 15), (0, 8), (0, 15), (40, 50), (3, 1)])
    assert [(piece.text, piece.hit) for piece in made] == [("Molenaar Pompen", True), (" Gent", False)]


@given(texts, st.integers(1, 40))
def test_a_cut_text_is_never_too_long(text: str, longest: int) -> None:
    """And one that fits is not touched."""
    assert len(cut(text, longest)) <= longest
    assert len(text) > longest or cut(text, longest) == text


@pytest.mark.parametrize(
    ("code", "shown"), [("nl", "nl"), ("en-GB", "en-GB"), ("und", ""), ("", ""), ('nl" onload="', ""), ("n", "")]
)
def test_a_language_is_a_code_or_nothing(code: str, shown: str) -> None:
    """What is no code never reaches a lang attribute."""
    assert language(code) == shown


def test_a_host_is_shown_without_www() -> None:
    """Readers know places without it."""
    assert host_of(outward("https://www.vakblad.example:443/a?b")) == "vakblad.example"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://vakblad.example/feed", "vakblad.example/feed"),
        ("https://vakblad.example/", "vakblad.example"),
        ("https://jan:geheim@vakblad.example:8443/rss?token=abc#x", "vakblad.example:8443/rss"),
        ("https://www.google.nl/alerts/feeds/01234567890123456789/987654321098", "www.google.nl/alerts/feeds/…/…"),
        ("https://vakblad.example/nieuws/molenaar-pompen-2026-nieuws", "vakblad.example/nieuws/molenaar-pompen-2026-nieuws"),
        ('"Molenaar Pompen" OR @molenaar', '"Molenaar Pompen" OR @molenaar'),
        ("ftp://user:pw@host/secret", "…"),
        ("http://[::1", "…"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    """User, password, query string, fragment and id-like parts may each be all that guards a private feed."""
    assert masked(address) == shown


def test_a_faults_words_are_scrubbed() -> None:
    """A fault may quote the address it tried."""
    assert scrubbed("GET https://u:p@a.example/x?key=1 failed: HTTP 403") == "GET a.example/x failed: HTTP 403"
