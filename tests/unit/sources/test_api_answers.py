"""Captured answers of the places' own APIs, as entries."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.errors import ParseError
from listener.core.model import Entry
from listener.sources.api_answers import api_entries
from listener.sources.ears import Ears
from tests.builders import document

URI = "at://did:plc:abc/app.bsky.feed.post/3kabc"


def read(value: Any, kind: str) -> list[Entry]:
    """What a kind makes of an answer."""
    with Ears() as ears:
        return list(ears.parse(kind, document(body=json.dumps(value).encode(), media_type="application/json")))


def test_youtubes_search_and_comments() -> None:
    """A video has the id that its feed gives it; a comment has its own, and stands under the video."""
    search = {
        "kind": "youtube#searchListResponse",
        "items": [
            {
                "kind": "youtube#searchResult",
                "id": {"videoId": "v1"},
                "snippet": {
                    "title": "Pomp &amp; co",
                    "channelTitle": "M",
                    "channelId": "UC1",
                    "publishedAt": "2026-11-20T10:00:00Z",
                },
            },
            {"kind": "youtube#video", "id": "v2", "snippet": {}, "statistics": {"viewCount": "12", "likeCount": "x"}},
            {"kind": "youtube#searchResult", "id": {"channelId": "UC1"}},
        ],
    }
    first, second = read(search, "youtube")
    assert (first.guid, first.title, first.author.id, first.link) == (
        "yt:video:v1",
        "Pomp & co",
        "UC1",
        "https://www.youtube.com/watch?v=v1",
    )
    assert (second.engagement.views, second.engagement.likes) == (12, None)
    comment = {
        "id": "c1",
        "snippet": {"textOriginal": "Hij lekt", "videoId": "v1", "authorChannelId": {"value": "UC2"}, "likeCount": 3},
    }
    thread = {"kind": "youtube#commentThread", "id": "c1", "snippet": {"topLevelComment": comment, "totalReplyCount": 2}}
    [said] = read({"kind": "youtube#commentThreadListResponse", "items": [thread]}, "youtube")
    assert (said.guid, said.text, said.thread.conversation, said.engagement.replies) == ("yt:comment:c1", "Hij lekt", "v1", 2)


def test_blueskys_records_threads_and_searches() -> None:
    """One post by itself, a thread with its parent and replies, and a list; the same post once."""
    record = {"$type": "app.bsky.feed.post", "text": "De pomp lekt", "createdAt": "2026-11-20T10:00:00Z", "langs": ["nl"]}
    [alone] = read({"uri": URI, "value": record}, "bluesky")
    assert (alone.guid, alone.text, alone.language, alone.link) == (
        URI,
        "De pomp lekt",
        "nl",
        "https://bsky.app/profile/did:plc:abc/post/3kabc",
    )
    reply = {
        "uri": f"{URI}2",
        "author": {"handle": "jan.example"},
        "record": {**record, "reply": {"root": {"uri": URI}, "parent": {"uri": URI}}},
        "likeCount": 4,
    }
    thread = {
        "thread": {
            "post": reply,
            "parent": {"post": {"uri": URI, "record": record}},
            "replies": [{"post": {"uri": "at://x", "record": record}}],
        }
    }
    found = {one.guid: one for one in read(thread, "bluesky")}
    assert found.keys() == {URI, f"{URI}2"}
    assert (found[f"{URI}2"].thread.in_reply_to, found[f"{URI}2"].author.handle, found[f"{URI}2"].engagement.likes) == (
        URI,
        "jan.example",
        4,
    )
    assert len(read({"posts": [reply, reply]}, "bluesky")) == 1


def test_reddits_listings_with_their_replies() -> None:
    """Posts and comments, comments under comments, and nothing of what is no item."""
    deeper = {
        "kind": "Listing",
        "data": {
            "children": [{"kind": "t1", "data": {"name": "t1_b", "id": "b", "link_id": "t3_p", "parent_id": "t1_a", "body": "Ook"}}]
        },
    }
    listing = [
        {
            "kind": "Listing",
            "data": {
                "children": [
                    {
                        "kind": "t3",
                        "data": {
                            "name": "t3_p",
                            "title": "Pomp",
                            "selftext": "Lekt",
                            "author": "jan",
                            "permalink": "/r/x/comments/p/",
                            "created_utc": 1763632800.0,
                            "score": 3,
                        },
                    }
                ]
            },
        },
        {
            "kind": "Listing",
            "data": {
                "children": [
                    {"kind": "t1", "data": {"name": "t1_a", "id": "a", "link_id": "t3_p", "body": "Ja", "replies": deeper}},
                    {"kind": "more", "data": {"name": "t1_z"}},
                ]
            },
        },
    ]
    post, first, second = read(listing, "reddit")
    assert (post.guid, post.title, post.text, post.author.handle, post.link) == (
        "t3_p",
        "Pomp",
        "Lekt",
        "jan",
        "https://www.reddit.com/r/x/comments/p/",
    )
    assert post.published_at is not None
    assert (first.thread.conversation, second.thread.in_reply_to) == ("t3_p", "t1_a")


def test_an_empty_answer_is_empty_and_another_is_none() -> None:
    """A search without results is no fault; any other JSON is for whoever else can read it."""
    assert read({"kind": "youtube#searchListResponse", "items": []}, "youtube") == []
    assert read({"kind": "Listing", "data": {"children": []}}, "reddit") == []
    assert api_entries(document(body=b"<feed/>")) is None
    for kind in ("youtube", "reddit", "bluesky"):
        with pytest.raises(ParseError):
            read({"hello": 1}, kind)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "kind",
                    "items",
                    "id",
                    "snippet",
                    "thread",
                    "post",
                    "posts",
                    "uri",
                    "record",
                    "replies",
                    "data",
                    "children",
                    "name",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(ODD, st.sampled_from(["youtube#searchListResponse", "Listing", ""]))
def test_no_shape_is_stumbled_over(value: Any, kind: str) -> None:
    """Whatever stands where something else should."""
    body = json.dumps({"kind": kind, **value} if isinstance(value, dict) else value).encode()
    assert api_entries(document(body=body)) is None or isinstance(api_entries(document(body=body)), list)
