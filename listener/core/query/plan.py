"""Queries made ready to be asked of an item: does it hold, by which of its parts, and where."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from listener.core.query.terms import Passage, Sought, Span
from listener.core.query.tree import And, Context, Near, Node, Not, Or, Term, Where, both, either, is_language, printed
from listener.core.urls import host, within
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked about: plain text, and what the place says about it ("" where it says nothing).

    `site` is a host name or an address, `language` a code such as `nl` or `nl-BE`, `kind` the name of the kind of source, `outlet`
    who published it, as far as it is known otherwise than by `site` or `url`.
    """

    title: str
    text: str
    author: str = ""
    url: str = ""
    site: str = ""
    language: str = ""
    kind: str = ""
    outlet: str = ""


class Look:
    """One look at an item: its texts, which terms' keys are there, and the NOTs that were met.

    `seen` are the numbers of the keys in title or text. With `has_gap` so many signs stand in a row somewhere that the key of a
    phrase is no proof of it. A thorough look meets every NOT and every missing part; one that is not skips the branches that
    cannot hold.
    """

    def __init__(self, item: Item, title: Passage, text: Passage, seen: set[int], *, is_thorough: bool, has_gap: bool) -> None:
        self.is_thorough = is_thorough
        self.has_gap = has_gap
        self.excluded: list[str] = []
        self.missing: list[str] = []
        self.known: dict[Plan, bool] = {}
        self.seen = seen
        self.title = title
        self.text = text
        self._item = item

    @cached_property
    def author(self) -> Passage:
        """The author's name and handle."""
        return Passage(self._item.author)

    @cached_property
    def outlet(self) -> Passage:
        """Who published it: as it is said, else the site, else the host of the address."""
        return Passage(self._item.outlet or self._item.site or host(self._item.url))

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Where the item stands, by its site and by its address."""
        return tuple(filter(None, {host(self._item.site), host(self._item.url)}))

    @cached_property
    def language(self) -> str:
        """The language in lower case, `nl-be`."""
        return self._item.language.lower().replace("_", "-")

    @property
    def kind(self) -> str:
        """The kind of source in lower case."""
        return self._item.kind.lower()

    def places(self, scope: str) -> Iterable[tuple[str, Passage]]:
        """The texts in which a term of this scope is sought, by their names."""
        if scope == "author":
            return (("author", self.author),)
        if scope == "outlet":
            return (("outlet", self.outlet),)
        if scope == "title":
            return (("title", self.title),)
        return (("title", self.title), ("text", self.text))


@dataclass(frozen=True, slots=True)
class Held:
    """That a part of a query holds: the part, without the branches that do not, and where its words stand."""

    node: Node
    spans: tuple[tuple[str, Span], ...] = ()  # in which text, and where


_MOST_SPOTS = 5_000  # NEARs of NEARs of two words that alternate in a long text would stand in more places than memory holds
_FEW = 8  # parts that are asked one by one sooner than sorted out

Spot = tuple[Span, tuple[Span, ...]]  # what something takes up, and the words in it


class Plan(ABC):
    """A part of a query; `needed` are terms of which at least one is there if it holds, None when it may hold without any."""

    needed: tuple[TermPlan, ...] | None = None

    @abstractmethod
    def holds(self, look: Look) -> bool:
        """Whether it holds; asks no more than it must."""

    @abstractmethod
    def held(self, look: Look) -> Held | None:
        """How it holds, or None; notes every NOT that fires, and every context that is missing."""


class Placed(Plan):
    """A part that has a place in a text, so that something can be near it."""

    @abstractmethod
    def spots(self, look: Look, passage: Passage) -> list[Spot]:
        """Where it stands in one text."""


class TermPlan(Placed):
    """A term; `anchor` is the number of its anchor, None where only the author or the outlet may have it."""

    def __init__(self, term: Term, sought: Sought, anchor: int | None) -> None:
        self.term = term
        self.sought = sought
        self.anchor = anchor
        self.is_phrase = len(term.words) > 1
        # Where its key stands, the term stands; which of title and text has the key is not known.
        self.is_sure = sought.is_sure and not term.field
        if anchor is not None:
            self.needed = (self,)

    def holds(self, look: Look) -> bool:
        """Whether the term is there; asked once for an item, however many queries have it."""
        if self.anchor is not None:
            if self.anchor not in look.seen:
                return False
            if self.is_sure and not (self.is_phrase and look.has_gap):
                return True
        known = look.known.get(self)
        if known is None:
            known = look.known[self] = any(self.sought.is_in(passage) for _, passage in look.places(self.term.field))
        return known

    def held(self, look: Look) -> Held | None:
        """The term with all its places."""
        if self.anchor is not None and self.anchor not in look.seen:
            return None
        found = [(name, span) for name, passage in look.places(self.term.field) for span in passage.places(self.sought)]
        return Held(self.term, tuple(found)) if found else None

    def spots(self, look: Look, passage: Passage) -> list[Spot]:
        """Its places in one text; of the author or the outlet nobody knows which keys are there."""
        if self.anchor not in look.seen and (passage is look.title or passage is look.text):
            return []
        return [(span, (span,)) for span in passage.places(self.sought)]


class _WherePlan(Plan):
    def __init__(self, where: Where) -> None:
        self._where = where

    def holds(self, look: Look) -> bool:
        value = self._where.value
        if self._where.field == "site":
            return any(within(name, value) for name in look.hosts)
        if self._where.field == "tld":
            return any(name.endswith(f".{value}") for name in look.hosts)
        if self._where.field == "kind":
            return look.kind == value
        return look.language == value or look.language.startswith(f"{value}-")

    def held(self, look: Look) -> Held | None:
        return Held(self._where) if self.holds(look) else None


class _NearPlan(Placed):
    def __init__(self, node: Near, left: Placed, right: Placed) -> None:
        self._node = node
        self._left = left
        self._right = right
        self._is_in_texts = node.field in {"", "title"}
        if self._is_in_texts:
            self.needed = _rarest([left, right])

    def holds(self, look: Look) -> bool:
        if self._is_in_texts and not (self._left.holds(look) and self._right.holds(look)):
            return False
        return any(self.spots(look, passage) for _, passage in look.places(self._node.field))

    def held(self, look: Look) -> Held | None:
        spans: list[tuple[str, Span]] = []
        for name, passage in look.places(self._node.field):
            spans += [(name, span) for _, words in self.spots(look, passage) for span in words]
        return Held(self._node, tuple(dict.fromkeys(spans))) if spans else None

    def spots(self, look: Look, passage: Passage) -> list[Spot]:
        left = sorted(self._left.spots(look, passage))
        right = sorted(self._right.spots(look, passage)) if left else []
        if not right:
            return []
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

    def holds(self, look: Look) -> bool:
        return not self._operand.holds(look)

    def held(self, look: Look) -> Held | None:
        excluded, missing = len(look.excluded), len(look.missing)
        fires = self._operand.held(look) is not None
        del look.excluded[excluded:], look.missing[missing:]  # a NOT inside a NOT excludes nothing
        if fires:
            look.excluded.append(printed(self._node.operand))
            return None
        return Held(self._node)


class _AndPlan(Plan):
    def __init__(self, node: And, parts: Sequence[Plan]) -> None:
        self._node = node
        self._parts = parts
        # A name without its context is a near miss, so a context is asked for wherever the name is.
        self.needed = _rarest(parts[:1] if isinstance(node, Context) else parts)

    def holds(self, look: Look) -> bool:
        return all(part.holds(look) for part in self._parts)

    def held(self, look: Look) -> Held | None:
        all_held = [part.held(look) for part in self._parts]
        kept = [one for one in all_held if one is not None]
        if len(kept) < len(all_held):
            self._note(look, all_held)
            return None
        present = [one.node for one in kept if not isinstance(one.node, Not)]
        node = type(self._node)(tuple(present)) if len(present) > 1 and isinstance(self._node, Context) else both(present)
        return Held(
            node if present else both([one.node for one in kept]),
            tuple(span for one in kept for span in one.spans),
        )

    def _note(self, look: Look, all_held: Sequence[Held | None]) -> None:
        """Note what alone keeps the words from counting: their context, or the language."""
        failed = [part for part, held in zip(self._node.parts, all_held, strict=True) if held is None]
        if isinstance(self._node, Context):
            look.missing += map(printed, failed if all_held[0] is not None else [])
        elif len(failed) == 1 and is_language(failed[0]):
            look.missing.append(printed(failed[0]))


class _OrPlan(Placed):
    """Of many terms only those whose anchors are there are looked at."""

    def __init__(self, parts: Sequence[Plan]) -> None:
        self._parts = parts
        self._always = [at for at, part in enumerate(parts) if part.needed is None]
        self._by_anchor: dict[int, list[int]] = {}
        for at, part in enumerate(parts):
            for term in part.needed or ():
                assert term.anchor is not None
                self._by_anchor.setdefault(term.anchor, []).append(at)
        self.needed = None if self._always else tuple(dict.fromkeys(term for part in parts for term in part.needed or ()))

    def holds(self, look: Look) -> bool:
        parts = self._parts if len(self._parts) <= _FEW else self._worthwhile(look)
        return any(part.holds(look) for part in parts)

    def held(self, look: Look) -> Held | None:
        parts = self._parts if look.is_thorough else self._worthwhile(look)
        kept = [one for part in parts if (one := part.held(look)) is not None]
        return Held(either([one.node for one in kept]), tuple(span for one in kept for span in one.spans)) if kept else None

    def spots(self, look: Look, passage: Passage) -> list[Spot]:
        return [spot for part in self._parts if isinstance(part, Placed) for spot in part.spots(look, passage)]

    def _worthwhile(self, look: Look) -> Sequence[Plan]:
        there = {at for anchor in look.seen & self._by_anchor.keys() for at in self._by_anchor[anchor]}
        return [self._parts[at] for at in sorted(there.union(self._always))]


def _rarest(parts: Iterable[Plan]) -> tuple[TermPlan, ...] | None:
    """Of what each part needs, what is likely to be met least; each letter of a key is taken to halve its chance."""
    needs = (part.needed for part in parts if part.needed is not None)
    return min(needs, key=lambda terms: sum(2.0 ** -len(term.sought.key) for term in terms), default=None)


def planned(node: Node, term: Callable[[Term], TermPlan]) -> Plan:
    """Make a query's tree ready; `term` gives the compiled form of a term, the same one for the same term."""
    if isinstance(node, Term):
        return term(node)
    if isinstance(node, Where):
        return _WherePlan(node)
    if isinstance(node, Near):
        left, right = planned(node.left, term), planned(node.right, term)
        assert isinstance(left, Placed)
        assert isinstance(right, Placed)
        return _NearPlan(node, left, right)
    if isinstance(node, Not):
        return _NotPlan(node, planned(node.operand, term))
    parts = [planned(part, term) for part in node.parts]
    return _AndPlan(node, parts) if isinstance(node, And) else _OrPlan(parts)


def proofs(node: Node) -> frozenset[Term]:
    """The terms each of which is enough, by itself and wherever it stands, for the whole query to hold."""
    parts = node.parts if isinstance(node, Or) else (node,)
    return frozenset(part for part in parts if isinstance(part, Term) and not part.field)


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
