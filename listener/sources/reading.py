"""A feed's bytes as plain values, whatever its dialect: RSS 0.9x to 2.0, RDF, Atom, JSON Feed.

This is what runs in the confined process (see confined.py), so it may be slow or fall over a document; it returns or raises
ParseError, and everything in a Reading is plain text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import feedparser

from listener.core.errors import ParseError
from listener.core.text import plain, tidy
from listener.sources import fields, quick
from listener.sources.items import Reading
from listener.sources.json_feed import parsed_json, read_json
from listener.sources.markup import FEEDS, PAGES, decoded, mended, root

_ENDS = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>?\s*(?:<!--(?:(?!-->).)*+-->\s*)*+$", re.IGNORECASE | re.DOTALL)
_ENTRY_OPENS = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ENTRY_CLOSES = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_OPENS = re.compile(r"<[A-Za-z]")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{10000,}")
_ENTRIES_AT_MOST = 10_000
_UNCLOSED_AT_MOST = 50_000
_ATTRIBUTES_AT_MOST = 5_000
_TITLE = re.compile(r"<title[^<>]*+>(.{1,300}?)</title", re.IGNORECASE | re.DOTALL)


def read(body: bytes, url: str, media_type: str) -> Reading:
    """Read a feed; `url` is where it was found, for relative links. Raises ParseError when it is something else.

    A feed that broke off gives the entries that are whole; a well-formed feed without entries gives none.
    """
    text = decoded(body, media_type).strip("\ufeff\0 \t\r\n")
    if not text:
        raise ParseError("the answer is empty")
    if text[0] in "{[":
        return read_json(parsed_json(text), url)
    found = quick.read_xml(text, url, quick.CONFINED)
    return repaired(text, url) if found is None else found


def repaired(text: str, url: str) -> Reading:
    """Read the characters of a feed with feedparser, whatever is wrong with them; raises ParseError when nothing can be read.

    feedparser takes more than linear time for an element's attributes, for entries and for depth, so beyond some thousands of them
    a document that is not well-formed is refused at once, in words.
    """
    text = mended(text)
    outermost = root(text)
    if outermost in PAGES or not outermost:
        raise ParseError(_not_a_feed(text, outermost))
    if absurd := _absurd(text):
        raise ParseError(f"not well-formed, and too large to repair: {absurd}")
    result = _repaired(text)
    entries: Sequence[Mapping[str, Any]] = result.entries
    if result.bozo:
        entries = entries[: len(entries) - _unfinished(text)]
        if not entries and (_ENTRY_OPENS.search(text) or not _ENDS.search(text[-400:])):
            raise ParseError(_broken(text, outermost, dict.get(result, "bozo_exception")))
    elif not entries and not result.version and outermost.rpartition(":")[2] not in FEEDS:
        raise ParseError(_not_a_feed(text, outermost))
    return fields.reading(result.feed, entries, url, is_atom=outermost.rpartition(":")[2] == "feed")


def _repaired(text: str) -> Any:
    # Bytes in an open buffer: feedparser opens a string as an address or a file. Without an address of its own it leaves
    # relative links as they are, and they are resolved here against the feed's own place first.
    document = io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode())
    try:
        return feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False)
    except (TypeError, ValueError, LookupError, AttributeError, AssertionError) as fault:
        # Slips of its own over elements that are none of ours, such as a licence inside an author.
        raise ParseError(f"feedparser stumbled over it: {type(fault).__name__}: {' '.join(str(fault).split())[:120]}") from fault


def _absurd(text: str) -> str:
    entries = sum(1 for _ in _ENTRY_OPENS.finditer(text))
    if entries > _ENTRIES_AT_MOST:
        return f"{entries} entries"
    unclosed = sum(1 for _ in _OPENS.finditer(text)) - text.count("</") - text.count("/>")
    if unclosed > _UNCLOSED_AT_MOST:
        return f"{unclosed} elements that are never closed"
    attributes = max((found[0].count("=") for found in _LONG_TAG.finditer(text)), default=0)
    return f"an element with {attributes} attributes" if attributes > _ATTRIBUTES_AT_MOST else ""


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
    if outermost in PAGES or "<html" in text[:2000].lower():
        title = _TITLE.search(text[:100_000])
        return "an HTML page, not a feed" + (f" (its title: {plain(title[1])[:80]})" if title else "")
    if outermost:
        return f"XML, but neither RSS nor Atom (its outermost element is <{outermost[:40]}>)"
    return f"neither XML nor JSON; it begins with {tidy(text[:200])[:40]!r}"
