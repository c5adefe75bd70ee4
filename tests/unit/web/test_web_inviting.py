"""Editors let others in from the page: a one-time link that is shown once, taken back, and noted; and nobody lets themselves out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.core.access import INVITED
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, PASSWORD, Browser, archive, enter, outline, site

PATH = "/desk/people"


@pytest.fixture
def store() -> FakeArchive:
    """Two brands."""
    made = archive()
    made.known.append(b.brand(key="bol", name="Bol"))
    return made


@pytest.fixture
def editor(store: FakeArchive) -> Browser:
    """Els, who works for every brand."""
    return site(store, who="editor")


def link_of(page: str) -> str:
    """The link on a page, as a path; "" where there is none."""
    made = [one["value"] or "" for one in outline(page).all("input") if one.get("id") == "link"]
    return made[0].removeprefix("http://127.0.0.1:8000") if made else ""


def invite(editor: Browser, **fields: str) -> str:
    """Invite somebody; the link."""
    return link_of(editor.send(PATH, {"do": "invite", "name": "Piet", "reach": "all", **fields}).text)


def test_somebody_is_invited_comes_in_and_may_do_what_they_were_given(store: FakeArchive, editor: Browser) -> None:
    """The link stands on the page once, and is kept as a digest only; with it, a password is chosen."""
    link = invite(editor, reach="some", **{"brand-bol": "yes"})
    assert link.startswith("/welcome/")
    page = editor.page(PATH)
    assert "Invited, and not here yet" in page
    assert link_of(page) == ""
    assert link.rpartition("/")[2] not in page
    piet = site(store, who="stranger")
    assert piet.send(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    known = store.people["piet"][0]
    assert (known.name, known.brands) == ("Piet", ("bol",))
    assert "Invited, and not here yet" not in editor.page(PATH)
    assert [(one.who, one.what, one.subject, one.after) for one in store.done] == [
        ("Els", "editor invited", "Piet", "bol"),
        ("Piet", "password set", "Piet", ""),
    ]
    assert piet.get(PATH).status_code == 403
    assert PATH not in piet.page("/desk/changes")
    assert piet.send(PATH, {"do": "invite", "name": "Ann", "reach": "all"}, form=piet.form_of("/shares")).status_code == 403
    assert not store.invited


def test_an_invitation_is_taken_back_and_ends(store: FakeArchive, editor: Browser) -> None:
    """Its link opens nothing then, and taking it back twice is once."""
    link = invite(editor)
    stranger = site(store, who="stranger")
    assert stranger.get(link).status_code == 200
    for _ in range(2):
        assert editor.send(PATH, {"do": "withdraw", "name": "Piet"}).status_code == 303
    assert stranger.get(link).status_code == 410
    assert [one.what for one in store.done] == ["editor invited", "invitation withdrawn"]
    link = invite(editor)
    later = site(store, who="stranger", now=NOW + INVITED + timedelta(seconds=1))
    assert later.get(link).status_code == 410


def test_a_lost_password_gets_a_new_link_and_somebody_goes(store: FakeArchive, editor: Browser) -> None:
    """Who is removed is out at once; nobody removes themselves."""
    piet = site(store, who="stranger")
    enter(piet, store, "Piet", brands=("bol",))
    assert piet.get("/desk/changes").status_code == 200
    link = link_of(editor.send(PATH, {"do": "renew", "name": "piet"}).text)
    fresh = site(store, who="stranger")
    assert "Welcome, Piet." in fresh.page(link)
    assert fresh.send(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert store.people["piet"][0].brands == ("bol",)
    assert editor.send(PATH, {"do": "remove", "name": "Piet"}).status_code == 303
    assert fresh.get("/desk/changes").status_code == 303
    answer = editor.send(PATH, {"do": "remove", "name": "ELS"})
    assert answer.status_code == 422
    assert "You cannot remove yourself" in answer.text
    assert "els" in store.people


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"do": "invite", "name": " ", "reach": "all"}, 422, "Give a name"),
        ({"do": "invite", "name": "x" * 101, "reach": "all"}, 422, "Give a name"),
        ({"do": "invite", "name": "els", "reach": "all"}, 422, "Somebody has that name already"),
        ({"do": "invite", "name": "Piet", "reach": "some"}, 422, "tick at least one"),
        ({"do": "invite", "name": "Piet", "reach": "some", "brand-nobody": "yes"}, 422, "tick at least one"),
        ({"do": "invite", "name": "Piet"}, 422, "tick at least one"),
        ({"do": "renew", "name": "Nobody"}, 404, ""),
        ({"do": "remove", "name": "Nobody"}, 404, ""),
        ({"do": "invite", "reach": "all"}, 422, "Give a name"),
        ({"do": "remove"}, 404, ""),
        ({"do": "promote", "name": "Els"}, 400, ""),
        ({}, 400, ""),
    ],
)
def test_what_will_not_do_is_said_and_invites_nobody(
    store: FakeArchive, editor: Browser, fields: dict[str, str], status: int, words: str
) -> None:
    """In a sentence, and what was written is still there."""
    answer = editor.send(PATH, fields)
    assert answer.status_code == status
    assert words in answer.text
    assert not store.invited
    assert not store.done


def test_a_hostile_name_stays_a_text(store: FakeArchive, editor: Browser) -> None:
    """On the page, in the list and in the trail."""
    evil = '"><script>alert(1)</script>'
    invite(editor, name=evil)
    for path in (PATH, "/desk/changes"):
        assert "<script>alert" not in editor.page(path)
        assert "&lt;script&gt;" in editor.page(path)


def test_a_form_without_its_word_lets_nobody_in(store: FakeArchive, editor: Browser) -> None:
    """Neither does one from another site."""
    fields = {"do": "invite", "name": "Eve", "reach": "all"}
    assert editor.send(PATH, fields, form="guessed").status_code == 403
    assert editor.send(PATH, fields, headers={"origin": "https://evil.example"}).status_code == 403
    assert not store.invited
