"""The short way through a walk: nine in ten elements of a feed are leaves of an entry, and each of these is one step.

What elements.py and walk.py do at an element's start, at its text and at its end is done here at the end, when it is known that it
was a leaf, and only where that is all one and the same: otherwise the walk is made good in the order of the document. So the fields
come out as the walk alone would leave them, in a third of the time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from xml.parsers.expat import XMLParserType

from listener.sources import authors
from listener.sources.elements import FeedWalk
from listener.sources.names import NotMine, lowered
from listener.sources.vocabulary import FOREIGN, HANDLED, KEPT, KEPT_UNKNOWN, MARKED, STEPS, TEXTS
from listener.sources.walk import HTML, MADE_ENTITY, TYPES, XHTML, escaped, joined, said

# Takes a leaf's text and attributes; False when the walk itself must have it, and nothing has been done yet.
_Leaf = Callable[["LeafWalk", str, dict[str, str]], bool]

# Steps that leave nothing behind in an entry where there is nothing inside them.
_IDLE = frozenset({"skip", "publisher", "thumbnail"})
_KINDS = frozenset({"text", "plain", "html", "text/plain", "text/html"})
_ATTRIBUTES = 8
_LONGEST = 100  # characters; names that are longer must not stay in memory
# Attributes that count for what is inside, and one of them for what comes after.
_AROUND = frozenset({"base", "lang", "xml:base", "xml:lang"})
_REMEMBERED = 10_000


class LeafWalk(FeedWalk):
    """A FeedWalk that takes the leaves of entries, and of their authors, in one step; `attach` it to a parser."""

    def __init__(self, elements: int, attributes: int) -> None:
        super().__init__(elements, attributes)
        self._leaves: dict[str, _Leaf] = {}
        self._persons: dict[str, _Leaf] = {}
        self._marks: dict[str, str] = {}  # names inside a marked-up text, as they are written there
        self._harmless: dict[tuple[str, ...], bool] = {}
        self._entry: dict[str, Any] = {}
        self._entry_depth = -1  # of the entry at hand

    def attach(self, parser: XMLParserType) -> Callable[[str, dict[str, str]], None]:  # noqa: C901, PLR0915 - one state, four handlers
        """Have expat call this walk; what it calls for the beginning of an element, for who wants to see one first."""
        # Closures, since each of these is called some hundred times for a feed, and their variables cost half of attributes'.
        pieces: list[str] = []
        clear = pieces.clear
        links = self._names.links
        leaves: dict[str, _Leaf] | None = None  # what may be taken as a leaf where we are
        leaf: str | None = None
        attributes: dict[str, str] = {}
        sheet: list[str] | None = None  # the pieces of XHTML that we are in the midst of …
        sheet_depth = 0  # … below this depth
        begin, finish, say, learn, idle = super().start, super().end, self.text, self._learn_leaf, _idle

        def make_good() -> None:
            nonlocal leaf, leaves
            name, leaf, leaves = leaf, None, None
            assert name is not None
            begin(name, attributes)
            speak()

        def speak() -> None:
            if pieces:
                say("".join(pieces))
                clear()

        def start(name: str, given: dict[str, str]) -> None:
            nonlocal leaf, leaves, attributes, sheet, sheet_depth
            if leaf is not None:
                make_good()
                leaves = self._where()
                sheet, sheet_depth = self._sheet(), self._depth
            if sheet is not None:
                if pieces:
                    sheet.append(escaped("".join(pieces)))
                    clear()
                if not links and (tag := self._opened(name, given)):
                    sheet.append(tag)
                    return
            elif leaves is not None and not links:
                leaf, attributes = name, given
                clear()
                return
            speak()
            begin(name, given)
            leaves = self._where()
            sheet, sheet_depth = self._sheet(), self._depth

        def end(name: str) -> None:
            nonlocal leaf, leaves, sheet, sheet_depth
            if sheet is not None and self._depth > sheet_depth:
                if pieces:
                    sheet.append(escaped("".join(pieces)))
                    clear()
                if mark := self._marks.get(name) or self._learn_mark(name):
                    sheet.append(f"</{mark}>")
                    self._depth -= 1
                    return
            if leaf is not None and leaves is not None:
                take = leaves.get(name) or learn(name, leaves)
                text = "" if take is idle else (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
                if take(self, text, attributes):
                    leaf = None
                    self._left -= 1
                    if self._left < 0:
                        raise NotMine
                    clear()
                    return
                make_good()
            else:
                speak()
            finish(name)
            leaves = self._where()
            sheet, sheet_depth = self._sheet(), self._depth

        def declare(prefix: str | None, uri: str | None) -> None:
            # The element at hand has something inside it, whose names may mean something else.
            nonlocal leaves, sheet, sheet_depth
            if leaf is not None:
                make_good()
                leaves = self._where()
                sheet, sheet_depth = self._sheet(), self._depth
            if self.declare(prefix, uri):
                self._leaves.clear()
                self._marks.clear()
                self._persons.clear()

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = pieces.append
        parser.StartNamespaceDeclHandler = declare
        return start

    def _where(self) -> dict[str, _Leaf] | None:
        """What may be taken as leaves here: the children of an entry, or of its author, with nothing else begun."""
        inside = self._depth - self._entry_depth
        if inside > 1 or self._entry_depth < 0 or not self._is_plainly_inside():
            return None
        if inside == 0:
            return None if self._in_author else self._leaves
        return self._persons if self._in_author else None

    def _sheet(self) -> list[str] | None:
        """The pieces of the marked-up text that we are in."""
        return self._stack[-1][2] if self._type == XHTML and self._content and self._stack else None

    def _opened(self, name: str, given: dict[str, str]) -> str:
        """A tag of a marked-up text as it is kept, its element begun; "" when the walk must see to it."""
        mark = self._marks.get(name) or self._learn_mark(name)
        if not mark or (given and not self.are_harmless(given)):
            return ""
        self._left -= 1
        if self._left < 0:
            raise NotMine
        self._depth += 1
        return f"<{mark}{said(lowered(given)) if given else ''}>"

    def _learn_mark(self, name: str) -> str:
        tag, key, *_ = self._known.get(name) or self._learn(name)
        mark = "" if key in HANDLED or key.endswith(("_svg", "_math")) else tag.rpartition(":")[2]
        if len(self._marks) < _REMEMBERED:
            self._marks[name] = mark
        return mark

    def _learn_leaf(self, name: str, leaves: dict[str, _Leaf]) -> _Leaf:
        _, key, _ = self._names.element(name)
        made = _leaf_of if leaves is self._leaves else _part_of
        leaf = made(key if len(key) <= _LONGEST else "")  # no table knows so long a name, and none knows ""
        if len(leaves) < _REMEMBERED:
            leaves[name] = leaf
        return leaf

    # Where a leaf counts: as a child of an entry, with nothing begun.

    def _start_entry(self, attributes: dict[str, str]) -> None:
        super()._start_entry(attributes)
        self._entry_depth, self._entry = self._depth, self.entries[-1]

    def _end_unentry(self) -> None:
        super()._end_unentry()
        self._entry_depth = -1

    def _is_plainly_inside(self) -> bool:
        begun = self._content or self._type or self._summary or self._in_source or self._in_image or self._in_input
        return self._in_entry and not (begun or self._in_contributor or self._in_publisher)

    def are_harmless(self, given: dict[str, str]) -> bool:
        """Whether attributes change nothing around their element, and are called what the walk would call them."""
        names = tuple(given)
        known = self._harmless.get(names)
        if known is None:
            known = len(names) <= _ATTRIBUTES and all(" " not in name and name == name.lower() for name in names)
            known = known and _AROUND.isdisjoint(names)
            if len(self._harmless) < _REMEMBERED:
                self._harmless[names] = known
        return known

    # The steps.

    def put(self, element: str, text: str) -> str:
        """Keep a text of the entry; what it was kept as."""
        if not text.isascii():
            text = self._reread(text)
        self._depths[element] = self._depth + 1
        self._entry[element] = text
        return text

    def _kind(self, given: dict[str, str], usual: str) -> str:
        """The media type of a marked-up leaf; "" when the walk must see to it."""
        if not given:
            return usual
        kind = given.get("type", "").lower()
        return TYPES.get(kind, kind) if len(given) == 1 and kind in _KINDS else ""

    def _leaf_title(self, text: str, given: dict[str, str]) -> bool:
        if not self._kind(given, "text/plain"):
            return False
        depth = self._depth + 1
        if not -1 < self._title_depth <= depth:
            text = self.put("title", text)
            self._entry["title_detail"] = {"language": self._language}
        if text:
            self._title_depth = depth
        return True

    def _leaf_description(self, text: str, given: dict[str, str]) -> bool:
        if not self._kind(given, "text/html") or ("summary" in self._entry and not self._has_content):
            return False
        self.put("summary", text)
        return True

    _leaf_summary = _leaf_description

    def _leaf_content(self, text: str, given: dict[str, str]) -> bool:
        return self._whole(text, self._kind(given, "text/plain"))

    def _leaf_encoded(self, text: str, given: dict[str, str]) -> bool:
        return self._whole(text, self._kind(given, "text/html"))

    def _whole(self, text: str, kind: str) -> bool:
        if not kind:
            return False
        self._has_content = True
        entry = self._entry
        text = text if text.isascii() else self._reread(text)
        entry.setdefault("content", []).append({"type": kind, "value": text})
        entry.setdefault("summary", text)
        return True

    def _leaf_link(self, text: str, given: dict[str, str]) -> bool:
        if given and not self.are_harmless(given):
            return False
        link = dict(given)
        rel = link["rel"] = given["rel"].lower() if "rel" in given else "alternate"
        kind = given["type"].lower() if "type" in given else "application/atom+xml" if rel == "self" else "text/html"
        link["type"] = kind
        if href := link.get("url", link.get("uri", link.get("href"))):
            link["href"] = href
        entry = self._entry
        entry.setdefault("links", []).append(link)
        if "href" in link:
            link["href"] = joined(self._base, link["href"])
            if rel == "alternate" and TYPES.get(kind, kind) in HTML:
                entry["link"] = link["href"]
            return True
        if text:
            text = joined(self._base, text)
            text = text if text.isascii() else self._reread(text)
            if "&" in text:
                text = MADE_ENTITY.sub(r"&\g<1>", text.replace("&amp;", "&"))
        entry["link"] = text
        if text:
            link["href"] = text
        return True

    def _leaf_guid(self, text: str, given: dict[str, str]) -> bool:
        if given and "isPermaLink" not in given and not self.are_harmless(given):
            return False
        if len(given) > 1:
            return False
        self._guid_is_link = is_link = given.get("isPermaLink", given.get("ispermalink", "true")) == "true"
        text = self.put("id", joined(self._base, text) if is_link and text else text)
        if is_link:
            self._entry.setdefault("link", text)
        return True

    def _leaf_author(self, text: str, given: dict[str, str]) -> bool:
        if given:
            return False
        entry = self._entry
        entry.setdefault("authors", []).append({})
        self.put("author", text)
        authors.sync(entry)
        return True

    def _leaf_source(self, _: str, given: dict[str, str]) -> bool:
        if given and not self.are_harmless(given):
            return False
        source, self._source = self._source, {}
        if "url" in given:
            source["href"] = given["url"]
        self._depths["source"], self._title_depth = self._depth + 1, -1
        self._entry["source"] = source
        return True

    def _leaf_enclosure(self, _: str, given: dict[str, str]) -> bool:
        if given and not self.are_harmless(given):
            return False
        self._entry.setdefault("links", []).append({"rel": "enclosure"})
        return True

    def _part_name(self, text: str, given: dict[str, str]) -> bool:
        if given:
            return False
        authors.save(self._entry, "author", "name", text)
        return True

    def _part_email(self, text: str, given: dict[str, str]) -> bool:
        if given:
            return False
        authors.save(self._entry, "author", "email", text)
        return True

    def _part_href(self, text: str, given: dict[str, str]) -> bool:
        if given:
            return False
        text = joined(self._base, text) if text else text
        text = text if text.isascii() else self._reread(text)
        depth = self._depth + 1
        if depth <= self._depths.get("href", depth):
            self._depths["href"] = depth
            self._entry["href"] = text
        authors.save(self._entry, "author", "href", text)
        return True


def _idle(walk: LeafWalk, _: str, given: dict[str, str]) -> bool:
    return not given or walk.are_harmless(given)


def _not_a_leaf(_: LeafWalk, __: str, ___: dict[str, str]) -> bool:
    return False


def _kept(element: str, *, bare: bool) -> _Leaf:
    def leaf(walk: LeafWalk, text: str, given: dict[str, str]) -> bool:
        if given and (bare or not walk.are_harmless(given)):
            return False
        walk.put(element, text)
        return True

    return leaf


@functools.lru_cache(maxsize=1024)
def _leaf_of(key: str) -> _Leaf:
    """What a leaf of an entry does."""
    if key in TEXTS:
        return _kept(TEXTS[key], bare=False) if TEXTS[key] in KEPT else _idle
    if key in STEPS:
        first, last = STEPS[key]
        if first in _IDLE:
            return _idle
        return _not_a_leaf if last == "unmedia_title" else getattr(LeafWalk, f"_leaf_{first}", _not_a_leaf)
    if key in KEPT_UNKNOWN:
        return _kept(key, bare=True)
    return _not_a_leaf if key in MARKED or key in FOREIGN or key in KEPT else _idle


@functools.lru_cache(maxsize=1024)
def _part_of(key: str) -> _Leaf:
    """What a leaf of an author says of him."""
    return getattr(LeafWalk, f"_part_{STEPS[key][0]}", _not_a_leaf) if key in STEPS else _not_a_leaf
