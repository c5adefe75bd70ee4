"""What reading a feed brings, before it is an entry: plain text, safe links, aware moments."""

from __future__ import annotations

import re
from datetime import datetime

from listener.core.values import dataclass

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry as its feed gives it; "" or None where it says nothing."""

    guid: str = ""
    link: str = ""  # http or https
    title: str = ""
    text: str = ""
    author: str = ""
    language: str = ""  # two or three letters
    publisher: str = ""  # host of the place it was taken over from
    published_at: datetime | None = None
    replies: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a feed holds; `link` is the place it belongs to, "" when it does not say."""

    items: tuple[Item, ...]
    link: str = ""


def language(tag: str) -> str:
    """The language of a tag such as "nl-NL" or "en_us", in lower case; "" when it is none."""
    match = _LANGUAGE.fullmatch(tag.strip())
    return match[1].lower() if match else ""
