"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), and a clear line for any other JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from listener.core.errors import ParseError
from listener.core.text import plain, tidy
from listener.core.urls import resolve, safe
from listener.sources.items import Item, Reading, language
from listener.sources.markup import once
from listener.sources.moments import moment

# Programs that keep pages sign them behind the end, whatever the page is.
_REMARKS = re.compile(r"(?<=\})\s*(?:<!--(?:(?!-->).)*+-->\s*)++\Z", re.DOTALL)
_MESSAGES = ("message", "error_description", "detail", "title", "error", "reason")


def parsed_json(text: str) -> object:
    """The value of a JSON document; raises ParseError with the place of its fault."""
    try:
        return json.loads(_REMARKS.sub("", text.lstrip("\ufeff")), parse_constant=lambda _: None)
    except json.JSONDecodeError as fault:
        raise ParseError(f"JSON that cannot be read: {fault.msg} (line {fault.lineno}, column {fault.colno})") from fault
    except (ValueError, RecursionError) as fault:
        raise ParseError(f"JSON that cannot be read: {type(fault).__name__}") from fault


def read_json(value: object, url: str) -> Reading:
    """The items of a JSON Feed found at `url`; raises ParseError when it is none."""
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(items, list) or "jsonfeed.org" not in _said(value, "version"):
        raise ParseError(_not_a_feed(value))
    link = resolve(url, _said(value, "home_page_url"))
    author, spoken = _author(value), language(_said(value, "language"))
    return Reading(items=tuple(_item(one, link or url, author, spoken) for one in items if isinstance(one, dict)), link=link)


def _item(item: Mapping[str, Any], base: str, author: str, spoken: str) -> Item:
    guid = _said(item, "id")
    return Item(
        guid=tidy(guid),
        link=resolve(base, _said(item, "url")) or resolve(base, _said(item, "external_url")) or safe(guid),
        title=_plain(_said(item, "title")),
        text=_plain(_said(item, "content_html")) or _plain(_said(item, "content_text")) or _plain(_said(item, "summary")),
        author=_author(item) or author,
        language=language(_said(item, "language")) or spoken,
        published_at=moment(_said(item, "date_published")) or moment(_said(item, "date_modified")),
    )


def _said(value: Mapping[str, Any], name: str) -> str:
    # Ids are often numbers (1.0 allows it); anything else that is not text is not said.
    found = value.get(name)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) else ""


def _plain(markup: str) -> str:
    return plain(once(markup))


def _author(value: Mapping[str, Any]) -> str:
    authors = value.get("authors")
    for author in [*(authors if isinstance(authors, list) else []), value.get("author")]:
        if isinstance(author, dict) and (name := _plain(_said(author, "name"))):
            return name
    return ""


def _not_a_feed(value: object) -> str:
    if isinstance(value, dict):
        for name in _MESSAGES:
            said = value.get(name)
            inner = said.get("message") if isinstance(said, dict) else said
            if isinstance(inner, str) and inner.strip():
                return f"a JSON answer, not a feed; it says: {tidy(plain(inner))[:160]}"
    return "JSON, but not a JSON Feed"
