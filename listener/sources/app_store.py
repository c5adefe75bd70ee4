"""The kind `app-store`: what people write of one app in Apple's App Store of one country, with their stars.

`address` is the app's number or its address in the App Store; the country is the one in that address, else the brand's. The
newest five hundred reviews can be had, in ten pages; only pages with something unknown are asked for. Reviews are the brand's by
their place, so they are kept though they rarely name it. A page without `entry` is a failure of Apple's, never "no reviews".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from listener.core.errors import AccessDenied, ParseError
from listener.core.model import Author, Document, Engagement, Entry, Source
from listener.core.urls import host, within
from listener.sources.http import Response
from listener.sources.json_kind import JsonKind, Record, Step, count, line, said
from listener.sources.moments import dated, moment

_SITE = "https://itunes.apple.com"
_PAGES = 10
_FULL = 50
_NUMBER = re.compile(r"(?:id)?(\d{5,15})")
_IN_PATH = re.compile(r"/id=?(\d{5,15})(?=/|$)")
_STORE = re.compile(r"/([a-z]{2})/")
_WRITER = re.compile(r"/id(\d{1,20})$")


class AppStoreKind(JsonKind):
    """Customer reviews of one app; see the module."""

    @staticmethod
    def place(source: Source) -> str:
        """The address that is asked first; raises AccessDenied when the source's address names no app."""
        return _asked(source, 1)

    def address(self, source: Source, known: Mapping[str, str]) -> str:
        """The page that is due: the first, or where the last visit was."""
        return _asked(source, _page(known))

    def items(self, value: object) -> Sequence[object]:
        """The reviews of a page; one alone comes as an object, not as a list."""
        feed = value.get("feed") if isinstance(value, dict) else None
        if not isinstance(feed, dict):
            raise ParseError("JSON that is no feed of reviews")
        given = feed.get("entry")
        if isinstance(given, dict):
            return [given]
        if not isinstance(given, list):
            raise ParseError(
                "the feed has no entries at all: Apple's feed fails now and then; if it stays so, nobody has written a review there"
            )
        return given

    def step(self, source: Source, known: Mapping[str, str], value: object, response: Response) -> Step:  # noqa: ARG002 - the hook's
        """Go on while a full page holds nothing that we know; at the end, remember the newest reviews."""
        page = _page(known)
        try:
            ids = [id_ for id_ in (line(one, "id", "label") for one in self.items(value) if _is_review(one)) if id_.isdigit()]
        except ParseError:
            if page == 1:
                raise
            ids = []  # behind the last page
        seen = set(known.get("seen", "").split())
        newest = known.get("newest", "") if page > 1 else " ".join(ids[:_FULL]) or known.get("seen", "")
        if len(ids) >= _FULL and page < _PAGES and not seen & set(ids):
            return Step(cursor={"seen": known.get("seen", ""), "newest": newest, "page": str(page + 1)}, more=True)
        return Step(cursor={"seen": newest}, news=bool(ids) or page == 1)

    def entry(self, item: Record, document: Document) -> Entry | None:
        """One review; None for what stands beside them (the app itself comes first in some answers)."""
        id_, rating = line(item, "id", "label"), count(item, "im:rating", "label")
        if not id_ or not _is_review(item):
            return None
        published, stated = dated(moment(said(item, "updated", "label")), document.fetched_at)
        writer = _WRITER.search(said(item, "author", "uri", "label"))
        country, app = _from(document.url)
        return Entry(
            document=document.fingerprint,
            source=document.source,
            guid=id_,
            # A review has no page of its own, and what shares an address would be taken for one story.
            url="",
            link=f"https://apps.apple.com/{country}/app/id{app}?see-all=reviews" if app else "",
            title=line(item, "title", "label"),
            text=line(item, "content", "label"),
            outlet="apps.apple.com",
            first_seen_at=document.fetched_at,
            published_at=published,
            stated_at=stated,
            author=Author(name=line(item, "author", "name", "label"), id=writer[1] if writer else ""),
            country=country.upper(),
            engagement=Engagement(
                likes=count(item, "im:voteSum", "label"), rating=float(rating) if rating and 1 <= rating <= 5 else None
            ),
            vouched=True,
        )


def _is_review(item: object) -> bool:
    return isinstance(item, dict) and "im:rating" in item


def _page(known: Mapping[str, str]) -> int:
    text = known.get("page", "")
    return min(int(text), _PAGES) if text.isascii() and text.isdigit() and len(text) <= 2 and int(text) else 1


def _from(address: str) -> tuple[str, str]:
    """Country and number of the app in an address of the store or its feed; "" for what it does not say."""
    path = urlsplit(address).path if within(host(address), "apple.com") else ""
    store, number = _STORE.match(path), _IN_PATH.search(path)
    return store[1] if store else "", number[1] if number else ""


def _asked(source: Source, page: int) -> str:
    address = source.address.strip()
    bare = _NUMBER.fullmatch(address)
    country, app = ("", bare[1]) if bare else _from(address)
    if not app:
        raise AccessDenied("app-store: write the app's number, or its address: https://apps.apple.com/nl/app/name/id123456789")
    country = country or source.country.lower() or "us"
    # In this very order: another one has brought an empty feed for the same app.
    return f"{_SITE}/{country}/rss/customerreviews/page={page}/id={app}/sortBy=mostRecent/json"
