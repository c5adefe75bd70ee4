"""What the archive keeps, with the permanent ids that it gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from listener.core.model import Entry, JudgedMention


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMention:
    """A judged mention as the archive holds it; `id` is ours and permanent, `kind` is the kind of its source."""

    id: int
    judged: JudgedMention
    kind: str
    collected_at: datetime
    put_away_at: datetime | None = None  # since when a later version of the query does not catch it: it counts nowhere

    @property
    def entry(self) -> Entry:
        """The entry that speaks."""
        return self.judged.mention.entry

    @property
    def at(self) -> datetime:
        """When it was said, as far as known: published, else first seen."""
        return self.entry.published_at or self.entry.first_seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as the archive keeps it, whether it mentions a brand or not."""

    id: int
    entry: Entry
    brand: str  # the key of the brand its source belongs to
    kind: str  # the kind of that source
