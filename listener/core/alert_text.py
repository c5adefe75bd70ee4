"""Somebody else's words in a plain message: nobody is called by them, nothing is hidden in them, and no channel cuts them off."""

from __future__ import annotations

import re
import unicodedata

_MENTION = re.compile(r"[@\uff20](?=\w)|<(?=[!@#&])")
_BREAK = "\u200b"


def defused(text: str) -> str:
    """One line in which `@everyone`, `<!channel>` and the like call nobody, no mark makes a link, and no letter is unseen."""
    line = " ".join(
        "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in text if _is_seen(one)).split()
    )
    # An invisible blank behind the sign: it reads the same, and no chat takes it for a name.
    return _MENTION.sub(lambda found: found[0] + _BREAK, line)


def split(text: str, limit: int) -> list[str]:
    """A text in pieces of at most `limit` characters, broken between lines, else between words, else anywhere; never empty ones."""
    if limit < 1:
        raise ValueError("a piece has at least one character")
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        at = max(rest.rfind("\n", 0, limit + 1), 0) or max(rest.rfind(" ", 0, limit + 1), 0) or limit
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [one for one in [*pieces, rest] if one]


def _is_seen(one: str) -> bool:
    return unicodedata.category(one) not in {"Cf", "Cs", "Co", "Cn"} or one in "\u200d\ufe0f"
