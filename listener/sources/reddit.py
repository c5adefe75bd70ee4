"""The kind `reddit`: posts and comments, by the private feed of a Reddit account or by a search.

`address` is one of the private feed addresses of https://www.reddit.com/prefs/feeds, whose token opens that account's view of
Reddit and is therefore a secret, or "r/SUBREDDIT words", "r/SUBREDDIT", or words alone. Since June 2026 Reddit lets an anonymous
reader ask about once a minute, from one machine for all its feeds, and says 429 or 403 to more.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import parse_qs, quote_plus, urlsplit

from listener.core.errors import AccessDenied, RateLimited
from listener.core.model import Author, Cursor, Document, Entry, Fetched, Source, Thread
from listener.core.urls import host, within
from listener.sources.api_answers import api_entries
from listener.sources.feed import FeedKind
from listener.sources.http import RESTS, Request, Response
from listener.sources.items import Item
from listener.sources.manners import retry_at

_SITE = "https://www.reddit.com"
_WITHIN = re.compile(r"/?r/([A-Za-z0-9_]{2,21})/?(?:\s+(.*))?")
_TAIL = re.compile(r"\s*submitted by\s+/?u/\S{1,40}(?:\s+to\s+/?r/\S{1,40})?(?:\s*\[link\])?(?:\s*\[comments\])?\s*$")
_POST = re.compile(r"/comments/([a-z0-9]{2,12})(?:/|$)")
_SECRET = re.compile(r"([?&](?:feed|user)=)[^&#]*")
_QUOTED = re.compile(r'["():]')


class RedditKind(FeedKind):
    """A feed of Reddit's; see the module."""

    # One request in this time for the whole host, whatever the number of sources.
    host_gap: ClassVar[timedelta] = timedelta(minutes=1)
    rests: ClassVar[frozenset[int]] = RESTS | {403}
    adaptive: ClassVar[bool] = False  # silence is a search's ordinary state

    @staticmethod
    def place(source: Source) -> str:
        """The address that is asked; raises AccessDenied when the source's address is none of the forms."""
        address = " ".join(source.address.split())
        if address.startswith(("http://", "https://")):
            if not within(host(address), "reddit.com") or not urlsplit(address).path.rstrip("/").endswith((".rss", ".xml")):
                raise AccessDenied("reddit: write a feed's address from reddit.com/prefs/feeds (…/.rss?feed=…&user=…)")
            return address
        inside = _WITHIN.fullmatch(address)
        words = (inside[2] or "" if inside else address).strip()
        if inside and not words:
            return f"{_SITE}/r/{inside[1]}/new.rss?limit=100"
        if not any(sign.isalnum() for sign in words) or words.startswith(("r/", "/r/")):
            raise AccessDenied('reddit: write a private feed address, "r/subreddit words", or words to search for')
        query = quote_plus(words if _QUOTED.search(words) else f'"{words}"')
        where = f"r/{inside[1]}/search.rss?restrict_sr=on&" if inside else "search.rss?"
        return f"{_SITE}/{where}q={query}&sort=new&limit=100"

    def request(self, source: Source, cursor: Cursor | None) -> Request:
        """What to ask, with the validators of last time."""
        return super().request(replace(source, address=self.place(source)), cursor)

    def receive(self, source: Source, cursor: Cursor | None, response: Response, now: datetime) -> Fetched:
        """What the answer means; 403 and 429 hold for the whole host, and the token stays out of what is stored."""
        if response.status in {403, 429}:
            raise _limited(response, now)
        fetched = super().receive(source, cursor, response, now)
        if fetched.document is None:
            return fetched
        return replace(fetched, document=replace(fetched.document, url=_SECRET.sub(r"\1***", fetched.document.url)))

    def parse(self, document: Document) -> list[Entry]:
        """The posts and comments of a feed, or of a listing that somebody captured; raises ParseError."""
        captured = api_entries(document)
        return list(super().parse(document)) if captured is None else captured

    def entry(self, item: Item, document: Document) -> Entry:
        """One post or comment."""
        entry = super().entry(item, document)
        name = re.sub(r"^/?u/", "", item.author.strip())
        post = _POST.search(urlsplit(entry.link).path)
        return replace(
            entry,
            text=_TAIL.sub("", item.text),
            outlet="reddit.com",
            author=Author(name=name, handle=name),
            thread=Thread(conversation=f"t3_{post[1]}" if post else ""),
        )


def _limited(response: Response, now: datetime) -> RateLimited:
    until = retry_at(response.headers.get("Retry-After", ""), now)
    if until is None:
        # Reddit's own header: seconds until it counts anew.
        until = retry_at(response.headers.get("X-RateLimit-Reset", "").partition(".")[0], now)
    private = "feed" in parse_qs(urlsplit(response.url).query)
    words = "; if it goes on, make a new private feed address at reddit.com/prefs/feeds" if private else ""
    return RateLimited(
        f"Reddit lets nobody ask more than about once a minute ({response.status}){words}", until=until, status=response.status
    )
