"""A small web server on loopback that answers as it is told: well, badly, for ever, or not at all.

    with serving({"/feed": page(b"<rss/>")}) as server:
        ... server.url("/feed") ... server.asked ...

A script is called with the request and the open connection and writes what it likes; when it returns, the connection is closed.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case


@dataclass(slots=True)
class Line:
    """The open connection of one request; `over` is set when the server closes."""

    socket: socket.socket
    over: threading.Event

    def send(self, data: bytes) -> bool:
        """Send some bytes; False when the other side has gone."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return not self.over.is_set()


Script = Callable[[Asked, Line], None]


@dataclass(slots=True)
class Server:
    """A running server: where it is, and what it was asked so far."""

    port: int
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        """The address of a path on this server."""
        return f"http://127.0.0.1:{self.port}{path}"


def page(body: bytes = b"", *, status: int = 200, **headers: str) -> Script:
    """An ordinary answer; `content_type="text/xml"` becomes the header Content-Type."""

    def answer(_: Asked, line: Line) -> None:
        given = {"Content-Length": str(len(body)), "Connection": "close", **_names(headers)}
        line.send(_head(status, given) + body)

    return answer


def in_turn(*scripts: Script) -> Script:
    """Each request its own script; the last one again and again."""
    left = list(scripts)

    def answer(asked: Asked, line: Line) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(asked, line)

    return answer


def conditional(body: bytes, etag: str = '"v1"') -> Script:
    """A page with an ETag: 304 for whoever has it."""

    def answer(asked: Asked, line: Line) -> None:
        known = asked.headers.get("if-none-match") == etag
        (page(status=304, etag=etag) if known else page(body, etag=etag))(asked, line)

    return answer


def raw(data: bytes) -> Script:
    """These very bytes, and then the end."""
    return lambda _, line: (line.send(data), None)[1]


def silent(_: Asked, line: Line) -> None:
    """Take the request and never say a word."""
    line.over.wait()


def endless(_: Asked, line: Line) -> None:
    """A body that never ends, as fast as it is taken."""
    piece = b"10000\r\n" + b"<item/>." * 8192 + b"\r\n"
    going = line.send(_head(200, {"Transfer-Encoding": "chunked"}))
    while going:
        going = line.send(piece)


def stalled(_: Asked, line: Line) -> None:
    """Half a body, and then nothing more."""
    line.send(_head(200, {"Content-Length": "1000"}) + b"<rss>")
    line.over.wait()


def bomb(size: int, encoding: str = "gzip") -> Script:
    """Zeroes without end to whoever unpacks them: `size` bytes in a thousandth of it."""
    packer = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    block = bytes(1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()
    return page(packed, content_encoding=encoding)


@contextlib.contextmanager
def serving(scripts: Mapping[str, Script]) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1 that answers each path by its script, and any other with 404."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = _asked(self.request)
            if asked is None:
                return
            server.asked.append(asked)
            path = asked.path.partition("?")[0]
            scripts.get(path, page(b"not here", status=404))(asked, Line(self.request, over))

    class Threads(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        request_queue_size = 256

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is no news here."""

    with Threads(("127.0.0.1", 0), Handler) as listening:
        server = Server(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            over.set()
            listening.shutdown()
            thread.join()


def _asked(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            piece = connection.recv(65536)
        except OSError:
            return None
        if not piece:
            return None
        data += piece
    first, *lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, path, headers)


def _names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
