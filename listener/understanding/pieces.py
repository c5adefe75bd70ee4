"""Text as numbered pieces of words: a unigram SentencePiece tokenizer, in as much Python as that takes.

Kudo 2018 (arXiv 1804.10959): of all ways to spell a word with the known pieces, the one whose scores (log probabilities) add up to
most. Words are spelled one by one, as no piece crosses a space.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

UNKNOWN = 3
_BEGIN, _END = 0, 2
_SPACE = "\u2581"  # stands before every word
_WORSE = 10.0  # an unknown character costs so much more than the rarest piece
_LONGEST = 200  # characters of one "word"; what is longer is not one, and is read in parts

# The characters that SentencePiece's own rules drop or read as a space, before NFKC.
_CLEAN = dict.fromkeys([*range(0x01, 0x09), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F, 0x00], "") | dict.fromkeys(
    [0x09, 0x0A, 0x0C, 0x0D, 0x1680, *range(0x200B, 0x2010), 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD], " "
)


class Pieces:
    """A vocabulary of pieces with their scores; a piece's number is its place in the mapping."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        self._known = {piece: (number, score) for number, (piece, score) in enumerate(scores.items()) if number > UNKNOWN}
        self._longest = max(map(len, self._known), default=1)
        self._unknown = min((score for _, score in self._known.values()), default=0.0) - _WORSE
        self.blank = self._known.get(_SPACE, (UNKNOWN, 0.0))[0]
        # Posts share most of their words; a spelling is 20 times dearer than remembering it.
        self._spelled = lru_cache(maxsize=20_000)(self._spell)

    def numbers(self, text: str) -> list[int]:
        """The pieces of a text by number, between those for its begin and end; never raises."""
        found = [_BEGIN]
        for word in unicodedata.normalize("NFKC", text.translate(_CLEAN)).split():
            spaced = _SPACE + word
            for start in range(0, len(spaced), _LONGEST):
                found += self._spelled(spaced[start : start + _LONGEST])
        return [*found, _END]

    def _spell(self, word: str) -> tuple[int, ...]:
        """The best spelling of one word; neighbouring unknown characters are one unknown piece."""
        best = [0.0] + [float("-inf")] * len(word)
        steps: list[tuple[int, int]] = [(0, UNKNOWN)] * (len(word) + 1)  # where the piece that ends here begins, and its number
        for start in range(len(word)):
            sofar = best[start]
            if sofar + self._unknown > best[start + 1]:
                best[start + 1], steps[start + 1] = sofar + self._unknown, (start, UNKNOWN)
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                entry = self._known.get(word[start:end])
                if entry is not None and sofar + entry[1] > best[end]:
                    best[end], steps[end] = sofar + entry[1], (start, entry[0])
        found: list[int] = []
        place = len(word)
        while place:
            place, number = steps[place]
            if number != UNKNOWN or not found or found[-1] != UNKNOWN:
                found.append(number)
        return tuple(reversed(found))
