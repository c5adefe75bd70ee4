"""All queries asked of one item in one pass: an automaton finds the candidates, the trees decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from listener.core.query.parse import Query
from listener.core.query.plan import Item, Look, Plan, clauses, marked, planned
from listener.core.query.terms import Sought, Span
from listener.core.query.tree import Term

__all__ = ["Item", "Match", "Matcher"]


@dataclass(frozen=True, slots=True)
class Match:
    """What one query makes of one item, and why.

    `clauses` are the parts of the query that caught it, without the branches that did not hold; `excluded` the operands of NOT
    that are there. Spans are [start, end) offsets in the item's own title and text, in order and without overlap.
    """

    matched: bool
    clauses: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    title_spans: tuple[Span, ...] = ()
    text_spans: tuple[Span, ...] = ()


class Matcher:
    """One Aho-Corasick automaton over the terms of all queries, and each query's tree behind it.

    Building takes time and memory linear in the terms; an item in which no term occurs costs one pass over its text.
    """

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._anchors: dict[str, int] = {}
        self._sought: dict[Term, Sought] = {}
        self._plans = {key: planned(query.tree, self._anchored) for key, query in queries.items()}
        self._order = {key: at for at, key in enumerate(self._plans)}
        self._always: set[str] = set()
        self._waiting: dict[int, list[str]] = {}  # anchor -> the queries that may hold when it is there
        for key, plan in self._plans.items():
            self._wait(key, plan)
        self._automaton = AhoCorasick(list(self._anchors))

    def match(self, item: Item) -> dict[str, Match]:
        """The queries that hold, in the order they were given, with the reasons."""
        look = self._look(item, is_thorough=False)
        keys = {key for anchor in look.seen for key in self._waiting.get(anchor, ())} | self._always
        found = ((key, self._judged(look, key)) for key in sorted(keys, key=self._order.__getitem__))
        return {key: match for key, match in found if match.matched}

    def judge(self, item: Item, key: str) -> Match:
        """What one query makes of the item, also when it does not hold: then `excluded` names every NOT that fires."""
        return self._judged(self._look(item, is_thorough=True), key)

    def _wait(self, key: str, plan: Plan) -> None:
        if plan.needed is None:
            self._always.add(key)
            return
        for anchor in plan.needed:
            self._waiting.setdefault(anchor, []).append(key)

    def _anchored(self, term: Term) -> tuple[Sought, int]:
        plain = Term(term.words, term.exact)
        sought = self._sought.get(plain)
        if sought is None:
            sought = self._sought[plain] = Sought(plain)
        return sought, self._anchors.setdefault(sought.anchor, len(self._anchors))

    def _look(self, item: Item, *, is_thorough: bool) -> Look:
        look = Look(item, is_thorough=is_thorough)
        for name, passage in look.places(""):
            hits = look.hits[name]
            for anchor, start, end in self._automaton.find_matches_as_indexes(passage.letters, overlapping=True):
                hits.setdefault(anchor, []).append((start, end))
        return look

    def _judged(self, look: Look, key: str) -> Match:
        look.excluded.clear()
        held = self._plans[key].held(look)
        excluded = tuple(dict.fromkeys(look.excluded))
        if held is None:
            return Match(matched=False, excluded=excluded)
        return Match(True, clauses(held), excluded, marked(held, "title"), marked(held, "text"))
