"""X as the chores see it: look at posts again, and give accounts their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from listener.core.model import Author, Engagement
from listener.core.purchases import Purchases
from listener.sources.means import XAccess
from listener.sources.x_api import Api
from listener.sources.x_ask import Counts, count, look, name
from listener.sources.x_queries import Part, parts_of

# Of the month's budget, for looking again, where the configuration does not say.
_TENTH = 10


class XPlace:
    """One bearer token's X; `countries` are those in which a withheld post is gone for us. Close it."""

    def __init__(self, access: XAccess, purchases: Purchases, *, countries: Collection[str] = (), agent: str = "") -> None:
        self._api = Api(access, purchases, agent=agent)
        self._countries = frozenset(countries)

    def look(self, ids: Sequence[str], now: datetime) -> tuple[Mapping[str, Engagement], Mapping[str, str], int]:
        """Posts that are still there with their counts, those that are gone with why, and micro-dollars; raises SourceError."""
        access = self._api.access
        share = access.monthly // _TENTH if access.recheck is None else access.recheck
        looked = look(self._api, ids, self._countries, now, share=share)
        return looked.there, looked.gone, looked.cost

    def name(self, ids: Sequence[str], now: datetime) -> tuple[Sequence[Author], int]:
        """Accounts with their names, and micro-dollars; raises SourceError."""
        found, cost = name(self._api, ids, now)
        return list(found.values()), cost

    def count(self, source: str, address: str, now: datetime) -> Sequence[tuple[Part, Counts]]:
        """What each query of a source finds in seven days, for one call each; raises SourceError."""
        return [(part, count(self._api, source, part.query, now)) for part in parts_of(address)]

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
