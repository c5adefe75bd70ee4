"""Everything we can listen with, behind one port: many places at once, each answer as it comes."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, Self, TypeGuard

from listener.core.errors import ParseError, Postponed, RateLimited, SourceError, Unreachable
from listener.core.model import Cursor, Document, Entry, Fetched, Source
from listener.core.ports import Ask, Heard, SourceKind
from listener.core.purchases import Purchases
from listener.core.schedule import host_rest
from listener.core.values import dataclass
from listener.sources import load, quick
from listener.sources.claims import Claims, Hops
from listener.sources.confined import Confined
from listener.sources.feed import READER
from listener.sources.http import Answer, Claim, Fetcher, Limits, Request, Response, host_key, user_agent
from listener.sources.means import Means, XAccess
from listener.sources.turns import Deferred, Manners

# Kinds that do their own I/O run in a few threads; places on the web share one event loop.
_THREADS = 4
# Seconds for which answers are gathered before they are handed over: nobody waits for them sooner.
_LINGER = 0.05
_TAKEN = "not asked yet: another process is asking {}, or did a moment ago"


class WebKind(SourceKind, Protocol):
    """A kind that is one GET: it says what to ask and what the answer means, and the asking is shared by all places.

    It may also have a method `lost(cursor)`: where to go on (a Cursor, or None for where we were) when there was no answer at all.
    """

    def request(self, source: Source, cursor: Cursor | None) -> Request:
        """What to ask."""
        ...

    def receive(self, source: Source, cursor: Cursor | None, response: Response, now: datetime) -> Fetched:
        """What the answer means; raises SourceError."""
        ...


class SharedKind(SourceKind, Protocol):
    """A kind that makes its own visits and can make those of several sources in one."""

    def fetch_all(self, asks: Sequence[Ask], now: datetime) -> Iterable[tuple[Ask, Fetched | SourceError]]:
        """The answer to each ask, as they come, errors as values."""
        ...


class Ears:
    """Listens to places of every kind.

    `allow_private` are networks the guard lets through ("127.0.0.0/8"); `x` and `purchases` are how X may be used and the memory
    of what was bought there; `contact` tells places whom to turn to, and `resting` which hosts have asked for rest, until
    when and why; `claims` keep two processes from asking one host at a time; at most `concurrency` places are asked at a time,
    each host with `manners`. Kinds are loaded and equipped when
    first needed. Close it, or use it as a context.
    """

    def __init__(
        self,
        *,
        allow_private: Sequence[str] = (),
        x: XAccess | None = None,
        purchases: Purchases | None = None,
        contact: str = "",
        resting: Callable[[datetime], Mapping[str, tuple[datetime, str]]] = lambda _: {},
        claims: Claims | None = None,
        concurrency: int = 64,
        manners: Manners | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._fetcher = Fetcher(
            allow_private=allow_private, contact=contact, concurrency=concurrency, manners=manners, limits=limits
        )
        self._resting = resting
        self._claims = claims
        self._reader = Confined(READER)
        self._means = Means(
            fetcher=self._fetcher, read=quick.first(self._reader), x=x, purchases=purchases, user_agent=user_agent(contact)
        )
        self._lock = threading.Lock()
        self._kinds: dict[str, SourceKind] = {}

    def listen(self, asks: Sequence[Ask], now: datetime) -> Iterator[Heard]:
        """The same as `hear`, one by one."""
        for some in self.hear(asks, now):
            yield from some

    def hear(self, asks: Sequence[Ask], now: datetime) -> Iterator[Sequence[Heard]]:
        """Visit every place once and yield the answers as they come, some at a time and in no order; never raises for one of them.

        Leaving the loop early gives up the visits that are under way.
        """
        visits = _Visits(now, self._resting(now))
        stillborn: list[Heard] = []
        web: list[tuple[Ask, WebKind, Request]] = []
        shared: dict[str, list[Ask]] = defaultdict(list)
        for ask in asks:
            try:
                kind = self._kind(ask.source.kind)
                if _is_web(kind):
                    web.append((ask, kind, kind.request(ask.source, ask.cursor)))
                elif _is_shared(kind):
                    shared[ask.source.kind].append(ask)
                else:
                    visits.own([ask], kind)
            except Exception as fault:  # noqa: BLE001 - one place never silences the others
                stillborn.append(Heard(ask=ask, answer=_as_error(ask, fault), took=0.0))
        for name, some in shared.items():
            visits.own(some, self._kind(name))
        if stillborn:
            yield stillborn
        if self._claims is None:
            yield from visits.heard(web, self._fetcher)
        else:
            yield from self._in_turn(self._claims, visits, web, now)

    def _in_turn(
        self, claims: Claims, visits: _Visits, web: Sequence[tuple[Ask, WebKind, Request]], now: datetime
    ) -> Iterator[Sequence[Heard]]:
        """The same, asking only hosts that no other process asks now; each is left as soon as we are done with it."""
        hosts = [self._fetcher.gap_of(request) for _, _, request in web]
        gaps: dict[str, float] = {}
        for host, gap in hosts:
            if gap:
                gaps[host] = max(gap, gaps.get(host, 0.0))
        busy = claims.take(gaps, now) if gaps else {}
        mine = [(one, host) for one, (host, _) in zip(web, hosts, strict=True) if host not in busy]
        if len(mine) < len(web):
            yield [_elsewhere(ask, host, busy[host]) for (ask, _, _), (host, _) in zip(web, hosts, strict=True) if host in busy]
        left = Counter(host for _, host in mine if host in gaps)
        hops = Hops(claims, left, now)
        host_of = {ask.source.key: host for (ask, _, _), host in mine}
        began = time.monotonic()

        def leave(done: Iterable[str]) -> None:
            at = now + timedelta(seconds=time.monotonic() - began)
            if free := {host: at + timedelta(seconds=gaps[host]) for host in done}:
                claims.leave(free, at)

        try:
            for some in visits.heard([one for one, _ in mine], self._fetcher, claim=hops.claim):
                yield some
                came = Counter(host for one in some if (host := host_of.get(one.ask.source.key, "")) in left)
                left.subtract(came)
                done = [host for host in came if not left[host]]
                for host in done:
                    del left[host]
                leave(done)
        finally:
            leave(left)
            hops.leave()

    def parse(self, kind: str, document: Document) -> Sequence[Entry]:
        """The entries of a document; raises ParseError when it cannot be read, AccessDenied for an unknown kind."""
        reader = self._kind(kind)
        try:
            return reader.parse(document)
        except SourceError:
            raise
        except Exception as fault:
            raise ParseError(f"the kind {kind!r} stumbled over it: {type(fault).__name__}: {_line(fault)}") from fault

    def close(self) -> None:
        """End the event loop, the reader's processes and whatever the kinds hold open."""
        with self._lock:
            kinds, self._kinds = list(self._kinds.values()), {}
        for kind in kinds:
            if hasattr(kind, "close"):
                kind.close()
        self._fetcher.close()
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _kind(self, name: str) -> SourceKind:
        with self._lock:
            if name not in self._kinds:
                maker: Any = load(name)
                self._kinds[name] = maker.equip(self._means) if hasattr(maker, "equip") else maker()
            return self._kinds[name]


@dataclass(frozen=True, slots=True)
class _Made:
    """What a visit of a kind's own brought."""

    heard: tuple[Heard, ...]


class _Visits:
    """The visits of one call, on the event loop and in threads, and the one queue they all answer into."""

    def __init__(self, now: datetime, resting: Mapping[str, tuple[datetime, str]]) -> None:
        self._now = now
        self._resting = dict(resting)
        self._own: queue.SimpleQueue[tuple[Sequence[Ask], SourceKind]] = queue.SimpleQueue()
        self._asked = 0
        self._answers: queue.SimpleQueue[_Made | Sequence[Answer]] = queue.SimpleQueue()
        # Answers of threads wait until the taker has room, as those of the event loop do.
        self._room = threading.Semaphore(_THREADS)
        self._over = threading.Event()

    def own(self, asks: Sequence[Ask], kind: SourceKind) -> None:
        """Have a kind make its own visit, in a thread; to several sources at once where it can."""
        self._asked += len(asks)
        self._own.put((asks, kind))

    def heard(
        self, web: Sequence[tuple[Ask, WebKind, Request]], fetcher: Fetcher, *, claim: Claim | None = None
    ) -> Iterator[Sequence[Heard]]:
        """Make all visits; some at a time, as they end. `claim` is asked for the hosts that redirects lead to."""
        own = self._own.qsize()
        for number in range(min(_THREADS, own)):
            # Daemons: a place that keeps silent must not hold up the end of the program.
            threading.Thread(target=self._visit, name=f"listener-visit-{number}", daemon=True).start()
        requests = [request for _, _, request in web]
        batch = fetcher.submit(requests, self._answers.put, resting=self._resting, linger=_LINGER, claim=claim) if web else None
        left = self._asked + len(web)
        try:
            while left:
                came = self._answers.get()
                if isinstance(came, _Made):
                    left -= len(came.heard)
                    self._room.release()
                    yield came.heard
                elif batch is not None:
                    left -= len(came)
                    yield [self._received(*web[answer.index], answer) for answer in came]
                    batch.taken(len(came))
        finally:
            self._over.set()
            self._room.release(_THREADS)
            if batch is not None:
                batch.cancel()

    def _received(self, ask: Ask, kind: WebKind, _: Request, answer: Answer) -> Heard:
        return Heard(ask=ask, answer=self._meant(ask, kind, answer.result), took=answer.took, host=answer.host)

    def _meant(self, ask: Ask, kind: WebKind, result: Response | SourceError) -> Fetched | SourceError:
        if isinstance(result, Deferred):
            return self._postponed(result)
        if isinstance(result, SourceError):
            if lost := getattr(kind, "lost", None):
                result.cursor = lost(ask.cursor)
            return result
        try:
            return kind.receive(ask.source, ask.cursor, result, self._now)
        except Exception as fault:  # noqa: BLE001 - one place never silences the others
            error = _as_error(ask, fault)
        if isinstance(error, RateLimited):
            # Whoever said so: after a redirect that is not the host we asked.
            error.host = host_key(result.url)
            self._resting[error.host] = (host_rest(0, error.until, self._now), error.detail)
        return error

    def _postponed(self, deferred: Deferred) -> Postponed:
        if deferred.wait is not None:
            until = self._now + timedelta(seconds=deferred.wait)
            if deferred.taken:
                return Postponed(_TAKEN.format(deferred.host), until=until)
            return Postponed(f"not asked yet: so many wait for {deferred.host} that its turn comes later", until=until)
        until, why = self._resting.get(deferred.host, (host_rest(0, None, self._now), ""))
        return Postponed(f"not asked: {deferred.host} is left alone until {until:%Y-%m-%d %H:%M} UTC ({why})", until=until)

    def _visit(self) -> None:
        while not self._over.is_set():
            try:
                asks, kind = self._own.get_nowait()
            except queue.Empty:
                return
            self._answers.put(self._made(asks, kind))
            self._room.acquire()

    def _made(self, asks: Sequence[Ask], kind: SourceKind) -> _Made:
        started = time.monotonic()
        answers: dict[str, Fetched | SourceError] = {}
        try:
            if len(asks) > 1 and _is_shared(kind):
                for ask, answer in kind.fetch_all(asks, self._now):
                    answers[ask.source.key] = answer
            else:
                (ask,) = asks
                answers[ask.source.key] = kind.fetch(ask.source, ask.cursor, self._now)
        except Exception as fault:  # noqa: BLE001 - one place never silences the others
            for ask in asks:
                answers.setdefault(ask.source.key, _as_error(ask, fault))
        took = time.monotonic() - started
        silent = Unreachable("the kind gave no answer")
        return _Made(tuple(Heard(ask=ask, answer=answers.get(ask.source.key, silent), took=took) for ask in asks))


def _elsewhere(ask: Ask, host: str, until: datetime) -> Heard:
    return Heard(ask=ask, answer=Postponed(_TAKEN.format(host), until=until), took=0.0, host=host)


def _is_web(kind: SourceKind) -> TypeGuard[WebKind]:
    return hasattr(kind, "request") and hasattr(kind, "receive")


def _is_shared(kind: SourceKind) -> TypeGuard[SharedKind]:
    return hasattr(kind, "fetch_all")


def _as_error(ask: Ask, fault: Exception) -> SourceError:
    if isinstance(fault, SourceError):
        return fault
    return Unreachable(f"the kind {ask.source.kind!r} failed: {type(fault).__name__}: {_line(fault)}")


def _line(fault: Exception) -> str:
    return " ".join(str(fault).split())[:160]
