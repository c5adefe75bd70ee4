"""A web server in a thread of its own: it answers from the moment `serve` returns until `stop`."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from anyio import to_thread
from starlette.types import ASGIApp

from listener.core.errors import ListenerError

# Pages that are made at once: more than the cores there are only take turns, and then all readers wait as long as the last (ten
# readers and a million mentions on two cores: p95 136 ms with two, 149 with three, 165 with four, 197 with six).
AT_ONCE = 2
# With a database elsewhere a page mostly waits for it, and for a minute when it is away.
AT_ONCE_ELSEWHERE = 8
_GRACE = 5  # seconds that answers under way get when we stop


class Serving:
    """A server that runs; `port` is the real one, also when 0 was asked for. Stopping twice is harmless."""

    def __init__(self, server: uvicorn.Server, listening: socket.socket, host: str, at_once: int) -> None:
        self.host = host
        self._at_once = at_once
        self.port: int = listening.getsockname()[1]
        self._server = server
        self._socket = listening
        self._thread = threading.Thread(target=self._run, name="listener-web", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def alive(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Take no new requests, finish those under way (5 seconds at most), and give the port back."""
        self._server.should_exit = True
        self._thread.join(_GRACE + 2)

    def _run(self) -> None:
        with contextlib.closing(self._socket):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        to_thread.current_default_thread_limiter().total_tokens = self._at_once
        await self._server.serve(sockets=[self._socket])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 8000, *, at_once: int = AT_ONCE) -> Serving:
    """Serve `app` in a background thread, so many pages `at_once`; port 0 takes any free one.

    The socket is bound here, before the thread starts: requests wait in its queue from now on, and a port in use is a
    ListenerError in one line, not a log entry. Raises ListenerError.
    """
    listening = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        # Forwarded headers of just anyone on this machine say nothing about who asks.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    return Serving(uvicorn.Server(config), listening, host, at_once)


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ListenerError(f"port {port} does not exist: choose one from 1024 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as fault:
        raise ListenerError(f"cannot listen on {host}, port {port}: {_reason(fault)}") from fault
    try:
        # A port that was ours a moment ago may be taken again at once; one that somebody listens on may not.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as fault:
        listening.close()
        if fault.errno == errno.EADDRINUSE:
            raise ListenerError(
                f"port {port} on {host} is in use: stop the program that has it (a Listener that runs already?), "
                "or choose another port"
            ) from fault
        if fault.errno == errno.EACCES:
            raise ListenerError(f"port {port} on {host} needs special rights: choose one from 1024 on") from fault
        raise ListenerError(f"cannot listen on {host}, port {port}: {_reason(fault)}") from fault
    return listening


def _reason(fault: OSError) -> str:
    return fault.strerror or str(fault)
