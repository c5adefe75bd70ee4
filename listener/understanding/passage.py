"""The passage around the brand: the words that a judgement rests on, and the names by which the brand stands in them."""

from __future__ import annotations

import re

from listener.core.model import Mention
from listener.understanding.words import is_everyday

_SHORT = 120  # characters; below it the title says what the passage is about
_PASSAGE = 1_000  # characters of the text, where there is no excerpt
_MORE = 120  # characters that an excerpt may grow by on either side, to hold whole sentences
_END = re.compile(r"[.!?\u2026](?=\s|$)")
_NAMES = 12  # ways of writing a name; whoever has more in one passage is not helped by them


def passage(mention: Mention, names: tuple[str, ...] = ()) -> str:
    """The words around the brand: the excerpt in whole sentences, and the title where it says more.

    The title stands before an excerpt that is short, and before one of any length when it holds one of the brand's names; not
    where the excerpt holds the title already.
    """
    entry = mention.entry
    words = _whole(mention.excerpt.strip(), entry.text) or entry.text[:_PASSAGE].strip()
    title = entry.title[:_PASSAGE].strip()
    if not title or title.casefold() in words.casefold():
        return words
    if len(words) >= _SHORT and not any(name.casefold() in title.casefold() for name in names):
        return words
    return f"{title}\n\n{words}" if words else title


def names_in(mention: Mention, name: str) -> tuple[str, ...]:
    """The brand's own name, and what its query found that is written as a name: not the everyday words of a query ("storing")."""
    found = [mention.excerpt[start:end].strip() for start, end in mention.spans]
    names = dict.fromkeys([name.strip(), *(one for one in found if _is_name(one))])
    return tuple(one for one in names if one)[:_NAMES]


def _is_name(words: str) -> bool:
    parts = re.findall(r"\w+", words)
    if not parts or not any(part[0].isupper() or part[0].isdigit() for part in parts):
        return words.startswith(("@", "#"))
    if len(parts) > 1:
        return all(part[0].isupper() or part[0].isdigit() for part in parts)
    return not is_everyday(parts[0])


def _whole(excerpt: str, text: str) -> str:
    """An excerpt that was cut within sentences, grown to whole ones as far as they are near; else as it is."""
    core = excerpt.strip("\u2026")
    if core == excerpt or not core or (at := text.find(core)) < 0:
        return excerpt
    start, end = at, at + len(core)
    before, after = ("\u2026" if excerpt.startswith("\u2026") else ""), ("\u2026" if excerpt.endswith("\u2026") else "")
    if before:
        ends = [one.end() for one in _END.finditer(text, max(0, start - _MORE), start)]
        if ends or start <= _MORE:
            start, before = (ends[-1] if ends else 0), ""
    if after:
        near = _END.search(text, end, end + _MORE)
        if near is not None or len(text) - end <= _MORE:
            end, after = (near.end() if near is not None else len(text)), ""
    return f"{before}{text[start:end].strip()}{after}"
