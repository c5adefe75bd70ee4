"""Sources added to a brand's page, whose comments and order stay as they are; the page is replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Comment, Item

from listener.core.errors import ListenerError
from listener.core.model import Source

_MARK = b"\xef\xbb\xbf"


def add_sources(page: Path, sources: Sequence[Source], comments: Sequence[str]) -> None:
    """Write `sources` into the page behind those that stand there, each under its comment; raises ListenerError or OSError.

    What is written is read back before the old page goes; when it does not say exactly what the old one said and the new
    sources, nothing changes.
    """
    data = page.read_bytes()
    text = data.removeprefix(_MARK).decode()
    after = with_sources(text, sources, comments)
    replace_page(page, (_MARK if data.startswith(_MARK) else b"") + after.encode())


def with_sources(text: str, sources: Sequence[Source], comments: Sequence[str]) -> str:
    """The text of a page with further sources; raises ListenerError when they cannot be written into it."""
    before = tomllib.loads(text.replace("\r\n", "\n"))
    old = before.get("sources", [])
    if not isinstance(old, list):
        raise ListenerError("the sources cannot be written into the page: its own are no list")
    try:
        page = tomlkit.parse(text)
        if "sources" not in page:
            page.append("sources", tomlkit.aot())
        there = page["sources"]
        heading = _heading(there) if isinstance(there, AoT) else []
        for source, comment in zip(sources, comments, strict=True):
            if isinstance(there, AoT):
                there.append(_table(source, comment))
            elif isinstance(there, Array):
                there.append(_inline(source))
        for line in heading:
            there[-1].add(line)
        after = tomlkit.dumps(page)
    except (TOMLKitError, ValueError, TypeError, KeyError) as fault:
        raise ListenerError(f"the sources cannot be written into the page: {fault}") from fault
    new = [{"key": one.key, "kind": one.kind, "address": one.address} for one in sources]
    if tomllib.loads(after.replace("\r\n", "\n")) != {**before, "sources": [*old, *new]}:
        raise ListenerError("the sources cannot be written into the page without changing what it says; add them by hand")
    return after


def _heading(there: AoT) -> list[Item]:
    """The comment that stands right above the table behind the sources, taken away from them: it speaks of what follows."""
    body = there[-1].value.body if len(there) else []
    taken: list[Item] = []
    while body and isinstance(body[-1][1], Comment):
        taken.insert(0, body.pop()[1])
    return taken


def _table(source: Source, comment: str) -> tomlkit.items.Table:
    table = tomlkit.table()
    if line := "".join(sign for sign in comment if sign.isprintable()).strip():
        table.add(tomlkit.comment(line))
    for name in ("key", "kind", "address"):
        table.add(name, getattr(source, name))
    table.add(tomlkit.nl())
    return table


def _inline(source: Source) -> tomlkit.items.InlineTable:
    table = tomlkit.inline_table()
    for name in ("key", "kind", "address"):
        table.append(name, getattr(source, name))
    return table


def replace_page(page: Path, data: bytes) -> None:
    """Put new bytes in a file's place, in one step; a link stays a link to the file it leads to."""
    target = page.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(target.stat().st_mode & 0o7777)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
