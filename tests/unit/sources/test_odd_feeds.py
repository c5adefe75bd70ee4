"""Feeds as the world writes them: for each slip the one thing it must not cost, by both readers alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from listener.core.errors import ParseError
from listener.sources import quick, reading
from listener.sources.items import Reading
from listener.sources.markup import decoded

AT = "https://site.example/feeds/rss.xml"
NAMES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(item: str, before: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """A feed of one item."""
    return f'{before}<rss version="2.0" {NAMES}><channel><link>https://site.example/</link><item>{item}</item></channel></rss>'


def atom(entry: str, more: str = "") -> str:
    """A feed of one entry."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {more}><link href="https://site.example/"/>'
        f"<entry><id>urn:1</id>{entry}</entry></feed>"
    )


def read(body: bytes, media_type: str = "") -> Reading:
    """What the program makes of it, after both readers agreed where both took it."""
    found = quick.read(body, AT, media_type)
    if found is None:
        return reading.read(body, AT, media_type)
    assert reading.repaired(decoded(body, media_type).strip("\ufeff\0 \t\r\n"), AT) == found
    return found


TITLES = [
    ("H&amp;M", "H&M"), ("H&M", "H&M"), ("H&amp;amp;M", "H&M"), ("<![CDATA[H&M]]>", "H&M"), ("<![CDATA[H&amp;amp;M]]>", "H&M"),
    ("H&#38;M", "H&M"), ("H&#x26;amp;M", "H&M"), ("Procter &", "Procter &"), ("A&B&C;D", "A&B&C;D"), ("&foo; R&D &copy;", "&foo; R&D ©"),
    ("caf&amp;eacute;", "café"), ("&#146;s ochtends", "’s ochtends"), ("ik &lt;3 jullie", "ik <3 jullie"), ("a &amp;lt; b", "a < b"),
    ("&lt;b&gt;Sl&lt;/b&gt;ack", "Slack"), ("&amp;lt;b&amp;gt;Slack&amp;lt;/b&amp;gt;", "Slack"), ("een&lt;br/&gt;twee", "een twee"),
    ("&lt;jan@nu.nl&gt; schrijft", "<jan@nu.nl> schrijft"), ("ordenÃ³ itâ€™s", "ordenó it’s"), ("Nescafe\u0301", "Nescafé"),
    ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"), ("<![CDATA[a]]> en <![CDATA[b]]>", "a en b"), ("a\x0bb\x00c", "abc"),
    ("<![CDATA[a<svg><defs><style>.x{}</style></defs><title>Icoon</title></svg>b]]>", "a b"),
    ("<![CDATA[a<math><mi>x</mi><annotation>x^2</annotation></math>b]]>", "a x b"), ("<![CDATA[a<template><p>x</p></template>b]]>", "a b"),
    ("<b>Slack</b> Stock", "Slack Stock"), ("a<!-- x -->b", "ab"), ("Tom &amp;#38; Jerry", "Tom & Jerry"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "shown"), TITLES, ids=range(len(TITLES)))
def test_words_arrive_as_a_reader_sees_them(written: str, shown: str) -> None:
    """In a title and in a text; escaped once, twice, or not at all."""
    [item] = read(rss(f"<title>{written}</title><description>{written}</description>").encode()).items
    assert (item.title, item.text) == (shown, shown)


PARTS: list[tuple[str, dict[str, Any]]] = [
    (rss("<title>T</title><description>kort</description><content:encoded><![CDATA[<p>lang</p>]]></content:encoded>"), {"text": "lang"}),
    (rss("<content:encoded/><description>kort</description>"), {"text": "kort"}),
    (rss("<title>T</title><media:content url='x'><media:title>beeld</media:title></media:content>"), {"title": "T"}),
    (rss("<itunes:summary>kort verhaal</itunes:summary><itunes:author>Jan</itunes:author>"), {"text": "kort verhaal", "author": "Jan"}),
    (rss("<author>jan@site.example (Jan de Vries)</author>"), {"author": "Jan de Vries"}),
    (rss("<author>Jan de Vries &lt;jan@site.amsterdam&gt;</author>"), {"author": "Jan de Vries"}),
    (rss("<author>jan@mail.site.company</author>"), {"author": "jan@mail.site.company"}),
    (rss("<author>jan@site.nl (Jan)</author>"), {"author": "Jan"}),
    (rss("<dc:creator><![CDATA[Jan & Co]]></dc:creator>"), {"author": "Jan & Co"}),
    (rss("<link>https://site.example/?a=1&b=2&copy=3</link>"), {"link": "https://site.example/?a=1&b=2&copy=3"}),
    (rss("<link>\n HTTPS://site.example/een twee \n</link>"), {"link": "https://site.example/een%20twee"}),
    (rss("<link>//cdn.example/1</link>"), {"link": "https://cdn.example/1"}),
    (rss("<link>javascript:alert(1)</link><guid isPermaLink='false'>https://site.example/g</guid>"), {"link": "", "guid": "https://site.example/g"}),
    (rss("<guid>https://site.example/g</guid>"), {"link": "https://site.example/g"}),
    (rss("<link>http://feedproxy.google.com/~r/x</link><feedburner:origLink>https://site.example/echt</feedburner:origLink>"), {"link": "https://site.example/echt"}),
    (rss("<title>goed</title><image><title>fout</title><link>https://x.example/</link></image>"), {"title": "goed", "link": ""}),
    (atom('<link rel="replies" href="/c"/><link rel="self" href="/s"/><link rel="alternate" type="text/html" href="/h"/>'), {"link": "https://site.example/h"}),
    (atom('<link rel="http://www.iana.org/assignments/relation/alternate" href="/h"/>'), {"link": "https://site.example/h"}),
    (atom('<link href="een"/>', 'xml:base="https://base.example/blog/"'), {"link": "https://base.example/blog/een"}),
    (atom('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">H&amp;M <em>op</em>ent</div></title>'), {"title": "H&M opent"}),
    (atom('<content type="image/png">iVBORw0KGgo=</content><summary>s</summary>'), {"text": "s"}),
    (atom("<source><id>urn:s</id><title>Bron</title></source><title>T</title>"), {"title": "T", "guid": "urn:1"}),
    ('<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>T</TITLE><LINK>http://a.example/1</LINK></ITEM></CHANNEL></RSS>', {"title": "T", "link": "http://a.example/1"}),
    ("<channel><item><title>T</title></item></channel>", {"title": "T"}),
    ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><content mode="base64" type="text/html">PHA+SCZhbXA7TTwvcD4=</content></entry></feed>', {"text": "H&M"}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), PARTS, ids=range(len(PARTS)))
def test_each_part_is_found_where_it_stands(body: str, expected: dict[str, Any]) -> None:
    """Text, author, link and identity, whatever else stands beside them."""
    [item] = read(body.encode()).items
    assert {name: value for name, value in asdict(item).items() if name in expected} == expected


T = "Café Müller €5 – ‘nieuw’"
AROUND: list[tuple[bytes, str, str]] = [
    *((rss(f"<title>{T}</title>", "").encode(code), "", T) for code in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252")),
    *((rss(f"<title>{T}</title>", f'<?xml version="1.0" encoding="{said}"?>').encode(code), "", T)
      for said, code in [("utf-8", "cp1252"), ("iso-8859-1", "cp1252"), ("iso-8859-1", "utf-8"), ("us-ascii", "utf-8"), ("x-onzin", "utf-8"), ("utf-8", "utf-16")]),
    (rss("<title>Привет</title>", "").encode("cp1251"), "text/xml; charset=windows-1251", "Привет"),
    (rss("<title>東京</title>", '<?xml version="1.0" encoding="Shift_JIS"?>').encode("cp932"), "", "東京"),
    (b"Warning: x() in /x.php\n<br />\n" + rss("<title>T</title>").encode(), "", "T"),
    (b'<?xml version="1.0"?>\n' + rss("<title>T</title>").encode(), "", "T"),
    (rss("<title>T</title>", '<?xml version="1.0"?>\ufeff').encode(), "", "T"),
    (rss("<title>T</title>", "<!-- een <!DOCTYPE x [ in woorden -->").encode(), "", "T"),
    (rss("<title>T</title><x y=1/>", "<!-- een <!DOCTYPE x [ in woorden --><!-- nog een -->").encode(), "", "T"),
    (rss("<title>T</title>").encode() + b"<!-- 0.3 s --><script>x</script>", "", "T"),
    (rss("<title>T</title>").encode()[:-16], "", "T"),
    (rss("<title>T</title><geo:lat>1</geo:lat>").encode(), "", "T"),
    (rss("<title>T</title>").replace('version="2.0"', "version=2.0").encode(), "", "T"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "media_type", "title"), AROUND, ids=range(len(AROUND)))
def test_what_stands_around_a_feed_costs_nothing(body: bytes, media_type: str, title: str) -> None:
    """Charsets that are wrong, missing or rare; junk before and behind; a cut, an undeclared prefix, a bare attribute."""
    [item] = read(body, media_type).items
    assert item.title == title


@pytest.mark.parametrize(
    "body",
    [b"", b"  \n ", b"null", b"[]", b"niet gevonden", bytes(range(256)), b'<?xml version="1.0"?><urlset><url/></urlset>',
     b"<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/feed'></head></html>",
     b'<opml version="1.0"><body><outline text="x"/></body></opml>', b'{"items": [{"id": "1"}]}'],
)  # fmt: skip
def test_what_is_no_feed_says_so(body: bytes) -> None:
    """Pages, sitemaps, other lists, other JSON, nothing at all."""
    with pytest.raises(ParseError):
        read(body)
