"""The kind `mastodon`: public posts with a hashtag, or of one account, as one instance sees them.

`address` is "#tag" (asked of mastodon.social), "tag@instance", "@user@instance", or the web address of a tag or an account. An
instance knows only what its own people follow, so it hears a part of the network; ids are its own, so a post is known by its
`uri`, which is the same everywhere. The API: https://docs.joinmastodon.org/methods/timelines/#tag
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, unquote, urlencode, urlsplit

from listener.core.errors import AccessDenied, ParseError, RateLimited
from listener.core.model import Author, Cursor, Document, Engagement, Entry, Fetched, Source, Thread
from listener.core.urls import canonical, host, safe
from listener.core.values import dataclass
from listener.sources.http import Response
from listener.sources.items import language
from listener.sources.json_kind import JsonKind, Record, Step, count, line, prose, said
from listener.sources.moments import dated, moment

_DEFAULT = "mastodon.social"
_PAGE = 40  # the most that an instance hands over at once
_TAG = re.compile(r"#?([^\W_]\w{0,99}|_\w{1,99})")
_INSTANCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9_](?:[\w.-]{0,98}\w)?(?:@[A-Za-z0-9.-]{1,253})?")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOINDEX = re.compile(r"(?:^|[\s,:])(?:noindex|none)(?:[\s,]|$)", re.IGNORECASE)
_NEWER = re.compile(r'rel="?prev"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """An instance, and the tag or the account there that is listened to."""

    base: str  # "https://mastodon.social"
    tag: str = ""
    user: str = ""


class MastodonKind(JsonKind):
    """A hashtag or an account on one instance; see the module."""

    @staticmethod
    def place(source: Source) -> str:
        """The address that is asked first; raises AccessDenied when the source's address is none of the forms."""
        return _asked(_place(source.address), {})

    def address(self, source: Source, known: Mapping[str, str]) -> str:
        """The posts after the newest one we have; first of all, an account's id."""
        return _asked(_place(source.address), known)

    def items(self, value: object) -> Sequence[object]:
        """The posts of an answer."""
        if not isinstance(value, list):
            words = line(value, "error")
            raise ParseError(f"JSON that is no list of posts{f'; it says: {words[:120]}' if words else ''}")
        return value

    def receive(self, source: Source, cursor: Cursor | None, response: Response, now: datetime) -> Fetched:
        """What the answer means; an instance that keeps its timelines to its members, or asks not to be indexed, is left alone."""
        if _NOINDEX.search(response.headers.get("X-Robots-Tag", "")):
            raise AccessDenied(
                "this instance asks that what it answers is not indexed (X-Robots-Tag); name another: tag@instance",
                status=response.status,
                size=len(response.body),
            )
        if response.status in {401, 403, 422}:
            raise AccessDenied(
                f"this instance shows its timelines to its own members only ({response.status}); name another: tag@instance",
                status=response.status,
                size=len(response.body),
            )
        if response.status == 404:
            raise AccessDenied(
                "this instance knows no such account or timeline (404), or does not speak Mastodon's API",
                status=404,
                size=len(response.body),
            )
        try:
            return super().receive(source, cursor, response, now)
        except RateLimited as fault:
            # Mastodon names the moment in a header of its own.
            until = fault.until or moment(response.headers.get("X-RateLimit-Reset", ""))
            until = min(until, now + timedelta(days=1)) if until and until > now else None
            raise RateLimited(fault.detail, until=until, status=fault.status) from fault

    def step(self, source: Source, known: Mapping[str, str], value: object, response: Response) -> Step:
        """An account's id, or posts: go on after the newest while the instance says that there are newer ones."""
        if _place(source.address).user and not known.get("account"):
            account = line(value, "id")
            if not _ID.fullmatch(account):
                raise ParseError("the instance does not say the account's id")
            return Step(cursor={"account": account}, more=True, news=False)
        ids = [id_ for id_ in (line(one, "id") for one in self.items(value)) if _ID.fullmatch(id_)]
        before = known.get("min_id", "")
        newest = max([*ids, *([before] if before else [])], key=_order, default="")
        following = {**known, "min_id": newest} if newest else dict(known)
        # From a lower bound on, pages run towards the present; without one, the newest page came and nothing is newer.
        more = bool(before) and newest != before and (len(ids) >= _PAGE or bool(_NEWER.search(response.headers.get("Link", ""))))
        return Step(cursor=following, more=more, news=bool(ids))

    def entry(self, item: Record, document: Document) -> Entry | None:
        """A public post of its author's own; None for anything else, and for authors who ask not to be indexed."""
        uri, account = line(item, "uri"), item.get("account")
        if isinstance(account, dict) and account.get("noindex") is True:
            return None
        if not uri or item.get("reblog") is not None or line(item, "visibility") != "public":
            return None
        link = safe(said(item, "url")) or safe(uri)
        published, stated = dated(moment(said(item, "created_at")), document.fetched_at)
        warning, words = line(item, "spoiler_text"), prose(item, "content")
        return Entry(
            document=document.fingerprint,
            source=document.source,
            guid=uri,
            url=canonical(link),
            link=link,
            title="",
            text=f"{warning} {words}".strip(),
            outlet=host(link) or host(document.url),
            first_seen_at=document.fetched_at,
            published_at=published,
            stated_at=stated,
            author=_author(item, link),
            language=language(said(item, "language")),
            thread=Thread(in_reply_to=line(item, "in_reply_to_id")),
            engagement=Engagement(
                likes=count(item, "favourites_count"),
                reposts=count(item, "reblogs_count"),
                replies=count(item, "replies_count"),
                quotes=count(item, "quotes_count"),
            ),
        )


def _author(item: Record, link: str) -> Author:
    handle = line(item, "account", "acct")
    home = host(link)
    return Author(
        name=line(item, "account", "display_name") or line(item, "account", "username"),
        # An instance writes its own people without their instance.
        handle=f"{handle}@{home}" if handle and home and "@" not in handle else handle,
        id=safe(said(item, "account", "uri")) or safe(said(item, "account", "url")),
        followers=count(item, "account", "followers_count"),
    )


def _order(id_: str) -> tuple[int, str]:
    # Mastodon's ids are growing numbers; other servers of its API have growing words of one length.
    return len(id_), id_


def _asked(place: _Place, known: Mapping[str, str]) -> str:
    asked = {"limit": str(_PAGE)}
    if (newest := known.get("min_id", "")) and _ID.fullmatch(newest):
        asked["min_id"] = newest
    if place.tag:
        return f"{place.base}/api/v1/timelines/tag/{quote(place.tag, safe='')}?{urlencode(asked)}"
    account = known.get("account", "")
    if not _ID.fullmatch(account):
        return f"{place.base}/api/v1/accounts/lookup?{urlencode({'acct': place.user})}"
    return f"{place.base}/api/v1/accounts/{account}/statuses?{urlencode(asked | {'exclude_reblogs': 'true'})}"


def _place(address: str) -> _Place:
    address = address.strip()
    if address.startswith(("http://", "https://")):
        found = _web(address)
    elif address.startswith("@"):
        user, _, instance = address[1:].rpartition("@")
        found = _Place(f"https://{instance}", user=user) if _USER.fullmatch(user) and _INSTANCE.fullmatch(instance) else None
    else:
        name, at, instance = address.partition("@")
        tag, instance = _TAG.fullmatch(name), instance if at else _DEFAULT
        found = _Place(f"https://{instance}", tag=tag[1]) if tag and _INSTANCE.fullmatch(instance) else None
    if found is None:
        raise AccessDenied('mastodon: write "#tag", "tag@instance", "@user@instance", or the address of a tag or an account')
    return found


def _web(address: str) -> _Place | None:
    if not host(address):
        return None
    split = urlsplit(address)
    base, path = f"{split.scheme}://{split.netloc}", unquote(split.path).rstrip("/").removesuffix(".rss").removesuffix(".json")
    first, _, rest = path.lstrip("/").partition("/")
    if first == "tags" and (tag := _TAG.fullmatch(rest)):
        return _Place(base, tag=tag[1])
    if first.startswith("@") and _USER.fullmatch(first[1:]):
        return _Place(base, user=first[1:])
    if first == "users" and _USER.fullmatch(rest):
        return _Place(base, user=rest)
    return None
