"""What is to go from the archive, and why: a place's own deletions, and what people ask of us."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from listener.core.values import dataclass


class Cause(StrEnum):
    """Why something went; the word that its tombstone bears."""

    TAKEN_BACK = "taken back"  # by whoever wrote it, or by its place
    FORGOTTEN = "forgotten"  # a person asked us to
    EXPIRED = "expired"  # kept as long as we may


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One entry, by its place's own id, or everything of one author, by the id that never changes; of all sources of a kind.

    One of `guid` and `author` is given, the other is "".
    """

    kind: str
    guid: str = ""
    author: str = ""
    cause: Cause = Cause.TAKEN_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """What an entry says from now on, by its place's own id, in all sources of a kind: its former words were taken back."""

    kind: str
    guid: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What went: entries, and the mentions in them."""

    entries: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is left of a mention that went: that it was there, of which brand, when it was collected, and why it went.

    `mention` is its permanent id, so that an old link can be answered; no word of it, and nobody's name, is left.
    """

    mention: int
    brand: str
    collected_at: datetime
    removed_at: datetime
    cause: Cause
