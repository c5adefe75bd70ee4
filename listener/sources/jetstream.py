"""Jetstream, version 1: the stream of all that happens on Bluesky, read from a moment on, with any number of ears at once.

https://github.com/bluesky-social/jetstream. Delivery is at least once and not strictly in order; below the oldest event it keeps, a
stream begins at that one without a word.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import urlencode

import aiohttp

from listener.core.errors import AccessDenied, RateLimited, SourceError, TooLarge, Unreachable
from listener.core.query.fold import fold
from listener.core.urls import host, safe
from listener.sources.guard import Guard
from listener.sources.http import Limits, in_words
from listener.sources.json_kind import Record, said

POSTS = "app.bsky.feed.post"
_DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200}")
_KEY = re.compile(r"[A-Za-z0-9._~:-]{1,512}")
# What an account's end is called; one that is only suspended or switched off may come back.
_ENDED = frozenset({"deleted", "takendown"})
_MESSAGE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How long one visit may last and read; `idle` seconds without a message end it, and so many posts or deletions."""

    seconds: float = 45.0
    size: int = 64_000_000
    idle: float = 8.0
    connect: float = 10.0
    kept: int = 5_000
    deleted: int = 50_000


@dataclass(slots=True, kw_only=True)
class Ear:
    """Whoever listens to a stream: for which folded words, from which moment on (microseconds), and the posts that hold one."""

    words: Sequence[str]
    begin: int
    posts: dict[str, str] = field(default_factory=dict)  # events as they came, by author and key


@dataclass(slots=True)
class Catch:
    """What a visit has read; moments in microseconds, 0 while there is none."""

    ears: Sequence[Ear]
    first: int = 0
    last: int = 0
    size: int = 0
    over: bool = False  # nothing more is to be had now
    deleted: set[str] = field(default_factory=set)  # posts, by author and key
    rewritten: dict[str, str] = field(default_factory=dict)  # the events in which posts say something else, by author and key
    ended: set[str] = field(default_factory=set)  # accounts

    def full(self, visit: Visit) -> bool:
        """Whether a visit has had its share."""
        return (
            self.size >= visit.size
            or len(self.deleted) >= visit.deleted
            or len(self.rewritten) >= visit.kept
            or any(len(ear.posts) >= visit.kept for ear in self.ears)
        )

    def take(self, data: str | bytes) -> None:
        """Take one event: remember when it was, keep a post for whoever listens for it, follow a deletion."""
        event = event_of(data)
        at = event.get("time_us")
        if not isinstance(at, int) or isinstance(at, bool) or not 0 < at < 1 << 53:
            return
        self.first = self.first or at
        self.last = max(self.last, at)
        if event.get("kind") == "account":
            self._account(event)
        elif name := name_of(event):
            self._post(event, name, at, data)

    def _account(self, event: Record) -> None:
        did, account = said(event, "did"), event.get("account")
        if (
            isinstance(account, dict)
            and account.get("active") is False
            and said(account, "status") in _ENDED
            and _DID.fullmatch(did)
        ):
            self.ended.add(did)
            for ear in self.ears:
                for name in [one for one in ear.posts if one.startswith(f"{did}/")]:
                    del ear.posts[name]

    def _post(self, event: Record, name: str, at: int, data: str | bytes) -> None:
        operation = said(event, "commit", "operation")
        if operation == "delete":
            self.deleted.add(name)
            self.rewritten.pop(name, None)
            for ear in self.ears:
                ear.posts.pop(name, None)
        elif operation in {"create", "update"}:
            words = _words_of(event["commit"].get("record"))
            if operation == "update":
                self.rewritten[name] = _on_one_line(data)
            for ear in self.ears:
                if at >= ear.begin and any(one in words for one in ear.words):
                    ear.posts[name] = _on_one_line(data)
                elif operation == "update":  # what it said before is not what it says
                    ear.posts.pop(name, None)


async def read(
    server: str, ears: Sequence[Ear], until: int, *, visit: Visit, session: Callable[[], aiohttp.ClientSession], guard: Guard
) -> Catch:
    """Read a server's stream from where the first of some ears begins, up to `until`, within the visit's bounds.

    Raises SourceError when it cannot be heard.
    """
    catch = Catch(ears)
    asked = urlencode({"wantedCollections": POSTS, "cursor": str(min(ear.begin for ear in ears))})
    url = guard.url(re.sub(r"^ws", "http", f"{server}?{asked}"))
    limits = Limits(total=visit.seconds, connect=visit.connect, idle=visit.idle)
    try:
        async with session() as opened:
            opened.trace_configs.append(_no_redirects())
            async with asyncio.timeout(visit.connect):
                stream = await opened.ws_connect(url, max_msg_size=_MESSAGE, autoping=True)
            async with stream:
                await _take(stream, catch, until, visit)
    except SourceError:
        raise
    except aiohttp.WSServerHandshakeError as fault:
        raise _refused(fault.status) from fault
    except TimeoutError as fault:
        raise Unreachable(f"{host(str(url))}: no connection within {limits.connect:g} s") from fault
    except Exception as fault:  # whatever a library makes of an odd stream
        raise Unreachable(f"{host(str(url))}: {in_words(fault, limits)}"[:200]) from fault
    if not catch.last:
        raise Unreachable(f"{host(str(url))}: the stream ended, or fell silent, before its first post", size=catch.size)
    return catch


async def _take(stream: aiohttp.ClientWebSocketResponse, catch: Catch, until: int, visit: Visit) -> None:
    deadline = time.monotonic() + visit.seconds
    while (left := deadline - time.monotonic()) > 0 and not catch.full(visit):
        try:
            message = await stream.receive(timeout=min(left, visit.idle))
        except TimeoutError:
            # Silence, unless it was our own time that ran out: asking again at once would bring no more.
            catch.over = time.monotonic() < deadline
            return
        if message.type is aiohttp.WSMsgType.ERROR:
            if stream.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
                raise TooLarge(f"a message of more than {_MESSAGE // 1_000_000} MB in the stream", size=catch.size)
            return
        if message.type not in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
            return
        catch.size += len(message.data)
        catch.take(message.data)
        if catch.last >= until:
            catch.over = True
            return


def _no_redirects() -> aiohttp.TraceConfig:
    """Nobody may send us elsewhere: a redirect's target would be dialled unjudged."""

    async def refuse(session: aiohttp.ClientSession, context: SimpleNamespace, hop: aiohttp.TraceRequestRedirectParams) -> None:  # noqa: ARG001 - aiohttp's
        raise Unreachable(f"{hop.url.host} sends us elsewhere ({hop.response.status}), which a stream may not")

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    trace.freeze()
    return trace


def _refused(status: int) -> SourceError:
    if status in {429, 503}:
        return RateLimited(f"Jetstream says that it is asked too often ({status})", status=status)
    if status in {400, 401, 403}:
        return AccessDenied(f"Jetstream refuses the question ({status})", status=status)
    return Unreachable(f"Jetstream answered {status} where a stream should begin", status=status)


def event_of(data: str | bytes) -> Record:
    """An event of the stream; empty when it is none."""
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def name_of(event: Record) -> str:
    """What a post that is written or deleted goes by, its author and key; "" when the event is something else."""
    did, key = said(event, "did"), said(event, "commit", "rkey")
    is_post = said(event, "commit", "collection") == POSTS and _DID.fullmatch(did) and _KEY.fullmatch(key)
    return f"{did}/{key}" if is_post else ""


def _on_one_line(data: str | bytes) -> str:
    """An event as it came; a line break between two parts of it means nothing, and within its texts it is always escaped."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return text.replace("\n", " ").replace("\r", " ")


def _words_of(record: object) -> str:
    if not isinstance(record, dict):
        return ""
    return " ".join(fold(" ".join((said(record, "text"), *beside(record)))).split())


def beside(record: Record) -> list[str]:
    """What a post shows beside its text: the titles and addresses it leads to, and the words put to its pictures."""
    found = [said(record, "embed", "external", "title"), safe(said(record, "embed", "external", "uri"))]
    facets = record.get("facets")
    for facet in facets if isinstance(facets, list) else []:
        features = facet.get("features") if isinstance(facet, dict) else None
        found += [safe(said(one, "uri")) for one in (features if isinstance(features, list) else [])]
    images = record["embed"].get("images") if isinstance(record.get("embed"), dict) else None
    found += [said(one, "alt") for one in (images if isinstance(images, list) else [])]
    return [one for one in dict.fromkeys(found) if one]
