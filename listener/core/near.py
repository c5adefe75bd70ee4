"""Near misses: what has the words of a brand and is kept out by one thing that a person may want to change."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from listener.core.values import dataclass

KEPT = timedelta(days=14)  # how long the archive remembers one
MOST = 5_000  # near misses of one brand; the oldest go first


class Failure(StrEnum):
    """In which way a part of a query failed."""

    EXCLUDED = "excluded"
    ABSENT = "absent"
    APART = "apart"  # both are there, not near enough
    CASE = "case"  # written with other capitals
    ELSEWHERE = "elsewhere"  # in the text, not in the field
    LANGUAGE = "language"
    PLACE = "place"
    CONTEXT = "context"  # the name is there, and not the company in which it counts


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An item that only just is no mention: where it stands, its identity, why not; never who wrote it.

    `identity` is that of its entry (core.identity), `reason` a sentence, `part` the part of the query that stood in the way.
    """

    brand: str
    identity: bytes
    link: str
    failure: Failure
    part: str
    reason: str
    query_version: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNearMiss:
    """A near miss as the archive holds it, with the title of its entry ("" once that is gone)."""

    id: int
    miss: NearMiss
    title: str
