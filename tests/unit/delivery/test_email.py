"""What SmtpNotifier promises, tried on a real SMTP server that refuses, stalls and dies."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from pkgutil import resolve_name
from threading import Thread

import pytest

from listener.core import failpoint
from listener.core.errors import Overtaken, Refused, Undelivered
from listener.delivery import NOTIFIERS
from listener.delivery.email import SmtpNotifier
from listener.delivery.message import build
from tests.builders import message
from tests.fakes_smtp import HOST, SmtpServer

TO = "communicatie@example.org"
FROM = "listener@example.org"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A server that takes everything until a test says otherwise."""
    with SmtpServer() as running:
        yield running


@pytest.fixture
def notifier(server: SmtpServer) -> Iterator[SmtpNotifier]:
    """A notifier that talks to it."""
    with SmtpNotifier(HOST, server.port, timeout=5) as made:
        yield made


def test_the_name_table_leads_to_the_notifier() -> None:
    """A channel's name in a configuration finds its adapter."""
    assert resolve_name(NOTIFIERS["email"]) is SmtpNotifier


def test_a_mail_arrives_with_its_headers_and_both_parts(server: SmtpServer, notifier: SmtpNotifier) -> None:
    """What is sent is what a mail program will read, and the envelope names one sender and one recipient."""
    notifier.send(message(text="Dag,\n.\n..een regel met een punt\n", html="<p>Dag</p>"))
    (received,) = server.received
    assert (received.sender, received.recipient) == (FROM, TO)
    mail = received.mail
    assert mail["Subject"] == "Molenaar Pompen: 54 vermeldingen, 17 negatief"
    assert mail["Message-ID"] == "<0123456789ab@listener.example.org>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == "Dag,\n.\n..een regel met een punt\n"
    assert html is not None
    assert "<p>Dag</p>" in html.get_content()


def test_one_connection_serves_many_mails(server: SmtpServer, notifier: SmtpNotifier) -> None:
    """A thousand recipients must not mean a thousand handshakes."""
    for number in range(5):
        notifier.send(message(to=f"lezer{number}@example.org"))
    assert [one.recipient for one in server.received] == [f"lezer{number}@example.org" for number in range(5)]
    assert server.connections == 1


def test_a_dropped_line_is_made_anew_for_the_next_mail(server: SmtpServer, notifier: SmtpNotifier) -> None:
    """A server that hangs up on an idle visitor costs nobody a digest, and nothing is sent twice."""
    notifier.send(message())
    server.hang_up()
    notifier.send(message(to="tweede@example.org"))
    assert [one.recipient for one in server.received] == [TO, "tweede@example.org"]
    assert server.connections == 2


def test_threads_take_turns(server: SmtpServer, notifier: SmtpNotifier) -> None:
    """Workers that share a notifier do not speak through each other."""
    threads = [Thread(target=notifier.send, args=(message(to=f"lezer{number}@example.org"),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.recipient for one in server.received} == {f"lezer{number}@example.org" for number in range(6)}
    assert server.connections == 1


@pytest.mark.parametrize(
    ("asked", "named"),
    [(TO, f"the recipient {TO}"), ("data", "the mail")],
    ids=["recipient", "mail"],
)
def test_a_refusal_for_good_names_the_address_and_the_servers_words(
    server: SmtpServer, notifier: SmtpNotifier, asked: str, named: str
) -> None:
    """A 5xx answer is Refused, in words a person can act upon, and the next mail goes through on the same connection."""
    server.replies[asked] = "550 5.1.1 no \x1b[31msuch =?utf-8?q?user?="
    with pytest.raises(Refused, match=named) as told:
        notifier.send(message())
    assert str(told.value).endswith("550 5.1.1 no [31msuch = ?utf-8?q?user?=")
    server.replies.clear()
    notifier.send(message())
    assert len(server.received) == 1
    assert server.connections == 1


@pytest.mark.parametrize("asked", [FROM, TO, "data"])
def test_a_refusal_for_now_is_tried_again_later(server: SmtpServer, notifier: SmtpNotifier, asked: str) -> None:
    """A 4xx answer is Undelivered, and the server certainly has not taken the mail."""
    server.replies[asked] = "451 4.7.1 come back later"
    with pytest.raises(Undelivered, match=r"451 4\.7\.1 come back later") as told:
        notifier.send(message())
    assert not told.value.maybe
    assert not server.received


def test_one_refused_recipient_of_three_leaves_the_others(server: SmtpServer, notifier: SmtpNotifier) -> None:
    """Each recipient is a mail of their own, so one bad address is one bad row."""
    server.replies["weg@example.org"] = "550 5.1.1 unknown"
    notifier.send(message(to="een@example.org"))
    with pytest.raises(Refused, match="weg@example"):
        notifier.send(message(to="weg@example.org"))
    notifier.send(message(to="drie@example.org"))
    assert [one.recipient for one in server.received] == ["een@example.org", "drie@example.org"]


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_server_that_dies_before_the_mail_has_not_got_it(server: SmtpServer, notifier: SmtpNotifier, step: str) -> None:
    """Trouble before DATA is plainly undelivered."""
    server.die = step
    with pytest.raises(Undelivered) as told:
        notifier.send(message())
    assert not told.value.maybe
    server.die = ""
    notifier.send(message())
    assert len(server.received) == 1


@pytest.mark.parametrize("step", ["data", "accepted"])
def test_a_server_that_dies_after_the_mail_may_have_got_it(server: SmtpServer, notifier: SmtpNotifier, step: str) -> None:
    """Between the last byte and the answer nobody knows, and the error says so."""
    server.die = step
    with pytest.raises(Undelivered, match="no answer after the mail was sent") as told:
        notifier.send(message())
    assert told.value.maybe


@pytest.mark.parametrize(("step", "maybe"), [("mail", False), ("rcpt", False), ("data", True), ("accepted", True)])
def test_a_server_that_falls_silent_is_left_after_the_timeout(server: SmtpServer, step: str, maybe: bool) -> None:
    """A stalled server costs one timeout, never the day."""
    server.stall = step
    with SmtpNotifier(HOST, server.port, timeout=0.2) as hasty, pytest.raises(Undelivered, match="timed out") as told:
        hasty.send(message())
    assert told.value.maybe is maybe


def test_a_server_that_is_down_is_undelivered() -> None:
    """Nobody at home is worth another try, and the line says which door was knocked at."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
        with pytest.raises(Undelivered, match=f"{HOST}:{port}: .*refused") as told:
            SmtpNotifier(HOST, port).send(message())
    assert not told.value.maybe


@pytest.mark.parametrize("greeting", [b"554 5.3.2 go away\r\n", b"421 busy\r\n", b"\xff\xfe\r\n", b"SSH-2.0-OpenSSH\r\n", b""])
def test_a_door_that_is_no_willing_mail_server_is_undelivered(greeting: bytes) -> None:
    """A greeting that is a refusal, or not SMTP at all, ends in one line."""
    with socket.create_server((HOST, 0)) as door:

        def greet() -> None:
            visitor, _ = door.accept()
            with visitor:
                visitor.sendall(greeting)

        thread = Thread(target=greet)
        thread.start()
        with pytest.raises(Undelivered) as told:
            SmtpNotifier(HOST, door.getsockname()[1], timeout=5).send(message())
        thread.join()
    assert not told.value.maybe
    assert "\n" not in str(told.value)


def test_an_answer_that_is_no_answer_after_the_mail_leaves_it_open() -> None:
    """A server that babbles after the mail may have it, and may not."""
    with socket.create_server((HOST, 0)) as door:

        def babble() -> None:
            visitor, _ = door.accept()
            with visitor, visitor.makefile("rb") as lines:
                visitor.sendall(b"220 hello\r\n")
                for answer in (b"250 hello\r\n", b"250 ok\r\n", b"251 will forward\r\n", b"354 go on\r\n"):
                    lines.readline()
                    visitor.sendall(answer)
                while lines.readline() != b".\r\n":
                    pass
                visitor.sendall(b"399 well\r\n")
                lines.readline()

        thread = Thread(target=babble)
        thread.start()
        with pytest.raises(Undelivered, match="399 well") as told:
            SmtpNotifier(HOST, door.getsockname()[1], timeout=5).send(message())
        thread.join()
    assert told.value.maybe


@pytest.mark.parametrize("to", ["", "niemand", "jörg@example.org", "een@example.org, twee@example.org"])
def test_an_address_that_is_none_is_refused_before_the_server_is_asked(server: SmtpServer, notifier: SmtpNotifier, to: str) -> None:
    """No connection is made for a mail that cannot go anywhere."""
    with pytest.raises(Refused):
        notifier.send(message(to=to))
    assert server.connections == 0


def test_a_domain_with_accents_travels_in_its_ascii_form(server: SmtpServer, notifier: SmtpNotifier) -> None:
    """`bücher.example` is a domain like any other."""
    notifier.send(message(to="Lezer <lezer@bücher.example>"))
    assert server.received[0].recipient == "lezer@xn--bcher-kva.example"


@pytest.mark.parametrize(("point", "arrived"), [("smtp.before_data", 0), ("smtp.after_accept", 1)])
def test_dying_at_a_failpoint_leaves_the_server_as_the_point_says(
    server: SmtpServer, notifier: SmtpNotifier, point: str, arrived: int
) -> None:
    """Before DATA nothing was handed over; after the answer it was, and the next mail starts a clean conversation."""

    def die(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    failpoint.arm(die)
    try:
        with pytest.raises(KeyboardInterrupt):
            notifier.send(message())
    finally:
        failpoint.arm(None)
    assert len(server.received) == arrived
    notifier.send(message())
    assert len(server.received) == arrived + 1


def test_closing_is_always_possible(server: SmtpServer) -> None:
    """Closing twice, before any mail, or after the server has gone is no fault."""
    notifier = SmtpNotifier(HOST, server.port)
    notifier.close()
    notifier.send(message())
    server.hang_up()
    notifier.close()
    notifier.close()
    notifier.send(message())
    notifier.close()
    assert len(server.received) == 2


def test_a_login_opens_the_door() -> None:
    """Name and password are given when they are asked for; without them nothing goes through, and nothing is given up."""
    with SmtpServer(login=("listener", "geheim")) as guarded:
        with SmtpNotifier(HOST, guarded.port, timeout=5) as nameless, pytest.raises(Undelivered, match="530"):
            nameless.send(message())
        with SmtpNotifier(HOST, guarded.port, username="listener", password="geheim", timeout=5) as known:
            known.send(message())
        assert len(guarded.received) == 1


@pytest.mark.parametrize("password", ["fout", None])
def test_a_refused_login_waits_for_a_person_and_loses_no_mail(password: str | None) -> None:
    """A wrong password stops every mail alike: it is Undelivered, so they go out once it is mended; it is never shown."""
    with SmtpServer(login=("listener", "geheim")) as guarded:
        stranger = SmtpNotifier(HOST, guarded.port, username="listener", password=password, timeout=5)
        with stranger, pytest.raises(Undelivered, match="535") as told:
            stranger.send(message())
        assert "fout" not in str(told.value)
        assert not guarded.received


def test_starttls_that_is_not_offered_sends_nothing(server: SmtpServer) -> None:
    """A mail that was to be encrypted never goes in the clear."""
    with SmtpNotifier(HOST, server.port, tls="starttls", timeout=5) as wary, pytest.raises(Undelivered, match="STARTTLS"):
        wary.send(message())
    assert not server.received


def test_tls_to_a_plain_server_sends_nothing(server: SmtpServer) -> None:
    """Encryption from the first byte fails where there is none."""
    with SmtpNotifier(HOST, server.port, tls="tls", timeout=5) as wary, pytest.raises(Undelivered, match=HOST):
        wary.send(message())
    assert not server.received


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for loopback, made now and thrown away afterwards."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    folder = tmp_path_factory.mktemp("tls")
    shown, key = folder / "shown.pem", folder / "key.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=loopback -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(["openssl", *words.split(), "-keyout", str(key), "-out", str(shown)], check=True, capture_output=True)
    return shown, key


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_decides(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tls: str, trusted: bool) -> None:
    """A mail goes to a server whose certificate is trusted, and to no other."""
    shown, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, key)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    with SmtpServer(tls=context, starttls=tls == "starttls") as server:
        with SmtpNotifier(HOST, server.port, tls="starttls" if tls == "starttls" else "tls", timeout=5) as notifier:
            if trusted:
                notifier.send(message())
            else:
                with pytest.raises(Undelivered, match="certificate"):
                    notifier.send(message())
        assert len(server.received) == trusted


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ("550 5.1.1 no such user", True),
        ("550 5.1.2 no such domain", True),
        ("550 5.1.10 null MX", True),
        ("550 5.7.1 spam", False),
        ("552 5.2.2 mailbox full", False),
        ("550 5.1.8 bad sender", False),
        ("550 no such user", False),
        ("550 15.1.1 nonsense", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_gone(answer: str, gone: bool) -> None:
    """What the server holds against the mail or the sender says nothing about the reader."""
    with SmtpServer() as server, SmtpNotifier(server.host, server.port, timeout=10) as notifier:
        server.replies[message().to] = answer
        with pytest.raises(Refused) as fault:
            notifier.send(message())
    assert fault.value.gone == gone


def test_a_sender_that_is_refused_waits_for_a_person() -> None:
    """It stops every mail and is nobody's in particular: no mail is given up for it, and no recipient turned off."""
    with SmtpServer() as server, SmtpNotifier(server.host, server.port, timeout=10) as notifier:
        server.replies["listener@example.org"] = "550 5.1.1 who are you"
        with pytest.raises(Undelivered, match=r"the sender listener@example\.org was not taken: 550") as fault:
            notifier.send(message())
        assert fault.value.everyone
        assert not fault.value.maybe
        server.replies.clear()
        notifier.send(message())
        assert len(server.received) == 1


def test_the_moment_before_the_text_leaves_is_told() -> None:
    """Once for a mail that leaves; never for one that the server does not want."""
    told: list[int] = []
    with SmtpServer() as server, SmtpNotifier(server.host, server.port, timeout=10) as notifier:
        notifier.send(message(), lambda: told.append(len(server.received)))
        server.replies[message().to] = "451 4.7.1 later"
        with pytest.raises(Undelivered):
            notifier.send(message(), lambda: told.append(99))
    assert told == [0]


def test_who_may_no_longer_send_sends_nothing() -> None:
    """The server waited for the text, and the line is cut instead; the next mail goes out all the same."""

    def overtaken() -> None:
        raise Overtaken("another worker has it")

    with SmtpServer() as server, SmtpNotifier(server.host, server.port, timeout=10) as notifier:
        with pytest.raises(Overtaken):
            notifier.send(message(), overtaken)
        notifier.send(message(to="b@x.example"))
        assert [one.recipient for one in server.received] == ["b@x.example"]


def test_nobody_at_the_door_is_everyones_trouble() -> None:
    """A refused connection will meet the next mail too; a line that broke off in between may not."""
    with SmtpServer() as server:
        port = server.port
        server.die = "rcpt"
        with SmtpNotifier(server.host, port, timeout=10) as notifier, pytest.raises(Undelivered) as broke:
            notifier.send(message())
    with SmtpNotifier("127.0.0.1", port, timeout=10) as notifier, pytest.raises(Undelivered) as refused:
        notifier.send(message())
    assert (broke.value.everyone, refused.value.everyone) == (False, True)


def test_a_mail_of_plain_text_has_no_second_part() -> None:
    """An alert is one."""
    assert [part.get_content_type() for part in message_from_bytes(build(message(html=""))).walk()] == ["text/plain"]
