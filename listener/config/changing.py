"""A brand's query changed in its page, whose comments and order stay as they are; the page is replaced whole or not at all."""

from __future__ import annotations

import codecs
import tomllib
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from listener.config.adding import replace_page
from listener.core.errors import ListenerError
from listener.core.wording import worded


def change_query(page: Path, query: str) -> bool:
    """Write a query into a brand's page; False when it says that already. Raises ListenerError or OSError.

    What is written is read back before the old page goes; when anything else in it would change, nothing does.
    """
    data = page.read_bytes()
    text = data.removeprefix(codecs.BOM_UTF8).decode()
    after = with_query(text, query)
    if after == text:
        return False
    replace_page(page, (codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"") + after.encode())
    return True


def with_query(text: str, query: str) -> str:
    """The text of a page with another query; raises ListenerError when it cannot be written into it."""
    before = tomllib.loads(text.replace("\r\n", "\n"))
    if before.get("query") == query:
        return text
    try:
        page = tomlkit.parse(text)
        page["query"] = _written(query)
        after = tomlkit.dumps(page)
        after.encode()
        if tomllib.loads(after.replace("\r\n", "\n")) == {**before, "query": query}:
            return after
    except (TOMLKitError, ValueError, TypeError, KeyError) as fault:
        raise ListenerError(worded("the query cannot be written into the page: {why}", why=fault)) from fault
    raise ListenerError(worded("the query cannot be written into the page without changing what else it says; write it by hand"))


def _written(query: str) -> tomlkit.items.String:
    """As a person would write it: in single quotes, since a query has double ones."""
    lines = query.split("\n")
    if "'" in query or not all(map(str.isprintable, lines)) or (len(lines) > 1 and not lines[0]):
        return tomlkit.string(query)
    return tomlkit.string(query, literal=True, multiline=len(lines) > 1)
