"""What a running Listener lends to its kinds of places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from listener.sources.http import Fetcher
    from listener.sources.items import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class XAccess:
    """How we may use the X API: where it is, our token, and how many US dollars a month (0: never buy)."""

    api_url: str = "https://api.x.com"
    bearer_token: str | None = field(default=None, repr=False)
    monthly_budget: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The shared tools that a kind is equipped with; each takes what it needs.

    `fetcher` asks over HTTP, guarded and politely; `read` reads feeds in a confined process; `spent` says how many US dollars the
    ledger holds for the month of a moment; `user_agent` is how we introduce ourselves.
    """

    fetcher: Fetcher
    read: Callable[[bytes, str, str], Reading]
    x: XAccess | None = None
    spent: Callable[[datetime], float] = lambda _: 0.0
    user_agent: str = ""
