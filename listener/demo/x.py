"""X, as far as a listener sees it: recent search, counts and lookup of API v2, in the tweet dialect, with a meter on it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

from listener.demo.item import X_EPOCH_MS, Item, Story
from listener.demo.places import X
from listener.demo.x_query import BadQuery, Searchable, Test, understand

POST_PRICE = 0.005  # US dollars for a post, once per UTC day (docs.x.com, pricing, August 2026)
USER_PRICE = 0.010
COUNTS_PRICE = 0.005  # for a request

_WINDOW = timedelta(days=7)
_INDEXING = timedelta(seconds=30)  # the newest posts are not searchable yet
_QUARTER = 900  # seconds of a rate limit window
_LIMITS = {"/2/tweets/search/recent": 450, "/2/tweets/counts/recent": 300, "/2/tweets": 3500}
_LINK = re.compile(r"(?:https://)?(?:[\w-]+\.)+example(?:/[\w./-]*\w)?")
_DEFAULTS = frozenset({"id", "text", "edit_history_tweet_ids"})
_SEARCH = frozenset(
    {"query", "max_results", "since_id", "until_id", "start_time", "end_time", "next_token", "pagination_token", "sort_order"}
)
_SHAPE = frozenset({"tweet.fields", "user.fields", "expansions", "media.fields", "poll.fields", "place.fields"})
_COUNTS = frozenset({"query", "granularity", "since_id", "until_id", "start_time", "end_time", "next_token", "pagination_token"})
_GRAINS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What X answers: status, body, and headers beside the usual ones."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json; charset=utf-8"


class _Invalid(Exception):
    """A request that X answers with 400."""

    def __init__(self, message: str, **parameters: str) -> None:
        super().__init__(message)
        self.error = {"parameters": {name: [value] for name, value in parameters.items()}, "message": message}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _first_id(at: datetime) -> int:
    return (int(at.timestamp() * 1000) - X_EPOCH_MS) << 22


@dataclass(frozen=True)
class _Post:
    item: Item
    replied_to: Item | None
    root: Item

    @property
    def number(self) -> int:
        return self.item.snowflake

    @cached_property
    def urls(self) -> list[dict[str, Any]]:
        return [
            {
                "start": found.start(),
                "end": found.end(),
                "url": found[0],
                "expanded_url": f"https://{found[0].removeprefix('https://')}",
            }
            for found in _LINK.finditer(self.item.text)
        ]

    @cached_property
    def searchable(self) -> Searchable:
        return Searchable(
            text=self.item.text,
            handle=self.item.author.handle,
            account=self.item.author.id,
            language=self.item.language,
            urls=[url["expanded_url"] for url in self.urls],
            conversation=str(self.root.snowflake),
            reply_to=str(self.replied_to.snowflake) if self.replied_to else "",
            reply_to_handle=self.replied_to.author.handle if self.replied_to else "",
        )

    @cached_property
    def whole(self) -> dict[str, Any]:
        """Every field there is, in the tweet dialect."""
        author = self.item.author
        stir = crc32(self.item.id.encode())  # counts that look lived-in and never change
        whole: dict[str, Any] = {
            "id": str(self.number),
            "text": self.item.text,
            "edit_history_tweet_ids": [str(self.number)],
            "author_id": author.id,
            "created_at": _stamp(self.item.at),
            "conversation_id": str(self.root.snowflake),
            "lang": self.item.language,
            "possibly_sensitive": False,
            "public_metrics": {
                "retweet_count": stir % 5,
                "reply_count": stir // 7 % 4,
                "like_count": stir // 29 % 23,
                "quote_count": stir // 97 % 2,
                "bookmark_count": stir // 101 % 2,
                "impression_count": 40 + stir // 31 % 1900,
            },
            "entities": {"urls": self.urls} if self.urls else {},
        }
        if self.replied_to:
            whole["in_reply_to_user_id"] = self.replied_to.author.id
            whole["referenced_tweets"] = [{"type": "replied_to", "id": str(self.replied_to.snowflake)}]
        return whole


_FIELDS = frozenset(
    """attachments author_id context_annotations conversation_id created_at edit_controls edit_history_tweet_ids entities geo id
    in_reply_to_user_id lang note_tweet possibly_sensitive public_metrics referenced_tweets reply_settings source text withheld""".split()  # noqa: SIM905 - a list of names reads best as one
)


class Network:
    """The X of one story: what is said there, who may ask, what was billed.

    `reads` counts billed posts (each once per UTC day), `cost` is in US dollars and counts users and counts requests too.
    """

    def __init__(self, story: Story, token: str) -> None:
        by_id = {item.id: item for item in story.items}
        self._posts: dict[int, _Post] = {}
        for item in reversed(story.items):
            if X in item.places:
                root = item
                while root.reply_to:
                    root = by_id[root.reply_to]
                self._posts[item.snowflake] = _Post(item, by_id.get(item.reply_to), root)
        self._newest_first = sorted(self._posts, reverse=True)
        self._token = token
        self._billed: set[tuple[str, str]] = set()
        self._spent: dict[tuple[str, int], int] = {}
        self.requests = 0
        self.reads = 0
        self.cost = 0.0

    def answer(self, path: str, parameters: Mapping[str, str], authorization: str, now: datetime) -> Answer:
        """Answer GET `path`, as the API would at `now`."""
        self.requests += 1
        if authorization != f"Bearer {self._token}":
            return _problem(401, "Unauthorized", "Unauthorized")
        if path not in _LIMITS:
            return _problem(404, "Not Found", "Not Found")
        window = int(now.timestamp()) // _QUARTER
        used = self._spent[path, window] = self._spent.get((path, window), 0) + 1
        headers = {
            "x-rate-limit-limit": str(_LIMITS[path]),
            "x-rate-limit-remaining": str(max(0, _LIMITS[path] - used)),
            "x-rate-limit-reset": str((window + 1) * _QUARTER),
            "api-version": "2.167",
        }
        if used > _LIMITS[path]:
            return _problem(429, "Too Many Requests", "Too Many Requests", headers)
        try:
            if path == "/2/tweets/search/recent":
                body = self._search(parameters, now)
            elif path == "/2/tweets/counts/recent":
                body = self._counts(parameters, now)
            else:
                body = self._lookup(parameters, now)
        except _Invalid as fault:
            body = {
                "errors": [fault.error],
                "title": "Invalid Request",
                "detail": "One or more parameters to your request was invalid.",
                "type": "https://api.twitter.com/2/problems/invalid-request",
            }
            return Answer(400, json.dumps(body).encode(), headers)
        return Answer(200, json.dumps(body, ensure_ascii=False).encode(), headers)

    def _search(self, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        _known(asked, _SEARCH | _SHAPE)
        size = _number(asked, "max_results", 10, 10, 100)
        found, query = self._found(asked, now)
        token = asked.get("next_token") or asked.get("pagination_token")
        if token:
            below = _opened(token, query)
            found = [number for number in found if number < below]
        page, rest = found[:size], found[size:]
        body = self._shaped([self._posts[number] for number in page], asked, now)
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta = {"newest_id": str(page[0]), "oldest_id": str(page[-1]), **meta}
        if rest:
            meta["next_token"] = _closed(page[-1], query)
        return {**body, "meta": meta}

    def _found(self, asked: Mapping[str, str], now: datetime) -> tuple[list[int], str]:
        """Ids of what a request asks for, newest first, and the query as given."""
        query = asked.get("query", "")
        try:
            test: Test = understand(query)
        except BadQuery as fault:
            raise _Invalid(str(fault), query=query) from None
        oldest, newest = now - _WINDOW, now - _INDEXING
        if "since_id" in asked and ("start_time" in asked or "end_time" in asked):
            raise _Invalid("Invalid use of 'since_id' in conjunction with 'start_time' or 'end_time'", since_id=asked["since_id"])
        low, high = _first_id(oldest), _first_id(newest + timedelta(milliseconds=1))
        if "since_id" in asked:
            since = _id(asked, "since_id")
            if since < low:
                raise _Invalid(
                    f"'since_id' must be a tweet id created after {oldest:%Y-%m-%dT%H:%MZ}. Please use a 'since_id' that is larger than {low}",
                    since_id=asked["since_id"],
                )
            low = since + 1
        if "until_id" in asked:
            high = min(high, _id(asked, "until_id"))
        if "start_time" in asked:
            start = _time(asked, "start_time")
            if start < oldest:
                raise _Invalid(
                    f"Invalid 'start_time':'{asked['start_time']}'. 'start_time' must be on or after {oldest:%Y-%m-%dT%H:%MZ}",
                    start_time=asked["start_time"],
                )
            low = max(low, _first_id(start))
        if "end_time" in asked:
            end = _time(asked, "end_time")
            if end > now - timedelta(seconds=10):
                raise _Invalid(
                    f"Invalid 'end_time':'{asked['end_time']}'. 'end_time' must be a minimum of 10 seconds prior to the request time.",
                    end_time=asked["end_time"],
                )
            high = min(high, _first_id(end))
        return [number for number in self._newest_first if low <= number < high and test(self._posts[number].searchable)], query

    def _counts(self, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        _known(asked, _COUNTS)
        granularity = asked.get("granularity", "hour")
        if granularity not in _GRAINS:
            raise _Invalid("The `granularity` query parameter value is not one of [minute,hour,day]", granularity=granularity)
        found, _ = self._found(asked, now)
        grain = _GRAINS[granularity]
        start = _time(asked, "start_time") if "start_time" in asked else now - _WINDOW
        end = _time(asked, "end_time") if "end_time" in asked else now - _INDEXING
        rows = []
        while start < end:
            edge = min(start + timedelta(seconds=grain.total_seconds() - start.timestamp() % grain.total_seconds()), end)
            low, high = _first_id(start), _first_id(edge)
            rows.append({"start": _stamp(start), "end": _stamp(edge), "tweet_count": sum(low <= number < high for number in found)})
            start = edge
        self.cost += COUNTS_PRICE
        return {"data": rows, "meta": {"total_tweet_count": sum(row["tweet_count"] for row in rows)}}

    def _lookup(self, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        _known(asked, _SHAPE | {"ids"})
        ids = [one for one in asked.get("ids", "").split(",") if one]
        if not 1 <= len(ids) <= 100 or not all(one.isascii() and one.isdigit() for one in ids):
            raise _Invalid("The `ids` query parameter must hold 1 to 100 numeric ids", ids=asked.get("ids", ""))
        there = [self._posts[int(one)] for one in ids if int(one) in self._posts and self._posts[int(one)].item.at <= now]
        body = self._shaped(there, asked, now)
        missing = [one for one in ids if one not in {str(post.number) for post in there}]
        if missing:
            body["errors"] = [
                {
                    "value": one,
                    "detail": f"Could not find tweet with ids: [{one}].",
                    "title": "Not Found Error",
                    "resource_type": "tweet",
                    "parameter": "ids",
                    "resource_id": one,
                    "type": "https://api.twitter.com/2/problems/resource-not-found",
                }
                for one in missing
            ]
        return body

    def _shaped(self, posts: list[_Post], asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """The posts with the fields that were asked for, billed."""
        wanted = {one for one in asked.get("tweet.fields", "").split(",") if one}
        if unknown := wanted - _FIELDS:
            name = min(unknown)
            raise _Invalid(
                f"The `tweet.fields` query parameter value [{name}] is not one of [{','.join(sorted(_FIELDS))}]",
                **{"tweet.fields": name},
            )
        body: dict[str, Any] = {}
        if posts:
            shown = _DEFAULTS | wanted
            body["data"] = [{name: value for name, value in post.whole.items() if name in shown and value != {}} for post in posts]
        day = now.astimezone(UTC).date().isoformat()
        for post in posts:
            if (day, f"post {post.number}") not in self._billed:
                self._billed.add((day, f"post {post.number}"))
                self.reads += 1
                self.cost += POST_PRICE
        if posts and "author_id" in asked.get("expansions", "").split(","):
            body["includes"] = {"users": self._users(posts, asked, day)}
        return body

    def _users(self, posts: list[_Post], asked: Mapping[str, str], day: str) -> list[dict[str, Any]]:
        fields = {"id", "name", "username"} | set(asked.get("user.fields", "").split(","))
        users = []
        for author in {post.item.author.id: post.item.author for post in posts}.values():
            user = {
                "id": author.id,
                "name": author.name,
                "username": author.handle,
                "verified": False,
                "public_metrics": {
                    "followers_count": author.followers,
                    "following_count": 200,
                    "tweet_count": 900,
                    "listed_count": 0,
                },
            }
            users.append({name: value for name, value in user.items() if name in fields})
            if (day, f"user {author.id}") not in self._billed:
                self._billed.add((day, f"user {author.id}"))
                self.cost += USER_PRICE
        return users


def _problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    body = {"title": title, "type": "about:blank", "status": status, "detail": detail}
    return Answer(status, json.dumps(body).encode(), headers or {})


def _known(asked: Mapping[str, str], names: frozenset[str] | set[str]) -> None:
    for name in asked:
        if name not in names:
            raise _Invalid(f"The query parameter [{name}] is not one of [{','.join(sorted(names))}]", **{name: asked[name]})


def _number(asked: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = asked.get(name, str(default))
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise _Invalid(f"The `{name}` query parameter value [{value}] is not between {low} and {high}", **{name: value})
    return int(value)


def _id(asked: Mapping[str, str], name: str) -> int:
    value = asked[name]
    if not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise _Invalid(f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$", **{name: value})
    return int(value)


def _time(asked: Mapping[str, str], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(asked[name])
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _Invalid(
            f"The `{name}` query parameter value [{asked[name]}] is not a valid RFC3339 timestamp", **{name: asked[name]}
        )
    return at


def _closed(number: int, query: str) -> str:
    """A token for what comes after this id; the same question always gets the same one."""
    return f"b26v89c19zqg8o3f{number:x}z{crc32(query.encode()):08x}"


def _opened(token: str, query: str) -> int:
    found = re.fullmatch(r"b26v89c19zqg8o3f([0-9a-f]{1,16})z([0-9a-f]{8})", token)
    if found is None or int(found[2], 16) != crc32(query.encode()):
        raise _Invalid(f"The `next_token` query parameter value [{token}] is not valid", next_token=token)
    return int(found[1], 16)
