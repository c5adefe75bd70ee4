"""The world's web: every place's feed and the X API, on one loopback port, at the world's own time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from listener.demo import feeds
from listener.demo.item import Story
from listener.demo.places import PLACES, Form, Place
from listener.demo.serving import Answer, Door
from listener.demo.x import Api, Network

_AT_PATH: Mapping[str, Place] = {place.path: place for place in PLACES.values()}
_SORRY = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>Onze site wordt verbouwd.</p></body></html>"


class Web:
    """Serves a story on 127.0.0.1 while it is open; `clock` says what time it is in the world.

    `visits` counts requests, and `unchanged` how many of them were answered 304.
    """

    def __init__(self, story: Story, network: Network, clock: Callable[[], datetime]) -> None:
        self._story = story
        self._x = Api(network, clock)
        self._clock = clock
        self._lock = threading.Lock()
        self._door = Door(self)
        self.visits = 0
        self.unchanged = 0

    @property
    def address(self) -> str:
        """Where it is served, "http://127.0.0.1:PORT"; raises RuntimeError while it is closed."""
        return self._door.address

    def open(self) -> Self:
        """Start to serve on a port that the system chooses."""
        self._door.open()
        return self

    def close(self) -> None:
        """Stop, and wait until every answer is out. Closing twice does nothing."""
        self._door.close()

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """What a GET of `target` is answered now."""
        parts = urlsplit(target)
        now = self._clock()
        with self._lock:
            self.visits += 1
            if parts.path.startswith("/2/"):
                return self._x.answer(target, headers)
            place = _AT_PATH.get(parts.path)
            if place is None:
                return _page(404, "Niet gevonden")
            outage = self._story.outage(place.key, now)
            if outage is not None:
                return _page(outage.status, "Even niet bereikbaar" if outage.status >= 500 else "Niet gevonden")
            answer = self._feed(place, now, headers)
            self.unchanged += answer.status == 304
            return answer

    def _feed(self, place: Place, now: datetime, headers: Mapping[str, str]) -> Answer:
        items = self._story.shown(place.key, now)
        body = feeds.write(place, items)
        sent: dict[str, str] = {}
        if place.etag:
            sent["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        changed = items[0].at if items and place.dated else None
        if changed:
            sent["Last-Modified"] = format_datetime(changed, usegmt=True)
        if place.form is Form.GOOGLE:
            sent |= {
                "Cache-Control": "no-cache, must-revalidate",
                "Expires": "Fri, 01 Jan 1990 00:00:00 GMT",
                "Server": "google_alerts",
            }
        if _has(headers, sent.get("ETag"), changed):
            return Answer(304, b"", sent)
        return Answer(200, body, sent, feeds.media_type(place))


def _has(headers: Mapping[str, str], etag: str | None, changed: datetime | None) -> bool:
    """Whether the visitor has this version already (RFC 9110, 13.2.2: If-None-Match goes before If-Modified-Since)."""
    known = headers.get("If-None-Match")
    if known is not None:
        return etag is not None and etag in {one.strip().removeprefix("W/") for one in known.split(",")}
    since = headers.get("If-Modified-Since")
    if since is None or changed is None:
        return False
    try:
        return changed <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False


def _page(status: int, title: str) -> Answer:
    return Answer(status, _SORRY.format(title).encode(), media_type="text/html; charset=utf-8")
