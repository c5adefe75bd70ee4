"""A mail server on loopback that delivers every message into a folder, one file for each recipient."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Awaitable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

_UNFIT = re.compile(r"[^a-z0-9@._+-]+")


class PostOffice:
    """Takes mail on 127.0.0.1 while it is open and lays it in `folder` as `NNN-recipient.eml`; numbers go on from what lies there.

    A file is there whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.delivered = 0  # since it opened
        self._number = 0
        self._lock = threading.Lock()
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """Where it listens; 0 while it is closed."""
        return self._server.port if self._server else 0

    def open(self) -> Self:
        """Start to take mail."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._number = max((int(name) for name in self._numbers()), default=0)
        self._server = _Server(self)
        self._server.start()
        return self

    def close(self) -> None:
        """Stop; what was delivered stays. Closing twice does nothing."""
        server, self._server = self._server, None
        if server:
            server.stop()

    def messages(self) -> list[Path]:
        """The files in the mailbox, oldest first."""
        return sorted(self.folder.glob("[0-9]*-*.eml"))

    def deliver(self, recipient: str, content: bytes) -> Path:
        """Lay one message in the folder."""
        with self._lock:
            self._number += 1
            safe = _UNFIT.sub("_", recipient.lower()).strip(".")[:80] or "nobody"
            path = self.folder / f"{self._number:03}-{safe}.eml"
            half = path.with_suffix(".part")
            half.write_bytes(content)
            half.replace(path)
            self.delivered += 1
        return path

    def _numbers(self) -> list[str]:
        return [path.name.split("-", 1)[0] for path in self.folder.glob("[0-9]*-*.eml") if path.name.split("-", 1)[0].isdigit()]

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Handler:
    """What aiosmtpd calls when a message is complete."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's name and signature
        """Deliver to each recipient, then say that it is done."""
        try:
            for recipient in envelope.rcpt_tos:
                self._office.deliver(recipient, envelope.content)
        except OSError as fault:
            return f"452 {os.strerror(fault.errno or 0)}"
        return "250 OK"


class _Server(Controller):
    """aiosmtpd's controller on a port that the system chooses."""

    def __init__(self, office: PostOffice) -> None:
        super().__init__(_Handler(office), hostname="127.0.0.1", port=0, enable_SMTPUTF8=True)

    def _create_server(self) -> Awaitable[Any]:
        # The controller dials its own port to see whether it is up, so it must know the number before it listens.
        listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = listening.getsockname()[1]
        made: Awaitable[Any] = self.loop.create_server(self._factory_invoker, sock=listening)
        return made
