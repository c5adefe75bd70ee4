"""Changes of a brand's query: each is a version with its time, and the stored entries may be asked again with it."""

from __future__ import annotations

from datetime import datetime

from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryVersion:
    """One version of a brand's query, and how far the stored entries were asked again with it.

    `matched_to` is the number of the last entry that was asked (None: nobody wanted it), `matched_at` when all were; `gained` and
    `lost` count the mentions that this brought and put away so far.
    """

    id: int
    brand: str
    version: str
    query: str
    since_at: datetime
    matched_to: int | None = None
    matched_at: datetime | None = None
    gained: int = 0
    lost: int = 0

    @property
    def is_done(self) -> bool:
        """Whether all stored entries were asked."""
        return self.matched_at is not None
