"""The newest rows of PostgreSQL's search index that hold what is asked, without looking at all that do.

GIN names every row that holds before one can be shown, and reading a row costs more than naming it; walking from the newest row
finds a common word at once, and a rare one after a million rows. So a stretch of the newest rows is asked first, as long as it must
be for what is known of the words, and PostgreSQL chooses how to look within it. Where too little is found, a longer one is asked.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from listener.storage.bulk import ask

_AMPLE = 2  # times as many rows as would do on the mean
_LEAST = 300  # rows of a stretch
_WIDER = 12  # times as long is the next stretch at most
_STEPPED = 3_000  # rows that are counted off to find where a stretch begins, at 0.1 ms a thousand; of longer ones it is guessed
_SIDE_BY_SIDE = 0.1  # of the texts with two words, those in which they make a phrase
_KNOWN_FOR = 600.0  # seconds that statistics are kept; PostgreSQL renews its own when a tenth of the rows has changed

# Put apart, or PostgreSQL would walk from the newest row whatever is asked.
_HELD = """
WITH held AS MATERIALIZED (SELECT rank FROM search WHERE words @@ ?::tsquery AND rank >= ? AND rank < ?)
SELECT rank FROM held ORDER BY rank DESC LIMIT ?
"""
_BEHIND = "SELECT rank FROM search WHERE rank >= ? AND rank < ? ORDER BY rank DESC OFFSET ? LIMIT 1"
# The commonest tokens, the share of the rows that each has, and behind these the least share that was listed; where rows lie.
_STATISTICS = """
SELECT c.reltuples, w.most_common_elems::text::text[], w.most_common_elem_freqs, r.histogram_bounds::text::bigint[]
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_stats AS w ON w.schemaname = n.nspname AND w.tablename = c.relname AND w.attname = 'words'
LEFT JOIN pg_stats AS r ON r.schemaname = n.nspname AND r.tablename = c.relname AND r.attname = 'rank'
WHERE c.oid = to_regclass('search')
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens of which one must be on a row (`is_any`) or all, in their order."""

    tokens: tuple[str, ...]
    is_any: bool = False
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    at: float
    rows: float
    shares: Mapping[str, float]
    least: float
    bounds: Sequence[int]  # ranks between which there are equally many rows


_KNOWN: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


def newest(connection: Connection, expression: str, parts: Sequence[Part], within: tuple[int, int], limit: int) -> Sequence[int]:
    """The rows `within` [low, high) that hold, the latest said first, at most so many."""
    known = _known(connection)
    low, high = within
    stretch = max(_AMPLE * limit / max(_share(parts, known), 1e-9), _LEAST)
    found: list[int] = []
    while True:
        start = _start(connection, known, (low, high), round(stretch))
        more = [row[0] for row in ask(connection, _HELD, (expression, start, high, limit - len(found)), prepared=False)]
        found += more
        if len(found) == limit or start <= low:
            return found
        # What was found says more than what was known: as long as the rest takes at this rate, or much longer where little was.
        high, stretch = start, stretch * min(_AMPLE * (limit - len(found)) / max(len(more), 1e-9), _WIDER)


def _start(connection: Connection, known: _Known, within: tuple[int, int], stretch: int) -> int:
    """Where so many rows begin that end with the newest `within`; its own beginning where they are most of what there is."""
    low, high = within
    if stretch <= _STEPPED:
        behind = ask(connection, _BEHIND, (low, high, stretch))
        return int(behind[0][0]) if behind else low
    if len(known.bounds) < 2 or stretch > known.rows / 2:
        return low
    place = bisect_left(known.bounds, high) - math.ceil(stretch / known.rows * (len(known.bounds) - 1))
    return max(low, known.bounds[place]) if place > 0 else low


def _share(parts: Sequence[Part], known: _Known) -> float:
    """Which part of the rows may hold."""
    share = 1.0
    for part in parts:
        # A word that is not among the commonest is at most as common as these, and mostly much less.
        some = [known.shares.get(token, known.least / 4) for token in part.tokens]
        if part.is_any:
            share *= min(sum(some), 1.0)
        elif part.is_excluded:
            share *= 1.0 - math.prod(some)
        else:
            share *= math.prod(some) * _SIDE_BY_SIDE ** (len(some) - 1)
    return share


def _known(connection: Connection) -> _Known:
    found = _KNOWN.get(connection.engine)
    if found is None or time.monotonic() > found.at + _KNOWN_FOR:
        ((rows, tokens, shares, bounds),) = ask(connection, _STATISTICS)
        tokens, shares = tokens or [], shares or [1e-3]
        found = _Known(
            at=time.monotonic(),
            rows=max(rows, 1.0),
            shares=dict(zip(tokens, shares, strict=False)),
            least=shares[len(tokens)] if len(tokens) < len(shares) else shares[-1],
            bounds=bounds or [],
        )
        _KNOWN[connection.engine] = found
    return found
