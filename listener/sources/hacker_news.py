"""The kind `hacker-news`: stories and comments on Hacker News, by Algolia's search in their full text.

`address` is plain words (searched as a phrase) or words with quotation marks of one's own. Each visit asks for what was written
since the newest item of the last one, less a day, since items have been indexed most of a day late. Algolia shows a thousand
items of a search at most, so pages go back in time, not in number. The API: https://hn.algolia.com/api
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from listener.core.errors import AccessDenied, ParseError
from listener.core.model import Author, Document, Engagement, Entry, Source, Thread
from listener.core.urls import canonical
from listener.sources.http import Response
from listener.sources.json_kind import JsonKind, Record, Step, count, line, prose, said
from listener.sources.moments import dated, moment

_API = "https://hn.algolia.com/api/v1/search_by_date"
_PAGE = 100
_OVERLAP = 24 * 60 * 60


class HackerNewsKind(JsonKind):
    """A search on Hacker News; see the module."""

    @staticmethod
    def place(source: Source) -> str:
        """The address that is asked at the first visit; raises AccessDenied when there is nothing to search for."""
        return _asked(source, {})

    def address(self, source: Source, known: Mapping[str, str]) -> str:
        """The search, from where the last one stopped."""
        return _asked(source, known)

    def items(self, value: object) -> Sequence[object]:
        """The hits of an answer."""
        hits = value.get("hits") if isinstance(value, dict) else None
        if not isinstance(hits, list):
            raise ParseError(_other(value))
        return hits

    def essence(self, value: object, response: Response) -> bytes:  # noqa: ARG002 - the hook's
        """The hits alone: Algolia says beside them how long it took."""
        return json.dumps(self.items(value), sort_keys=True).encode()

    def step(self, source: Source, known: Mapping[str, str], value: object, response: Response) -> Step:  # noqa: ARG002 - the hook's
        """Go on below the oldest item while pages are full; at the end, remember the newest."""
        hits = self.items(value)
        times = [at for at in (count(one, "created_at_i") for one in hits) if at is not None]
        newest = max([_number(known, "newest"), _number(known, "since"), *times])
        since = _number(known, "since")
        if since and len(hits) >= _PAGE and times:
            # Several items may share a second, so it is asked for again, but never twice.
            until = min(times) + 1
            before = _number(known, "until")
            until = until if not before or until < before else before - 1
            if until > since - _OVERLAP:
                return Step(cursor={"since": str(since), "newest": str(newest), "until": str(until)}, more=True)
        return Step(cursor={"since": str(newest)} if newest else {}, news=bool(hits))

    def entry(self, item: Record, document: Document) -> Entry | None:
        """A story or a comment; None for a hit without an id."""
        id_ = line(item, "objectID")
        if not id_.isascii() or not id_.isdigit():
            return None
        link = f"https://news.ycombinator.com/item?id={id_}"
        seconds = count(item, "created_at_i")
        published, stated = dated(
            moment(said(item, "created_at")) or (moment(str(seconds)) if seconds else None), document.fetched_at
        )
        author = line(item, "author")
        return Entry(
            document=document.fingerprint,
            source=document.source,
            guid=id_,
            url=canonical(link),
            link=link,
            title=prose(item, "title"),
            text=prose(item, "comment_text") or prose(item, "story_text"),
            outlet="news.ycombinator.com",
            first_seen_at=document.fetched_at,
            published_at=published,
            stated_at=stated,
            author=Author(name=author, handle=author, id=author),
            thread=Thread(conversation=line(item, "story_id"), in_reply_to=line(item, "parent_id")),
            engagement=Engagement(likes=count(item, "points"), replies=count(item, "num_comments")),
        )


def _asked(source: Source, known: Mapping[str, str]) -> str:
    words = " ".join(source.address.split())
    if not any(sign.isalnum() for sign in words) or words.startswith(("http://", "https://")):
        raise AccessDenied("hacker-news: write the words to search for, such as the brand's name")
    asked = {"query": words if '"' in words else f'"{words}"', "tags": "(story,comment)", "hitsPerPage": str(_PAGE)}
    # The first visit has no lower bound and takes the newest page.
    since, until = _number(known, "since"), _number(known, "until")
    bounds = [f"created_at_i>{max(0, since - _OVERLAP)}"] if since else []
    bounds += [f"created_at_i<{until}"] if until else []
    return f"{_API}?{urlencode(asked | ({'numericFilters': ','.join(bounds)} if bounds else {}))}"


def _number(known: Mapping[str, str], name: str) -> int:
    text = known.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def _other(value: object) -> str:
    words = line(value, "message") or line(value, "error")
    return f"Algolia answered with JSON that is no list of hits{f'; it says: {words[:120]}' if words else ''}"
