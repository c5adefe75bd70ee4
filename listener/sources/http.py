"""One polite GET, for many places at once: an event loop in a thread of its own behind a plain function."""

from __future__ import annotations

import asyncio
import queue
import ssl
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from listener import __version__
from listener.core.errors import SourceError, Unreachable
from listener.sources.guard import Guard, GuardedResolver, Resolve, networks
from listener.sources.unpack import ACCEPTED, Unpacker

USER_AGENT = f"Listener/{__version__} (self-hosted feed reader)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
_HEADER_BYTES = 32 * 1024
# Never carried to another host by a redirect: they were meant for the one that was asked.
_PRIVATE = ("authorization", "cookie")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask for; `headers` come on top of our own."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back, whatever its status; `url` is the final address, `body` as unpacked, `took` in seconds."""

    url: str
    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes
    took: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one request of many ended; `index` is its place among those asked, `took` in seconds."""

    index: int
    result: Response | SourceError
    took: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much we listen to one place; times in seconds, size in bytes as unpacked."""

    total: float = 30.0
    connect: float = 10.0
    idle: float = 15.0
    size: int = 10_000_000


class Fetcher:
    """Asks many places at once and hands over each answer as it comes; errors are values.

    At most `concurrency` answers are under way or waiting to be taken (for each call of `submit`), which bounds memory; at most
    `per_host` requests run at a time for one host and port, over all calls. `allow_private` names networks that the guard lets
    through; `resolve` replaces the look-up of names.
    """

    def __init__(
        self,
        *,
        allow_private: Sequence[str] = (),
        user_agent: str = "",
        concurrency: int = 64,
        per_host: int = 1,
        limits: Limits | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._guard = Guard(networks(allow_private))
        self._concurrency = concurrency
        self._per_host = per_host
        self._limits = limits or Limits()
        self._resolve = resolve
        self._headers = {"User-Agent": user_agent or USER_AGENT, "Accept-Encoding": ACCEPTED}
        self._lock = threading.Lock()
        self._line: _Line | None = None

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
        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        batch = self.submit(requests, answers.put)
        try:
            for _ in requests:
                answer = answers.get()
                batch.taken()
                yield answer
        finally:
            batch.cancel()

    def submit(self, requests: Sequence[Request], deliver: Callable[[Answer], None]) -> Batch:
        """Start asking and return at once; `deliver` is called in the loop's thread for each answer and must not block.

        The taker calls `taken` on the batch for each answer it is done with, and `cancel` at the end.
        """
        line = self._open()
        slots = _Slots(line.loop, self._concurrency)
        work = asyncio.run_coroutine_threadsafe(self._all(line, requests, deliver, slots), line.loop)
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

    def _open(self) -> _Line:
        with self._lock:
            if self._line is None:
                self._line = _Line()
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

    async def _all(self, line: _Line, requests: Sequence[Request], deliver: Callable[[Answer], None], slots: _Slots) -> None:
        if line.session is None:
            line.session = self._session()
        unanswered = set(range(len(requests)))

        async def one(index: int, request: Request) -> None:
            answer = await self._one(line, index, request, slots)
            unanswered.discard(index)
            deliver(answer)

        try:
            async with asyncio.TaskGroup() as group:
                for index, request in enumerate(requests):
                    group.create_task(one(index, request))
        finally:
            # Whoever waits for these must not wait for ever when we are closed under way.
            for index in sorted(unanswered):
                deliver(Answer(index=index, result=_stopped(), took=0.0))

    async def _one(self, line: _Line, index: int, request: Request, slots: _Slots) -> Answer:
        visit = _Visit(slots, self._limits.total)
        result: Response | SourceError
        try:
            result = await self._follow(line, request, visit)
        except SourceError as error:
            result = error
        except Exception as fault:  # noqa: BLE001 - one odd answer must not end the others, whatever a library makes of it
            result = Unreachable(in_words(fault, self._limits))
        # The slot is given back by the taker, so answers cannot pile up faster than they are taken.
        await visit.hold()
        return Answer(index=index, result=result, took=visit.spent)

    async def _follow(self, line: _Line, request: Request, visit: _Visit) -> Response:
        url = self._guard.url(request.url)
        headers = dict(request.headers)
        for _ in range(_HOPS + 1):
            # A hop holds the gate of its own host only, so that two redirects never wait for each other.
            async with line.gate(url, self._per_host):
                await visit.hold()
                async with visit.clock():
                    answer = await self._ask(line, url, headers, visit)
            if isinstance(answer, Response):
                return answer
            visit.release()
            target = self._guard.url(urljoin(str(url), answer))
            if target.origin() != url.origin():
                headers = {name: value for name, value in headers.items() if name.lower() not in _PRIVATE}
            url = target
        raise Unreachable(f"redirected more than {_HOPS} times")

    async def _ask(self, line: _Line, url: URL, headers: Mapping[str, str], visit: _Visit) -> Response | str:
        session = line.session
        assert session is not None
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            location = answer.headers.get("Location", "").strip()
            if answer.status in _REDIRECTS and location:
                return location
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


class Batch:
    """Requests under way: says which answers were taken, and can be given up."""

    def __init__(self, slots: _Slots, cancel: Callable[[], object]) -> None:
        self._slots = slots
        self.cancel = cancel

    def taken(self) -> None:
        """Make room for one more answer."""
        self._slots.taken()


class _Slots:
    """How many answers of one batch may be under way or waiting to be taken."""

    def __init__(self, loop: asyncio.AbstractEventLoop, count: int) -> None:
        self._loop = loop
        self.free = asyncio.Semaphore(count)

    def taken(self) -> None:
        """Give one slot back, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.free.release)


class _Visit:
    """One request on its way: the slot it holds, and the time the place itself has taken (not its wait for a turn)."""

    def __init__(self, slots: _Slots, total: float) -> None:
        self._spent = 0.0
        self._since: float | None = None
        self._slots = slots
        self._held = False
        self._total = total

    @property
    def spent(self) -> float:
        """Seconds the place has taken so far."""
        return self._spent + (0.0 if self._since is None else time.monotonic() - self._since)

    async def hold(self) -> None:
        """Take a slot, if none is held."""
        if not self._held:
            await self._slots.free.acquire()
            self._held = True

    def release(self) -> None:
        """Give the slot back between two hops."""
        self._held = False
        self._slots.free.release()

    @asynccontextmanager
    async def clock(self) -> AsyncIterator[None]:
        """Count the time inside, and end it when the place has had its share; raises Unreachable then."""
        self._since = time.monotonic()
        try:
            async with asyncio.timeout(self._total - self._spent):
                yield
        except TimeoutError as fault:
            if isinstance(fault, aiohttp.ServerTimeoutError):
                raise
            raise Unreachable(f"no whole answer within {self._total:g} s") from fault
        finally:
            self._spent, self._since = self.spent, None


class _Line:
    """An event loop in a daemon thread, with the session and the gates that live on it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._sessions: list[aiohttp.ClientSession] = []
        self._gates: weakref.WeakValueDictionary[tuple[str | None, int | None], asyncio.Semaphore] = weakref.WeakValueDictionary()
        thread = threading.Thread(target=_serve, args=(self.loop, self._sessions), name="listener-http", daemon=True)
        thread.start()
        # At the end of the program too: a daemon thread alone would leave its sockets open.
        self.close = weakref.finalize(self, _hang_up, self.loop, thread)

    @property
    def session(self) -> aiohttp.ClientSession | None:
        """The session, once the first batch has made it; only the loop's thread may ask."""
        return self._sessions[0] if self._sessions else None

    @session.setter
    def session(self, session: aiohttp.ClientSession) -> None:
        self._sessions.append(session)

    def gate(self, url: URL, width: int) -> asyncio.Semaphore:
        """The turnstile of one host and port; it goes when nobody waits at it."""
        key = (url.raw_host, url.port)
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = asyncio.Semaphore(width)
        return gate


def _serve(loop: asyncio.AbstractEventLoop, sessions: Sequence[aiohttp.ClientSession]) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        while tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        for session in sessions:
            loop.run_until_complete(session.close())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


def _hang_up(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(loop.stop)
    if thread is not threading.current_thread():
        thread.join(timeout=5.0)


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
