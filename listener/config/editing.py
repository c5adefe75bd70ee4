"""A brand's page changed from the page: one change at a time, comments and order kept, refused when the file changed meanwhile."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Comment, InlineTable, Item, Table

from listener.config.adding import replace_page
from listener.config.changing import with_query
from listener.config.loading import BRANDS, load
from listener.core.errors import ConfigError, Fault, ListenerError
from listener.core.values import dataclass
from listener.core.wording import worded

try:
    import fcntl
except ImportError:  # pragma: no cover - not on Windows
    fcntl = None  # type: ignore[assignment]

Value = str | int | list[str]


class Stale(ListenerError):
    """The file is another by now than the one that was looked at: nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a brand's page: of its own values (`part` is ""), or of the table called `key` among its `part`.

    A value of None takes a line out. With `add`, the table is new; with `remove`, it goes.
    """

    part: str = ""  # "", "sources" or "digests"
    key: str = ""
    values: Mapping[str, Value | None]
    add: bool = False
    remove: bool = False


def fingerprint(page: Path) -> str:
    """The sha256 of a file, in hexadecimal digits; "" where there is none."""
    try:
        return hashlib.sha256(page.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def change_page(page: Path, seen: str, change: Change, *, environ: Mapping[str, str], kinds: Collection[str]) -> str:
    """Write a change into a brand's page and return its new fingerprint.

    `seen` is the fingerprint of the page that the change was made for. The whole configuration is read with the new page before
    the old one goes, so that what cannot be read is never written. Raises Stale, ConfigError with every fault, ListenerError or
    OSError.
    """
    with _alone(page.parent):
        data = page.read_bytes()
        if hashlib.sha256(data).hexdigest() != seen:
            raise Stale(f"{page} was changed by somebody else")
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        try:
            text = data.removeprefix(mark).decode()
        except UnicodeDecodeError as fault:
            raise ListenerError(worded("the page cannot be read as it stands: {why}", why=worded("it is not UTF-8"))) from fault
        new = mark + with_change(text, change).encode(errors="replace")
        if new != data:
            _check(page, new, environ, kinds)
            replace_page(page, new)
        return hashlib.sha256(new).hexdigest()


def add_page(page: Path, text: str, *, environ: Mapping[str, str], kinds: Collection[str]) -> None:
    """Write the page of a new brand; raises ListenerError where there is one of that name, and ConfigError with every fault."""
    with _alone(page.parent):
        if page.exists():
            raise Stale(f"{page} is there already")
        _check(page, text.encode(), environ, kinds)
        handle, name = tempfile.mkstemp(dir=page.parent, prefix=f".{page.name}.", suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            os.link(name, page)  # never over one that is there
        finally:
            Path(name).unlink(missing_ok=True)


def with_change(text: str, change: Change) -> str:
    """The text of a page with a change in it; raises ListenerError when it cannot be written without changing anything else."""
    try:
        before = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise ListenerError(worded("the page cannot be read as it stands: {why}", why=fault)) from fault
    wanted = _changed(before, change)
    if wanted == before:
        return text
    if not change.part and set(change.values) == {"query"}:
        return with_query(text, str(change.values["query"]))
    try:
        if change.remove and (cut := _cut(text, change.part, _place(before, change))) and tomllib.loads(cut) == wanted:
            return cut
        page = tomlkit.parse(text)
        _write(page, change)
        after = tomlkit.dumps(page)
        after.encode()
        if tomllib.loads(after.replace("\r\n", "\n")) == wanted:
            return after
    except (TOMLKitError, ValueError, TypeError, KeyError, IndexError) as fault:
        raise ListenerError(worded("the change cannot be written into the page: {why}", why=fault)) from fault
    raise ListenerError(worded("the change cannot be written into the page without changing what else it says; make it by hand"))


def _changed(before: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The page's tables as they should be."""
    after = deepcopy(dict(before))
    if not change.part:
        _fill(after, change.values)
        return after
    tables: list[dict[str, Any]] = after.setdefault(change.part, [])
    place = _place(before, change)
    if change.add:
        if place >= 0:
            raise ListenerError(worded("{part}: '{key}' is there already", part=change.part, key=change.key))
        tables.append({"key": change.key})
        _fill(tables[-1], change.values)
    elif place < 0:
        raise Stale(f"{change.part}: there is no '{change.key}' any more")
    elif change.remove:
        del tables[place]
        if not tables:
            del after[change.part]
    else:
        _fill(tables[place], change.values)
    return after


def _place(tables: Mapping[str, Any], change: Change) -> int:
    """Where the table stands among those of its part; -1 where there is none of that key."""
    keys = [table.get("key") for table in tables.get(change.part, [])]
    return keys.index(change.key) if change.key in keys else -1


def _cut(text: str, part: str, place: int) -> str:
    """The text without a table and the comment right above it; "" where it is not written with a heading of its own.

    Guessed from the lines' beginnings: whoever calls reads it back.
    """
    lines = text.splitlines(keepends=True)
    headings = [number for number, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{part}\s*\]\]", line)]
    if place >= len(headings):
        return ""
    start = headings[place]
    end = next((number for number in range(start + 1, len(lines)) if re.match(r"\s*\[", lines[number])), len(lines))
    # A comment right above a heading speaks of what follows it.
    while lines[end - 1].lstrip().startswith("#"):
        end -= 1
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return "".join(lines[:start] + lines[end:])


def _fill(table: dict[str, Any], values: Mapping[str, Value | None]) -> None:
    for name, value in values.items():
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value


def _write(page: tomlkit.TOMLDocument, change: Change) -> None:
    if not change.part:
        _set(page, change.values)
        return
    if change.part not in page:
        page.append(change.part, tomlkit.aot())
    there: Any = page[change.part]
    if change.add:
        _append(there, change)
        return
    place = next(number for number, table in enumerate(there) if table.get("key") == change.key)
    if not change.remove:
        _set(there[place], change.values)
        return
    del there[place]
    if not len(there):
        del page[change.part]


def _append(there: Any, change: Change) -> None:
    values = {"key": change.key, **{name: value for name, value in change.values.items() if value is not None}}
    if isinstance(there, AoT):
        heading = _tail(there[-1]) if len(there) else []
        table = tomlkit.table()
        for name, value in values.items():
            table.add(name, _item(value))
        table.add(tomlkit.nl())
        there.append(table)
        for line in heading:
            there[-1].add(line)
        return
    inline = tomlkit.inline_table()
    for name, value in values.items():
        inline.append(name, _item(value))
    there.append(inline)


def _set(table: tomlkit.TOMLDocument | Table | InlineTable, values: Mapping[str, Value | None]) -> None:
    for name, value in values.items():
        if value is None:
            if name in table:
                table.remove(name)
        elif table.get(name) != value:
            table[name] = _item(value)


def _item(value: Value) -> Item:
    if isinstance(value, list):
        several = len(value) > 2
        array = tomlkit.array()
        array.extend(value)
        return array.multiline(multiline=several)
    return tomlkit.item(value)


def _tail(table: Any) -> list[Comment]:
    """The comment that stands right below a table, taken away from it: it speaks of what follows."""
    body = table.value.body
    taken: list[Comment] = []
    while body and isinstance(body[-1][1], Comment):
        taken.insert(0, body.pop()[1])
    return taken


def _check(page: Path, data: bytes, environ: Mapping[str, str], kinds: Collection[str]) -> None:
    """Read a copy of the whole configuration in which the page is the new one; raises ConfigError with every fault."""
    folder = page.parent.parent
    with tempfile.TemporaryDirectory() as there:
        copy = Path(there) / folder.name
        (copy / BRANDS).mkdir(parents=True)
        for one in (*folder.glob("*.toml"), *(folder / BRANDS).glob("*.toml")):
            shutil.copyfile(one, copy / one.relative_to(folder))
        (copy / BRANDS / page.name).write_bytes(data)
        try:
            load(copy, environ, kinds=kinds)
        except ConfigError as fault:
            faults = [Fault(one.file.replace(f"{there}/", ""), one.where, one.what) for one in fault.faults]
            raise ConfigError(faults) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else of ours writes into the folder meanwhile, in this process or another."""
    if fcntl is None:  # pragma: no cover - not on Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
