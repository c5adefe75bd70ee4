"""A feed's bytes as plain values; read here in this process, with documents small enough to trust."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.errors import ParseError
from listener.sources.items import Item, language
from listener.sources.reading import read, repaired

AT = "https://vakblad.example/feeds/nieuws"


def items(body: str | bytes, media_type: str = "", url: str = AT) -> tuple[Item, ...]:
    """The items of a document."""
    return read(body.encode() if isinstance(body, str) else body, url, media_type).items


def rss(inner: str, channel: str = "") -> str:
    """An RSS feed around some items."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}{inner}</channel></rss>'


def test_rss_is_read() -> None:
    """Every field of an ordinary item."""
    [item] = items(
        rss(
            "<item><guid isPermaLink='false'>article-6304705</guid><title>Pomp &amp;eacute;&amp;eacute;n</title>"
            "<link>https://vakblad.example/1?a=1&amp;b=2</link><description>&lt;p&gt;Een &lt;b&gt;goede&lt;/b&gt; pomp.&lt;/p&gt;</description>"
            "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Jan de Boer</dc:creator>"
            "<slash:comments xmlns:slash='http://purl.org/rss/1.0/modules/slash/'>3</slash:comments>"
            "<pubDate>Fri, 14 Nov 2025 08:00:00 +0100</pubDate></item>",
            "<link>https://vakblad.example/</link><language>nl-NL</language>",
        )
    )
    assert item == Item(
        guid="article-6304705",
        title="Pomp één",
        link="https://vakblad.example/1?a=1&b=2",
        text="Een goede pomp.",
        author="Jan de Boer",
        language="nl",
        published_at=datetime(2025, 11, 14, 7, tzinfo=UTC),
        replies=3,
    )


def test_atom_is_read() -> None:
    """The alternate link, content over summary, published over updated, the entry's own language."""
    reading = read(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Feed</title><link href="https://blog.example/"/>
        <entry xml:lang="de"><id>tag:blog.example,2025:1</id><title type="html">H&amp;amp;M &lt;b&gt;x&lt;/b&gt;</title>
        <link rel="replies" href="/1/comments"/><link rel="self" href="/1.atom"/><link rel="alternate" type="application/json" href="/1.json"/>
        <link href="/1"/><summary>short</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div></content>
        <published>2025-11-14T08:00:00Z</published><updated>2025-11-15T08:00:00Z</updated><author><name>Anna</name></author></entry>
        <entry><id>2</id><title>Only updated</title><updated>2025-11-15T08:00:00Z</updated></entry></feed>""",
        AT,
        "",
    )
    first, second = reading.items
    assert reading.link == "https://blog.example/"
    assert (first.link, first.title, first.text, first.author) == ("https://blog.example/1", "H&M x", "One Two", "Anna")
    assert (first.published_at, first.language) == (datetime(2025, 11, 14, 8, tzinfo=UTC), "de")
    assert (second.published_at, second.link, second.language) == (datetime(2025, 11, 15, 8, tzinfo=UTC), "", "en")


@pytest.mark.parametrize(
    ("entry", "author"),
    [
        ("<entry><id>1</id></entry>", "Redactie"),
        ("<entry><id>1</id><author><name>Jan</name></author></entry>", "Jan"),
        ("<entry><id>1</id><author><name/></author></entry>", ""),
        ("<entry><id>1</id><source><title>Elders</title><author><name>Els</name></author></source></entry>", "Els"),
        ("<entry><id>1</id><source><title>Elders</title></source></entry>", "Redactie"),
        ("<entry><id>1</id><contributor><name>Co</name></contributor></entry>", "Redactie"),
    ],
)
def test_an_entry_of_atom_has_the_author_of_its_source_or_its_feed(entry: str, author: str) -> None:
    """RFC 4287, 4.2.1, by both readers; who is named in the entry itself, even without a name, comes first."""
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><author><name>Redactie</name></author>{entry}</feed>"
    assert [item.author for item in items(body)] == [author]
    assert [item.author for item in repaired(body, AT).items] == [author]


def test_a_channel_of_rss_lends_its_entries_no_author() -> None:
    """Its managing editor answers for the feed, and wrote nothing of it."""
    body = rss("<item><guid>1</guid></item>", "<managingEditor>Jan (jan@x.nl)</managingEditor>")
    assert [item.author for item in items(body)] == [""]
    assert [item.author for item in repaired(body, AT).items] == [""]


def test_rdf_is_read() -> None:
    """RSS 1.0: items stand beside the channel, and rdf:about is the guid."""
    [item] = items(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel rdf:about="https://rdf.example/"><title>R</title><link>https://rdf.example/</link></channel>
        <item rdf:about="https://rdf.example/1"><title>Een</title><link>https://rdf.example/1</link></item></rdf:RDF>"""
    )
    assert (item.guid, item.title, item.link) == ("https://rdf.example/1", "Een", "https://rdf.example/1")


def test_json_feed_is_read() -> None:
    """Versions 1.0 and 1.1: numbers as ids, author or authors, text or HTML; odd items cost nothing."""
    reading = read(
        b"""\xef\xbb\xbf{"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://json.example/", "language": "nl",
        "author": {"name": "Redactie"}, "items": [
        {"id": 7, "url": "/7", "title": "P&O", "content_html": "<p>Een</p><p>twee</p>", "date_published": "2025-11-14T08:00:00+01:00",
         "authors": [{"name": "Anna"}], "language": "en-GB"},
        {"id": "https://json.example/8", "content_text": "alleen tekst", "date_modified": "2025-11-14"},
        "no item", {"id": true, "title": ["x"], "url": "javascript:alert(1)"}, {}]}""",
        AT,
        "application/feed+json",
    )
    first, second, third, fourth = reading.items
    assert first == Item(
        guid="7",
        link="https://json.example/7",
        title="P&O",
        text="Een twee",
        author="Anna",
        language="en",
        published_at=datetime(2025, 11, 14, 7, tzinfo=UTC),
    )
    assert (second.link, second.text, second.author, second.language) == (
        "https://json.example/8",
        "alleen tekst",
        "Redactie",
        "nl",
    )
    assert third == fourth == Item(author="Redactie", language="nl")


def test_brands_with_an_ampersand_survive() -> None:
    """Bare, escaped, double-escaped, in CDATA: the brands that a libxml2 reader deletes."""
    titles = [
        item.title
        for item in items(
            rss(
                "<item><title>H&M en AT&T</title></item><item><title>H&amp;M en C&amp;A</title></item>"
                "<item><title>H&amp;amp;M</title></item><item><title><![CDATA[P&O & C&A]]></title></item>"
                "<item><title>replay & measure&nbsp;x</title></item>"
            )
        )
    ]
    assert titles == ["H&M en AT&T", "H&M en C&A", "H&M", "P&O & C&A", "replay & measure x"]


def test_double_encoding_is_repaired() -> None:
    """Titles and texts that were encoded twice are readable."""
    [item] = items(rss("<item><title>ordenÃ³ itâ€™s</title><description>cafÃ© ✓</description></item>"))
    assert (item.title, item.text) == ("ordenó it’s", "café ✓")


def test_no_entry_is_lost_for_what_it_lacks() -> None:
    """Without id, link, title, date, or all of them: it is still an entry."""
    found = items(rss("<item/><item><title>a</title></item><item><description>b</description></item><item><guid>c</guid></item>"))
    assert [(one.guid, one.title, one.text) for one in found] == [("", "", ""), ("", "a", ""), ("", "", "b"), ("c", "", "")]
    assert {one.published_at for one in found} == {None}


@pytest.mark.parametrize(
    ("inner", "channel", "link"),
    [
        ("<link>/a</link>", "<link>https://shop.example/nl/</link>", "https://shop.example/a"),
        ("<link>/a</link>", "", "https://vakblad.example/a"),
        ("<link>  https://x.example/a b \n</link>", "", "https://x.example/a%20b"),
        ("<link>javascript:alert(1)</link>", "", ""),
        ("<link>ftp://x.example/</link>", "", ""),
        ("<link>https://user:pw@x.example/</link>", "", ""),
        ("<guid>https://x.example/1</guid>", "", "https://x.example/1"),
        ("<guid>12345</guid>", "", ""),
        ("<guid isPermaLink='false'>https://x.example/1</guid>", "", ""),
        ("<link>javascript:x</link><guid isPermaLink='true'>https://x.example/1</guid>", "", ""),
        pytest.param(
            "<link>https://feedproxy.google.com/~r/x/1</link>"
            "<f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>https://x.example/1</f:origLink>",
            "",
            "https://x.example/1",
        ),
        ("<link xml:base='https://base.example/sub/'>a</link>", "", "https://base.example/sub/a"),
        ("<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='via' href='https://via.example/'/>", "", "https://via.example/"),
    ],
)
def test_the_link_of_an_item(inner: str, channel: str, link: str) -> None:
    """xml:base, then the feed's link, then the final address; http and https only; a guid only where it is an address."""
    [item] = items(rss(f"<item><title>t</title>{inner}</item>", channel))
    assert item.link == link


def test_the_publisher_that_a_gatherer_names() -> None:
    """Google News says whose article it is."""
    [item] = items(rss("<item><title>t - Blad</title><source url='https://www.blad.example/rss'>Blad</source></item>"))
    assert item.publisher == "www.blad.example"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (
            "<description>kort</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>lang</content:encoded>",
            "lang",
        ),
        (
            "<description>kort</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'> </content:encoded>",
            "kort",
        ),
        ("<m:description xmlns:m='http://search.yahoo.com/mrss/'>over de film</m:description>", "over de film"),
    ],
)
def test_the_text_of_an_item(inner: str, text: str) -> None:
    """Content before summary, where there is any."""
    [item] = items(rss(f"<item><title>t</title>{inner}</item>"))
    assert item.text == text


def test_a_picture_as_content_is_no_text() -> None:
    """Atom may carry an image inside; its base64 is not words."""
    [item] = items(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title><content type="image/png">iVBORw0K</content>'
        "<summary>plaatje</summary></entry></feed>"
    )
    assert item.text == "plaatje"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Wed 24 May 2006 14:04:24 -800", datetime(2006, 5, 24, 22, 4, 24, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("2006", None),
    ],
)
def test_the_date_of_an_item(written: str, expected: datetime | None) -> None:
    """Our own reading, never feedparser's: its zones and its first of January are guesses."""
    [item] = items(rss(f"<item><title>t</title><pubDate>{written}</pubDate></item>"))
    assert item.published_at == expected


@pytest.mark.parametrize("count", ["-1", "9999999999", "veel"])
def test_a_count_that_is_none_is_not_said(count: str) -> None:
    """Only a plain number of comments counts."""
    [item] = items(rss(f"<item><s:comments xmlns:s='http://purl.org/rss/1.0/modules/slash/'>{count}</s:comments></item>"))
    assert item.replies is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "the answer is empty"),
        (" \n\ufeff", "the answer is empty"),
        ("<!DOCTYPE html><html><head><title>Just a moment…</title></head>", "an HTML page, not a feed (its title: Just a moment…)"),
        ("<body>Not found</body>", "an HTML page, not a feed"),
        ('{"error": {"message": "No such feed"}}', "a JSON answer, not a feed; it says: No such feed"),
        ('{"message": "Rate limit exceeded"}', "a JSON answer, not a feed; it says: Rate limit exceeded"),
        ('{"a": 1}', "JSON, but not a JSON Feed"),
        ("[1, 2]", "JSON, but not a JSON Feed"),
        ('{"a": ', "JSON that cannot be read: Expecting value (line 1, column 6)"),
        ("[" * 100_000, "JSON that cannot be read: RecursionError"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "XML, but neither RSS nor Atom (its outermost element is <svg>)"),
        ("404 not found", "neither XML nor JSON; it begins with '404 not found'"),
        ("<rss><channel><title>Blad</title><item><title>half", "the feed broke off before its first whole entry"),
        ("<rss><channel><x:item></x:item></channel></rss>", "not well-formed, and no entry could be read from <rss>: "),
    ],
)
def test_what_is_no_feed_is_refused_with_a_helpful_line(body: str, words: str) -> None:
    """A page, an error in JSON, a truncated feed and nothing at all are told apart."""
    with pytest.raises(ParseError) as caught:
        items(body)
    assert words in caught.value.detail


@pytest.mark.parametrize(
    "body",
    [
        "<rss version='2.0'><channel></channel></rss>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></rdf:RDF>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Stil</title></feed>",
        "<rss version='2.0'><channel><x:unbound>1</x:unbound></channel></rss>",
        '{"version": "https://jsonfeed.org/version/1", "items": []}',
    ],
)
def test_a_quiet_feed_has_no_entries(body: str) -> None:
    """Nothing new is no fault, even where a prefix was never declared."""
    assert items(body) == ()


def test_a_feed_that_broke_off_gives_its_whole_entries() -> None:
    """Twenty were meant, ten came whole and one in half: ten are read."""
    whole = "".join(f"<item><title>{n}</title></item>" for n in range(10))
    found = items(f"<rss version='2.0'><channel>{whole}<item><title>ha")
    assert [item.title for item in found] == [str(n) for n in range(10)]


def test_a_feed_with_a_fault_gives_all_its_entries() -> None:
    """A fault in one entry costs nothing of the others."""
    found = items(rss("<item><title>a</title></item><item><title>b</title><p>x</item><item><title>c</title></item>"))
    assert [item.title for item in found] == ["a", "b", "c"]


def test_entities_that_a_document_defines_do_not_swell() -> None:
    """Billion laughs, and a file of ours asked for by name: an entry comes back, small and without our file."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 8))
    [item] = items(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]>' + rss("<item><title>&l7;</title></item>").partition("?>")[2])
    assert len(item.title) < 1000
    [item] = items(
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<item><title>&x;</title></item>").partition("?>")[2]
    )
    assert "root" not in item.title


def test_languages_are_cut_to_their_name() -> None:
    """A region says nothing about words; what is no tag is no language."""
    assert [language(tag) for tag in ("nl-NL", "en_us", "DE", "fil", "", "Nederlands", "n1")] == [
        "nl",
        "en",
        "de",
        "fil",
        "",
        "",
        "",
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutants_are_read_or_refused(data: st.DataObject) -> None:
    """A feed with bytes flipped, cut and doubled is read or refused with ParseError, never anything else."""
    seed = rss(
        "<item><guid>1</guid><title>H&amp;M <![CDATA[x]]></title><link>/a</link><pubDate>2025-11-14</pubDate></item>"
    ).encode()
    body = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(body) - 1)))
        kind = data.draw(st.sampled_from(["flip", "cut", "double"]))
        if kind == "flip" and body:
            body[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del body[at:]
        else:
            body[at:at] = body[at : at + 40]
    with contextlib.suppress(ParseError):
        assert all(one.link == "" or one.link.startswith(("http://", "https://")) for one in items(bytes(body)))
