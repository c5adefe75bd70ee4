"""A TCP proxy on loopback that delays, cuts, half-closes, stalls or refuses what passes between two who talk."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass
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
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._lines: list[_Line] = []
        # Held while a line is noted and while all are taken to be cut: one noted in the list just taken would be forgotten uncut.
        self._noting = threading.Lock()
        # A byte here ends the waiting at the door.
        self._bell, self._pull = socket.socketpair()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._pull.send(b".")
        self._thread.join(10)
        self.hang_up()
        for one in (self._door, self._bell, self._pull):
            one.close()

    def hang_up(self) -> None:
        """Cut every connection that is open now; returns when that is done."""
        with self._noting:
            lines, self._lines = self._lines, []
        for one in lines:
            one.cut()

    def _accept(self) -> None:
        while True:
            ready, _, _ = select.select([self._door, self._bell], [], [])
            if self._bell in ready:
                return
            client, _ = self._door.accept()
            self.connections += 1
            if self.weather.refuse:
                _reset(client)
                continue
            try:
                server = self._reach()
            except OSError:
                _reset(client)
                continue
            line = _Line(client, server, self.weather)
            with self._noting:
                self._lines.append(line)

    def _reach(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target), timeout=10)
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            server.connect(self._target)
        except OSError:
            server.close()
            raise
        return server


class _Line:
    """One connection, carried both ways by one thread, which alone opens and closes."""

    def __init__(self, client: socket.socket, server: socket.socket, weather: Weather) -> None:
        self._client, self._server, self._weather = client, server, weather
        self._bell, self._pull = socket.socketpair()
        self._passed = {client: 0, server: 0}
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """End it rudely."""
        with contextlib.suppress(OSError):
            self._pull.send(b".")
        self._thread.join(10)
        self._pull.close()

    def _carry(self) -> None:
        carrying = {self._client: self._server, self._server: self._client}
        rude = True
        try:
            while carrying:
                ready, _, _ = select.select([*carrying, self._bell], [], [])
                if self._bell in ready:
                    return
                for source in [one for one in carrying if one in ready]:
                    ended = self._pass_on(source, carrying[source])
                    if ended is None:
                        return
                    if ended:
                        del carrying[source]
            rude = False
        except OSError:
            return
        finally:
            for one in (self._client, self._server):
                if rude:
                    _reset(one)
                else:
                    one.close()
            self._bell.close()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> bool | None:
        """Carry one piece; whether that direction is closed now, None when the whole line is."""
        up, weather = source is self._client, self._weather
        cut = weather.cut_up if up else weather.cut_down
        half = weather.half_up if up else weather.half_down
        stall = None if up else weather.stall_down
        piece = source.recv(65_536)
        if not piece:
            target.shutdown(socket.SHUT_WR)
            return True
        if weather.delay:
            time.sleep(weather.delay)  # what this test's line is made for
        ends = min([one for one in (cut, half, stall) if one is not None], default=None)
        target.sendall(piece if ends is None else piece[: max(ends - self._passed[source], 0)])
        self._passed[source] += len(piece)
        if ends is None or self._passed[source] < ends:
            return False
        if cut is not None:
            return None
        if half is not None:
            target.shutdown(socket.SHUT_WR)
            return True
        return True  # stalled: nothing more is read from here, and nobody is told


def _reset(one: socket.socket) -> None:
    """End a connection as a broken line does: without a goodbye."""
    with contextlib.suppress(OSError):
        if one.family == socket.AF_INET:
            # Linger for no time: what is left unsent is thrown away, and the other side gets a reset.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()
