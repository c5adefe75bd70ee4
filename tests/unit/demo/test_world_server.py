"""The world's web over real HTTP on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
import requests

from listener.demo.places import PLACES
from listener.demo.server import Web
from listener.demo.story import tell
from listener.demo.x import Network
from listener.demo.x_told import told_on_x

UNTIL = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = UNTIL

    def __call__(self) -> datetime:
        """The time it was set to."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at the end of the story."""
    return Clock()


@pytest.fixture
def web(clock: Clock) -> Iterator[Web]:
    """Forty days of the story, served."""
    story = tell(UNTIL, 40)
    served = Web(story, Network(told_on_x(story), "secret"), clock).open()
    yield served
    served.close()


def get(web: Web, path: str, method: str = "GET", **headers: str) -> requests.Response:
    """Ask over HTTP; underscores in header names stand for dashes."""
    return requests.request(
        method, web.address + path, headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=10
    )


def test_every_feed_is_served_and_moves_with_the_clock(web: Web, clock: Clock) -> None:
    """What is shown depends on the world's time alone."""
    clock.now = UNTIL - timedelta(days=5)
    before = {key: get(web, place.path).content for key, place in PLACES.items()}
    assert before == {key: get(web, place.path).content for key, place in PLACES.items()}
    clock.now = UNTIL - timedelta(days=2)
    changed = [key for key, place in PLACES.items() if get(web, place.path).content != before[key]]
    assert {"courant", "forum", "social", "vakblad", "banen"} <= set(changed)
    assert feedparser.parse(before["forum"]).entries


def test_an_unchanged_feed_is_304_by_etag(web: Web, clock: Clock) -> None:
    """If-None-Match with the ETag it gave, alone, weak or in a list, saves the body; new items bring it back."""
    path = PLACES["forum"].path
    clock.now = UNTIL - timedelta(days=3)
    etag = get(web, path).headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        answer = get(web, path, If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert get(web, path, If_None_Match='"other"').status_code == 200
    clock.now = UNTIL
    assert get(web, path, If_None_Match=etag).status_code == 200
    assert web.unchanged == 3


def test_an_unchanged_feed_is_304_by_date(web: Web) -> None:
    """If-Modified-Since works where the place dates its feed, an odd date is no reason to keep it back."""
    path = PLACES["pumptalk"].path
    first = get(web, path)
    assert "ETag" not in first.headers
    assert get(web, path, If_Modified_Since=first.headers["Last-Modified"]).status_code == 304
    assert get(web, path, If_Modified_Since="Mon, 01 Jan 2024 00:00:00 GMT").status_code == 200
    assert get(web, path, If_Modified_Since="gisteren").status_code == 200
    assert get(web, PLACES["blog"].path, If_Modified_Since=first.headers["Last-Modified"]).status_code == 200


def test_google_gives_no_validators(web: Web) -> None:
    """No ETag, no Last-Modified: only the body tells whether something changed."""
    answer = get(web, PLACES["alerts"].path, If_None_Match='"a"')
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=UTF-8"
    assert answer.headers["Server"] == "google_alerts"
    assert not {"ETag", "Last-Modified"} & set(answer.headers)


def test_outages_are_answered_as_told(web: Web, clock: Clock) -> None:
    """The forum is down for a day, the vacancies are gone from the day before yesterday on; HTML comes instead of a feed."""
    assert get(web, PLACES["banen"].path).status_code == 404
    clock.now = UNTIL - timedelta(days=33, hours=20)
    answer = get(web, PLACES["forum"].path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert get(web, PLACES["banen"].path).status_code == 200
    assert get(web, "/nergens").status_code == 404


def test_head_is_get_without_a_body(web: Web) -> None:
    """A HEAD says how long the body would be."""
    answer = get(web, PLACES["forum"].path, "HEAD")
    assert int(answer.headers["Content-Length"]) > 1000
    assert answer.content == b""


def test_x_is_served_beside_the_feeds(web: Web) -> None:
    """The X API answers on the same port, with its bearer check and its headers."""
    path = "/2/tweets/search/recent?query=%22Molenaar%20Pompen%22&max_results=10"
    assert get(web, path).status_code == 401
    answer = get(web, path, Authorization="Bearer secret")
    assert answer.status_code == 200
    assert all("Molenaar Pompen" in post["text"] for post in answer.json()["data"])
    assert answer.json()["meta"]["result_count"] > 3
    assert answer.headers["x-rate-limit-remaining"] == "449"


def test_it_listens_on_loopback_only_and_stops_cleanly(web: Web) -> None:
    """The port is gone after closing, closing twice is no fault, and a silent or rude visitor does not keep it open."""
    assert web.address.startswith("http://127.0.0.1:")
    port = int(web.address.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as rude:
        rude.sendall(b"GET /installateursforum/pompen.atom HTTP/1.0\r\n\r\n")
    web.close()
    web.close()
    with pytest.raises(RuntimeError, match="closed"):
        web.address  # noqa: B018 - reading it is the test
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
