"""The query language by the book and without haste: what every clever matcher must agree with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from listener.core.query import Item
from listener.core.query.tree import And, Near, Node, Not, Or, Term, Where
from listener.core.urls import host

UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7ff]")
SHAPES = str.maketrans("‘’“”\t\n", "''\"\"  ")
WORD = re.compile(r"(?:[^\W_])+(?:'(?:[^\W_])+)*")

Span = tuple[int, int]


def matches(tree: Node, item: Item) -> bool:
    """Whether a query's tree holds for an item."""
    if isinstance(tree, And):
        return all(matches(part, item) for part in tree.parts)
    if isinstance(tree, Or):
        return any(matches(part, item) for part in tree.parts)
    if isinstance(tree, Not):
        return not matches(tree.operand, item)
    if isinstance(tree, Where):
        return is_so(tree, item)
    return any(any(True for _ in places(tree, text)) for text in texts(tree.field, item))


def texts(field: str, item: Item) -> tuple[str, ...]:
    """Where a field looks."""
    return {"": (item.title, item.text), "title": (item.title,), "author": (item.author,), "outlet": (item.outlet,)}[field]


def is_so(where: Where, item: Item) -> bool:
    """Whether a fact holds."""
    hosts = [host(item.site), host(item.url)]
    if where.field == "site":
        return any(f".{name}".endswith(f".{where.value}") for name in hosts if name)
    if where.field == "tld":
        return any(name.rpartition(".")[2] == where.value for name in hosts if "." in name)
    if where.field == "kind":
        return item.kind.lower() == where.value
    return item.language.lower().replace("_", "-").split("-")[: where.value.count("-") + 1] == where.value.split("-")


def places(node: Node, text: str) -> Iterator[Span]:
    """Where something stands in one text, in the letters that count: of exact case they are others, of as many signs here."""
    if isinstance(node, Or):
        for part in node.parts:
            yield from places(part, text)
    elif isinstance(node, Near):
        for left in places(node.left, text):
            for right in places(node.right, text):
                first, second = sorted((left, right))
                in_order = left[1] <= right[0] or (not node.ordered and right[1] <= left[0])
                if in_order and between(first, second, text) <= node.within:
                    yield first[0], second[1]
    else:
        assert isinstance(node, Term)
        accents = node.exact and any(unicodedata.normalize("NFD", word) != word for word in node.words)
        letters = plain(text, exact=node.exact, accents=accents)
        for start in range(len(letters)):
            words = [plain(word, exact=node.exact, accents=accents) for word in node.words]
            for end in phrase(words, letters, start, exact=node.exact):
                yield start, end


def between(first: Span, second: Span, text: str) -> int:
    """How many whole words stand between."""
    letters = plain(text, exact=False)
    words = [(found.start(), found.end()) for found in WORD.finditer(UNSPACED.sub("\0", letters))]
    words += [(found.start(), found.end()) for found in UNSPACED.finditer(letters)]
    return sum(first[1] <= start and end <= second[0] for start, end in words)


def plain(text: str, *, exact: bool, accents: bool = False) -> str:
    """The letters that count; exact case with an accent in it also wants the accents."""
    text = re.sub("&(?:amp;)*amp;", "&", text).translate(SHAPES)
    if accents:
        return unicodedata.normalize("NFC", "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf"}))
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text if exact else text.casefold()) if not is_hidden(sign))
    return unicodedata.normalize("NFKC", bare)


def is_hidden(sign: str) -> bool:
    """Accents and format characters."""
    return "\u0300" <= sign <= "\u036f" or unicodedata.category(sign) in {"Cc", "Cf"}


def phrase(words: list[str], letters: str, start: int, *, exact: bool) -> Iterator[int]:
    """Where the words end that start here."""
    for end in word(words[0], letters, start, start, exact=exact):
        if len(words) == 1:
            yield end
            continue
        at = end
        while True:
            yield from phrase(words[1:], letters, at, exact=exact)
            if at >= len(letters) or letters[at].isalnum():
                break
            at += 1


def word(pattern: str, letters: str, at: int, start: int, *, exact: bool) -> Iterator[int]:
    """Where a word ends that starts at `start`, the rest of its pattern at `at`."""
    if not pattern:
        if at > start and (at == len(letters) or not (glue(letters[at - 1]) and glue(letters[at]))):
            yield at
    elif pattern[0] == "*" and not exact:
        yield from word(pattern[1:], letters, at, start, exact=exact)
        if at < len(letters) and letters[at].isalnum():
            yield from word(pattern, letters, at + 1, start, exact=exact)
    elif at < len(letters) and (letters[at].isalnum() if pattern[0] == "?" else letters[at] == pattern[0]):
        is_free = at > start or at == 0 or not (glue(letters[at - 1]) and glue(letters[at]))
        yield from word(pattern[1:], letters, at + 1, start, exact=exact) if is_free else ()


def glue(sign: str) -> bool:
    """A letter or digit of a script with spaces between words."""
    return sign.isalnum() and not UNSPACED.match(sign)
