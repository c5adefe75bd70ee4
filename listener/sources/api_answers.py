"""Answers of the places' own APIs that somebody captured: YouTube's Data API, Bluesky's XRPC and Reddit's listings, as entries.

Listener itself listens to these places by other doors (feeds, Jetstream); what another program kept of their APIs can be read all
the same, and its entries have the ids that ours would have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from listener.core.model import Author, Document, Engagement, Entry, Thread
from listener.core.text import plain, tidy
from listener.core.urls import canonical, safe
from listener.sources.moments import moment

Record = Mapping[str, Any]
_AT_POST = re.compile(r"at://(did:[\w:.%-]+)/app\.bsky\.feed\.post/([\w~.:-]+)")
# Threads nest; deeper than this nobody reads, and nobody recurses.
_DEEPEST = 50


def api_entries(document: Document) -> list[Entry] | None:
    """The entries of such an answer, each id once; None when it is none of them."""
    try:
        value = json.loads(document.body)
    except (ValueError, RecursionError):
        return None
    made = [*_youtube(value, document), *_bluesky(value, document), *_reddit(value, document)]
    if not made and not _is_known(value):
        return None
    return list({one.guid: one for one in made}.values())


def _is_known(value: Any) -> bool:
    """Whether this is one of these answers, with nothing in it."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and (
        str(first.get("kind", "")).startswith("youtube#") or first.get("kind") == "Listing" or isinstance(first.get("thread"), dict)
    )


def _entry(  # noqa: PLR0917 - an entry, as it is said
    document: Document, guid: str, link: str, title: str = "", text: str = "", outlet: str = "", **more: Any
) -> Entry:
    return Entry(
        document=document.fingerprint,
        source=document.source,
        guid=guid,
        url=canonical(link),
        link=safe(link),
        title=title,
        text=text,
        outlet=outlet,
        first_seen_at=document.fetched_at,
        **more,
    )


def _youtube(value: Any, document: Document) -> Iterator[Entry]:
    items = _list(value, "items") if _text(value, "kind").startswith("youtube#") else []
    for one in items:
        ref, snippet = one.get("id"), _dict(one, "snippet")
        if _text(one, "kind") == "youtube#commentThread":
            yield from _comment(_dict(snippet, "topLevelComment"), snippet, document)
        video = (
            _text(ref, "videoId") if isinstance(ref, dict) else _text(one, "id") if _text(one, "kind") == "youtube#video" else ""
        )
        if video:
            statistics = _dict(one, "statistics")
            yield _entry(
                document,
                f"yt:video:{video}",
                f"https://www.youtube.com/watch?v={video}",
                tidy(plain(_text(snippet, "title"))),
                tidy(_text(snippet, "description")),
                "youtube.com",
                published_at=moment(_text(snippet, "publishedAt")),
                author=Author(name=_text(snippet, "channelTitle"), id=_text(snippet, "channelId")),
                engagement=Engagement(
                    views=_count(statistics, "viewCount"),
                    likes=_count(statistics, "likeCount"),
                    replies=_count(statistics, "commentCount"),
                ),
            )


def _comment(comment: Record, thread: Record, document: Document) -> Iterator[Entry]:
    said, ref = _dict(comment, "snippet"), _text(comment, "id")
    if ref:
        video = _text(said, "videoId") or _text(thread, "videoId")
        yield _entry(
            document,
            f"yt:comment:{ref}",
            f"https://www.youtube.com/watch?v={video}&lc={ref}" if video else "",
            "",
            tidy(_text(said, "textOriginal") or plain(_text(said, "textDisplay"))),
            "youtube.com",
            published_at=moment(_text(said, "publishedAt")),
            author=Author(name=_text(said, "authorDisplayName"), id=_text(_dict(said, "authorChannelId"), "value")),
            thread=Thread(conversation=video),
            engagement=Engagement(likes=_count(said, "likeCount"), replies=_count(thread, "totalReplyCount")),
        )


def _bluesky(value: Any, document: Document) -> Iterator[Entry]:
    if not isinstance(value, dict):
        return
    posts = [value, *_list(value, "posts"), *(_dict(one, "post") for one in _list(value, "feed"))]
    threads = [(_dict(value, "thread"), 0)]
    while threads:
        thread, depth = threads.pop()
        posts.append(_dict(thread, "post"))
        if depth < _DEEPEST:
            threads += [(one, depth + 1) for one in (_dict(thread, "parent"), *_list(thread, "replies")) if one]
    for one in posts:
        found = _AT_POST.fullmatch(_text(one, "uri"))
        record = _dict(one, "record") or _dict(one, "value")
        if found is None or not record:
            continue
        author, reply = _dict(one, "author"), _dict(record, "reply")
        languages = record.get("langs")
        yield _entry(
            document,
            found[0],
            f"https://bsky.app/profile/{found[1]}/post/{found[2]}",
            "",
            tidy(_text(record, "text")),
            "bsky.app",
            published_at=moment(_text(record, "createdAt")),
            author=Author(id=found[1], handle=_text(author, "handle"), name=_text(author, "displayName")),
            language=languages[0] if isinstance(languages, list) and len(languages) == 1 and isinstance(languages[0], str) else "",
            thread=Thread(conversation=_text(_dict(reply, "root"), "uri"), in_reply_to=_text(_dict(reply, "parent"), "uri")),
            engagement=Engagement(
                likes=_count(one, "likeCount"),
                reposts=_count(one, "repostCount"),
                replies=_count(one, "replyCount"),
                quotes=_count(one, "quoteCount"),
            ),
        )


def _reddit(value: Any, document: Document) -> Iterator[Entry]:
    waiting = [one for one in (value if isinstance(value, list) else [value]) if _text(one, "kind") == "Listing"]
    for listing in waiting:  # replies are added while it goes on
        for child in _list(_dict(listing, "data"), "children"):
            data, ref = _dict(child, "data"), _text(_dict(child, "data"), "name")
            if _text(child, "kind") not in {"t1", "t3"} or not ref:
                continue
            if _text(_dict(data, "replies"), "kind") == "Listing":
                waiting.append(_dict(data, "replies"))
            post = ref if _text(child, "kind") == "t3" else _text(data, "link_id")
            name = _text(data, "author")
            place = _text(data, "permalink") or f"/comments/{post.removeprefix('t3_')}/_/{_text(data, 'id')}/"
            created = data.get("created_utc")
            yield _entry(
                document,
                ref,
                f"https://www.reddit.com{place}",
                tidy(_text(data, "title")),
                tidy(_text(data, "selftext") or _text(data, "body")),
                "reddit.com",
                published_at=moment(str(int(created))) if isinstance(created, (int, float)) and 0 < created < 1e11 else None,
                author=Author(name=name, handle=name),
                thread=Thread(conversation=post, in_reply_to=_text(data, "parent_id")),
                engagement=Engagement(likes=_count(data, "score"), replies=_count(data, "num_comments")),
            )


def _dict(value: Any, name: str) -> Record:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _list(value: Any, name: str) -> list[Record]:
    found = value.get(name) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _count(value: Record, name: str) -> int | None:
    """A count, which YouTube writes as text; None for what is none."""
    found = str(value.get(name, ""))
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 18 else None
