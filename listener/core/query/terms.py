"""A term made ready to be found: the letters that give it away, and where exactly it stands in a text."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property

from listener.core.expressions import late
from listener.core.query.fold import FOREIGN, RUNS, UNSPACED, Folded, Mode, Unruly, fold, is_tame
from listener.core.query.lexer import elements
from listener.core.query.tree import Term

# A letter or digit that, right beside a word, makes it another word. `_` is none; scripts without spaces have none.
_GLUE = rf"[^\W_{UNSPACED}]"
_ANY = r"[^\W_]"  # the same for a text without such scripts; `re` takes milliseconds to compile the other
_UNSPACED = late(f"[{UNSPACED}]")
_FIRST_UNSPACED = UNSPACED[0]
_WORD = late(rf"[{UNSPACED}]|{_GLUE}+(?:'{_GLUE}+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_WILD = frozenset("*?\\")
FURTHEST = 50  # signs between the words of a phrase
GAP = re.compile(rf"[\W_]{{{FURTHEST + 1}}}")
_MANY = 65_536
_FEW = 16  # signs of a run that is worth remembering, and of a text that are looked for one by one
_ASCII = bytes(range(128))
_STAR, _STOP = "\x01", "\x02"  # the wildcards of a folded word, which has no such signs
_WILDCARD = re.compile(f"[{_STAR}{_STOP}]")

Span = tuple[int, int]
_Segments = list[list[str | None]]  # a word cut at each `*`: stretches of literal signs, with None for each `?`


def is_glue(sign: str) -> bool:
    """Whether this sign, right beside a letter or digit, belongs to the same word."""
    return sign.isalnum() and (sign < _FIRST_UNSPACED or not _UNSPACED.match(sign))


class Passage:
    """One text of an item, in every form that a term asks for; each is made once. `letters` is the folded text, where known."""

    def __init__(self, original: str, letters: str | None = None) -> None:
        self.original = original
        self._letters = letters
        self._forms: dict[Mode, Folded] = {}
        self._found: dict[Sought, list[Span]] = {}

    @property
    def letters(self) -> str:
        """The folded text."""
        if self._letters is None:
            self._letters = fold(self.original)
        return self._letters

    def spaced(self) -> bytes:
        """Its words, folded, one space between."""
        if self._letters is None and is_tame(self.original):
            if self.original.isascii():
                return spaced(self.original)
            with contextlib.suppress(Unruly):  # folded and spaced in one pass
                return _of_few_signs(self.original) or _apart(FOREIGN.sub(_tame_run, self.original))
        return spaced(self.letters)

    def places(self, sought: Sought) -> list[Span]:
        """Where a term stands in the original; sought once, however many queries have it."""
        found = self._found.get(sought)
        if found is None:
            found = self._found[sought] = sought.spans(self)
        return found

    def form(self, mode: Mode) -> Folded:
        """The text in this mode, with the way back to the original."""
        made = self._forms.get(mode)
        if made is None:
            made = self._forms[mode] = Folded(self.original, mode, self.letters if mode is Mode.LETTERS else None)
        return made

    @cached_property
    def is_spaced(self) -> bool:
        """Whether no script in it goes without spaces between words."""
        return self.letters.isascii() or not _UNSPACED.search(self.letters)

    def words_between(self, left: Span, right: Span) -> int:
        """How many whole words stand between two spans of the original, the left one first."""
        starts, ends = self._words
        return max(0, bisect_right(ends, right[0]) - bisect_left(starts, left[1]))

    @cached_property
    def _words(self) -> tuple[list[int], list[int]]:
        form = self.form(Mode.LETTERS)
        pattern = _ASCII_WORD if form.text.isascii() else _WORD
        spans = [form.span(*word.span()) for word in pattern.finditer(form.text)]
        return [start for start, _ in spans], [end for _, end in spans]


class _Spaces(dict[int, str]):
    """What each folded sign is in a spaced text: letters and digits stay, other signs are a space, unspaced letters a word each."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        made = " " if not sign.isalnum() else sign if is_glue(sign) else f" {sign} "
        if len(self) < _MANY:
            self[code] = made
        return made


_SPACES = _Spaces()


class _Runs(dict[str, str]):
    """What runs of signs outside ASCII are in a spaced text; the same few come back in nearly every text."""

    def __init__(self, letters: Callable[[str], str]) -> None:
        super().__init__()
        self._letters = letters

    def __missing__(self, run: str) -> str:
        made = self._letters(run).translate(_SPACES)
        if len(run) <= _FEW and len(self) < _MANY // 4:
            self[run] = made
        return made


_TAME = _Runs(lambda run: RUNS[run])
_FOLDED = _Runs(lambda run: run)


class _Signs(dict[str, tuple[bytes, bytes]]):
    """A sign outside ASCII, and what it is in a spaced text; in UTF-8, and wherever it stands. Raises Unruly where that depends."""

    def __missing__(self, sign: str) -> tuple[bytes, bytes]:
        made = _TAME[sign]
        if any(one != sign and not one.isascii() and _TAME[one].strip(" ") != one for one in made):
            raise Unruly  # what it becomes would become something else
        if len(self) < _MANY:
            self[sign] = sign.encode("utf-8", "surrogatepass"), made.encode("utf-8", "surrogatepass")
        return sign.encode("utf-8", "surrogatepass"), made.encode("utf-8", "surrogatepass")


_SIGNS = _Signs()


def _of_few_signs(text: str) -> bytes:
    """A tame text as its words, where only a few different signs in it are outside ASCII, as in most of Europe; else nothing.

    Each is looked for once: `re` takes four times as long to look at every letter of the text.
    """
    written = text.encode("utf-8", "surrogatepass")
    signs = set(written.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
    if len(signs) > _FEW:
        return b""
    for sign in signs:
        written = written.replace(*_SIGNS[sign])
    return b" ".join(written.translate(_ASCII_SPACES).split())


def _tame_run(found: re.Match[str]) -> str:
    return _TAME[found[0]]


def _folded_run(found: re.Match[str]) -> str:
    return _FOLDED[found[0]]


# What ASCII is in a spaced text, the case folded besides; of bytes, which takes a tenth of the time. The bytes of other signs stay.
_ASCII_SPACES = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(range(128, 256))


def spaced(letters: str) -> bytes:
    """A folded text as its words, one space between: so that the surroundings of a word can be part of what is sought.

    ASCII that has not been folded yet will do.
    """
    return _apart(letters if letters.isascii() else FOREIGN.sub(_folded_run, letters))


def _apart(words: str) -> bytes:
    """Words and what stands between them, one space between, where only ASCII may still hold capitals and signs."""
    return b" ".join(words.encode("utf-8", "surrogatepass").translate(_ASCII_SPACES).split())


class Sought:
    """A term, compiled: `anchor` must be in the folded text wherever the term is, and `spans` says where the term is."""

    def __init__(self, term: Term) -> None:
        if not term.exact and "".join(term.words).isalnum() and "".join(term.words).isascii():
            # Plain words, as most terms are: what follows would come to the same.
            self._mode, self._plain, self.is_sure = Mode.LETTERS, [word.lower() for word in term.words], True
            self.anchor = max(self._plain, key=len)
            self.key = f" {' '.join(self._plain)} ".encode()
            return
        self._mode = _mode(term)
        self._words: list[_Segments] = []
        self._letters: list[_Segments] = []  # the same, folded
        for word in map(_segments, term.words):
            letters = [[None if part is None else fold(part) for part in segment] for segment in word]
            if any(part != "" for segment in letters for part in segment):  # of a lone ™ nothing is left
                self._words.append(word)
                self._letters.append(letters)
        self.anchor = max(self._literals(), key=_telling)
        self._plain = self._as_plain()
        self.key, self.is_sure = self._as_key()

    def spans(self, passage: Passage) -> list[Span]:
        """Where the term stands in the original."""
        if self.anchor not in passage.letters:
            return []
        form = passage.form(self._mode)
        found = list(self._phrases(form.text)) if self._plain else self._search(form.text, is_spaced=passage.is_spaced)
        return [form.span(*place) for place in found]

    def is_in(self, passage: Passage) -> bool:
        """Whether the term stands in a text."""
        if self._plain and self._mode is Mode.LETTERS:
            return next(self._phrases(passage.letters), None) is not None
        return bool(self.spans(passage))

    def _as_key(self) -> tuple[bytes, bool]:
        """Bytes that the spaced text has wherever the term is (none where it is all signs), and whether they are proof of it."""
        written = "".join(
            f" {_STAR.join(''.join(_STOP if part is None else part for part in one) for one in word)} " for word in self._letters
        )
        pieces = _WILDCARD.split(written)
        key = max(map(_framed, pieces), key=len)
        whole = written.removesuffix(f"{_STAR} ")
        return key, self._mode is Mode.LETTERS and all(sign == " " or is_glue(sign) for sign in whole)

    def _literals(self) -> Iterator[str]:
        return (part for word in self._letters for segment in word for part in segment if part is not None)

    def _as_plain(self) -> list[str]:
        """The folded words when none of them has a wildcard; nothing otherwise."""
        words = []
        for word, letters in zip(self._words, self._letters, strict=True):
            if len(word) > 1 or len(word[0]) > 1 or word[0][0] is None:
                return []
            words.append(letters[0][0] or "" if self._mode is Mode.LETTERS else fold(word[0][0], self._mode))
        return words

    def _phrases(self, text: str) -> Iterator[Span]:
        """The words in their order; each next one is the first after signs (50 at most), so that nothing is tried twice."""
        first, *others = self._plain
        start = text.find(first)
        while start >= 0:
            end = _past(text, first, start)
            for word in others:
                if end < 0:
                    break
                end = _next(text, word, end)
            if end >= 0:
                yield start, end
            start = text.find(first, start + 1)

    def _search(self, text: str, *, is_spaced: bool) -> list[Span]:
        pattern = self._spaced if is_spaced else self._unspaced
        found = []
        match = pattern.search(text)
        while match:
            found.append(match.span())
            match = pattern.search(text, match.start() + 1)
        return found

    @cached_property
    def _spaced(self) -> re.Pattern[str]:
        return self._pattern(_ANY)

    @cached_property
    def _unspaced(self) -> re.Pattern[str]:
        return self._pattern(_GLUE)

    def _pattern(self, glue: str) -> re.Pattern[str]:
        words = [_word(segments, self._mode, glue) for segments in self._words]
        return re.compile(words[0] + "".join(rf"(?>[\W_]{{0,{FURTHEST}}}?{word})" for word in words[1:]))


def _framed(piece: str) -> bytes:
    """A piece of a term between wildcards as the spaced text has it; a space stands where a word begins or ends."""
    words = spaced(piece)
    if not words:
        return b""
    return b"%b%b%b" % (b"" if is_glue(piece[0]) else b" ", words, b"" if is_glue(piece[-1]) else b" ")


def _telling(letters: str) -> tuple[bool, int]:
    """How seldom these letters are likely to be met."""
    return any(map(str.isalnum, letters)), len(letters)


def _past(text: str, word: str, start: int) -> int:
    """Where a word ends that stands at `start` with nothing glued to it; -1 when it does not."""
    end = start + len(word)
    if start and is_glue(word[0]) and is_glue(text[start - 1]):
        return -1
    return -1 if end < len(text) and is_glue(word[-1]) and is_glue(text[end]) else end


def _next(text: str, word: str, start: int) -> int:
    """Where a word ends that is the first after the signs at `start`; -1 when another one is."""
    for at in range(start, min(start + FURTHEST, len(text)) + 1):
        if text.startswith(word, at) and (end := _past(text, word, at)) >= 0:
            return end
        if text[at : at + 1].isalnum():
            return -1
    return -1


def _segments(word: str) -> _Segments:
    if _WILD.isdisjoint(word):
        return [[word]]
    segments: _Segments = [[]]
    for is_wild, sign in elements(word):
        segment = segments[-1]
        if is_wild and sign == "*":
            segments.append([])
        elif is_wild:
            segment.append(None)
        elif segment and (last := segment[-1]) is not None:
            segment[-1] = last + sign
        else:
            segment.append(sign)
    return segments


def _word(segments: _Segments, mode: Mode, glue: str) -> str:
    """A pattern for one word; a segment in the middle takes the first place that fits and never gives it up."""
    folded = [[made for part in segment if (made := _ANY if part is None else re.escape(fold(part, mode)))] for segment in segments]
    first, *rest = ("".join(segment) for segment in folded)
    pattern = first
    for at, segment in enumerate(rest, start=1):
        if at < len(rest):
            pattern += f"(?>{_ANY}*?{segment})"
        else:
            pattern += f"{_ANY}*?{segment}" if segment else f"{_ANY}*+"
    before = f"(?<!{glue})" if _begins_glued(folded[0][0]) else ""
    after = f"(?!{glue})" if folded[-1] and _ends_glued(folded[-1][-1]) else ""
    return before + pattern + after


def _begins_glued(part: str) -> bool:
    return part == _ANY or is_glue(part[0])


def _ends_glued(part: str) -> bool:
    return part == _ANY or is_glue(part[-1])


def _mode(term: Term) -> Mode:
    """Exact case counts accents only if some are written, so that {Citroen} also finds Citroën."""
    if not term.exact:
        return Mode.LETTERS
    return Mode.CASE if all(fold(word, Mode.CASE) == fold(word, Mode.ACCENTS) for word in term.words) else Mode.ACCENTS
