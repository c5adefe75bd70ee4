"""A feed's bytes as plain values, whatever its dialect: RSS 0.9x to 2.0, RDF, Atom, JSON Feed.

This is what runs in the confined process (see confined.py), so it may be slow or fall over a document; it returns or raises
ParseError, and everything in a Reading is plain text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import feedparser

from listener.core.errors import ParseError
from listener.core.text import plain, tidy
from listener.core.urls import host, resolve, safe
from listener.sources.items import Item, Reading, language
from listener.sources.json_feed import parsed_json, read_json
from listener.sources.markup import decoded, mended, once, root
from listener.sources.moments import moment

_PAGES = frozenset({"html", "body", "head", "script"})
_FEEDS = frozenset({"rss", "rdf", "feed"})
_ENDS = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>?\s*(?:<!--.*?-->\s*)*$", re.IGNORECASE | re.DOTALL)
_ENTRY_OPENS = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ENTRY_CLOSES = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{1,300}?)</title", re.IGNORECASE | re.DOTALL)
_WORDLESS = ("image/", "audio/", "video/", "application/octet-stream")


def read(body: bytes, url: str, media_type: str) -> Reading:
    """Read a feed; `url` is where it was found, for relative links. Raises ParseError when it is something else.

    A feed that broke off gives the entries that are whole; a well-formed feed without entries gives none.
    """
    text = decoded(body, media_type)
    text = text.strip("\ufeff\0 \t\r\n")
    if not text:
        raise ParseError("the answer is empty")
    opening = text[:1]
    if opening in {"{", "["}:
        return read_json(parsed_json(text), url)
    return _read_xml(mended(text), url)


def _read_xml(text: str, url: str) -> Reading:
    outermost = root(text)
    if outermost in _PAGES or not outermost:
        raise ParseError(_not_a_feed(text, outermost))
    # Bytes in an open buffer: feedparser opens a string as an address or a file. Without an address of its own it leaves
    # relative links as they are, and they are resolved here against the feed's own place first.
    result = feedparser.parse(
        io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode()), sanitize_html=False, resolve_relative_uris=False
    )
    entries: Sequence[Mapping[str, Any]] = result.entries
    if result.bozo:
        entries = entries[: len(entries) - _unfinished(text)]
        if not entries and (_ENTRY_OPENS.search(text) or not _ENDS.search(text[-400:])):
            raise ParseError(_broken(text, outermost, dict.get(result, "bozo_exception")))
    elif not entries and not result.version and outermost.rpartition(":")[2] not in _FEEDS:
        raise ParseError(_not_a_feed(text, outermost))
    link = _first_link(result.feed, url)
    spoken = language(_said(result.feed, "language"))
    return Reading(items=tuple(_item(entry, link or url, spoken) for entry in entries), link=link)


def _item(entry: Mapping[str, Any], base: str, spoken: str) -> Item:
    return Item(
        guid=tidy(_said(entry, "id")),
        link=_first_link(entry, base),
        title=_plain(_said(entry, "title")),
        text=_text(entry),
        author=_author(entry),
        language=language(_said(entry, "language") or _own_language(entry)) or spoken,
        publisher=_publisher(entry),
        published_at=_published_at(entry),
        replies=_count(_said(entry, "slash_comments") or _said(entry, "thr_total")),
    )


def _said(entry: Mapping[str, Any], name: str) -> str:
    # dict.get, since feedparser's own guesses at names that are not there, with a warning.
    value = dict.get(entry, name) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""


def _parts(entry: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    value = dict.get(entry, name) if isinstance(entry, dict) else None
    yield from (one for one in (value if isinstance(value, list) else []) if isinstance(one, dict))


def _plain(markup: str) -> str:
    return plain(once(markup))


def _text(entry: Mapping[str, Any]) -> str:
    for content in _parts(entry, "content"):
        if not _said(content, "type").startswith(_WORDLESS) and (text := _plain(_said(content, "value"))):
            return text
    return _plain(_said(entry, "summary")) or _plain(_said(entry, "media_description"))


def _author(entry: Mapping[str, Any]) -> str:
    for author in _parts(entry, "authors"):
        if name := _plain(_said(author, "name")):
            return name
    return _plain(_said(entry, "author"))


def _first_link(entry: Mapping[str, Any], base: str) -> str:
    """The page of an entry: FeedBurner's original, Atom's alternate (a web page first), RSS' link, a guid that is an address."""
    links = [(_said(one, "rel"), _said(one, "type"), _said(one, "href")) for one in _parts(entry, "links")]
    candidates = [
        _said(entry, "feedburner_origlink"),
        *(href for rel, kind, href in links if rel == "alternate" and kind in {"text/html", "application/xhtml+xml"}),
        *(href for rel, _, href in links if rel == "alternate"),
        *(href for rel, _, href in links if rel in {"via", "related"}),
    ]
    for candidate in candidates:
        if found := resolve(base, candidate):
            return found
    # What is left is a guid that claims to be a link; a relative one is a name rather than a place.
    return safe(_said(entry, "link"))


def _publisher(entry: Mapping[str, Any]) -> str:
    source = dict.get(entry, "source") if isinstance(entry, dict) else None
    return host(safe(_said(source, "href"))) if isinstance(source, dict) else ""


def _published_at(entry: Mapping[str, Any]) -> datetime | None:
    # feedparser's own dates are not used: it reads a zone of "-800" as eighty hours and a year alone as its first of January.
    return next(filter(None, (moment(_said(entry, name)) for name in ("published", "updated", "created"))), None)


def _own_language(entry: Mapping[str, Any]) -> str:
    detail = dict.get(entry, "title_detail") if isinstance(entry, dict) else None
    return _said(detail, "language") if isinstance(detail, dict) else ""


def _count(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _unfinished(text: str) -> int:
    """1 when a document broke off inside its last entry, else 0."""
    if _ENDS.search(text[-400:]):
        return 0
    opened = [found.end() for found in _ENTRY_OPENS.finditer(text)]
    return 1 if opened and not _ENTRY_CLOSES.search(text, opened[-1]) else 0


def _broken(text: str, outermost: str, fault: object) -> str:
    if not _ENDS.search(text[-400:]):
        return f"the feed broke off before its first whole entry ({len(text)} characters came)"
    words = " ".join(str(fault).replace("<unknown>", "line").split())
    return f"not well-formed, and no entry could be read from <{outermost}>: {words[:120]}"


def _not_a_feed(text: str, outermost: str) -> str:
    if outermost in _PAGES or "<html" in text[:2000].lower():
        title = _TITLE.search(text[:100_000])
        return "an HTML page, not a feed" + (f" (its title: {plain(title[1])[:80]})" if title else "")
    if outermost:
        return f"XML, but neither RSS nor Atom (its outermost element is <{outermost[:40]}>)"
    return f"neither XML nor JSON; it begins with {tidy(text[:200])[:40]!r}"
