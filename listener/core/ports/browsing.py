"""What pages need of the archive beyond lists of mentions: stories by size, brands side by side, proof, kept digests."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from datetime import date, datetime
from typing import Protocol

from listener.core.pulse import Moved
from listener.core.report import DayCount, Digest
from listener.core.volume import BrandVolume, Proof, StorySize, StoryVolume


class Browsing(Protocol):
    """The archive as somebody looks around in it."""

    def trend(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """Days as `days` counts them, without their stories and voices: for months."""
        ...

    def story_volumes(
        self, brand: str, *, since: datetime, until: datetime, before: tuple[int, int] | None = None, limit: int
    ) -> Sequence[StoryVolume]:
        """The stories of a brand that others told in what was collected in [since, until), most mentions first.

        They count as in a digest of that period. `before` is (items, story) of the last one already seen (keyset paging).
        """
        ...

    def story_size(self, id: int) -> StorySize | None:  # noqa: A002 - the field's word
        """How large a whole story is, without what was put away; None when nothing of it is there."""
        ...

    def volumes(self, *, since: datetime, until: datetime, brands: Collection[str] | None = None) -> Sequence[BrandVolume]:
        """How much others said of each configured brand, or those named, in what was collected in [since, until); in key order."""
        ...

    def proof(self, mention: int) -> Proof | None:
        """What stands behind a mention, by its permanent id."""
        ...

    def body(self, source: str, fingerprint: str) -> bytes | None:
        """The bytes of a source's document as they came, or None when they were not kept."""
        ...

    def kinds(self, brand: str) -> Sequence[str]:
        """The kinds of a brand's configured sources, each once, in order."""
        ...

    def pulse(self) -> Hashable:
        """What becomes another value whenever a mention, a label, a visit, a removal or a query changes what is counted."""
        ...

    def moved(self, before: Hashable, after: Hashable) -> Sequence[Moved] | None:
        """What changed from one pulse to a later one; None where it may be anything."""
        ...

    def kept_digests(self, brand: str, *, before: tuple[date, int] | None = None, limit: int) -> Sequence[tuple[int, Digest]]:
        """A brand's kept digests, the latest day first; `before` is (day, id) of the last one already seen (keyset paging)."""
        ...

    def kept_digest(self, id: int) -> Digest | None:  # noqa: A002 - the field's word
        """One kept digest, by its permanent id."""
        ...
