"""The tests' door to X over real HTTP: each fault as it is met on the way, and what tweepy makes of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import tweepy

from listener.demo.serving import Door
from listener.demo.x import Api, Dialect
from tests.fakes.x_server import DESTRUCTIVE, NOW, TOKEN, Fault, XServer

SEARCH = "/2/tweets/search/recent"
FIELDS = "created_at,author_id,public_metrics"


@pytest.fixture
def x() -> Iterator[XServer]:
    """An X on which twelve people's pumps leak."""
    with XServer(pause=0.001) as server:
        for number in range(12):
            server.world.say(str(700 + number % 8), f"pomp {number}", NOW - timedelta(hours=1, minutes=number))
        yield server


def get(x: XServer, path: str = SEARCH, token: str = TOKEN, **asked: str) -> requests.Response:
    """Ask over HTTP."""
    parameters = {"query": "pomp", "tweet.fields": FIELDS, **asked}
    return requests.get(x.address + path, params=parameters, headers={"Authorization": f"Bearer {token}"}, timeout=(5, 0.5))


# fault -> status, title or first message, last part of the type
REFUSED: tuple[tuple[Fault, int, str, str], ...] = (
    (Fault.BAD_QUERY, 400, "no viable alternative", "invalid-request"),
    (Fault.BAD_FIELD, 400, "is not one of", "invalid-request"),
    (Fault.STALE, 400, "'since_id' must be a tweet id created after 2026-11-13T12:00Z", "invalid-request"),
    (Fault.UNAUTHORIZED, 401, "Unauthorized", "about:blank"),
    (Fault.NO_CREDITS, 402, "CreditsDepleted", "credits"),
    (Fault.NOT_ENROLLED, 403, "Client Forbidden", "client-forbidden"),
    (Fault.NO_ACCESS, 403, "You currently have access to a subset", ""),
    (Fault.NOT_PERMITTED, 403, "Forbidden", "about:blank"),
    (Fault.SPEND_CAP, 403, "SpendCapReached", "credits"),
    (Fault.LIMITED, 429, "Too Many Requests", "about:blank"),
    (Fault.LIMITED_BARE, 429, "Too Many Requests", "about:blank"),
    (Fault.LIMITED_OLD, 429, "Rate limit exceeded.", ""),
    (Fault.CAPPED, 429, "UsageCapExceeded", "usage-capped"),
    (Fault.BROKEN, 500, "Internal Server Error", "about:blank"),
)


@pytest.mark.parametrize(("fault", "status", "words", "kind"), REFUSED)
def test_a_refusal_has_its_own_body_and_costs_nothing(x: XServer, fault: Fault, status: int, words: str, kind: str) -> None:
    """Status, words and type tell them apart; the answer after it is the right one."""
    x.next(fault)
    answer = get(x)
    body = answer.json()
    assert answer.status_code == status
    said = [error["message"] for error in body.get("errors", [])] or [body["title"]]
    assert words in said[0]
    assert body.get("type", "").rsplit("/", 1)[-1] == kind
    assert x.network.cost == 0
    assert get(x).json()["meta"]["result_count"] == 10
    assert [one.fault for one in x.answered] == [fault, None]


def test_a_rate_limit_has_headers_or_none_and_the_monthly_cap_has_misleading_ones(x: XServer) -> None:
    """What tells "in a quarter of an hour" from "next month" is the body, not the headers."""
    x.next(Fault.LIMITED, Fault.LIMITED_BARE, Fault.CAPPED)
    limited, bare, capped = get(x), get(x), get(x)
    assert limited.headers["x-rate-limit-remaining"] == "0"
    assert NOW.timestamp() < int(limited.headers["x-rate-limit-reset"]) <= NOW.timestamp() + 900
    assert not [name for name in bare.headers if name.lower().startswith("x-rate")]
    assert capped.headers["x-rate-limit-remaining"] == "39999"
    assert get(x).headers["x-rate-limit-limit"] == "450"


def test_web_pages_where_json_should_be(x: XServer) -> None:
    """503 and 200 in HTML."""
    x.next(Fault.OVERLOADED, Fault.WEB_PAGE)
    for status in (503, 200):
        answer = get(x)
        assert (answer.status_code, answer.headers["content-type"], answer.text[:9]) == (
            status,
            "text/html; charset=utf-8",
            "<!DOCTYPE",
        )
    assert x.network.cost == 0


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.CUT_OFF, Fault.NOT_JSON_OBJECT, Fault.SILENT])
def test_what_is_lost_on_its_way_is_billed(x: XServer, fault: Fault) -> None:
    """X read the posts and sent them; that they did not arrive is not its business."""
    x.next(fault)
    if fault in {Fault.CUT_OFF, Fault.SILENT}:
        with pytest.raises(requests.RequestException):
            get(x)
    else:
        answer = get(x)
        assert answer.status_code == 200
        assert fault is Fault.NOT_JSON_OBJECT or len(answer.content) > 100
        with pytest.raises((ValueError, TypeError)):
            answer.json()["data"]
    assert x.network.cost == pytest.approx(0.05)
    assert x.answered[-1].posts == ()
    assert fault in DESTRUCTIVE or fault is Fault.NOT_JSON_OBJECT


def test_a_slow_answer_arrives_all_the_same(x: XServer) -> None:
    """A few bytes at a time, and in the end every post."""
    x.next(Fault.SLOW)
    assert get(x).json()["meta"]["result_count"] == 10


def test_pages_that_do_not_move_on(x: XServer) -> None:
    """The page before once more, a token that leads to itself, and a page without posts that says there is more."""
    first = get(x).json()
    x.next(Fault.DUPLICATE)
    assert get(x, next_token=first["meta"]["next_token"]).json() == first
    x.next(Fault.TOKEN_LOOP, Fault.TOKEN_LOOP)
    looped = get(x, next_token=first["meta"]["next_token"]).json()
    assert looped["meta"]["next_token"] == first["meta"]["next_token"]
    assert get(x, next_token=looped["meta"]["next_token"]).json() == looped
    x.next(Fault.EMPTY_WITH_TOKEN)
    empty = get(x).json()
    assert empty["meta"]["result_count"] == 0
    assert "data" not in empty
    assert get(x, next_token=empty["meta"]["next_token"]).json() == first
    assert x.network.cost == pytest.approx(12 * 0.005)


def test_a_drifted_page_lacks_what_was_asked_for(x: XServer) -> None:
    """The posts are there and billed; the fields are not."""
    x.next(Fault.DRIFTED)
    assert {frozenset(post) for post in get(x).json()["data"]} == {frozenset({"id", "text"})}
    assert x.network.cost == pytest.approx(0.05)


def test_faults_that_are_forgotten_do_not_happen(x: XServer) -> None:
    """And other paths than search never stumble."""
    x.next(Fault.BROKEN)
    assert requests.get(x.address + "/2/usage/tweets", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5).status_code == 200
    x.well()
    assert get(x).status_code == 200
    assert get(x, token="wrong").status_code == 401
    assert get(x, path="/2/nothing").status_code == 404


def _client(address: str) -> tweepy.Client:
    """Tweepy as it is, led to another host by its session."""
    client = tweepy.Client(TOKEN)

    class Elsewhere(requests.adapters.HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            request.url = (request.url or "").replace("https://api.twitter.com", address)
            return super().send(request, *args, **kwargs)

    client.session.mount("https://api.twitter.com", Elsewhere())
    return client


def test_tweepy_itself_can_read_this_server(x: XServer) -> None:
    """Search with paging, counts, posts and people by id: the library that others use finds what it expects."""
    client = _client(x.address)
    pages = list(tweepy.Paginator(client.search_recent_tweets, "pomp", tweet_fields=["created_at"], max_results=10))
    assert [post.text for page in pages for post in page.data] == [f"pomp {number}" for number in range(12)]
    assert pages[0].data[0].created_at == NOW - timedelta(hours=1)
    assert client.get_recent_tweets_count("pomp", granularity="day").meta["total_tweet_count"] == 12
    ids = [post.id for post in pages[0].data]
    assert [post.id for post in client.get_tweets(ids).data] == ids
    assert [user.username for user in client.get_users(ids=["700", "701"]).data] == ["sanne", "joris"]
    for fault, error in (
        (Fault.BAD_QUERY, tweepy.BadRequest),
        (Fault.UNAUTHORIZED, tweepy.Unauthorized),
        (Fault.NOT_ENROLLED, tweepy.Forbidden),
        (Fault.LIMITED_BARE, tweepy.TooManyRequests),
        (Fault.OVERLOADED, tweepy.TwitterServerError),
        (Fault.NO_CREDITS, tweepy.HTTPException),
    ):
        x.next(fault)
        with pytest.raises(error):
            client.search_recent_tweets("pomp")


def test_any_client_can_be_pointed_at_an_x_of_ones_own() -> None:
    """Without the tests' door: a world, a network and a door are enough."""
    with XServer(dialect=Dialect.POST) as prepared:
        prepared.world.say("700", "pomp", NOW - timedelta(hours=1))
        with Door(Api(prepared.network, lambda: NOW)) as door:
            answer = requests.get(
                f"{door.address}{SEARCH}", params={"query": "pomp"}, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5
            )
            assert json.loads(answer.text)["data"][0]["text"] == "pomp"
            assert requests.head(f"{door.address}{SEARCH}", timeout=5).status_code == 401
    with pytest.raises(RuntimeError, match="closed"):
        _ = door.address
