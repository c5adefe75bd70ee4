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
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_BESIDE = frozenset({"via", "related"})
_WORDLESS = ("image/", "audio/", "video/", "application/octet-stream")


def reading(feed: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], url: str, *, is_atom: bool = False) -> Reading:
    """A feed's own fields and those of its entries as a Reading; `url` is where it was found, for relative links.

    In Atom an entry that names no author is by its source's, else by the feed's (RFC 4287, 4.2.1).
    """
    feed = _bare(feed)
    link = _first_link(feed, url)
    spoken = language(_said(feed.get("language")))
    by = _author(feed) if is_atom else None
    return Reading(items=tuple(_item(_bare(entry), link or url, spoken, by) for entry in entries), link=link)


def _bare(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a plain dictionary: feedparser's own guesses at names that are not there, with a warning."""
    if type(fields) is dict:
        return fields
    return dict.copy(fields) if isinstance(fields, dict) else {}


def _item(entry: dict[str, Any], base: str, spoken: str, by: str | None) -> Item:
    get = entry.get
    author = _author(entry)
    if by is not None and not author and not get("authors"):
        source = get("source")
        author = (_author(_bare(source)) if isinstance(source, dict) else "") or by
    own = get("language")
    said = language(own) if own and isinstance(own, str) else language(_own_language(entry))
    return Item(
        guid=tidy(_said(get("id"))),
        link=_first_link(entry, base),
        title=_plain(_said(get("title"))),
        text=_text(entry),
        author=author,
        language=said or spoken,
        publisher=_publisher(entry),
        published_at=_published_at(entry),
        replies=_count(_said(get("slash_comments")) or _said(get("thr_total"))),
    )


def _said(value: object) -> str:
    return value if isinstance(value, str) else ""


def _parts(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [_bare(one) for one in value if isinstance(one, dict)]


def _plain(markup: str) -> str:
    return plain(once(markup)) if markup else ""


def _text(entry: dict[str, Any]) -> str:
    for content in _parts(entry.get("content")):
        if not _said(content.get("type")).startswith(_WORDLESS) and (text := _plain(_said(content.get("value")))):
            return text
    return _plain(_said(entry.get("summary"))) or _plain(_said(entry.get("media_description")))


def _author(entry: dict[str, Any]) -> str:
    given = _said(entry.get("author"))
    for author in _parts(entry.get("authors")):
        mail = _said(author.get("email"))
        if mail and (at := given.find(mail)) >= 0 and (rest := _REST.match(given, at + len(mail))):
            # feedparser knows no top-level domain of more than four letters, and takes its rest for the name.
            return _plain(given.replace(mail + rest[0], "").strip(" ()<>\"'")) or _plain(given)
        if name := _plain(_said(author.get("name"))):
            return name
    return _plain(given)


def _first_link(entry: dict[str, Any], base: str) -> str:
    """The page of an entry: FeedBurner's original, Atom's alternate (a web page first), RSS' link, a guid that is an address."""
    get = entry.get
    if (original := _said(get("feedburner_origlink"))) and (found := resolve(base, original)):
        return found
    for candidate in _candidates(_parts(get("links"))):
        if "\n" in candidate:  # an address that was broken over lines; browsers take it as one too
            candidate = "".join(map(str.strip, candidate.splitlines()))  # noqa: PLW2901 - the same candidate
        if found := resolve(base, f"http://{candidate}" if _BARE_HOST.match(candidate) else candidate):
            return found
    # What is left is a guid that claims to be a link, or stands beside an empty one; a relative one is a name rather than a place.
    return safe(_said(get("link")) or (_said(get("id")) if "link" in entry else ""))


def _candidates(links: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The addresses of an entry's links, the likeliest first; each is looked for only when those before were none."""
    alternates = [one for one in links if _relation(one) == "alternate"]
    for link in alternates:
        if _said(link.get("type")) in _PAGES:
            yield _said(link.get("href"))
    for link in alternates:
        yield _said(link.get("href"))
    for link in links:
        if _relation(link) in _BESIDE:
            yield _said(link.get("href"))


def _relation(link: dict[str, Any]) -> str:
    """A registered relation, also where it is spelt out as an address (RFC 4287, 4.2.7.2)."""
    rel = _said(link.get("rel"))
    return rel.removeprefix("http://www.iana.org/assignments/relation/") if ":" in rel else rel


def _publisher(entry: dict[str, Any]) -> str:
    source = entry.get("source")
    return host(safe(_said(_bare(source).get("href")))) if isinstance(source, dict) else ""


def _published_at(entry: dict[str, Any]) -> datetime | None:
    # feedparser's own dates are not used: it reads a zone of "-800" as eighty hours and a year alone as its first of January.
    for name in ("published", "updated", "created"):
        if (said := _said(entry.get(name))) and (at := moment(said)) is not None:
            return at
    return None


def _own_language(entry: dict[str, Any]) -> str:
    detail = entry.get("title_detail")
    return _said(_bare(detail).get("language")) if isinstance(detail, dict) else ""


def _count(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
