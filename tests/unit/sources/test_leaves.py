"""The short way through a walk leaves the same fields as the walk itself."""

from __future__ import annotations

from typing import Any
from xml.parsers.expat import XMLParserType

import pytest
from hypothesis import HealthCheck, given, settings

from listener.sources import quick
from listener.sources.elements import FeedWalk
from listener.sources.leaves import LeafWalk
from listener.sources.markup import undoubted
from listener.sources.names import NotMine
from tests.unit.sources.captured import captured_feeds
from tests.unit.sources.written_feeds import feeds

ATOM = "xmlns='http://www.w3.org/2005/Atom'"
MEDIA = "xmlns:media='http://search.yahoo.com/mrss/'"


class WholeWalk(FeedWalk):
    """A walk that begins and ends every element by itself."""

    def attach(self, parser: XMLParserType) -> Any:
        """Have expat call the walk."""
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler, parser.StartNamespaceDeclHandler = self.text, self.declare
        return self.start


def fields(made: type[FeedWalk], text: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """What a walk leaves behind: the fields, None for what is not well-formed, or "left" for what it leaves alone."""
    monkeypatch.setattr(quick, "LeafWalk", made)
    try:
        walk: Any = quick._walked(text, quick.HERE, doctype=False)
    except NotMine:
        return "left"
    return None if walk is None else (walk.root, walk.feed, walk.entries)


def both(text: str) -> tuple[object, object]:
    """The fields by the short way, and by the walk."""
    with pytest.MonkeyPatch.context() as patch:
        return fields(LeafWalk, text, patch), fields(WholeWalk, text, patch)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(feeds())
def test_written_feeds_leave_the_same_fields(text: str) -> None:
    """Whatever stands in a feed, in whatever order."""
    short, whole = both(text.strip("\ufeff\0 \t\r\n"))
    # Where a document is broken and odd, the two may meet the one before the other.
    assert short == whole or {str(short), str(whole)} == {"None", "left"}


def test_captured_documents_leave_the_same_fields() -> None:
    """Every field of every captured document, and those that are left alone are the same ones."""
    texts = [text.strip("\ufeff\0 \t\r\n") for path in captured_feeds() if (text := undoubted(path.read_bytes()))]
    assert [short == whole for short, whole in map(both, texts)] == [True] * len(texts)


@pytest.mark.parametrize(
    "inner",
    [
        "<title/><title>one</title><title>two</title><description>a</description><description>b</description>",
        "<content:encoded>x</content:encoded><description>y</description><summary>z</summary>",
        "<media:group><media:title>deep</media:title></media:group><title>t</title><media:title>u</media:title>",
        "<source url='https://s.example/'>S</source><title>t</title><source>again</source><title>v</title>",
        "<author><name>n</name><uri>/u</uri><email>e@x.nl</email><name>m</name></author><author>j (j@x.nl)</author>",
        "<author a='b'><name b='c'>n</name><other/><name><i/></name></author><href>h</href>",
        "<author><source><name>n</name></source></author><contributor><name>c</name></contributor>",
        "<link/><link>/a&amp;amp;b</link><link href='c' rel='ALTERNATE' type='Text/HTML'/><link url='d' uri='e'/>",
        "<guid isPermaLink='false'>g</guid><guid>h</guid><guid ispermalink='true' x='y'>i</guid><id>j</id>",
        "<link xml:base='/deep/' href='a'/><guid xml:base='https://o.example/'>b</guid><link>c</link>",
        "<title xml:lang='fr'>un</title><title type='html'>a &lt;b&gt;</title><title type='xhtml'><div>b <i class='&quot;&amp;'>c</i></div></title>",
        "<item><title>inner</title></item><title>after</title><enclosure url='x'/><link>l</link>",
        "<image><title>i</title><link>/i</link></image><title>t</title><image/><link>m</link>",
        "<slash:comments>4</slash:comments><slash:comments a='b'>5</slash:comments>",
        "<p:x xmlns:p='http://purl.org/dc/elements/1.1/'><p:creator>c</p:creator></p:x><dc:creator>d</dc:creator><category>e</category>",
        "<title>a<!-- b -->c<![CDATA[ <d> ]]></title><description><?x y?>e</description>",
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p xml:lang='nl' title='&lt;'>a <br/>b</p> &amp; c</div></content>",
        "<description>a <b>c</b> &lt;</description><summary type='text'>s</summary><rights>r <x/></rights>",
        "<content type='image/png'>x</content>",
        "<title>ordenÃ³ \x85 &#150;</title>",
    ],
)
@pytest.mark.parametrize("around", ["rss", "atom", "based"])
def test_the_order_and_the_company_of_leaves_count_alike(inner: str, around: str) -> None:
    """What repeats, nests, comes too early or carries attributes ends in the same fields."""
    names = (
        f"{MEDIA} xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:slash='http://purl.org/rss/1.0/modules/slash/'"
    )
    text = {
        "rss": f"<rss {names}><channel><title>c</title><item>{inner}</item><item><title>next</title></item></channel></rss>",
        "atom": f"<feed {ATOM} {names}><entry>{inner}</entry><entry><id>next</id></entry></feed>",
        "based": f"<feed {ATOM} {names} xml:base='https://b.example/x' xml:lang='nl'><entry>{inner}</entry></feed>",
    }[around]
    short, whole = both(text)
    assert short == whole
    assert short is not None
