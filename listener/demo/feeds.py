"""Feeds as the world's places write them: the same items in six dialects, quirks included."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape as in_html
from xml.sax.saxutils import escape, quoteattr

from listener.demo.item import Item
from listener.demo.places import Form, Place

_TYPES = {
    Form.RSS: "application/rss+xml",
    Form.BARE: "application/xml",
    Form.ATOM: "application/atom+xml; charset=utf-8",
    Form.JSON: "application/feed+json",
    Form.TAG: "application/rss+xml; charset=utf-8",
    Form.GOOGLE: "text/xml; charset=UTF-8",
}
_LINK = re.compile(r"(https://[^\s]+)|#(\w+)")
_SNIPPET = 160  # Google's snippets, in characters


def media_type(place: Place) -> str:
    """The Content-Type header the place sends."""
    return _TYPES[place.form]


def write(place: Place, items: Sequence[Item]) -> bytes:
    """The place's feed with these items, in its own dialect and encoding; the same items give the same bytes.

    The forms follow RSS 2.0, RFC 4287 (Atom) and JSON Feed 1.1; those of Mastodon and Google Alerts are as they were captured
    in the wild.
    """
    text = {
        Form.RSS: _rss,
        Form.BARE: _bare,
        Form.ATOM: _atom,
        Form.JSON: _json,
        Form.TAG: _tag,
        Form.GOOGLE: _google,
    }[place.form](place, items)
    return text.encode(place.encoding, "xmlcharrefreplace")


def _paragraphs(text: str) -> str:
    return f"<p>{in_html(text, quote=False)}</p>"


def _zulu(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _opened(place: Place) -> str:
    return (
        f'<?xml version="1.0" encoding="{place.encoding}"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel>\n<title>{escape(place.title)}</title>\n<link>https://{place.site}/</link>\n"
        f"<description>{escape(place.title)}</description>\n<language>{place.language}</language>\n"
    )


def _rss(place: Place, items: Sequence[Item]) -> str:
    parts = [_opened(place), "<ttl>30</ttl>\n"]
    if items:
        parts.append(f"<lastBuildDate>{format_datetime(items[0].at)}</lastBuildDate>\n")
    for item in items:
        link = f"{item.url}?utm_source=rss&utm_medium=feed" if place.dated else item.url
        parts.append(
            f"<item>\n<title>{escape(item.title)}</title>\n<link>{escape(link)}</link>\n"
            f'<guid isPermaLink="false">{place.key}-{item.id}</guid>\n<dc:creator>{escape(item.author.name)}</dc:creator>\n'
            f"<pubDate>{format_datetime(item.at)}</pubDate>\n<description><![CDATA[{_paragraphs(item.text)}]]></description>\n</item>\n"
        )
    parts.append("</channel>\n</rss>\n")
    return "".join(parts)


def _bare(place: Place, items: Sequence[Item]) -> str:
    entries = (
        f"<item><title>{escape(item.title)}</title><link>{escape(item.url)}</link><description>{escape(_paragraphs(item.text))}</description></item>\n"
        for item in items
    )
    return f"{_opened(place)}{''.join(entries)}</channel>\n</rss>\n"


def _atom(place: Place, items: Sequence[Item]) -> str:
    updated = _zulu(items[0].at) if items else "2020-01-01T00:00:00Z"
    parts = [
        (
            f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{place.language}">\n'
            f"<id>tag:{place.site},2020:feed</id>\n<title>{escape(place.title)}</title>\n<updated>{updated}</updated>\n"
            f'<link rel="self" href="https://{place.site}/feed.atom"/>\n<link rel="alternate" href="https://{place.site}/"/>\n'
        )
    ]
    parts.extend(
        f"<entry>\n<id>tag:{place.site},2020:{item.id}</id>\n<title>{escape(item.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(item.url)}/>\n<author><name>{escape(item.author.name)}</name></author>\n'
        f"<published>{_zulu(item.at)}</published>\n<updated>{_zulu(item.at)}</updated>\n"
        f'<content type="html">{escape(_paragraphs(item.text))}</content>\n</entry>\n'
        for item in items
    )
    parts.append("</feed>\n")
    return "".join(parts)


def _json(place: Place, items: Sequence[Item]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": place.title,
        "home_page_url": f"https://{place.site}/",
        "language": place.language,
        "items": [
            {
                "id": f"{place.key}-{item.id}",
                "url": item.url,
                "title": item.title,
                "content_html": _paragraphs(item.text),
                "date_published": item.at.isoformat(),
                "authors": [{"name": item.author.name}],
            }
            for item in items
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _spans(text: str) -> str:
    """A post as Mastodon writes it: hashtags in a span, links cut in three spans of which two are hidden or shortened."""
    parts, at = [], 0
    for found in _LINK.finditer(text):
        parts.append(in_html(text[at : found.start()], quote=False))
        at = found.end()
        if found[2]:
            parts.append(
                f'<a href="https://mastodon.pomp.example/tags/{found[2].lower()}" class="mention hashtag" rel="tag">#<span>{found[2]}</span></a>'
            )
            continue
        bare = found[1].removeprefix("https://")
        parts.append(
            f'<a href="{in_html(found[1])}" target="_blank" rel="nofollow noopener noreferrer"><span class="invisible">https://</span>'
            f'<span class="ellipsis">{in_html(bare[:30])}</span><span class="invisible">{in_html(bare[30:])}</span></a>'
        )
    parts.append(in_html(text[at:], quote=False))
    return f"<p>{''.join(parts)}</p>"


def _tag(place: Place, items: Sequence[Item]) -> str:
    parts = [
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:webfeeds="http://webfeeds.org/rss/1.0" xmlns:media="http://search.yahoo.com/mrss/">\n'
            f"<channel>\n<title>{place.title}</title>\n<description>Public posts tagged {place.title}</description>\n<link>https://{place.site}/tags/pompen</link>\n"
        )
    ]
    if items:
        parts.append(f"<lastBuildDate>{format_datetime(items[0].at)}</lastBuildDate>\n")
    parts.append("<generator>Mastodon v4.3.2</generator>\n")
    for item in items:
        tags = "".join(f"<category>{tag.lower()}</category>" for tag in re.findall(r"#(\w+)", item.text))
        parts.append(
            f'<item>\n<guid isPermaLink="true">{item.url}</guid>\n<link>{item.url}</link>\n<pubDate>{format_datetime(item.at)}</pubDate>\n'
            f"<description>{escape(_spans(item.text))}</description>\n{tags}\n</item>\n"
        )
    parts.append("</channel>\n</rss>\n")
    return "".join(parts)


def _google(place: Place, items: Sequence[Item]) -> str:
    user, alert = place.path.rsplit("/", 2)[-2:]
    hashed = hashlib.sha256(place.path.encode()).hexdigest()[:16]
    # A small protobuf: the alert's hash, Google's top-level domain, language and country, the same for every entry.
    told = f"{hashed}:nl:{place.language}:NL:R".encode()
    cd = base64.b64encode(b"\x08\x02\x32" + bytes([len(told)]) + told).decode().rstrip("=")
    updated = _zulu(items[0].at) if items else "2020-01-01T00:00:00Z"
    parts = [
        (
            '<?xml version="1.0" encoding="utf-8"?> <feed xmlns="http://www.w3.org/2005/Atom" xmlns:idx="urn:atom-extension:indexing"> '
            f"<id>tag:google.com,2005:reader/user/{user}/state/com.google/alerts/{alert}</id> <title>{escape(place.title)}</title> "
            f'<link href="https://www.google.com/alerts/feeds/{user}/{alert}" rel="self"></link> <updated>{updated}</updated>'
        )
    ]
    for item in items:
        proof = hashlib.sha256(item.url.encode())
        number = int.from_bytes(proof.digest()[:8], "big") | 1 << 63  # beyond 2^63: no signed integer holds it
        usg = "AOvVaw" + base64.urlsafe_b64encode(proof.digest()).decode()[:22]
        link = f"https://www.google.com/url?rct=j&sa=t&url={item.url}&ct=ga&cd={cd}&usg={usg}"
        parts.append(
            f" <entry> <id>tag:google.com,2013:googlealerts/feed:{number}</id> "
            f'<title type="html">{escape(_bold(item.title, place.search))}</title> <link href={quoteattr(link)}></link> '
            f"<published>{_zulu(item.at)}</published> <updated>{_zulu(item.at)}</updated> "
            f'<content type="html">{escape(_bold(_cut(item.text), place.search))}</content> <author> <name></name> </author> </entry>'
        )
    parts.append("</feed>")
    return "".join(parts)


def _cut(text: str) -> str:
    if len(text) <= _SNIPPET:
        return text
    return f"{text[:_SNIPPET].rsplit(' ', 1)[0]}\N{NO-BREAK SPACE}..."


def _bold(text: str, search: str) -> str:
    """HTML with the searched words in bold, one by one where the phrase is not there: so Google brings namesakes."""
    written = in_html(text).replace("&#x27;", "&#39;").replace("\N{NO-BREAK SPACE}", "&nbsp;")
    whole = re.sub(f"({re.escape(search)})", r"<b>\1</b>", written, flags=re.IGNORECASE)
    if whole != written:
        return whole
    return re.sub(rf"\b({'|'.join(map(re.escape, search.split()))})\b", r"<b>\1</b>", written, flags=re.IGNORECASE)
