"""The weekly random sample that people check by hand: drawn by stratum with a stored seed, so that anybody can draw it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """One part of what was found in a week: how many stories it held, and which mentions were drawn to stand for them."""

    name: str  # the kind of place and the machine's word on it, "rss/negative"
    stories: int
    drawn: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is to be checked of a brand's week (its Monday, in the brand's zone), and the seed it was drawn with."""

    brand: str
    week: date
    seed: int
    strata: tuple[Stratum, ...]

    @property
    def mentions(self) -> tuple[int, ...]:
        """All that was drawn, stratum by stratum."""
        return tuple(id for one in self.strata for id in one.drawn)  # noqa: A001 - the field's word
