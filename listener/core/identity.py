"""When two entries of one source are the same entry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from listener.core.model import Entry
from listener.core.query.fold import fold
from listener.core.urls import canonical

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")
_ANCHOR = re.compile(r"[\w.-]{1,200}")


def identity(entry: Entry) -> bytes:
    """The key of an entry within its source: 16 bytes of blake2b over the first of these that the entry has.

    1. The place's own id; one that is a web address without its scheme, since places that move to https change nothing else.
    2. The canonical address, if it points at more than a home page, with the anchor of its link (`#v1.3`: many items, one page).
    3. The words of the title, folded, and the day (UTC) it was published; where the day is unknown, the text's words.
    4. The words of the text, and the day.

    Texts, counts and times that change do not make another entry, as long as the place says more than those.
    """
    return hashlib.blake2b("\0".join(_chain(entry)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def told_apart(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries of one document, without the id of those that share it with entries of another address and another title.

    Some feeds give every item the id of the feed. Versions of one entry, which Atom allows, share their address or their title and
    keep their id.
    """
    by_guid: dict[str, list[Entry]] = {}
    for one in entries:
        by_guid.setdefault(one.guid, []).append(one)
    if len(by_guid) == len(entries):
        return entries
    shared = {guid for guid, some in by_guid.items() if guid and len(some) > 1 and _are_others(some)}
    return [replace(one, guid="") if one.guid in shared else one for one in entries] if shared else entries


def _are_others(entries: Sequence[Entry]) -> bool:
    addresses = {page for one in entries if (page := canonical(one.url)) and _is_more_than_home(page)}
    return len(addresses) != 1 and len({_words(one.title) for one in entries}) > 1


def _chain(entry: Entry) -> tuple[str, ...]:
    guid = entry.guid.strip()
    if guid:
        return "guid", _SCHEME.sub("", guid, count=1) if _SCHEME.match(guid) else guid
    page = canonical(entry.url)
    if page and _is_more_than_home(page):
        return "url", page, _anchor(entry.link)
    day = entry.published_at.date().isoformat() if entry.published_at else ""
    title = _words(entry.title)
    if title:
        return "title", title, day or _words(entry.text)
    return "text", _words(entry.text), day


def _is_more_than_home(page: str) -> bool:
    split = urlsplit(page)
    return split.path != "/" or bool(split.query)


def _anchor(link: str) -> str:
    """The part of a page a link points at; what trackers write there (`#xtor=RSS-1`, `#:~:text=…`) is none."""
    _, _, anchor = link.strip().partition("#")
    return anchor if _ANCHOR.fullmatch(anchor) else ""


def _words(text: str) -> str:
    return " ".join(_WORDS.findall(fold(text))) or text.strip()
