"""How a line of the story is spoken: choices in square brackets, slots in angle ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Generic, TypeVar

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"<([A-Z][a-z]*)>")

Card = TypeVar("Card")


class Deck(Generic[Card]):
    """Cards dealt in a shuffled order; every card is dealt once before the first one comes back."""

    def __init__(self, cards: Sequence[Card], rng: Random) -> None:
        self._cards = cards
        self._rng = rng
        self._left: list[Card] = []

    def deal(self) -> Card:
        """The next card."""
        if not self._left:
            self._left = list(self._cards)
            self._rng.shuffle(self._left)
        return self._left.pop()


def speak(lines: Sequence[str], rng: Random, slots: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The lines with every choice made and every slot filled; a slot has one value in all of them.

    Raises KeyError for a slot that does not exist.
    """
    filled: dict[str, str] = {}

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name not in filled:
            filled[name] = rng.choice(slots[name])
        return filled[name]

    spoken = []
    for line in lines:
        words, chosen = line, 1
        while chosen:  # innermost choices first, so that choices may hold choices
            words, chosen = _CHOICE.subn(lambda found: rng.choice(found[1].split("|")), words)
        spoken.append(_SLOT.sub(fill, words))
    return tuple(spoken)
