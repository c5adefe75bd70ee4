"""The kind `bluesky`: every public post on Bluesky that holds one of the words, matched here.

`address` is words or phrases with commas between them. Bluesky's search is closed to programs; the way its makers mean is
Jetstream, the stream of the whole network's posts (jetstream.py). A visit reads from where the last one stopped until it has caught
up, or until its share of time or bytes is used, and keeps only what holds a word: the brand's query decides afterwards. All
sources that are due listen to one reading. A document is the events that were kept, one a line, as they came. Deletions are
followed: a post that is taken back while it is read is left out, and one that was kept earlier goes from the archive. So are
rewrites: what a post said before goes, and what it says now is heard as any other post.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import aiohttp

from listener.core.errors import AccessDenied, ParseError, Postponed, SourceError
from listener.core.model import Author, Cursor, Document, Entry, Fetched, Source, Thread
from listener.core.ports import Ask
from listener.core.query.fold import fold
from listener.core.removal import Removal, Rewriting
from listener.core.urls import canonical
from listener.core.values import dataclass
from listener.sources.api_answers import api_entries
from listener.sources.guard import Guard
from listener.sources.http import Fetcher
from listener.sources.items import language
from listener.sources.jetstream import POSTS, Catch, Ear, Visit, beside, event_of, name_of, read
from listener.sources.json_kind import Record, line, said, text_of
from listener.sources.means import Means
from listener.sources.moments import moment

SERVERS = (
    "wss://jetstream2.us-east.bsky.network/subscribe",
    "wss://jetstream1.us-east.bsky.network/subscribe",
    "wss://jetstream2.us-west.bsky.network/subscribe",
    "wss://jetstream1.us-west.bsky.network/subscribe",
)
_POST = re.compile(rf"at://(did:[^/]{{1,220}})/{re.escape(POSTS)}/([^/]{{1,512}})")
# Delivery is at least once and not strictly in order: a little is read twice, more after a change of server.
_OVERLAP_US = 5_000_000
_OTHER_SERVER_US = 60_000_000
# The whole network is never silent for so long: a stream that begins later begins behind a hole.
_HOLE_US = 10 * 60 * 1_000_000
# Who stopped further back than this before the next one reads for himself, so that nobody waits until he has caught up.
_TOGETHER_US = 60 * 60 * 1_000_000
# Readings in one visit, which must end within its lease.
_READINGS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where one source stands in the stream: what it listens for, when and at which server it stopped ("" for never)."""

    ask: Ask
    words: tuple[str, ...]
    stopped: int
    server: str

    def ear(self, server: str) -> Ear:
        """Its ear at a server."""
        rewind = _OVERLAP_US if self.server in {"", server} else _OTHER_SERVER_US
        return Ear(words=self.words, begin=self.stopped - rewind)


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
        ((_, answer),) = self.fetch_all([Ask(source=source, cursor=cursor)], now)
        if isinstance(answer, SourceError):
            raise answer
        return answer

    def fetch_all(self, asks: Sequence[Ask], now: datetime) -> Iterator[tuple[Ask, Fetched | SourceError]]:
        """The same for any number of sources in as few readings as can be; those who are nearest to the present first."""
        until = int(now.timestamp() * 1_000_000)
        places: list[_Place] = []
        for ask in asks:
            try:
                places.append(_place(ask, until))
            except AccessDenied as fault:
                yield ask, fault
        for number, group in enumerate(_together(places)):
            if number < _READINGS:
                yield from self._heard(group, until, now)
            else:
                yield from ((one.ask, Postponed("not read yet: others further on were read first", until=now)) for one in group)

    def _heard(self, places: Sequence[_Place], until: int, now: datetime) -> Iterator[tuple[Ask, Fetched | SourceError]]:
        faults: list[SourceError] = []
        for server in _turned(self._servers, places[0].server):
            ears = [one.ear(server) for one in places]
            try:
                catch = asyncio.run(read(server, ears, until, visit=self._visit, session=self._session, guard=self._guard))
            except SourceError as fault:
                faults.append(fault)
                continue
            for place, ear in zip(places, ears, strict=True):
                yield place.ask, _answer(place, ear, catch, server=server, now=now)
            return
        for place in places:
            # Each its own: what becomes of one source's error is nothing to the others.
            yield place.ask, copy.copy(faults[0])

    def parse(self, document: Document) -> Sequence[Entry]:
        """The posts among a document's events, without those taken back; raises ParseError when it holds no events."""
        if (captured := api_entries(document)) is not None:
            return captured
        posts: dict[str, Entry] = {}
        found = False
        for text in text_of(document).split("\n"):
            event = event_of(text)
            name = name_of(event)
            found = found or bool(name)
            if name and said(event, "commit", "operation") == "delete":
                posts.pop(name, None)
            elif name and (entry := _entry(event, document)) is not None:
                posts[name] = entry
        if not found:
            raise ParseError("holds no posts of Bluesky as Jetstream sends them, one a line")
        return list(posts.values())


def _place(ask: Ask, until: int) -> _Place:
    known = ask.cursor.value if ask.cursor else {}
    # The first visit hears what was said since a visit before it would have been.
    stopped = min(_number(known.get("time_us", "")) or until - int(ask.source.every / timedelta(microseconds=1)), until)
    return _Place(ask=ask, words=_words(ask.source.address), stopped=stopped, server=known.get("server", ""))


def _together(places: Sequence[_Place]) -> Iterator[Sequence[_Place]]:
    """Those who can share a reading, the latest first."""
    group: list[_Place] = []
    for one in sorted(places, key=lambda place: place.stopped, reverse=True):
        if group and group[-1].stopped - one.stopped > _TOGETHER_US:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _answer(place: _Place, ear: Ear, catch: Catch, *, server: str, now: datetime) -> Fetched | SourceError:
    """What was caught for one source, as a document, and where it goes on."""
    source, known = place.ask.source, place.ask.cursor.value if place.ask.cursor else {}
    if catch.last < ear.begin:
        return Postponed("not read yet: the visit's share was used before the stream came to where it stopped", until=now)
    gap = ""
    if "time_us" in known and catch.first > place.stopped + _HOLE_US:
        hole = f"{_moment(place.stopped):%Y-%m-%d %H:%M} to {_moment(catch.first):%Y-%m-%d %H:%M} UTC"
        gap = f"not heard: {hole}; Jetstream no longer has what was said then"
    document = None
    if ear.posts:
        body = "\n".join(ear.posts.values()).encode()
        document = Document(source=source.key, url=server, media_type="application/x-ndjson", body=body, fetched_at=now)
    return Fetched(
        document=document,
        cursor=Cursor({"time_us": str(max(catch.last, place.stopped)), "server": server}),
        more=not catch.over and catch.last > place.stopped,
        detail=gap,
        removed=tuple(
            itertools.chain(
                (Removal(kind=source.kind, guid=_guid(name)) for name in sorted(catch.deleted)),
                (Removal(kind=source.kind, author=did) for did in sorted(catch.ended)),
            )
        ),
        rewritten=tuple(
            Rewriting(kind=source.kind, guid=_guid(name), text=_text(record) if isinstance(record, dict) else "")
            for name, event in sorted(catch.rewritten.items())
            for record in [event_of(event)["commit"].get("record")]
        ),
    )


def _guid(name: str) -> str:
    did, _, key = name.partition("/")
    return f"at://{did}/{POSTS}/{key}"


def _entry(event: Record, document: Document) -> Entry | None:
    did, key, record = said(event, "did"), said(event, "commit", "rkey"), event["commit"].get("record")
    if not isinstance(record, dict):
        return None
    link = f"https://bsky.app/profile/{did}/post/{quote(key, safe='~:.-_')}"
    said_at, seen_at = moment(said(record, "createdAt")), moment(str(_number(said(event, "time_us")) // 1_000_000))
    # An app states when a post was written, and may state anything: never later than the network saw it.
    published = min((one for one in (said_at, seen_at, document.fetched_at) if one), default=None) if said_at or seen_at else None
    languages = record.get("langs")
    spoken = languages[0] if isinstance(languages, list) and len(languages) == 1 else ""
    return Entry(
        document=document.fingerprint,
        source=document.source,
        guid=_guid(f"{did}/{key}"),
        url=canonical(link),
        link=link,
        title="",
        text=_text(record),
        outlet="bsky.app",
        first_seen_at=document.fetched_at,
        published_at=published,
        author=Author(id=did),
        language=language(spoken) if isinstance(spoken, str) else "",
        thread=Thread(conversation=_reference(record, "root"), in_reply_to=_reference(record, "parent")),
    )


def _text(record: Record) -> str:
    """What a post says and shows, as plain text."""
    text = line(record, "text")
    shown = [one for one in (line({"said": one}, "said") for one in beside(record)) if one not in text]
    return " ".join((text, *shown)).strip()


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
