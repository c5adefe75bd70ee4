"""X, as far as a listener sees it: recent search, counts, lookup of posts and people, and usage; with a meter on it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from listener.core.values import dataclass
from listener.demo.serving import Answer
from listener.demo.x.billing import CAP, Bill, Stop
from listener.demo.x.posts import Account, Post
from listener.demo.x.refusals import (
    Invalid,
    Refusal,
    generic,
    invalid,
    no_credits,
    not_authorized,
    not_found,
    spend_cap,
    too_many,
    usage_capped,
)
from listener.demo.x.search import COUNTS_PARAMETERS, INDEXING, PARAMETERS, Search, number
from listener.demo.x.shapes import Dialect, Included, Shape
from listener.demo.x.world import Fate, World

SEARCH, COUNTS, LOOKUP = "/2/tweets/search/recent", "/2/tweets/counts/recent", "/2/tweets"
USERS, USERS_BY, USAGE = "/2/users", "/2/users/by", "/2/usage/tweets"
LIMITS = {SEARCH: 450, COUNTS: 300, LOOKUP: 3500, USERS: 300, USERS_BY: 300, USAGE: 50}  # requests a quarter of an hour

_QUARTER = 900  # seconds
_SHAPE = frozenset({"tweet.fields", "post.fields", "user.fields", "expansions", "media.fields", "poll.fields", "place.fields"})
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One answer that was charged for: when, where, what was asked, and what it held."""

    at: datetime
    path: str
    asked: Mapping[str, str]
    posts: tuple[int, ...]
    users: tuple[str, ...]
    mills: int  # thousandths of a dollar


class Network:
    """The X of one world: what can be seen there, who may ask, what was billed.

    It speaks `dialect` unless a request names fields of the other one. A server that is not `is_strict` lets parameters and fields
    that it does not know pass in silence, and bills; so does the real one, some say. `page_limit` is the most posts of one answer,
    whatever was asked for; `indexing` how old a post is before it can be found.
    """

    def __init__(
        self,
        world: World,
        token: str,
        *,
        dialect: Dialect = Dialect.TWEET,
        bill: Bill | None = None,
        is_strict: bool = True,
        page_limit: int = 100,
        indexing: timedelta = INDEXING,
    ) -> None:
        self.world = world
        self.bill = bill or Bill()
        self.read: deque[Read] = deque(maxlen=_REMEMBERED)
        self.requests = 0
        self.dialect = dialect
        self.is_strict = is_strict
        self.page_limit = page_limit
        self.indexing = indexing
        self._token = token
        self._used: dict[tuple[str, int], int] = {}

    @property
    def reads(self) -> int:
        """Billed posts: each once per UTC day."""
        return self.bill.reads

    @property
    def cost(self) -> float:
        """The bill in US dollars: posts, users and counts requests."""
        return self.bill.cost

    def answer(self, path: str, parameters: Mapping[str, str], authorization: str, now: datetime) -> Answer:
        """Answer GET `path`, as the API would at `now`."""
        self.requests += 1
        if authorization != f"Bearer {self._token}":
            return generic(401, "Unauthorized").answer()
        if path not in LIMITS:
            return generic(404, "Not Found").answer()
        headers, is_over = self._limited(path, now)
        if is_over:
            return too_many().answer(headers)
        stopped = self._stopped(path)
        if stopped is not None:
            return stopped.answer(headers)
        try:
            body = self._body(path, parameters, now)
        except Invalid as fault:
            return invalid(fault, self.dialect.host).answer(headers)
        return Answer(200, json.dumps(body, ensure_ascii=False).encode(), headers)

    def headers(self, path: str, now: datetime) -> dict[str, str]:
        """The rate-limit headers of a path as they stand."""
        window = int(now.timestamp()) // _QUARTER
        limit = LIMITS.get(path, 0)
        return {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(max(0, limit - self._used.get((path, window), 0))),
            "x-rate-limit-reset": str((window + 1) * _QUARTER),
            "api-version": "2.165" if self.dialect is Dialect.TWEET else "2.167",
            "x-access-level": "read",
        }

    def _limited(self, path: str, now: datetime) -> tuple[dict[str, str], bool]:
        key = path, int(now.timestamp()) // _QUARTER
        self._used[key] = self._used.get(key, 0) + 1
        return self.headers(path, now), self._used[key] > LIMITS[path]

    def _stopped(self, path: str) -> Refusal | None:
        match self.bill.stop() if path != USAGE else None:
            case Stop.CREDITS:
                return no_credits(self.dialect.host)
            case Stop.SPENDING:
                return spend_cap(self.dialect.host)
            case Stop.CAP:
                return usage_capped(self.dialect.host)
        return None

    def _body(self, path: str, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        match path:
            case "/2/tweets/search/recent":
                return self._search(asked, now)
            case "/2/tweets/counts/recent":
                return self._counts(asked, now)
            case "/2/tweets":
                return self._lookup(asked, now)
            case "/2/usage/tweets":
                return self._usage(now)
        return self._people(asked, now, "ids" if path == USERS else "usernames")

    def _search(self, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        self._known(asked, PARAMETERS | _SHAPE)
        size = min(number(asked, "max_results", 10, 10, 100), self.page_limit)
        shape = self._shape(asked)
        page = Search.of(asked, now, self.indexing, self.dialect.value).page(
            self.world, now, asked.get("next_token") or asked.get("pagination_token") or "", size
        )
        meta: dict[str, Any] = {"result_count": len(page.posts)}
        if page.posts:
            meta = {"newest_id": str(page.posts[0].id), "oldest_id": str(page.posts[-1].id), **meta}
        if page.next_token:
            meta["next_token"] = page.next_token
        return {**self._shown(SEARCH, page.posts, shape, asked, now), "meta": meta}

    def _counts(self, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        self._known(asked, COUNTS_PARAMETERS)
        word = self.dialect.value
        rows, total = Search.of(asked, now, self.indexing, word).counts(asked, self.world, now, f"{word}_count")
        mills = self.bill.counted()
        self.read.append(Read(at=now, path=COUNTS, asked=asked, posts=(), users=(), mills=mills))
        return {"data": rows, "meta": {f"total_{word}_count": total}}

    def _lookup(self, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        self._known(asked, _SHAPE | {"ids"})
        shape = self._shape(asked)
        there: list[Post] = []
        errors = []
        for one in _ids(asked, "ids"):
            post = self.world.post(int(one))
            fate = self.world.fate(int(one), now)
            if post is not None and fate is Fate.SHOWN:
                there.append(post)
            elif fate in {Fate.PROTECTED, Fate.WITHHELD}:
                errors.append(not_authorized(one, shape.dialect.value, "ids", shape.dialect.host))
            else:
                errors.append(not_found(one, shape.dialect.value, "ids", shape.dialect.host))
        body = self._shown(LOOKUP, there, shape, asked, now)
        return {**body, "errors": [*errors, *body.get("errors", [])]} if errors else body

    def _people(self, asked: Mapping[str, str], now: datetime, by: str) -> dict[str, Any]:
        self._known(asked, frozenset({by, "user.fields", "expansions", "tweet.fields", "post.fields"}))
        shape = self._shape({name: value for name, value in asked.items() if name != "expansions"})
        there: list[Account] = []
        errors = []
        handles = {one.handle.casefold(): one for one in self.world.accounts.values()}
        for one in _ids(asked, "ids") if by == "ids" else _names(asked):
            account = self.world.accounts.get(one) if by == "ids" else handles.get(one.casefold())
            if account is None or self.world.is_suspended(account.id, now):
                errors.append(not_found(one, "user", by, shape.dialect.host))
            else:
                there.append(account)
        mills = self.bill.read((), (one.id for one in there), now)
        path = USERS if by == "ids" else USERS_BY
        self.read.append(Read(at=now, path=path, asked=asked, posts=(), users=tuple(one.id for one in there), mills=mills))
        body: dict[str, Any] = {"data": [shape.user(one, self.world, now) for one in there]} if there else {}
        return {**body, "errors": errors} if errors else body

    def _usage(self, now: datetime) -> dict[str, Any]:
        cap = self.bill.cap or CAP
        days = (now.replace(day=1) + timedelta(days=32)).replace(day=1) - now
        return {
            "data": {
                "cap_reset_day": days.days,
                "project_cap": str(cap),
                "project_id": "1600000000000000001",
                "project_usage": str(self.bill.reads),
            }
        }

    def _shape(self, asked: Mapping[str, str]) -> Shape:
        return Shape.of(asked, self.dialect, is_strict=self.is_strict)

    def _shown(self, path: str, posts: Sequence[Post], shape: Shape, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """The posts with what was asked for beside them, billed."""
        if not posts:
            return {}
        beside = Included.beside(posts, shape, self.world, now)
        numbers = (*(one.id for one in posts), *beside.posts)
        mills = self.bill.read(numbers, beside.users, now)
        self.read.append(Read(at=now, path=path, asked=asked, posts=numbers, users=tuple(beside.users), mills=mills))
        body: dict[str, Any] = {"data": [shape.post(post, self.world, now) for post in posts]}
        if included := beside.shown(shape, self.world, now):
            body["includes"] = included
        if beside.errors:
            body["errors"] = beside.errors
        return body

    def _known(self, asked: Mapping[str, str], names: frozenset[str]) -> None:
        for name in asked if self.is_strict else ():
            if name not in names:
                raise Invalid(f"The query parameter [{name}] is not one of [{','.join(sorted(names))}]", **{name: asked[name]})


def _ids(asked: Mapping[str, str], name: str) -> list[str]:
    given = [one for one in asked.get(name, "").split(",") if one]
    if not 1 <= len(given) <= 100 or not all(one.isascii() and one.isdigit() and len(one) <= 19 for one in given):
        raise Invalid(f"The `{name}` query parameter must hold 1 to 100 numeric ids", **{name: asked.get(name, "")})
    return list(dict.fromkeys(given))


def _names(asked: Mapping[str, str]) -> list[str]:
    given = [one for one in asked.get("usernames", "").split(",") if one]
    if not 1 <= len(given) <= 100 or not all(one.isascii() and one.replace("_", "a").isalnum() and len(one) <= 15 for one in given):
        raise Invalid("The `usernames` query parameter must hold 1 to 100 handles", usernames=asked.get("usernames", ""))
    return list(dict.fromkeys(given))
