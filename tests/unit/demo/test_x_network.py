"""The world's X: what it answers to those who ask properly, and to those who do not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from listener.demo.item import Item, Story
from listener.demo.places import X
from listener.demo.story import tell
from listener.demo.x import Answer, Network
from listener.demo.x_told import told_on_x

UNTIL = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
SEARCH = "/2/tweets/search/recent"
QUERY = '"Molenaar Pompen" OR @molenaarpompen OR Molenaarpompen OR molenaarpompen.example OR from:molenaarpompen'


@cache
def story() -> Story:
    """A month of the story, told once."""
    return tell(UNTIL, 30)


@pytest.fixture
def network() -> Network:
    """X, with nothing billed yet."""
    return Network(told_on_x(story()), "secret")


def put(network: Network, asked: Mapping[str, str], path: str = SEARCH, now: datetime = UNTIL, bearer: str = "secret") -> Answer:
    """Ask with parameters named as a test names them: tweet_fields for tweet.fields."""
    parameters = {name.replace("tweet_", "tweet.").replace("user_", "user."): value for name, value in asked.items()}
    return network.answer(path, parameters, f"Bearer {bearer}", now)


def ask(network: Network, path: str = SEARCH, now: datetime = UNTIL, **asked: str) -> Answer:
    """Ask with the right token."""
    return put(network, asked, path, now)


def body(answer: Answer) -> Any:
    """The JSON of an answer."""
    return json.loads(answer.body)


def posts(*, since: datetime = UNTIL - timedelta(days=7), about: str = "molenaar") -> list[Item]:
    """What a search for the brand must find, newest first."""
    found = [item for item in story().items if X in item.places and about in item.about and item.at >= since]
    return sorted(found, key=lambda item: item.snowflake, reverse=True)


def test_paging_gives_every_post_once_newest_first(network: Network) -> None:
    """Following next_token to the end collects the whole set, in order, without doubles; namesakes are not in it."""
    found: list[str] = []
    token = ""
    while True:
        answer = body(put(network, {"query": QUERY, "max_results": "10"} | ({"next_token": token} if token else {})))
        page = [post["id"] for post in answer["data"]]
        assert answer["meta"]["newest_id"] == page[0]
        assert answer["meta"]["oldest_id"] == page[-1]
        assert answer["meta"]["result_count"] == len(page)
        found += page
        token = answer["meta"].get("next_token", "")
        if not token:
            break
    assert found == [str(item.snowflake) for item in posts()]
    assert len(found) > 10


def test_a_token_gives_the_same_page_again(network: Network) -> None:
    """A next_token is stable, as X says it is, and belongs to its query."""
    token = body(ask(network, query=QUERY))["meta"]["next_token"]
    assert ask(network, query=QUERY, next_token=token).body == ask(network, query=QUERY, pagination_token=token).body
    assert ask(network, query="anders", next_token=token).status == 400
    assert ask(network, query=QUERY, next_token="onzin").status == 400


def test_since_and_until_id_are_numbers_and_exclusive(network: Network) -> None:
    """Only what is newer than since_id and older than until_id is found."""
    all_posts = posts()
    low, high = all_posts[12].snowflake, all_posts[3].snowflake
    found = [
        post["id"] for post in body(ask(network, query=QUERY, since_id=str(low), until_id=str(high), max_results="100"))["data"]
    ]
    assert found == [str(item.snowflake) for item in all_posts[4:12]]


def test_start_and_end_time_bound_the_search(network: Network) -> None:
    """start_time is inclusive, end_time exclusive."""
    start, end = posts()[8].at, posts()[2].at
    answer = ask(
        network, query=QUERY, start_time=start.isoformat().replace("+00:00", "Z"), end_time=end.isoformat(), max_results="100"
    )
    assert [post["id"] for post in body(answer)["data"]] == [str(item.snowflake) for item in posts()[3:9]]


def test_only_what_was_asked_for_is_shown(network: Network) -> None:
    """By default id, text and edit history; fields and authors on request."""
    bare = body(ask(network, query=QUERY))["data"][0]
    assert set(bare) == {"id", "text", "edit_history_tweet_ids"}
    fields = "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,public_metrics,lang,entities"
    full = body(
        ask(network, query=QUERY, max_results="100", tweet_fields=fields, expansions="author_id", user_fields="public_metrics")
    )
    reply = next(post for post in full["data"] if post["text"].startswith("@") and "^Mark" in post["text"])
    assert reply["author_id"] == "2890417733"
    asked = next(post for post in full["data"] if post["id"] == reply["referenced_tweets"][0]["id"])
    assert reply["conversation_id"] == asked["conversation_id"] == asked["id"]
    assert reply["in_reply_to_user_id"] == asked["author_id"]
    assert asked["created_at"].endswith(".000Z")
    assert {user["id"] for user in full["includes"]["users"]} == {post["author_id"] for post in full["data"]}
    assert "followers_count" in full["includes"]["users"][0]["public_metrics"]


def test_links_are_told_apart_from_words(network: Network) -> None:
    """A post with an address carries it as an entity, so that a search for the domain finds it."""
    found = body(ask(network, now=UNTIL, query="molenaarpompen.example", tweet_fields="entities", max_results="100"))
    for post in found.get("data", []):
        url = post["entities"]["urls"][0]
        assert post["text"][url["start"] : url["end"]] == url["url"]


def test_a_post_is_billed_once_a_day(network: Network) -> None:
    """The meter counts unique posts per UTC day, and users, and counts requests."""
    ask(network, query=QUERY)
    ask(network, query=QUERY)
    assert (network.reads, round(network.cost, 3)) == (10, 0.05)
    ask(network, now=UNTIL + timedelta(days=1), query=QUERY)
    assert network.reads == 20
    before = network.cost
    users = body(ask(network, query=QUERY, expansions="author_id"))["includes"]["users"]
    assert network.cost - before == pytest.approx(0.010 * len(users))
    before = network.cost
    ask(network, "/2/tweets/counts/recent", query=QUERY)
    assert network.cost - before == pytest.approx(0.005)
    ask(network, query="nooitgezegd")
    assert network.reads == 20


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"query": ""}, "non-empty"),
        ({"query": "a", "max_results": "9"}, "not between 10 and 100"),
        ({"query": "a", "max_results": "veel"}, "not between 10 and 100"),
        ({"query": "a", "since_id": "x"}, "does not match"),
        ({"query": "a", "since_id": "2081130437886251008", "start_time": "2026-11-20T00:00:00Z"}, "in conjunction with"),
        ({"query": "a", "start_time": "2026-11-01T00:00:00Z"}, "must be on or after 2026-11-14T07:00Z"),
        ({"query": "a", "start_time": "gisteren"}, "RFC3339"),
        ({"query": "a", "start_time": "2026-11-20"}, "RFC3339"),
        ({"query": "a", "end_time": "2026-11-21T06:59:55Z"}, "minimum of 10 seconds"),
        (
            {"query": "a", "since_id": "17"},
            "must be a tweet id created after 2026-11-14T07:00Z. Please use a 'since_id' that is larger than",
        ),
        ({"query": "a", "tweet_fields": "created_at,mood"}, r"\[mood\]"),
        ({"query": "a", "colour": "red"}, r"\[colour\]"),
    ],
)
def test_bad_requests_get_x_own_words(network: Network, asked: dict[str, str], message: str) -> None:
    """400 with errors[].message and parameters, as recorded; nothing is billed."""
    answer = put(network, asked)
    assert answer.status == 400
    fault = body(answer)
    assert fault["title"] == "Invalid Request"
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(fault["errors"][0]["message"])
    assert list(fault["errors"][0]["parameters"])
    assert network.cost == 0


def test_a_wrong_token_is_401_and_a_wrong_path_404(network: Network) -> None:
    """Nobody gets in without the bearer token."""
    assert body(put(network, {"query": QUERY}, bearer="fout")) == {
        "title": "Unauthorized",
        "type": "about:blank",
        "status": 401,
        "detail": "Unauthorized",
    }
    assert ask(network, "/2/users/me").status == 404


def test_the_rate_limit_is_counted_and_kept(network: Network) -> None:
    """The headers count down; the 451st search in a quarter of an hour is refused, the next quarter is fresh."""
    first = ask(network, query=QUERY)
    assert (first.headers["x-rate-limit-limit"], first.headers["x-rate-limit-remaining"]) == ("450", "449")
    for _ in range(449):
        ask(network, query="x", max_results="1")
    refused = ask(network, query=QUERY)
    assert (refused.status, refused.headers["x-rate-limit-remaining"]) == (429, "0")
    reset = datetime.fromtimestamp(int(refused.headers["x-rate-limit-reset"]), UTC)
    assert UNTIL < reset <= UNTIL + timedelta(minutes=15)
    assert ask(network, now=reset, query=QUERY).status == 200


def test_the_newest_seconds_are_not_indexed_yet(network: Network) -> None:
    """A post can be found half a minute after it was made, not before."""
    newest = posts()[0]
    early = body(ask(network, now=newest.at + timedelta(seconds=20), query=QUERY))
    assert early["data"][0]["id"] != str(newest.snowflake)
    assert body(ask(network, now=newest.at + timedelta(seconds=30), query=QUERY))["data"][0]["id"] == str(newest.snowflake)


@pytest.mark.parametrize("granularity", ["minute", "hour", "day"])
def test_counts_add_up(network: Network, granularity: str) -> None:
    """The buckets join without a gap and hold every post."""
    answer = body(ask(network, "/2/tweets/counts/recent", query=QUERY, granularity=granularity, end_time="2026-11-20T23:30:00Z"))
    assert answer["meta"]["total_tweet_count"] == sum(row["tweet_count"] for row in answer["data"]) == len(posts())
    assert all(one["end"] == other["start"] for one, other in zip(answer["data"], answer["data"][1:], strict=False))
    assert ask(network, "/2/tweets/counts/recent", query=QUERY, granularity="year").status == 400
    assert (
        body(ask(network, "/2/tweets/counts/recent", query="a", start_time="2026-11-20T00:00:00Z"))["data"][0]["start"]
        == "2026-11-20T00:00:00.000Z"
    )


def test_lookup_says_what_is_gone(network: Network) -> None:
    """Known ids come back, others are errors[] beside them; what is not said yet does not exist."""
    known = posts()[0]
    answer = body(ask(network, "/2/tweets", ids=f"{known.snowflake},17"))
    assert [post["id"] for post in answer["data"]] == [str(known.snowflake)]
    assert [(error["resource_id"], error["type"].rsplit("/", 1)[-1]) for error in answer["errors"]] == [
        ("17", "resource-not-found")
    ]
    assert "data" not in body(ask(network, "/2/tweets", ids=str(known.snowflake), now=known.at - timedelta(minutes=1)))
    assert ask(network, "/2/tweets", ids="").status == 400
    assert ask(network, "/2/tweets", ids="een,twee").status == 400
