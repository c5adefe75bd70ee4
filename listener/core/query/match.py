"""All queries asked of one item in one pass: an automaton finds the candidates, the trees decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from listener.core.query.parse import Query
from listener.core.query.plan import Item, Look, TermPlan, clauses, marked, planned, proofs
from listener.core.query.terms import FURTHEST, GAP, Passage, Sought, Span
from listener.core.query.tree import Node, Term, relaxed
from listener.core.values import dataclass

__all__ = ["Item", "Match", "Matcher"]


@dataclass(frozen=True, slots=True)
class Match:
    """What one query makes of one item, and why.

    `clauses` are the parts of the query that caught it, without the branches that did not hold; `excluded` the operands of NOT
    that are there; `missing` what alone keeps words that are there from counting: their CONTEXT, or a `lang:`. Spans are
    [start, end) offsets in the item's own title and text, in order and without overlap.
    """

    matched: bool
    clauses: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    title_spans: tuple[Span, ...] = ()
    text_spans: tuple[Span, ...] = ()
    missing: tuple[str, ...] = ()


class _Takers(NamedTuple):
    """Which queries a key wakes up: those that hold wherever it is, and those whose tree must be asked."""

    proven: tuple[int, ...]
    asked: tuple[int, ...]


class Matcher:
    """One Aho-Corasick automaton over the terms of all queries, and each query's tree behind it.

    It runs over the *spaced* text (its words, folded, one space between), and the terms have spaces about them: what it finds are
    whole words. Building takes time and memory linear in the terms; an item in which no term occurs costs one pass over its text.
    With `nearly` it also tells which queries would hold without their NOTs, contexts and languages.
    """

    def __init__(self, queries: Mapping[str, Query], *, nearly: bool = False) -> None:
        self._anchors: dict[bytes, int] = {}
        self._odd: dict[str, int] = {}  # terms of nothing but signs, which a spaced text has not; below zero
        self._phrases: set[int] = set()  # keys of several words
        self._terms: dict[Term, TermPlan] = {}
        self._keys = tuple(queries)
        self._numbers = {key: number for number, key in enumerate(self._keys)}
        trees = [query.tree for query in queries.values()]
        self._bare: dict[int, int] = {}  # the numbers of bare queries, and whose they are
        for number, tree in enumerate(tuple(trees) if nearly else ()):
            bare = relaxed(tree)
            if bare != tree:
                self._bare[len(trees)] = number
                trees.append(bare)
        self._plans = [planned(tree, self._term) for tree in trees]
        self._always: list[int] = []
        self._takers = self._wait(trees)
        self._automaton = BytesAhoCorasick(list(self._anchors))
        self._signs = AhoCorasick(list(self._odd)) if self._odd else None

    def hits(self, item: Item) -> list[str]:
        """The keys of the queries that hold, in the order they were given; several times faster than their reasons."""
        return [self._keys[number] for number in sorted(self._holding(item)[0]) if number not in self._bare]

    def match(self, item: Item) -> dict[str, Match]:
        """The queries that hold, in the order they were given, with the reasons."""
        return self.look(item)[0]

    def look(self, item: Item) -> tuple[dict[str, Match], Sequence[str]]:
        """What `match` gives; and, of a matcher made with `nearly`, the keys of the queries that only just failed.

        They have what they look for; only a NOT, a missing context or the language stands in the way.
        """
        held, look = self._holding(item)
        if not held:
            return {}, ()
        if look is None:
            look = self._looked(item, is_thorough=False)
        matches = {self._keys[number]: self._judged(look, number) for number in sorted(held) if number not in self._bare}
        nearly = (
            [self._keys[whose] for number, whose in self._bare.items() if number in held and whose not in held]
            if self._bare
            else ()
        )
        return matches, nearly

    def judge(self, item: Item, key: str) -> Match:
        """What one query makes of the item, also when it does not hold: then it names every NOT that fires and what is missing."""
        return self._judged(self._looked(item, is_thorough=True), self._numbers[key])

    def _term(self, term: Term) -> TermPlan:
        made = self._terms.get(term)
        if made is None:
            plain = replace(term, field="") if term.field else term
            sought = self._terms[plain].sought if plain in self._terms else Sought(plain)
            made = self._terms[term] = TermPlan(term, sought, self._number(sought) if term.field in {"", "title"} else None)
            if made.is_phrase and made.anchor is not None:
                self._phrases.add(made.anchor)
        return made

    def _number(self, sought: Sought) -> int:
        if sought.key:
            return self._anchors.setdefault(sought.key, len(self._anchors))
        return self._odd.setdefault(sought.anchor, -1 - len(self._odd))

    def _wait(self, trees: Sequence[Node]) -> dict[int, _Takers]:
        """For each key that a query needs, who waits for it and how."""
        waiting: dict[int, tuple[list[int], list[int]]] = {}
        for number, (plan, tree) in enumerate(zip(self._plans, trees, strict=True)):
            if plan.needed is None:
                self._always.append(number)
                continue
            enough = proofs(tree)
            for term in plan.needed:
                assert term.anchor is not None
                waiting.setdefault(term.anchor, ([], []))[not (term.is_sure and term.term in enough)].append(number)
        return {anchor: _Takers(tuple(proven), tuple(asked)) for anchor, (proven, asked) in waiting.items()}

    def _holding(self, item: Item) -> tuple[set[int], Look | None]:
        """The numbers of the queries that hold, and the look that was taken, if one was needed."""
        words, title, text = _words(item)
        raw = self._automaton.find_matches_as_indexes(words, overlapping=True)
        if not (raw or self._always or self._signs):
            return set(), None
        seen = {number for number, _, _ in raw}
        if self._signs is not None:
            seen.update(self._signs_in(title, text))
        proven, asked = set[int](), set(self._always)
        takers = self._takers
        for number in seen & takers.keys():
            sure, unsure = takers[number]
            proven.update(sure)
            asked.update(unsure)
        has_gap = not self._phrases.isdisjoint(seen) and _has_gap(title, text, words)
        if has_gap:
            asked |= proven
            proven.clear()
        asked -= proven
        if not asked:
            return proven, None
        look = Look(item, title, text, seen, is_thorough=False, has_gap=has_gap)
        proven.update(number for number in asked if self._plans[number].holds(look))
        return proven, look

    def _looked(self, item: Item, *, is_thorough: bool) -> Look:
        words, title, text = _words(item)
        seen = {number for number, _, _ in self._automaton.find_matches_as_indexes(words, overlapping=True)}
        seen.update(self._signs_in(title, text))
        return Look(item, title, text, seen, is_thorough=is_thorough, has_gap=_has_gap(title, text, words))

    def _signs_in(self, title: Passage, text: Passage) -> set[int]:
        """The numbers of the terms of nothing but signs that may be in title or text."""
        if self._signs is None:
            return set()
        return {
            -1 - number
            for passage in (title, text)
            for number, _, _ in self._signs.find_matches_as_indexes(passage.letters, overlapping=True)
        }

    def _judged(self, look: Look, number: int) -> Match:
        look.excluded.clear()
        look.missing.clear()
        held = self._plans[number].held(look)
        excluded, missing = tuple(dict.fromkeys(look.excluded)), tuple(dict.fromkeys(look.missing))
        if held is None:
            return Match(matched=False, excluded=excluded, missing=missing)
        return Match(True, clauses(held), excluded, marked(held, "title"), marked(held, "text"), missing)


def _words(item: Item) -> tuple[bytes, Passage, Passage]:
    """The spaced title and text in one, with spaces about them, and what they were made of."""
    title, text = Passage(item.title), Passage(item.text)
    if not item.title:
        return b" %b " % text.spaced(), title, text
    return b" %b \x00 %b " % (title.spaced(), text.spaced()), title, text


def _has_gap(title: Passage, text: Passage, words: bytes) -> bool:
    """Whether more signs stand in a row than the words of a phrase may have between them."""
    if len(title.original) + len(text.original) < FURTHEST or (
        title.original.isascii()
        and text.original.isascii()
        and len(title.original) + len(text.original) - len(words) < FURTHEST - 5
    ):
        return False
    return any(GAP.search(passage.letters) for passage in (title, text))
