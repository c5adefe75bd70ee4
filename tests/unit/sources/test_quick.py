"""The quick reader: it returns exactly what the repairing reader returns, or leaves the document to it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from listener.core.errors import ParseError
from listener.sources import quick
from listener.sources.items import Reading
from listener.sources.reading import repaired
from tests.unit.sources.written_feeds import feeds

AT = "https://vakblad.example/feeds/nieuws"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def slowly(body: str) -> Reading:
    """What the repairing reader alone makes of a document."""
    return repaired(body.strip("\ufeff\0 \t\r\n"), AT)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(feeds())
def test_what_is_read_quickly_is_what_is_read_slowly(body: str) -> None:
    """Which reader took a document shows in nothing but the time."""
    found = quick.read(body.encode(), AT, "")
    if found is not None:
        try:
            assert found == slowly(body)
        except ParseError as fault:
            assert "stumbled" in fault.detail  # noqa: PT017 - where feedparser falls over its own feet there is nothing to compare


@pytest.mark.parametrize(
    "body",
    [
        "<rss version='2.0'><channel><item><title>H&M & C&A &nbsp;é</title></item></channel></rss>",
        "<rss version='2.0'><channel><item><title>\x0bVertical\x00</title></item></channel></rss>",
        "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://x/rss.dtd'><rss><channel><item><title>&eacute;</title></item></channel></rss>",
        f"<feed {ATOM} xml:base='/b/'><entry xml:base='c/'><link href='d'/></entry><entry><link href='d'/></entry></feed>",
        f"<feed {ATOM} xml:base='https://b.example/x'><entry><link href='d'/></entry><entry xml:base='c'><id>e</id></entry></feed>",
        f"<feed {ATOM}><entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>&lt;b> een</div><div>x</div></title></entry></feed>",
        f"<feed {ATOM}><entry><content type='xhtml'> <div><br class='a'/>a</div> </content></entry></feed>",
        f"<feed {ATOM}><entry><content type='xhtml'><div><i>a</i></div><b>c</b></content></entry></feed>",
        f"<feed {ATOM}><entry><source><title>x</title><author><uri>https://u.example/</uri></author></source></entry></feed>",
        f"<feed {ATOM} xmlns:l='http://www.w3.org/1999/xlink'><entry><x xmlns='urn:a' l:href='b'/><title>x</title></entry></feed>",
        (
            "<rss xmlns='http://backend.userland.com/rss2' version='0.92'><channel><image><title>a</title><link>/i</link><url>u</url></image>"
            "<textInput><title>t</title><name>q</name><link>/t</link></textInput><link>/c</link>"
            "<item><image><link>/l</link><title>t</title></image><title>x</title></item></channel></rss>"
        ),
        (
            "<rss xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><i:image href='x'/><i:owner><i:name>n</i:name><i:email>e@x.nl</i:email>"
            "</i:owner><item><title>x</title><i:link href='y'/></item></channel></rss>"
        ),
        "<rss xmlns:i='urn:same' xmlns:j='urn:same'><channel><item><j:title>x</j:title><title>y</title></item></channel></rss>",
        "<rss xmlns:feed='http://purl.org/rss/1.0/'><channel><feed:item><title>y</title></feed:item></channel></rss>",
        (
            "<rss><channel><item><description>a</description><description>b <b>c</b></description><source url='https://s.example/'>S</source>"
            "<author/><author>Jan (jan@x.nl)</author></item></channel></rss>"
        ),
        f"<feed {ATOM}><title>Stil</title><link href='https://s.example/'/></feed>",
        # A base in two of an entry's elements, where nothing around them has one.
        (
            "<rss><channel><item><title xml:base='https://base.example/b/'/><guid xml:base='/c/'>https://s.example/1</guid>"
            "<link>3</link></item><item><link xml:base='/d/'>4</link><guid>5</guid></item></channel></rss>"
        ),
        # What is in base64, or said to be.
        "<rss><channel><item><content type='image/png'>AAAA</content></item></channel></rss>",
        "<rss><channel><item><content type='image/png' src='https://s.example/a.png'/><description>b</description></item></channel></rss>",
        "<rss><channel><item><description mode='base64'>PGI+U2zDqWNrPC9iPg==</description></item></channel></rss>",
        "<rss><channel><item><title mode='base64'>caf\u00e9</title><description mode='base64'>AAAA</description></item></channel></rss>",
        "<rss><channel><item><description mode='base64'>Y2Fmw4PCqQ==</description></item></channel></rss>",
        f"<feed {ATOM}><tagline mode='base64'>PGI+</tagline><entry><content type='audio/mp3'>x <b>y</b></content></entry></feed>",
        # Drawings in a marked-up text.
        "<rss><channel><item><description>a <svg/></description></item></channel></rss>",
        (
            f"<feed {ATOM}><entry><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>voor <svg "
            "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><title>t</title><a xlink:href='#b'>"
            "<svg><link/><image/></svg></a></svg> na <b>x</b></div></content><title>T</title></entry></feed>"
        ),
        # Prefixes that nobody declared.
        "<rss><channel><item><title>t</title><dc:creator>Jan</dc:creator><dc:date>2025-11-14T08:00:00Z</dc:date></item></channel></rss>",
        (
            "<rss><channel><item><feedburner:origLink>https://o.example/</feedburner:origLink><g:price>3</g:price>"
            "<link thr:count='1'>https://s.example/</link></item></channel></rss>"
        ),
        "<rdf:RDF><channel/><item rdf:about='https://s.example/1'><title>t</title></item></rdf:RDF>",
        # A point on the map.
        (
            "<rss xmlns:georss='http://www.georss.org/georss' xmlns:gml='http://www.opengis.net/gml'><channel><item><title>t</title>"
            "<georss:where><gml:Point><gml:pos>52.1 here</gml:pos></gml:Point></georss:where><description>d</description>"
            "</item></channel></rss>"
        ),
    ],
)
def test_the_odd_corners_are_read_alike(body: str) -> None:
    """Bare ampersands, bases, XHTML, sources, prefixes: read quickly, and as the repairing reader does."""
    assert quick.read(body.encode(), AT, "") == slowly(body)


def _items(inner: str, said: str = "") -> str:
    return f"<rss version='2.0' {said}><channel><item>{inner}</item></channel></rss>"


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel><item><title>half",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<html><item/></html>",
        "<channel><title>x</title></channel>",
        "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item/></channel></rss>",
        "<!DOCTYPE rss SYSTEM 'x' []><rss><channel><item/></channel></rss>",
        "<?x a>b?>" + _items("<title>x</title>"),
        _items("<content type='text/xml'><a/></content>"),
        _items("<g:Point srsName='x'><g:pos>1 2</g:pos></g:Point>", "xmlns:g='http://www.opengis.net/gml'"),
        _items("<g:pos>1 2</g:pos>", "xmlns:g='http://www.opengis.net/gml'"),
        _items("<description>a <svg><description>x</description></svg></description>"),
        _items("<description>a <div>b</div></description>"),
        _items("<description>a <title>b</title></description>"),
        _items("<body>a</body>"),
        _items("<textInput/>"),
        _items("<date>2025</date>"),
        _items("<x:comments a='1'>3</x:comments>", "xmlns:x='http://purl.org/rss/1.0/modules/slash/'"),
        _items("<source><m:thumbnail/></source>", "xmlns:m='http://search.yahoo.com/mrss/'"),
        _items("<title>x</title>", "xmlns:a='with space'"),
        _items("<link>a</link>", "xml:base='https://x.example/a/b'").replace("<item>", "<item xml:base='ftp://y.example/'>"),
        "<rss><channel lastmod='x'><item/></channel></rss>",
        "<rss><channel><item href='x'/></channel></rss>",
        _items("<title>x</title>", " ".join(f"a{n}='1'" for n in range(300))),
        _items("<a/>" * 6000),
        "<rss><channel>" + "<item/>" * 600 + "</channel></rss>",
        _items("x" * 600_000),
        _items("".join(f"<x xmlns='urn:{n}'/>" for n in range(300))),
        '{"version": "https://jsonfeed.org/version/1", "items": [' + "{}," * 6000 + "{}]}",
    ],
)
def test_where_it_would_guess_it_leaves_the_document_alone(body: str) -> None:
    """Broken, defined by itself, mixed up or large: for the reader that has a process and all the time it needs."""
    assert quick.read(body.encode(), AT, "") is None


@pytest.mark.parametrize(
    ("body", "media_type", "title"),
    [
        ("<rss><channel><item><title>café</title></item></channel></rss>".encode("latin-1"), "", None),
        (
            "<?xml version='1.0' encoding='latin-1'?><rss><channel><item><title>café</title></item></channel></rss>".encode(
                "latin-1"
            ),
            "",
            "café",
        ),
        ("<rss><channel><item><title>café</title></item></channel></rss>".encode("utf-16"), "", "café"),
        ("\ufeff<rss><channel><item><title>café</title></item></channel></rss>".encode(), "text/xml; charset=latin-1", "café"),
        (
            "<rss><channel><item><title>caf\xe9</title></item></channel></rss>".encode("cp1250"),
            "text/xml; charset=windows-1250",
            "café",
        ),
        ("<rss><channel><item><title>café</title></item></channel></rss>".encode(), "text/xml; charset=hz", None),
        ("<rss><channel><item><title>café</title></item></channel></rss>".encode("latin-1"), "text/xml; charset=utf-8", None),
    ],
)
def test_a_doubt_about_the_charset_is_for_the_other_reader(body: bytes, media_type: str, title: str | None) -> None:
    """Everyday charsets that the bytes obey; anything else is None."""
    found = quick.read(body, AT, media_type)
    assert (found.items[0].title if found else None) == title


def test_json_and_nothing_are_told_at_once() -> None:
    """A JSON Feed is read here as well; an empty answer and JSON that is no feed need no process to be refused."""
    found = quick.read(b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}]}', AT, "")
    assert found is not None
    assert [item.guid for item in found.items] == ["1"]
    for body in (b" ", b'{"error": "x"}'):
        with pytest.raises(ParseError):
            quick.read(body, AT, "")


def test_the_repairing_reader_is_asked_only_for_what_is_left() -> None:
    """First the quick one; the other gets the very same arguments."""
    asked: list[tuple[bytes, str, str]] = []

    def repairing(body: bytes, url: str, media_type: str) -> Reading:
        asked.append((body, url, media_type))
        return Reading(items=())

    read = quick.first(repairing)
    assert len(read(_items("<title>x</title>").encode(), AT, "").items) == 1
    assert read(b"<rss><channel><item><title>half", AT, "text/xml").items == ()
    assert asked == [(b"<rss><channel><item><title>half", AT, "text/xml")]
