"""Which of many expressions can hold in a text at all, told by its words: most hold in none, and each costs a walk over it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_STRETCH = re.compile(r"(?P<before>[*#]?)(?P<word>\w+)(?P<after>[*#]?)")
_STEM = 3  # letters by which the beginning of a word is known
_ANY_ENDING = "*"


def keys_of(words: str) -> set[str]:
    """What a text offers: its words, and the beginnings of those."""
    found = set(_WORD.findall(words))
    return found | {f"{one[:_STEM]}{_ANY_ENDING}" for one in found}


def keys_for(alternatives: Iterable[str]) -> frozenset[str] | None:
    """Keys of which a text must offer one, lest none of these alternatives stands in it; None where that cannot be told.

    An alternative stands between the edges of words; in it `*` is any ending and `#` any number.
    """
    keys: set[str] = set()
    for one in alternatives:
        key = _key(one)
        if not key:
            return None
        keys.add(key)
    return frozenset(keys)


def _key(alternative: str) -> str:
    """The longest whole word of an alternative, else the beginning of one."""
    whole, begun = "", ""
    for found in _STRETCH.finditer(alternative):
        word = found["word"]
        if not found["before"] and not found["after"]:
            whole = max(whole, word, key=len)
        elif not found["before"] and found["after"] == _ANY_ENDING and len(word) >= _STEM:
            begun = f"{word[:_STEM]}{_ANY_ENDING}"
    return whole or begun
