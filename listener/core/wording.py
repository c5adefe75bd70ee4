"""Sentences that know how they were made: English wherever they are a text, and said in another language by who has its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Self

_HOLE = re.compile(r"\{([a-z_]+)\}")


class Worded(str):
    """A sentence in English, with the words it was made from and what fills their holes (`{name}`).

    What comes of it by cutting or joining is a plain text again. A hole that nothing fills stays as it stands, so that words may
    hold braces of their own.
    """

    __slots__ = ("filled", "template")

    template: str
    filled: Mapping[str, object]

    def __new__(cls, template: str, **filled: object) -> Self:
        """Fill the holes."""
        made = super().__new__(cls, _fill(template, filled))
        made.template = template
        made.filled = filled
        return made


def worded(template: str, /, **filled: object) -> Worded:
    """A sentence; its words are marked for the catalogue by this name."""
    return Worded(template, **filled)


def say(text: str, translate: Callable[[str], str]) -> str:
    """The text in the language that `translate` has the words of, as deep as its parts know how they were made."""
    if not isinstance(text, Worded):
        return text
    parts = {name: say(part, translate) if isinstance(part, str) else part for name, part in text.filled.items()}
    return _fill(translate(text.template), parts)


def _fill(template: str, filled: Mapping[str, object]) -> str:
    return _HOLE.sub(lambda hole: str(filled.get(hole[1], hole[0])), template)
