"""What moved in the archive between two looks: as much as whoever remembers answers must know to forget the right ones."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from listener.core.values import dataclass


class Felt(StrEnum):
    """What changed."""

    SAID = "said"  # mentions, their stories, and what is said of them by judges and by people
    NEAR = "near"  # near misses
    HEARD = "heard"  # visits to sources
    SENT = "sent"  # digests, and the themes that are kept with them


@dataclass(frozen=True, slots=True)
class Moved:
    """Something of a brand changed; a count of what was collected, or visited, before `since` is as it was."""

    brand: str
    felt: Felt
    since: datetime
