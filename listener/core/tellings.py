"""The table of mentions that a dossier is computed from: numbers in columns, so that a million of them stay light and quick."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import NamedTuple, Self

from listener.core.model import Intent, Tone
from listener.core.values import dataclass

TONES = tuple(Tone)  # the column `tone` counts in these
INTENTS = tuple(Intent)  # the column `intent` counts in these
COMPLAINT = INTENTS.index(Intent.COMPLAINT)
QUESTION = INTENTS.index(Intent.QUESTION)
PURCHASE = INTENTS.index(Intent.PURCHASE)
NEGATIVE = TONES.index(Tone.NEGATIVE)


class Row(NamedTuple):
    """One mention as numbers; times are whole seconds since 1970 (UTC).

    `story`, `voice`, `item` and `conversation` are numbers that only say "the same": `item` is one for the same address however it
    was found, `conversation` is 0 where a mention stands alone. `source` and `language` are places in Observed's `places` and
    `languages`; `party` and `reply` are core.observed's numbers; `tone` and `intent` are the machine's, as places in TONES and
    INTENTS. `neutral` is 1 where a query without words of praise or complaint found it.
    `reply_at` is when the answer was given, or until when was looked for one (0: nobody knows). `relation` is 0 or the mark of the
    name on the uploaded list.
    """

    id: int
    story: int
    voice: int
    item: int
    conversation: int
    at: int
    source: int
    language: int
    party: int
    tone: int
    intent: int
    neutral: int
    reply: int
    reply_at: int
    relation: int


_SMALL = {"source": "H", "language": "B", "party": "B", "tone": "B", "intent": "B", "neutral": "B", "reply": "B"}


def column(name: str, numbers: Iterable[int]) -> array[int]:
    """A column of a table; raises OverflowError for a number that it cannot hold, TypeError for what is no number."""
    return array(_SMALL.get(name, "q"), numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Mentions in columns, of one length, by (at, id); the columns are those of `Row`."""

    id: array[int]
    story: array[int]
    voice: array[int]
    item: array[int]
    conversation: array[int]
    at: array[int]
    source: array[int]
    language: array[int]
    party: array[int]
    tone: array[int]
    intent: array[int]
    neutral: array[int]
    reply: array[int]
    reply_at: array[int]
    relation: array[int]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """A table of rows, in whatever order they come; raises OverflowError for a number that its column cannot hold."""
        return cls.by_columns(zip(*sorted(rows, key=lambda row: (row.at, row.id)), strict=True))

    @classmethod
    def by_columns(cls, columns: Iterable[Sequence[int]]) -> Self:
        """A table of columns in the order of `Row`, already sorted by (at, id); no columns are an empty table."""
        given = [*columns] or [()] * len(Row._fields)
        return cls(**{name: column(name, one) for name, one in zip(Row._fields, given, strict=True)})

    def __len__(self) -> int:
        """How many mentions."""
        return len(self.id)

    def rows(self) -> Iterator[Row]:
        """Its rows, in order."""
        return map(Row._make, zip(*(getattr(self, one.name) for one in fields(self)), strict=True))


EMPTY = Table.of(())
