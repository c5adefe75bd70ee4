"""When two entries of one source with different ids tell the same all the same: a feed changed its ids, or never keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from listener.core.model import Entry

SIZE = 8
# A feed of which so large a part looks new at once, and at least so many entries, has rather changed its ids than its news.
_SHARE = 0.8
_AT_LEAST = 3
# To look for a mark in all that are kept costs a fiftieth of what it costs to take them apart (6,000 marks).
_LOOKED_FOR = 40


class Marks:
    """The marks of what a source said lately, one behind another as they are kept, `SIZE` bytes each."""

    def __init__(self, kept: bytes = b"") -> None:
        self._kept = kept
        self._apart: frozenset[bytes] | None = None
        self._asked = 0

    def isdisjoint(self, marks: Iterable[bytes]) -> bool:
        """Whether none of these is among them."""
        return not any(map(self._holds, marks))

    def _holds(self, mark: bytes) -> bool:
        if self._apart is None:
            self._asked += 1
            if self._asked <= _LOOKED_FOR:
                at = self._kept.find(mark)
                while at >= 0 and at % SIZE:  # the end of one and the beginning of the next
                    at = self._kept.find(mark, at + 1)
                return at >= 0
            kept = self._kept
            self._apart = frozenset([kept[start : start + SIZE] for start in range(0, len(kept), SIZE)])
        return mark in self._apart


def strict(entry: Entry) -> tuple[bytes, ...]:
    """Marks of an entry whose words, writer and moment (or words, writer and page) are those of another: the same one.

    Eight bytes of blake2b each. An entry without words has none, and one without moment and page goes by five words at least.
    """
    words = f"{entry.title}\0{entry.text}"
    if words == "\0":
        return ()
    said = f"{words}\0{entry.author.id or entry.author.handle or entry.author.name}"
    marks = []
    if entry.published_at is not None and entry.published_at != entry.first_seen_at:
        marks.append(_mark("moment", said, entry.published_at.isoformat()))
    if entry.url:
        marks.append(_mark("page", said, entry.url, entry.link.partition("#")[2]))
    if not marks and words.count(" ") >= 4:
        marks.append(_mark("words", said))
    return tuple(marks)


def loose(entry: Entry) -> tuple[bytes, ...]:
    """The mark of an entry by its title and day alone, for a feed whose entries all look new; none for titles of one word."""
    title = entry.title.casefold().split()
    day = entry.published_at.date().isoformat() if entry.published_at else ""
    return (_mark("title", " ".join(title), day),) if len(title) > 1 else ()


def unlike(entries: Sequence[Entry], among: int, marks: Marks | None) -> list[Entry]:
    """Of entries with ids that we do not have, `among` so many of their document, those that bear none of the marks we have.

    Where nearly all of a document looks new, title and day are enough; else every word must be the same.
    """
    if marks is None:
        return list(entries)
    all_new = len(entries) >= _AT_LEAST and len(entries) >= _SHARE * among
    found = []
    for one in entries:
        mine = (*strict(one), *(loose(one) if all_new else ()))
        if marks.isdisjoint(mine):
            found.append(one)
    return found


def _mark(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()
