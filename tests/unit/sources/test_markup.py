"""Bytes of a feed made readable."""

from __future__ import annotations

import codecs
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.sources.markup import decoded, mended, once, root

DUTCH = "<rss><title>één café – 10 € ‘goed’</title></rss>"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (DUTCH.encode(), ""),
        (codecs.BOM_UTF8 + DUTCH.encode(), "text/xml; charset=iso-8859-1"),
        (codecs.BOM_UTF16_LE + DUTCH.encode("utf-16-le"), ""),
        (DUTCH.encode("utf-16-be"), ""),
        (codecs.BOM_UTF32_LE + DUTCH.encode("utf-32-le"), ""),
        (DUTCH.encode("utf-32-be"), "text/xml; charset=utf-8"),
        (DUTCH.encode("cp1252"), ""),
        (DUTCH.encode("cp1252"), "text/xml; charset=ISO-8859-1"),
        (DUTCH.encode("cp1252"), "text/xml; charset=utf-8"),
        (DUTCH.encode("cp1252"), "text/xml; charset='no such thing'"),
        (DUTCH.encode("cp1252"), "text/xml; charset=idna"),
        (DUTCH.encode(), "text/xml; charset=us-ascii"),
        (DUTCH.encode("cp1250"), "text/xml; charset=windows-1250"),
    ],
)
def test_the_right_characters(body: bytes, media_type: str) -> None:
    """Mark, header, declaration, UTF-8, Windows-1252; a wrong label does not spoil the text."""
    assert decoded(body, media_type) == DUTCH


def test_a_declared_charset_is_believed() -> None:
    """Where there is no header, the document's own word counts."""
    text = '<?xml version="1.0" encoding="koi8-r"?><rss>Цитата</rss>'
    assert decoded(text.encode("koi8-r")) == text
    assert decoded('<?xml version="1.0" encoding="gb2312"?><a>囧</a>'.encode("gb18030")).endswith("<a>囧</a>")
    assert decoded("<?xml version='1.0' encoding='cp037'?><rss/>".encode("cp037")).endswith("<rss/>")


def test_one_bad_sign_costs_one_sign() -> None:
    """A document of UTF-8 with one stray byte of Windows-1252 keeps both readable."""
    assert decoded("<a>één ".encode() + "café\x81".encode("latin-1") + b"</a>") == "<a>één café�</a>"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_are_too_odd(body: bytes, media_type: str) -> None:
    """Decoding and mending never raise."""
    assert isinstance(mended(decoded(body, media_type)), str)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a>H&M AT&T C&A P&O</a>", "H&M AT&T C&A P&O"),
        ("<a>H&amp;M &#38; &#x26;</a>", "H&M & &"),
        ("<a>a&nbsp;b&eacute;&hellip;</a>", "a\xa0bé…"),
        ("<a>&unknown; AT&T; &</a>", "&unknown; AT&T; &"),
        ("<a><![CDATA[H&M &nbsp; <b>]]></a>", "H&M &nbsp; <b>"),
        ("<a>x&#0;&#x1F;&#xFFFF;&#99999999999;y</a>", "xy"),
        ("<a>x\x00\x0by</a>", "xy"),
        ("\ufeff \n junk<?xml version='1.0'?><?xml?xml version='1.0'?>  <a>ok</a>", "ok"),
        ('<!DOCTYPE a [<!ENTITY naam "Molenaar">]><a>&naam; &amp; &nbsp;</a>', "Molenaar & \xa0"),
        ("<a>?x=1&y=2&copy=3</a>", "?x=1&y=2&copy=3"),
    ],
)
def test_a_strict_reader_can_take_what_was_mended(text: str, expected: str) -> None:
    """Ampersands, HTML's names, forbidden characters and junk before the beginning no longer cost an entry."""
    assert ET.fromstring(mended(text)).text == expected  # noqa: S314 - our own documents


def test_a_section_that_never_closes_is_left_as_it_is() -> None:
    """A truncated CDATA section is walked over once."""
    assert mended("<a><![CDATA[ & " + "<![CDATA[ " * 3) == "<a><![CDATA[ & " + "<![CDATA[ " * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<rss>", "rss"),
        ("<?xml-stylesheet href='a'?>\n<!-- a <b> -->\n<rdf:RDF xmlns='x'>", "rdf:rdf"),
        ("<!DOCTYPE html PUBLIC 'x' 'y'><HTML>", "html"),
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss>', "rss"),
        ("plain words", ""),
        ("", ""),
    ],
)
def test_the_outermost_element_is_found_behind_the_preliminaries(text: str, expected: str) -> None:
    """Comments, stylesheets and document types stand before it."""
    assert root(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ordenÃ³", "ordenó"),
        ("Ã\xa0 la carte", "à la carte"),
        ("itâ€™s", "it’s"),
        ("BrÃ¸ndby 日本 itâ€™s Â«goedÂ»", "Brøndby 日本 it’s «goed»"),
        ("één", "één"),
        ("NÃO", "NÃO"),
        ("Ã Ã", "Ã Ã"),
        ("日本 Â", "日本 Â"),
        ("Ã\x81", "Á"),
    ],
)
def test_text_that_was_encoded_twice_is_put_right(text: str, expected: str) -> None:
    """Double UTF-8 is repaired as a whole, in mixed text pair by pair, and real text is left alone."""
    assert once(text) == expected


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x24F), max_size=40))
def test_what_was_encoded_twice_once_comes_back(text: str) -> None:
    """For western text that shows the tell-tale signs, the repair undoes the damage."""
    damaged = text.encode().decode("latin-1")
    if "Ã" in damaged and not set(text) & set("ÃÂâï"):
        assert once(damaged) == text
