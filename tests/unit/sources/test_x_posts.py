"""Pages of X as values; every page here was written by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from listener.core.errors import ParseError
from listener.core.model import Author, Engagement, Entry, Thread
from listener.sources.x_posts import entries, page
from tests.builders import NOON, document

TWEET: dict[str, Any] = {
    "id": "2091000000000000001",
    "text": "De pomp van @molenaar is stuk &amp; wij staan droog &lt;3",
    "created_at": "2026-11-20T08:00:00.000Z",
    "author_id": "77",
    "conversation_id": "2090000000000000000",
    "lang": "nl",
    "referenced_tweets": [{"type": "quoted", "id": "1"}, {"type": "replied_to", "id": "2090000000000000009"}],
    "public_metrics": {"retweet_count": 1, "like_count": 2, "reply_count": 3, "quote_count": 4, "impression_count": 5},
    "edit_history_tweet_ids": ["2091000000000000000", "2091000000000000001"],
    "note_tweet": {"text": "De pomp van @molenaar is stuk &amp; wij staan droog, al de hele dag.\n\nWie helpt?"},
}
POST = {
    {"referenced_tweets": "referenced_posts", "edit_history_tweet_ids": "edit_history_post_ids", "note_tweet": "note_post"}.get(
        k, k
    ): v
    for k, v in TWEET.items()
} | {"public_metrics": {"repost_count": 1, "like_count": 2, "reply_count": 3, "quote_count": 4, "impression_count": 5}}


def read(*posts: object, **more: object) -> list[Entry]:
    """The entries of a page with these posts."""
    return list(entries(document(body=json.dumps({"data": list(posts), **more}).encode())))


@pytest.mark.parametrize("post", [TWEET, POST])
def test_both_dialects_say_the_same(post: dict[str, Any]) -> None:
    """Tweets with retweets or posts with reposts: one entry."""
    [entry] = read(post)
    assert entry.guid == "2091000000000000000"
    assert entry.url == "https://x.com/i/status/2091000000000000000"
    assert entry.link == "https://x.com/i/status/2091000000000000001"
    assert entry.text == "De pomp van @molenaar is stuk & wij staan droog, al de hele dag. Wie helpt?"
    assert (entry.title, entry.outlet, entry.language, entry.vouched) == ("", "x.com", "nl", True)
    assert entry.author == Author(id="77")
    assert entry.thread == Thread(conversation="2090000000000000000", in_reply_to="2090000000000000009")
    assert entry.engagement == Engagement(likes=2, reposts=1, replies=3, quotes=4, views=5)
    assert entry.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_a_bare_post_is_an_entry() -> None:
    """Id and text are enough; the id says when. Counts that are absent are None, never 0."""
    [entry] = read({"id": 1541815603606036480, "text": "AT&amp;T <3"})
    assert (entry.guid, entry.text) == ("1541815603606036480", "AT&T <3")
    assert entry.published_at == datetime(2022, 6, 28, 16, 7, 40, 105000, tzinfo=UTC)
    assert entry.engagement == Engagement()
    assert entry.thread == Thread()


def test_odd_fields_cost_nothing() -> None:
    """Nulls, other types and negative counts are not said."""
    [entry] = read(
        {"id": "5", "text": None, "created_at": 7, "author_id": None, "lang": 3, "referenced_tweets": "x", "edit_history_tweet_ids": [],
         "public_metrics": {"like_count": -1, "reply_count": True, "quote_count": "4"}, "note_tweet": {"text": ""}},
    )  # fmt: skip
    assert (entry.text, entry.language, entry.author.id, entry.published_at) == ("", "", "", None)
    assert entry.engagement == Engagement()
    assert read({"id": "6", "text": "x", "public_metrics": None, "referenced_tweets": [None, {"type": "quoted"}]})[0].guid == "6"


@pytest.mark.parametrize(
    ("code", "expected"), [("und", ""), ("qht", ""), ("zxx", ""), ("in", "id"), ("NL", "nl"), ("nl-BE", ""), ("", "")]
)
def test_the_language_that_x_names(code: str, expected: str) -> None:
    """Its codes for no language are none; its old codes have new names."""
    assert read({"id": "5", "text": "x", "lang": code})[0].language == expected


@pytest.mark.parametrize(("name", "type_"), [("referenced_tweets", "retweeted"), ("referenced_posts", "reposted")])
def test_a_pure_repost_is_no_mention_of_its_own(name: str, type_: str) -> None:
    """It counts on the original; a quote has words of its own and stays."""
    repost = {"id": "5", "text": "RT @molenaar: nieuwe pomp", name: [{"type": type_, "id": "4"}]}
    quote = {"id": "6", "text": "RT @molenaar: mooi!", name: [{"type": "quoted", "id": "4"}]}
    assert [entry.guid for entry in read(repost, quote)] == ["6"]


def test_a_date_in_the_future_is_clamped() -> None:
    """X's clock may be ahead of ours."""
    assert read({**TWEET, "created_at": "2027-01-01T00:00:00Z"})[0].published_at == NOON


def test_partial_errors_beside_the_posts_cost_nothing() -> None:
    """A deleted parent is named in `errors`; the posts are there all the same, also where `errors` is null."""
    assert len(read(TWEET, errors=[{"title": "Not Found Error"}])) == 1
    assert len(read(TWEET, errors=None, meta=None)) == 1


def test_an_empty_page_is_a_page() -> None:
    """X leaves `data` out when nothing was found."""
    assert page(b'{"meta": {"result_count": 0}}').posts == ()
    assert page(b'{"data": null, "meta": {"result_count": 0}, "errors": null}').ids == ()


def test_a_page_says_where_it_goes_on() -> None:
    """Ids as numbers, the next token, and posts without an id left out."""
    found = page(json.dumps({"data": [{"id": "9"}, {"id": "x"}, None, {"id": "7"}], "meta": {"next_token": "t"}}).encode())
    assert (found.ids, found.next_token) == ((9, 7), "t")
    assert page(b'{"data": [{"id": "9"}], "meta": {"next_token": 5}}').next_token == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>Something went wrong", "an HTML page"),
        (b'{"data": [{"id": "1", "te', "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "no page of posts"),
        (b'{"errors": null}', "no page of posts"),
        (b'{"data": {"project_usage": "7"}}', "no page of posts"),
        (b'{"data": [{"post_id": "9"}]}', "its format has changed"),
    ],
)
def test_what_is_no_page_is_refused_in_words(body: bytes, words: str) -> None:
    """A page of HTML, half a page, another shape: each in a sentence of its own."""
    with pytest.raises(ParseError) as caught:
        entries(document(body=body))
    assert words in caught.value.detail
