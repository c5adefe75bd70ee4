"""What people want of their mail is remembered, whoever asks and in whatever letters."""

from __future__ import annotations

from listener.core.mail import EVERY, Choice
from listener.storage.archive import SqlArchive
from tests.builders import NOON

KEY = "molenaar/daily"


def test_the_last_word_counts(archive: SqlArchive) -> None:
    """Left, and come back; an address is the same in capitals, and is answered as it was asked."""
    assert archive.choices(KEY, ["Ann@X.example"]) == {}
    archive.choose(KEY, "ann@x.example", Choice(active=False, reason="asked"), NOON)
    assert archive.choices(KEY, ["Ann@X.example", "bob@x.example"]) == {"Ann@X.example": Choice(active=False, reason="asked")}
    archive.choose(KEY, "ANN@x.example", Choice(language="en"), NOON)
    assert archive.choices(KEY, ["ann@x.example"]) == {"ann@x.example": Choice(language="en")}
    assert archive.choices("molenaar/weekly", ["ann@x.example"]) == {}


def test_no_mail_at_all_goes_over_every_digest(archive: SqlArchive) -> None:
    """And it says why; the language of each stays."""
    archive.choose(KEY, "ann@x.example", Choice(language="en"), NOON)
    archive.choose(EVERY, "ann@x.example", Choice(active=False, reason="550 5.1.1"), NOON)
    assert archive.choices(KEY, ["ann@x.example"]) == {"ann@x.example": Choice(active=False, language="en", reason="550 5.1.1")}
    assert archive.choices("other", ["ann@x.example"])["ann@x.example"].active is False
    assert archive.switched_off() == [(EVERY, "ann@x.example", "550 5.1.1", NOON)]


def test_a_thousand_readers_are_asked_for_at_once(archive: SqlArchive) -> None:
    """More than one statement's worth."""
    archive.choose(KEY, "777@x.example", Choice(active=False), NOON)
    found = archive.choices(KEY, [f"{number}@x.example" for number in range(1200)])
    assert list(found) == ["777@x.example"]
