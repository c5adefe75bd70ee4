"""A judge that is made when the first mention is to be judged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from listener.core.model import Judgement, Mention
from listener.core.ports import Judge


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
