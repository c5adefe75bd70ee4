"""Taking turns in the event loop: who may ask which host when, and how answers get back to the thread that waits for them."""

from __future__ import annotations

import asyncio
import math
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

import aiohttp

from listener.core.errors import SourceError, Unreachable
from listener.core.values import dataclass

T = TypeVar("T")

# Answers are handed over some at a time, since each hand-over costs more than most answers do.
_GATHERED_BYTES = 4 << 20
_GATES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How we behave towards one host; times in seconds.

    At most `per_host` requests run at a time for a host and port, over all calls, and each waits until `gap` has passed since the
    one before; `private_gap` is for this machine and the networks an operator has opened, which are his own to press. Who would
    have to wait longer than `patience` in a host's queue is sent away to come back later.
    """

    per_host: int = 1
    gap: float = 1.0
    private_gap: float = 0.0
    patience: float = 90.0


class Deferred(SourceError):
    """Not asked: the host rests (`wait` is None), or has so long a queue that it is better to come back after `wait` seconds.

    `taken` means that another process is asking it.
    """

    def __init__(self, host: str, wait: float | None = None, *, taken: bool = False) -> None:
        self.host = host
        self.wait = wait
        self.taken = taken
        super().__init__(f"{host} has a queue of {wait:.0f} s" if wait is not None else f"{host} asked to be left alone")


class Batch:
    """Requests under way: says which answers were taken, and can be given up."""

    def __init__(self, slots: Slots, cancel: Callable[[], object]) -> None:
        self._slots = slots
        self.cancel = cancel

    def taken(self, count: int = 1) -> None:
        """Make room for more answers."""
        self._slots.taken(count)


class Slots:
    """How many answers of one batch may be under way or waiting to be taken."""

    def __init__(self, loop: asyncio.AbstractEventLoop, count: int) -> None:
        self._loop = loop
        self.free = asyncio.Semaphore(count)

    def taken(self, count: int) -> None:
        """Give slots back, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._release, count)

    def _release(self, count: int) -> None:
        for _ in range(count):
            self.free.release()


class Gathering(Generic[T]):
    """Answers on their way to another thread, handed over some at a time; lives in the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, deliver: Callable[[Sequence[T]], None], linger: float, most: int) -> None:
        self._loop = loop
        self._deliver = deliver
        self._linger = linger
        self._most = most if linger else 1
        self._answers: list[T] = []
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, answer: T, size: int = 0) -> None:
        """Take one answer of `size` bytes; hands over when there are enough, they weigh much, or one has waited."""
        self._answers.append(answer)
        self._size += size
        if len(self._answers) >= self._most or self._size >= _GATHERED_BYTES:
            self.flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(self._linger, self.flush)

    def flush(self) -> None:
        """Hand over what there is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._answers:
            answers, self._answers, self._size = self._answers, [], 0
            self._deliver(answers)


class Gate:
    """The turnstile of one host: so many at a time, and a pause after each."""

    def __init__(self, manners: Manners) -> None:
        self._free = asyncio.Semaphore(manners.per_host)
        self._patience = manners.patience
        self._left_at = -math.inf
        self._waiting = 0
        self._inside = 0

    @property
    def idle(self) -> bool:
        """Whether nobody is here, and nobody was for a while."""
        return not (self._waiting or self._inside) and asyncio.get_running_loop().time() - self._left_at > self._patience

    @asynccontextmanager
    async def turn(self, host: str, gap: float, resting: Collection[str]) -> AsyncIterator[None]:
        """Wait for a turn; raises Deferred when the host rests, or the wait would be too long."""
        loop = asyncio.get_running_loop()
        wait = (self._waiting + self._inside) * gap + max(0.0, self._left_at + gap - loop.time())
        if host in resting:
            raise Deferred(host)
        if wait > self._patience:
            raise Deferred(host, wait)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        self._inside += 1
        try:
            if (pause := self._left_at + gap - loop.time()) > 0:
                await asyncio.sleep(pause)
            if host in resting:  # said so while we waited
                raise Deferred(host)
            try:
                yield
            finally:
                self._left_at = loop.time()
        finally:
            self._inside -= 1
            self._free.release()


class Visit:
    """One request on its way: the slot it holds, and the time the place itself has taken (not its wait for a turn)."""

    def __init__(self, slots: Slots, total: float) -> None:
        self.host = ""
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


class Line:
    """An event loop in a daemon thread, with the session and the gates that live on it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._sessions: list[aiohttp.ClientSession] = []
        self._gates: dict[str, Gate] = {}
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

    def gate(self, host: str, manners: Manners) -> Gate:
        """The turnstile of one host; those at which nobody was for a while are taken down when there are many."""
        gate = self._gates.get(host)
        if gate is None:
            if len(self._gates) >= _GATES:
                self._gates = {name: one for name, one in self._gates.items() if not one.idle}
            gate = self._gates[host] = Gate(manners)
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
