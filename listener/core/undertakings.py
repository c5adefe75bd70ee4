"""Long work that somebody began: how far it is, so that others see it, and ask it to stop."""

from __future__ import annotations

from datetime import datetime, timedelta

from listener.core.values import dataclass

SILENT = timedelta(minutes=10)  # without a step for longer, whoever was at it is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """Work on a brand: `what` is a word of the program's ("import"), `about` what it is done with, `done` of `whole` its rows."""

    id: int
    brand: str
    what: str
    about: str
    done: int
    whole: int
    began_at: datetime
    moved_at: datetime
    is_stopping: bool = False

    @property
    def part(self) -> float:
        """How far it is, from 0 to 1."""
        return min(1.0, self.done / max(self.whole, 1))
