"""Text made comparable, on both sides: letters without case, accents and hidden signs; and the way back to what was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import Enum

from listener.core.text import character

# Scripts that set no spaces between words; Korean sets them, but glues its particles to a name.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
UNSPACED += "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"

# Signs with several shapes that nobody types on purpose; `™` and `℠` would become letters and glue themselves to a name.
_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2122\u2120", ""),
}
# Accents, points and variation marks. Marks of other scripts (the strokes of kana, the vowels of Hindi) make another letter.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
# What only dresses an emoji: variation marks and circles around a sign. They compose with nothing and fold to nothing, and more
# texts have one than have any other mark.
_DRESS = re.compile("[\u20d0-\u20ff\ufe00-\ufe0f]")
# The second and third part of a Korean syllable, and the narrow voicing marks of Japanese.
_JOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f]")
_NARROW = re.compile("[\uff9e\uff9f]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_CLUSTER = 32  # characters that are composed together, at most: composing takes quadratic time

_MAYBE_REFERENCE = re.compile(r"&(?:#[0-9xX]|[A-Za-z])")
_REFERENCE = re.compile(r"&(?:amp;)*(#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)")
_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f`]")
_BREAKS = re.compile(r"[\t-\r]")
_MANY = 65_536
FOREIGN = re.compile(r"[^\x00-\x7f]+")
_FEW = 16  # signs of a run outside ASCII that is worth remembering


class Mode(Enum):
    """How much of a text's writing counts: its letters alone, also their case, or also their accents."""

    LETTERS = "letters"
    CASE = "case"
    ACCENTS = "accents"


class _Table(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __init__(self, made_of: Callable[[str], str]) -> None:
        super().__init__()
        self._made_of = made_of

    def __missing__(self, code: int) -> str:
        made = self._made_of(chr(code))
        if len(self) < _MANY:  # a text that shows every character there is must not stay in memory
            self[code] = made
        return made


def _letters(char: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", _plain(char).casefold()))
    return "".join(map(_plain, unicodedata.normalize("NFKC", bare).casefold()))


def _case(char: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", _plain(char)))
    return "".join(map(_plain, unicodedata.normalize("NFKC", bare)))


def _plain(char: str) -> str:
    if char in _SIGNS:
        return _SIGNS[char]
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in _HIDDEN else char


_TABLES = {Mode.LETTERS: _Table(_letters), Mode.CASE: _Table(_case), Mode.ACCENTS: _Table(_plain)}


def fold(text: str, mode: Mode = Mode.LETTERS) -> str:
    """The text as it is compared: case folded, NFKD, accents and format characters dropped, spaces and quotes of one kind.

    References that were escaped once too often (`AT&amp;T`) are undone. The rules are those of Unicode's caseless compatibility
    match (https://www.unicode.org/versions/latest/core-spec/chapter-3/#G53513), with accents taken off as well.
    """
    if text.isalnum() and text.isascii() and mode is Mode.LETTERS:
        return text.lower()  # a single word, as most terms are
    if mode is Mode.LETTERS and is_tame(text):
        text = text if text.isprintable() else _BREAKS.sub(" ", text)
        if text.isascii():
            return text.lower()
        try:
            return FOREIGN.sub(_run, text).lower()
        except Unruly:
            pass
    if _is_simple(text):
        return text.translate(_TABLES[mode])
    return "".join(made for _, _, made in _pieces(text, mode))


class Folded:
    """A folded text that knows where in the original each of its characters came from."""

    __slots__ = ("_ends", "_starts", "original", "text")

    def __init__(self, original: str, mode: Mode = Mode.LETTERS, text: str | None = None) -> None:
        self.original = original
        self._starts: list[int] | None = None
        self._ends: list[int] | None = None
        self.text = fold(original, mode) if text is None else text
        if len(self.text) != len(original) or not _is_even(original, mode):
            self._starts, self._ends = [], []
            self._map(mode, self._starts, self._ends)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where [start, end) of the folded text stands in the original; start < end."""
        if self._starts is None or self._ends is None:
            return start, end
        return self._starts[start], self._ends[end - 1]

    def _map(self, mode: Mode, starts: list[int], ends: list[int]) -> None:
        made_of = {char: len(_TABLES[mode][ord(char)]) for char in set(self.original)}
        if _is_simple(self.original) and not any(map(_belongs, made_of)):
            done = 0
            uneven = "".join(re.escape(char) for char, length in made_of.items() if length != 1)
            for found in re.finditer(f"[{uneven}]", self.original) if uneven else ():
                at = found.start()
                starts.extend(range(done, at))
                starts += [at] * made_of[found[0]]
                done = at + 1
            starts.extend(range(done, len(self.original)))
            ends += [at + 1 for at in starts]
            return
        for start, end, made in _pieces(self.original, mode):
            if made:
                starts += [start] * len(made)
                ends += [end] * len(made)
            elif ends and ends[-1] == start and _ACCENTS.match(self.original, start):
                ends[-1] = end


def _is_simple(text: str) -> bool:
    """Whether every character can be folded for itself."""
    if "&" in text and _MAYBE_REFERENCE.search(text) and _REFERENCE.search(text):
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and not _JOINING.search(text))


def is_tame(text: str) -> bool:
    """Whether ASCII letters are all that has to change among its ASCII signs."""
    if "&" in text and _MAYBE_REFERENCE.search(text) and _REFERENCE.search(text):
        return False
    return (text.isprintable() and "`" not in text) or not _ODD.search(text)


def _is_even(text: str, mode: Mode) -> bool:
    """Whether each sign becomes one sign, given that as many come out as went in."""
    if text.isascii():
        return True
    table = _TABLES[mode]
    signs = set("".join(FOREIGN.findall(text)))
    return is_tame(text) and not any(len(table[ord(sign)]) != 1 or _belongs(sign) for sign in signs)


class Unruly(Exception):
    """Signs that cannot be folded apart from those around them."""


class _Runs(dict[str, str]):
    """What a run of signs outside ASCII becomes; the same few (quotation marks, é, ë) come back in nearly every text."""

    def __missing__(self, run: str) -> str:
        bare = _DRESS.sub("", run)
        made = bare.translate(_TABLES[Mode.LETTERS])
        if any(map(_belongs, bare)) or not unicodedata.is_normalized("NFC", bare) or made.lower() != made:
            raise Unruly
        if len(run) <= _FEW and len(self) < _MANY // 4:
            self[run] = made
        return made


RUNS = _Runs()


def _run(found: re.Match[str]) -> str:
    return RUNS[found[0]]


def _pieces(text: str, mode: Mode) -> Iterator[tuple[int, int, str]]:
    table = _TABLES[mode]
    for start, end, piece in _clusters(text):
        if len(piece) > 1:
            piece = unicodedata.normalize("NFKC" if _NARROW.search(piece) else "NFC", piece)  # noqa: PLW2901 - the same piece
        yield start, end, piece.translate(table)


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Each character with the marks that belong to it, and each reference with what it stands for."""
    at = 0
    while at < len(text):
        start = at
        if text[at] == "&" and (reference := _REFERENCE.match(text, at)):
            inner = reference[1]
            made = character(f"&{inner}")
            at = reference.end() if made else reference.start(1)
            yield start, at, made or "&"
            continue
        at += 1
        while at < len(text) and at - start < _CLUSTER and _belongs(text[at]):
            at += 1
        yield start, at, text[start:at]


def _belongs(char: str) -> bool:
    return not char.isascii() and (unicodedata.category(char).startswith("M") or _JOINING.match(char) is not None)
