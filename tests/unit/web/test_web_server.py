"""The server answers from the moment it is started until it is stopped, and says in one line why it cannot start."""

from __future__ import annotations

import socket
import urllib.request
from errno import EACCES
from typing import NoReturn

import pytest
from starlette.applications import Starlette

from listener.core.errors import ListenerError
from listener.web import create_web, serve
from tests.unit.web.browser import NOW, archive


def app(port: int = 0) -> Starlette:
    """The pages of a small archive."""
    return create_web(archive=archive().port, language="en", timezone="UTC", clock=lambda: NOW, base_url=f"http://127.0.0.1:{port}")


def test_it_answers_at_once_on_any_free_port_and_stops() -> None:
    """Port 0 gives a real port; a request right after the start waits rather than fails; stopping gives the port back."""
    with serve(app(), "127.0.0.1", 0) as serving:
        assert serving.port > 0
        assert serving.url == f"http://127.0.0.1:{serving.port}/"
        with urllib.request.urlopen(serving.url + "healthz") as answer:
            assert answer.read() == b"ok"
            assert answer.headers["server"] is None
        assert serving.alive
    assert not serving.alive
    serving.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", serving.port), timeout=1)
    with serve(app(), "127.0.0.1", serving.port) as again:
        assert again.port == serving.port


def test_a_port_in_use_is_said_in_one_line() -> None:
    """With what to do about it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ListenerError, match=f"^port {port} on 127.0.0.1 is in use: stop the program that has it .*, or choose another port$"
        ):
            serve(app(), "127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 70000, "port 70000 does not exist"),
        ("127.0.0.1", -1, "port -1 does not exist"),
        ("192.0.2.1", 0, "cannot listen on 192.0.2.1, port 0: "),
        ("not a host", 0, "cannot listen on not a host, port 0: "),
    ],
)
def test_an_address_that_is_not_ours_is_said_in_one_line(host: str, port: int, words: str) -> None:
    """Nothing is left open, and nothing is logged in the reader's place."""
    with pytest.raises(ListenerError, match=words) as fault:
        serve(app(), host, port)
    assert "\n" not in str(fault.value)


def test_a_port_that_needs_rights_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports below 1024 are often the system's own."""

    def refuse(self: socket.socket, address: object) -> NoReturn:
        raise PermissionError(EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ListenerError, match=r"port 80 on 127\.0\.0\.1 needs special rights: choose one from 1024 on"):
        serve(app(), "127.0.0.1", 80)
