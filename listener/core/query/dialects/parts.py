"""A foreign query between reading and our own tree: with its losses still in it, until it is clear what each of them does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from listener.core.query.dialects.lost import Lost, Shift, changed, dropped
from listener.core.query.tree import Node, both, either, near, negated, placed, scoped
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something that our language says as well."""

    node: Node


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that cannot be carried over at all."""

    part: str
    why: str
    column: int


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that is carried over with another meaning; `shift` is what that does to this part alone."""

    inner: Part
    part: str
    why: str
    column: int
    shift: Shift


@dataclass(frozen=True, slots=True)
class All:
    """All of these."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Not this."""

    inner: Part
    column: int


@dataclass(frozen=True, slots=True)
class Close:
    """Two things with at most `within` words between them."""

    left: Part
    right: Part
    within: int
    ordered: bool
    part: str
    column: int


@dataclass(frozen=True, slots=True)
class Scoped:
    """Something sought in one field only."""

    inner: Part
    field: str
    part: str
    column: int


Part: TypeAlias = Leaf | Gone | Changed | All | Some | Without | Close | Scoped


def joined(parts: Sequence[Part], kind: type[All | Some]) -> Part:
    """These parts as one."""
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


class Settler:
    """Take the losses out of a query, and say of each what it does: that depends on what stands around it.

    A part that is dropped goes as if it had not been there; where nothing of a bracket remains, the bracket goes.
    """

    def __init__(self) -> None:
        self.lost: list[Lost] = []

    def settle(self, part: Part, *, negative: bool = False) -> tuple[Node | None, list[Gone]]:
        """What remains, or None with the losses whose effect is still open."""
        if isinstance(part, Leaf):
            return part.node, []
        if isinstance(part, Gone):
            return None, [part]
        if isinstance(part, (All, Some)):
            return self._several(part, negative=negative)
        if isinstance(part, Close):
            return self._close(part, negative=negative)
        node, gone = self.settle(part.inner, negative=negative != isinstance(part, Without))
        if node is None:
            return None, gone
        if isinstance(part, Without):
            return negated(node, part.column), []
        if isinstance(part, Changed):
            self.lost.append(changed(part.part, part.why, part.column, part.shift.under(negative=negative)))
            return node, []
        inside = scoped(node, part.field)
        if inside is None:
            why = f"{part.field}: is left out, since not everything in it can stand there"
            self.lost.append(changed(part.part, why, part.column, Shift.MORE.under(negative=negative)))
        return inside or node, []

    def _several(self, part: All | Some, *, negative: bool) -> tuple[Node | None, list[Gone]]:
        settled = [self.settle(one, negative=negative) for one in part.parts]
        kept = list(dict.fromkeys(node for node, _ in settled if node is not None))
        gone = [one for _, some in settled for one in some]
        if not kept:
            return None, gone
        self._drop(gone, Shift.MORE if isinstance(part, All) else Shift.LESS, negative=negative)
        return (both if isinstance(part, All) else either)(kept), []

    def _close(self, part: Close, *, negative: bool) -> tuple[Node | None, list[Gone]]:
        (left, lost_left), (right, lost_right) = (self.settle(one, negative=negative) for one in (part.left, part.right))
        gone = lost_left + lost_right
        if left is None and right is None:
            return None, gone
        self._drop(gone, Shift.MORE, negative=negative)
        if left is None or right is None:
            return left or right, []
        if placed(left) and placed(right):
            return near(left, right, part.within, ordered=part.ordered), []
        why = "only words, phrases and brackets of OR can be near each other; both must be there, anywhere"
        self.lost.append(changed(part.part, why, part.column, Shift.MORE.under(negative=negative)))
        return both((left, right)), []

    def _drop(self, gone: Sequence[Gone], shift: Shift, *, negative: bool) -> None:
        self.lost += [dropped(one.part, one.why, one.column, shift.under(negative=negative)) for one in gone]
