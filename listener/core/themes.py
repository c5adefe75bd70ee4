"""Themes: what some stories are about, as phrases taken from their own texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from listener.core.kept import KeptMention
from listener.core.model import Brand
from listener.core.stories import Story
from listener.core.values import dataclass

# The texts before a day against which its themes stand out, and for how long a theme that stays away keeps its name.
BACKGROUND = timedelta(days=28)
REMEMBERED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A phrase of one to four words that some stories share, as it stands in them, with the ids of the mentions that hold it.

    `stories` and `voices` count the same mentions apart; `language` is the phrase's (ISO 639-1).
    """

    phrase: str
    language: str
    mentions: tuple[int, ...]
    stories: int
    voices: int

    @property
    def items(self) -> int:
        """How many mentions hold it."""
        return len(self.mentions)


class ThemeFinder(Protocol):
    """Say what stories are about."""

    def __call__(
        self, stories: Sequence[Story], background: Sequence[KeptMention], *, brand: Brand, known: Sequence[str] = ()
    ) -> tuple[Theme, ...]:
        """The themes of some stories, the one with most stories first; none where nothing sensible can be said.

        `background` is what else is said of the brand; `known` are the phrases of the days before, the latest first: a theme that
        was named then keeps its name.
        """
        ...
