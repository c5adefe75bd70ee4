"""An entry's fields, under the names that feedparser gives them, made an Item; shared by the quick and the repairing reader.

So the two can differ in how they take a document apart, never in what they make of the parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from listener.core.text import plain, tidy
from listener.core.urls import host, resolve, safe
from listener.sources.items import Item, Reading, language
from listener.sources.markup import once
from listener.sources.moments import moment

_REST = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_BARE_HOST = re.compile(r"www\.[\w-]+\.[\w.-]*\w(?:[/:?#]|\Z)", re.IGNORECASE)  # a person's idea of an address
_get = dict.get  # feedparser's own guesses at names that are not there, with a warning
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_BESIDE = frozenset({"via", "related"})
_WORDLESS = ("image/", "audio/", "video/", "application/octet-stream")


def reading(feed: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], url: str) -> Reading:
    """A feed's own fields and those of its entries as a Reading; `url` is where it was found, for relative links."""
    link = _first_link(feed, url)
    spoken = language(_said(feed, "language"))
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
    value = _get(entry, name) if isinstance(entry, dict) else None
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
    given = _said(entry, "author")
    for author in _parts(entry, "authors"):
        mail = _said(author, "email")
        if mail and (at := given.find(mail)) >= 0 and (rest := _REST.match(given, at + len(mail))):
            # feedparser knows no top-level domain of more than four letters, and takes its rest for the name.
            return _plain(given.replace(mail + rest[0], "").strip(" ()<>\"'")) or _plain(given)
        if name := _plain(_said(author, "name")):
            return name
    return _plain(given)


def _first_link(entry: Mapping[str, Any], base: str) -> str:
    """The page of an entry: FeedBurner's original, Atom's alternate (a web page first), RSS' link, a guid that is an address."""
    if (original := _said(entry, "feedburner_origlink")) and (found := resolve(base, original)):
        return found
    links = [(_relation(_said(one, "rel")), _said(one, "type"), _said(one, "href")) for one in _parts(entry, "links")]
    candidates = (
        *(href for rel, kind, href in links if rel == "alternate" and kind in _PAGES),
        *(href for rel, _, href in links if rel == "alternate"),
        *(href for rel, _, href in links if rel in _BESIDE),
    )
    for candidate in candidates:
        if "\n" in candidate:  # an address that was broken over lines; browsers take it as one too
            candidate = "".join(map(str.strip, candidate.splitlines()))  # noqa: PLW2901 - the same candidate
        if found := resolve(base, f"http://{candidate}" if _BARE_HOST.match(candidate) else candidate):
            return found
    # What is left is a guid that claims to be a link, or stands beside an empty one; a relative one is a name rather than a place.
    return safe(_said(entry, "link") or (_said(entry, "id") if "link" in entry else ""))


def _relation(rel: str) -> str:
    """A registered relation, also where it is spelt out as an address (RFC 4287, 4.2.7.2)."""
    return rel.removeprefix("http://www.iana.org/assignments/relation/")


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
