"""The kind `bluesky`: every public post on Bluesky that holds one of the words, matched here.

`address` is words or phrases with commas between them. Bluesky's search is closed to programs; the way its makers mean is
Jetstream, the stream of the whole network's posts (https://github.com/bluesky-social/jetstream, version 1). A visit reads from
where the last one stopped until it has caught up, or until its share of time or bytes is used, and keeps only what holds a word:
the brand's query decides afterwards. A document is the events that were kept, one a line, as they came. Deletions are followed as
far as a visit goes: a post that is taken back while it is read is left out; the deletion of one that an earlier visit kept
stands in the document.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import aiohttp

from listener.core.errors import AccessDenied, ParseError, RateLimited, SourceError, TooLarge, Unreachable
from listener.core.model import Author, Cursor, Document, Entry, Fetched, Source, Thread
from listener.core.query.fold import fold
from listener.core.urls import canonical, host, safe
from listener.sources.api_answers import api_entries
from listener.sources.guard import Guard
from listener.sources.http import Fetcher, Limits, in_words
from listener.sources.items import language
from listener.sources.json_kind import Record, line, said, text_of
from listener.sources.means import Means
from listener.sources.moments import moment

SERVERS = (
    "wss://jetstream2.us-east.bsky.network/subscribe",
    "wss://jetstream1.us-east.bsky.network/subscribe",
    "wss://jetstream2.us-west.bsky.network/subscribe",
    "wss://jetstream1.us-west.bsky.network/subscribe",
)
_POSTS = "app.bsky.feed.post"
_DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200}")
_KEY = re.compile(r"[A-Za-z0-9._~:-]{1,512}")
_POST = re.compile(rf"at://(did:[^/]{{1,220}})/{re.escape(_POSTS)}/([^/]{{1,512}})")
# Delivery is at least once and not strictly in order: a little is read twice, more after a change of server.
_OVERLAP_US = 5_000_000
_OTHER_SERVER_US = 60_000_000
# The whole network is never silent for so long: a stream that begins later begins behind a hole.
_HOLE_US = 10 * 60 * 1_000_000
_MESSAGE = 1_000_000
_REMEMBERED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How long one visit may last and read; `idle` seconds without a message end it."""

    seconds: float = 45.0
    size: int = 64_000_000
    idle: float = 8.0
    connect: float = 10.0
    kept: int = 5_000


@dataclass(slots=True)
class _Catch:
    """What a visit has read so far."""

    posts: dict[str, str] = field(default_factory=dict)  # by author and key, as they came
    deleted: dict[str, str] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    size: int = 0
    over: bool = False  # nothing more is to be had now


class BlueskyKind:
    """The stream of all posts, matched here; see the module.

    `session` makes an HTTP session behind the fetch guard, on the loop that asks; `guard` judges addresses before they are dialled.
    """

    def __init__(
        self,
        session: Callable[[], aiohttp.ClientSession] | None = None,
        guard: Guard | None = None,
        *,
        servers: Sequence[str] = SERVERS,
        visit: Visit | None = None,
    ) -> None:
        self._session = session or Fetcher().session
        self._guard = guard or Guard()
        self._servers = servers
        self._visit = visit or Visit()

    @classmethod
    def equip(cls, means: Means) -> BlueskyKind:
        """The kind with the means of a running Listener."""
        return cls(means.fetcher.session, means.fetcher.guard)

    @staticmethod
    def place(source: Source) -> str:
        """The stream that is read; raises AccessDenied when the source's address holds no word to look for."""
        _words(source.address)
        return SERVERS[0]

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Read the stream from where we stopped, within the visit's bounds; raises SourceError when no server can be heard."""
        words = _words(source.address)
        known = cursor.value if cursor else {}
        until = int(now.timestamp() * 1_000_000)
        # The first visit hears what was said since a visit before it would have been.
        stopped = min(_number(known.get("time_us", "")) or until - int(source.every / timedelta(microseconds=1)), until)
        faults: list[SourceError] = []
        for server in _turned(self._servers, known.get("server", "")):
            rewind = _OVERLAP_US if known.get("server", server) == server else _OTHER_SERVER_US
            begin = stopped - rewind
            try:
                catch = asyncio.run(self._read(server, begin, until, words, set(known.get("kept", "").split())))
            except SourceError as fault:
                faults.append(fault)
                continue
            return _fetched(source, known, catch, server=server, stopped=stopped, now=now)
        raise faults[0]

    def parse(self, document: Document) -> Sequence[Entry]:
        """The posts among a document's events, without those taken back; raises ParseError when it holds no events."""
        if (captured := api_entries(document)) is not None:
            return captured
        posts: dict[str, Entry] = {}
        found = False
        for text in text_of(document).split("\n"):
            event = _event(text)
            name = _name(event)
            found = found or bool(name)
            if name and said(event, "commit", "operation") == "delete":
                posts.pop(name, None)
            elif name and (entry := _entry(event, document)) is not None:
                posts[name] = entry
        if not found:
            raise ParseError("holds no posts of Bluesky as Jetstream sends them, one a line")
        return list(posts.values())

    async def _read(self, server: str, begin: int, until: int, words: Sequence[str], kept: set[str]) -> _Catch:
        catch = _Catch()
        asked = urlencode({"wantedCollections": _POSTS, "cursor": str(begin)})
        url = self._guard.url(re.sub(r"^ws", "http", f"{server}?{asked}"))
        limits = Limits(total=self._visit.seconds, connect=self._visit.connect, idle=self._visit.idle)
        try:
            async with self._session() as session:
                session.trace_configs.append(_no_redirects())
                async with asyncio.timeout(self._visit.connect):
                    stream = await session.ws_connect(url, max_msg_size=_MESSAGE, autoping=True)
                async with stream:
                    await self._take(stream, catch, until, words, kept)
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

    async def _take(
        self, stream: aiohttp.ClientWebSocketResponse, catch: _Catch, until: int, words: Sequence[str], kept: set[str]
    ) -> None:
        deadline = time.monotonic() + self._visit.seconds
        while (left := deadline - time.monotonic()) > 0 and catch.size < self._visit.size and len(catch.posts) < self._visit.kept:
            try:
                message = await stream.receive(timeout=min(left, self._visit.idle))
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
            _sort(message.data, catch, words, kept)
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


def _event(data: str | bytes) -> Record:
    """An event of the stream; empty when it is none."""
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _name(event: Record) -> str:
    """What a post that is written or deleted goes by, its author and key; "" when the event is something else."""
    did, key = said(event, "did"), said(event, "commit", "rkey")
    is_post = said(event, "commit", "collection") == _POSTS and _DID.fullmatch(did) and _KEY.fullmatch(key)
    return f"{did}/{key}" if is_post else ""


def _sort(data: str | bytes, catch: _Catch, words: Sequence[str], kept: set[str]) -> None:
    """Take one event of the stream: remember when it was, keep a post that holds a word, follow a deletion."""
    event = _event(data)
    at = event.get("time_us")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 < at < 1 << 53:
        return
    catch.first = catch.first or at
    catch.last = max(catch.last, at)
    name, operation = _name(event), said(event, "commit", "operation")
    if not name:
        return
    # A line break between two parts of an event means nothing; within its texts it is always escaped.
    text = (data if isinstance(data, str) else data.decode("utf-8", "replace")).replace("\n", " ").replace("\r", " ")
    if operation == "delete":
        if catch.posts.pop(name, None) is None and name in kept:
            catch.deleted[name] = text
    elif operation in {"create", "update"} and _holds(event["commit"].get("record"), words):
        catch.posts[name] = text


def _holds(record: object, words: Sequence[str]) -> bool:
    if not isinstance(record, dict):
        return False
    text = " ".join(fold(" ".join((said(record, "text"), *_beside(record)))).split())
    return any(word in text for word in words)


def _beside(record: Record) -> list[str]:
    """What a post shows beside its text: the titles and addresses it leads to, and the words put to its pictures."""
    found = [said(record, "embed", "external", "title"), safe(said(record, "embed", "external", "uri"))]
    facets = record.get("facets")
    for facet in facets if isinstance(facets, list) else []:
        features = facet.get("features") if isinstance(facet, dict) else None
        found += [safe(said(one, "uri")) for one in (features if isinstance(features, list) else [])]
    images = record["embed"].get("images") if isinstance(record.get("embed"), dict) else None
    found += [said(one, "alt") for one in (images if isinstance(images, list) else [])]
    return [one for one in dict.fromkeys(found) if one]


def _fetched(source: Source, known: Mapping[str, str], catch: _Catch, *, server: str, stopped: int, now: datetime) -> Fetched:
    """What was caught, as a document, and where to go on."""
    gap = ""
    if "time_us" in known and catch.first > stopped + _HOLE_US:
        hole = f"{_moment(stopped):%Y-%m-%d %H:%M} to {_moment(catch.first):%Y-%m-%d %H:%M} UTC"
        gap = f"not heard: {hole}; Jetstream no longer has what was said then"
    remembered = [*known.get("kept", "").split(), *catch.posts][-_REMEMBERED:]
    following = Cursor({"time_us": str(max(catch.last, stopped)), "server": server, "kept": " ".join(dict.fromkeys(remembered))})
    document = None
    if catch.posts or catch.deleted:
        body = "\n".join([*catch.posts.values(), *catch.deleted.values()]).encode()
        document = Document(source=source.key, url=server, media_type="application/x-ndjson", body=body, fetched_at=now)
    more = not catch.over and catch.last > stopped
    return Fetched(document=document, cursor=following, more=more, detail=gap)


def _entry(event: Record, document: Document) -> Entry | None:
    did, key, record = said(event, "did"), said(event, "commit", "rkey"), event["commit"].get("record")
    if not isinstance(record, dict):
        return None
    link = f"https://bsky.app/profile/{did}/post/{quote(key, safe='~:.-_')}"
    text = line(record, "text")
    beside = [one for one in (line({"said": one}, "said") for one in _beside(record)) if one not in text]
    said_at, seen_at = moment(said(record, "createdAt")), moment(str(_number(said(event, "time_us")) // 1_000_000))
    # An app states when a post was written, and may state anything: never later than the network saw it.
    published = min((one for one in (said_at, seen_at, document.fetched_at) if one), default=None) if said_at or seen_at else None
    languages = record.get("langs")
    spoken = languages[0] if isinstance(languages, list) and len(languages) == 1 else ""
    return Entry(
        document=document.fingerprint,
        source=document.source,
        guid=f"at://{did}/{_POSTS}/{key}",
        url=canonical(link),
        link=link,
        title="",
        text=" ".join((text, *beside)).strip(),
        outlet="bsky.app",
        first_seen_at=document.fetched_at,
        published_at=published,
        author=Author(id=did),
        language=language(spoken) if isinstance(spoken, str) else "",
        thread=Thread(conversation=_reference(record, "root"), in_reply_to=_reference(record, "parent")),
    )


def _reference(record: Record, name: str) -> str:
    uri = said(record, "reply", name, "uri")
    return uri if _POST.fullmatch(uri) else ""


def _words(address: str) -> tuple[str, ...]:
    """What to look for, folded; a part without two letters or digits would catch half the network."""
    parts = [" ".join(fold(part).replace('"', " ").split()) for part in re.split(r",|\sOR\s", address)]
    found = tuple(dict.fromkeys(part for part in parts if part))
    if not found or any(sum(sign.isalnum() for sign in part) < 2 for part in found) or "://" in address:
        raise AccessDenied('bluesky: write the words to look for, with commas between them: "Molenaar Pompen, molenaarpompen.nl"')
    return found


def _turned(servers: Sequence[str], last: str) -> Sequence[str]:
    """The servers, beginning with the one that was heard last."""
    return [last, *(one for one in servers if one != last)] if last in servers else list(servers)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else 0


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, tz=UTC)
