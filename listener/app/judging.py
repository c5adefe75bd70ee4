"""A judge that is made when the first mention is to be judged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from listener.core.model import Judgement, Mention

if TYPE_CHECKING:
    from listener.understanding.judge import Judge


class LateJudge:
    """Judges with what `make` makes on first use, once for all threads: an hour without news needs neither numpy nor a model."""

    def __init__(self, make: Callable[[], Judge]) -> None:
        self._make = make
        self._judge: Judge | None = None
        self._lock = threading.Lock()

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Judgement]:
        """One judgement for each mention, in order."""
        return self.prepare()(mentions)

    def prepare(self) -> Judge:
        """Make the judge now, if nobody has yet; raises ConfigError when the configured one is not installed."""
        with self._lock:
            if self._judge is None:
                self._judge = self._make()
            return self._judge

    def knowing(self, *, names: Mapping[str, str], kinds: Mapping[str, str]) -> LateJudge:
        """The same makers, for other brands and sources; one that nobody needed yet is made for those there are by then."""
        with self._lock:
            made = self._judge
        return self if made is None else LateJudge(lambda: made.knowing(names=names, kinds=kinds))
