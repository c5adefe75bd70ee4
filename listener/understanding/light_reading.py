"""Texts as numbers, many at once: tokens, hashed n-grams and the places of signs, by table look-ups over code points.

Hashes are polynomial over folded code points modulo 2**64, so that any stretch of a text is hashed by one subtraction and one
multiplication (Karp and Rabin 1987, doi 10.1147/rd.312.0249), then mixed (the finaliser of MurmurHash3, public domain).
They depend on nothing but the text: the same on every machine, in every process.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listener.core.values import dataclass

Hashes = NDArray[np.uint64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

ENOUGH = 4_000  # characters of a text that are read; what a text feels, it says in its first screens
LINK, NAMED = "\x01", "\x02"  # stand for every address and every @name, so that no brand's name carries a tone
GRAMS = (3, 4, 5)

_END = "\x1e"  # ends each text in the stream; white space to every expression below
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SMILE, _FROWN, _HEART, _BROKEN, _DRY, _WINK = "\U0001f642", "\U0001f641", "\u2764", "\U0001f494", "\U0001f615", "\U0001f609"
_RARE = re.compile(
    r"(?P<link>https?:\S*|www\.\S+|\bhttps?\b)|(?P<named>@\w+)|(?P<heart><3+)|(?P<broken></3)"
    r"|(?<!\w)(?:(?P<wink>;[-o^']?[)\]dp])|(?P<smile>[:=8][-o^']?[)\]d*]+|\^[_.]?\^|\(:|xd+\b)"
    r"|(?P<frown>[:=]['\u2019]?[-o^]?[(\[c]+|:'\(|\):|[:=]-?@|>:\(|-_+-|t_+t)|(?P<dry>:[-o^']?[/\\|s]))(?!\w)",
    re.IGNORECASE,
)
_STANDS_FOR = {"link": LINK, "named": NAMED, "heart": _HEART, "broken": _BROKEN, "wink": _WINK, "smile": _SMILE, "frown": _FROWN}

_SPACE, _LETTER, _SINGLE, _DROPPED = 0, 1, 2, 3
_BLOCK = 0x100
_LIMIT = 0x20000  # code points above it (rare ideographs, private use) are read as white space
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_SHIFT = np.uint64(32)
_UMLAUTS = "\u00e4\u00f6\u00fc"  # kept: German "schon" and "schön" are two words
_CLAUSE_ENDS = frozenset(map(ord, ".,;:!?()\n\u2026\u2013\u2014" + _END))


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch of texts as arrays; every `…_of` says to which text an element belongs, in ascending order."""

    size: int
    tokens: Hashes
    token_of: Counts
    clause: Counts  # of each token: two tokens in one clause have the same number
    stems: dict[int, tuple[Hashes, Counts]]  # length -> (hash of so many first letters, index of the token that begins with them)
    grams: Hashes
    gram_of: Counts
    signs: dict[str, Counts]  # name -> how many in each text


def read(texts: Sequence[str], stem_lengths: Sequence[int] = ()) -> Reading:
    """Read a batch; never raises, whatever the texts hold; memory is about 300 bytes for each character read."""
    stream = _stream(texts)
    codes = np.minimum(np.frombuffer(stream.encode("utf-32-le", "surrogatepass"), np.uint32), _LIMIT - 1)
    _SIGNS.learn(codes)
    kind, letter = _SIGNS.kinds[codes], _SIGNS.folded[codes]
    owner = np.concatenate(([0], np.cumsum(codes == ord(_END))[:-1])).astype(np.int64)
    long = (kind == _LETTER) & _same(letter, 1) & _same(letter, 2)
    signs = _signs(codes, kind, letter, owner, len(texts))
    signs["long"] = np.bincount(owner[long & ~_same(letter, 3)], minlength=len(texts))
    kept = (kind != _DROPPED) & ~long
    breaks = np.cumsum(np.isin(codes, _clause_ends()))[kept].astype(np.int64)
    kind, letter, owner = kind[kept], letter[kept], owner[kept]
    hashes = _Stretches(letter)

    inside = kind != _SPACE
    before = np.concatenate(([_SPACE], kind[:-1]))
    after = np.concatenate((kind[1:], [_SPACE]))
    starts = np.flatnonzero(inside & ((kind != before) | (kind == _SINGLE)))
    ends = np.flatnonzero(inside & ((kind != after) | (kind == _SINGLE))) + 1
    stems = {}
    for length in stem_lengths:
        long_enough = np.flatnonzero(ends - starts >= length)
        stems[length] = (hashes.of(starts[long_enough], starts[long_enough] + length), long_enough)
    grams, gram_of = _grams(kind, letter, owner)
    return Reading(
        size=len(texts),
        tokens=hashes.of(starts, ends),
        token_of=owner[starts],
        clause=breaks[starts],
        stems=stems,
        grams=grams,
        gram_of=gram_of,
        signs=signs,
    )


def joined(first: Hashes, second: Hashes) -> Hashes:
    """The hash of a phrase: of what comes first and the token after it."""
    return _mixed(first * np.uint64(3) + second)


def per_text(values: NDArray[np.floating[Any]], owner: Counts, size: int) -> NDArray[np.float64]:
    """The sum of values for each text."""
    return np.bincount(owner, weights=values, minlength=size).astype(np.float64)


def _stream(texts: Sequence[str]) -> str:
    cut = [_STRANGE.sub(" ", text[:ENOUGH]) for text in texts]
    return _RARE.sub(_stand_in, "".join(f"{text}{_END}" for text in cut))


def _stand_in(match: re.Match[str]) -> str:
    return f" {_STANDS_FOR.get(match.lastgroup or '', _DRY)} "


def _same(letter: NDArray[np.uint64], back: int) -> Flags:
    """Where a letter is the same as the one so many places before it."""
    same = np.zeros(len(letter), np.bool_)
    same[back:] = letter[back:] == letter[:-back]
    return same


def _signs(
    codes: NDArray[np.uint32], kind: NDArray[np.uint8], letter: NDArray[np.uint64], owner: Counts, size: int
) -> dict[str, Counts]:
    def counted(where: Flags) -> Counts:
        return np.bincount(owner[where], minlength=size)

    return {
        "exclamations": counted(codes == ord("!")),
        "questions": counted(codes == ord("?")),
        "hashtags": counted(codes == ord("#")),
        "dots": counted((codes == ord(".")) & _same(codes.astype(np.uint64), 1)),
        "quotes": counted((codes == ord('"')) | (codes == 0x201C) | (codes == 0x201D)),
        "links": counted(codes == ord(LINK)),
        "names": counted(codes == ord(NAMED)),
        "digits": counted(letter == ord("0")),
        "letters": counted(kind == _LETTER),
        "capitals": counted(_SIGNS.capitals[codes]),
        "pictures": counted((kind == _SINGLE) & (codes > 0x2000)),
    }


def _grams(kind: NDArray[np.uint8], letter: NDArray[np.uint64], owner: Counts) -> tuple[Hashes, Counts]:
    """Every stretch of 3 to 5 signs within a word and its two edges, text by text."""
    # The first text begins after a space too, as every other.
    space = np.concatenate(([True], kind == _SPACE))
    letter, owner = np.concatenate(([np.uint64(0)], letter)), np.concatenate(([0], owner))
    kept = ~space | ~np.concatenate(([False], space[:-1]))
    space, letter, owner = space[kept], np.where(space, np.uint64(ord(" ")), letter)[kept], owner[kept]
    hashes = _Stretches(letter)
    gaps = np.concatenate(([0], np.cumsum(space)))
    found, places = [], []
    for length in GRAMS:
        at = np.arange(max(0, len(letter) - length + 1))
        at = at[gaps[at + length - 1] == gaps[at + 1]]
        found.append(hashes.of(at, at + length))
        # The space that ends a text belongs to it; a stretch that begins there belongs to the next.
        places.append(owner[at + 1])
    return np.concatenate(found), np.concatenate(places)


class _Stretches:
    """Hashes of any stretches of one stream."""

    def __init__(self, letter: NDArray[np.uint64]) -> None:
        self._powers, self._inverses = _powers(1 << max(16, len(letter).bit_length()))
        self._sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum((letter + np.uint64(1)) * self._powers[: len(letter)])))

    def of(self, starts: Counts, ends: Counts) -> Hashes:
        """The hash of each stretch from start to end, the end not included."""
        return _mixed((self._sums[ends] - self._sums[starts]) * self._inverses[starts])


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ (values >> _SHIFT)) * _MIX
    return values ^ (values >> _SHIFT)


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    def of(base: np.uint64) -> Hashes:
        return np.cumprod(np.concatenate((np.ones(1, np.uint64), np.full(size - 1, base))), dtype=np.uint64)

    return of(_BASE), of(_INVERSE)


@cache
def _clause_ends() -> NDArray[np.uint32]:
    return np.array(sorted(_CLAUSE_ENDS), np.uint32)


class _Signs:
    """What each code point is, the letter it counts as (small, without accents, every digit a 0), and whether it is a capital.

    Worked out block by block, as texts bring them: all 131,072 take a third of a second, and most texts need three blocks.
    """

    def __init__(self) -> None:
        self.kinds = np.zeros(_LIMIT, np.uint8)
        self.folded = np.arange(_LIMIT, dtype=np.uint64)
        self.capitals = np.zeros(_LIMIT, np.bool_)
        self._known = np.zeros(_LIMIT // _BLOCK, np.bool_)
        self._lock = threading.Lock()

    def learn(self, codes: NDArray[np.uint32]) -> None:
        """Work out the blocks of these code points, those that nobody asked for yet."""
        met = np.zeros(len(self._known), np.bool_)
        met[codes // _BLOCK] = True
        for block in np.flatnonzero(met & ~self._known).tolist():
            with self._lock:
                for code in range(block * _BLOCK, (block + 1) * _BLOCK):
                    self._learn(code)
                self._known[block] = True

    def _learn(self, code: int) -> None:
        sign = chr(code)
        category = unicodedata.category(sign)
        self.capitals[code] = sign.isupper()
        if code in {ord(LINK), ord(NAMED)}:
            self.kinds[code] = _SINGLE
        elif category[0] == "L":
            self.kinds[code] = _LETTER
            small = sign.lower()[0]
            self.folded[code] = ord(small if small in _UMLAUTS else unicodedata.normalize("NFKD", small)[0])
        elif category[0] == "N":
            self.kinds[code], self.folded[code] = _LETTER, ord("0")
        elif category in {"So", "Co"} or sign in "!?\u2665\u2764":
            self.kinds[code] = _SINGLE
        elif category[0] == "M" or category in {"Sk", "Cf"} or sign in "'\u2019\u2018`\u00b4":
            self.kinds[code] = _DROPPED


_SIGNS = _Signs()
