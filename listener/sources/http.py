"""One polite GET, for many places at once: an event loop in a thread of its own behind a plain function."""

from __future__ import annotations

import asyncio
import queue
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import lru_cache
from urllib.parse import urljoin

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from listener import __version__
from listener.core.errors import SourceError, Unreachable
from listener.core.values import dataclass
from listener.sources.guard import Guard, GuardedResolver, Resolve, networks
from listener.sources.turns import Batch, Deferred, Gathering, Line, Manners, Slots, Visit
from listener.sources.unpack import ACCEPTED, Unpacker

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
# What makes a whole host ask for rest, unless a kind knows its place to say it otherwise.
RESTS = frozenset({429, 503})
_HOPS = 5
_HEADER_BYTES = 32 * 1024
_ADDRESSES = 4096  # remembered as judged
# Never carried to another host by a redirect: they were meant for the one that was asked.
_PRIVATE = ("authorization", "cookie")


def user_agent(contact: str = "") -> str:
    """How we introduce ourselves: name, version, and where the operator can be reached (a mail address or a page)."""
    where = contact if "://" in contact or not contact else f"mailto:{contact}"
    return f"Listener/{__version__} ({f'+{where}' if where else 'self-hosted feed reader'})"


def host_key(url: URL | str) -> str:
    """A host as it is remembered: its name, and its port where that is not the usual one; "" when there is none."""
    try:
        found = url if isinstance(url, URL) else URL(url)
        name, port = found.raw_host or "", found.port
    except ValueError:
        return ""
    return name if port in {None, 80, 443} else f"{name}:{port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask for; `headers` come on top of our own.

    `gap` is how many seconds the host wants between two requests, where that is more than usual; `rests` are the statuses by
    which the whole host asks to be left alone.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    gap: float = 0.0
    rests: frozenset[int] = RESTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back, whatever its status; `url` is the final address, `body` as unpacked, `took` in seconds.

    `moved` is how far permanent redirects alone (301, 308) led from the address that was asked; "" when the first was none.
    """

    url: str
    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes
    took: float
    moved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one request of many ended; `index` is its place among those asked, `took` in seconds, `host` whom we asked first."""

    index: int
    result: Response | SourceError
    took: float
    host: str = ""


# Takes a host from other processes, given the pause in seconds that it wants; how long to wait where one of them has it.
Claim = Callable[[str, float], float | None]


@dataclass(frozen=True, slots=True)
class _Rules:
    """What holds for the hosts of one batch: which rest (more are added when they say so), and how others are claimed."""

    resting: set[str]
    claim: Claim | None

    async def claimed(self, host: str, gap: float) -> float | None:
        """Claim a host without holding up the others; how long to wait where another process has it."""
        return None if self.claim is None else await asyncio.to_thread(self.claim, host, gap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much we listen to one place; times in seconds, size in bytes as unpacked."""

    total: float = 30.0
    connect: float = 10.0
    header: float = 20.0
    idle: float = 15.0
    size: int = 10_000_000


class Fetcher:
    """Asks many places at once and hands over the answers as they come; errors are values.

    At most `concurrency` answers are under way or waiting to be taken (for each call of `submit`), which bounds memory;
    `manners` hold for each host, over all calls. `allow_private` names networks that the guard lets through; `resolve` replaces
    the look-up of names.
    """

    def __init__(
        self,
        *,
        allow_private: Sequence[str] = (),
        contact: str = "",
        concurrency: int = 64,
        manners: Manners | None = None,
        limits: Limits | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._guard = guard = Guard(networks(allow_private))
        # What a guard says of an address depends on nothing else; each is looked at twice a visit, and the same ones come back.
        self._url = lru_cache(_ADDRESSES)(guard.url)
        self._is_private = lru_cache(_ADDRESSES)(guard.is_private)
        self._concurrency = concurrency
        self._manners = manners or Manners()
        self._limits = limits or Limits()
        self._resolve = resolve
        self._headers = {"User-Agent": user_agent(contact), "Accept-Encoding": ACCEPTED}
        self._lock = threading.Lock()
        self._line: Line | None = None

    @property
    def guard(self) -> Guard:
        """The rule that says who may be dialled."""
        return self._guard

    def session(self) -> aiohttp.ClientSession:
        """A session of one's own behind the same guard, for what is no GET; make, use and close it on one event loop."""
        return self._session()

    def get(self, request: Request) -> Response:
        """Ask one place and wait; raises SourceError when it cannot be heard."""
        for answer in self.fetch([request]):
            if isinstance(answer.result, SourceError):
                raise answer.result
            return answer.result
        raise AssertionError("one request has one answer")

    def fetch(self, requests: Sequence[Request]) -> Iterator[Answer]:
        """Ask all places at once; each answer as it comes, in no order. Leaving the loop early cancels the rest."""
        answers: queue.SimpleQueue[Sequence[Answer]] = queue.SimpleQueue()
        batch = self.submit(requests, answers.put)
        left = len(requests)
        try:
            while left:
                for answer in answers.get():
                    left -= 1
                    batch.taken()
                    yield answer
        finally:
            batch.cancel()

    def submit(
        self,
        requests: Sequence[Request],
        deliver: Callable[[Sequence[Answer]], None],
        *,
        resting: Collection[str] = (),
        linger: float = 0.0,
        claim: Claim | None = None,
    ) -> Batch:
        """Start asking and return at once; `deliver` is called in the loop's thread with some answers and must not block.

        Answers are gathered for at most `linger` seconds. Hosts in `resting` (as host_key says them) are not asked. The taker calls
        `taken` on the batch for the answers it is done with, and `cancel` at the end. `claim` is asked in a thread of its own
        before a redirect leads to another host.
        """
        line = self._open()
        slots = Slots(line.loop, self._concurrency)
        gathering = Gathering(line.loop, deliver, linger, self._concurrency // 2)
        work = asyncio.run_coroutine_threadsafe(self._all(line, requests, gathering, slots, _Rules(set(resting), claim)), line.loop)
        return Batch(slots, work.cancel)

    def close(self) -> None:
        """Stop everything that is under way and end the thread; a later call starts a new one."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def __enter__(self) -> Fetcher:  # noqa: PYI034 - Self is typing's from 3.11, and a subclass is not meant
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> Line:
        with self._lock:
            if self._line is None:
                self._line = Line()
            return self._line

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                # Without a cache each dial has a look-up of its own, judged by the guard.
                resolver=GuardedResolver(self._guard, self._resolve),
                use_dns_cache=False,
                limit=0,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(
                total=None, connect=self._limits.connect, sock_connect=self._limits.connect, sock_read=self._limits.idle
            ),
            trust_env=False,
            auto_decompress=False,
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
        )

    async def _all(
        self, line: Line, requests: Sequence[Request], gathering: Gathering[Answer], slots: Slots, rules: _Rules
    ) -> None:
        if line.session is None:
            line.session = self._session()
        unanswered = set(range(len(requests)))

        async def one(index: int, request: Request) -> None:
            answer = await self._one(line, index, request, slots, rules)
            unanswered.discard(index)
            gathering.add(answer, len(answer.result.body) if isinstance(answer.result, Response) else 0)

        try:
            async with asyncio.TaskGroup() as group:
                for index, request in enumerate(requests):
                    group.create_task(one(index, request))
        finally:
            # Whoever waits for these must not wait for ever when we are closed under way.
            for index in sorted(unanswered):
                gathering.add(Answer(index=index, result=_stopped(), took=0.0))
            gathering.flush()

    async def _one(self, line: Line, index: int, request: Request, slots: Slots, rules: _Rules) -> Answer:
        visit = Visit(slots, self._limits.total)
        result: Response | SourceError
        try:
            result = await self._follow(line, request, visit, rules)
        except SourceError as error:
            result = error
        except Exception as fault:  # noqa: BLE001 - one odd answer must not end the others, whatever a library makes of it
            result = Unreachable(in_words(fault, self._limits))
        # The slot is given back by the taker, so answers cannot pile up faster than they are taken.
        await visit.hold()
        return Answer(index=index, result=result, took=visit.spent, host=visit.host)

    async def _follow(self, line: Line, request: Request, visit: Visit, rules: _Rules) -> Response:
        url = self._url(request.url)
        headers = dict(request.headers)
        moved, for_good = "", True
        for _ in range(_HOPS + 1):
            host = host_key(url)
            gap = self._gap(url, request)
            if visit.host and host != visit.host and gap and (wait := await rules.claimed(host, gap)) is not None:
                raise Deferred(host, wait, taken=True)
            visit.host = visit.host or host
            # A hop holds the gate of its own host only, so that two redirects never wait for each other.
            async with line.gate(host, self._manners).turn(host, gap, rules.resting):
                await visit.hold()
                async with visit.clock():
                    answer = await self._ask(line, url, headers, visit)
            if isinstance(answer, Response):
                if answer.status in request.rests:
                    rules.resting.add(host)
                return replace(answer, moved=moved) if moved else answer
            visit.release()
            status, location = answer
            target = self._url(urljoin(str(url), location))
            if target.origin() != url.origin():
                headers = {name: value for name, value in headers.items() if name.lower() not in _PRIVATE}
            for_good = for_good and status in _FOR_GOOD
            moved = str(target) if for_good else moved
            url = target
        raise Unreachable(f"redirected more than {_HOPS} times")

    def gap_of(self, request: Request) -> tuple[str, float]:
        """The host that a request goes to first ("" when it may not be asked), and the pause in seconds that it wants."""
        try:
            url = self._url(request.url)
        except SourceError:
            return "", 0.0
        return host_key(url), self._gap(url, request)

    def _gap(self, url: URL, request: Request) -> float:
        if self._is_private(url):
            return self._manners.private_gap
        return max(self._manners.gap, request.gap)

    async def _ask(self, line: Line, url: URL, headers: Mapping[str, str], visit: Visit) -> Response | tuple[int, str]:
        session = line.session
        assert session is not None
        opening = asyncio.timeout(self._limits.header)
        try:
            async with opening, session.get(url, headers=headers, allow_redirects=False) as answer:
                opening.reschedule(None)
                return await self._read(url, answer, visit)
        except TimeoutError as fault:
            if opening.expired():
                raise Unreachable(f"no answer began within {self._limits.header:g} s") from fault
            raise

    async def _read(self, url: URL, answer: aiohttp.ClientResponse, visit: Visit) -> Response | tuple[int, str]:
        location = answer.headers.get("Location", "").strip()
        if answer.status in _REDIRECTS and location:
            return answer.status, location
        unpacker = Unpacker(answer.headers.get("Content-Encoding", ""), self._limits.size)
        async for piece in answer.content.iter_any():
            unpacker.take(piece)
        return Response(
            url=str(url),
            status=answer.status,
            headers=CIMultiDictProxy(CIMultiDict(answer.headers)),
            body=unpacker.body(),
            took=visit.spent,
        )


def _stopped() -> Unreachable:
    return Unreachable("stopped before it answered")


def in_words(fault: BaseException, limits: Limits) -> str:
    """What went wrong between us and a place, on one line of at most 200 characters."""
    match fault:
        case aiohttp.ConnectionTimeoutError():
            words = f"no connection within {limits.connect:g} s"
        case aiohttp.ServerTimeoutError():
            words = f"silent for {limits.idle:g} s"
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
            words = f"its certificate is not valid: {getattr(fault, 'certificate_error', fault)}"
        case aiohttp.ClientConnectorError():
            words = f"cannot be reached: {fault.os_error.strerror or fault.os_error}"
        case aiohttp.ServerDisconnectedError() | ConnectionResetError():
            words = "hung up without an answer"
        case aiohttp.ClientPayloadError():
            words = "the answer broke off"
        case aiohttp.ClientResponseError():
            words = f"does not speak HTTP as it should: {fault.message}"
        case _:
            words = f"cannot be heard: {type(fault).__name__}: {fault}"
    return " ".join(words.split())[:200]
