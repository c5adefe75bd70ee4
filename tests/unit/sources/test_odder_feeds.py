"""More feeds as the world writes them: whole documents of every dialect, each with a slip, and what a reader would see in them."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from listener.cli import main
from listener.core.errors import ParseError, TooLarge, Unreachable
from listener.sources import quick, reading
from listener.sources.items import Item
from listener.sources.markup import decoded
from listener.sources.unpack import Unpacker, unpacked

AT = "https://site.example/feeds/rss.xml"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
CONTENT, DC = "http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/elements/1.1/"
EIGHT = datetime(2025, 11, 14, 8, tzinfo=UTC)


def items(body: bytes, media_type: str = "") -> tuple[Item, ...]:
    """The items of a document, after both readers agreed where the quick one took it."""
    found = quick.read(body, AT, media_type)
    if found is None:
        return reading.read(body, AT, media_type).items
    text = decoded(body, media_type).strip("\ufeff\0 \t\r\n")
    if text[0] not in "{[":
        assert reading.repaired(text, AT) == found
    return found.items


def rss(inner: str, *, before: str = '<?xml version="1.0" encoding="UTF-8"?>', names: str = "") -> str:
    """An RSS feed of one item."""
    return f'{before}<rss version="2.0" {names}><channel><link>https://site.example/</link><item>{inner}</item></channel></rss>'


def shown(body: str | bytes, media_type: str = "") -> list[dict[str, Any]]:
    """What was found, without what is empty."""
    found = items(body if isinstance(body, bytes) else body.encode(), media_type)
    return [{name: value for name, value in asdict(one).items() if value} for one in found]


DOCUMENTS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "Atom under a prefix of its own": (
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:link href="https://s.example/"/><a:entry><a:id>1</a:id><a:title>T</a:title>'
        '<a:link href="/x"/><a:content type="html">&lt;p&gt;een&lt;/p&gt;&lt;p&gt;twee&lt;/p&gt;</a:content>'
        "<a:updated>2025-11-14T08:00:00Z</a:updated></a:entry></a:feed>"),
        [{"guid": "1", "link": "https://s.example/x", "title": "T", "text": "een twee", "published_at": EIGHT}],
    ),
    "modules under other prefixes": (
        rss(
            "<title>T</title><c:encoded><![CDATA[<p>lang &amp; breed</p>]]></c:encoded><description>kort</description>"
            "<d:creator>Jan</d:creator><d:date>2025-11-14T08:00:00Z</d:date>",
            names=f'xmlns:c="{CONTENT}" xmlns:d="{DC}"',
        ),
        [{"title": "T", "text": "lang & breed", "author": "Jan", "published_at": EIGHT}],
    ),
    "modules without their declaration": (
        rss("<title>T</title><content:encoded><![CDATA[<p>lang</p>]]></content:encoded><dc:creator>Jan</dc:creator>"),
        [{"title": "T", "text": "lang", "author": "Jan"}],
    ),
    "RSS 0.90": (
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel>'
        "<title>C</title></channel><item><title>T</title><link>https://s.example/1</link></item></rdf:RDF>"),
        [{"title": "T", "link": "https://s.example/1"}],
    ),
    "RSS 0.91 with its DTD and names": (
        ('<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        '<rss version="0.91"><channel><item><title>caf&eacute; &copy;</title><link>https://s.example/1</link></item></channel></rss>'),
        [{"title": "café ©", "link": "https://s.example/1"}],
    ),
    "RSS 0.92 of nothing but texts": (
        '<rss version="0.92"><channel><item><description>Tekst &amp;lt;b&amp;gt;vet&amp;lt;/b&amp;gt;</description></item></channel></rss>',
        [{"text": "Tekst vet"}],
    ),
    "RSS 1.0": (
        (f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="{DC}">'
        '<channel rdf:about="https://s.example/"><link>https://s.example/</link></channel><item rdf:about="https://s.example/1">'
        "<title>T</title><link>https://s.example/1</link><dc:date>2025-11-14T09:00:00+01:00</dc:date></item></rdf:RDF>"),
        [{"guid": "https://s.example/1", "link": "https://s.example/1", "title": "T", "published_at": EIGHT}],
    ),
    "RSS 2.0 in a namespace": (
        '<rss xmlns="http://backend.userland.com/rss2" version="2.0"><channel><item><title>T</title></item></channel></rss>',
        [{"title": "T"}],
    ),
    "items beside the channel": (
        '<rss version="2.0"><channel><title>C</title></channel><item><title>A</title></item></rss>',
        [{"title": "A"}],
    ),
    "two channels": (
        '<rss version="2.0"><channel><item><title>A</title></item></channel><channel><item><title>B</title></item></channel></rss>',
        [{"title": "A"}, {"title": "B"}],
    ),
    "capitals where there are none": (
        ('<rss version="2.0"><channel><Item><Title>A</Title><Link>https://s.example/</Link><PubDate>Fri, 14 Nov 2025 08:00:00 GMT'
        "</PubDate></Item></channel></rss>"),
        [{"title": "A", "link": "https://s.example/", "published_at": EIGHT}],
    ),
    "an end tag that ends nothing": (
        '<rss version="2.0"><channel><item><title>A</title></items></item><item><title>B</title></item></channel></rss>',
        [{"title": "A"}, {"title": "B"}],
    ),
    "items that are never closed": (
        '<rss version="2.0"><channel><item><title>A</title><item><title>B</title></channel></rss>',
        [{"title": "A"}, {"title": "B"}],
    ),
    "a channel that is never closed": ('<rss version="2.0"><channel><item><title>A</title></item></rss>', [{"title": "A"}]),
    "broken off inside the last item": (
        '<rss version="2.0"><channel><item><title>A</title></item><item><title>B',
        [{"title": "A"}],
    ),
    "two documents in one answer": (rss("<title>A</title>") + rss("<title>B</title>"), [{"title": "A"}, {"title": "B"}]),
    "an attribute twice": (rss('<title a="1" a="2">T</title>'), [{"title": "T"}]),
    "an attribute without quotation marks": (rss("<enclosure url=https://s.example/x.mp3 /><title>T</title>"), [{"title": "T"}]),
    "an instruction that holds a >": ('<?xml version="1.0"?><?foo a="x>y"?>' + rss("<title>T</title>", before=""), [{"title": "T"}]),
    "a program's warning before it": ("<br />\n<b>Warning</b>: x in <b>/a.php</b><br />\n" + rss("<title>A</title>"), [{"title": "A"}]),
    "Atom 0.3": (
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped" type="text/html">caf&amp;eacute;</title>'
        '<link rel="alternate" type="text/html" href="https://s.example/1"/><id>tag:1</id><issued>2025-11-14T09:00:00+01:00</issued>'
        '<modified>2025-11-15T08:00:00Z</modified><content type="application/xhtml+xml"><div xmlns="http://www.w3.org/1999/xhtml">'
        "<p>een</p></div></content></entry></feed>"),
        [{"guid": "tag:1", "link": "https://s.example/1", "title": "café", "text": "een", "published_at": EIGHT}],
    ),
    "xml:base within xml:base": (
        (f'<feed {ATOM} xml:base="https://a.example/een/"><entry xml:base="twee/"><id>urn:1</id><link href="drie" xml:base="vier/"/></entry>'
        '<entry><id>urn:2</id><link href="../x"/></entry><entry xml:base="/los/"><id>urn:3</id><link href="?p=3"/></entry></feed>'),
        [
            {"guid": "urn:1", "link": "https://a.example/een/twee/vier/drie"},
            {"guid": "urn:2", "link": "https://a.example/x"},
            {"guid": "urn:3", "link": "https://a.example/los/?p=3"},
        ],
    ),
    "XHTML under a prefix": (
        (f'<feed {ATOM} xmlns:h="http://www.w3.org/1999/xhtml"><entry><id>urn:1</id><content type="xhtml"><h:div><h:p>een</h:p>'
        "<h:p>twee</h:p></h:div></content></entry></feed>"),
        [{"guid": "urn:1", "text": "een twee"}],
    ),
    "content that lies elsewhere": (
        f'<feed {ATOM}><entry><id>urn:1</id><content type="text/html" src="https://s.example/x"/><summary>s</summary></entry></feed>',
        [{"guid": "urn:1", "text": "s"}],
    ),
    "an empty date before a good one": (
        f"<feed {ATOM}><entry><id>urn:1</id><published></published><updated>2025-11-14T08:00:00Z</updated></entry></feed>",
        [{"guid": "urn:1", "published_at": EIGHT}],
    ),
    "a bad date before a good one": (
        rss("<pubDate>onlangs</pubDate><dc:date>2025-11-14T08:00:00Z</dc:date>", names=f'xmlns:dc="{DC}"'),
        [{"published_at": EIGHT}],
    ),
    "YouTube": (
        (f'<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" {ATOM}><entry>'
        '<id>yt:video:abc</id><yt:videoId>abc</yt:videoId><title>T</title><link rel="alternate" href="https://www.youtube.com/watch?v=abc"/>'
        "<author><name>K</name></author><published>2025-11-14T08:00:00+00:00</published><media:group><media:title>T</media:title>"
        "<media:description>Een\nwoord</media:description></media:group></entry></feed>"),
        [
            {
                "guid": "yt:video:abc", "link": "https://www.youtube.com/watch?v=abc", "title": "T", "text": "Een woord", "author": "K",
                "published_at": EIGHT,
            }
        ],
    ),
    "Mastodon": (
        rss(
            '<guid isPermaLink="true">https://m.example/@a/1</guid><link>https://m.example/@a/1</link><description>&lt;p&gt;Hoi '
            '&lt;a href="x" class="hashtag"&gt;#&lt;span&gt;pomp&lt;/span&gt;&lt;/a&gt; &lt;span class="invisible"&gt;https://&lt;/span&gt;'
            '&lt;span class="ellipsis"&gt;s.example/een&lt;/span&gt;&lt;span class="invisible"&gt;/twee&lt;/span&gt;&lt;/p&gt;</description>'
        ),
        [{"guid": "https://m.example/@a/1", "link": "https://m.example/@a/1", "text": "Hoi #pomp https://s.example/een/twee"}],
    ),
    "Reddit": (
        (f'<feed {ATOM}><entry><author><name>/u/jan</name></author><content type="html">&lt;!-- SC_OFF --&gt;&lt;div class="md"&gt;&lt;p&gt;'
        'Tekst&lt;/p&gt; &lt;/div&gt;&lt;!-- SC_ON --&gt; &amp;#32; submitted by &amp;#32; &lt;a href="x"&gt; /u/jan &lt;/a&gt;</content>'
        "<id>t3_1</id><title>T</title></entry></feed>"),
        [{"guid": "t3_1", "title": "T", "text": "Tekst submitted by /u/jan", "author": "/u/jan"}],
    ),
    "WordPress": (
        rss(
            "<title>T &#8211; x</title><link>https://s.example/2025/11/t/</link><comments>https://s.example/2025/11/t/#respond</comments>"
            '<dc:creator><![CDATA[admin]]></dc:creator><guid isPermaLink="false">https://s.example/?p=12</guid><description><![CDATA[<p>Kort '
            "[&#8230;]</p>]]></description><content:encoded><![CDATA[<p>Lang</p><script>x()</script><style>.a{}</style><figure>"
            '<img src="x.jpg" alt="y"/><figcaption>bij</figcaption></figure>]]></content:encoded>',
            names=f'xmlns:content="{CONTENT}" xmlns:dc="{DC}"',
        ),
        [
            {
                "guid": "https://s.example/?p=12", "link": "https://s.example/2025/11/t/", "title": "T – x", "text": "Lang bij",
                "author": "admin",
            }
        ],
    ),
    "Google News": (
        rss(
            "<title>Kop van het verhaal - NU.nl</title><link>https://news.google.com/rss/articles/CBMiX?oc=5</link>"
            '<guid isPermaLink="false">CBMiX</guid><description>&lt;a href="https://news.google.com/x"&gt;Kop van het verhaal&lt;/a&gt;'
            '&amp;nbsp;&amp;nbsp;&lt;font color="#6f6f6f"&gt;NU.nl&lt;/font&gt;</description><source url="https://www.nu.nl">NU.nl</source>'
        ),
        [
            {
                "guid": "CBMiX", "link": "https://news.google.com/rss/articles/CBMiX?oc=5", "title": "Kop van het verhaal - NU.nl",
                "text": "Kop van het verhaal NU.nl", "publisher": "www.nu.nl",
            }
        ],
    ),
    "a podcast": (
        rss(
            "<title>Afl. 1</title><itunes:subtitle>kort</itunes:subtitle><itunes:summary>Lang &lt;b&gt;verhaal&lt;/b&gt;</itunes:summary>"
            '<enclosure url="https://s.example/1.mp3" length="1" type="audio/mpeg"/><itunes:episodeType>full</itunes:episodeType>',
            names='xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"',
        ),
        [{"title": "Afl. 1", "text": "Lang verhaal"}],
    ),
    "an entity of the document's own stays a word": (
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>a &x; b</title></item></channel></rss>',
        [{"title": "a &x; b"}],
    ),
    "a bomb stays as it is written": (
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel><item><title>&b;</title></item></channel></rss>',
        [{"title": "&b;"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_whole_documents(name: str) -> None:
    """Everything that was said arrives, and nothing besides."""
    body, expected = DOCUMENTS[name]
    assert shown(body) == expected


LINKS = [
    ("<link>www.merk.example/een?a=1</link>", "http://www.merk.example/een?a=1"),
    ("<link>www.html</link>", "https://site.example/www.html"),
    ("<link>\n  https://s.example/een/\n  twee\n</link>", "https://s.example/een/twee"),
    ("<link/><guid>https://s.example/1</guid>", "https://s.example/1"),
    ("<guid>https://s.example/1</guid><link></link>", "https://s.example/1"),
    ("<link> </link><guid isPermaLink='false'>tag:1</guid>", ""),
    ("<link>https://u:p@s.example/1</link>", ""),
    ("<link>https://s.example/1</link><link>https://s.example/2</link>", "https://s.example/1"),
    ("<link><![CDATA[\n  https://s.example/1  \n]]></link>", "https://s.example/1"),
    ("<link>https://münchen.example/straße?q=é</link>", "https://münchen.example/straße?q=é"),
]


@pytest.mark.parametrize(("written", "link"), LINKS)
def test_links_lead_where_a_person_would_go(written: str, link: str) -> None:
    """Without a scheme, broken over lines, empty beside a guid that is an address, or twice; never with a password."""
    [item] = items(rss(f"<title>T</title>{written}").encode())
    assert item.link == link


T = "Café € 5 – ‘nieuw’ 🙂"
CODES = {
    "says UTF-16 and is UTF-8": (rss(f"<title>{T}</title>", before='<?xml version="1.0" encoding="utf-16"?>').encode(), "", T),
    "a server that says UTF-16 of UTF-8": (rss(f"<title>{T}</title>").encode(), "text/xml; charset=utf-16", T),
    "UTF-16 with a mark": (rss(f"<title>{T}</title>", before='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16"), "", T),
    "two marks": (b"\xef\xbb\xbf\xef\xbb\xbf" + rss(f"<title>{T}</title>").encode(), "", T),
    "a mark behind the declaration": (rss(f"<title>{T}</title>", before='<?xml version="1.0"?>\ufeff').encode(), "", T),
    "Latin-1 by its server, UTF-8 by its bytes": (
        rss(f"<title>{T}</title>", before="").encode(),
        "text/xml; charset=iso-8859-1",
        T,
    ),
    "halves of UTF-16 in UTF-8": (
        rss("<title>a 🙂 b</title>").encode().replace("🙂".encode(), b"\xed\xa0\xbd\xed\xb9\x82"),
        "",
        "a 🙂 b",
    ),
    "one wrong byte": (rss("<title>Café X!</title>").encode().replace(b"X", b"\xe9"), "", "Café é!"),
    "Windows signs in UTF-8": (rss("<title>It\x92s \x80 5</title>").encode(), "", "It’s € 5"),
    "UTF-8 twice, in part": (rss("<title>ordenÃ³ – â\u201a¬ 5 â€™ â€žja</title>").encode(), "", "ordenó – € 5 ’ „ja"),
    "KOI8-R": (rss("<title>Привет</title>", before='<?xml version="1.0" encoding="koi8-r"?>').encode("koi8-r"), "", "Привет"),
    "Big5": (rss("<title>東京</title>", before='<?xml version="1.0" encoding="big5"?>').encode("big5"), "", "東京"),
    "ISO-2022-JP": (
        rss("<title>東京</title>", before='<?xml version="1.0" encoding="iso-2022-jp"?>').encode("iso-2022-jp"),
        "",
        "東京",
    ),
    "Macintosh": (rss("<title>Café</title>", before='<?xml version="1.0" encoding="macintosh"?>').encode("mac-roman"), "", "Café"),
    "Latin-9": (rss("<title>€ 5</title>", before='<?xml version="1.0" encoding="iso-8859-15"?>').encode("iso-8859-15"), "", "€ 5"),
}


@pytest.mark.parametrize("name", CODES)
def test_every_sign_arrives(name: str) -> None:
    """Whatever a document, its server, or neither of them says of its code."""
    body, media_type, title = CODES[name]
    [item] = items(body, media_type)
    assert item.title == title


DATES = [
    ("ma, 03 mrt 2025 09:15:00 +0100", "2025-03-03T08:15"), ("maandag 3 maart 2025 09:15", "2025-03-03T09:15"),
    ("vrijdag 14 november 2025 om 8.00 uur", "2025-11-14T08:00"), ("Mi, 05 Mär 2025 10:00:00 +0100", "2025-03-05T09:00"),
    ("Mittwoch, 5. März 2025, 10:00 Uhr", "2025-03-05T10:00"), ("Fr, 14 Nov 2025 08:00:00 MEZ", "2025-11-14T07:00"),
    ("lun., 03 mars 2025 09:15:00 +0100", "2025-03-03T08:15"), ("gio, 06 nov 2025 10:00:00 +0100", "2025-11-06T09:00"),
    ("Fri, 14 Nov 2025 08:00:00 AEDT", "2025-11-13T21:00"), ("Fri, 14 Nov 2025 08:00:00 GMT+0100 (CET)", "2025-11-14T07:00"),
    ("Fri Nov 14 08:00:00 CET 2025", "2025-11-14T07:00"), ("Fri, 14 Nov 2025 8:00 PM +0100", "2025-11-14T19:00"),
    ("2025-11-14T08:00:00\u221201:00", "2025-11-14T09:00"), ("20251114T080000Z", "2025-11-14T08:00"),
    ("1763107200000", "2025-11-14T08:00"), ("gisteren", ""), ("Fri, 31 Feb 2025 08:00:00 GMT", ""), ("0001-01-01T00:00:00Z", ""),
]  # fmt: skip


@pytest.mark.parametrize(("written", "at"), DATES)
def test_days_and_zones_of_everywhere(written: str, at: str) -> None:
    """In Dutch, German, French and Italian, with zones by name, by number and by both; nonsense is no date."""
    [item] = items(rss(f"<title>T</title><pubDate>{written}</pubDate>").encode())
    assert item.published_at == (datetime.fromisoformat(f"{at}:00+00:00") if at else None)


JSONS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "1.1": (
        ('{"version":"https://jsonfeed.org/version/1.1","home_page_url":"https://s.example/","language":"nl","items":[{"id":5,"url":"/1",'
        '"title":"H&M &amp; co","content_html":"<p>a</p><p>b</p>","date_published":"2025-11-14T09:00:00+01:00","authors":[{"name":"Jan"}]},'
        'null,{"id":"2","external_url":"https://x.example/","content_text":"a < b & c"},{"title":"zonder id"}]}'),
        [
            {"guid": "5", "link": "https://s.example/1", "title": "H&M & co", "text": "a b", "author": "Jan", "language": "nl", "published_at": EIGHT},
            {"guid": "2", "link": "https://x.example/", "text": "a < b & c", "language": "nl"},
            {"title": "zonder id", "language": "nl"},
        ],
    ),
    "1.0, signed by a cache": (
        '{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","author":{"name":"Jan"},"summary":"s"}]}\n<!-- cached --> <!-- x -->\n',
        [{"guid": "1", "author": "Jan", "text": "s"}],
    ),
    "with a mark": ('\ufeff{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"-->"}]}', [{"guid": "1", "title": "-->"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", JSONS)
def test_json_feeds(name: str) -> None:
    """Numbers for ids, holes in the list, authors of both versions, and what a cache leaves behind the end."""
    body, expected = JSONS[name]
    assert shown(body) == expected


def test_what_follows_json_and_is_no_remark_is_a_fault() -> None:
    """Half an answer must not pass for a whole one."""
    with pytest.raises(ParseError, match="Extra data"):
        items(b'{"version":"https://jsonfeed.org/version/1","items":[]} en meer')


def test_what_was_packed_twice_is_unpacked_twice() -> None:
    """By a server that packs a packed file; a bomb and a damaged one are stopped, and something packed very often is left alone."""
    body = rss("<title>T</title>").encode()
    twice = gzip.compress(gzip.compress(body))
    for said, sent in (("gzip", twice), ("gzip, gzip", twice), ("GZIP,gzip", gzip.compress(body)), ("identity, gzip", twice)):
        unpacker = Unpacker(said, 10_000)
        unpacker.take(sent)
        assert unpacker.body() == body
    assert unpacked(b"<rss/>", 10) == b"<rss/>"
    with pytest.raises(TooLarge):
        unpacked(gzip.compress(bytes(100_000)), 10_000)
    with pytest.raises(Unreachable, match="broke off"):
        unpacked(gzip.compress(body)[:-9], 10_000)
    with pytest.raises(Unreachable, match="damaged"):
        unpacked(b"\x1f\x8b\x08" + b"x" * 30, 10_000)
    with pytest.raises(TooLarge):
        unpacked(gzip.compress(b"") * 2_000, 10_000)
    deep = body
    for _ in range(9):
        deep = gzip.compress(deep)
    assert unpacked(deep, 10_000).startswith(b"\x1f\x8b")


def test_a_packed_file_is_parsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`listener parse` takes what was captured as it was sent; one that is damaged is a line that says so."""
    good, bad = tmp_path / "good.gz", tmp_path / "bad.gz"
    good.write_bytes(gzip.compress(rss("<title>T</title>").encode()))
    bad.write_bytes(good.read_bytes()[:-9])
    with pytest.raises(SystemExit):
        main(["parse", str(good), str(bad), "--kind", "rss"])
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["title"], second["error"]) == ("T", "the compressed answer broke off")
