"""What the core and the jobs need of the world, as protocols; adapters live in the rooms, fakes in tests/fakes."""

from __future__ import annotations

from listener.core.ports.access import Access
from listener.core.ports.archive import Archive
from listener.core.ports.browsing import Browsing
from listener.core.ports.collecting import Covered, Entries, Removals, Sources, Turns
from listener.core.ports.doing import Analyser, Ask, Dresser, Ears, Heard, Judge, Notifier, SourceKind, nothing
from listener.core.ports.reading import Labels, Mentions, NearMisses, Samples, Search, Stories, Themes
from listener.core.ports.sending import Digests, Outbox, Subscriptions

__all__ = [
    "Access",
    "Analyser",
    "Archive",
    "Ask",
    "Browsing",
    "Covered",
    "Digests",
    "Dresser",
    "Ears",
    "Entries",
    "Heard",
    "Judge",
    "Labels",
    "Mentions",
    "NearMisses",
    "Notifier",
    "Outbox",
    "Removals",
    "Samples",
    "Search",
    "SourceKind",
    "Sources",
    "Stories",
    "Subscriptions",
    "Themes",
    "Turns",
    "nothing",
]
