"""What others wrote, made fit to stand on our page: plain, cut, marked, and linked only where a link is safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from listener.core.values import dataclass

# C0 and C1 controls, and the bidirectional controls that let a title reorder the words around it (CVE-2021-42574); the marks
# U+200E and U+200F and the joiners stay, since Arabic, Hebrew and emoji need them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_IN_TEXT = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"']+", re.IGNORECASE)
# Long, with a digit, without the hyphens of a readable address: an id or a key, which may be all that guards a private feed.
_SECRET = re.compile(r"(?=.*\d)[A-Za-z0-9_=~%.]{12,}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt; `hit` when it is one of the words that made it a mention."""

    text: str
    hit: bool


def clean(text: str) -> str:
    """The text without control characters and lone surrogates."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _UNWANTED.sub(" ", text))


def plain(text: str) -> str:
    """The text, clean, on one line."""
    return _BLANKS.sub(" ", clean(text)).strip()


def cut(text: str, longest: int) -> str:
    """The text, at most `longest` characters of it, with an ellipsis where something is left out."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def pieces(excerpt: str, spans: Sequence[tuple[int, int]], *, longest: int | None = None) -> tuple[Piece, ...]:
    """An excerpt in pieces, the matched words apart; spans that overlap or lie outside are mended, never trusted."""
    end = len(excerpt) if longest is None else min(longest, len(excerpt))
    hits: list[tuple[int, int]] = []
    for start, stop in sorted((max(start, 0), min(stop, end)) for start, stop in spans):
        if hits and start <= hits[-1][1]:
            hits[-1] = (hits[-1][0], max(hits[-1][1], stop))
        elif start < stop:
            hits.append((start, stop))
    made, done = [], 0
    for start, stop in hits:
        made += [(excerpt[done:start], False), (excerpt[start:stop], True)]
        done = stop
    made.append((excerpt[done:end] + ("…" if end < len(excerpt) else ""), False))
    # Blanks at a piece's ends stay: they stand between two words.
    return tuple(Piece(_BLANKS.sub(" ", clean(text)), hit) for text, hit in made if text)


def language(code: str) -> str:
    """A language code fit for a lang attribute, else ""; "und" says nothing, so it is "" too."""
    return code if code != "und" and _LANGUAGE.fullmatch(code) else ""


def outward(link: str) -> str:
    """The link if a browser may follow it (http or https with a host, no trick characters), else ""."""
    if not link.isprintable() or "\\" in link or " " in link:
        return ""
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    return link if parts.scheme in {"http", "https"} and host else ""


def host_of(link: str) -> str:
    """The host of a link that `outward` let through, without www."""
    return plain(urlsplit(link).hostname or "").removeprefix("www.")


def masked(address: str) -> str:
    """A source's address without what may be secret: user, query string, fragment and id-like parts of the path.

    What is no web address (a search on X) is shown as it is.
    """
    if "://" not in address:
        return plain(address)
    if not outward(address):
        return "…"
    parts = urlsplit(address)
    path = "/".join("…" if _SECRET.fullmatch(part) else part for part in parts.path.split("/"))
    port = f":{parts.port}" if parts.port else ""
    return plain(f"{parts.hostname}{port}{'' if path == '/' else path}")


def scrubbed(detail: str) -> str:
    """A fault's words, with each web address in them masked: a fault may quote what it tried."""
    return plain(_IN_TEXT.sub(lambda found: masked(found[0]), detail))
