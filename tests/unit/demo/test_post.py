"""The world's post office: mail in, files out."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from listener.demo.post import PostOffice


def letter(subject: str = "Overzicht") -> EmailMessage:
    """A small mail with odd characters."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "listener@example.org"
    message["To"] = "a@example.org"
    message.set_content("Grüße, café, 💧")
    return message


def test_mail_is_laid_in_the_folder_one_file_for_each_recipient(tmp_path: Path) -> None:
    """What the server accepted lies there whole, numbered, with the recipient in its name."""
    with PostOffice(tmp_path / "mail") as office:
        with smtplib.SMTP("127.0.0.1", office.port) as smtp:
            smtp.send_message(letter("één"), to_addrs=["Communicatie@Molenaarpompen.example", "b@example.org"])
            smtp.send_message(letter("twee"), to_addrs=["../../b@example.org"])
        assert [path.name for path in office.messages()] == [
            "001-communicatie@molenaarpompen.example.eml",
            "002-b@example.org.eml",
            "003-_.._b@example.org.eml",
        ]
        assert office.delivered == 3
        assert b"Subject: =?utf-8?b?" in office.messages()[0].read_bytes()
        assert not list(tmp_path.rglob("*.part"))


def test_numbers_go_on_after_reopening(tmp_path: Path) -> None:
    """An earlier mailbox is kept, and new mail gets new numbers."""
    (tmp_path / "041-a@example.org.eml").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("mine")
    with PostOffice(tmp_path) as office:
        assert office.deliver("a@example.org", b"new").name == "042-a@example.org.eml"
    assert office.port == 0
    office.close()


def test_odd_recipients_cannot_leave_the_folder(tmp_path: Path) -> None:
    """A name is made of harmless characters only, and never empty or endless."""
    office = PostOffice(tmp_path)
    assert office.deliver("/etc/passwd", b"").parent == tmp_path
    assert office.deliver("...", b"").name == "002-nobody.eml"
    assert len(office.deliver("x" * 500, b"").name) < 100


def test_a_full_disk_is_a_temporary_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender hears 452 and can try again; the server stays up."""

    def full(recipient: str, content: bytes) -> Path:
        raise OSError(28, "No space left on device")

    with PostOffice(tmp_path) as office:
        monkeypatch.setattr(office, "deliver", full)
        with smtplib.SMTP("127.0.0.1", office.port) as smtp, pytest.raises(smtplib.SMTPDataError, match="452"):
            smtp.send_message(letter(), to_addrs=["a@example.org"])
        assert office.messages() == []
