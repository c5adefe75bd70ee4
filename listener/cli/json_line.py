"""One line of JSON lines, as people and other programs write them."""

from __future__ import annotations

import io
import json
import sys
from typing import Any, BinaryIO, NoReturn


def json_object(line: bytes, shape: str) -> dict[str, Any]:
    """The object in a line; raises ValueError with what is wrong with it, and `shape` as what to write instead."""
    try:
        row = json.loads(line.strip().decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except json.JSONDecodeError as fault:
        raise ValueError(f"is not JSON: {fault.msg} at column {fault.colno}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(row, dict):
        raise ValueError(f"is not an object: write {shape}")  # noqa: TRY004 - a fault of the line
    return row


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"is not JSON: {name} is no value")


def given_lines() -> BinaryIO:
    """Standard input; an empty one where a service or a scheduler started us without."""
    return io.BytesIO() if sys.stdin is None else sys.stdin.buffer
