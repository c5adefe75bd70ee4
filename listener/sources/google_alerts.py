"""The kind `google-alerts`: the Atom feed of a Google Alert, its links unwrapped and its hints of language and country read.

Google searched for the words itself, stems and synonyms too, so an entry is kept even where our own term is absent. The feed
comes without validators (seen in 2018 to 2026), so the fingerprint of its bytes tells whether anything is new.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from listener.core.model import Document, Entry
from listener.core.urls import canonical, host, unwrap
from listener.sources.feed import FeedKind
from listener.sources.items import Item

# The readable part of a small protobuf: alert, top-level domain, language, country ("e8e2df4795dbb317:co.jp:en:JP").
_HINT = re.compile(rb"[0-9a-f]{6,32}:[a-z.]{2,10}:([A-Za-z]{2,3})(?:-[A-Za-z]+)?:([A-Z]{2})\b")


class GoogleAlertsKind(FeedKind):
    """A feed as Google Alerts makes it."""

    adaptive = False

    def entry(self, item: Item, document: Document) -> Entry:
        """One alert, with the address it leads to."""
        link = unwrap(item.link)
        language, country = hints(item.link)
        entry = super().entry(item, document)
        return replace(
            entry,
            link=link,
            url=canonical(link),
            outlet=host(link) or entry.outlet,
            language=language or item.language,
            country=country,
            vouched=True,
        )


def hints(link: str) -> tuple[str, str]:
    """Language and country (ISO 639-1, ISO 3166) from the parameter `cd` of an alert's link; "" for what it does not say."""
    try:
        given = parse_qs(urlsplit(link).query, max_num_fields=50).get("cd", [""])[0][:400]
        # A plus sign in an address reads as a space; some writers use the alphabet that is safe in addresses.
        given = given.translate(str.maketrans(" -_", "++/")).rstrip("=")
        match = _HINT.search(base64.b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, binascii.Error):
        return "", ""
    return (match[1].decode().lower(), match[2].decode()) if match else ("", "")
