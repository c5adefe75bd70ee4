"""The webhook: signed, to the address that was judged, never onward, and silent about its address."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import ipaddress
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from listener.core.alert import Note
from listener.core.errors import AccessDenied, ConfigError, DeliveryError, Refused, Undelivered
from listener.delivery.chat import Chat
from listener.delivery.webhook import Webhook
from listener.sources.guard import Guard

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTE = Note(id="<1@x>", subject="s", text="t", payload='{"a": "é"}')
HERE = Guard((ipaddress.ip_network("127.0.0.0/8"),)).addresses
Call = tuple[dict[str, str], bytes, str]


@contextmanager
def receiver(status: int = 204, *, hang_up: bool = False) -> Iterator[tuple[str, list[Call]]]:
    """A server that answers every POST so, and what it got."""
    calls: list[Call] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])), self.path))
            if not hang_up:
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook/s3cret?k=1", calls
    finally:
        server.shutdown()
        server.server_close()


def hook(address: str, judge: Any = HERE) -> Webhook:
    """A webhook there."""
    return Webhook("chat", address, b"shared", judge=judge, clock=lambda: NOW, timeout=5)


def test_a_call_is_signed_over_its_moment_and_its_bytes() -> None:
    """A receiver recomputes it, and can tell a repeat."""
    told: list[int] = []
    with receiver() as (address, calls):
        hook(address).send(NOTE, lambda: told.append(len(calls)))
    ((headers, body, path),) = calls
    moment, sealed = headers["X-Listener-Signature"].split(",")
    expected = hmac.new(b"shared", moment.removeprefix("t=").encode() + b"." + body, hashlib.sha256).hexdigest()
    assert sealed == f"v1={expected}"
    assert int(moment.removeprefix("t=")) == NOW.timestamp()
    assert (headers["X-Listener-Delivery"], path, json.loads(body)) == ("<1@x>", "/hook/s3cret?k=1", {"a": "é"})
    assert told == [0]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None),
        (302, Refused),
        (308, Refused),
        (400, Refused),
        (404, Refused),
        (429, Undelivered),
        (500, Undelivered),
        (503, Undelivered),
    ],
)
def test_an_answer_says_whether_to_try_again(status: int, kind: type[DeliveryError] | None) -> None:
    """Redirects are not followed: one call, whatever the answer; and the address stays out of the words."""
    with receiver(status) as (address, calls):
        if kind is None:
            hook(address).send(NOTE)
        else:
            with pytest.raises(kind) as fault:
                hook(address).send(NOTE)
            assert "s3cret" not in str(fault.value)
            assert "webhook chat" in str(fault.value)
    assert len(calls) == 1


def test_a_line_that_breaks_off_after_the_call_may_have_told() -> None:
    """Before it, it has not."""
    with receiver(hang_up=True) as (address, _), pytest.raises(Undelivered) as broke:
        hook(address).send(NOTE)
    with pytest.raises(Undelivered) as refused:
        hook(address).send(NOTE)
    assert (broke.value.maybe, refused.value.maybe) == (True, False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "192.168.1.1", "[::ffff:127.0.0.1]"]
)
def test_private_addresses_are_not_dialled_unless_allowed(host: str) -> None:
    """The same guard as for feeds; nothing leaves."""
    with pytest.raises(Refused, match="private network"):
        hook(f"http://{host}:9/x", Guard(()).addresses).send(NOTE)


def test_the_address_that_was_judged_is_the_one_that_is_dialled() -> None:
    """It is looked up once and judged once; a second look would have been refused."""
    seen: list[Any] = []

    def judge(host: str, port: int, found: Any) -> None:
        seen.append((host, list(found)))
        if len(seen) > 1:
            raise AccessDenied("no")

    with receiver() as (address, calls):
        hook(address, judge).send(NOTE)
    assert len(calls) == 1
    assert seen == [("127.0.0.1", ["127.0.0.1"])]


def test_a_host_that_is_nowhere_is_tried_later() -> None:
    """Names may be back tomorrow."""
    with pytest.raises(Undelivered, match="cannot be found"):
        hook("http://no-such-host.invalid/x").send(NOTE)


def test_a_tls_server_without_a_good_certificate_gets_nothing() -> None:
    """The handshake fails before a word is said."""
    with receiver() as (address, calls), pytest.raises(Undelivered) as fault:
        hook(address.replace("http:", "https:")).send(NOTE)
    assert not fault.value.maybe
    assert calls == []


def test_a_chat_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes with an extra."""

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(ConfigError, match=r"listener-monitor\[notify\]"):
        Chat("room", "slack://token")
