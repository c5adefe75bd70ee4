"""E-mail by SMTP: one connection for many mails, and an honest word about each of them."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import Literal, Self

from listener.core.errors import DeliveryError, Overtaken, Refused, Undelivered
from listener.core.failpoint import point
from listener.core.mail import Message
from listener.core.ports import nothing
from listener.delivery.message import address, build, header

# Enhanced status codes that speak of the recipient's address for good (RFC 3463 section 3.2 and RFC 7505): no such mailbox, no such
# domain, no address at all, moved away, and a domain that takes no mail. 5.1.7 and 5.1.8 speak of the sender.
_GONE = re.compile(rb"(?<![\d.])5\.1\.(?:1|2|3|6|10)(?![\d.])")

Tls = Literal["none", "starttls", "tls"]


class SmtpNotifier:
    """Hands mails to one SMTP server (RFC 5321), step by step, so that every failure is known by the step it fell on.

    `tls` is "none", "starttls" (upgrade, or nothing is sent) or "tls" (from the first byte); certificates are checked. `timeout`
    is in seconds, for each answer. Safe to share between threads: they take turns. One connection serves many mails and is made
    anew when the server has dropped it; `close()`, or leaving a `with` block, says goodbye.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: Tls = "none",
        username: str | None = None,
        password: str | None = None,
        timeout: float = 30,
    ) -> None:
        self._host = host
        self._port = port
        self._tls = tls
        self._username = username
        self._password = password
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None
        self._turn = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye to the server; does nothing when there is no connection."""
        with self._turn:
            if self._smtp is not None:
                with suppress(OSError, smtplib.SMTPException):  # a server that is gone already is fine
                    self._smtp.quit()
                self._drop()

    def send(self, message: Message, handing: Callable[[], None] = nothing) -> None:
        """Hand one mail over; when this returns, the server has taken it.

        `handing` is called once, when the server waits for the text and before any of it leaves; when it raises, none does.

        Raises Refused when the server refuses the sender, the recipient or the mail for good (5xx), or an address is none;
        Undelivered when it is worth trying again: with `maybe` when the whole mail was sent and no answer came.
        """
        mail = build(message)
        sender, recipient = address(message.sender).addr_spec, address(message.to).addr_spec
        with self._turn:
            try:
                self._hand_over(sender, recipient, mail, handing)
            except (OSError, smtplib.SMTPException) as fault:
                alone = self._smtp is None  # nobody was there to talk to
                self._drop()
                raise Undelivered(f"{self._place}: {_said(fault)}", everyone=alone) from fault
            except Overtaken:
                self._drop()  # the server waits for a text: only a cut line tells it that none will come
                raise
            except DeliveryError:
                self._reset()  # the next mail must find the conversation at its start
                raise
            except BaseException:
                self._drop()  # the process is ending, and nobody knows at which word of the conversation
                raise

    @property
    def _place(self) -> str:
        return f"{self._host}:{self._port}"

    def _hand_over(self, sender: str, recipient: str, mail: bytes, handing: Callable[[], None]) -> None:
        smtp = self._begin(sender)
        self._expect(smtp.rcpt(recipient), f"the recipient {recipient}", recipient=True)
        smtp.putcmd("data")
        self._expect(smtp.getreply(), "the mail", wanted=354)
        point("smtp.before_data")
        handing()
        # A line that breaks in here has not carried the dot at the end, and without it no server takes a mail.
        smtp.send(_dotted(mail))
        point("smtp.mail_sent")
        try:
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            raise Undelivered(f"{self._place}: no answer after the mail was sent: {_said(fault)}", maybe=True) from fault
        self._expect(answer, "the mail", sent=True)
        point("smtp.after_accept")

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Name the sender, on the connection we have if it still lives."""
        if self._smtp is not None:
            try:
                answer = self._smtp.mail(sender)
            except (OSError, smtplib.SMTPException):
                answer = (421, b"")
            if answer[0] != 421:
                self._take_sender(answer, sender)
                return self._smtp
            self._drop()
        smtp = self._smtp = self._connect()
        self._take_sender(smtp.mail(sender), sender)
        return smtp

    def _take_sender(self, answer: tuple[int, bytes], sender: str) -> None:
        try:
            self._expect(answer, f"the sender {sender}")
        except Refused as fault:
            # Like a refused login it stops every mail, and waits for a person to mend [smtp] sender.
            raise Undelivered(str(fault), everyone=True) from fault

    def _connect(self) -> smtplib.SMTP:
        # smtplib would ask the DNS for our own name, which may take half a minute where there is none.
        here = socket.gethostname()
        named = here if "." in here else "[127.0.0.1]"
        if self._tls == "tls":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, local_hostname=named, timeout=self._timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(self._host, self._port, local_hostname=named, timeout=self._timeout)
        try:
            if self._tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self._username is not None:
                # A refused login stops every mail, so it is no reason to give up one of them: it waits for a person.
                smtp.login(self._username, self._password or "")
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _expect(
        self, answer: tuple[int, bytes], what: str, *, wanted: int = 250, sent: bool = False, recipient: bool = False
    ) -> None:
        code, words = answer
        if code == wanted or (wanted == 250 and code == 251):
            return
        line = f"{self._place}: {what} was not taken: {code} {header(words.decode('utf-8', 'replace'))}"
        if 500 <= code <= 599:
            raise Refused(line, gone=recipient and _GONE.search(words) is not None)
        raise Undelivered(line, maybe=sent and not 400 <= code <= 499)

    def _reset(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _dotted(mail: bytes) -> bytes:
    """The mail as DATA wants it (RFC 5321 section 4.5.2): a leading dot doubled, and a lonely one at the end."""
    dotted = mail.replace(b"\r\n.", b"\r\n..")
    return (b"." if dotted.startswith(b".") else b"") + dotted + b".\r\n"


def _said(fault: BaseException) -> str:
    """What went wrong, in one harmless line."""
    if isinstance(fault, smtplib.SMTPResponseException):
        if fault.smtp_code < 0:
            return "what answers there does not speak SMTP"
        error = fault.smtp_error
        words = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
        return header(f"{fault.smtp_code} {words}")
    return header(str(fault)) or type(fault).__name__
