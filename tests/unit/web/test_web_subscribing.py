"""A mail's own links: looking changes nothing, sending does, and nobody else's link works."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from listener.core.links import Links
from listener.core.mail import Choice
from listener.core.signing import Purpose, seal
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, SECRET, Browser, archive, outline, site

ADDRESS = "communicatie@molenaar.example"
KEY = "molenaar/daily"
LINKS = Links(page="http://127.0.0.1:8000", secret=SECRET)
LEAVE = LINKS.unsubscribe(5, NOW).removeprefix(LINKS.page)
CHOOSE = LINKS.preferences(5, NOW).removeprefix(LINKS.page)
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def kept() -> FakeArchive:
    """An archive that sent one mail."""
    made = archive()
    made.rows[5] = (KEY, ADDRESS)
    return made


@pytest.fixture
def browser(kept: FakeArchive) -> Browser:
    """A browser on it."""
    return site(kept)


@pytest.mark.parametrize("path", [LEAVE, CHOOSE])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(browser: Browser, kept: FakeArchive, path: str, method: str) -> None:
    """Mail scanners follow every link at once; they find a page with a button."""
    for _ in range(3):
        assert browser.get(path, method=method).status_code == 200
    assert kept.chosen == {}


def test_the_page_shows_what_it_is_about_and_not_the_whole_address(browser: Browser) -> None:
    """Whoever gets hold of a forwarded mail learns no address from it."""
    for path in (LEAVE, CHOOSE):
        page = browser.page(path)
        assert KEY in page
        assert "co…@molenaar.example" in page
        assert ADDRESS not in page
        assert len(outline(page).all("form")) == 1


def test_one_click_leaves_without_cookie_redirect_or_log_in(browser: Browser, kept: FakeArchive) -> None:
    """RFC 8058 section 3.1: a POST with that body, answered at once; again it is the same."""
    for _ in range(2):
        answer = browser.get(LEAVE, method="POST", headers=FORM, body=b"List-Unsubscribe=One-Click")
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert kept.chosen == {(KEY, ADDRESS): Choice(active=False, reason="asked")}


def test_the_button_leaves_too_and_keeps_the_language(browser: Browser, kept: FakeArchive) -> None:
    """A person sees that it is done, and how to come back."""
    kept.chosen[KEY, ADDRESS] = Choice(language="en")
    answer = browser.get(LEAVE, method="POST", headers={**FORM, "origin": "null"}, body=b"")
    assert "no more of this digest" in answer.text
    assert kept.chosen[KEY, ADDRESS] == Choice(active=False, language="en", reason="asked")
    assert "gets no mail of" in browser.page(LEAVE)


@pytest.mark.parametrize(
    ("body", "chosen"),
    [
        (b"mail=this&language=en", (True, True, "en")),
        (b"mail=none&language=", (False, True, "")),
        (b"mail=nothing&language=nl", (False, False, "nl")),
    ],
)
def test_a_reader_chooses(browser: Browser, kept: FakeArchive, body: bytes, chosen: tuple[bool, bool, str]) -> None:
    """This digest, not this one, or none at all; and the language. The page shows it afterwards."""
    this, anything, language = chosen
    answer = browser.get(CHOOSE, method="POST", headers=FORM, body=body)
    assert "Saved" in answer.text
    assert kept.chosen[KEY, ADDRESS] == Choice(active=this, language=language, reason="asked")
    assert kept.chosen["*", ADDRESS].active == anything
    ticked = {one["value"] for one in outline(browser.page(CHOOSE)).all("input") if "checked" in one}
    assert ticked == {body.split(b"&")[0].removeprefix(b"mail=").decode(), language}


@pytest.mark.parametrize(
    "body", [b"", b"mail=everything&language=", b"mail=this&language=fr", b"\xff\xfe", b"mail=this" + b"&a=1" * 30]
)
def test_a_form_that_is_not_ours_changes_nothing(browser: Browser, kept: FakeArchive, body: bytes) -> None:
    """Refused in words."""
    assert browser.get(CHOOSE, method="POST", headers=FORM, body=body).status_code == 400
    assert kept.chosen == {}


def test_a_form_of_any_size_is_not_read_to_its_end(browser: Browser, kept: FakeArchive) -> None:
    """Ours have a few words."""
    assert browser.get(LEAVE, method="POST", headers=FORM, body=b"x" * 100_000).status_code == 413
    assert kept.chosen == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("nonsense", 404),
        (LEAVE.rpartition("/")[2][:-1], 404),
        (CHOOSE.rpartition("/")[2], 404),  # for another purpose
        (seal(b"x" * 32, Purpose.UNSUBSCRIBE, 5, until=NOW + timedelta(days=9)), 404),
        (seal(SECRET, Purpose.UNSUBSCRIBE, 99, until=NOW + timedelta(days=9)), 404),  # a row that is gone
        (seal(SECRET, Purpose.UNSUBSCRIBE, 5, until=NOW), 410),
    ],
)
def test_another_link_is_refused_in_words(browser: Browser, kept: FakeArchive, token: str, status: int, method: str) -> None:
    """Changed, cut off, for something else, from elsewhere, or too old."""
    answer = browser.get(f"/mail/unsubscribe/{token}", method=method, headers=FORM, body=b"")
    assert answer.status_code == status
    assert "the mail" in answer.text or "newer mail" in answer.text
    assert kept.chosen == {}


def test_a_link_of_a_preview_works_and_does_nothing(browser: Browser, kept: FakeArchive) -> None:
    """It stands for a reader's own."""
    for path in (LINKS.unsubscribe(0, NOW), LINKS.preferences(0, NOW)):
        short = path.removeprefix(LINKS.page)
        assert "belongs to a preview" in browser.page(short)
        assert browser.get(short, method="POST", headers=FORM, body=b"mail=none&language=").status_code == 200
    assert kept.chosen == {}


def test_a_link_never_stands_in_the_log(browser: Browser, kept: FakeArchive, caplog: pytest.LogCaptureFixture) -> None:
    """It is a key: what fails is logged by the page's name alone."""
    kept.fault = RuntimeError("broken")
    with caplog.at_level(logging.ERROR):
        assert browser.get(LEAVE).status_code == 500
    assert "/mail/unsubscribe/…" in caplog.text
    assert LEAVE.rpartition("/")[2] not in caplog.text.replace("kept.fault", "")


def test_the_page_of_several_days_shows_all_of_them(browser: Browser) -> None:
    """A digest of three days links to its own rows; days in the wrong order are refused."""
    assert browser.get("/brands/molenaar/mentions?day=2026-11-19&through=2026-11-20").text.count("<article") == 1
    assert browser.get("/brands/molenaar/mentions?day=2026-11-17&through=2026-11-19").text.count("<article") == 0
    for query in ("day=2026-11-20&through=2026-11-19", "through=2026-11-20", "day=2026-11-20&through=x"):
        assert browser.get(f"/brands/molenaar?{query}").status_code == 400
