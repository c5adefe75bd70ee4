"""How much was said, beyond single mentions: stories by size, and brands beside each other."""

from __future__ import annotations

from datetime import datetime

from listener.core.kept import KeptMention
from listener.core.model import Judgement
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryVolume:
    """One story within a period: how many mentions and voices tell it there, and how many of them are negative.

    `first` is the mention in the period that was said first; `last_at` when the latest of them was said.
    """

    story: int
    items: int
    voices: int
    negative: int
    first: KeptMention
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySize:
    """A whole story: mentions, voices, outlets, and when the first and the last of it were said."""

    items: int
    voices: int
    outlets: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much others said of a brand: items, stories, voices, and the negative among the items."""

    items: int = 0
    stories: int = 0
    voices: int = 0
    negative: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandVolume:
    """A brand within a period, for comparison with others.

    `shared` counts what stood in places that are read whole for every brand alike; `all` also what searches for this one brand
    brought (Google Alerts, X), of which another brand may have more or fewer.
    """

    brand: str
    shared: Volume
    all: Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """The document that brought an entry: where from, as what, how many bytes as decoded, when; `kept` when its bytes are."""

    fingerprint: str
    source: str
    url: str
    media_type: str
    size: int
    fetched_at: datetime
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What stands behind a mention: the document it came in, and everything that judges ever said of it, oldest first."""

    document: DocumentFacts
    judgements: tuple[tuple[datetime, Judgement], ...]
