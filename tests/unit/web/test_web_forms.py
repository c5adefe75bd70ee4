"""Forms: taken from pages of ours only, with the word that their session has, and of a bounded size."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

import pytest

from listener.core.access import INVITED
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, PASSWORD, Browser, archive, enter, site

FORM = {"content-type": "application/x-www-form-urlencoded"}
OURS = "http://127.0.0.1:8000"


@pytest.fixture
def store() -> FakeArchive:
    """An archive that one editor, Els, may change things in."""
    made = archive()
    enter(Browser(site(made).app), made)
    made.sessions.clear()
    return made


@pytest.fixture
def browser(store: FakeArchive) -> Browser:
    """A stranger's browser on it."""
    return site(store, who="stranger")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"origin": "http://127.0.0.1"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": OURS, "sec-fetch-site": "cross-site"},
        {"origin": OURS, "sec-fetch-site": "same-site"},
        {"origin": "http://[::1"},
        {"origin": ""},
        {"origin": "file://127.0.0.1:8000"},
        {"sec-fetch-site": "cross-site"},
        {},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(store: FakeArchive, headers: dict[str, str]) -> None:
    """Whoever is signed in, and even with the right word in it."""
    browser = site(store, who="editor")
    body = urlencode({"form": browser.form_of("/shares"), "brand": "molenaar", "lasting": "30"}).encode()
    answer = browser.get("/shares", method="POST", headers={**FORM, **headers}, body=body)
    assert answer.status_code == 403
    assert "did not come from a page of ours" in answer.text
    assert not store.links


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": OURS},
        {"sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"origin": OURS, "sec-fetch-site": "none"},
    ],
)
def test_a_form_from_here_is_taken(store: FakeArchive, headers: dict[str, str]) -> None:
    """Whatever of the two a browser says."""
    browser = site(store, who="editor")
    body = urlencode({"form": browser.form_of("/shares"), "brand": "molenaar", "lasting": "30"}).encode()
    assert browser.get("/shares", method="POST", headers={**FORM, **headers}, body=body).status_code == 303
    assert len(store.links) == 1


def test_two_origins_are_none(store: FakeArchive) -> None:
    """A proxy or a trick; neither is a browser."""
    import httpx

    browser = site(store, who="editor")
    body = urlencode({"form": browser.form_of("/shares"), "brand": "molenaar", "lasting": "30"}).encode()
    both = httpx.Headers([("origin", OURS), ("origin", "https://evil.example"), *FORM.items()])
    both["cookie"] = f"listener-session={browser.cookies['listener-session']}"
    assert browser.get("/shares", method="POST", headers=both, body=body).status_code == 403


def test_a_form_without_its_word_or_with_anothers_changes_nothing(store: FakeArchive) -> None:
    """The word is tied to the session; a multipart or JSON body has none that counts."""
    browser, other = site(store, who="editor"), site(store, who="stranger")
    enter(other, store, "Piet")
    theirs = other.form_of("/shares")
    assert theirs != browser.form_of("/shares")
    for word in ("", "x", theirs, theirs.upper(), "é", "\0"):
        answer = browser.send("/shares", {"brand": "molenaar", "lasting": "30"}, form=word)
        assert answer.status_code == 403
        assert "too old" in answer.text
    for kind, body in (
        ("application/json", b'{"form": "x"}'),
        ("multipart/form-data; boundary=a", b"--a--"),
        ("text/plain", b"\xff\xfe"),
        (FORM["content-type"], b"&a=1" * 600),
    ):
        answer = browser.get("/shares", method="POST", headers={"content-type": kind, "origin": OURS}, body=body)
        assert answer.status_code == 403
    assert not store.links


def test_signing_in_wants_a_cookie_of_the_sign_in_page(store: FakeArchive, browser: Browser) -> None:
    """Nobody can be signed in to somebody else's account from another page."""
    word = browser.form_of("/sign-in")
    stranger = site(store, who="stranger")
    assert stranger.send("/sign-in", {"name": "Els", "password": PASSWORD}, form=word).status_code == 403
    assert not store.sessions
    assert browser.send("/sign-in", {"name": "Els", "password": PASSWORD}, form=word).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/shares", "/shares/1/revoke", "/welcome/once"])
@pytest.mark.parametrize("honest", [True, False])
def test_ten_megabytes_are_not_read(store: FakeArchive, path: str, honest: bool) -> None:
    """Whether or not the request says how long it is."""
    store.invite(hashlib.sha256(b"once").digest(), "", (), until=NOW + INVITED, now=NOW)
    browser = site(store, who="editor")
    body = urlencode({"form": browser.form_of("/shares"), "note": "x" * 10_000_000}).encode()
    headers = {**FORM, "origin": OURS, **({} if honest else {"content-length": "100"})}
    assert browser.get(path, method="POST", headers=headers, body=body).status_code == 413
