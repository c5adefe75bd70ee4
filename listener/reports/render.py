"""Dressing a digest: one view of it, two templates, and a mail that shows the same wherever it is opened."""

from __future__ import annotations

import hashlib
import re
import textwrap
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from listener.core.report import Digest, Dressed
from listener.core.snapshot import to_json
from listener.reports.locale import Locale, load
from listener.reports.room import Room, fitted
from listener.reports.view import SOURCES, View, view

TEMPLATES = Path(__file__).parent / "templates"
LARGEST = 80_000  # bytes of HTML: Gmail cuts a mail off at 102 kB, and the mail's own encoding adds to it
WIDTH = 76
_OWN = 40  # characters, beside the page's address, that a recipient's own address is longer than what stands for it

# Controls, half surrogates, and what hides or turns round its neighbours; the joiners within emoji and Persian stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_WIDE_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_ADDRESS = re.compile(r"\s*https?://\S+")


class Renderer:
    """Dresses digests as HTML and text, in each digest's own language and time zone; implements core.ports.Dresser.

    The HTML is at most 80 kB: where that is too little, it names fewer items, then fewer that wait, then fewer sources, and counts
    the others.
    """

    def __init__(self) -> None:
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
        self._environments: dict[str, Environment] = {}

    def __call__(self, digest: Digest) -> Dressed:
        """Subject, HTML and text; whatever a feed put into the digest, this does not raise."""
        locale = load(digest.language, digest.timezone)
        # Addresses that stand for the recipient's own. No feed can write them into a text: they hold a sum over all its words.
        sum_ = hashlib.sha256(to_json(digest).encode()).hexdigest()[:32].translate(_LETTERS)
        own = (f"https://unsubscribe.invalid/{sum_}", f"https://preferences.invalid/{sum_}")
        label = f"https://label.invalid/{sum_}/"
        digest = fitted(digest)
        longer = _OWN + len(digest.page)
        room = Room(items=len(digest.items), waiting=len(digest.waiting), sources=SOURCES)
        html = self._html(seen := view(digest, locale, room, own, label))
        while (size := len(html.encode()) + longer * html.count(label)) > LARGEST and (less := room.less(LARGEST / size)):
            room = less
            html = self._html(seen := view(digest, locale, room, own, label))
        text = self._environment(locale).get_template("digest.txt.j2").render(view=seen)
        return Dressed(
            subject=_visible(seen.subject),
            html=html,
            text=plain_lines(_visible(text)),
            unsubscribe=own[0],
            preferences=own[1],
            label=label,
        )

    def _html(self, seen: View) -> str:
        template = self._environment(load(seen.language)).get_template("digest.html.j2")
        # The inliner takes no half surrogates, and no reader takes the rest, so they go before anything else is done.
        return self._inliner.inline(_visible(template.render(view=seen)))

    def _environment(self, locale: Locale) -> Environment:
        if locale.language not in self._environments:
            self._environments[locale.language] = environment(locale)
        return self._environments[locale.language]


def environment(locale: Locale, folder: Path = TEMPLATES) -> Environment:
    """Jinja2 as every template here expects it: HTML escaped, text not, undefined names an error, `_()` in the locale's words."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(("html", "html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    translations = locale.translations
    getattr(made, "install_gettext_callables")(translations.gettext, translations.ngettext, newstyle=True)  # noqa: B009 - the extension adds it
    return made


def plain_lines(text: str) -> str:
    """Text for mail: no line over 76 characters but for addresses, which stay whole; ordinary blanks; at most one empty line."""
    lines: list[str] = []
    for line in _WIDE_BLANKS.sub(" ", text).splitlines():
        bare = line.rstrip()
        if len(bare) <= WIDTH or _ADDRESS.fullmatch(bare):
            lines.append(bare)
        else:
            indent = " " * (len(bare) - len(bare.lstrip()))
            lines += textwrap.wrap(bare, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _visible(text: str) -> str:
    return _UNSEEN.sub("", text)
