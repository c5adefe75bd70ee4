"""A term made ready to be found: the letters that give it away, and where exactly it stands in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from listener.core.query.fold import UNSPACED, Folded, Mode, fold
from listener.core.query.lexer import elements
from listener.core.query.tree import Term

# A letter or digit that, right beside a word, makes it another word. `_` is none; scripts without spaces have none.
_GLUE = rf"[^\W_{UNSPACED}]"
_ANY = r"[^\W_]"  # the same for a text without such scripts; `re` takes milliseconds to compile the other
_UNSPACED = re.compile(f"[{UNSPACED}]")
_FIRST_UNSPACED = UNSPACED[0]
_WORD = re.compile(rf"[{UNSPACED}]|{_GLUE}+(?:'{_GLUE}+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_WILD = frozenset("*?\\")
FURTHEST = 50  # signs between the words of a phrase

Span = tuple[int, int]
_Segments = list[list[str | None]]  # a word cut at each `*`: stretches of literal signs, with None for each `?`


def is_glue(sign: str) -> bool:
    """Whether this sign, right beside a letter or digit, belongs to the same word."""
    return sign.isalnum() and (sign < _FIRST_UNSPACED or not _UNSPACED.match(sign))


class Passage:
    """One text of an item, in every form that a term asks for; each is made once. `letters` is the folded text, where known."""

    def __init__(self, original: str, letters: str | None = None) -> None:
        self.original = original
        self.letters = fold(original) if letters is None else letters
        self._forms: dict[Mode, Folded] = {}

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


class Sign(NamedTuple):
    """What must be so around a term's anchor if the term is there; found wanting, the term need not be sought.

    `before` and `after`: no letter or digit may be glued to the anchor on that side. `next` is how the word after the anchor's
    begins, and `previous` how the word before it ends: with that letter or digit, whatever signs are between. With `is_proof` all
    this is enough, where nothing is glued to the other side of that word: then the term is there.
    """

    before: bool = False
    after: bool = False
    next: str = ""
    previous: str = ""
    is_proof: bool = False


class Sought:
    """A term, compiled: `anchor` must be in the folded text wherever the term is, and `spans` says where the term is."""

    def __init__(self, term: Term) -> None:
        self._mode = _mode(term)
        self._words: list[_Segments] = []
        self._letters: list[_Segments] = []  # the same, folded
        for word in map(_segments, term.words):
            letters = [[None if part is None else fold(part) for part in segment] for segment in word]
            if any(part != "" for segment in letters for part in segment):  # of a lone ™ nothing is left
                self._words.append(word)
                self._letters.append(letters)
        self.anchor, self._place = max(self._literals(), key=_telling)
        self._plain = self._as_plain()
        # Most terms are one word without wildcards: where the anchor is, the term is, if nothing is glued to it.
        self._is_word = self._mode is Mode.LETTERS and len(self._plain) == 1
        self._is_pair = self._mode is Mode.LETTERS and len(self._plain) == 2
        self._is_prefix = self._mode is Mode.LETTERS and [len(word) for word in self._words] == [2] and self._ends_wild(0)
        self._open_before = not is_glue(self.anchor[0])
        self._open_after = not is_glue(self.anchor[-1])

    def spans(self, passage: Passage, hits: Sequence[Span] | None) -> list[Span]:
        """Where the term stands in the original; `hits` are the places of its anchor, None when nobody has looked yet."""
        if (hits is None and self.anchor not in passage.letters) or (hits is not None and not hits):
            return []
        form = passage.form(self._mode)
        if hits and self._is_word:
            found: list[Span] = [hit for hit in hits if self._stands_free(passage.letters, *hit)]
        elif self._plain:
            found = list(self._phrases(form.text))
        else:
            found = self._search(form.text, is_spaced=passage.is_spaced)
        return [form.span(*place) for place in found]

    def is_in(self, passage: Passage, hits: Sequence[Span]) -> bool:
        """Whether the term stands in a text, given the places of its anchor."""
        if self._is_word:
            return any(self._stands_free(passage.letters, *hit) for hit in hits)
        if self._is_prefix:
            letters = passage.letters
            return any(self._open_before or not start or not is_glue(letters[start - 1]) for start, _ in hits)
        if self._plain:
            text = passage.letters if self._mode is Mode.LETTERS else passage.form(self._mode).text
            return next(self._phrases(text), None) is not None
        return bool(self.spans(passage, hits))

    @property
    def sign(self) -> Sign:
        """What to look at around the anchor before the term is sought."""
        if self._mode is Mode.ACCENTS:  # its letters are not those that the anchor was found in
            return Sign()
        at, segment, part = self._place
        begins = segment == part == 0
        ends = segment == len(self._words[at]) - 1 and part == len(self._words[at][-1]) - 1
        before, after = begins and not self._open_before, ends and not self._open_after
        following = self._letters[at + 1][0][:1] if ends and at + 1 < len(self._letters) else []
        if following and following[0] and following[0][0].isalnum():
            return Sign(before, after, next=following[0], is_proof=self._is_pair)
        leading = self._letters[at - 1][-1][-1:] if begins and at else []
        if leading and leading[0] and leading[0][-1].isalnum():
            return Sign(before, after, previous=leading[0], is_proof=self._is_pair)
        return Sign(before, after, is_proof=self._is_word or self._is_prefix)

    def _literals(self) -> Iterator[tuple[str, tuple[int, int, int]]]:
        for at, word in enumerate(self._letters):
            for number, segment in enumerate(word):
                for place, part in enumerate(segment):
                    if part is not None:
                        yield part, (at, number, place)

    def _as_plain(self) -> list[str]:
        """The folded words when none of them has a wildcard; nothing otherwise."""
        words = []
        for word, letters in zip(self._words, self._letters, strict=True):
            if len(word) > 1 or len(word[0]) > 1 or word[0][0] is None:
                return []
            words.append(letters[0][0] or "" if self._mode is Mode.LETTERS else fold(word[0][0], self._mode))
        return words

    def _ends_wild(self, at: int) -> bool:
        first, last = self._words[at]
        return not last and len(first) == 1 and first[0] is not None

    def _stands_free(self, text: str, start: int, end: int) -> bool:
        before = self._open_before or start == 0 or not is_glue(text[start - 1])
        return before and (self._open_after or end == len(text) or not is_glue(text[end]))

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


def _telling(literal: tuple[str, tuple[int, int, int]]) -> tuple[bool, int]:
    """How seldom these letters are likely to be met."""
    letters, _ = literal
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
