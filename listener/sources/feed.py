"""The kind `rss`: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, asked politely and read in a process of their own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from listener.core.errors import AccessDenied, Gone, RateLimited, SourceError, Unreachable
from listener.core.model import Author, Cursor, Document, Engagement, Entry, Fetched, Source, Thread
from listener.core.urls import canonical, host
from listener.sources import manners, quick
from listener.sources.confined import Confined
from listener.sources.http import RESTS, Fetcher, Request, Response
from listener.sources.items import Item, Reading
from listener.sources.means import Means
from listener.sources.moments import dated

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"
READER = "listener.sources.reading:read"
# Places that list other publishers' pages under addresses of their own; the feed names the publisher beside each.
_GATHERERS = frozenset({"news.google.com"})

# What most entries share.
_NOBODY, _NOWHERE, _UNCOUNTED = Author(), Thread(), Engagement()

_DENIED: Mapping[int, str] = {
    401: "the place asks for a login (401)",
    402: "the place asks for payment (402)",
    403: "the place refuses us (403)",
    451: "the place may not show this for legal reasons (451)",
}


class FeedKind:
    """Any feed at an address, with a conditional GET and, where a place has no validators, the fingerprint of its last answer.

    `get` performs one request (for `fetch`); `read` turns bytes into a Reading (by default at once where it can be done strictly,
    else in a confined process).
    """

    # What a kind that knows its place better may change: seconds between two requests to its host, the statuses by which the
    # whole host asks for rest, and whether a silent feed is visited less often (a search must be quick when it awakes).
    host_gap: ClassVar[timedelta] = timedelta()
    rests: ClassVar[frozenset[int]] = RESTS
    adaptive: ClassVar[bool] = True

    def __init__(
        self, get: Callable[[Request], Response] | None = None, read: Callable[[bytes, str, str], Reading] | None = None
    ) -> None:
        self._get = get
        self._read = read or _reader()

    @classmethod
    def equip(cls, means: Means) -> FeedKind:
        """The kind with the means of a running Listener."""
        return cls(means.fetcher.get, means.read)

    def request(self, source: Source, cursor: Cursor | None) -> Request:
        """What to ask: the address, or the one it has moved to, with the validators of last time exactly as they came."""
        known = cursor.value if cursor else {}
        headers = {"Accept": ACCEPT}
        if etag := known.get("etag"):
            headers["If-None-Match"] = etag
        if modified := known.get("last_modified"):
            headers["If-Modified-Since"] = modified
        address = known.get("address", source.address)
        return Request(url=address, headers=headers, gap=self.host_gap.total_seconds(), rests=self.rests)

    def receive(self, source: Source, cursor: Cursor | None, response: Response, now: datetime) -> Fetched:
        """What the answer means: a document, nothing new, or a SourceError with one line for a person."""
        known = cursor.value if cursor else {}
        status = response.status
        if status == 304 and not ({"etag", "last_modified"} & known.keys()):
            # Whoever says so for ever would pass for heard, and nothing of it was ever read.
            unasked = Unreachable("the place says that nothing changed (304), though nothing was asked of it before", status=status)
            unasked.cursor = self.lost(cursor)
            raise unasked
        if status in {204, 304}:
            same = {**manners.unmoved(manners.still_valid(known, now)), **manners.followed(known, response, now)}
            return self._fetched(None, same, cursor, response, now)
        if status not in {200, 203}:
            fault = refusal(response, now, self.rests)
            if not isinstance(fault, RateLimited):
                fault.cursor = self.lost(cursor)
            raise fault
        document = Document(
            source=source.key,
            url=response.url,
            media_type=response.headers.get("Content-Type", ""),
            body=response.body,
            fetched_at=now,
        )
        following = {
            "body": document.fingerprint,
            **manners.validators(response.headers, now),
            **manners.pace(response.body),
            **manners.followed(known, response, now),
        }
        return self._fetched(None if document.fingerprint == known.get("body") else document, following, cursor, response, now)

    def _fetched(
        self, document: Document | None, following: Mapping[str, str], cursor: Cursor | None, response: Response, now: datetime
    ) -> Fetched:
        known = cursor.value if cursor else {}
        return Fetched(
            document=document,
            cursor=cursor if cursor and following == known else Cursor(following),
            wait=manners.patience(response.headers, following, now),
            closed=manners.closed_hours(following),
            adaptive=self.adaptive,
            # What came instead of a feed must not pass for "unchanged" next time, nor count for a redirect that led to it.
            unread=Cursor(manners.unmoved(known)),
            note=manners.note(following),
            status=response.status,
        )

    def lost(self, cursor: Cursor | None) -> Cursor | None:
        """Where to go on after a failure: back at the configured address, when a redirect had led us away from it."""
        return Cursor(manners.unmoved(cursor.value)) if cursor and "address" in cursor.value else None

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Ask the place once; raises SourceError when it cannot be heard."""
        request = self.request(source, cursor)
        if self._get is not None:
            return self.receive(source, cursor, self._get(request), now)
        with Fetcher() as fetcher:
            return self.receive(source, cursor, fetcher.get(request), now)

    def parse(self, document: Document) -> Sequence[Entry]:
        """The entries of a feed, in its order; raises ParseError when it is none or takes too long to read."""
        reading = self._read(document.body, document.url, document.media_type)
        return [self.entry(item, document) for item in reading.items]

    def entry(self, item: Item, document: Document) -> Entry:
        """One item as an entry; a kind that knows its place better extends this."""
        published, stated = dated(item.published_at, document.fetched_at)
        outlet = host(item.link) or host(document.url)
        return Entry(
            document=document.fingerprint,
            source=document.source,
            guid=item.guid,
            url=canonical(item.link),
            link=item.link,
            title=item.title,
            text=item.text,
            outlet=item.publisher if item.publisher and outlet in _GATHERERS else outlet,
            first_seen_at=document.fetched_at,
            published_at=published,
            stated_at=stated,
            author=Author(name=item.author) if item.author else _NOBODY,
            language=item.language,
            thread=_NOWHERE,
            engagement=_UNCOUNTED if item.replies is None else Engagement(replies=item.replies),
        )


@functools.cache
def _reader() -> Callable[[bytes, str, str], Reading]:
    return quick.first(Confined(READER))


def refusal(response: Response, now: datetime, rests: Collection[int] = RESTS) -> SourceError:
    """The error that an answer other than 200 stands for, typed by what to do about it; `rests` are those that ask for rest."""
    status, size = response.status, len(response.body)
    if status in rests:
        said = "it is overloaded or under repair" if status == 503 else "we ask too often"
        until = manners.retry_at(response.headers.get("Retry-After", ""), now)
        back = f"; it asks us to come back at {until:%Y-%m-%d %H:%M} UTC" if until else ""
        return RateLimited(f"the place says {said} ({status}){back}", until=until, status=status)
    if status == 410:
        return Gone("the feed is gone for good (410); take it out or find its new address", status=status, size=size)
    if status in _DENIED:
        return AccessDenied(_DENIED[status], status=status, size=size)
    if status == 404:
        return Unreachable("there is nothing at this address (404)", status=status, size=size)
    if status >= 500:
        return Unreachable(f"the place has a fault of its own ({status})", status=status, size=size)
    return Unreachable(f"the place answered {status}, which is no document", status=status, size=size)
