"""What the conformance documents expect of a reader, as far as an entry keeps it.

feedparser's own suite states it in a comment: `Expect: not bozo and entries[0]['title'] == 'Example Atom'`. Markup that it
expects is compared as the plain text it stands for, and a day and time as the moment it is.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from listener.core.text import plain, tidy
from listener.core.urls import safe
from listener.sources.items import Item, Reading, language
from listener.sources.markup import once
from listener.sources.moments import moment

_EXPECT = re.compile(r"Expect:\s*(.*?)\s*(?:\n[ \t]*\n|-->|\Z)", re.DOTALL)
_CLAIM = re.compile(r"(?:entries\[(\d+)\]|feed)((?:\['?\w+'?\]|\.\w+)+) ==")
_SAME = {
    "content.0.value": "content",
    "authors.0.name": "author",
    "author_detail.name": "author",
    "description": "summary",
    "summary_detail.value": "summary",
    "title_detail.value": "title",
    "title_detail.language": "language",
    "links.0.href": "link",
    "guid": "id",
}
_DATES = ("published", "updated", "created", "date", "modified", "issued")


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a document says it holds: of which entry (-1: of the feed), under which name, and what."""

    entry: int
    name: str
    expected: object

    def holds(self, reading: Reading) -> bool:
        """Whether a reading holds it."""
        if self.entry < 0:
            spoken = language(str(self.expected))
            return all(item.language == spoken for item in reading.items)
        if self.entry >= len(reading.items):
            return False
        return _CHECKS[self.name](reading.items[self.entry], self.expected)


def claim_of(document: str) -> Claim | None:
    """The claim of a conformance document, None when it concerns nothing that we keep."""
    found = _EXPECT.search(document)
    if found is None:
        return None
    words = found[1].removeprefix("not bozo and").strip()
    claim = _CLAIM.match(words)
    if claim is None:
        return None
    name = re.sub(r"['\[\].]+", ".", claim[2]).strip(".")
    name = _SAME.get(name, name)
    entry = -1 if claim[1] is None else int(claim[1])
    if name not in _CHECKS if entry >= 0 else name != "language":
        return None
    try:
        return Claim(entry, name, _literal(words[claim.end() :].strip()))
    except (ValueError, SyntaxError):
        return None


def _literal(words: str) -> object:
    """A literal of Python, or several strings with plus signs between them."""

    def value(node: ast.expr) -> object:
        if isinstance(node, ast.BinOp):
            return str(value(node.left)) + str(value(node.right))
        return ast.literal_eval(node)

    return value(ast.parse(words, mode="eval").body)


def _text(item: Item, expected: object) -> bool:
    return item.text == plain(once(str(expected)))


def _title(item: Item, expected: object) -> bool:
    return item.title == plain(once(str(expected)))


def _link(item: Item, expected: object) -> bool:
    return item.link == safe(str(expected))


def _guid(item: Item, expected: object) -> bool:
    return item.guid == tidy(str(expected))


def _author(item: Item, expected: object) -> bool:
    return item.author == plain(once(str(expected)))


def _language(item: Item, expected: object) -> bool:
    return item.language == language(str(expected or ""))


def _date(item: Item, expected: object) -> bool:
    return item.published_at == moment(str(expected))


def _parsed(item: Item, expected: object) -> bool:
    assert isinstance(expected, tuple)
    year, month, day, hour, minute, second = expected[:6]
    at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return item.published_at == at


_CHECKS = {
    "title": _title,
    "summary": _text,
    "content": _text,
    "link": _link,
    "id": _guid,
    "author": _author,
    "language": _language,
    **dict.fromkeys(_DATES, _date),
    **{f"{name}_parsed": _parsed for name in _DATES},
}
