"""The world's web: every place's feed and the X API, on one loopback port, at the world's own time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from listener.demo import feeds
from listener.demo.item import Story
from listener.demo.places import PLACES, Form, Place
from listener.demo.x import Answer, Network

_AT_PATH: Mapping[str, Place] = {place.path: place for place in PLACES.values()}
_SORRY = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>Onze site wordt verbouwd.</p></body></html>"
_PATIENCE = 5.0  # seconds a visitor may stay silent


class Web:
    """Serves a story on 127.0.0.1 while it is open; `clock` says what time it is in the world.

    `visits` counts requests, and `unchanged` how many of them were answered 304.
    """

    def __init__(self, story: Story, network: Network, clock: Callable[[], datetime]) -> None:
        self._story = story
        self._network = network
        self._clock = clock
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.visits = 0
        self.unchanged = 0

    @property
    def address(self) -> str:
        """Where it is served, "http://127.0.0.1:PORT"; raises RuntimeError while it is closed."""
        if self._server is None:
            raise RuntimeError("the world's web is closed")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def open(self) -> Self:
        """Start to serve on a port that the system chooses."""
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="demo-web", daemon=True
        )
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop, and wait until every answer is out. Closing twice does nothing."""
        server, self._server = self._server, None
        thread, self._thread = self._thread, None
        if server is not None and thread is not None:
            server.shutdown()
            thread.join()
            server.server_close()

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """What a GET of `target` is answered now."""
        parts = urlsplit(target)
        now = self._clock()
        with self._lock:
            self.visits += 1
            if parts.path.startswith("/2/"):
                asked = dict(parse_qsl(parts.query, keep_blank_values=True))
                return self._network.answer(parts.path, asked, headers.get("Authorization") or "", now)
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


class _Handler(BaseHTTPRequestHandler):
    """Answers one request and hangs up: HTTP/1.0, so that closing the server waits for nobody."""

    timeout = _PATIENCE
    server: _Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._send(self.server.web.answer(self.path, self.headers), body=True)  # type: ignore[arg-type]  # a Message has get()

    def do_HEAD(self) -> None:
        """Answer a HEAD: the same without the body."""
        self._send(self.server.web.answer(self.path, self.headers), body=False)  # type: ignore[arg-type]  # a Message has get()

    def _send(self, answer: Answer, *, body: bool) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the ledger of the listener is what counts."""


class _Server(ThreadingHTTPServer):
    """A server on a port of 127.0.0.1 that the system chooses."""

    daemon_threads = False  # closing waits for the answers that are on their way
    request_queue_size = 128

    def __init__(self, web: Web) -> None:
        self.web = web
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no fault of the world's."""
