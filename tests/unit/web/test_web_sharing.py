"""Shared links: made for a brand and its days, read by anyone who has one, ended by time or by an editor."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from listener.core.links import Links
from listener.core.signing import Purpose, seal
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, SECRET, Browser, archive, enter, outline, site

LINKS = Links(page="http://127.0.0.1:8000", secret=SECRET)
GOOD = {"brand": "molenaar", "since": "2026-11-01", "until": "2026-11-30", "lasting": "30", "note": "de raad van toezicht"}


@pytest.fixture
def store() -> FakeArchive:
    """An archive with one brand."""
    return archive()


@pytest.fixture
def editor(store: FakeArchive) -> Browser:
    """An editor's browser on it."""
    return site(store, who="editor")


def link_on(page: str) -> str:
    """The first link that a page shows."""
    return next(one["value"] or "" for one in outline(page).all("input") if one.get("class") == "link").removeprefix(LINKS.page)


def test_a_link_is_made_listed_used_and_revoked(store: FakeArchive, editor: Browser) -> None:
    """From the form to the last use, and what was done stands in the trail."""
    assert "Nothing is shared yet" in editor.page("/shares")
    made = editor.send("/shares", GOOD)
    assert (made.status_code, made.headers["location"]) == (303, "/shares#share-1")
    share = store.links[1]
    assert (share.brand, share.since, share.until, share.made_by) == ("molenaar", date(2026, 11, 1), date(2026, 11, 30), "Els")
    assert share.expires_at == datetime(2026, 12, 21, tzinfo=ZoneInfo("Europe/Amsterdam")), "to the end of its last day"
    page = editor.page("/shares")
    assert "Never opened yet" in page
    assert "de raad van toezicht" in page
    board = site(store, who="stranger")
    assert board.get(link_on(page)).status_code == 303
    assert board.get("/brands/molenaar").status_code == 200
    assert "Opened 1 time, last on 20 Nov 2026" in " ".join(editor.page("/shares").split())
    for _ in range(2):
        assert editor.send("/shares/1/revoke", {}, form=editor.form_of("/shares")).headers["location"] == "/shares#share-1"
    assert "Revoked" in editor.page("/shares")
    assert board.get("/brands/molenaar").status_code == 410, "also for who is reading already"
    assert "was revoked" in board.get("/brands/molenaar").text
    assert board.get(link_on(page)).status_code == 410
    assert [(one.who, one.what, one.subject) for one in store.done] == [
        ("Els", "link shared", "molenaar"),
        ("Els", "link revoked", "molenaar"),
    ]


def test_a_mailed_report_is_listed_with_its_own_link(store: FakeArchive, editor: Browser) -> None:
    """What `listener run` shared with a month's mail stands with the rest, and is revoked like the rest."""
    made = store.share(
        "molenaar",
        since=date(2026, 8, 1),
        until=date(2026, 10, 31),
        note="Bewijsrapport 2026-10",
        by="Listener",
        expires_at=NOW + timedelta(days=90),
        now=NOW,
        evidence_id=3,
    )
    page = editor.page("/shares")
    assert "Bewijsrapport 2026-10" in page
    assert LINKS.evidence(3, made.expires_at, made.id) in page
    assert "/share/" not in page
    editor.send(f"/shares/{made.id}/revoke", {}, form=editor.form_of("/shares"))
    assert store.links[made.id].revoked_at == NOW


def test_a_link_ends_by_itself(store: FakeArchive) -> None:
    """At its page, and for those who came by it; the sign-in page stays open to them."""
    now = [NOW]
    made = store.share("molenaar", since=None, until=None, note="", by="Els", expires_at=NOW + timedelta(days=7), now=NOW)
    browser = site(store, who="stranger", clock=lambda: now[0])
    link = LINKS.share(made.id, made.expires_at).removeprefix(LINKS.page)
    browser.get(link)
    assert browser.get("/brands/molenaar").status_code == 200
    now[0] += timedelta(days=7)
    assert browser.get("/brands/molenaar").status_code == 410
    assert browser.get("/sources.json").status_code == 410
    assert browser.get(link).status_code == 410
    assert browser.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"brand": "bol"},
        {"brand": ""},
        {"brand": "molenaar\n"},
        {"since": "yesterday"},
        {"since": "2026-13-01"},
        {"until": "9999-12-31"},
        {"since": "2026-11-02", "until": "2026-11-01"},
        {"lasting": "3650"},
        {"lasting": "-1"},
        {"lasting": ""},
    ],
)
def test_what_cannot_be_shared_is_said(store: FakeArchive, editor: Browser, change: dict[str, str]) -> None:
    """With what was filled in still there."""
    answer = editor.send("/shares", {**GOOD, **change})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "de raad van toezicht" in answer.text
    assert not store.links


@pytest.mark.parametrize(
    "token",
    ["", "cut", "appended", "prefixed", "other purpose", "other secret", "half", "../1", "%00", "unknown id", "huge id"],
)
def test_a_link_that_is_not_ours_opens_nothing(store: FakeArchive, token: str) -> None:
    """Truncated, altered, of another purpose, or of a row that was never there."""
    made = store.share("molenaar", since=None, until=None, note="", by="Els", expires_at=NOW + timedelta(days=7), now=NOW)
    real = seal(SECRET, Purpose.SHARE, made.id, until=made.expires_at)
    tokens = {
        "cut": real[:-1],
        "appended": f"{real}A",
        "prefixed": f"A{real}",
        "other purpose": seal(SECRET, Purpose.LABEL, made.id, until=made.expires_at),
        "other secret": seal(b"x" * 32, Purpose.SHARE, made.id, until=made.expires_at),
        "half": real[: len(real) // 2],
        "unknown id": seal(SECRET, Purpose.SHARE, 99, until=made.expires_at),
        "huge id": seal(SECRET, Purpose.SHARE, 2**64 - 1, until=made.expires_at),
    }
    browser = site(store, who="stranger")
    answer = browser.get(f"/share/{tokens.get(token, token)}")
    assert answer.status_code == 404
    assert not browser.cookies
    assert store.links[made.id].uses == 0
    browser.cookies["listener-share"] = tokens.get(token, token) or "x"
    assert browser.get("/brands/molenaar").status_code == 410


def test_looking_ahead_is_no_use(store: FakeArchive) -> None:
    """HEAD, which mail scanners send, is not counted as a visit."""
    made = store.share("molenaar", since=None, until=None, note="", by="Els", expires_at=NOW + timedelta(days=7), now=NOW)
    browser = site(store, who="stranger")
    assert browser.get(LINKS.share(made.id, made.expires_at).removeprefix(LINKS.page), method="HEAD").status_code == 303
    assert store.links[made.id].uses == 0


def test_another_brands_links_are_not_there(store: FakeArchive) -> None:
    """An editor of one brand neither sees nor revokes nor makes links of another."""
    store.known.append(b.brand(key="bol", name="Bol"))
    made = store.share("molenaar", since=None, until=None, note="geheim", by="Els", expires_at=NOW + timedelta(days=7), now=NOW)
    browser = site(store, who="stranger")
    enter(browser, store, "Bob", brands=("bol",))
    assert "geheim" not in browser.page("/shares")
    assert browser.send(f"/shares/{made.id}/revoke", {}, form=browser.form_of("/shares")).status_code == 404
    assert browser.send("/shares", GOOD).status_code == 422
    assert browser.send("/shares", {**GOOD, "brand": "bol"}).status_code == 303
    for number in ("99", "x", "9" * 19, "-1"):
        assert browser.send(f"/shares/{number}/revoke", {}, form=browser.form_of("/shares")).status_code == 404
    assert store.links[made.id].revoked_at is None


def test_a_hostile_note_stays_a_text(store: FakeArchive, editor: Browser) -> None:
    """Cut, on one line, and never markup."""
    editor.send("/shares", {**GOOD, "note": '<script>alert(1)</script>"\r\n{{7*7}}\u202e' + "x" * 500})
    page = editor.page("/shares")
    assert "<script" not in page
    assert "49" not in store.links[1].note
    assert len(store.links[1].note) <= 200
