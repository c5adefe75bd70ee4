"""Looking for mentions by words and filters: the search index says which, the rows say what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from listener.core.finding import Wanted
from listener.core.kept import KeptMention
from listener.storage import tables as t
from listener.storage.derived import facets_of
from listener.storage.engine import reading
from listener.storage.labels import with_labels
from listener.storage.rows import kept_mentions
from listener.storage.search import Question, hits, mention_of, question

_FEW = 200  # hits of words that are looked at one by one, some 10 µs each, rather than laid beside a list of millions


class FindingStore:
    """Looking for mentions, in SQL."""

    _engine: Engine

    def find(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, limit: int = 50) -> Sequence[KeptMention]:
        """What is wanted, newest said first, and within one second the latest stored first.

        While an older archive is being taken up (`listener db upgrade`), what still waits is not found.
        """
        found: list[KeptMention] = []
        with reading(self._engine) as connection:
            asked = question(connection, wanted, before)
            while asked is not None and len(found) < limit:
                missing = limit - len(found)
                rows = _hits(connection, asked, missing)
                ids = [mention_of(one) for one in rows]
                known = {one.id: one for one in with_labels(connection, kept_mentions().where(t.mention.c.id.in_(ids)))}
                # A row whose mention is gone cannot be, unless somebody wrote to the database by hand: it must not end the list.
                found += [known[one] for one in ids if one in known]
                asked = replace(asked, high=rows[-1]) if len(rows) == missing and len(found) < limit else None
        return found

    def count_found(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, at_most: int = 1_000) -> int:
        """How many there are of what is wanted, counted no further than `at_most`."""
        with reading(self._engine) as connection:
            asked = question(connection, wanted, before)
            return 0 if asked is None else len(_hits(connection, asked, at_most))


def _hits(connection: Connection, asked: Question, limit: int) -> Sequence[int]:
    """The rows that hold, the latest said first; where the words alone have few hits, by looking at each of these."""
    if asked.words:
        few = hits(connection, replace(asked, expression=asked.words), _FEW + 1)
        if len(few) <= _FEW:
            facets = facets_of(connection, [mention_of(one) for one in few])
            return [one for one in few if _holds(asked, facets.get(one, frozenset()))][:limit]
    return hits(connection, asked, limit)


def _holds(asked: Question, facets: frozenset[str]) -> bool:
    return all(not facets.isdisjoint(some) for some in asked.filters)
