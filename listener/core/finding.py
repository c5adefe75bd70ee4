"""What a person looks for in the archive: words and filters, and the tokens by which texts are found again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from listener.core.expressions import late
from listener.core.model import Intent, Media, Tone
from listener.core.query.fold import UNSPACED, fold

# Changes with anything here that changes a token: an index of another form is built anew (`listener db upgrade`). One of
# SINGLE_FORM holds the same words and filters, and only lacks the tokens of several filters together: these are added to it.
FORM = 2
SINGLE_FORM = 1
MOST_TOKENS = 50  # of what a person typed; what a text may have stands below
SHORTEST_PREFIX = 3  # letters before the `*`: fewer would name half the dictionary
BREAK = "\ue001"  # between a title and a text, so that no phrase reaches over; no text holds it as a token

_TEXT = 10_000  # tokens of one field; a long article has a tenth of that
_LONGEST = 64  # signs of a token
_TYPED = 20_000  # signs that are read of what a person typed
_MARKS = "".join(chr(code) for code in range(0x300, 0x1D00) if unicodedata.category(chr(code)).startswith("M"))
_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_TOKEN = late(f"[{UNSPACED}{_EMOJI}]|(?:[^\\W_{UNSPACED}]|[{_MARKS}])+")
_PLAIN = re.compile("[0-9A-Za-z]+")
_PART = re.compile(r'(-?)(?:"([^"]*)(?:"|\Z)|([^\s"]+))')


class Note(StrEnum):
    """What a person should know of how his words were taken."""

    CUT = "cut"  # only the first MOST_TOKENS words were looked for
    NOTHING = "nothing"  # no letter, digit or emoji among them: nothing can be found


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase: its tokens in a row; the last may be a beginning, and what is excluded must not be there."""

    tokens: tuple[str, ...]
    is_prefix: bool = False
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Words as they are looked for: every term must hold; `note` is None when they were taken as they stood."""

    terms: tuple[Term, ...] = ()
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: every filter that is set must hold, and all of the words.

    `brand` is a key, None for all brands. `words` are as a person types them (see `read_words`). `tone` and `intent` are those that
    count: a person's word before the machine's. [since, until) bounds when it was said, in whole seconds. `labelled` asks whether a
    person said anything of it. `language` is as judged. What is put away is never found.
    """

    brand: str | None = None
    words: str = ""
    tone: Tone | None = None
    intent: Intent | None = None
    kinds: tuple[str, ...] = ()
    media: Media | None = None
    language: str = ""
    labelled: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


def read_words(words: str) -> Asked:
    """What a person typed, whatever it is: words, "phrases", -without, begin*; never a fault.

    All of it must hold, in any order. Case and accents do not count; signs separate (`e-mail` is the phrase "e mail"). A quotation
    mark that is not closed reaches to the end.
    """
    terms: dict[Term, None] = {}
    left, is_cut = MOST_TOKENS, len(words) > _TYPED
    for minus, phrase, word in _PART.findall(fold(words[:_TYPED])):
        found = tuple(tokens(phrase or word))
        if len(found) > left:
            is_cut, found = True, found[:left]
        if found:
            left -= len(found)
            begins = not phrase and word.endswith("*") and len(found[-1]) >= SHORTEST_PREFIX
            terms[Term(found, is_prefix=begins, is_excluded=bool(minus))] = None
    if not terms and words.strip():
        return Asked(note=Note.NOTHING)
    return Asked(tuple(terms), Note.CUT if is_cut else None)


def tokens(text: str) -> list[str]:
    """The tokens of a text, in their order: its words without case and accents, signs of unspaced scripts and emoji one by one."""
    folded = fold(text)
    # Where no other sign stands, a plain pattern finds the same in a third of the time.
    found: list[str] = (_PLAIN if folded.isascii() else _TOKEN).findall(folded)
    return [one[:_LONGEST] for one in found] if len(folded) > _LONGEST else found


def text_tokens(*fields: str) -> list[str]:
    """The tokens of a text in several fields, with a BREAK after each; what goes on after 10,000 tokens of a field is not found."""
    found: list[str] = []
    for field in fields:
        found += tokens(field)[:_TEXT]
        found.append(BREAK)
    return found
