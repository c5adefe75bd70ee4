"""The queries that a source asks X: its address as it stands, or said in X's operators and split to X's length."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

from listener.core.errors import AccessDenied, QueryError
from listener.core.query import parse_query
from listener.core.query.dialects.to_x import LONGEST, to_x
from listener.core.values import dataclass

# What only our own query language says. X would take AND and NOT for words, and has no wildcards, NEAR or {exact} words.
_OURS = re.compile(
    r"\bO?NEAR/\d|\b(?:AND|NOT)\b|[\w\"]\*|\*\w|[{}]|\b(?:title|author|site|source|outlet|kind|language):", re.UNICODE
)
# What only X says.
_THEIRS = re.compile(
    r"(?:^|[\s(])-\S|\b(?:from|to|url|is|has|conversation_id|in_reply_to_tweet_id|retweets_of|quotes_of_tweet_id|list):"
)
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One query of at most 512 characters; `key` names it in the ledger, `wider` says that it brings more than was asked."""

    key: str
    query: str
    wider: bool = False


@lru_cache(maxsize=256)
def parts_of(address: str, longest: int = LONGEST) -> Sequence[Part]:
    """The queries that together ask X for an address; raises AccessDenied when they cannot be said.

    What X understands as it stands is asked as it stands. What is in our own query language, or too long, is said in X's
    operators, as widely as X allows; then what comes is matched here again.
    """
    said = " ".join(address.split())
    ours = _OURS.search(_QUOTED.sub('""', said)) is not None or re.search(r'"[^"]*\*[^"]*"', said) is not None
    if not ours:
        alternatives = [said] if len(said) <= longest else _packed(_alternatives(said), longest)
        if all(len(one) <= longest for one in alternatives):
            return tuple(Part(key=_key(one), query=one) for one in alternatives)
        if _THEIRS.search(_QUOTED.sub('""', said)):
            raise AccessDenied(f"X takes {longest} characters at most, and this query cannot be split: make several sources of it")
    try:
        _, queries, lost = to_x(parse_query(said), longest)
    except QueryError as fault:
        raise AccessDenied(f"X: the query of this source cannot be asked: {fault.what}") from fault
    if not all(queries):
        raise AccessDenied("X: nothing of this source's query can be said in X's operators; change its address")
    return tuple(Part(key=_key(one), query=one, wider=bool(lost)) for one in queries)


def _alternatives(said: str) -> list[str]:
    """What stands between the ORs that no bracket or quotation mark encloses: there X's AND binds before OR."""
    found, depth, quoted = [""], 0, False
    for word in re.split(r"(\s+)", said):
        if word == "OR" and not depth and not quoted:
            found.append("")
            continue
        for sign in word:
            quoted ^= sign == '"'
            depth += 0 if quoted else (sign == "(") - (sign == ")")
        found[-1] += word
    return [one.strip() for one in found]


def _packed(alternatives: Sequence[str], longest: int) -> list[str]:
    packed: list[str] = []
    for one in alternatives:
        if packed and len(packed[-1]) + len(" OR ") + len(one) <= longest:
            packed[-1] += f" OR {one}"
        else:
            packed.append(one)
    return packed


def _key(query: str) -> str:
    return hashlib.blake2b(query.encode(), digest_size=6).hexdigest()
