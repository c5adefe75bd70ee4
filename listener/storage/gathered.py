"""What one pass over a brand's mentions must know and what it brings, as plain values."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from listener.core.tellings import Table


@dataclass(slots=True)
class Asking:
    """Complaints and questions by others, as far as answers to them go: their rows in the table, and the place's own names."""

    rows: array[int] = field(default_factory=lambda: array("q"))
    guids: list[str] = field(default_factory=list)
    conversations: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Gathered:
    """What one pass over the mentions brought."""

    table: Table
    languages: tuple[str, ...]
    asking: Asking = field(default_factory=Asking)
    replied: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # what was replied to -> when first, which, which voice
    owned: list[tuple[int, int, int]] = field(default_factory=list)  # when, mention, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a pass must know: ids of sources to their places, which queries and places are neutral, our own posts, our staff.

    `salt` keeps the numbers in the table from being told back to names and addresses by whoever has only the table.
    """

    places: Mapping[int, int]
    neutral_versions: frozenset[str] = frozenset()
    neutral_places: frozenset[int] = frozenset()
    own_guids: frozenset[str] = frozenset()
    own_conversations: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    salt: int = 0
