"""Words as people read them: markup and sloppy encoding in, plain text out."""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from collections.abc import Sequence
from html.entities import html5

from listener.core.expressions import late

# Tags that stand inside a word or a sentence: they leave nothing behind, so that `<b>Sl</b>ack` stays one word.
_INLINE_NAMES = """
    a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr q rb rp rt rtc ruby s samp small
    span strike strong sub sup time tt u var wbr
    maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup
    mtext munder munderover semantics
"""
# Other HTML, SVG and MathML names: they end a word. Any other name is a tag only if it looks like one (see _is_markup).
_BREAKING_NAMES = """
    address annotation applet area article aside audio base basefont blockquote body br button canvas caption center circle col
    colgroup datalist dd details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset g h1
    h2 h3 h4 h5 h6 head header hgroup hr html iframe image img input legend li line link main map marquee math menu meta
    meter nav noembed noframes noscript object ol optgroup option output p param path picture polygon pre progress rect
    script section select slot source style summary svg table tbody td template textarea tfoot th thead title tr track
    mtable mtd mtr ul use video xmp
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_BREAKING = frozenset(_BREAKING_NAMES.split())
_HIDDEN = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("script", "style", "template", "iframe", "noframes", "noembed", "svg", "annotation")
}

# What an ordinary tag leaves, by its name in small letters or in capitals.
_LEFT_BEHIND = {
    spelt: "" if name in _INLINE else " " for name in (_INLINE | _BREAKING) - _HIDDEN.keys() for spelt in (name, name.upper())
}

# A quoted value may hold `<` and `>`. Possessive, so each start is walked once; and since the quotation marks permute three
# states, all starts together cost a small multiple of the length, whatever the text.
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:._-]*)([^<>"']*+(?:(?:"[^"]*"|'[^']*')[^<>"']*+)*+)>""")
_BROKEN_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:._-]*)([^<>]*)>")  # a quotation mark is missing
_CUT_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)\s+[A-Za-z-]+\s*=[^<>]*\Z")  # a snippet was cut inside a tag
_ORDINARY_TAG = re.compile(r"""</?([A-Za-z][A-Za-z0-9]*)(?=[ \t\r\n/>])[^<>"']*+(?:(?:"[^"]*"|'[^']*')[^<>"']*+)*+>""")
_MAYBE_MARKUP = re.compile(r"<[A-Za-z/!?]")
_DECLARATION = re.compile(r"<[!?][A-Za-z][^<>]*>")
_SIGN_OF_MARKUP = re.compile(r"</[A-Za-z]|<(?:br|p|img|hr)\b", re.IGNORECASE)

_REFERENCE = re.compile(r"(&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};))")
_REMEMBERED = 4096

_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Control characters, what Unicode promises never to use, and marks that turn the direction of everything after them.
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]")
# Outside these, but for two spaces, every character is in form C already and none is a mark.
_COMPOSABLE = late("[\u0300-\u1fff\u2000\u2001\u2070-\U0010ffff]")
_MANY_SIGNS = re.compile(r"[^\w\s\x00-\x7f]{32,}")
_BELOW_MARKS = bytes(range(0xCC))  # in UTF-8 what is below U+0300 begins with one of these
_MARKS_IN_A_ROW = 30  # https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format


def plain(markup: str) -> str:
    """HTML, or text that is plain already, as plain text on one line.

    Tags go without gluing words together or splitting them, scripts and styles go with what they hold, entities are resolved at
    most twice (feeds escape twice: `AT&amp;amp;T`), and the rest is tidied. `H&M`, `a < b` and `<3` stay. This is no sanitiser:
    what comes out may hold `<`, and whoever prints it escapes it. Takes time linear in the length and never raises.
    """
    words = _stripped(markup) if "<" in markup else markup
    if "&" in words:
        once = unescape(words)
        # Markup that was escaped as a whole (`&lt;b&gt;Slack&lt;/b&gt;`) is still markup; a tag that is talked about is not.
        if words is markup and once != words and _SIGN_OF_MARKUP.search(once):
            once = _stripped(once)
        words = unescape(once)
    return tidy(words)


def tidy(text: str) -> str:
    """Plain text in Unicode form C, on one line, each run of white space one space; control characters and lone surrogates go."""
    # What is printable holds no white space but spaces, and nothing to take out, which the rest would find in five times the time.
    words = text.strip(" ") if text.isprintable() and "  " not in text else " ".join(text.split())
    if words.isprintable():
        return words if words.isascii() else composed(words)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _UNWANTED.sub("", text)
    return " ".join((text if text.isascii() else composed(text)).split())


def composed(text: str) -> str:
    """Unicode form C; of more than thirty marks in a row the rest goes, since sorting them takes quadratic time."""
    if _is_western(text) or not _COMPOSABLE.search(text):
        return text
    return unicodedata.normalize("NFC", _MANY_SIGNS.sub(_fewer_marks, text))


def _is_western(text: str) -> bool:
    """Whether a text has nothing to compose because it holds but letters below U+0300, and dashes and quotation marks.

    Seen in its bytes, which takes a tenth of the time that looking at its characters does.
    """
    written = text.encode("utf-8", "surrogatepass")
    first = written.translate(None, _BELOW_MARKS)
    signs = written.count(b"\xe2\x80") - written.count(b"\xe2\x80\x80") - written.count(b"\xe2\x80\x81")
    return len(first) == first.count(b"\xe2") == signs


def unescape(text: str) -> str:
    """Resolve character references once; named ones only with their semicolon, so that `?a=1&copy=2` stays what it is."""
    pieces = _REFERENCE.split(text)
    if len(pieces) == 1:
        return text
    pieces[1::2] = [_MEANT[reference] for reference in pieces[1::2]]
    return "".join(pieces)


class _Meant(dict[str, str]):
    """What references stand for, those that mean nothing for themselves; worked out when first met."""

    def __missing__(self, reference: str) -> str:
        made = character(reference) or reference
        if len(self) < _REMEMBERED:
            self[reference] = made
        return made


_MEANT = _Meant()


def character(reference: str) -> str:
    """The characters a reference such as `&eacute;` or `&#39;` stands for; "" when it is none."""
    if reference.startswith("&#"):
        return html.unescape(reference)
    return html5.get(reference[1:], "")


def excerpt(text: str, spans: Sequence[tuple[int, int]], limit: int = 280) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The passage around the first span, at most `limit` characters, with the spans moved into it.

    Cuts fall between words where they can, and show as `…`. Spans outside the passage are left out, one that is too long for it is
    cut; with no spans the passage is the beginning.
    """
    if len(text) <= limit:
        return text, tuple(spans)
    if limit < 2:
        return "…"[:limit], ()
    first, last = spans[0] if spans else (0, 0)
    start = _start(text, first, last, limit)
    end = _end(text, start, last, limit - 1 if start else limit)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    inside = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in spans if max(a, start) < min(b, end))
    return f"{before}{text[start:end]}{after}", inside


def _start(text: str, first: int, last: int, limit: int) -> int:
    start = first - max(0, limit - (last - first)) // 3
    start = min(start, len(text) - limit + 1)  # near the end of the text there is room for more before
    if start <= 0:
        return 0
    if text[start - 1] == " ":
        return start
    space = text.find(" ", start, first)
    return start if space < 0 else space + 1


def _end(text: str, start: int, last: int, room: int) -> int:
    if start + room >= len(text):
        return len(text)
    end = start + room - 1
    space = text.rfind(" ", max(start, min(last, end)), end + 1)
    return space if space > start else end


def _fewer_marks(signs: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for sign in signs[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(sign)
    return "".join(kept)


def _stripped(markup: str) -> str:
    if "<![CDATA[" in markup:
        markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    # Most texts hold ordinary tags only, and those can go at one sweep; if anything else is left, it is done step by step.
    swept = _ORDINARY_TAG.split(markup)
    with contextlib.suppress(KeyError):
        swept[1::2] = [_LEFT_BEHIND[name] for name in swept[1::2]]
        words = "".join(swept)
        if "<" not in words or not _MAYBE_MARKUP.search(words):
            return words
    pieces: list[str] = []
    done = 0
    found = _MAYBE_MARKUP.search(markup)
    while found:
        at = found.start()
        tag = _ORDINARY_TAG.match(markup, at)
        if tag is not None and tag[1] in _LEFT_BEHIND:
            piece, end = _LEFT_BEHIND[tag[1]], tag.end()
        else:
            piece, end = _markup_at(markup, at)
        if end > at:
            pieces += (markup[done:at], piece)
            done = end
        found = _MAYBE_MARKUP.search(markup, max(end, at + 1))
    pieces.append(markup[done:])
    return "".join(pieces)


def _markup_at(markup: str, at: int) -> tuple[str, int]:
    """What the markup that starts at `at` leaves behind, and where it ends; it ends at `at` when it is no markup."""
    sign = markup[at + 1 : at + 2]
    if markup.startswith("<!--", at):
        return "", _past(markup, "-->", at + 4)
    if sign in {"!", "?"}:
        declaration = _DECLARATION.match(markup, at)
        return "", declaration.end() if declaration else at
    tag = _TAG.match(markup, at) or _BROKEN_TAG.match(markup, at)
    if tag is None:
        cut = _CUT_TAG.match(markup, at)
        return "", len(markup) if cut and cut[2].lower() in _INLINE | _BREAKING else at
    closing, name, attributes = tag[1], tag[2].lower(), tag[3]
    if not (closing or _is_markup(name, attributes)):
        return "", at
    if name in _HIDDEN and not closing and not attributes.endswith("/"):
        end = _HIDDEN[name].search(markup, tag.end())
        return " ", _past(markup, ">", end.end()) if end else len(markup)
    return "" if name in _INLINE else " ", tag.end()


def _is_markup(name: str, attributes: str) -> bool:
    """Whether `<name attributes>` is a tag, and not a piece of text such as `List<String>`, `<jan@nu.nl>` or `<https://nu.nl>`."""
    if name in _INLINE or name in _BREAKING:
        return True
    return not attributes.startswith(("@", "//")) and ("=" in attributes or ":" in name or "-" in name)


def _past(markup: str, end: str, start: int) -> int:
    found = markup.find(end, start)
    return len(markup) if found < 0 else found + len(end)
