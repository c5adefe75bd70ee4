"""Recent search: which posts a request means, a page of them at a time, and how many there are in each hour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zlib import crc32

from listener.core.values import dataclass
from listener.demo.x.posts import Post, first_id
from listener.demo.x.query import BadQuery, Searchable, Test, understand
from listener.demo.x.refusals import Invalid
from listener.demo.x.shapes import stamp
from listener.demo.x.world import World

WINDOW = timedelta(days=7)
INDEXING = timedelta(seconds=30)  # the newest posts are not searchable yet
PARAMETERS = frozenset(
    {"query", "max_results", "since_id", "until_id", "start_time", "end_time", "next_token", "pagination_token", "sort_order"}
)
COUNTS_PARAMETERS = frozenset(
    {
        "query",
        "granularity",
        "since_id",
        "until_id",
        "start_time",
        "end_time",
        "next_token",
        "pagination_token",
        "search_count.fields",
    }
)
_GRAINS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_LEAST_BEFORE_NOW = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Page:
    """Posts, newest first, and the token of what comes after them ("" on the last page)."""

    posts: Sequence[Post]
    next_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a request means: a test, ids in [low, high), and as far as they were indexed by `indexed_at`."""

    query: str
    test: Test
    low: int
    high: int
    indexed_at: datetime
    word: str  # what a post is called in messages

    @classmethod
    def of(cls, asked: Mapping[str, str], now: datetime, indexing: timedelta = INDEXING, word: str = "tweet") -> Search:
        """What a request asks for at `now`; raises Invalid where X answers 400."""
        query = asked.get("query", "")
        try:
            test = understand(query)
        except BadQuery as fault:
            raise Invalid(str(fault), query=query) from None
        if "since_id" in asked and ("start_time" in asked or "end_time" in asked):
            raise Invalid("Invalid use of 'since_id' in conjunction with 'start_time' or 'end_time'", since_id=asked["since_id"])
        oldest = now - WINDOW
        low, high = first_id(oldest), first_id(now - indexing + timedelta(milliseconds=1))
        for name in ("since_id", "until_id"):
            if name in asked and _id(asked, name) < low:
                raise Invalid(
                    f"'{name}' must be a {word} id created after {oldest:%Y-%m-%dT%H:%MZ}. Please use a '{name}' that is larger than {low}",
                    **{name: asked[name]},
                )
        if "since_id" in asked:
            low = _id(asked, "since_id") + 1
        if "until_id" in asked:
            high = min(high, _id(asked, "until_id"))
        start, end = _span(asked, now)
        if start is not None:
            low = max(low, first_id(start))
        if end is not None:
            high = min(high, first_id(end))
        return cls(query=query, test=test, low=low, high=high, indexed_at=now, word=word)

    def posts(self, world: World, now: datetime, below: int = 0, indexed_at: datetime | None = None) -> Iterator[Post]:
        """What it finds, newest first; only ids under `below` when that is given."""
        high = min(self.high, below) if below else self.high
        for post in world.newest_first(self.low, high, now, indexed_at or self.indexed_at):
            if self.test(searchable(post, world)):
                yield post

    def page(self, world: World, now: datetime, token: str, size: int) -> Page:
        """A page of it. A token means the same posts however often it is used, less what was taken away since it was given."""
        below, indexed_at = self._opened(token) if token else (0, now)
        found = list(islice(self.posts(world, now, below, indexed_at), size + 1))
        page = found[:size]
        return Page(page, self.token(page[-1].id, indexed_at) if len(found) > size else "")

    def token(self, below: int, indexed_at: datetime) -> str:
        """A token for what comes below this id; the same question always gets the same one."""
        return f"b26v89c19zqg8o3f{below:x}z{round(indexed_at.timestamp() * 1000):x}z{crc32(self.query.encode()):08x}"

    def counts(self, asked: Mapping[str, str], world: World, now: datetime, name: str) -> tuple[list[dict[str, Any]], int]:
        """How many posts each stretch of time holds, oldest first, and the sum; stretches join without a gap."""
        granularity = asked.get("granularity", "hour")
        if granularity not in _GRAINS:
            raise Invalid("The `granularity` query parameter value is not one of [minute,hour,day]", granularity=granularity)
        grain = _GRAINS[granularity].total_seconds()
        given_start, given_end = _span(asked, now)
        start, end = given_start or now - WINDOW, given_end or now - INDEXING
        ids = [post.id for post in self.posts(world, now)]
        rows: list[dict[str, Any]] = []
        while start < end:
            edge = min(start + timedelta(seconds=grain - start.timestamp() % grain), end)
            inside = sum(first_id(start) <= one < first_id(edge) for one in ids)
            rows.append({"end": stamp(edge), "start": stamp(start), name: inside})
            start = edge
        return rows, sum(row[name] for row in rows)

    def _opened(self, token: str) -> tuple[int, datetime]:
        found = re.fullmatch(r"b26v89c19zqg8o3f([0-9a-f]{1,16})z([0-9a-f]{1,12})z([0-9a-f]{8})", token)
        try:
            if found is not None and int(found[3], 16) == crc32(self.query.encode()):
                return int(found[1], 16), datetime.fromtimestamp(int(found[2], 16) / 1000, tz=UTC)
        except (ValueError, OverflowError, OSError):  # a moment beyond dates
            pass
        raise Invalid(f"The `next_token` query parameter value [{token}] is not valid", next_token=token)


def searchable(post: Post, world: World) -> Searchable:
    """What a search looks at in a post."""
    author = world.accounts.get(post.author)
    parent = world.post(post.replied_to)
    answered = world.accounts.get(parent.author) if parent else None
    return Searchable(
        text=post.text,
        handle=author.handle if author else "",
        account=post.author,
        language=post.language,
        urls=post.links,
        conversation=str(post.thread or post.id),
        reply_to=str(post.replied_to or ""),
        reply_to_handle=answered.handle if answered else "",
        quotes=str(post.quoted or ""),
        has=frozenset(
            name for name, given in (("links", post.urls), ("mentions", post.mentions), ("hashtags", post.hashtags)) if given
        ),
        likes=post.counts.likes,
        replies=post.counts.replies,
        reposts=post.counts.reposts,
    )


def number(asked: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A number that a request gives, within bounds; raises Invalid."""
    value = asked.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high):
        raise Invalid(f"The `{name}` query parameter value [{value}] is not between {low} and {high}", **{name: value})
    return int(value)


def _id(asked: Mapping[str, str], name: str) -> int:
    value = asked[name]
    if not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise Invalid(f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$", **{name: value})
    return int(value)


def _span(asked: Mapping[str, str], now: datetime) -> tuple[datetime | None, datetime | None]:
    """start_time and end_time, where they are given and lie within X's reach."""
    start, end = _time(asked, "start_time"), _time(asked, "end_time")
    oldest = now - WINDOW
    if start is not None and start < oldest:
        raise Invalid(
            f"Invalid 'start_time':'{asked['start_time']}'. 'start_time' must be on or after {oldest:%Y-%m-%dT%H:%MZ}",
            start_time=asked["start_time"],
        )
    if end is not None and end > now - _LEAST_BEFORE_NOW:
        raise Invalid(
            f"Invalid 'end_time':'{asked['end_time']}'. 'end_time' must be a minimum of 10 seconds prior to the request time.",
            end_time=asked["end_time"],
        )
    if start is not None and end is not None and start >= end:
        raise Invalid(
            f"Invalid 'start_time':'{asked['start_time']}'. 'start_time' must be before 'end_time'", start_time=asked["start_time"]
        )
    return start, end


def _time(asked: Mapping[str, str], name: str) -> datetime | None:
    if name not in asked:
        return None
    try:
        at = datetime.fromisoformat(asked[name])
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid(f"The `{name}` query parameter value [{asked[name]}] is not a valid RFC3339 timestamp", **{name: asked[name]})
