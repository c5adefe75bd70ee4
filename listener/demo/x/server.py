"""An X of one's own on loopback: any client of the X API v2 can be pointed at it.

world = World([Account(id="7", handle="sanne", name="Sanne")])
world.say("7", "Mijn pomp lekt", datetime.now(UTC) - timedelta(minutes=5))
with Door(Api(Network(world, "a-token"))) as door:
    requests.get(f"{door.address}/2/tweets/search/recent", params={"query": "pomp"}, headers={"Authorization": "Bearer a-token"})
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from listener.demo.serving import Answer
from listener.demo.x.network import Network


class Api:
    """A network as a site; `clock` says what time it is there."""

    def __init__(self, network: Network, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.network = network
        self._clock = clock
        self._lock = threading.Lock()

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """What a GET of `target` is answered now; one request at a time."""
        parts = urlsplit(target)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        with self._lock:
            return self.network.answer(parts.path, asked, headers.get("Authorization") or "", self._clock())
