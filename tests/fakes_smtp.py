"""A real SMTP server on loopback that a test can make refuse, stall and die, and that remembers what it took."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Received:
    """One mail as the server took it: the envelope's addresses and the bytes."""

    sender: str
    recipient: str
    data: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail, read by a parser of its own."""
        return message_from_bytes(self.data, policy=policy.default)


class SmtpServer:
    """An aiosmtpd server in a thread of its own; use it in a `with` block, and read `received` afterwards.

    What a test may set, before or between mails: `replies` maps an address (sender or recipient) or the word "data" to the answer
    it gets ("550 5.1.1 no such user"); `stall` and `die` name the step ("mail", "rcpt", "data": before the answer; "accepted":
    the mail is taken, and the answer never comes) at which the server falls silent or cuts the line. `connections` counts visitors.
    """

    host = HOST

    def __init__(self, *, tls: ssl.SSLContext | None = None, starttls: bool = False, login: tuple[str, str] | None = None) -> None:
        self.received: list[Received] = []
        self.replies: dict[str, str] = {}
        self.stall = ""
        self.die = ""
        self.connections = 0
        self.port = 0
        self._tls = tls
        self._starttls = starttls
        self._login = login
        self._loop = asyncio.new_event_loop()
        self._open: set[_Visitor] = set()
        self._ready = Event()
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the server did not start"
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, as mails."""
        return [one.mail for one in self.received]

    def hang_up(self) -> None:
        """Cut every open line, as a server does with idle visitors; returns when it is done."""

        async def cut() -> None:
            for visitor in list(self._open):
                visitor.cut()
            while self._open:  # noqa: ASYNC110 - the lines close within a turn or two of the loop
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(cut(), self._loop).result(10)

    def settle(self) -> None:
        """Return when every open line has been read to its end: what a dead client sent is still taken."""

        async def quiet() -> None:
            for _ in range(200):
                if not self._open:
                    return
                await asyncio.sleep(0.02)

        asyncio.run_coroutine_threadsafe(quiet(), self._loop).result(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        wrapped = None if self._starttls else self._tls
        server = self._loop.run_until_complete(self._loop.create_server(self._visitor, HOST, 0, ssl=wrapped))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for visitor in list(self._open):
            visitor.cut()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _visitor(self) -> SMTP:
        return _Visitor(
            self,
            enable_SMTPUTF8=False,
            hostname="mail.example.org",
            loop=self._loop,
            tls_context=self._tls if self._starttls else None,
            require_starttls=self._starttls,
            authenticator=self._authenticate if self._login else None,
            auth_require_tls=False,
        )

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, words: Any) -> AuthResult:
        assert isinstance(words, LoginPassword)
        found = (words.login.decode(), words.password.decode())
        return AuthResult(success=found == self._login, handled=False)

    async def _step(self, server: SMTP, step: str, asked: str) -> str:
        """Do at this step what the test wants: stall, die, or the answer that `asked` gets."""
        if self.stall == step:
            await asyncio.Event().wait()
        if self.die == step:
            assert isinstance(server, _Visitor)
            server.cut()
            await asyncio.Event().wait()
        return self.replies.get(asked, "250 2.0.0 OK")

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer the sender's address."""
        if self._login and not session.authenticated:
            return "530 5.7.0 log in first"
        answer = await self._step(server, "mail", address)
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer a recipient's address."""
        answer = await self._step(server, "rcpt", address)
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the mail, unless the test says otherwise."""
        answer = await self._step(server, "data", "data")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            for recipient in envelope.rcpt_tos:
                self.received.append(Received(str(envelope.mail_from), recipient, envelope.content))
        await self._step(server, "accepted", "")
        return answer


class _Visitor(SMTP):
    """One conversation, which its server can find back and cut."""

    def __init__(self, server: SmtpServer, **settings: Any) -> None:
        super().__init__(server, **settings)
        self._server = server

    def cut(self) -> None:
        """End the conversation without a word."""
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._server._open:  # STARTTLS makes the same conversation a second time
            self._server.connections += 1
            self._server._open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._server._open.discard(self)
        # The library parks a reset in a future that nobody reads; a line that we cut ourselves is no news.
        super().connection_lost(None)
