"""All queries asked of one item in one pass: an automaton finds the candidates, the trees decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from listener.core.query.fold import fold
from listener.core.query.parse import Query
from listener.core.query.plan import BREAK, Hit, Item, Look, TermPlan, clauses, marked, planned, proofs
from listener.core.query.terms import FURTHEST, Sign, Sought, Span, is_glue
from listener.core.query.tree import Term

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


class _Taker(NamedTuple):
    """Which queries an anchor wakes up where its surroundings fit: those it proves, and those whose tree must be asked."""

    sign: Sign
    proven: tuple[int, ...]
    asked: tuple[int, ...]


class _Anchor:
    """Who waits for an anchor; phrases by two letters of the word beside it, since many of them share a frequent word."""

    __slots__ = ("after", "anywhere", "before", "next", "previous")

    def __init__(self, takers: Sequence[_Taker]) -> None:
        self.before = all(taker.sign.before for taker in takers)
        self.after = all(taker.sign.after for taker in takers)
        self.anywhere: list[_Taker] = []
        self.next: dict[str, list[_Taker]] = {}
        self.previous: dict[str, list[_Taker]] = {}
        for taker in takers:
            if taker.sign.next:
                self.next.setdefault(taker.sign.next[:2], []).append(taker)
            elif taker.sign.previous:
                self.previous.setdefault(taker.sign.previous[-2:], []).append(taker)
            else:
                self.anywhere.append(taker)

    def followed(self, letters: str, end: int) -> list[_Taker]:
        """Those whose next word begins after this place."""
        at = _letter_after(letters, end)
        short, long = self.next.get(letters[at : at + 1]), self.next.get(letters[at : at + 2])
        if not (short or long):
            return []
        return [taker for taker in (*(short or ()), *(long or ())) if _begins(taker.sign, letters, at)]

    def preceded(self, letters: str, start: int) -> list[_Taker]:
        """Those whose previous word ends before this place."""
        at = _letter_before(letters, start)
        short, long = self.previous.get(letters[max(0, at - 1) : at]), self.previous.get(letters[max(0, at - 2) : at])
        if not (short or long):
            return []
        return [taker for taker in (*(short or ()), *(long or ())) if _ends(taker.sign, letters, at)]


def _begins(sign: Sign, letters: str, at: int) -> bool:
    tail = at + len(sign.next)
    return letters.startswith(sign.next, at) and not (
        sign.is_proof and tail < len(letters) and is_glue(letters[tail - 1]) and is_glue(letters[tail])
    )


def _ends(sign: Sign, letters: str, at: int) -> bool:
    head = at - len(sign.previous)
    return (
        head >= 0
        and letters.startswith(sign.previous, head)
        and not (sign.is_proof and head and is_glue(letters[head]) and is_glue(letters[head - 1]))
    )


class Matcher:
    """One Aho-Corasick automaton over the terms of all queries, and each query's tree behind it.

    Building takes time and memory linear in the terms; an item in which no term occurs costs one pass over its text.
    """

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._anchors: dict[str, int] = {}
        self._terms: dict[Term, TermPlan] = {}
        self._keys = tuple(queries)
        self._numbers = {key: number for number, key in enumerate(self._keys)}
        self._plans = [planned(query.tree, self._term) for query in queries.values()]
        self._always: list[int] = []
        self._takers = [_Anchor(takers) for takers in self._wait(queries)]
        self._automaton = AhoCorasick(list(self._anchors))

    def hits(self, item: Item) -> list[str]:
        """The keys of the queries that hold, in the order they were given; several times faster than their reasons."""
        letters = _letters(item)
        raw = self._automaton.find_matches_as_indexes(letters, overlapping=True)
        if not raw and not self._always:
            return []
        found, asked = self._candidates(letters, raw)
        if asked:
            look = Look(item, letters, raw, is_thorough=False)
            found.update(number for number in asked if self._plans[number].holds(look))
        return [self._keys[number] for number in sorted(found)]

    def match(self, item: Item) -> dict[str, Match]:
        """The queries that hold, in the order they were given, with the reasons."""
        letters = _letters(item)
        raw = self._automaton.find_matches_as_indexes(letters, overlapping=True)
        if not raw and not self._always:
            return {}
        found, asked = self._candidates(letters, raw)
        if not found and not asked:
            return {}
        look = Look(item, letters, raw, is_thorough=False)
        found.update(number for number in asked if self._plans[number].holds(look))
        return {self._keys[number]: self._judged(look, number) for number in sorted(found)}

    def judge(self, item: Item, key: str) -> Match:
        """What one query makes of the item, also when it does not hold: then it names every NOT that fires and what is missing."""
        letters = _letters(item)
        raw = self._automaton.find_matches_as_indexes(letters, overlapping=True)
        return self._judged(Look(item, letters, raw, is_thorough=True), self._numbers[key])

    def _term(self, term: Term) -> TermPlan:
        made = self._terms.get(term)
        if made is None:
            plain = replace(term, field="") if term.field else term
            sought = self._terms[plain].sought if plain in self._terms else Sought(plain)
            in_texts = term.field in {"", "title"}
            anchor = self._anchors.setdefault(sought.anchor, len(self._anchors)) if in_texts else None
            made = self._terms[term] = TermPlan(term, sought, anchor)
        return made

    def _wait(self, queries: Mapping[str, Query]) -> list[list[_Taker]]:
        """For each anchor, who waits for it and how."""
        waiting: list[dict[Sign, tuple[list[int], list[int]]]] = [{} for _ in self._anchors]
        for number, (plan, query) in enumerate(zip(self._plans, queries.values(), strict=True)):
            if plan.needed is None:
                self._always.append(number)
                continue
            enough = proofs(query.tree)
            for term in plan.needed:
                assert term.anchor is not None
                sign = term.sought.sign
                proven, asked = waiting[term.anchor].setdefault(sign, ([], []))
                (proven if sign.is_proof and term.term in enough else asked).append(number)
        return [[_Taker(sign, tuple(proven), tuple(asked)) for sign, (proven, asked) in one.items()] for one in waiting]

    def _candidates(self, letters: str, raw: Sequence[Hit]) -> tuple[set[int], set[int]]:
        """The numbers of the queries that hold whatever their trees say, and of those whose trees must be asked."""
        proven, asked = set[int](), set(self._always)
        last, is_ascii = len(letters), letters.isascii()
        for number, start, end in raw:
            anchor = self._takers[number]
            before = start > 0 and letters[start - 1].isalnum() and (is_ascii or is_glue(letters[start - 1]))
            if before and anchor.before:
                continue
            after = end < last and letters[end].isalnum() and (is_ascii or is_glue(letters[end]))
            if after and anchor.after:
                continue
            takers = anchor.anywhere
            if anchor.next:
                takers = takers + anchor.followed(letters, end)
            if anchor.previous:
                takers = takers + anchor.preceded(letters, start)
            for sign, sure, unsure in takers:
                if not ((before and sign.before) or (after and sign.after)):
                    proven.update(sure)
                    asked.update(unsure)
        return proven, asked - proven

    def _judged(self, look: Look, number: int) -> Match:
        look.excluded.clear()
        look.missing.clear()
        held = self._plans[number].held(look)
        excluded, missing = tuple(dict.fromkeys(look.excluded)), tuple(dict.fromkeys(look.missing))
        if held is None:
            return Match(matched=False, excluded=excluded, missing=missing)
        return Match(True, clauses(held), excluded, marked(held, "title"), marked(held, "text"), missing)


def _letters(item: Item) -> str:
    return f"{fold(item.title)}{BREAK}{fold(item.text)}" if item.title else fold(item.text)


def _letter_after(letters: str, end: int) -> int:
    """Where the first letter or digit stands from here on, as far as a phrase reaches."""
    if letters[end : end + 1] == " " and letters[end + 1 : end + 2].isalnum():
        return end + 1
    for at in range(end, min(end + FURTHEST + 1, len(letters))):
        if letters[at].isalnum():
            return at
        if letters[at] == BREAK:
            break
    return len(letters)


def _letter_before(letters: str, start: int) -> int:
    """Where the last letter or digit before this place ends, as far as a phrase reaches."""
    for at in range(start, max(start - FURTHEST - 1, 0), -1):
        if letters[at - 1].isalnum():
            return at
        if letters[at - 1] == BREAK:
            break
    return 0
