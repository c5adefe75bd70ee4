"""Why a query does not hold for an item: which of its parts failed, each in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from listener.core.near import Failure
from listener.core.query import Item, Matcher, Query
from listener.core.query.tree import And, Context, Near, Node, Not, Or, Term, Where, printed
from listener.core.urls import host
from listener.core.values import dataclass

__all__ = ["Failure", "Reason", "reasons", "telling"]

_NAMED = 6  # alternatives that are named one by one


@dataclass(frozen=True, slots=True)
class Reason:
    """One part that failed: which, how, and that in words."""

    failure: Failure
    part: str
    words: str


def reasons(query: Query, item: Item) -> tuple[Reason, ...]:
    """What would have to be otherwise for the query to hold, in its own order; none when it holds."""
    return tuple(dict.fromkeys(_failed(query.tree, item)))


def telling(found: tuple[Reason, ...]) -> Reason | None:
    """Of the reasons why a query does not hold the one that says most: an exclusion, then the language, then what is missing."""
    order = {Failure.EXCLUDED: 0, Failure.LANGUAGE: 1}
    return min(found, key=lambda reason: order.get(reason.failure, 2), default=None)


def _holds(node: Node, item: Item) -> bool:
    return Matcher({"": Query("", node)}).judge(item, "").matched


def _failed(node: Node, item: Item) -> Iterator[Reason]:
    if _holds(node, item):
        return
    if isinstance(node, Context) and _holds(node.parts[0], item):
        yield from _alone(node, item)
    elif isinstance(node, And):
        for each in node.parts:
            yield from _failed(each, item)
    elif isinstance(node, Or):
        yield from _no_alternative(node, item)
    elif isinstance(node, Not):
        yield from _excluded(node.operand, item)
    elif isinstance(node, Near):
        yield from _apart(node, item)
    elif isinstance(node, Term):
        yield _absent(node, item)
    else:
        yield _elsewhere(node, item)


def _alone(node: Context, item: Item) -> Iterator[Reason]:
    for each in node.parts[1:]:
        if not _holds(each, item):
            part = printed(each)
            yield Reason(Failure.CONTEXT, part, f"{printed(node.parts[0])} is there, but nothing of its context: {part}")


def _no_alternative(node: Or, item: Item) -> Iterator[Reason]:
    """Alternatives that nearly held say more than a list of all words that are absent."""
    nearly = [part for part in node.parts if _nearly(part, item)]
    if nearly:
        for part in nearly:
            yield from _failed(part, item)
        return
    few = len(node.parts) <= _NAMED
    named = ", ".join(printed(part) for part in node.parts[:_NAMED]) + ("" if few else f" and {len(node.parts) - _NAMED} others")
    yield Reason(Failure.ABSENT, printed(node), f"none of these is there: {named}")


def _nearly(node: Node, item: Item) -> bool:
    """Whether something of it is there: one of its parts, or its words in another way."""
    if isinstance(node, And):
        return any(_holds(part, item) for part in node.parts if not isinstance(part, (Not, Where)))
    if isinstance(node, Near):
        return _holds(node.left, item) and _holds(node.right, item)
    return isinstance(node, Term) and _absent(node, item).failure is not Failure.ABSENT


def _excluded(operand: Node, item: Item) -> Iterator[Reason]:
    if isinstance(operand, Or):
        for each in operand.parts:
            if _holds(each, item):
                yield from _excluded(each, item)
        return
    part = printed(operand)
    yield Reason(Failure.EXCLUDED, f"NOT {part}", f"excluded by NOT {part}: {part} is there")


def _apart(node: Near, item: Item) -> Iterator[Reason]:
    sides = (node.left, node.right)
    if node.field or all(_holds(side, item) for side in sides):
        order = ", in this order" if node.ordered else ""
        words = f"{printed(node)}: not within {node.within} words of each other{order}"
        yield Reason(Failure.APART, printed(node), words)
        return
    for side in sides:
        yield from _failed(side, item)


def _absent(term: Term, item: Item) -> Reason:
    part = printed(term)
    if term.exact and _holds(Term(term.words, field=term.field), item):
        return Reason(Failure.CASE, part, f"{part}: the word is there, in other capitals")
    if term.field and _holds(Term(term.words, term.exact), item):
        return Reason(Failure.ELSEWHERE, part, f"{part}: the word is there, but not in the {term.field}")
    where = f"the {term.field}" if term.field else "title or text"
    return Reason(Failure.ABSENT, part, f"{part}: not in {where}")


def _elsewhere(node: Where, item: Item) -> Reason:
    part = printed(node)
    if node.field == "lang":
        known = f"its language is {item.language}" if item.language else "its language is not known"
        return Reason(Failure.LANGUAGE, part, f"{part}: {known}")
    if node.field not in {"site", "tld"}:
        return Reason(Failure.PLACE, part, f"{part}: it does not say so")
    name = host(item.site) or host(item.url)
    return Reason(Failure.PLACE, part, f"{part}: it stands on {name}" if name else f"{part}: where it stands is not known")
