"""A walk over a feed with expat that ends at the same fields as feedparser, an order of magnitude sooner.

It follows feedparser 6 rule by rule (which name is kept under which, what a nested or repeated element does, how authors are put
together), because entries must not depend on which of the two read them; a slip of feedparser's that shows in an entry is
repeated here on purpose. Where following would mean guessing, it raises NotMine. Every event costs a constant.
"""

from __future__ import annotations

import binascii
import functools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlparse
from xml.sax.saxutils import escape

from listener.sources.names import Names, NotMine
from listener.sources.vocabulary import FOREIGN, HANDLED, KEPT, MARKED, STEPS, TEXTS

XHTML = "application/xhtml+xml"
HTML = frozenset({"text/html", XHTML})
TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
_LINKS = frozenset({"link", "id", "href"})
_LEFT_IN_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
_LEFT_IN_INPUT = frozenset({"title", "link", "description", "name"})
_EXTRA_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/+)")
# An address that joining leaves as it is, whatever the base.
_ABSOLUTE = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9/._~%+,:@!$&'()*=-]*)?(?:\?[A-Za-z0-9/._~%+,:@!$&'()*?=-]+)?"
)
_QUOTE = '"'
MADE_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")
_C1 = re.compile("[\x80-\x9f]")
_WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}

_Known = tuple[str, str, bool, str, Callable[[dict[str, str]], None] | None, Callable[[], object] | None]


class Walk:
    """One document's walk: give `start`, `end`, `text` and `declare` to expat; then `feed` and `entries` hold the fields.

    `elements` and `attributes` limit the document and each element; what is beyond them raises NotMine.
    """

    def __init__(self, elements: int, attributes: int) -> None:
        self.feed: dict[str, Any] = {}
        self.entries: list[dict[str, Any]] = []
        self.root = ""
        self.doubtful = True  # whether there may be characters that are other ones' bytes (see `doubtful`)
        self._left = elements
        self._attributes_at_most = attributes
        self._names = Names()
        self._known: dict[str, _Known] = {}
        self._stack: list[tuple[str, bool, list[str]]] = []  # element, whether its text is a value, pieces
        self._scopes: list[tuple[int, str | None]] = []  # depths where xml:base or xml:lang changed, and the language before
        self._bases: list[tuple[int, str]] = []  # the depths of open elements, and the base where each began
        self._base, self._language = "", None  # type: str, str | None
        self._depth, self._title_depth = 0, -1
        self._depths: dict[str, int] = {}  # how deep a field of the entry at hand was found
        self._in_feed = self._in_entry = self._in_source = self._in_image = self._in_input = False
        self._in_author = self._in_contributor = self._in_publisher = False
        self._content, self._type = 0, ""  # inside how many marked-up elements, and the innermost one's media type
        self._coded = False  # whether the text of that one is in base64
        self._drawings = 0  # inside how many <svg> of a marked-up text
        self._has_content, self._as_content, self._summary = False, False, ""
        self._guid_is_link = False
        self._source: dict[str, Any] = {}
        self._image: dict[str, Any] | None = None
        self._input: dict[str, Any] = {}
        self._place: dict[str, Any] | None = None  # whose point on the map is being given

    # What expat calls.

    def declare(self, prefix: str | None, uri: str | None) -> bool:
        """A namespace is declared; whether names may mean something else from here on."""
        changed = self._names.declare(prefix, uri)
        if changed:
            self._known.clear()
        return changed

    def text(self, data: str) -> None:
        """Characters between two tags."""
        if self._stack:
            self._stack[-1][2].append(escaped(data) if self._type == XHTML else data)

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        self._left -= 1
        if self._left < 0:
            raise NotMine
        self._depth += 1
        known = self._known.get(name) or self._learn(name)
        tag, key, bare, text, begin, _ = known
        attributes = given
        if given or self._names.links:
            attributes = self._given(given, tag)
        self._bases.append((self._depth, self._base))
        if self._content:
            self._markup(tag, key, attributes)
            return
        if bare and (self._in_input or self._in_image):
            self._in_input = self._in_input and tag in _LEFT_IN_INPUT
            self._in_image = self._in_image and tag in _LEFT_IN_IMAGE
        if text:
            self._stack.append((text, True, []))
        elif begin is not None:
            begin(attributes)
        elif key in FOREIGN or (key in KEPT and attributes):
            raise NotMine
        elif key not in STEPS and not attributes:
            self._stack.append((key, True, []))

    def end(self, name: str) -> None:
        """An element ends."""
        known = self._known.get(name) or self._learn(name)
        tag, key, _, text, _, finish = known
        if self._drawings and self._is_drawn(tag, key):
            pass
        elif text:
            self._pop(text)
        elif finish is not None:
            finish()
        else:
            self._pop(key)
        if self._content:
            if not self._type.endswith("xml"):
                raise NotMine
            if self._type == XHTML and self._stack:
                self._stack[-1][2].append(f"</{tag.rpartition(':')[2]}>")
        if self._bases and self._bases[-1][0] >= self._depth:
            self._bases.pop()
        if self._scopes and self._scopes[-1][0] == self._depth:
            _, self._language = self._scopes.pop()
            # Where there was no base when the one around it began, the one inside stays: a slip of feedparser's that moves links.
            self._base = (self._bases[-1][1] if self._bases else "") or self._base
        self._depth -= 1

    def let_go(self) -> None:
        """Forget the steps that were learned: they hold the walk, which would stay until somebody looks for rubbish."""
        self._known.clear()

    def _learn(self, name: str) -> _Known:
        tag, key, bare = self._names.element(name)
        begin: Callable[[dict[str, str]], None] | None = None
        finish: Callable[[], object] | None = None
        if key in MARKED:
            element = MARKED[key]
            begin = lambda given: self._push_content(element, given, "text/plain")  # noqa: E731
            finish = lambda: self._pop_content(element)  # noqa: E731
        elif key in STEPS:
            first, last = STEPS[key]
            begin = getattr(self, f"_start_{first}")
            finish = None if last == "-" else getattr(self, f"_end_{last}")
        if len(self._known) < 10_000:
            self._known[name] = (tag, key, bare, TEXTS.get(key, ""), begin, finish)
        return tag, key, bare, TEXTS.get(key, ""), begin, finish

    def _given(self, given: dict[str, str], tag: str) -> dict[str, str]:
        if len(given) > self._attributes_at_most:
            raise NotMine
        attributes = self._names.attributes(given)
        base = attributes.get("xml:base", attributes.get("base"))
        language = attributes.get("xml:lang", attributes.get("lang"))
        if base or language is not None:
            self._scopes.append((self._depth, self._language))
        if base:
            if self._content and not self._base:  # the bases of what is inside a text are not followed one by one
                raise NotMine
            self._base = rebased(self._base, base)
            if rebased(self._base, self._base) != self._base:
                raise NotMine
        if language is not None:
            self._language = language or None
            if language and tag in {"feed", "rss"}:
                self.feed["language"] = language
        return attributes

    def _markup(self, tag: str, key: str, attributes: dict[str, str]) -> None:
        """A tag inside a text: it is kept as markup, unless its name would make feedparser end something else."""
        if tag.rpartition(":")[2] == "svg":
            self._drawings += 1
        elif not self._drawings and (key in HANDLED or key.endswith("_math")):
            raise NotMine
        if not self._type.endswith("xml"):
            if tag in {"div", "xhtml:div"}:
                raise NotMine
            self._type = XHTML
        if self._type != XHTML:
            raise NotMine
        if self._stack:
            self._stack[-1][2].append(f"<{tag.rpartition(':')[2]}{said(attributes)}>")

    def _is_drawn(self, tag: str, key: str) -> bool:
        """Whether an element that ends does so inside a drawing, where no name means anything to feedparser."""
        if self._stack and self._stack[-1][0] == key:
            raise NotMine
        self._drawings -= tag.rpartition(":")[2] == "svg"
        return self._drawings > 0

    # The pieces of a text, and where it is kept.

    def _context(self) -> dict[str, Any]:
        if self._in_source:
            return self._source
        if self._in_image and self._image is not None:
            return self._image
        if self._in_input:
            return self._input
        return self.entries[-1] if self._in_entry else self.feed

    def _pop(self, element: str) -> str | None:
        stack = self._stack
        if not stack or stack[-1][0] != element:
            return None
        _, expecting, pieces = stack.pop()
        if self._type == XHTML and self._names.dialect == "atom10":
            pieces = _unwrapped(pieces)
        output = (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
        if not expecting or element not in KEPT:
            return output
        if self._coded:
            # What it holds was not there to be seen when the document was looked through.
            output, self._coded, self.doubtful = _uncoded(output), False, True
        output = self._value(element, output) if output else output
        if element == "title" and -1 < self._title_depth <= self._depth:
            return output
        if self._in_entry and not self._in_source:
            self._keep(element, output)
        elif self._in_feed or self._in_source:
            context = self._context()
            context[element] = output
            if element == "link":
                context["link"] = context["links"][-1]["href"] = MADE_ENTITY.sub(r"&\g<1>", output)
        return output

    def _value(self, element: str, output: str) -> str:
        if element in _LINKS and (element != "id" or self._guid_is_link):
            output = joined(self._base, output)
        return output if output.isascii() else self._reread(output)

    def _reread(self, text: str) -> str:
        return reread(text) if self.doubtful else text

    def _keep(self, element: str, output: str) -> None:
        entry = self.entries[-1]
        if element == "content":
            entry.setdefault("content", []).append({"type": self._type, "value": output})
        elif element == "link":
            if self._in_image:
                return
            output = MADE_ENTITY.sub(r"&\g<1>", output.replace("&amp;", "&"))
            entry["link"] = output
            if output:
                entry["links"][-1]["href"] = output
        else:
            if element == "description":
                element = "summary"
            if self._depth <= self._depths.get(element, self._depth):
                self._depths[element] = self._depth
                entry[element] = output
            if element == "title" and self._content:
                entry["title_detail"] = {"language": self._language}

    def _push(self, element: str, *, value: bool = True) -> None:
        self._stack.append((element, value, []))

    def _push_content(self, element: str, attributes: dict[str, str], kind: str, *, value: bool = True) -> None:
        kind = attributes.get("type", kind).lower()
        self._type = kind = TYPES.get(kind, kind)
        self._coded = attributes.get("mode") == "base64" or not (kind.startswith("text/") or kind.endswith(("+xml", "/xml")))
        self._content += 1
        self._stack.append((element, value, []))

    def _pop_content(self, element: str) -> str | None:
        value = self._pop(element)
        self._content -= 1
        self._type, self._coded = "", False
        return value

    @property
    def _expected(self) -> bool:
        return self._in_feed or self._in_entry or self._in_source


def _uncoded(text: str) -> str:
    """What base64 stands for; a text that is none, as it is."""
    try:
        return binascii.a2b_base64(text.encode("utf-8", "surrogatepass")).decode()
    except ValueError:  # both what is no base64 and what is no UTF-8
        return text


def _unwrapped(pieces: list[str]) -> list[str]:
    """The pieces of Atom's XHTML without the <div> around all of them."""
    start, stop = 0, len(pieces)
    while stop - start > 1 and not pieces[stop - 1].strip():
        stop -= 1
    while stop - start > 1 and not pieces[start].strip():
        start += 1
    pieces = pieces[start:stop]
    if not pieces or pieces[-1] != "</div>" or not (pieces[0] == "<div>" or pieces[0].startswith("<div ")):
        return pieces
    depth = 0
    for piece in pieces[:-1]:
        if piece.startswith("</"):
            depth -= 1
            if depth == 0:
                return pieces
        elif piece.startswith("<") and not piece.endswith("/>"):
            depth += 1
    return pieces[1:-1]


def reread(text: str) -> str:
    """Text whose bytes were taken for Latin-1 as the UTF-8 they are, and Windows' own characters where they belong."""
    try:  # noqa: SIM105 - for the reason below
        text = text.encode("latin-1").decode("utf-8")
    except UnicodeError:  # the usual case, and contextlib.suppress would cost more than the rest
        pass
    return text.translate(_WINDOWS) if _C1.search(text) else text


def doubtful(text: str) -> bool:
    """Whether a document may hold a text that `reread` would change: those it could change hold characters of U+0080 to U+00BF."""
    return "&#" in text or b"\xc2" in text.encode("utf-8", "surrogatepass")


def said(attributes: dict[str, str]) -> str:
    """Attributes as they are written in a tag."""
    return "".join([f' {name}="{escaped(value).replace(_QUOTE, "&quot;")}"' for name, value in attributes.items()])


def escaped(text: str) -> str:
    """Text as it is written between two tags."""
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def joined(base: str, uri: str) -> str:
    """An address in a feed, joined to the base that counts there, as feedparser does it; "" when it cannot be one."""
    if ":///" in uri:
        uri = _EXTRA_SLASHES.sub(r"\1", uri)
    if not base or (_ABSOLUTE.fullmatch(uri) and _is_base(base)):
        return uri
    try:
        return urljoin(base, uri)
    except ValueError:
        return ""


@functools.lru_cache(maxsize=256)
def _is_base(base: str) -> bool:
    try:
        urlparse(base)
    except ValueError:
        return False
    return True


@functools.lru_cache(maxsize=256)
def rebased(current: str, base: str) -> str:
    """The base that an element's own `base` makes of the one around it."""
    found = joined(current, base)
    if not current or found.startswith(("http://", "https://")):
        return found
    scheme, colon, _ = found.strip().partition(":")
    if colon or scheme.isalnum():
        raise NotMine
    return current
