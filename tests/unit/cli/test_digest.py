"""`listener digest`: on the screen, a trial to one address, and an address that is turned on again."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from tests.e2e.house import configure, listener, rows
from tests.fakes_smtp import SmtpServer

DAY = ("digest", "molenaar", "--date", "2026-11-10")


def house(folder: Path, port: int, *to: str) -> Path:
    """A configuration with a digest to these addresses."""
    config = configure(folder, to=to, smtp_port=port)
    assert listener(config, "db", "upgrade").returncode == 0
    return config


def html(mail: EmailMessage) -> str:
    """The HTML part."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_a_trial_goes_to_one_address_and_costs_nobody_the_real_one(tmp_path: Path) -> None:
    """Not in the outbox, as often as wanted, to an address that is on no list; then everybody gets the digest all the same."""
    with SmtpServer() as server:
        config = house(tmp_path, server.port, "a@x.example", "b@x.example")
        for _ in range(2):
            done = listener(config, *DAY, "--send", "--to", "me@x.example")
            assert (done.returncode, done.stdout) == (0, "me@x.example: sent, as a trial\n"), done.stderr
        assert rows(config, "SELECT (SELECT count(*) FROM digest), (SELECT count(*) FROM delivery)") == [(0, 0)]
        sent = listener(config, *DAY, "--send")
        assert sent.stdout.splitlines() == ["a@x.example: sent", "b@x.example: sent"]
    assert [one.recipient for one in server.received] == ["me@x.example", "me@x.example", "a@x.example", "b@x.example"]
    first, second, real = server.mails[:3]
    assert first["Message-ID"] != second["Message-ID"]  # or a mailbox would show one of them
    assert first["Subject"] == real["Subject"]
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert html(first).count("<table") == html(real).count("<table") > 0


def test_a_trial_that_is_refused_says_why(tmp_path: Path) -> None:
    """In the server's words, exit 1, and the address is not turned off: it was only a trial."""
    with SmtpServer() as server:
        server.replies["me@x.example"] = "550 5.1.1 no such user"
        config = house(tmp_path, server.port, "a@x.example")
        done = listener(config, *DAY, "--send", "--to", "me@x.example")
    assert done.returncode == 1
    assert "me@x.example: " in done.stdout
    assert "5.1.1 no such user" in done.stdout
    assert rows(config, "SELECT count(*) FROM subscription") == [(0,)]


def test_sending_again_says_who_has_not_had_it_yet(tmp_path: Path) -> None:
    """Who is tried later and who was given up is no "everyone"; exit 1 while somebody still waits."""
    with SmtpServer() as server:
        server.replies |= {"a@x.example": "450 4.2.0 greylisted", "b@x.example": "550 5.1.1 no such user"}
        config = house(tmp_path, server.port, "a@x.example", "b@x.example", "c@x.example")
        assert listener(config, *DAY, "--send").returncode == 1
        again = listener(config, *DAY, "--send")
    waits, given_up, all_ = again.stdout.splitlines()
    assert again.returncode == 1
    assert waits.startswith("a@x.example: will be tried again — ")
    assert given_up.startswith("b@x.example: given up — ")
    assert all_ == "molenaar/daily about 2026-11-10 is not with everyone; nothing was sent now."
    assert [one.recipient for one in server.received] == ["c@x.example"]


def test_an_address_that_is_off_is_turned_on_again(tmp_path: Path) -> None:
    """By a person who knows that it exists now; what was in the way is said, and the next day's digest comes."""
    with SmtpServer() as server:
        server.replies["a@x.example"] = "550 5.1.1 no such user"
        config = house(tmp_path, server.port, "a@x.example", "b@x.example")
        assert listener(config, *DAY, "--send").returncode == 1
        server.replies.clear()
        off = listener(config, "digest", "molenaar", "--date", "2026-11-11", "--send")
        assert off.stdout.splitlines() == ["b@x.example: sent"]
        resumed = listener(config, "digest", "molenaar", "--resume", "A@x.example")
        assert resumed.returncode == 0
        assert "A@x.example gets molenaar/daily again; it was off: " in resumed.stdout
        assert "5.1.1" in resumed.stdout
        again = listener(config, "digest", "molenaar", "--resume", "a@x.example")
        assert again.stdout == "a@x.example gets molenaar/daily as it is; nothing was changed.\n"
        back = listener(config, "digest", "molenaar", "--date", "2026-11-12", "--send")
        assert back.stdout.splitlines() == ["a@x.example: sent", "b@x.example: sent"], back.stderr


def test_a_digest_is_shown_on_the_screen(tmp_path: Path) -> None:
    """The text of the mail, as it would be sent; nothing is kept."""
    config = house(tmp_path, 2525, "a@x.example")
    done = listener(config, *DAY)
    assert done.returncode == 0
    assert done.stdout.startswith("Molenaar Pompen · dinsdag 10 november 2026\n")
    assert "Kies wat u ontvangt:" in done.stdout
    assert rows(config, "SELECT count(*) FROM digest") == [(0,)]


def test_options_that_do_not_go_together_are_said(tmp_path: Path) -> None:
    """One line each."""
    config = house(tmp_path, 2525, "a@x.example")
    for wrong, words in (
        (("--to", "a@x.example"), "--to goes with --send"),
        (("--send", "--out", str(tmp_path)), "choose one"),
        (("--date", "gisteren"), "'gisteren' is not a day"),
        (("--digest", "wekelijks"), "wekelijks"),
    ):
        done = listener(config, "digest", "molenaar", *wrong)
        assert done.returncode == 2
        assert words in done.stderr
