"""How posts and people look in an answer, in either of the API's two dialects: that of tweets, and that of posts.

The names are those of the API's OpenAPI documents 2.165 (tweets) and 2.167 (posts). In the dialect of posts the author, the account
that is answered, the references and the history are no fields but expansions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from listener.demo.x.posts import EDITABLE, EDITS, SHORT, Account, Post
from listener.demo.x.refusals import Invalid, not_authorized, not_found
from listener.demo.x.world import Fate, World


class Dialect(Enum):
    """How the API names things."""

    TWEET = "tweet"
    POST = "post"

    @property
    def host(self) -> str:
        """Where the types of problems are described."""
        return f"https://api.{'twitter' if self is Dialect.TWEET else 'x'}.com/2/problems"


_COMMON = """article attachments card_uri community_id context_annotations conversation_id created_at display_text_range edit_controls
    entities geo id lang matched_media_notes media_metadata non_public_metrics note_request_suggestions organic_metrics paid_partnership
    possibly_sensitive promoted_metrics public_metrics reply_settings scopes source suggested_source_links
    suggested_source_links_with_counts text withheld"""
_USER = """confirmed_email connection_status created_at description entities id is_identity_verified location name parody
    profile_banner_url profile_image_url protected public_metrics receives_your_dm subscription subscription_type url username verified
    verified_followers_count verified_type withheld"""
_MEDIA_EXPANSIONS = """article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet
    attachments.poll_ids author_id entities.mentions.username geo.place_id in_reply_to_user_id"""


def _names(*lists: str) -> frozenset[str]:
    return frozenset(" ".join(lists).split())


FIELDS: Mapping[Dialect, frozenset[str]] = {
    Dialect.TWEET: _names(_COMMON, "author_id edit_history_tweet_ids in_reply_to_user_id note_tweet referenced_tweets"),
    Dialect.POST: _names(_COMMON, "article_title note_post"),
}
USER_FIELDS: Mapping[Dialect, frozenset[str]] = {
    Dialect.TWEET: _names(_USER, "affiliation most_recent_tweet_id pinned_tweet_id"),
    Dialect.POST: _names(_USER, "subscribes_to_you"),
}
EXPANSIONS: Mapping[Dialect, frozenset[str]] = {
    Dialect.TWEET: _names(
        _MEDIA_EXPANSIONS,
        """edit_history_tweet_ids entities.note.mentions.username referenced_tweets.id referenced_tweets.id.attachments.media_keys
        referenced_tweets.id.author_id""",
    ),
    Dialect.POST: _names(_MEDIA_EXPANSIONS, "edit_history_post_ids referenced_posts username"),
}
_DEFAULTS = {
    Dialect.TWEET: frozenset({"id", "text", "edit_history_tweet_ids"}),
    Dialect.POST: frozenset({"id", "text", "edit_history_post_ids"}),
}
# The field that an expansion brings with it.
_BRINGS = {"referenced_tweets.id": "referenced_tweets", "referenced_tweets.id.author_id": "referenced_tweets"}
_RENAMED = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an answer shows of posts and people, and in which dialect."""

    dialect: Dialect
    fields: frozenset[str]
    user_fields: frozenset[str]
    expansions: frozenset[str]

    @classmethod
    def of(cls, asked: Mapping[str, str], default: Dialect, *, is_strict: bool) -> Shape:
        """What a request asks for; raises Invalid for names that are none, unless the server lets them pass in silence."""
        other = Dialect.POST if default is Dialect.TWEET else Dialect.TWEET
        dialect = other if f"{other.value}.fields" in asked else default
        if is_strict and {"tweet.fields", "post.fields"} <= asked.keys():
            raise Invalid("The query parameters [tweet.fields] and [post.fields] cannot be used together", **{"post.fields": ""})
        fields = _listed(asked, f"{dialect.value}.fields", FIELDS[dialect], is_strict=is_strict)
        expansions = _listed(asked, "expansions", EXPANSIONS[dialect], is_strict=is_strict)
        brought = {_BRINGS.get(one, one) for one in expansions}
        return cls(
            dialect=dialect,
            fields=_DEFAULTS[dialect] | fields | brought,
            user_fields=frozenset({"id", "name", "username"})
            | _listed(asked, "user.fields", USER_FIELDS[dialect], is_strict=is_strict),
            expansions=expansions,
        )

    def named(self, name: str) -> str:
        """A name of the tweets' dialect in this one."""
        return name if self.dialect is Dialect.TWEET else _RENAMED.get(name, name)

    def post(self, post: Post, world: World, now: datetime) -> dict[str, Any]:
        """A post as this shape shows it."""
        whole = {self.named(name): value for name, value in _whole(post, world, now, self).items()}
        return {name: value for name, value in whole.items() if name in self.fields and value not in ({}, [], None)}

    def user(self, account: Account, world: World, now: datetime) -> dict[str, Any]:
        """Somebody as this shape shows them."""
        whole = {
            "id": account.id,
            "name": account.name,
            "username": account.handle,
            "verified": False,
            "protected": world.is_protected(account.id, now),
            "public_metrics": {
                "followers_count": account.followers,
                "following_count": 200,
                self.named("tweet_count"): 900,
                "listed_count": 0,
            },
        }
        return {name: value for name, value in whole.items() if name in self.user_fields}


@dataclass(slots=True)
class Included:
    """What stands beside the posts of an answer, in the order in which it was met, and what could not be shown."""

    users: dict[str, Account] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def beside(cls, posts: Sequence[Post], shape: Shape, world: World, now: datetime) -> Included:
        """What the expansions of a shape bring with these posts."""
        found = cls()
        refers = {"referenced_tweets.id", "referenced_tweets.id.author_id", "referenced_posts"} & shape.expansions
        for post in posts:
            if "author_id" in shape.expansions:
                found._meet(post.author, world)
            parent = world.post(post.replied_to)
            if "in_reply_to_user_id" in shape.expansions and parent:
                found._meet(parent.author, world)
            if "entities.mentions.username" in shape.expansions:
                named = {str(one["username"]).casefold() for one in post.mentions}
                for account in [one for one in world.accounts.values() if one.handle.casefold() in named]:
                    found._meet(account.id, world)
            if refers:
                found._refer(post, shape, world, now)
        for number in posts:
            found.posts.pop(number.id, None)  # it is in the answer itself
        return found

    def _meet(self, account: str, world: World) -> None:
        if account in world.accounts:
            self.users.setdefault(account, world.accounts[account])

    def _refer(self, post: Post, shape: Shape, world: World, now: datetime) -> None:
        for _, number in references(post):
            fate = world.fate(number, now)
            other = world.post(number)
            if fate is Fate.SHOWN and other is not None:
                self.posts.setdefault(number, other)
                if "referenced_tweets.id.author_id" in shape.expansions:
                    self._meet(other.author, world)
                continue
            tell = not_found if fate in {Fate.UNSAID, Fate.DELETED, Fate.SUSPENDED} else not_authorized
            self.errors.append(tell(str(number), "tweet", "referenced_tweets.id", shape.dialect.host))

    def shown(self, shape: Shape, world: World, now: datetime) -> dict[str, Any]:
        """The `includes` of an answer; {} for none."""
        made: dict[str, Any] = {}
        if self.users:
            made["users"] = [shape.user(one, world, now) for one in self.users.values()]
        if self.posts:
            made["tweets" if shape.dialect is Dialect.TWEET else "posts"] = [
                shape.post(one, world, now) for one in self.posts.values()
            ]
        return made


def references(post: Post) -> list[tuple[str, int]]:
    """What a post refers to: how, and the id."""
    given = (("retweeted", post.reposted), ("quoted", post.quoted), ("replied_to", post.replied_to))
    return [(how, number) for how, number in given if number]


def stamp(at: datetime) -> str:
    """A moment as the API writes it."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"


def _listed(asked: Mapping[str, str], name: str, known: Iterable[str], *, is_strict: bool) -> frozenset[str]:
    wanted = frozenset(one for one in asked.get(name, "").split(",") if one)
    if is_strict and (unknown := wanted - frozenset(known)):
        worst = min(unknown)
        raise Invalid(f"The `{name}` query parameter value [{worst}] is not one of [{','.join(sorted(known))}]", **{name: worst})
    return wanted & frozenset(known)


def _whole(post: Post, world: World, now: datetime, shape: Shape) -> dict[str, Any]:
    """Every field there is, by the names of the tweets' dialect; what is empty is not shown."""
    parent = world.post(post.replied_to)
    countries = world.withheld_in(post, now)
    editable_until = (world.post(post.history[0]) or post).at + EDITABLE
    latest = world.latest(post.id)
    return {
        "id": str(post.id),
        "text": post.short,
        "edit_history_tweet_ids": [str(one) for one in (latest.history if latest.at <= now else post.history)],
        "author_id": post.author,
        "created_at": stamp(post.at),
        "conversation_id": str(post.thread or post.id),
        "lang": post.language,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_controls": {
            "edits_remaining": max(0, EDITS + 1 - len(latest.history)),
            "is_edit_eligible": not post.replied_to,
            "editable_until": stamp(editable_until),
        },
        "public_metrics": {
            shape.named("retweet_count"): post.counts.reposts,
            "reply_count": post.counts.replies,
            "like_count": post.counts.likes,
            "quote_count": post.counts.quotes,
            "bookmark_count": post.counts.bookmarks,
            "impression_count": post.counts.views,
        },
        "entities": _entities(post, world),
        "note_tweet": {"text": post.text} if len(post.text) > SHORT else {},
        "in_reply_to_user_id": parent.author if parent else None,
        "referenced_tweets": [{"type": how, "id": str(number)} for how, number in references(post)],
        "withheld": {"copyright": False, "country_codes": list(countries), "scope": shape.dialect.value} if countries else {},
    }


def _entities(post: Post, world: World) -> dict[str, Any]:
    ids = {one.handle.casefold(): one.id for one in world.accounts.values()} if post.mentions else {}
    mentions = [{**one, "id": ids[handle]} if (handle := str(one["username"]).casefold()) in ids else one for one in post.mentions]
    given = {"urls": post.urls, "mentions": mentions, "hashtags": post.hashtags, "cashtags": post.cashtags}
    return {name: marks for name, marks in given.items() if marks}
