"""Our query in Brandwatch's operators, with brackets wherever different operators meet."""

from __future__ import annotations

from listener.core.errors import QueryError
from listener.core.query.dialects.lost import Lost
from listener.core.query.dialects.parts import All, Gone, Leaf, Part, Settler, Some, Without, joined
from listener.core.query.parse import Query
from listener.core.query.tree import And, Near, Node, Not, Or, Term, Where, printed

_FACTS = {"site": "site", "tld": "topLevelDomain", "lang": "language"}
_FIELDS = frozenset({*_FACTS, "", "title", "author"})


def to_brandwatch(query: Query) -> tuple[str, list[Lost]]:
    """One query for Brandwatch, and what it cannot say."""
    settler = Settler()
    tree, gone = settler.settle(_sayable(query.tree, query.text))
    if tree is None:
        raise QueryError(f"Brandwatch has nothing to look for: {gone[0].why}", query=query.text, column=gone[0].column)
    return _said(tree, inside=False), settler.lost


def _sayable(node: Node, text: str) -> Part:
    if isinstance(node, (And, Or)):
        return joined([_sayable(part, text) for part in node.parts], All if isinstance(node, And) else Some)
    if isinstance(node, Not):
        return Without(_sayable(node.operand, text), node.column)
    if isinstance(node, (Where, Term)) and node.field not in _FIELDS:
        part = printed(node)
        return Gone(part, f"Brandwatch has no {node.field}:", max(text.find(part), 0) + 1)
    if isinstance(node, Term) and any("\\" in word for word in node.words):
        part = printed(node)
        return Gone(part, "Brandwatch cannot look for the signs * ? and quotation marks", max(text.find(part), 0) + 1)
    return Leaf(node)


def _said(node: Node, *, inside: bool) -> str:
    if isinstance(node, Where):
        return f"{_FACTS[node.field]}:{node.value}"
    if isinstance(node, Term):
        field = f"{node.field}:" if node.field else ""
        return field + printed(Term(node.words, node.exact))
    if isinstance(node, Not):
        words = f"NOT {_said(node.operand, inside=True)}"
    elif isinstance(node, Near):
        operator = f"NEAR/{node.within}{'f' if node.ordered else ''}"
        words = f"{_said(node.left, inside=True)} {operator} {_said(node.right, inside=True)}"
        return f"{node.field}:({words})" if node.field else f"({words})" if inside else words
    elif isinstance(node, Or):
        words = " OR ".join(_said(part, inside=True) for part in node.parts)
    else:
        return _all(node, inside=inside)
    return f"({words})" if inside else words


def _all(node: And, *, inside: bool) -> str:
    """All of these; exclusions come last, as NOT stands between two things there."""
    wanted = [part for part in node.parts if not isinstance(part, Not)]
    unwanted = [part.operand for part in node.parts if isinstance(part, Not)]
    words = " AND ".join(_said(part, inside=True) for part in wanted)
    if unwanted:
        excluded = _said(unwanted[0] if len(unwanted) == 1 else Or(tuple(unwanted)), inside=True)
        before = f"({words})" if len(wanted) > 1 else words
        words = f"{before} NOT {excluded}".strip()
    return f"({words})" if inside else words
