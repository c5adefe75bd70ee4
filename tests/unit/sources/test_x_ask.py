"""What else is asked of X than its search: counts, another look, names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from listener.core.errors import AccessDenied, OutOfBudget, ParseError, Postponed
from listener.core.model import Author, Engagement
from listener.core.purchases import Halt, Purpose
from listener.sources.means import XAccess
from listener.sources.x_place import XPlace
from tests.builders import NOON
from tests.fakes_http import Script, Server, page, serving
from tests.fakes_purchases import FakePurchases

COUNTS, POSTS, USERS = "/2/tweets/counts/recent", "/2/tweets", "/2/users"


@contextmanager
def asking(path: str, script: Script, **access: Any) -> Iterator[tuple[XPlace, FakePurchases, Server]]:
    """X beside its search, and the server it asks."""
    purse = FakePurchases()
    with serving({path: script}) as server:
        mine = XAccess(**{"api_url": server.url(""), "bearer_token": "t", "monthly": 1_000_000, **access})
        place = XPlace(mine, purse, countries={"NL"})
        try:
            yield place, purse, server
        finally:
            place.close()


def said(value: object) -> Script:
    """An answer in JSON."""
    return page(json.dumps(value).encode())


def wanted(server: Server) -> dict[str, str]:
    """The parameters of the last request."""
    return {name: value[0] for name, value in parse_qs(urlsplit(server.asked[-1].path).query).items()}


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_counts_cost_one_call_for_each_query(dialect: str) -> None:
    """Whole hours and the total, in either dialect; the first row is no whole hour."""
    rows = [
        {"start": "2026-11-20T09:30:00.000Z", "end": "2026-11-20T10:00:00.000Z", f"{dialect}_count": 3},
        {"start": "2026-11-20T10:00:00.000Z", "end": "2026-11-20T11:00:00.000Z", f"{dialect}_count": 4},
        {"start": "2026-11-20T11:00:00.000Z", f"{dialect}_count": "?"},
        "odd",
    ]
    with asking(COUNTS, said({"data": rows, "meta": {f"total_{dialect}_count": 7}})) as (place, purse, server):
        [(part, counts)] = place.count("molenaar-x", "pomp", NOON)
    assert part.query == wanted(server)["query"] == "pomp"
    assert wanted(server)["granularity"] == "hour"
    assert (counts.total, counts.hours, counts.cost) == (7, {NOON - timedelta(hours=2): 4}, 5_000)
    assert purse.used["2026-11"] == 5_000
    assert purse.reserved[0][0] is Purpose.COUNTS


def test_counts_that_are_none_are_said_so() -> None:
    """JSON of another shape, and HTML."""
    for script in (said({"meta": {}}), said([1]), page(b"<html>")):
        with asking(COUNTS, script) as (place, _, _server), pytest.raises(ParseError):
            place.count("molenaar-x", "pomp", NOON)
    with asking(COUNTS, said({"data": [{"start": "2026-11-20T10:00:00.000Z", "tweet_count": 2}]})) as (place, _, _server):
        assert place.count("molenaar-x", "pomp", NOON)[0][1].total == 2


def test_another_look_tells_what_is_there_from_what_is_gone() -> None:
    """Deleted, protected, withheld where we are or everywhere; withheld elsewhere, and what X is silent about, is there."""
    there = {"id": "1", "text": "a", "public_metrics": {"like_count": 5, "retweet_count": 2}}
    answer = {
        "data": [
            there,
            {"id": "2", "withheld": {"country_codes": ["NL"]}},
            {"id": "3", "withheld": {"country_codes": ["XX"]}},
            {"id": "4", "withheld": {"country_codes": ["RU"]}},
            {"id": "x"},
        ],
        "errors": [
            {"resource_id": "5", "type": "https://api.twitter.com/2/problems/resource-not-found"},
            {"value": "6", "type": "https://api.x.com/2/problems/not-authorized-for-resource"},
            {"value": "7", "type": "https://api.x.com/2/problems/something-new"},
            {"resource_id": "99", "type": "https://api.x.com/2/problems/resource-not-found"},
            7,
        ],
    }
    with asking(POSTS, said(answer)) as (place, purse, server):
        found, gone, cost = place.look(["1", "2", "3", "4", "5", "6", "7", "8", "1"], NOON)
    assert gone == {"2": "withheld", "3": "withheld", "5": "deleted", "6": "protected"}
    assert found == {"1": Engagement(likes=5, reposts=2), "4": Engagement(), "7": Engagement(), "8": Engagement()}
    assert cost == 20_000
    assert wanted(server)["ids"] == "1,2,3,4,5,6,7,8"
    assert purse.used["2026-11 recheck"] == 20_000


def test_another_look_keeps_to_its_share() -> None:
    """A tenth of the month where nothing else is said; what does not fit waits for the next time."""
    with asking(POSTS, said({"data": []}), monthly=100_000) as (place, _, server):
        place.look(["1", "2", "3"], NOON)
        assert wanted(server)["ids"] == "1,2"
    with asking(POSTS, said({"data": []}), recheck=0) as (place, _, server):
        with pytest.raises(OutOfBudget, match="share of the month"):
            place.look(["1"], NOON)
        assert server.asked == []


def test_names_are_bought_in_one_call() -> None:
    """A hundred accounts at most; what X does not know is left out."""
    answer = {
        "data": [
            {"id": "7", "name": "Jan  Jansen", "username": "jan", "public_metrics": {"followers_count": 12}},
            {"id": "8", "name": None, "username": "piet"},
            {"username": "nobody"},
        ]
    }
    with asking(USERS, said(answer), monthly=10_000_000) as (place, purse, server):
        found, cost = place.name([str(one) for one in range(7, 200)], NOON)
    assert found == [Author(name="Jan Jansen", handle="jan", id="7", followers=12), Author(name="", handle="piet", id="8")]
    assert (cost, purse.used["2026-11 authors"]) == (20_000, 20_000)
    assert len(wanted(server)["ids"].split(",")) == 100


def test_nothing_is_asked_while_buying_stands_still() -> None:
    """The same halts hold for every call, and the same missing token."""
    with asking(POSTS, said({})) as (place, purse, server):
        purse.halt(Halt(name="rate", since=NOON, until=NOON + timedelta(minutes=1), reason="later"))
        with pytest.raises(Postponed):
            place.look(["1"], NOON)
        purse.halt(Halt(name="cap", since=NOON, until=None, reason="the cap"))
        with pytest.raises(OutOfBudget, match="the cap"):
            place.name(["1"], NOON)
        assert server.asked == []
    with asking(POSTS, said({}), bearer_token=None) as (place, _, _server), pytest.raises(AccessDenied, match="no token"):
        place.look(["1"], NOON)
