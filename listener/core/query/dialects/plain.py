"""Our query boiled down for engines with less: words and phrases, no NOT before a bracket; wider than ours where it must differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import TypeAlias

from listener.core.errors import QueryError
from listener.core.query.dialects.lost import Lost, Shift, changed, dropped
from listener.core.query.parse import Query
from listener.core.query.tree import And, Near, Node, Not, Or, Term, Where, printed
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One operator of the engine; one that does not stand needs another beside it, as a language does."""

    text: str
    stands: bool = True
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    parts: tuple[Plain, ...]


Plain: TypeAlias = Word | Every | AnyOf


@dataclass(frozen=True, slots=True)
class Said:
    """How the engine says one leaf of our tree, "" when it cannot; `shift` is how that differs from what we mean."""

    text: str
    why: str = ""
    shift: Shift = Shift.SAME
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Engine:
    """What an engine can say: a leaf, and perhaps two things near each other."""

    name: str
    leaf: Callable[[Term | Where], Said]
    near: Callable[[Near], Said]


@dataclass(frozen=True, slots=True)
class _Boiled:
    plain: Plain | None
    gone: tuple[tuple[str, str], ...] = ()  # part and why, while it is open what their absence does
    lost: tuple[Lost, ...] = field(default=())

    @property
    def is_partial(self) -> bool:
        """Whether an alternative is missing, so that it would miss items."""
        return self.plain is not None and bool(self.gone)


def boiled(query: Query, engine: Engine) -> tuple[Plain, list[Lost]]:
    """The query for this engine, and what it could not say; raises QueryError when nothing is left to ask for."""
    return _Boiler(query, engine).run()


def stands(plain: Plain) -> bool:
    """Whether something must be there, so that the engine has something to look for."""
    if isinstance(plain, Word):
        return plain.stands and not plain.negative
    return (any if isinstance(plain, Every) else all)(map(stands, plain.parts))


class _Boiler:
    def __init__(self, query: Query, engine: Engine) -> None:
        self._query = query
        self._engine = engine

    def run(self) -> tuple[Plain, list[Lost]]:
        made = self._boil(self._query.tree, negative=False)
        plain = made.plain
        lost = [*made.lost, *(self._dropped(part, why, Shift.LESS) for part, why in made.gone)]
        if isinstance(plain, AnyOf):
            arms = [arm for arm in plain.parts if stands(arm)]
            why = "it cannot stand alone there"
            lost += [self._dropped(shown(arm), why, Shift.LESS) for arm in plain.parts if not stands(arm)]
            plain = _several(arms, AnyOf) if arms else None
        if plain is None or not stands(plain):
            why = made.gone[0][1] if made.gone else "what remains cannot stand alone there"
            raise QueryError(f"{self._engine.name} has nothing to look for: {why}", query=self._query.text, column=1)
        return plain, sorted(lost, key=lambda one: one.column)

    def _column(self, part: str) -> int:
        """Where a part stands, 1 where it is written otherwise there."""
        return max(self._query.text.find(part), self._query.text.find(part.removeprefix("NOT ").strip("()")), 0) + 1

    def _dropped(self, part: str, why: str, shift: Shift) -> Lost:
        return dropped(part, why, self._column(part), shift)

    def _boil(self, node: Node, *, negative: bool) -> _Boiled:
        if isinstance(node, Not):
            return self._boil(node.operand, negative=not negative)
        if isinstance(node, (And, Or)):
            made = [self._boil(part, negative=negative) for part in node.parts]
            if isinstance(node, And) != negative:
                return self._every(node.parts, made)
            return self._any(node, made, negative=negative)
        if isinstance(node, Near):
            return self._near(node, negative=negative)
        return self._leaf(node, self._engine.leaf(node), negative=negative)

    def _leaf(self, node: Node, said: Said, *, negative: bool) -> _Boiled:
        part = printed(node)
        if not said.text:
            return _Boiled(None, ((f"NOT {part}" if negative else part, said.why),))
        if negative and said.shift is Shift.MORE:  # it would exclude what the query does not
            return _Boiled(None, ((f"NOT {part}", f"{said.why}, so it would exclude too much"),))
        shift = said.shift.under(negative=negative)
        lost = (changed(part, said.why, self._column(part), shift),) if said.why else ()
        return _Boiled(Word(said.text, said.stands, negative), lost=lost)

    def _near(self, node: Near, *, negative: bool) -> _Boiled:
        said = self._engine.near(node)
        if negative:
            why = f"{self._engine.name} cannot exclude two things near each other"
            return self._leaf(node, Said("", why), negative=True)
        if said.text:
            return self._leaf(node, said, negative=False)
        pair = (node.left, node.right)
        sides = self._every(pair, [self._boil(side, negative=False) for side in pair])
        part = printed(node)
        return replace(sides, lost=(*sides.lost, changed(part, said.why, self._column(part), Shift.MORE)))

    def _every(self, nodes: Sequence[Node], made: Sequence[_Boiled]) -> _Boiled:
        """All of these; one that is not whole goes when the others have something to look for: rather too much than too little."""
        lost = [one for each in made for one in each.lost]
        kept = [each for each in made if each.plain is not None]
        if not kept:
            return _Boiled(None, tuple(one for each in made for one in each.gone), tuple(lost))
        lost += [self._dropped(*one, Shift.MORE) for each in made if each.plain is None for one in each.gone]
        whole = [each for each in kept if not each.is_partial]
        if any(each.plain is not None and stands(each.plain) for each in whole):
            lost += [self._bracket(node, each) for node, each in zip(nodes, made, strict=True) if each.is_partial]
            kept = whole
        plains = [each.plain for each in kept if each.plain is not None]
        return _Boiled(_several(plains, Every), tuple(one for each in kept for one in each.gone), tuple(lost))

    def _bracket(self, node: Node, made: _Boiled) -> Lost:
        missing, why = made.gone[0]
        return self._dropped(printed(node), f"{missing}: {why}; the rest of these alternatives alone would miss items", Shift.MORE)

    def _any(self, node: Node, made: Sequence[_Boiled], *, negative: bool) -> _Boiled:
        lost = tuple(one for each in made for one in each.lost)
        gone = tuple(one for each in made for one in each.gone)
        kept = [each.plain for each in made if each.plain is not None]
        if negative and len(kept) < len(made):  # what excludes only both may not become what excludes one
            return _Boiled(None, ((f"NOT {printed(node, 3)}", gone[0][1]),), lost)
        return _Boiled(_several(kept, AnyOf) if kept else None, gone, lost)


def _several(parts: Sequence[Plain], kind: type[Every | AnyOf]) -> Plain:
    flat = [one for part in parts for one in (part.parts if isinstance(part, kind) else (part,))]
    unique = list(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else kind(tuple(unique))


def shown(plain: Plain, *, or_first: bool = False, inside: bool = False) -> str:
    """The query in the engine's words; `or_first` when OR binds before AND there."""
    if isinstance(plain, Word):
        return f"-{plain.text}" if plain.negative else plain.text
    if isinstance(plain, Every):
        words = " ".join(shown(part, or_first=or_first, inside=True) for part in plain.parts)
        return f"({words})" if inside and or_first else words
    words = " OR ".join(shown(part, or_first=or_first, inside=or_first) for part in plain.parts)
    return f"({words})" if inside else words


def words_of(term: Term) -> tuple[list[list[str]], bool]:
    """A term's words without backslashes, in stretches between words with wildcards; and whether there were such words."""
    runs: list[list[str]] = [[]]
    has_wild = False
    for word in term.words:
        bare, is_wild = _bare(word, exact=term.exact)
        if is_wild:
            has_wild = True
            runs.append([])
        else:
            runs[-1].append(bare.replace('"', ""))
    return [run for run in runs if run], has_wild


def _bare(word: str, *, exact: bool) -> tuple[str, bool]:
    signs, is_wild, escaped = [], False, False
    for sign in word:
        if escaped or sign != "\\":
            is_wild = is_wild or (sign in "*?" and not escaped and not exact)
            signs.append(sign)
            escaped = False
        else:
            escaped = True
    return "".join(signs), is_wild
