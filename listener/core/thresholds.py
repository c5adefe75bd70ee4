"""Thresholds: what a figure must be before it says anything, written down with date and author before the data were seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """One version of the thresholds; a later version never replaces an earlier one, both results are shown.

    Shares are from 0 to 1, the rest are counts, minutes or euros as their names say.
    """

    version: int
    on: date
    author: str
    values: tuple[tuple[str, float], ...]

    def __getitem__(self, name: str) -> float:
        """The threshold of that name; raises KeyError when there is none."""
        return dict(self.values)[name]
