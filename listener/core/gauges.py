"""How the whole stands, in numbers for a monitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGauge:
    """One source: when it was last heard, and how many attempts in a row failed since."""

    key: str
    kind: str
    heard_at: datetime | None
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """The numbers; times in seconds. What there is no queue for is None."""

    schema: str
    sources: tuple[SourceGauge, ...]
    late: float  # how long the source that waits longest has been due, and nobody has it
    visits: Mapping[str, int]  # of the last 24 hours, by outcome
    mentions: int  # ever stored
    outbox: Mapping[tuple[str, str], int] = field(default_factory=dict)  # digest or alert, state; what is not sent
    unfilled: int = 0  # mentions that wait for the search index
    jobs: Mapping[str, int] | None = None
    workers: int | None = None
