"""Labels: a person's word on a mention, kept beside the machine's; each is a new fact, and the newest of its aspect counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Self

from listener.core.model import Intent, Tone

WITHDRAWN = ""  # the value of a label that takes the word before it back, so that the machine's counts again
YES, NO = "yes", "no"
LONGEST_NAME = 100  # characters of a person's name


class Aspect(StrEnum):
    """What of a mention a label is about."""

    ABOUT = "about"  # whether it speaks of the brand at all
    TONE = "tone"
    INTENT = "intent"
    ANSWERED = "answered"  # whether somebody of ours has answered it


# Of all words, how many must be the same for a text to be the one it was, but for a slip that was put right.
_THE_SAME = 0.8
_COMPARED = 120  # words; posts have half as many, and comparing takes more than linear time

VALUES: dict[Aspect, tuple[str, ...]] = {
    Aspect.ABOUT: (YES, NO),
    Aspect.TONE: tuple(Tone),
    Aspect.INTENT: tuple(Intent),
    Aspect.ANSWERED: (YES, NO),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's word: on which mention, about what, which value (see VALUES, or WITHDRAWN), by whom ("" is nobody named), when."""

    mention: int
    aspect: Aspect
    value: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        """Raise ValueError for a value that its aspect does not have, or a name that is too long."""
        if self.value != WITHDRAWN and self.value not in VALUES[self.aspect]:
            known = ", ".join(VALUES[self.aspect])
            raise ValueError(f"{self.aspect.value}: '{self.value}' is not one of {known}")
        if len(self.by) > LONGEST_NAME:
            raise ValueError(f"a name has at most {LONGEST_NAME} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What people say of one mention now: the newest label of each aspect, None where nobody said anything or took it back."""

    about: Label | None = None
    tone: Label | None = None
    intent: Label | None = None
    answered: Label | None = None

    @classmethod
    def of(cls, history: Iterable[Label]) -> Self:
        """What counts of a mention's labels, given oldest first."""
        newest = {label.aspect.value: label for label in history}
        return cls(**{name: None if label.value == WITHDRAWN else label for name, label in newest.items()})

    def __bool__(self) -> bool:
        """Whether anybody says anything."""
        return any((self.about, self.tone, self.intent, self.answered))


UNLABELLED = Labels()


def outlasting(former: str, now: str) -> frozenset[Aspect]:
    """The aspects of which a person's word still holds when a text was rewritten.

    That somebody answered stays true whatever is said now; what was said of the words, only where they are the same but for a
    slip that was put right: four in five of all words (of the first 120), in their order.
    """
    one, other = (text.casefold().split()[:_COMPARED] for text in (former, now))
    if SequenceMatcher(None, one, other, autojunk=False).ratio() >= _THE_SAME:
        return frozenset(Aspect)
    return frozenset({Aspect.ANSWERED})
