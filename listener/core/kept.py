"""What the archive keeps, with the permanent ids that it gave."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import NamedTuple

from listener.core.labels import NO, UNLABELLED, YES, Labels
from listener.core.model import Entry, Intent, JudgedMention, Media, Tone
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMention:
    """A judged mention as the archive holds it; `id` is ours and permanent, `kind` is the kind of its source.

    `tone` and `intent` are what counts: a person's word where there is one (`labels` say whose), else the machine's, which stays
    readable in `judged`. `story` is the id of the mention that stands for its story; 0 while it has not been grouped yet.
    """

    id: int
    judged: JudgedMention
    kind: str
    collected_at: datetime
    labels: Labels = UNLABELLED
    story: int = 0
    put_away_at: datetime | None = None  # since when a later version of the query does not catch it: it counts nowhere

    @property
    def entry(self) -> Entry:
        """The entry that speaks."""
        return self.judged.mention.entry

    @property
    def url(self) -> str:
        """Its canonical address."""
        return self.entry.url

    @property
    def title(self) -> str:
        """Its title."""
        return self.entry.title

    @property
    def outlet(self) -> str:
        """Who published it."""
        return self.entry.outlet

    @property
    def at(self) -> datetime:
        """When it was said, as far as known: published, else first seen."""
        return self.entry.published_at or self.entry.first_seen_at

    @property
    def tone(self) -> Tone:
        """The tone that counts."""
        return Tone(self.labels.tone.value) if self.labels.tone else self.judged.judgement.tone

    @property
    def intent(self) -> Intent:
        """The intent that counts."""
        return Intent(self.labels.intent.value) if self.labels.intent else self.judged.judgement.intent

    @property
    def about(self) -> bool:
        """Whether it speaks of the brand; only a person's word can deny it, and then it stands in no count."""
        return not (self.labels.about and self.labels.about.value == NO)

    @property
    def answered(self) -> bool | None:
        """Whether it was answered, as a person says; None when nobody said."""
        return None if self.labels.answered is None else self.labels.answered.value == YES


class Gist(NamedTuple):
    """As much of a kept mention as counting it and choosing what is listed need: a digest reads thousands and shows a handful.

    A tuple, since making one costs a tenth of what a dataclass does. `voice` is equal where the same voice speaks. Address, title
    and outlet are "" where the mention has its story: they tell stories apart only as long as nobody has grouped them.
    """

    id: int
    story: int
    at: datetime
    tone: Tone
    intent: Intent
    media: Media
    about: bool
    answered: bool | None
    voice: Hashable
    url: str = ""
    title: str = ""
    outlet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as the archive keeps it, whether it mentions a brand or not."""

    id: int
    entry: Entry
    brand: str  # the key of the brand its source belongs to
    kind: str  # the kind of that source
