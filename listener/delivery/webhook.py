"""A signed JSON webhook: one POST, no redirect, to the address that was judged and no other.

The signature is HMAC-SHA256 with a shared secret over "TIMESTAMP.BODY", in `X-Listener-Signature: t=TIMESTAMP,v1=HEX`; a receiver
recomputes it over the raw body and refuses timestamps that are minutes old, so that nobody can play an old call again.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from listener.core.alert import Note
from listener.core.errors import ListenerError, Refused, Undelivered
from listener.core.ports import nothing

Judge = Callable[[str, int, Sequence[str]], object]


class Webhook:
    """Posts notes to one address; `judge` raises a ListenerError for addresses that may not be dialled. `timeout` is in seconds."""

    def __init__(
        self, key: str, address: str, secret: bytes, *, judge: Judge, clock: Callable[[], datetime], timeout: float = 10
    ) -> None:
        self._key = key
        self._parts = urlsplit(address)
        self._secret = secret
        self._judge = judge
        self._clock = clock
        self._timeout = timeout

    def send(self, note: Note, handing: Callable[[], None] = nothing) -> None:
        """Post one note; raises Refused (3xx, 4xx), or Undelivered (5xx, 408, 425, 429, no answer; `maybe` when it was sent)."""
        body, at = note.payload.encode(), int(self._clock().timestamp())
        line = self._connection()
        target = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Listener",
            "X-Listener-Delivery": note.id,
            "X-Listener-Signature": f"t={at},v1={signature(self._secret, at, body)}",
        }
        sent = False
        try:
            line.connect()
            handing()
            line.request("POST", target, body, headers)
            sent = True
            status = line.getresponse().status
        except (OSError, http.client.HTTPException, ValueError) as fault:
            # Never the fault's own words: they may hold the address, which is a secret in many a chat's webhook.
            raise Undelivered(f"webhook {self._key}: {type(fault).__name__}", maybe=sent) from None
        finally:
            line.close()
        if status in {408, 425, 429} or status >= 500:
            raise Undelivered(f"webhook {self._key}: HTTP {status}")
        if not 200 <= status <= 299:
            raise Refused(f"webhook {self._key}: HTTP {status}{' (redirects are not followed)' if status < 400 else ''}")

    def _connection(self) -> http.client.HTTPConnection:
        host = self._parts.hostname or ""
        port = self._parts.port or (443 if self._parts.scheme == "https" else 80)
        try:
            found = list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError):
            raise Undelivered(f"webhook {self._key}: its host cannot be found") from None
        try:
            self._judge(host, port, found)
        except ListenerError:
            raise Refused(f"webhook {self._key}: its address is on a private network (see [network] allow_private)") from None
        if self._parts.scheme == "https":
            return _PinnedTls(host, port, found[0], self._timeout)
        return _Pinned(host, port, found[0], self._timeout)


def signature(secret: bytes, at: int, body: bytes) -> str:
    """HMAC-SHA256 over "AT.BODY", in hexadecimal."""
    return hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was judged, whatever the name resolves to a moment later."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        """Dial it."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(_Pinned):
    """The same over TLS, with the certificate checked against the host's name."""

    def connect(self) -> None:
        """Dial it and shake hands."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
