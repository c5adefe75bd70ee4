"""How long an answer stands: what it is made of, and what moved since it was given."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from typing import Any

from listener.core.pulse import Felt, Moved
from listener.core.values import dataclass

_LATEST = 64  # changes of a brand that are known one by one
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """What an answer is made of: what of a brand (None: of any), of what happened before `until` (None: ever)."""

    brand: str | None
    felt: frozenset[Felt]
    until: datetime | None = None


class Changes:
    """What moved, and when: moments are numbers of pulses."""

    def __init__(self) -> None:
        self.now = 0
        self._all = 0  # when it may have been anything
        self._latest: dict[str | None, deque[tuple[int, Felt, datetime]]] = defaultdict(deque)
        self._older: dict[tuple[str | None, Felt], tuple[int, datetime]] = {}  # the others together: the last, the earliest

    def feel(self, moved: Sequence[Moved] | None) -> None:
        """Take note of a pulse."""
        self.now += 1
        if moved is None:
            self._all = self.now
            self._latest.clear()
            self._older.clear()
            return
        for one in moved:
            for brand in (one.brand, None):
                latest = self._latest[brand]
                latest.append((self.now, one.felt, one.since))
                if len(latest) > _LATEST:
                    at, felt, since = latest.popleft()
                    self._older[brand, felt] = at, min(since, self._older.get((brand, felt), (at, since))[1])

    def stands(self, at: int, made: Made) -> bool:
        """Whether what was made at a moment is still true."""
        if at < self._all:
            return False
        if not made.felt:
            return True
        latest = self._latest.get(made.brand)
        if not latest or latest[-1][0] <= at:
            return True
        older = [(*self._older.get((made.brand, felt), (0, _NEVER)), felt) for felt in made.felt]
        moved = (*((last, since, felt) for last, felt, since in latest), *older)
        return not any(
            last > at and felt in made.felt and (made.until is None or since < made.until) for last, since, felt in moved
        )


class Answers:
    """Answers with the moment from which they are and what they are made of; those that nobody asks for go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[int, Made, Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def find(self, key: Hashable) -> tuple[int, Made, Any] | None:
        """An answer, true or not."""
        known = self._held.get(key)
        if known is not None:
            self._held.move_to_end(key)
        return known

    def keep(self, key: Hashable, at: int, made: Made, answer: Any) -> None:
        """Remember an answer."""
        self._held[key] = at, made, answer
        self._held.move_to_end(key)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
