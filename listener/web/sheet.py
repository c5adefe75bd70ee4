"""A mail on a page: its styles in a sheet of their own, since our pages allow none within; its reader's own links taken out."""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

from listener.core.report import Dressed
from listener.core.values import dataclass

_STYLE = re.compile(r'\sstyle="([^"]*)"')
_CLASS = re.compile(r'(\sclass=")')
_HREF = re.compile(r'\shref="([^"]*)"')
_SHEET = "@@sheet@@"


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A mail as a page and its sheet; SHEET stands in `html` where the sheet's address belongs."""

    html: str
    css: str

    def page(self, sheet: str) -> str:
        """The page, with the address of its sheet."""
        return self.html.replace(_SHEET, escape(sheet))


def unfold(dressed: Dressed, mention: str) -> Unfolded:
    """Take a mail of ours apart; `mention` is the address of a mention's page, up to its id.

    What a style attribute said, a class says with more weight than any rule of the mail's own sheet; only what that marks as
    important goes before it, exactly as in the mail.
    """
    reader = _Reader(dressed, mention)
    reader.feed(dressed.html)
    reader.close()
    # The weight of four classes is more than any rule of a mail has.
    rules = [f"{f'.s{number}' * 4}{{{style}}}" for style, number in reader.styles.items()]
    return Unfolded("".join(reader.parts), "\n".join([*reader.sheets, *rules]) + "\n")


class _Reader(HTMLParser):
    def __init__(self, dressed: Dressed, mention: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.sheets: list[str] = []
        self.styles: dict[str, int] = {}
        self._in_style = False
        self._own = tuple(one for one in (dressed.unsubscribe, dressed.preferences) if one)
        self._label, self._mention = dressed.label, mention

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        if tag == "style":
            self._in_style = True
            return
        text = self.get_starttag_text() or ""
        found = _STYLE.search(text)
        if found:
            number = self.styles.setdefault(unescape(found[1]), len(self.styles))
            text = text[: found.start()] + text[found.end() :]
            name = f"s{number}"
            text = _CLASS.sub(rf"\g<1>{name} ", text, count=1) if _CLASS.search(text) else self._with(text, tag, name)
        self.parts.append(_HREF.sub(self._link, text) if tag == "a" else text)

    handle_startendtag = handle_starttag

    def _with(self, text: str, tag: str, name: str) -> str:
        end = 1 + len(tag)
        return f'{text[:end]} class="{name}"{text[end:]}'

    def _link(self, found: re.Match[str]) -> str:
        address = unescape(found[1])
        if address.startswith(self._own):
            return ""
        if self._label and address.startswith(self._label):
            number = re.match(r"\d+", address[len(self._label) :])
            return f' href="{escape(self._mention + number[0])}"' if number else ""
        return found[0]

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False
        elif tag == "head":
            self.parts.append(f'<meta name="robots" content="noindex, nofollow"><link rel="stylesheet" href="{_SHEET}"></head>')
        else:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        (self.sheets if self._in_style else self.parts).append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"<!{decl}>")
