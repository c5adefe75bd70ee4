"""What each page needs of whoever asks for it: one table, and a page that does not stand in it is refused to everybody."""

from __future__ import annotations

from collections.abc import Mapping

from listener.core.access import Need
from listener.core.values import dataclass

_SMALL, _LARGE = 4096, 65_536


@dataclass(frozen=True, slots=True)
class Rule:
    """What a page needs, and how many bytes may be sent to it.

    `signed`: its address is a signed key, which stands for a form's word. `open`: it is the same for everybody, so nobody looks who
    asks.
    """

    need: Need
    largest: int = _SMALL
    signed: bool = False
    open: bool = False


PUBLIC, READER, EDITOR = Rule(Need.PUBLIC), Rule(Need.READER), Rule(Need.EDITOR, _LARGE)
# A mail's own links: whoever holds one is its reader, without cookie, form or redirect, as RFC 8058 wants it.
SIGNED = Rule(Need.PUBLIC, signed=True, open=True)
OPEN = Rule(Need.PUBLIC, open=True)

RULES: Mapping[str, Rule] = {
    "overview": READER,
    "brand_json": READER,
    "brand": READER,
    "mention_json": READER,
    "mention": READER,
    "mentions_json": READER,
    "mentions": READER,
    "stories_json": READER,
    "stories": READER,
    "themes_json": READER,
    "themes": READER,
    "coverage_json": READER,
    "coverage": READER,
    "digests_json": READER,
    "digests": READER,
    "compare_json": READER,
    "compare": READER,
    "story_json": READER,
    "story": READER,
    "digest_json": READER,
    "digest": READER,
    "document": READER,
    "document_bytes": READER,
    "digest_mail": READER,
    "digest_sheet": READER,
    "sources_json": READER,
    "sources": READER,
    "unsubscribe": SIGNED,
    "preferences": SIGNED,
    "label": SIGNED,
    "evidence": SIGNED,
    "asset": OPEN,
    "healthz": OPEN,
    "sign_in": PUBLIC,
    "sign_out": PUBLIC,
    "welcome": PUBLIC,
    "shared": PUBLIC,
    "shares": EDITOR,
    "revoke": EDITOR,
    "triage": EDITOR,
    "sample": EDITOR,
    "query_progress": EDITOR,
    "query": EDITOR,
    "setup_brand": EDITOR,
    "setup": EDITOR,
    "people": EDITOR,
    "trail": EDITOR,
    "health": EDITOR,
}
