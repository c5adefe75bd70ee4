"""Pieces of a long list that fit into one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_LOOK_UP = 500
T = TypeVar("T")


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Pieces small enough for one statement's parameters."""
    return (items[start : start + _LOOK_UP] for start in range(0, len(items), _LOOK_UP))
