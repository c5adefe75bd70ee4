"""Pages of X's recent search as values, in both dialects: tweets with retweets, or posts with reposts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from listener.core.errors import ParseError
from listener.core.model import Author, Document, Engagement, Entry, Thread
from listener.core.text import tidy, unescape
from listener.core.urls import canonical
from listener.core.values import dataclass
from listener.sources.moments import moment
from listener.sources.x_gaps import moment_of
from listener.sources.x_refusals import of_body

# What X writes where it knows no language (und, zxx), or for posts of tags, links or media alone (qht, qme …).
_NO_LANGUAGE = frozenset({"und", "zxx", "art"})
_OLD_LANGUAGE = {"in": "id", "iw": "he"}


# What X gives with every post, and each must therefore be on some post of every page: the rest is there where it applies.
ALWAYS = ("created_at", "author_id", "conversation_id", "public_metrics", "lang")
# A page that was asked for with a translation that is wider than the query: what it brings must match here.
WIDER = "#wider"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: its posts as they came, their ids, and the token of the next page ("" on the last).

    `users` and `others` are the ids of accounts and posts that came beside them, which are billed too.
    """

    posts: tuple[Mapping[str, Any], ...]
    ids: tuple[int, ...]
    next_token: str
    users: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def missing(self, asked: Collection[str]) -> tuple[str, ...]:
        """Of the fields that X gives with every post, those that were asked for and came with none; () for a page without posts."""
        if not self.posts:
            return ()
        return tuple(name for name in ALWAYS if name in asked and all(one.get(name) is None for one in self.posts))


def page(body: bytes) -> Page:
    """Read a page; raises ParseError when the bytes are none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as fault:
        words = "an HTML page" if body.lstrip()[:1] == b"<" else "something that is not JSON"
        raise ParseError(f"X answered with {words} where a page of posts should be") from fault
    if not isinstance(value, dict):
        raise ParseError("X answered with JSON that is no page of posts")
    data, meta = value.get("data"), value.get("meta")
    if not isinstance(data, list) and (data is not None or not isinstance(meta, dict)):
        raise ParseError("X answered with JSON that is no page of posts")
    given = data if isinstance(data, list) else []
    posts = tuple(one for one in given if isinstance(one, dict) and id_of(one.get("id")))
    if given and not posts:
        raise ParseError("X answered with posts that have no id: its format has changed")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    beside = value.get("includes")
    includes = beside if isinstance(beside, dict) else {}
    return Page(
        posts,
        tuple(int(id_of(one["id"])) for one in posts),
        token if isinstance(token, str) else "",
        users=_ids(includes.get("users")),
        others=tuple(one for name in ("tweets", "posts") for one in _ids(includes.get(name))),
    )


def entries(document: Document) -> Sequence[Entry]:
    """The posts of a page, newest first as they came, without pure reposts; raises ParseError when the bytes are no page.

    Answers of X that are about posts and hold none (counts, usage) are empty; a refusal that somebody kept says what it means.
    """
    if _is_about_posts(document.body):
        return []
    if (refused := of_body(document.body, document.fetched_at)) is not None:
        raise ParseError(refused.detail, status=refused.status)
    return [_entry(one, document) for one in page(document.body).posts if not _is_repost(one)]


def _entry(post: Mapping[str, Any], document: Document) -> Entry:
    id_ = id_of(post["id"])
    first = _first_id(post) or id_
    said = _text(post, "created_at")
    published = moment(said) if said else moment_of(int(first))
    return Entry(
        document=document.fingerprint,
        source=document.source,
        guid=first,
        # The key stays when a post is edited; the link leads to the edition that was read.
        url=canonical(f"https://x.com/i/status/{first}"),
        link=f"https://x.com/i/status/{id_}",
        title="",
        text=tidy(unescape(_words(post))),
        outlet="x.com",
        first_seen_at=document.fetched_at,
        published_at=_not_later(published, document.fetched_at),
        author=Author(id=id_of(post.get("author_id"))),
        language=_language(_text(post, "lang")),
        thread=Thread(conversation=id_of(post.get("conversation_id")), in_reply_to=_referenced(post, {"replied_to"})),
        engagement=engagement_of(post),
        vouched=not document.url.endswith(WIDER),
    )


def _is_about_posts(body: bytes) -> bool:
    """Whether this is a whole answer of the counts or the usage endpoint."""
    if not any(sign in body for sign in (b"tweet_count", b"post_count", b"project_usage")):
        return False
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    data = value.get("data") if isinstance(value, dict) else None
    if isinstance(data, dict):
        return data.keys() >= {"project_usage", "project_cap"}
    return isinstance(data, list) and all(
        isinstance(one, dict) and "id" not in one and one.keys() >= {"start", "end"} and one.keys() & {"tweet_count", "post_count"}
        for one in data
    )


def id_of(value: object) -> str:
    """An id as text; X writes text, other servers of its API numbers. "" for what is none: ids are whole numbers of 63 bits."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19):
        return ""
    return value if int(value) < 1 << 63 else ""


def _ids(given: object) -> tuple[str, ...]:
    if not isinstance(given, list):
        return ()
    return tuple(found for one in given if isinstance(one, dict) and (found := id_of(one.get("id"))))


def _text(post: Mapping[str, Any], name: str) -> str:
    value = post.get(name)
    return value if isinstance(value, str) else ""


def _first_id(post: Mapping[str, Any]) -> str:
    for name in ("edit_history_tweet_ids", "edit_history_post_ids"):
        history = post.get(name)
        if isinstance(history, list) and history:
            return id_of(history[0])
    return ""


def _words(post: Mapping[str, Any]) -> str:
    for name in ("note_tweet", "note_post"):
        note = post.get(name)
        if isinstance(note, dict) and (words := _text(note, "text")):
            return words
    return _text(post, "text")


def _referenced(post: Mapping[str, Any], types: set[str]) -> str:
    for name in ("referenced_tweets", "referenced_posts"):
        given = post.get(name)
        for one in given if isinstance(given, list) else []:
            if isinstance(one, dict) and one.get("type") in types:
                return id_of(one.get("id"))
    return ""


def _is_repost(post: Mapping[str, Any]) -> bool:
    return _text(post, "text").startswith("RT @") and bool(_referenced(post, {"retweeted", "reposted"}))


def _language(code: str) -> str:
    code = code.lower()
    if code in _NO_LANGUAGE or code.startswith("q") or not (code.isascii() and code.isalpha() and len(code) <= 3):
        return ""
    return _OLD_LANGUAGE.get(code, code)


def engagement_of(post: Mapping[str, Any]) -> Engagement:
    """A post's public counts, in either dialect; None where it has none."""
    given = post.get("public_metrics")
    metrics = given if isinstance(given, dict) else {}

    def count(*names: str) -> int | None:
        for name in names:
            value = metrics.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63:
                return value
        return None

    return Engagement(
        likes=count("like_count"),
        reposts=count("retweet_count", "repost_count"),
        replies=count("reply_count"),
        quotes=count("quote_count"),
        views=count("impression_count"),
    )


def _not_later(published: datetime | None, fetched_at: datetime) -> datetime | None:
    return published and min(published, fetched_at)
