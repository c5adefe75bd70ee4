"""What else is asked of X than its search: how much a query finds, whether posts are still there, and who wrote them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from listener.core.errors import ParseError
from listener.core.model import Author, Engagement
from listener.core.purchases import Good, Purpose
from listener.core.values import dataclass
from listener.sources.moments import moment
from listener.sources.x_api import Api
from listener.sources.x_posts import engagement_of, id_of

# Ids in one call (https://docs.x.com/x-api/posts/lookup, users/lookup).
MOST_IDS = 100
# The ends of X's words for countries in which a post is withheld everywhere.
_EVERYWHERE = frozenset({"XX", "XY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many posts of the last seven days a query finds: in all, and by the UTC hour; `cost` in micro-dollars."""

    total: int
    hours: Mapping[datetime, int]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What X says of posts by their ids: those still there with their counts now, and those that are gone, and why."""

    there: Mapping[str, Engagement] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    cost: int = 0


def count(api: Api, source: str, query: str, now: datetime) -> Counts:
    """Buy one call that counts the last seven days; raises SourceError."""
    api.ready(now)
    price = api.access.prices.counts
    reservation = api.purse.reserve(Purpose.COUNTS, source, now, price=price, most=1)
    answer = api.call(reservation, lambda client: client.get_recent_tweets_count(query, granularity="hour"), now)
    value = _json(answer.content)
    cost = reservation.settle([Good(what="counts", ref=str(reservation.number), price=price)], now)
    rows, meta = value.get("data"), value.get("meta")
    if not isinstance(rows, list):
        rows = []
    hours: dict[datetime, int] = {}
    for one in rows:
        at = moment(str(one.get("start", ""))) if isinstance(one, dict) else None
        number = _number(one, "tweet_count", "post_count") if isinstance(one, dict) else None
        # The first row begins within an hour: what it counts is no whole hour.
        if at is not None and number is not None and at == at.replace(minute=0, second=0, microsecond=0):
            hours[at.astimezone(UTC)] = number
    total = _number(meta, "total_tweet_count", "total_post_count") if isinstance(meta, dict) else None
    if total is None and not hours:
        raise ParseError("X answered with something that is no count of posts", cost=cost / 1_000_000)
    return Counts(total=sum(hours.values()) if total is None else total, hours=hours, cost=cost)


def look(api: Api, ids: Sequence[str], countries: Collection[str], now: datetime, *, share: int) -> Looked:
    """Buy another look at posts (as many of `ids` as the share of the budget pays for, 100 at most); raises SourceError.

    A post that X withholds everywhere, or in one of these countries, is gone for us. An id that X says nothing of counts as there.
    """
    api.ready(now)
    price = api.access.prices.post
    wanted = list(dict.fromkeys(ids))[:MOST_IDS]
    reservation = api.purse.reserve(Purpose.RECHECK, "", now, price=price, most=len(wanted), share=share)
    wanted = wanted[: reservation.units]
    fields = ["public_metrics", "withheld"]
    answer = api.call(reservation, lambda client: client.get_tweets(wanted, tweet_fields=fields), now)
    value = _json(answer.content)
    posts = [one for one in _rows(value, "data") if id_of(one.get("id"))]
    cost = reservation.settle([Good(what="post", ref=id_of(one["id"]), price=price) for one in posts], now)
    there: dict[str, Engagement] = {}
    gone: dict[str, str] = {}
    for one in posts:
        if _withheld(one) & ({*countries} | _EVERYWHERE):
            gone[id_of(one["id"])] = "withheld"
        else:
            there[id_of(one["id"])] = engagement_of(one)
    for one in _rows(value, "errors"):
        ref = id_of(one.get("resource_id")) or id_of(one.get("value"))
        if ref in wanted and ref not in there and (kind := str(one.get("type", "")).rstrip("/").rsplit("/", 1)[-1]) in _GONE:
            gone[ref] = _GONE[kind]
    # What X says nothing of was looked at all the same, and its turn comes again with the others'.
    there |= {one: Engagement() for one in wanted if one not in there and one not in gone}
    return Looked(there=there, gone=gone, cost=cost)


# The ends of the types of errors that say that a post is no longer for us to show (their hosts differ).
_GONE = {"resource-not-found": "deleted", "not-authorized-for-resource": "protected"}


def name(api: Api, ids: Sequence[str], now: datetime) -> tuple[Mapping[str, Author], int]:
    """Buy the names behind accounts (100 at most), and what they cost; an account that X does not know is left out."""
    api.ready(now)
    price = api.access.prices.user
    wanted = list(dict.fromkeys(ids))[:MOST_IDS]
    reservation = api.purse.reserve(Purpose.AUTHORS, "", now, price=price, most=len(wanted))
    wanted = wanted[: reservation.units]
    answer = api.call(reservation, lambda client: client.get_users(ids=wanted, user_fields=["public_metrics"]), now)
    users = [one for one in _rows(_json(answer.content), "data") if id_of(one.get("id"))]
    cost = reservation.settle([Good(what="user", ref=id_of(one["id"]), price=price) for one in users], now)
    found: dict[str, Author] = {}
    for one in users:
        metrics = one.get("public_metrics")
        ref = id_of(one["id"])
        found[ref] = Author(
            name=_text(one, "name"),
            handle=_text(one, "username"),
            id=ref,
            followers=_number(metrics, "followers_count") if isinstance(metrics, dict) else None,
        )
    return found, cost


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise ParseError("X answered with something that is not JSON") from fault
    if not isinstance(value, dict):
        raise ParseError("X answered with JSON of another shape than its API has")
    return value


def _rows(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    given = value.get(name)
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _withheld(post: Mapping[str, Any]) -> set[str]:
    given = post.get("withheld")
    codes = given.get("country_codes") if isinstance(given, dict) else None
    return {str(one).upper() for one in codes} if isinstance(codes, list) else set()


def _number(value: Mapping[str, Any], *names: str) -> int | None:
    for one in names:
        found = value.get(one)
        if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 1 << 31:
            return found
    return None


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return " ".join(found.split()) if isinstance(found, str) else ""
