"""Our query in X's operators, as widely as X allows; what it brings is matched here again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from listener.core.errors import QueryError
from listener.core.query.dialects.lost import Lost, Shift, dropped
from listener.core.query.dialects.plain import AnyOf, Engine, Every, Plain, Said, boiled, shown, stands, words_of
from listener.core.query.parse import Query
from listener.core.query.tree import Near, Term, Where

LONGEST = 512  # characters of one query (https://docs.x.com/x-api/posts/search/integrate/build-a-query)
_KEYWORD = re.compile(r"[@#$]?\w+")
_HANDLE = re.compile(r"\w{1,15}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}")


def to_x(query: Query, longest: int = LONGEST) -> tuple[str, list[str], list[Lost]]:
    """The query as one, the queries within X's length that together ask the same, and what they cannot say."""
    plain, lost = boiled(query, Engine("X", _leaf, _near))
    queries, cut = _fitting(plain, query, longest)
    return shown(plain), queries, [*lost, *cut]


def _leaf(node: Term | Where) -> Said:
    return _fact(node) if isinstance(node, Where) else _term(node)


def _fact(node: Where) -> Said:
    if node.field == "lang" and _LANGUAGE.fullmatch(node.value):
        return Said(f"lang:{node.value}", stands=False)
    if node.field == "site":
        return Said(f'url:"{node.value}"', "X has no sites: posts that link to it", Shift.MORE)
    return Said("", f"X has no {node.field}:{node.value}")


def _term(node: Term) -> Said:
    if node.field == "author":
        handle = node.words[0]
        if len(node.words) == 1 and _HANDLE.fullmatch(handle):
            return Said(f"from:{handle}", "from: is the account, not the name shown", Shift.LESS)
        return Said("", "X finds authors by their account only")
    if node.field not in {"", "title"}:
        return Said("", f"X has no {node.field}:")
    runs, has_wild = words_of(node)
    if not runs:
        return Said("", "X has no wildcards")
    run = max(runs, key=len)
    text = run[0] if len(run) == 1 and _KEYWORD.fullmatch(run[0]) else f'"{" ".join(run)}"'
    reasons = []
    if has_wild:
        reasons.append("X has no wildcards: only the other words")
    if node.exact:
        reasons.append("X does not mind the case")
    if node.field:
        reasons.append("posts have no title: anywhere in the post")
    return Said(text, "; ".join(reasons), Shift.MORE if reasons else Shift.SAME)


def _near(node: Near) -> Said:
    return Said("", f"X has no {'O' if node.ordered else ''}NEAR: both anywhere in the post", Shift.MORE)


def _fitting(plain: Plain, query: Query, longest: int) -> tuple[list[str], list[Lost]]:
    """The query in pieces that fit: its alternatives are shared out, and exclusions go when there is nothing else to share."""
    text = shown(plain)
    if len(text) <= longest:
        return [text], []
    if isinstance(plain, AnyOf):
        return _shared_out(plain.parts, query, longest)
    if isinstance(plain, Every):
        groups = [part for part in plain.parts if isinstance(part, AnyOf) and stands(part)]
        if groups:
            widest = max(groups, key=lambda part: len(shown(part)))
            halves = (widest.parts[: len(widest.parts) // 2], widest.parts[len(widest.parts) // 2 :])
            made = [_fitting(_with(plain, widest, half), query, longest) for half in halves]
            return [one for some, _ in made for one in some], _once(one for _, some in made for one in some)
        extra = next((part for part in reversed(plain.parts) if not stands(part)), None)
        if extra is not None:
            part = shown(extra)
            rest = tuple(one for one in plain.parts if one is not extra)
            queries, lost = _fitting(rest[0] if len(rest) == 1 else Every(rest), query, longest)
            why = f"X takes {longest} characters at most, and this did not fit"
            return queries, [dropped(part, why, 1, Shift.MORE), *lost]
    raise QueryError(f"X takes {longest} characters at most, and this cannot be split: {text[:40]}…", query=query.text, column=1)


def _shared_out(parts: tuple[Plain, ...], query: Query, longest: int) -> tuple[list[str], list[Lost]]:
    queries: list[str] = []
    lost: list[Lost] = []
    packed = ""
    for part in parts:
        some, cut = _fitting(part, query, longest)
        lost += cut
        for one in some:
            if packed and len(packed) + len(" OR ") + len(one) <= longest:
                packed = f"{packed} OR {one}"
            else:
                queries += [packed] if packed else []
                packed = one
    return [*queries, packed], _once(lost)


def _with(plain: Every, group: AnyOf, some: tuple[Plain, ...]) -> Every:
    """The same, with only some of a group's alternatives."""
    fewer = some[0] if len(some) == 1 else AnyOf(some)
    parts: list[Plain] = []
    for part in plain.parts:
        chosen = fewer if part is group else part
        parts += chosen.parts if isinstance(chosen, Every) else [chosen]
    return Every(tuple(parts))


def _once(lost: Iterable[Lost]) -> list[Lost]:
    return list(dict.fromkeys(lost))
