"""The kind `youtube`: the fifteen newest videos of one channel, with their views.

`address` is a channel's id ("UC…"), the address of its page (also "@handle"), or of its feed. A handle is looked up once, on the
channel's page. YouTube answers 404 and 500 for feeds of channels that are well, for days (February to May and September 2026),
so neither means that a channel is gone; only a week of nothing else asks for a person's eyes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from listener.core.errors import AccessDenied, SourceError, Unreachable
from listener.core.model import Author, Cursor, Document, Entry, Fetched, Source
from listener.core.urls import host, within
from listener.sources.api_answers import api_entries
from listener.sources.feed import FeedKind
from listener.sources.http import Request, Response
from listener.sources.items import Item
from listener.sources.markup import decoded

_FEED = "https://www.youtube.com/feeds/videos.xml"
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_HANDLE = re.compile(r"@[\w.\-\u00b7]{2,60}")
_PAGE = re.compile(r"/(?:@[^/?#]{2,200}|(?:c|user)/[^/?#]{1,200})(?:/|$)")
# A page names many channels; these are the places where it names its own.
_OWN = (
    re.compile(r'feeds/videos\.xml\?channel_id=(UC[A-Za-z0-9_-]{22})"'),
    re.compile(r'<link rel="canonical" href="https://www\.youtube\.com/channel/(UC[A-Za-z0-9_-]{22})"'),
    re.compile(r'"externalId":"(UC[A-Za-z0-9_-]{22})"'),
    re.compile(r'<meta itemprop="(?:identifier|channelId)" content="(UC[A-Za-z0-9_-]{22})"'),
)
# Since when there was no answer, in the cursor; and the days after which a person should look.
_MISSED = "missed_since"
_BELIEVED_AFTER = 7
_ID = re.compile(r"<yt:videoId>([A-Za-z0-9_-]{6,20})</yt:videoId>")
_MAKER = re.compile(r"<yt:channelId>([A-Za-z0-9_-]{20,30})</yt:channelId>")
_VIEWS = re.compile(r'<media:statistics\s+views="(\d{1,15})"')
_STARS = re.compile(r'<media:starRating\s+count="(\d{1,15})"\s+average="(\d(?:\.\d{1,4})?)"\s+min="1"\s+max="5"')


class YouTubeKind(FeedKind):
    """A channel's feed; see the module."""

    @staticmethod
    def place(source: Source) -> str:
        """The address that is asked first: the feed, or the channel's page; raises AccessDenied when it is neither."""
        address = source.address.strip()
        if _CHANNEL.fullmatch(address):
            return f"{_FEED}?channel_id={address}"
        if _HANDLE.fullmatch(address):
            return f"https://www.youtube.com/{address}"
        split = urlsplit(address) if host(address) and within(host(address), "youtube.com") else urlsplit("")
        if split.path == "/feeds/videos.xml" and parse_qs(split.query):
            return address
        if split.path.startswith("/channel/") and (channel := _CHANNEL.match(split.path.removeprefix("/channel/"))):
            return f"{_FEED}?channel_id={channel[0]}"
        if _PAGE.match(split.path):
            return f"https://www.youtube.com{split.path}"
        raise AccessDenied("youtube: write a channel's id (UC and 22 signs), its @handle, or the address of its page or feed")

    def request(self, source: Source, cursor: Cursor | None) -> Request:
        """What to ask: the feed, or the channel's page while its id is not known."""
        place = self.place(source)
        if _is_feed(place):
            return super().request(replace(source, address=place), cursor)
        channel = (cursor.value if cursor else {}).get("channel", "")
        if _CHANNEL.fullmatch(channel):
            return super().request(replace(source, address=f"{_FEED}?channel_id={channel}"), cursor)
        return Request(url=place, headers={"Accept": "text/html"})

    def receive(self, source: Source, cursor: Cursor | None, response: Response, now: datetime) -> Fetched:
        """What the answer means; a page becomes the channel's id, and the feed is asked for at once."""
        channel = (cursor.value if cursor else {}).get("channel", "")
        if not channel and not _is_feed(self.place(source)):
            return self._looked_up(response)
        try:
            fetched = super().receive(source, cursor, response, now)
        except Unreachable as fault:
            if fault.status is not None and (fault.status == 404 or fault.status >= 500):
                raise _missed(fault.status, cursor, now) from fault
            raise
        following = {name: value for name, value in fetched.cursor.value.items() if name != _MISSED}
        return replace(fetched, cursor=Cursor(following | ({"channel": channel} if channel else {})))

    def entry(self, item: Item, document: Document) -> Entry:
        """One video; its counts are added by `parse`."""
        entry = super().entry(item, document)
        return replace(entry, outlet="youtube.com", author=Author(name=item.author))

    def parse(self, document: Document) -> list[Entry]:
        """The videos of a channel's feed, with views and stars where it gives them; raises ParseError."""
        if (captured := api_entries(document)) is not None:
            return captured
        counts = _counts(decoded(document.body, document.media_type))
        return [_counted(one, counts.get(one.guid, "")) for one in super().parse(document)]

    @staticmethod
    def _looked_up(response: Response) -> Fetched:
        if response.status == 404:
            raise AccessDenied(
                "YouTube knows no channel of that name (404); write its id (UC…)", status=404, size=len(response.body)
            )
        if response.status != 200:
            raise Unreachable(f"YouTube says {response.status} instead of the channel's page", status=response.status)
        text = decoded(response.body, response.headers.get("Content-Type", ""))
        channel = next((found[1] for found in (one.search(text) for one in _OWN) if found), "")
        if not channel:
            raise AccessDenied(
                "YouTube's page of the channel does not say its id (it may ask for consent first); write the id itself (UC…)",
                status=response.status,
                size=len(response.body),
            )
        return Fetched(document=None, cursor=Cursor({"channel": channel}), more=True, status=response.status)


def _missed(status: int, cursor: Cursor | None, now: datetime) -> SourceError:
    """What an answer means that says nothing in its first week; it is never believed, and the source is asked on."""
    known = cursor.value if cursor else {}
    since = known.get(_MISSED) or now.isoformat()
    days = (now - datetime.fromisoformat(since)).days
    fault: SourceError
    if days >= _BELIEVED_AFTER:
        fault = AccessDenied(
            f"YouTube has given no answer but {status} and its like for {days} days: look whether the channel is still there",
            status=status,
        )
    else:
        fault = Unreachable(
            f"YouTube says {status}, as it does for days for channels that are well; only after a week of it look whether the "
            "channel is still there",
            status=status,
        )
    fault.cursor = Cursor({**known, _MISSED: since})
    return fault


def _is_feed(address: str) -> bool:
    return urlsplit(address).path == "/feeds/videos.xml"


def _counts(text: str) -> dict[str, str]:
    """The text of each video's entry, by its guid: readers of feeds pass over what is counted there."""
    parts = text.split("<entry>")[1:]
    return {f"yt:video:{found[1]}": part for part in parts if (found := _ID.search(part[:2000]))}


def _counted(entry: Entry, part: str) -> Entry:
    views, stars, maker = _VIEWS.search(part), _STARS.search(part), _MAKER.search(part[:2000])
    rating = float(stars[2]) if stars and int(stars[1]) else 0.0
    return replace(
        entry,
        engagement=replace(
            entry.engagement, views=int(views[1]) if views else None, rating=rating if 1.0 <= rating <= 5.0 else None
        ),
        author=replace(entry.author, id=maker[1] if maker else ""),
    )
