"""Bytes of a feed made readable: the right characters, and the slips that cost a strict reader whole entries mended.

Works on text alone; of feeds' elements it knows only what their prefixes stand for. Every step takes time linear in the length of
the document.
"""

from __future__ import annotations

import codecs
import contextlib
import html.entities
import re

from listener.sources.vocabulary import PREFIXES

_BOMS = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
# The first character of a document without a mark (XML 1.0, appendix F).
_SHAPES = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_MARKED = (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE, b"\0<", b"<\0")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)
# As browsers do (WHATWG Encoding): the wider code that the named one is nearly always meant to be.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
FEEDS = frozenset({"rss", "rdf", "feed"})
PAGES = frozenset({"html", "body", "head", "script"})
# Codecs that are written in C and always at hand.
_EVERYDAY = frozenset(
    [
        "utf-8",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1257",
        "iso8859-2",
        "iso8859-5",
        "iso8859-7",
        "iso8859-15",
        "koi8-r",
        "gb18030",
        "big5",
        "cp932",
        "euc_jp",
        "cp949",
    ]
)
_WESTERN = frozenset({"cp1252", "iso8859-15", "cp1254", "iso8859-2", "cp1250"})
# Codecs of Python's own that no feed means, some of them slow.
_BROAD = ("utf-16", "utf-32")
_NO_CHARSET = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "mbcs", "oem"})

_CESU = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEAD = re.compile(r"<(?:\?xml|!DOCTYPE|!--|[A-Za-z_])")
_BEFORE = re.compile(r"[\s\ufeff]*(?:<\?xml\b[^>]*>|<!--(?:(?!-->).)*+-->)", re.DOTALL)
_SKIPPED = re.compile(
    r"\s*(?:<\?(?:(?!\?>)[^<])*+\?>|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\])?[^>]*>)", re.IGNORECASE | re.DOTALL
)
_ROOT = re.compile(r"\s*<([A-Za-z_][\w:.-]*)")
_DEFINED = re.compile(r"<!ENTITY\s+([\w:.-]+)")
_AMPERSAND = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(#[xX][0-9a-fA-F]+;|#[0-9]+;|[A-Za-z_][\w.-]*;)?", re.DOTALL)
# Prefixes of elements and of attributes, and where they are given a meaning; those of feeds need none to be understood.
_PREFIX = re.compile(r"""<([A-Za-z_][\w.-]{0,30}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,30}):[A-Za-z_][\w.-]{0,60}\s*=\s*["']""")
_GIVEN_PREFIX = re.compile(r"\sxmlns:([A-Za-z_][\w.-]*)")
_ENTRY_PREFIX = re.compile(r"<([A-Za-z_][\w.-]*):(?:item|entry)[\s>/]", re.IGNORECASE)
_PREFIXES_AT_MOST = 40
_USUALLY = {prefix: namespace for namespace, prefix in PREFIXES.items() if prefix}
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DOUBLY = re.compile("[ÃÂ]|â€|â\u201a|ï¿")
# Pairs that no language writes; where a text is mixed, only these are put right.
_SURELY = re.compile("Ã[\xa0-\xbf‰œŸ„ˆŠ‡]|â€[™\u02dcœ\x9d“”¦¢žš]|â\u201a¬")
_DOUBLE = re.compile("[ÃÂ][\xa0-\xbf]|Ã[‰œŸ„ˆŠ‡]|â€[™\u02dcœ\x9d“”¦¢žš]|â\u201a¬")


def decoded(body: bytes, media_type: str = "") -> str:
    """The characters of a document: byte order mark, then the header's charset, the declaration's, UTF-8, Windows-1252.

    Bytes that UTF-8 does not allow, in a document that is otherwise UTF-8, are read as Windows-1252 one by one, so that one bad
    sign costs one sign. Never raises.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for shape, name in _SHAPES:
        if body.startswith(shape):
            return body.decode(name, "replace")
    for name in _charsets(body, media_type):
        if name:
            try:
                return body.decode(name)
            except (UnicodeError, LookupError):
                continue
    return _CESU.sub(_pair, body).decode("utf-8", "listener-western")


def undoubted(body: bytes, media_type: str = "") -> str | None:
    """The characters of a document where its charset is an everyday one and its bytes obey it, exactly as `decoded`; else None."""
    if body.startswith(_MARKED):
        return decoded(body, media_type)
    for name in _charsets(body, media_type):
        if name not in _EVERYDAY:
            return None
        with contextlib.suppress(UnicodeError):
            return body.decode(name)
    return None


def _charsets(body: bytes, media_type: str) -> list[str]:
    """The charsets to try, most likely first; "" for one that is unknown."""
    header = _CHARSET.search(media_type)
    declared = _DECLARED.search(body[:1024])
    names = [_charset(header[1])] if header else []
    names += [_charset(declared[1].decode("ascii", "replace"))] if declared else []
    if b"\0" not in body[:4]:
        # A declaration that can be read byte by byte is not in a code of two or four bytes, though programs that write UTF-8 into
        # a string first like to say so.
        names = [name for name in names if not name.startswith(_BROAD)]
    if not names or any(name in _WESTERN for name in names):
        # Servers name a western charset by default; text that is valid UTF-8 by chance does not occur in practice.
        names.insert(0, "utf-8")
    return names


def _charset(name: str) -> str:
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return ""
    return "" if known in _NO_CHARSET else _WIDER.get(known, known)


def _pair(found: re.Match[bytes]) -> bytes:
    """One sign that was written as two halves of UTF-16, each in UTF-8 of its own (CESU-8, as Java and MySQL write it)."""
    return found[0].decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _western(fault: UnicodeError) -> tuple[str, int]:
    assert isinstance(fault, UnicodeDecodeError)
    bad = fault.object[fault.start : fault.end]
    return bad.decode("cp1252", "replace"), fault.end


codecs.register_error("listener-western", _western)


def mended(text: str) -> str:
    """A document that a strict reader can take: what stands before it cut off, declaration and comments too, ampersands put right.

    A bare `&` becomes `&amp;` and an HTML name becomes its number, so `H&M`, `AT&T` and `&nbsp;` survive; characters that XML
    forbids are taken out, and prefixes that a feed forgot to declare are declared. CDATA sections stay as they are.
    """
    text = _FORBIDDEN.sub("", text)
    head = _HEAD.search(text)
    text = text[head.start() :] if head else text
    # Comments go as well: feedparser takes a DOCTYPE that one of them speaks of for the document's own.
    at = 0
    while (before := _BEFORE.match(text, at)) is not None:
        at = before.end()
    text = text[at:]
    own = frozenset(_DEFINED.findall(text[:200_000])) if "<!ENTITY" in text else frozenset()

    def mend(match: re.Match[str]) -> str:
        reference = match[1]
        if reference is None:
            return match[0] if match[0][0] == "<" else "&amp;"
        if reference[0] == "#":
            return _numbered(reference)
        name = reference[:-1]
        if name in _XML_NAMES or name in own:
            return match[0]
        signs = html.entities.html5.get(reference)
        return "".join(f"&#{ord(sign)};" for sign in signs) if signs else f"&amp;{reference}"

    return _with_prefixes(_AMPERSAND.sub(mend, text).lstrip().lstrip("\ufeff").lstrip())


def _with_prefixes(text: str) -> str:
    """A feed in which every prefix has a namespace: those that nobody declared get the one that they usually stand for."""
    outermost = _outermost(text)
    if outermost is None or outermost[1].rpartition(":")[2].lower() not in FEEDS:
        return text
    met = dict.fromkeys(one for found in _PREFIX.finditer(text) for one in found.groups() if one)
    # Entries of a vocabulary that nobody knows could not be read, and that must be said.
    missing = met.keys() - {*_GIVEN_PREFIX.findall(text), *_ENTRY_PREFIX.findall(text), "xml", "xmlns"}
    if not missing or len(missing) > _PREFIXES_AT_MOST:
        return text
    given = "".join(f' xmlns:{one}="{_USUALLY.get(one, f"urn:undeclared:{one}")}"' for one in met if one in missing)
    return f"{text[: outermost.end()]}{given}{text[outermost.end() :]}"


def _numbered(reference: str) -> str:
    digits, base = (reference[2:-1], 16) if reference[1] in "xX" else (reference[1:-1], 10)
    number = int(digits, base) if len(digits) <= 8 else 0x110000
    if number > 0x10FFFF or _FORBIDDEN.match(chr(number)):
        return ""
    return f"&{reference}"


def root(text: str) -> str:
    """The name of the outermost element, in lower case, as far as the head of a document shows it; "" when it has none."""
    match = _outermost(text)
    return match[1].lower() if match else ""


def _outermost(text: str) -> re.Match[str] | None:
    at = 0
    while (skipped := _SKIPPED.match(text, at)) is not None:
        at = skipped.end()
    return _ROOT.match(text, at)


def once(text: str) -> str:
    """Text that was encoded as UTF-8 twice (`ordenÃ³`), put right (`ordenó`); any other text as it is."""
    # A search for single signs takes a fraction of any other, and `â` and `ï` begin all those of two.
    if text.isascii() or not ("Ã" in text or "Â" in text or "â" in text or "ï" in text) or not _DOUBLY.search(text):
        return text
    repaired = _decoded_again(text)
    if not _DOUBLY.search(repaired):
        return repaired
    if not _SURELY.search(text):
        return text
    return _DOUBLE.sub(lambda found: _decoded_again(found[0]), text)


def _decoded_again(text: str) -> str:
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _byte(sign: str) -> bytes:
    # Windows-1252 leaves five places open; there, and below 0x80, the sign's own number is the byte.
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")
