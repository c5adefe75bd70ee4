"""A term made ready to be found: the letters that give it away, and where exactly it stands in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from listener.core.query.fold import UNSPACED, Folded, Mode, fold
from listener.core.query.lexer import elements
from listener.core.query.tree import Term

# A letter or digit that, right beside a word, makes it another word. `_` is none; scripts without spaces have none.
_GLUE = rf"[^\W_{UNSPACED}]"
_GLUED = re.compile(_GLUE)
_ANY = r"[^\W_]"  # the same for a text without such scripts; `re` takes milliseconds to compile the other
_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[{UNSPACED}]|{_GLUE}+(?:'{_GLUE}+)*")

Span = tuple[int, int]


class Passage:
    """One text of an item, in every form that a term asks for; each is made once."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.letters = fold(original)
        self._forms: dict[Mode, Folded] = {}

    def form(self, mode: Mode) -> Folded:
        """The text in this mode, with the way back to the original."""
        made = self._forms.get(mode)
        if made is None:
            made = self._forms[mode] = Folded(self.original, mode)
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
        spans = [form.span(*word.span()) for word in _WORD.finditer(form.text)]
        return [start for start, _ in spans], [end for _, end in spans]


class Sought:
    """A term, compiled: `anchor` must be in the folded text wherever the term is, and `spans` says where the term is."""

    def __init__(self, term: Term) -> None:
        self._mode = _mode(term)
        self._words = [_segments(word) for word in term.words]
        literals = [fold(part) for word in self._words for segment in word for part in segment if part is not None]
        self.anchor = max(literals, key=lambda part: (any(map(str.isalnum, part)), len(part)))
        # Most terms are one word without wildcards: where the anchor is, the term is, if nothing is glued to it.
        self._is_plain = self._mode is Mode.LETTERS and len(self._words) == len(self._words[0]) == len(self._words[0][0]) == 1
        self._open_before = not _GLUED.match(self.anchor[0])
        self._open_after = not _GLUED.match(self.anchor[-1])

    def spans(self, passage: Passage, hits: Sequence[Span] | None) -> list[Span]:
        """Where the term stands in the original; `hits` are the places of its anchor, None when nobody has looked yet."""
        if (hits is None and self.anchor not in passage.letters) or (hits is not None and not hits):
            return []
        if hits and self._is_plain:
            found = [hit for hit in hits if self._stands_free(passage.letters, *hit)]
        else:
            found = self._search(passage.form(self._mode).text, is_spaced=passage.is_spaced)
        return [passage.form(self._mode).span(*place) for place in found]

    def _stands_free(self, text: str, start: int, end: int) -> bool:
        before = self._open_before or start == 0 or not _GLUED.match(text[start - 1])
        return before and (self._open_after or end == len(text) or not _GLUED.match(text[end]))

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
        """The words in their order; each next one is the first after signs (50 at most), so that nothing is tried twice."""
        words = [word for word in (_word(segments, self._mode, glue) for segments in self._words) if word]
        return re.compile(words[0] + "".join(rf"(?>[\W_]{{0,50}}?{word})" for word in words[1:]))


def _segments(word: str) -> list[list[str | None]]:
    """A word cut at each `*`; a segment is stretches of literal signs, with None for each `?`."""
    segments: list[list[str | None]] = [[]]
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


def _word(segments: list[list[str | None]], mode: Mode, glue: str) -> str:
    """A pattern for one word; a segment in the middle takes the first place that fits and never gives it up."""
    folded = [[made for part in segment if (made := _ANY if part is None else re.escape(fold(part, mode)))] for segment in segments]
    first, *rest = ("".join(segment) for segment in folded)
    if not first:
        return ""
    pattern = first
    for at, segment in enumerate(rest, start=1):
        if at < len(rest):
            pattern += f"(?>{_ANY}*?{segment})"
        else:
            pattern += f"{_ANY}*?{segment}" if segment else f"{_ANY}*+"
    before = f"(?<!{glue})" if _is_glue(folded[0][0], 0) else ""
    after = f"(?!{glue})" if folded[-1] and _is_glue(folded[-1][-1], -1) else ""
    return before + pattern + after


def _is_glue(part: str, at: int) -> bool:
    return part == _ANY or _GLUED.match(part[at]) is not None


def _mode(term: Term) -> Mode:
    """Exact case counts accents only if some are written, so that {Citroen} also finds Citroën."""
    if not term.exact:
        return Mode.LETTERS
    return Mode.CASE if all(fold(word, Mode.CASE) == fold(word, Mode.ACCENTS) for word in term.words) else Mode.ACCENTS
