"""A TCP proxy on loopback that delays, cuts, half-closes, stalls or refuses what passes between two who talk."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What happens to each connection; bytes are counted apart in both directions, None is never.

    `cut_up` and `cut_down` end the connection rudely (RST) once so many bytes have gone to the server, or come from it; `half_up` and
    `half_down` only close that direction then, in order, and let the other go on; `stall_down` lets no more through and keeps quiet.
    """

    delay: float = 0.0  # seconds before each piece
    cut_up: int | None = None
    cut_down: int | None = None
    half_up: int | None = None
    half_down: int | None = None
    stall_down: int | None = None
    refuse: bool = False


FAIR = Weather()


class Proxy:
    """Listens on a port of its own and speaks to `target`: a port of loopback, or the path of a socket. The weather may change."""

    def __init__(self, target: int | str) -> None:
        self._target = target
        self.weather = FAIR
        self.connections = 0
        self._ended = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.hang_up()
        for one in self._threads:
            one.join(10)

    def hang_up(self) -> None:
        """Cut every connection that is open now."""
        for one in list(self._open):
            _cut(one)

    def _begin(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            self.connections += 1
            weather = self.weather
            if weather.refuse:
                _cut(client)
                continue
            try:
                server = self._reach()
            except OSError:
                _cut(client)
                continue
            self._open |= {client, server}
            up = replace(weather, cut_down=None, half_down=None, stall_down=None)
            down = replace(weather, cut_up=None, half_up=None)
            self._begin(self._pump, client, server, up)
            self._begin(self._pump, server, client, down)

    def _reach(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target), timeout=10)
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.connect(self._target)
        return server

    def _pump(self, source: socket.socket, target: socket.socket, weather: Weather) -> None:
        """Carry one direction; `weather` holds what concerns it."""
        cuts = [one for one in (weather.cut_up, weather.cut_down) if one is not None]
        others = [one for one in (weather.half_up, weather.half_down, weather.stall_down) if one is not None]
        passed, ends = 0, min([*cuts, *others], default=None)
        try:
            while not self._ended.is_set() and (piece := source.recv(65_536)):
                if weather.delay:
                    self._ended.wait(weather.delay)
                allowed = piece if ends is None else piece[: max(ends - passed, 0)]
                target.sendall(allowed)
                passed += len(piece)
                if ends is not None and passed >= ends:
                    if weather.stall_down is not None:
                        self._ended.wait(60)
                    if cuts:
                        _cut(source)
                        _cut(target)
                    break
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_WR)
        except OSError:
            _cut(source)
            _cut(target)
        finally:
            self._open -= {source}


def _cut(one: socket.socket) -> None:
    """End a connection as a broken line does: without a goodbye."""
    with contextlib.suppress(OSError):
        # Linger for no time: what is left unsent is thrown away, and the other side gets a reset.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        one.shutdown(socket.SHUT_RDWR) if one.family == socket.AF_UNIX else None
        one.close()
