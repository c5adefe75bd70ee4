"""What the archive answered, for as long as nothing in it changes.

Between two visits to a source nothing changes, and a page's counts are the same for everybody. Each answer is kept with the
archive's pulse (core.ports.Browsing): when that has moved, it is asked anew. So nobody ever reads an old number; only the hour of a
source's next visit may be as old as the visit before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import wraps
from threading import Lock
from typing import Any, cast

from listener.core.ports import Archive

_MOST = 512  # answers
# What costs more to ask than to remember.
_DEAR = frozenset(
    {
        "count_found",
        "coverage",
        "days",
        "find",
        "kept_digest",
        "kept_digests",
        "kinds",
        "ledger",
        "mentions",
        "near_misses",
        "states",
        "story_volumes",
        "themes",
        "trend",
        "volumes",
    }
)
# What may change without a pulse, and is the same within one request.
_ONCE = frozenset({"brands", "pulse"})


class Remembering:
    """Stands before an archive, and remembers what it answered to dear questions.

    A page is made in a context of its own (Starlette's thread pool copies it), so what a context holds is a request's.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._answers: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = Lock()
        self._request: ContextVar[dict[str, Any] | None] = ContextVar("request", default=None)

    def __getattr__(self, name: str) -> Any:
        """A question: asked as it is, or answered from memory."""
        found = getattr(self._archive, name)
        if name in _ONCE:
            return lambda: self._once(name)
        return self._remembered(name, found) if name in _DEAR else found

    def _once(self, name: str) -> Any:
        mine = self._request.get()
        if mine is None:
            mine = {}
            self._request.set(mine)
        if name not in mine:
            mine[name] = getattr(self._archive, name)()
        return mine[name]

    def _remembered(self, name: str, found: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(found)  # whoever cuts questions to what somebody may see reads their signature
        def ask(*given: Any, **named: Any) -> Any:
            key = (name, tuple(map(_fixed, given)), tuple((part, _fixed(value)) for part, value in sorted(named.items())))
            pulse = self._once("pulse")
            with self._lock:
                known = self._answers.get(key)
                if known is not None and known[0] == pulse:
                    self._answers.move_to_end(key)
                    return known[1]
            answer = found(*given, **named)
            with self._lock:
                self._answers[key] = (pulse, answer)
                self._answers.move_to_end(key)
                while len(self._answers) > _MOST:
                    self._answers.popitem(last=False)
            return answer

        return ask


def remembering(archive: Archive) -> Archive:
    """The archive, with a memory for dear questions; its answers are shared, so nobody may change them."""
    return cast("Archive", Remembering(archive))


def _fixed(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, list) else cast("Hashable", value)
