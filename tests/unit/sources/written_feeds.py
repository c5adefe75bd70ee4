"""Feeds as hypothesis writes them: ordinary ones, and ones with parts missing, doubled, nested and out of place."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = st.sampled_from(
    [
        "Molenaar Pompen",
        "H&M",
        "AT&T",
        "a < b",
        "één",
        "ordenÃ³",
        "itâ€™s",
        "日本",
        "2 > 1",
        "x́",
        "🙂",
        "\x80uro",
        "]]",
        "…",
        "   ",
        "P&amp;O",
        "&lt;b&gt;vet&lt;/b&gt;",
        "<b>Sl</b>ack",
        "<p>Een</p><p>twee</p>",
        "<br/>",
        "<script>weg()</script>",
        "<!-- weg -->",
        "&eacute;",
        "&#233;",
        "&amp;amp;",
        "&nbsp;",
        "<a href='/x'>hier</a>",
    ]
)
TEXTS = st.lists(_WORDS, max_size=4).map(" ".join) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\x08\ufffe\uffff"), max_size=12
).map(lambda text: "".join(sign for sign in text if sign in "\t\n\r" or (ord(sign) >= 32 and ord(sign) not in {0xFFFE, 0xFFFF})))
ADDRESSES = st.sampled_from(
    [
        "https://vakblad.example/1",
        "/2",
        "3",
        "?p=4&amp;q=5",
        "http:///x.example/6",
        "javascript:alert(1)",
        "mailto:x@x.example",
        "",
        "https://[x",
        "tag:1",
        "#7",
    ]
)
_DATES = st.sampled_from(
    [
        "Fri, 14 Nov 2025 08:00:00 +0100",
        "2025-11-14T08:00:00Z",
        "2025-11-14",
        "Wed 24 May 2006 14:04:24 -800",
        "0001-01-01T00:00:00Z",
        "gisteren",
        "",
    ]
)
_PEOPLE = st.sampled_from(
    [
        "Jan de Boer",
        "jan@x.example (Jan)",
        "Jan &lt;jan@x.example&gt;",
        "jan@x.example",
        "(Jan)",
        "",
        "redactie@[1.2.3.4]?subject=x",
        "é &amp; è",
    ]
)
_LANGUAGES = st.sampled_from(["nl", "en-GB", "de_DE", "", "Nederlands"])
_TYPES = st.sampled_from(
    ["text", "html", "text/html", "text/plain", "TEXT/HTML", "xhtml", "application/xhtml+xml", "image/png", "text/xml"]
)
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "media": "http://search.yahoo.com/mrss/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
        "thr": "http://purl.org/syndication/thread/1.0",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "atom": "http://www.w3.org/2005/Atom",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "x": "https://x.example/unknown",
        "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
        "georss": "http://www.georss.org/georss",
    }.items()
)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def _written(draw: st.DrawFn) -> str:
    """A text as a feed may write it: escaped, in CDATA, or half and half."""
    text = draw(TEXTS)
    way = draw(st.sampled_from(["escaped", "cdata", "both", "bare"]))
    inside = text.replace("]]>", "")
    if way == "cdata":
        return f"<![CDATA[{inside}]]>"
    if way == "both":
        return f"{_escaped(text)} <![CDATA[{inside}]]>{_escaped(text)}"
    # What is well-formed as it stands is markup inside the element.
    return text if way == "bare" and text.isascii() and draw(st.booleans()) else _escaped(text)


def _attributes(draw: st.DrawFn, **possible: st.SearchStrategy[str]) -> str:
    chosen = {name: strategy for name, strategy in possible.items() if draw(st.integers(0, 3)) == 0}
    return "".join(
        f' {name.replace("__", ":")}="{_escaped(draw(strategy)).replace(chr(34), "")}"' for name, strategy in chosen.items()
    )


_RELATIONS = st.sampled_from(["alternate", "self", "via", "related", "enclosure", "ALTERNATE", "replies"])
_TEXT_NAMES = [
    "title",
    "description",
    "summary",
    "content",
    "content:encoded",
    "dc:title",
    "dc:description",
    "media:title",
    "media:description",
]
_TEXT_NAMES += ["itunes:summary", "itunes:subtitle", "subtitle", "rights", "info", "abstract", "tagline"]
_DATE_NAMES = ["pubDate", "published", "updated", "dc:date", "issued", "modified", "created", "lastBuildDate"]
_PERSON_NAMES = [
    "author",
    "dc:creator",
    "itunes:author",
    "managingEditor",
    "webMaster",
    "dc:publisher",
    "dc:contributor",
    "name",
    "email",
]
_OTHER_NAMES = [
    "category",
    "x:thing",
    "thing",
    "slash:comments",
    "thr:total",
    "feedburner:origLink",
    "dc:language",
    "language",
    "generator",
    "comments",
]
_OTHER_NAMES += [
    "url",
    "width",
    "where",
    "georss:point",
    "media:thumbnail",
    "media:content",
    "enclosure",
    "creativeCommons:license",
    "itunes:image",
]
_OTHER_NAMES += [
    "itunes:keywords",
    "itunes:explicit",
    "date",
    "body",
    "links",
    "cloud",
    "dc:subject",
    "media:rating",
    "x:title",
    "atom:updated",
    "atom:id",
]
_GROUPS = [
    "author",
    "contributor",
    "source",
    "media:group",
    "image",
    "textInput",
    "itunes:owner",
    "x:group",
    "atom:author",
    "p",
    "div",
]


@st.composite
def parts(draw: st.DrawFn, depth: int = 0) -> str:
    """One element of a channel or an entry."""
    kind = draw(st.sampled_from(["text", "text", "link", "id", "date", "person", "other", "group" if depth < 2 else "text"]))
    common = {"xml__lang": _LANGUAGES, "lang": st.sampled_from(["fr", ""])} if draw(st.integers(0, 5)) == 0 else {}
    if draw(st.integers(0, 12)) == 0:
        common["xml__base"] = st.sampled_from(["https://base.example/b/", "/c/", "d", ""])
    if kind == "text":
        name = draw(st.sampled_from(_TEXT_NAMES))
        extra = {"type": _TYPES, "mode": st.sampled_from(["escaped", "xml", "base64"])} if draw(st.integers(0, 2)) == 0 else {}
        inner = draw(_written())
        if draw(st.integers(0, 6)) == 0:
            inner = f'<div xmlns="http://www.w3.org/1999/xhtml"><p class="é&quot;">{inner}</p> en <b>meer</b></div>'
        return f"<{name}{_attributes(draw, **extra, **common)}>{inner}</{name}>"
    if kind == "link":
        name = draw(st.sampled_from(["link", "link", "atom:link"]))
        said = _attributes(draw, rel=_RELATIONS, type=st.sampled_from(["text/html", "application/json", "HTML"]), **common)
        if draw(st.booleans()):
            return f"<{name}{said}>{draw(ADDRESSES)}</{name}>"
        return f'<{name}{said} {draw(st.sampled_from(["href", "url", "uri"]))}="{draw(ADDRESSES)}"/>'
    if kind == "id":
        name = draw(st.sampled_from(["guid", "id"]))
        return (
            f"<{name}{_attributes(draw, isPermaLink=st.sampled_from(['true', 'false', 'x']), **common)}>{draw(ADDRESSES)}</{name}>"
        )
    if kind == "date":
        name = draw(st.sampled_from(_DATE_NAMES))
        return f"<{name}>{draw(_DATES)}</{name}>"
    if kind == "person":
        name = draw(st.sampled_from(_PERSON_NAMES))
        return f"<{name}{_attributes(draw, **common)}>{draw(_PEOPLE)}</{name}>"
    if kind == "other":
        name = draw(st.sampled_from(_OTHER_NAMES))
        said = _attributes(draw, url=ADDRESSES, href=ADDRESSES, x__y=st.just("1"), **common)
        return f"<{name}{said}>{draw(st.sampled_from(['12', 'nl', 'https://o.example/', '', 'x']))}</{name}>"
    name = draw(st.sampled_from(_GROUPS))
    inner = "".join(draw(st.lists(parts(depth + 1), max_size=3)))
    people = "".join(
        f"<{one}>{draw(_PEOPLE)}</{one}>" for one in draw(st.lists(st.sampled_from(["name", "email", "uri"]), max_size=3))
    )
    return f"<{name}{_attributes(draw, url=ADDRESSES, **common)}>{people}{inner}</{name}>"


@st.composite
def feeds(draw: st.DrawFn) -> str:
    """A whole document: RSS, RDF or Atom, mostly well-formed."""
    dialect = draw(st.sampled_from(["rss", "rdf", "atom", "atom03", "prefixed"]))
    entry = "entry" if dialect.startswith("atom") else "atom:entry" if dialect == "prefixed" else "item"
    about = ' rdf:about="https://vakblad.example/about"' if draw(st.integers(0, 4)) == 0 else ""
    channel = "".join(draw(st.lists(parts(), max_size=4)))
    entries = "\n".join(
        f"<{entry}{about}{_attributes(draw, xml__lang=_LANGUAGES)}>{''.join(draw(st.lists(parts(), max_size=6)))}</{entry}>"
        for _ in range(draw(st.integers(0, 3)))
    )
    said = NAMESPACES + _attributes(draw, xml__lang=_LANGUAGES, xml__base=st.just("https://base.example/"))
    head = draw(
        st.sampled_from(["", '<?xml version="1.0"?>\n', '<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet href="a"?>'])
    )
    head += draw(
        st.sampled_from(["", "", "<!-- <rss> & -->", '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x/rss.dtd">'])
    )
    if dialect == "rss":
        return f'{head}<rss version="2.0" {said}><channel>{channel}{entries}</channel></rss>'
    if dialect == "rdf":
        return f'{head}<rdf:RDF xmlns="http://purl.org/rss/1.0/" {said}><channel>{channel}</channel>{entries}</rdf:RDF>'
    if dialect == "prefixed":
        return f"{head}<atom:feed {said}>{channel}{entries}</atom:feed>"
    space = "http://www.w3.org/2005/Atom" if dialect == "atom" else "http://purl.org/atom/ns#"
    return f'{head}<feed xmlns="{space}" version="0.3" {said}>{channel}{entries}</feed>'
