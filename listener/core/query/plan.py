"""Queries made ready to be asked of an item: does it hold, by which of its parts, and where."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from listener.core.query.terms import Passage, Sought, Span
from listener.core.query.tree import And, Near, Node, Not, Or, Term, Where, both, either, printed
from listener.core.urls import host, within


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked about: plain text, and what the place says about it ("" where it says nothing).

    `site` is a host name or an address, `language` a code such as `nl` or `nl-BE`.
    """

    title: str
    text: str
    author: str = ""
    url: str = ""
    site: str = ""
    language: str = ""


class Look:
    """One look at an item: its texts, where the terms' anchors are, and the NOTs that were met.

    A thorough look meets every NOT; one that is not skips the branches that cannot hold.
    """

    def __init__(self, item: Item, *, is_thorough: bool) -> None:
        self.is_thorough = is_thorough
        self.title = Passage(item.title)
        self.text = Passage(item.text)
        self.hits: dict[str, dict[int, list[Span]]] = {"title": {}, "text": {}}
        self.excluded: list[str] = []
        self._item = item

    @cached_property
    def author(self) -> Passage:
        """The author's name and handle."""
        return Passage(self._item.author)

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Where the item stands, by its site and by its address."""
        return tuple(filter(None, {host(self._item.site), host(self._item.url)}))

    @cached_property
    def language(self) -> str:
        """The language in lower case, `nl-be`."""
        return self._item.language.lower().replace("_", "-")

    @property
    def seen(self) -> set[int]:
        """The anchors that are somewhere in title or text."""
        return self.hits["title"].keys() | self.hits["text"].keys()

    def places(self, scope: str) -> Iterable[tuple[str, Passage]]:
        """The texts in which a term of this scope is sought, by their names."""
        if scope == "author":
            return (("author", self.author),)
        if scope == "title":
            return (("title", self.title),)
        return (("title", self.title), ("text", self.text))


@dataclass(frozen=True, slots=True)
class Held:
    """That a part of a query holds: the part, without the branches that do not, and where its words stand."""

    node: Node
    spans: tuple[tuple[str, Span], ...] = ()  # in which text, and where


_MOST_SPOTS = 5_000  # NEARs of NEARs of two words that alternate in a long text would stand in more places than memory holds

Spot = tuple[Span, tuple[Span, ...]]  # what something takes up, and the words in it


class Plan(ABC):
    """A part of a query; `needed` are anchors of which at least one is there if it holds, None when it may hold without any."""

    needed: frozenset[int] | None = None

    @abstractmethod
    def held(self, look: Look) -> Held | None:
        """How it holds, or None; notes every NOT that fires."""


class Placed(Plan):
    """A part that has a place in a text, so that something can be near it."""

    @abstractmethod
    def spots(self, look: Look, name: str, passage: Passage) -> list[Spot]:
        """Where it stands in one text."""


class _TermPlan(Placed):
    def __init__(self, term: Term, sought: Sought, anchor: int) -> None:
        self._term = term
        self._sought = sought
        self._anchor = anchor
        self.needed = None if term.field == "author" else frozenset({anchor})

    def held(self, look: Look) -> Held | None:
        found = [(name, span) for name, passage in look.places(self._term.field) for span in self._spans(look, name, passage)]
        return Held(self._term, tuple(found)) if found else None

    def spots(self, look: Look, name: str, passage: Passage) -> list[Spot]:
        return [(span, (span,)) for span in self._spans(look, name, passage)]

    def _spans(self, look: Look, name: str, passage: Passage) -> list[Span]:
        hits = look.hits.get(name)
        return self._sought.spans(passage, None if hits is None else hits.get(self._anchor, ()))


class _WherePlan(Plan):
    def __init__(self, where: Where) -> None:
        self._where = where

    def held(self, look: Look) -> Held | None:
        return Held(self._where) if self._is_true(look) else None

    def _is_true(self, look: Look) -> bool:
        value = self._where.value
        if self._where.field == "site":
            return any(within(name, value) for name in look.hosts)
        if self._where.field == "tld":
            return any(name.endswith(f".{value}") for name in look.hosts)
        return look.language == value or look.language.startswith(f"{value}-")


class _NearPlan(Placed):
    def __init__(self, node: Near, left: Placed, right: Placed) -> None:
        self._node = node
        self._left = left
        self._right = right
        self.needed = None if node.field == "author" else left.needed

    def held(self, look: Look) -> Held | None:
        spans: list[tuple[str, Span]] = []
        for name, passage in look.places(self._node.field):
            spans += [(name, span) for _, words in self.spots(look, name, passage) for span in words]
        return Held(self._node, tuple(dict.fromkeys(spans))) if spans else None

    def spots(self, look: Look, name: str, passage: Passage) -> list[Spot]:
        left, right = (sorted(plan.spots(look, name, passage)) for plan in (self._left, self._right))
        found = self._pairs(passage, left, right)
        if not self._node.ordered:
            found |= self._pairs(passage, right, left)
        return list(found.items())

    def _pairs(self, passage: Passage, first: Sequence[Spot], second: Sequence[Spot]) -> dict[Span, tuple[Span, ...]]:
        starts = [span[0] for span, _ in second]
        found: dict[Span, tuple[Span, ...]] = {}
        for span, words in first:
            for at in range(bisect_left(starts, span[1]), len(second)):
                (start, end), others = second[at]
                if len(found) == _MOST_SPOTS or passage.words_between(span, (start, end)) > self._node.within:
                    break
                found[span[0], end] = words + others
        return found


class _NotPlan(Plan):
    def __init__(self, node: Not, operand: Plan) -> None:
        self._node = node
        self._operand = operand

    def held(self, look: Look) -> Held | None:
        met = len(look.excluded)
        fires = self._operand.held(look) is not None
        del look.excluded[met:]  # a NOT inside a NOT excludes nothing
        if fires:
            look.excluded.append(printed(self._node.operand))
            return None
        return Held(self._node)


class _AndPlan(Plan):
    def __init__(self, parts: Sequence[Plan]) -> None:
        self._parts = parts
        self.needed = min((part.needed for part in parts if part.needed is not None), key=len, default=None)

    def held(self, look: Look) -> Held | None:
        all_held = [part.held(look) for part in self._parts]
        kept = [one for one in all_held if one is not None]
        if len(kept) < len(all_held):
            return None
        present = [one.node for one in kept if not isinstance(one.node, Not)]
        return Held(both(present or [one.node for one in kept]), tuple(span for one in kept for span in one.spans))


class _OrPlan(Placed):
    """Of many terms only those whose anchors are there are looked at."""

    def __init__(self, parts: Sequence[Plan]) -> None:
        self._parts = parts
        self._always = [at for at, part in enumerate(parts) if part.needed is None]
        self._by_anchor: dict[int, list[int]] = {}
        for at, part in enumerate(parts):
            for anchor in part.needed or ():
                self._by_anchor.setdefault(anchor, []).append(at)
        self.needed = None if self._always else frozenset(self._by_anchor)

    def held(self, look: Look) -> Held | None:
        kept = [one for part in self._worthwhile(look) if (one := part.held(look)) is not None]
        return Held(either([one.node for one in kept]), tuple(span for one in kept for span in one.spans)) if kept else None

    def spots(self, look: Look, name: str, passage: Passage) -> list[Spot]:
        return [spot for part in self._parts if isinstance(part, Placed) for spot in part.spots(look, name, passage)]

    def _worthwhile(self, look: Look) -> Sequence[Plan]:
        if look.is_thorough:
            return self._parts
        there = {at for anchor in look.seen & self._by_anchor.keys() for at in self._by_anchor[anchor]}
        return [self._parts[at] for at in sorted(there.union(self._always))]


def planned(node: Node, anchor: Callable[[Term], tuple[Sought, int]]) -> Plan:
    """Make a query's tree ready; `anchor` gives the compiled form of a term, and the number of its anchor."""
    if isinstance(node, Term):
        return _TermPlan(node, *anchor(node))
    if isinstance(node, Where):
        return _WherePlan(node)
    if isinstance(node, Near):
        left, right = planned(node.left, anchor), planned(node.right, anchor)
        assert isinstance(left, Placed)
        assert isinstance(right, Placed)
        return _NearPlan(node, left, right)
    if isinstance(node, Not):
        return _NotPlan(node, planned(node.operand, anchor))
    parts = [planned(part, anchor) for part in node.parts]
    return _AndPlan(parts) if isinstance(node, And) else _OrPlan(parts)


def clauses(held: Held) -> tuple[str, ...]:
    """The parts of the query that caught the item, each in the query's own words."""
    parts = held.node.parts if isinstance(held.node, Or) else (held.node,)
    return tuple(map(printed, parts))


def marked(held: Held, name: str) -> tuple[Span, ...]:
    """Where the words stand in one text, in order; spans that overlap are one."""
    merged: list[Span] = []
    for start, end in sorted({span for where, span in held.spans if where == name}):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
