"""A real mail server (aiosmtpd) in a process of its own, as it is in life; at the end it says what it took."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from tests.fakes_smtp import SmtpServer


class MailServer:
    """One that runs: its port, and what it has."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.port: int = pipe.recv()

    def end(self) -> tuple[int, list[tuple[str, str]]]:
        """Let it end; how often it was dialled, and (recipient, Message-ID) of each mail that it took."""
        self._pipe.send("end")
        connections, received = self._pipe.recv()
        return connections, received


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Start one."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield MailServer(ours)
    finally:
        ours.close()
        process.join(10)
        process.kill()


def _serve(pipe: Connection) -> None:
    with SmtpServer() as server:
        pipe.send(server.port)
        try:
            pipe.recv()
        except EOFError:
            return
        server.settle()
        pipe.send((server.connections, [(one.recipient, one.mail["Message-ID"]) for one in server.received]))
