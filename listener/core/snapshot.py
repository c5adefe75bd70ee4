"""A digest as text and back, exactly: the frozen snapshot that the archive keeps and `listener digest --out` writes."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from listener.core.errors import StorageError
from listener.core.report import Digest

VERSION = 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(digest: Digest) -> str:
    """A digest as JSON: `version`, then the fields of `core.report.Digest` by their own names and in their order.

    Dates are ISO 8601, instants carry their offset from UTC, words such as `tone` are those of the enums, and a missing value is
    null. The same digest always gives the same text, which can be written in UTF-8 whatever a feed put into it.
    """
    text = json.dumps({"version": VERSION, **asdict(digest)}, default=_plain, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def from_json(text: str) -> Digest:
    """The digest that `to_json` wrote; keys it does not know are passed over, and missing ones get their default.

    Raises StorageError when the text is not such a digest.
    """
    try:
        found: Digest = _value(Digest, json.loads(text))
    except (ValueError, TypeError) as fault:
        raise StorageError(f"a kept digest cannot be read: {fault}") from fault
    return found


def _plain(value: object) -> str:
    assert isinstance(value, date), value
    return value.isoformat()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _record(kind: Any, raw: Any) -> Any:
    if not isinstance(raw, dict):
        raise TypeError(f"{raw!r} is not a {kind.__name__}")
    return kind(**{one.name: _value(_hints(kind)[one.name], raw[one.name]) for one in fields(kind) if one.name in raw})


def _value(kind: Any, raw: Any) -> Any:
    if get_origin(kind) is UnionType:
        return None if raw is None else _value(get_args(kind)[0], raw)
    if get_origin(kind) is tuple:
        if not isinstance(raw, list):
            raise TypeError(f"{raw!r} is not a list")
        return tuple(_value(get_args(kind)[0], one) for one in raw)
    if is_dataclass(kind):
        return _record(kind, raw)
    if kind in {date, datetime}:
        return kind.fromisoformat(raw)
    if issubclass(kind, Enum):
        return kind(raw)
    if type(raw) is not kind:
        raise TypeError(f"{raw!r} is not {kind.__name__}")
    return raw
