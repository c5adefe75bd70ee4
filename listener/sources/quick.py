"""The quick reader: a well-formed feed in one strict pass, in this process; what it would have to guess at it leaves alone.

What it returns is what the repairing reader (reading.py) returns for the same document; that, and not speed, is its first duty.
It runs outside the confined process, so a document is bounded before it is read: by its size, by the number of its elements, and
by the attributes of each. No DTD is read, no entity is expanded, and every step takes time linear in the document's length.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from listener.core.errors import ParseError
from listener.core.values import dataclass
from listener.sources import fields
from listener.sources.items import Reading
from listener.sources.json_feed import parsed_json, read_json
from listener.sources.leaves import LeafWalk
from listener.sources.markup import FEEDS, PAGES, mended, undoubted
from listener.sources.names import NotMine
from listener.sources.walk import doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a document may be: bytes, entries, elements, and attributes of one element."""

    size: int
    entries: int
    elements: int
    attributes: int


# In the program's own process no document may hold anybody up: an ordinary one of this size takes some 35 ms on a slow machine, the
# worst that could be thought of (quotation marks that never close) some 250 ms. A larger one is read in the confined process.
HERE = Limits(size=256 * 1024, entries=500, elements=5_000, attributes=256)
# There, time and memory are limited from outside, and what is well-formed is read to its last entry.
CONFINED = Limits(size=1 << 30, entries=1 << 30, elements=1 << 30, attributes=1 << 30)


def read(body: bytes, url: str, media_type: str) -> Reading | None:
    """Read a feed without repairing anything; None when it is for the repairing reader.

    `url` is where it was found, for relative links. Raises ParseError for JSON that is no feed and for an empty answer, as the
    repairing reader would.
    """
    if len(body) > HERE.size or body.count(b"<item") + body.count(b"<entry") > HERE.entries:
        return None
    text = undoubted(body, media_type)
    if text is None:
        return None
    text = text.strip("\ufeff\0 \t\r\n")
    if not text:
        raise ParseError("the answer is empty")
    if text[0] in "{[":
        if text.count("{") > HERE.elements:
            return None
        return read_json(parsed_json(text), url)
    return read_xml(text, url, HERE)


def first(repairing: Callable[[bytes, str, str], Reading]) -> Callable[[bytes, str, str], Reading]:
    """A reader that reads quickly what it can, and leaves the rest to `repairing`."""

    def read_either_way(body: bytes, url: str, media_type: str) -> Reading:
        found = read(body, url, media_type)
        return repairing(body, url, media_type) if found is None else found

    return read_either_way


def read_xml(text: str, url: str, limits: Limits) -> Reading | None:
    """Read an XML feed from its characters; None when it is for the repairing reader.

    A document that expat does not take is tried once more with its ampersands and forbidden characters put right.
    """
    try:
        walk = _walked(text, limits, doctype=False)
        if walk is None and "<!ENTITY" not in text and ((better := mended(text)) != text or "<!DOCTYPE" in text):
            walk = _walked(better, limits, doctype=True)
    except NotMine:
        return None
    if walk is None or not (walk.entries or walk.root in FEEDS):
        return None
    return fields.reading(walk.feed, walk.entries, url, is_atom=walk.root == "feed")


def _walked(text: str, limits: Limits, *, doctype: bool) -> LeafWalk | None:
    """The walk over a whole document, None when expat stumbles over it."""
    walk = LeafWalk(limits.elements, limits.attributes)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def refuse(*_: object) -> None:
        raise NotMine

    def document_type(_name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        # Names such as &eacute; are known only once the text is mended, and what a document defines itself never is.
        if has_subset:
            raise NotMine
        if not doctype:
            raise _Again

    def instruction(_target: str, data: str) -> None:
        if ">" in data:
            raise NotMine

    def outermost(name: str, given: dict[str, str]) -> None:
        walk.root = name.split(" ")[1 if " " in name else 0].lower()
        if walk.root in PAGES:
            raise NotMine
        parser.StartElementHandler = start
        start(name, given)

    walk.doubtful = doubtful(text)
    start = walk.attach(parser)
    parser.StartElementHandler = outermost
    parser.StartDoctypeDeclHandler = document_type
    parser.EntityDeclHandler = refuse
    parser.SkippedEntityHandler = refuse
    parser.ProcessingInstructionHandler = instruction
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, UnicodeEncodeError, _Again):
        return None
    finally:
        walk.let_go()
    return walk


class _Again(Exception):
    """The document is to be read in its mended form."""
