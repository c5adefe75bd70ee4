"""The kind `google-news`: what the press wrote, by a search on Google News in the brand's own edition.

`address` is plain words (searched as a phrase), a query in Google's language, or an address of Google News' own RSS. Google
answers with about a hundred headlines and no text. It searched whole articles for the words, so an entry is kept even where
the headline lacks the brand. Facts about the feed: https://news.google.com serves guids and links that change from one fetch
to the next for some publishers (commafeed#1755), so an article is known by its headline, publisher and day.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import replace
from urllib.parse import quote_plus, urlsplit

from listener.core.errors import AccessDenied
from listener.core.model import Cursor, Document, Entry, Source
from listener.core.query.fold import fold
from listener.core.urls import canonical, host, safe
from listener.sources.feed import FeedKind
from listener.sources.http import Request
from listener.sources.items import Item

HOST = "news.google.com"
# Signs of a query in Google's own language; words without any of them are searched as a phrase.
_QUERY = re.compile(r'["()]|(?:^|\s)-\w|\b(?:OR|AND|AROUND)\b|\b(?:intitle|site|inurl|when|after|before|source):\S')
_SPAN = re.compile(r"\b(?:when|after|before):\S", re.IGNORECASE)
_TOKEN = re.compile(r"/articles/([A-Za-z0-9_-]{20,4000})=*$")
# What stands before the address in a token made before 2024: field 1 (an integer, 19), and the tag of field 4.
_OLD_TOKEN = b"\x08\x13\x22"
_WORDS = re.compile(r"[^\W_]+")
# Editions whose language Google writes in its own way.
_EDITIONS = {("pt", "BR"): ("pt-BR", "BR:pt-419"), ("pt", "PT"): ("pt-PT", "PT:pt-150"), ("zh", "CN"): ("zh-CN", "CN:zh-Hans")}


class GoogleNewsKind(FeedKind):
    """A search on Google News; see the module."""

    adaptive = False  # silence is a search's ordinary state

    @staticmethod
    def place(source: Source) -> str:
        """The address that is asked; raises AccessDenied when there is nothing to search for."""
        words = " ".join(source.address.split())
        if words.startswith(("http://", "https://")):
            if host(words) != HOST or not urlsplit(words).path.startswith("/rss"):
                raise AccessDenied(f"google-news: write words to search for, or an address that begins with https://{HOST}/rss")
            return words
        if not _WORDS.search(words):
            raise AccessDenied("google-news: there are no words to search for; write the brand's name")
        query = words if _QUERY.search(words) else f'"{words}"'
        # Without a limit of time it answers with its favourites of all years.
        query = query if _SPAN.search(query) else f"{query} when:7d"
        return f"https://{HOST}/rss/search?q={quote_plus(query)}&{_edition(source.language, source.country)}"

    def request(self, source: Source, cursor: Cursor | None) -> Request:
        """What to ask: the search, with the validators of last time."""
        return super().request(replace(source, address=self.place(source)), cursor)

    def entry(self, item: Item, document: Document) -> Entry:
        """One headline, with its publisher apart and an identity that survives the next fetch."""
        entry = super().entry(item, document)
        title, publisher = _apart(item.title, item.text)
        link = unwrapped(item.link)
        outlet = item.publisher or (host(link) if link != item.link else "") or entry.outlet
        day = item.published_at.date().isoformat() if item.published_at else ""
        return replace(
            entry,
            guid=_identity(title, outlet if outlet != HOST else publisher, day) or entry.guid,
            title=title,
            # The description repeats the headline, or lists those of others about the same.
            text="" if fold(item.text).startswith(fold(title)) else item.text,
            link=link,
            url=canonical(link),
            outlet=outlet,
            vouched=True,
        )


def unwrapped(link: str) -> str:
    """The publisher's address in a link of the kind made before 2024, which carries it; any other link as it is."""
    if host(link) != HOST:
        return link
    match = _TOKEN.search(urlsplit(link).path)
    if match is None:
        return link
    try:
        data = base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4))
    except (ValueError, binascii.Error):
        return link
    if not data.startswith(_OLD_TOKEN) or len(data) < 6:
        return link
    size, start = data[3], 4
    if size & 0x80:  # a length of two bytes, seven bits each
        size, start = (size & 0x7F) | (data[4] << 7), 5
    address = data[start : start + size]
    return (safe(address.decode("ascii")) or link) if address.isascii() and len(address) == size else link


def _edition(language: str, country: str) -> str:
    # Google News wants interface language, country and edition together, or it answers for the place where the server stands.
    language, country = language or "en", country or "US"
    interface, edition = _EDITIONS.get(
        (language, country), (f"en-{country}" if language == "en" else language, f"{country}:{language}")
    )
    return f"hl={interface}&gl={country}&ceid={edition}"


def _apart(title: str, text: str) -> tuple[str, str]:
    """Headline and publisher of "headline - publisher"; the text, which has them side by side, says where a dash divides."""
    dashes = [found.start() for found in re.finditer(" - ", title[:1000])]
    for at in dashes:
        headline, publisher = title[:at].rstrip(), title[at + 3 :].strip()
        if text.startswith(f"{headline} {publisher}"):
            return headline, publisher
    return (title[: dashes[-1]].rstrip(), title[dashes[-1] + 3 :].strip()) if dashes and dashes[-1] else (title, "")


def _identity(title: str, publisher: str, day: str) -> str:
    words = " ".join(_WORDS.findall(fold(title)))
    if not words:
        return ""
    return hashlib.blake2b("\0".join((words, fold(publisher), day)).encode("utf-8", "replace"), digest_size=16).hexdigest()
