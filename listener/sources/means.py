"""What a running Listener lends to its kinds of places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from listener.core.purchases import Prices, Purchases
from listener.core.values import dataclass

if TYPE_CHECKING:
    from listener.sources.http import Fetcher
    from listener.sources.items import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class XAccess:
    """How we may use the X API: where it is, our token, and what it may cost, in micro-dollars (`monthly` 0: never buy).

    `names` are those that fields are asked by, "tweet" or "post"; `relook` is how far behind the newest post we have everything
    is asked for again, since posts can become searchable late.
    """

    api_url: str = "https://api.x.com"
    bearer_token: str | None = field(default=None, repr=False)
    monthly: int = 0
    daily: int | None = None
    recheck: int | None = None  # of the month, for looking again; None: a tenth of it
    prices: Prices = field(default_factory=Prices)
    names: str = "tweet"
    relook: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The shared tools that a kind is equipped with; each takes what it needs.

    `fetcher` asks over HTTP, guarded and politely; `read` reads feeds in a confined process; `purchases` remembers what was bought;
    `user_agent` is how we introduce ourselves.
    """

    fetcher: Fetcher
    read: Callable[[bytes, str, str], Reading]
    x: XAccess | None = None
    purchases: Purchases | None = None
    user_agent: str = ""
