"""Lists of feeds as other programs keep them: OPML 2.0 (http://opml.org/spec2.opml), read with suspicion and written plainly."""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from listener.core.errors import ListenerError
from listener.core.text import plain
from listener.core.values import dataclass

_LARGEST = 10_000_000  # bytes
_MOST = 50_000  # outlines
_DEEPEST = 100
# Half of all OPML is written without thinking of ampersands: those that begin no reference of XML's own.
_BARE = re.compile(rb"&(?!(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One outline that is no folder: its place in the list (from 1), its title, and the feed's address ("" when it has none)."""

    number: int
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """The feeds of one brand, each a title and an address."""

    title: str
    feeds: Sequence[tuple[str, str]]


class _Unusable(Exception):
    """Why a list is not read, in words."""


def read_opml(data: bytes, name: str) -> tuple[Row, ...]:
    """The rows of a list, in its order; raises ListenerError, on one line that begins with `name`, when it cannot be read."""
    try:
        return _rows(data)
    except _Unusable as fault:
        raise ListenerError(f"{name}: {fault}; nothing was imported") from fault


def _rows(data: bytes) -> tuple[Row, ...]:
    if len(data) > _LARGEST:
        raise _Unusable(f"is larger than {_LARGEST // 1_000_000} MB")
    try:
        return _Reader().rows(data)
    except xml.parsers.expat.ExpatError as fault:
        mended = _BARE.sub(b"&amp;", data)
        if mended == data:
            raise _Unusable(_words(fault, data)) from fault
    try:
        return _Reader().rows(mended)
    except xml.parsers.expat.ExpatError as fault:
        raise _Unusable(_words(fault, data)) from fault


def write_opml(groups: Sequence[Group]) -> bytes:
    """A list for other programs, a folder for each group, in UTF-8."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "<head><title>Listener</title></head>", "<body>"]
    for group in groups:
        lines.append(f"<outline {_attributes({'text': group.title, 'title': group.title})}>")
        lines += [
            f"<outline {_attributes({'type': 'rss', 'text': title, 'title': title, 'xmlUrl': address})}/>"
            for title, address in group.feeds
        ]
        lines.append("</outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""]).encode()


class _Reader:
    """One reading of one list; expat keeps no tree, so depth and size cost nothing."""

    def __init__(self) -> None:
        self._rows: list[Row | None] = []
        # For each open outline: the row it would be, and whether an outline lies in it.
        self._open: list[list[object]] = []
        self._depth = 0
        self._parser = xml.parsers.expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._entity

    def rows(self, data: bytes) -> tuple[Row, ...]:
        try:
            self._parser.Parse(data, True)
        except (ValueError, LookupError) as fault:
            raise _Unusable("is written in an encoding that cannot be read; save it as UTF-8") from fault
        return tuple(row for row in self._rows if row is not None)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name.lower() != "opml":
            raise _Unusable(f"is not OPML: its outermost element is <{name[:40]}>")
        if self._depth > _DEEPEST:
            raise _Unusable(f"is nested more than {_DEEPEST} deep")
        if name.lower() != "outline":
            return
        if len(self._rows) >= _MOST:
            raise _Unusable(f"holds more than {_MOST:,} outlines")
        if self._open:
            self._open[-1][1] = True
        given = {key.lower(): value for key, value in attributes.items()}
        self._rows.append(None)
        self._open.append([len(self._rows) - 1, False, given])

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.lower() != "outline":
            return
        place, is_folder, given = self._open.pop()
        assert isinstance(place, int)
        assert isinstance(given, dict)
        address = given.get("xmlurl", "").strip()
        if address or not is_folder:
            title = plain(given.get("title", "") or given.get("text", ""))
            self._rows[place] = Row(place + 1, title, address)

    def _entity(self, *_: object) -> None:
        raise _Unusable("declares entities of its own, which a list of feeds does not need")


def _words(fault: xml.parsers.expat.ExpatError, data: bytes) -> str:
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head != b"<" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is not OPML: it does not begin with <"
    what = xml.parsers.expat.ErrorString(fault.code)
    return f"is not well-formed: {what} (line {fault.lineno}, column {fault.offset + 1})"


def _attributes(given: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(_FORBIDDEN.sub('', value))}" for name, value in given.items())
