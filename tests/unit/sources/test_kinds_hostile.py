"""Every kind, given what no place should say: entries that can be read, or a ParseError, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.errors import AccessDenied, ParseError
from listener.core.identity import identity
from listener.core.model import Cursor, Document
from listener.sources import load
from listener.sources.reading import read
from tests.builders import NOON, document, source
from tests.unit.sources.answers import answer

JSON_KINDS = {
    "app-store": "123456789",
    "bluesky": "molenaar",
    "hacker-news": "molenaar",
    "mastodon": "#molenaar",
}
FEED_KINDS = {"google-news": "molenaar", "reddit": "r/klussers", "youtube": "@molenaar"}
WORDS = [
    "feed", "entry", "id", "label", "title", "content", "author", "name", "uri", "updated", "im:rating", "im:voteSum", "hits", "objectID",
    "created_at", "created_at_i", "comment_text", "story_id", "points", "posts", "commit", "operation", "did", "rkey", "record", "text", "langs", "reply",
    "root", "facets", "features", "embed", "external", "images", "time_us", "url", "visibility", "reblog", "account", "acct",
    "followers_count", "language", "in_reply_to_id",
]  # fmt: skip
VALUES = [
    "",
    "1",
    "5",
    "public",
    "did:plc:a",
    "did:plc:jan",
    "2026-11-20T09:00:00Z",
    "https://x.example/",
    "javascript:x",
    "\ud800",
    "9" * 5000,
    "<p>",
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(VALUES) | st.text(max_size=20)
ANY_JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=8), max_leaves=30
)


def listed(kind: str, items: list[Any]) -> Any:
    """These records where the kind looks for them."""
    return {
        "app-store": {"feed": {"entry": items}},
        "bluesky": {
            "did": "did:plc:a",
            "commit": {"collection": "app.bsky.feed.post", "rkey": "a", "record": items[0] if items else 5},
        },
        "hacker-news": {"hits": items},
        "mastodon": items,
    }[kind]


def check(kind: Any, given: Document) -> None:
    """Entries that can be stored, or a ParseError."""
    try:
        entries = kind.parse(given)
    except ParseError:
        return
    for entry in entries:
        assert identity(entry)
        assert entry.link == "" or entry.link.startswith(("http://", "https://"))
        assert entry.published_at is None or entry.published_at <= NOON
        for words in (entry.title, entry.text, entry.author.name):
            words.encode("utf-8")
            assert "\n" not in words


@pytest.mark.parametrize("name", sorted(JSON_KINDS))
@settings(max_examples=60, deadline=None)
@given(value=ANY_JSON, items=st.lists(st.dictionaries(st.sampled_from(WORDS), ANY_JSON, max_size=12), max_size=3))
def test_any_json_is_read_or_refused(name: str, value: Any, items: list[Any]) -> None:
    """Wrong types everywhere, deep and shallow."""
    kind = load(name)()
    for one in (value, listed(name, items)):
        body = json.dumps(one).encode()
        check(kind, document(url="https://place.example/", body=body))
        if hasattr(kind, "receive"):
            for cursor in (None, Cursor({"since": "5", "min_id": "1", "page": "2", "seen": "1", "account": "1"})):
                kind.receive(source(address=JSON_KINDS[name]), cursor, answer(body), NOON)


@pytest.mark.parametrize("name", sorted(FEED_KINDS))
@settings(max_examples=60, deadline=None)
@given(
    title=st.text(max_size=40),
    link=st.sampled_from(
        ["", "https://news.google.com/rss/articles/CBMi" + "A" * 30, "https://www.reddit.com/r/x/comments/1/", "x"]
    ),
    text=st.text(max_size=60),
    publisher=st.text(max_size=10),
)
def test_any_feed_is_read_or_refused(name: str, title: str, link: str, text: str, publisher: str) -> None:
    """Titles, links and texts of any kind, in a feed whose markup may break."""
    body = (
        f"<rss version='2.0'><channel><item><title>{title} - {publisher}</title><link>{link}</link><guid>yt:video:abcdefghijk</guid>"
        f"<description>{text}</description><source url='{publisher}'>{publisher}</source></item></channel></rss>"
    )
    check(load(name)(read=read), document(body=body.encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("name", sorted({**JSON_KINDS, **FEED_KINDS}))
@settings(max_examples=40, deadline=None)
@given(
    address=st.text(max_size=60)
    | st.sampled_from(["https://[", "http://a:b@c/", "@@", "#@", "r/ /", "UC", "\ud800", "https://www.youtube.com//@"])
)
def test_any_address_has_a_place_or_is_refused(name: str, address: str) -> None:
    """What a person may write: an address on the web, or AccessDenied with what to write instead."""
    try:
        place = load(name).place(source(address=address))
    except AccessDenied:
        return
    assert place.startswith(("https://", "http://", "wss://"))
    assert place.isprintable()
