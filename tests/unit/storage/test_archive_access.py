"""Editors, sessions, tries, shared links and deeds: the same in SQLite, in PostgreSQL and in the fake."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from listener.core.access import IDLE, INVITED, REMEMBERED, SIGNED_IN, Invitation
from listener.core.deeds import LONGEST, Deed
from listener.core.ports import Access
from listener.storage.archive import SqlArchive
from tests.builders import NOON
from tests.fakes_archive import FakeArchive

LATER = NOON + timedelta(hours=1)
ADDRESS, ACCOUNT = timedelta(minutes=15), timedelta(minutes=1)


def word(text: str) -> bytes:
    """What is kept of a word."""
    return hashlib.sha256(text.encode()).digest()


@pytest.fixture(params=["fake", "database", "postgres_address"])
def door(request: pytest.FixtureRequest) -> Iterator[Access]:
    """A memory of who gets in, empty."""
    if request.param == "fake":
        yield FakeArchive().port
        return
    with SqlArchive(request.getfixturevalue(request.param)) as opened:
        yield opened


def invited(door: Access, name: str, *brands: str, by: str = "") -> bytes:
    """An invitation's word."""
    made = word(by or f"for {name}")
    door.invite(made, name, brands, until=NOON + INVITED, now=NOON)
    return made


def test_an_invitation_sets_a_password_once(door: Access) -> None:
    """Then it is used up; the editor is found however the name is written."""
    made = invited(door, "Els de Vries", "molenaar")
    assert door.invitation(made, NOON) == Invitation(name="Els de Vries", brands=("molenaar",), until=NOON + INVITED)
    editor = door.accept(made, "somebody else", "$hash", LATER)
    assert editor is not None
    assert (editor.name, editor.brands, editor.made_at) == ("Els de Vries", ("molenaar",), LATER)
    assert door.editor("  ELS de vries") == (editor, "$hash")
    assert door.editors() == [editor]
    assert door.invitation(made, LATER) is None
    assert door.accept(made, "Els", "$other", LATER) is None
    assert door.editor("Piet") is None


def test_an_invitation_ends_and_a_newer_one_takes_its_place(door: Access) -> None:
    """Nobody can come by an old link."""
    first, second = invited(door, "els", by="first"), invited(door, "Els", by="second")
    assert door.invitation(first, NOON) is None
    assert door.invitation(second, NOON + INVITED) is None
    assert door.accept(second, "Els", "$hash", NOON + INVITED) is None
    assert door.invitation(word("never made"), NOON) is None


def test_an_invitation_without_a_name_takes_nobodys(door: Access) -> None:
    """Who chooses the name of somebody who is there does not become them."""
    door.accept(invited(door, "Els"), "", "$hash", NOON)
    open_to_all = invited(door, "")
    assert door.accept(open_to_all, "eLS", "$mine", NOON) is None
    assert door.editor("Els") is not None
    assert door.invitation(open_to_all, NOON) is not None
    made = door.accept(open_to_all, "Piet", "$mine", NOON)
    assert made is not None
    assert made.brands == ()


def test_a_new_password_ends_every_session(door: Access) -> None:
    """Somebody else's stay."""
    els = door.accept(invited(door, "Els"), "", "$1", NOON)
    piet = door.accept(invited(door, "Piet"), "", "$2", NOON)
    assert els
    assert piet
    for name, one in (("e", els), ("p", piet)):
        door.begin_session(word(name), one.id, until=NOON + SIGNED_IN, now=NOON)
    again = door.accept(invited(door, "Els", "bol"), "", "$3", LATER)
    assert again is not None
    assert (again.id, again.brands, again.made_at) == (els.id, ("bol",), NOON)
    assert door.session(word("e"), LATER) is None
    assert door.session(word("p"), LATER) == piet
    door.renew_password(els.id, "$4")
    assert door.editor("Els") == (again, "$4")


def test_a_session_ends_when_told_when_idle_and_when_old(door: Access) -> None:
    """A visit keeps it alive, but not for ever."""
    els = door.accept(invited(door, "Els"), "", "$1", NOON)
    assert els
    for name in ("told", "idle", "old"):
        door.begin_session(word(name), els.id, until=NOON + SIGNED_IN, now=NOON)
    door.end_session(word("told"))
    door.end_session(word("never was"))
    assert door.session(word("told"), NOON) is None
    at = NOON
    while at + IDLE / 2 < NOON + SIGNED_IN:
        at += IDLE / 2
        assert door.session(word("old"), at) == els
    assert door.session(word("idle"), NOON + IDLE) is None
    assert door.session(word("old"), NOON + SIGNED_IN) is None
    assert door.session(word("never was"), NOON) is None


def test_whoever_is_dismissed_is_out_at_once(door: Access) -> None:
    """With their sessions and invitations."""
    els = door.accept(invited(door, "Els"), "", "$1", NOON)
    assert els
    door.begin_session(word("e"), els.id, until=NOON + SIGNED_IN, now=NOON)
    again = invited(door, "Els")
    assert door.dismiss("ELS")
    assert door.session(word("e"), NOON) is None
    assert door.invitation(again, NOON) is None
    assert door.editors() == []
    assert not door.dismiss("Els")


def test_tries_are_counted_and_cost_more_and_more(door: Access) -> None:
    """By address and by account; one that was right forgives both, and a day forgets."""
    keys = {"from 1": ADDRESS, "name els": ACCOUNT}
    assert [door.try_now(keys, NOON) for _ in range(5)] == [None] * 5
    waits = door.try_now(keys, NOON)
    assert waits == NOON + timedelta(seconds=2)
    assert door.try_now({"from 2": ADDRESS, "name els": ACCOUNT}, NOON) == waits, "the account waits, whoever asks"
    assert door.try_now({"from 1": ADDRESS, "name piet": ACCOUNT}, NOON) == waits, "the address waits, whoever it says it is"
    assert door.try_now({"from 2": ADDRESS, "name piet": ACCOUNT}, NOON) is None
    at = NOON
    for _ in range(20):
        at = door.try_now(keys, at) or at
    last = door.try_now(keys, at)
    assert last is not None
    assert timedelta(minutes=1) <= last - at <= timedelta(minutes=15)
    door.forgive(list(keys))
    assert door.try_now(keys, at) is None
    for _ in range(9):
        door.try_now(keys, at)
    assert door.try_now(keys, at + REMEMBERED + timedelta(minutes=15)) is None


def test_a_shared_link_is_kept_with_its_bounds_and_its_uses(door: Access) -> None:
    """The newest first; revoked once, and who looks at the list uses nothing."""
    made = door.share("molenaar", since=date(2026, 11, 1), until=None, note="raad", by="Els", expires_at=LATER, now=NOON)
    other = door.share("bol", since=None, until=date(2026, 11, 30), note="", by="Piet", expires_at=LATER, now=NOON)
    assert [one.id for one in door.shares()] == [other.id, made.id]
    assert door.shared(made.id, NOON) == made
    assert (made.brand, made.since, made.until, made.note, made.uses) == ("molenaar", date(2026, 11, 1), None, "raad", 0)
    for _ in range(2):
        door.shared(made.id, LATER, used=True)
    used = door.shared(made.id, LATER)
    assert used is not None
    assert (used.uses, used.used_at) == (2, LATER)
    door.revoke(made.id, NOON)
    door.revoke(made.id, LATER)
    revoked = door.shared(made.id, LATER)
    assert revoked is not None
    assert revoked.revoked_at == NOON
    assert door.shared(99, NOON, used=True) is None
    door.revoke(99, NOON)


def test_deeds_only_grow_and_are_read_the_latest_first(door: Access) -> None:
    """In pages."""
    for number in range(5):
        door.note(Deed(who="Els", what="query changed", subject="molenaar", before=f"v{number}", after=f"v{number + 1}", at=NOON))
    latest = door.deeds(limit=2)
    assert [(one.before, one.after) for one in latest] == [("v4", "v5"), ("v3", "v4")]
    assert [one.before for one in door.deeds(before=latest[-1].id, limit=10)] == ["v2", "v1", "v0"]


def test_a_deed_about_something_long_is_cut(archive: SqlArchive) -> None:
    """A query of a megabyte is not kept twice for each change."""
    archive.note(Deed(who="Els", what="query changed", subject="m", before="x" * 9999, at=NOON))
    assert archive.deeds()[0].before == "x" * LONGEST


def test_twenty_tries_at_once_are_twenty_tries(archive: SqlArchive) -> None:
    """Not one that all twenty read before any wrote."""
    answers: list[object] = []

    def guess() -> None:
        answers.append(archive.try_now({"from 1": ADDRESS, "name els": ACCOUNT}, NOON))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers.count(None) == 5


def test_work_is_counted_from_step_to_step(door: Access) -> None:
    """By day, person and kind of work; a pause of more than two minutes was none."""
    day = NOON.date()
    for seconds in (0, 30, 90, 400, 401):
        last = door.work("Els", "triage", day, NOON + timedelta(seconds=seconds), handled=1)
    assert (last.seconds, last.handled) == (91, 5)
    door.work("Els", "query", day, NOON)
    door.work("Els", "triage", day + timedelta(days=1), NOON)
    found = door.worked(since=day, until=day + timedelta(days=1))
    assert [(one.who, one.what, one.seconds) for one in found] == [("Els", "query", 0), ("Els", "triage", 91)]


def test_invitations_are_listed_and_taken_back(door: Access) -> None:
    """Those that stand, by name; a word that was taken back opens nothing."""
    first, second = invited(door, "Piet", "bol"), invited(door, "Els")
    known = [
        Invitation(name="Els", brands=(), until=NOON + INVITED),
        Invitation(name="Piet", brands=("bol",), until=NOON + INVITED),
    ]
    assert door.invitations(NOON) == known
    assert door.invitations(NOON + INVITED) == []
    assert door.uninvite("Piet")
    assert not door.uninvite("Piet")
    assert door.invitation(first, NOON) is None
    assert door.invitations(NOON) == known[:1]
    assert door.invitation(second, NOON) is not None
