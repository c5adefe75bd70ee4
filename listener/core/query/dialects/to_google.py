"""Our query in Google's operators, for a Google Alert; what it brings is matched here again."""

from __future__ import annotations

from listener.core.query.dialects.lost import Lost, Shift
from listener.core.query.dialects.plain import Engine, Said, boiled, shown, words_of
from listener.core.query.parse import Query
from listener.core.query.tree import Near, Term, Where


def to_google(query: Query) -> tuple[str, list[Lost]]:
    """One query for a Google Alert, and what it cannot say."""
    plain, lost = boiled(query, Engine("Google Alerts", _leaf, _near))
    return shown(plain, or_first=True), lost


def _leaf(node: Term | Where) -> Said:
    if isinstance(node, Where):
        if node.field == "site":
            return Said(f"site:{node.value}")
        if node.field == "tld":
            return Said(f"site:.{node.value}")
        if node.field == "lang":
            return Said("", f"an alert's language is set in its options: choose {node.value} there")
        return Said("", f"Google Alerts has no {node.field}:")
    if node.field not in {"", "title"}:
        return Said("", f"Google Alerts has no {node.field}:")
    runs, has_wild = words_of(node)
    if not runs:
        return Said("", "Google Alerts has no wildcards; it finds some other forms of a word by itself")
    run = max(runs, key=len)
    text = run[0] if len(run) == 1 and run[0].isalnum() else f'"{" ".join(run)}"'
    reasons = []
    if has_wild:
        reasons.append("Google Alerts has no wildcards: only the other words")
    if node.exact:
        reasons.append("Google Alerts does not mind the case")
    where = "intitle:" if node.field else ""
    return Said(f"{where}{text}", "; ".join(reasons), Shift.MORE if reasons else Shift.SAME)


def _near(node: Near) -> Said:
    sides = [_leaf(side) if isinstance(side, Term) else Said("") for side in (node.left, node.right)]
    if node.field or not all(side.text and not side.why for side in sides):
        return Said("", "AROUND stands between two words only: both anywhere", Shift.MORE)
    text = f"({sides[0].text} AROUND({node.within}) {sides[1].text})"  # OR would take one of the two away
    return Said(text, "AROUND minds no order", Shift.MORE) if node.ordered else Said(text)
