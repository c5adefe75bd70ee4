"""Everything that is remembered, as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from listener.core.model import Brand
from listener.core.ports.access import Access
from listener.core.ports.browsing import Browsing
from listener.core.ports.collecting import Covered, Entries, Removals, Sources, Turns
from listener.core.ports.reading import Labels, Mentions, NearMisses, Samples, Search, Stories, Themes
from listener.core.ports.sending import Digests, Subscriptions
from listener.core.purchases import Purchases
from listener.core.standing import Signs


class Archive(
    Sources,
    Entries,
    Mentions,
    Search,
    NearMisses,
    Stories,
    Themes,
    Labels,
    Samples,
    Digests,
    Subscriptions,
    Removals,
    Turns,
    Purchases,
    Covered,
    Browsing,
    Access,
    Signs,
    Protocol,
):
    """Everything that is remembered."""

    def brands(self) -> Sequence[Brand]:
        """The configured brands, in key order."""
        ...
