"""Which hosts this process may ask now: one process at a time for each host, whoever else shares the archive."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta

from listener.core.ports import Turns

# Longer than the slowest honest visit; a process that dies costs its hosts so much.
_LEASE = timedelta(minutes=2)
_RENEWED = 45.0
# Who has to wait asks again after so long at most: most visits take a second.
_AGAIN = timedelta(seconds=30)


class Claims:
    """The hosts that this process has taken from all processes; within it, the gates of turns.py keep order.

    `owner` names the process. A host that several calls have taken is left when the last of them leaves it.
    """

    def __init__(self, turns: Turns, owner: str) -> None:
        self._turns = turns
        self._owner = owner
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()
        self._taken_at = 0.0

    def take(self, hosts: Iterable[str], now: datetime) -> Mapping[str, datetime]:
        """Take these hosts; those that another process has now, with when to try again."""
        wanted = list(dict.fromkeys(hosts))
        with self._lock:
            busy = self._turns.take_turns(wanted, self._owner, now, lease=_LEASE)
            self._held.update(host for host in wanted if host not in busy)
            self._taken_at = self._taken_at or time.monotonic()
        return {host: min(until, now + _AGAIN) for host, until in busy.items()}

    def leave(self, free_at: Mapping[str, datetime], now: datetime) -> None:
        """Leave these hosts, each until its moment to nobody; those that are still held are held on to."""
        with self._lock:
            self._held.subtract(free_at.keys())
            over = {host: at for host, at in free_at.items() if self._held[host] <= 0}
            for host in over:
                del self._held[host]
            self._turns.leave_turns(over, self._owner)
            if self._held and time.monotonic() - self._taken_at > _RENEWED:
                self._turns.take_turns(list(self._held), self._owner, now, lease=_LEASE)
                self._taken_at = time.monotonic()
            elif not self._held:
                self._taken_at = 0.0


class Hops:
    """The hosts that redirects lead to while others are visited: taken when one is first come to, and left together at the end.

    `held` are those that are taken already, as far as they are at the moment.
    """

    def __init__(self, claims: Claims, held: Container[str], now: datetime) -> None:
        self._claims = claims
        self._held = held
        self._now = now
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._gaps: dict[str, float] = {}

    def claim(self, host: str, gap: float) -> float | None:
        """Take a host that wants `gap` seconds between two visits, from any thread; how long to wait where another has it."""
        with self._lock:
            if host in self._held or host in self._gaps:
                return None
            at = self._at()
            if (until := self._claims.take([host], at).get(host)) is not None:
                return max(0.0, (until - at).total_seconds())
            self._gaps[host] = gap
            return None

    def leave(self) -> None:
        """Leave them all to whoever comes next."""
        with self._lock:
            at = self._at()
            if self._gaps:
                self._claims.leave({host: at + timedelta(seconds=gap) for host, gap in self._gaps.items()}, at)
            self._gaps = {}

    def _at(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)
