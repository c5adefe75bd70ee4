"""Answers over HTTP on loopback: whatever the demo serves, it serves through this."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Protocol, Self

from listener.core.values import dataclass

_PATIENCE = 5.0  # seconds a visitor may stay silent


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: status, body, and headers beside the usual ones.

    `cut` is how many bytes are sent before the connection ends (None: all of them), `pauses` how many seconds pass before each
    `piece` bytes of the body (0: at once).
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json; charset=utf-8"
    cut: int | None = None
    pauses: float = 0.0
    piece: int = 64


class Site(Protocol):
    """What can be served."""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """What a GET of `target` (path and query) is answered."""
        ...


class Door:
    """Serves a site on 127.0.0.1 while it is open, on a port that the system chooses."""

    def __init__(self, site: Site, name: str = "demo-web") -> None:
        self._site = site
        self._name = name
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """Where it is served, "http://127.0.0.1:PORT"; raises RuntimeError while it is closed."""
        if self._server is None:
            raise RuntimeError("nothing is served: the door is closed")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def open(self) -> Self:
        """Start to serve."""
        self._server = _Server(self._site)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name=self._name, daemon=True
        )
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop, and wait until every answer is out; slow ones end at once. Closing twice does nothing."""
        server, self._server = self._server, None
        thread, self._thread = self._thread, None
        if server is not None and thread is not None:
            server.over.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request and hangs up: HTTP/1.0, so that closing the server waits for nobody."""

    timeout = _PATIENCE
    server: _Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._send(self.server.site.answer(self.path, self.headers), body=True)  # type: ignore[arg-type]  # a Message has get()

    def do_HEAD(self) -> None:
        """Answer a HEAD: the same without the body."""
        self._send(self.server.site.answer(self.path, self.headers), body=False)  # type: ignore[arg-type]  # a Message has get()

    def _send(self, answer: Answer, *, body: bool) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if body:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        sent = answer.body[: answer.cut]
        if not answer.pauses:
            self.wfile.write(sent)
            return
        for start in range(0, len(sent), answer.piece):
            if self.server.over.wait(answer.pauses):
                return
            self.wfile.write(sent[start : start + answer.piece])
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the ledger of the listener is what counts."""


class _Server(ThreadingHTTPServer):
    """A server on a port of 127.0.0.1 that the system chooses."""

    daemon_threads = False  # closing waits for the answers that are on their way
    request_queue_size = 128

    def __init__(self, site: Site) -> None:
        self.site = site
        self.over = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no fault of the world's."""
