"""Lists of feeds, read with suspicion and written plainly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.config.opml import Group, Row, read_opml, write_opml
from listener.core.errors import ListenerError

LIST = b"""<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><head><title>Mijn feeds</title></head><body>
<outline text="Vakbladen"><outline type="rss" text="Pompen &amp;amp; zo" xmlUrl=" https://vakblad.example/feed " htmlUrl="https://vakblad.example/"/>
<outline TITLE="Tweede" text="x" XMLURL="https://tweede.example/rss"><outline text="Diep" xmlUrl="https://diep.example/"/></outline></outline>
<outline text="Leeg"/><outline type="link" text="Site" url="https://site.example/"/></body></opml>"""


def test_rows_are_read_in_order_and_folders_are_none() -> None:
    """A title before a text, names in any case; what is no folder and has no feed is a row that cannot be used."""
    assert read_opml(LIST, "mine.opml") == (
        Row(2, "Pompen & zo", "https://vakblad.example/feed"),
        Row(3, "Tweede", "https://tweede.example/rss"),
        Row(4, "Diep", "https://diep.example/"),
        Row(5, "Leeg", ""),
        Row(6, "Site", ""),
    )


def test_bare_ampersands_are_mended() -> None:
    """Half of all such files have them in their addresses."""
    data = b'<opml><body><outline text="H&M &eacute;&eacute;n" xmlUrl="https://x.example/?a=1&b=2"/></body></opml>'
    assert read_opml(data, "x") == (Row(1, "H&M één", "https://x.example/?a=1&b=2"),)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_are_those_that_the_file_declares(encoding: str) -> None:
    """Some programs still write the western one."""
    declared = encoding.removesuffix("-sig")
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><opml><body><outline text="Café" xmlUrl="https://x.example/"/></body></opml>'
    )
    assert read_opml(text.encode(encoding), "x") == (Row(1, "Café", "https://x.example/"),)


BOMB = b'<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><opml><body><outline text="&b;"/></body></opml>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB, "declares entities"),
        (
            b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;"/></body></opml>',
            "declares entities",
        ),
        (
            b"<opml><body>" + b'<outline text="a" xmlUrl="https://a.example/"/>' * 100_000 + b"</body></opml>",
            "more than 50,000 outlines",
        ),
        (b"<opml><body>" + b"<outline>" * 10_000 + b"</outline>" * 10_000 + b"</body></opml>", "nested more than 100 deep"),
        (b"x" * 10_000_001, "larger than 10 MB"),
        (b"key,title\n1,2\n", "does not begin with <"),
        (b"", "does not begin with <"),
        (b"<html><body>Log in</body></html>", "outermost element is <html>"),
        (b"<opml><body><outline", "not well-formed: unclosed token (line 1, column 13)"),
        (b"<opml><body><outline text='&'>", "not well-formed: no element found"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "an encoding that cannot be read"),
        (b'<?xml version="1.0" encoding="utf-7"?><opml/>', "encoding"),
        (b"\xff\xfe<\x00", "not well-formed"),
    ],
)
def test_what_cannot_be_read_is_one_line(data: bytes, words: str) -> None:
    """Bombs, floods, holes in the ground, and files that are something else."""
    with pytest.raises(ListenerError) as caught:
        read_opml(data, "mine.opml")
    assert str(caught.value).startswith("mine.opml: is") or words == "declares entities" or words.startswith("more than")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"<opml><body><outline text='{text}'/></body></opml>".encode())
)
def test_anything_is_rows_or_one_line(data: bytes) -> None:
    """Never anything else."""
    try:
        rows = read_opml(data, "x")
    except ListenerError:
        return
    assert all(row.number > 0 for row in rows)


@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(st.characters(codec="ascii"), max_size=20)), max_size=4), st.text(max_size=10)
)
def test_what_is_written_can_be_read(feeds: list[tuple[str, str]], title: str) -> None:
    """Quotes, angle brackets, control characters: a file that any program can read."""
    rows = read_opml(write_opml([Group(title, [(name, f"https://x.example/?{path}") for name, path in feeds])]), "x")
    assert len([row for row in rows if row.address]) == len(feeds)


def test_titles_and_addresses_come_back() -> None:
    """A folder for each brand."""
    data = write_opml([Group("H&M", [('een "merk"', "https://x.example/?a=1&b=2")])])
    assert b'<opml version="2.0">' in data
    assert b'<outline text="H&amp;M" title="H&amp;M">' in data
    assert read_opml(data, "x") == (Row(2, 'een "merk"', "https://x.example/?a=1&b=2"),)
