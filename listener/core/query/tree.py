"""What a query means, as a tree, and its one normal form in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from listener.core.values import dataclass

_SELDOM_BARE = frozenset('()"{}<>: ')
_OPERATORS = ("AND", "OR", "NOT", "NEAR", "ONEAR", "CONTEXT")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words in their order, to be found in title and text, or in one field.

    `words` are written as in a query: `*` and `?` are wildcards, and a backslash makes the next sign an ordinary one.
    """

    words: tuple[str, ...]
    exact: bool = False  # {ING}: the case counts, and there are no wildcards
    field: str = ""  # "", "title", "author" or "outlet"


@dataclass(frozen=True, slots=True)
class Where:
    """A fact about an item that is not in its words: `site:`, `tld:`, `lang:` or `kind:`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Near:
    """Two things with at most `within` words between them; `ordered` when the left one comes first."""

    left: Node
    right: Node
    within: int
    ordered: bool = False
    field: str = ""
    depth: int = dataclasses.field(default=1, compare=False)  # how many stand inside one another


@dataclass(frozen=True, slots=True)
class Not:
    """Everything the operand is not; `column` is where a person wrote it."""

    operand: Node
    column: int = dataclasses.field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of its parts, anywhere in the item; never holds another And."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Context(And):
    """A name that counts only where the other parts are somewhere in the same item: an AND that says which part is the name."""


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of its parts; never holds another Or."""

    parts: tuple[Node, ...]


Node: TypeAlias = Term | Where | Near | Not | And | Or


def both(parts: Iterable[Node]) -> Node:
    """All of these, flat: `a AND (b AND c)` is `a AND b AND c`."""
    flat = tuple(one for part in parts for one in (part.parts if type(part) is And else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def context(name: Node, group: Node) -> Context:
    """The name, where the group is there as well; a second group for the same name joins the first."""
    return Context((*name.parts, group) if isinstance(name, Context) else (name, group))


def either(parts: Iterable[Node]) -> Node:
    """One of these, flat: `a OR (b OR c)` is `a OR b OR c`."""
    flat = tuple(one for part in parts for one in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def negated(node: Node, column: int = 1) -> Node:
    """Not this; twice is not at all."""
    return node.operand if isinstance(node, Not) else Not(node, column)


def near(left: Node, right: Node, within: int, *, ordered: bool) -> Near:
    """These two near each other; counts how many NEARs stand inside one another."""
    return Near(left, right, within, ordered, depth=1 + max(_nearness(left), _nearness(right)))


def _nearness(node: Node) -> int:
    if isinstance(node, Or):
        return max(map(_nearness, node.parts))
    return node.depth if isinstance(node, Near) else 0


def placed(node: Node) -> bool:
    """Whether a part of a query has a place in the text, so that something can be near it."""
    if isinstance(node, Or):
        return all(map(placed, node.parts))
    return isinstance(node, (Term, Near)) and not node.field


def scoped(node: Node, field: str) -> Node | None:
    """The tree with all its words sought in one field; None when some of them have a field already."""
    if isinstance(node, (And, Or)):
        parts = [scoped(part, field) for part in node.parts]
        inside = [part for part in parts if part is not None]
        return type(node)(tuple(inside)) if len(inside) == len(parts) else None
    if isinstance(node, Not):
        operand = scoped(node.operand, field)
        return None if operand is None else Not(operand, node.column)
    if isinstance(node, Where) or node.field:
        return None
    if isinstance(node, Term) and field == "author" and not node.exact:
        words = tuple(word.lstrip("@") or word for word in node.words)
        return replace(node, field=field, words=words)
    return replace(node, field=field)


def unbounded(node: Node) -> Not | None:
    """The NOT because of which the tree would match everything, or None when some word must be there."""
    return _unbounded(node, negative=False)


def _unbounded(node: Node, *, negative: bool, by: Not | None = None) -> Not | None:
    if isinstance(node, Not):
        return _unbounded(node.operand, negative=not negative, by=by or node)
    if isinstance(node, (And, Or)):
        found = [_unbounded(part, negative=negative, by=by) for part in node.parts]
        culprits = [one for one in found if one is not None]
        one_will_do = isinstance(node, And) != negative
        if one_will_do and len(culprits) < len(found):
            return None
        return culprits[0] if culprits else None
    return by if negative else None


def relaxed(node: Node) -> Node:
    """What a query looks for, without what only narrows it down: its NOTs, its contexts and its languages."""
    if isinstance(node, Context):
        return relaxed(node.parts[0])
    if isinstance(node, And):
        kept = [relaxed(part) for part in node.parts if not (isinstance(part, Not) or is_language(part))]
        return both(kept) if kept else node
    return either(map(relaxed, node.parts)) if isinstance(node, Or) else node


def is_language(node: Node) -> bool:
    """Whether it only says in which language an item must be."""
    if isinstance(node, Or):
        return all(map(is_language, node.parts))
    return isinstance(node, Where) and node.field == "lang"


_OR, _AND, _NOT, _CONTEXT, _NEAR, _LEAF = range(6)


def printed(node: Node, inside: int = _OR) -> str:
    """The tree in the query language, in its normal form: parsing that gives the same tree."""
    words, strength = _words(node)
    return f"({words})" if strength < inside else words


def _words(node: Node) -> tuple[str, int]:
    if isinstance(node, Term):
        return _field(node.field) + _term(node), _LEAF
    if isinstance(node, Where):
        return f"{node.field}:{node.value}", _LEAF
    if isinstance(node, Near):
        operator = f"{'O' if node.ordered else ''}NEAR/{node.within}"
        pair = f"{printed(node.left, _NEAR)} {operator} {printed(node.right, _LEAF)}"
        return (f"{node.field}:({pair})", _LEAF) if node.field else (pair, _NEAR)
    if isinstance(node, Not):
        return f"NOT {printed(node.operand, _NOT)}", _NOT
    if isinstance(node, Context):
        return " CONTEXT ".join(printed(part, _NEAR) for part in node.parts), _CONTEXT
    if isinstance(node, And):
        return " AND ".join(printed(part, _NOT) for part in node.parts), _AND
    return " OR ".join(printed(part, _AND) for part in node.parts), _OR


def _field(name: str) -> str:
    return f"{name}:" if name else ""


def _term(term: Term) -> str:
    words = " ".join(term.words)
    if term.exact:
        return f"{{{words}}}"
    bare = not (_SELDOM_BARE & set(words)) and not words.startswith(("-", "+", "!", "~"))
    bare = bare and not words.endswith((",", ";")) and "~" not in words
    bare = bare and words not in _OPERATORS and not words.upper().startswith(("NEAR/", "ONEAR/"))
    return words if bare else f'"{words}"'
