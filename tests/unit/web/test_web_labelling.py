"""Labels from a mail: looking changes nothing, a button does, under the recipient's name, and nobody else's link works."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from listener.core.labels import Aspect, Label, Labels
from listener.core.links import LABELLING, Links
from listener.core.signing import Purpose, seal
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, SECRET, Browser, archive, outline, site

ADDRESS = "communicatie@molenaar.example"
LINKS = Links(page="http://127.0.0.1:8000", secret=SECRET)
LINK = LINKS.label(5, 1, NOW).removeprefix(LINKS.page)
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def kept() -> FakeArchive:
    """An archive that sent one mail about mention 1."""
    made = archive()
    made.rows[5] = ("molenaar/daily", ADDRESS)
    return made


@pytest.fixture
def browser(kept: FakeArchive) -> Browser:
    """A browser on it."""
    return site(kept)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("asked", ["", "?about=about", "?about=tone", "?about=answered", "?about=%3Cscript%3E"])
def test_looking_changes_nothing(browser: Browser, kept: FakeArchive, method: str, asked: str) -> None:
    """Mail scanners follow every link at once; they find a page with buttons."""
    for _ in range(3):
        assert browser.get(LINK + asked, method=method).status_code == 200
    assert kept.said == []


def test_what_the_link_is_about_stands_first(browser: Browser) -> None:
    """The others stand below it, and the page shows the mention and not the reader's whole address."""
    for asked in ("about", "tone", "answered"):
        page = browser.page(f"{LINK}?about={asked}")
        assert next(one["id"] for one in outline(page).all("h2") if "id" in one) == asked
        assert "Bericht nummer 1 over Molenaar Pompen" in page
        assert "co…@molenaar.example" in page
        assert ADDRESS not in page


@pytest.mark.parametrize(
    ("body", "aspect", "value"),
    [
        (b"about=no", Aspect.ABOUT, "no"),
        (b"tone=negative", Aspect.TONE, "negative"),
        (b"answered=yes", Aspect.ANSWERED, "yes"),
    ],
)
def test_a_button_keeps_a_label_in_the_recipients_name(
    browser: Browser, kept: FakeArchive, body: bytes, aspect: Aspect, value: str
) -> None:
    """No log-in, cookie or redirect; whoever holds the link is its reader."""
    answer = browser.get(LINK, method="POST", headers=FORM, body=body)
    assert answer.status_code == 200
    assert "Saved" in answer.text
    assert "set-cookie" not in answer.headers
    assert kept.said == [Label(mention=1, aspect=aspect, value=value, by=ADDRESS, at=NOW)]


def test_twice_is_once_and_a_word_can_be_taken_back(kept: FakeArchive) -> None:
    """What stands already is not said again; taking back what nobody said does nothing."""
    said = Label(mention=1, aspect=Aspect.ABOUT, value="no", by="Els", at=NOW)
    kept.kept = [replace(kept.kept[0], labels=Labels(about=said))]
    browser = site(kept)
    assert "according to Els" in browser.page(LINK)
    browser.get(LINK, method="POST", headers=FORM, body=b"about=no")
    browser.get(LINK, method="POST", headers=FORM, body=b"undo=tone")
    assert kept.said == []
    browser.get(LINK, method="POST", headers=FORM, body=b"undo=about")
    assert [(one.aspect, one.value) for one in kept.said] == [(Aspect.ABOUT, "")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"about=maybe",
        b"tone=angry",
        b"tone=",
        b"intent=complaint",
        b"undo=intent",
        b"undo=",
        b"about=no&tone=negative",
        b"\xff\xfe",
        b"about=no" + b"&a=1" * 30,
        b"about=no%00",
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(browser: Browser, kept: FakeArchive, body: bytes) -> None:
    """Refused in words."""
    assert browser.get(LINK, method="POST", headers=FORM, body=body).status_code == 400
    assert kept.said == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("nonsense", 404),
        ("%00", 404),
        ("é" * 9, 404),
        ("A" * 5000, 404),
        (LINK.rpartition("/")[2][:-1], 404),
        (LINK.rpartition("/")[2] + "=", 404),
        (LINKS.unsubscribe(5, NOW).rpartition("/")[2], 404),  # for another purpose
        (seal(b"x" * 32, Purpose.LABEL, 5, 1, until=NOW + timedelta(days=9)), 404),
        (seal(SECRET, Purpose.LABEL, 99, 1, until=NOW + timedelta(days=9)), 404),  # a row that is gone
        (seal(SECRET, Purpose.LABEL, 5, 2, until=NOW + timedelta(days=9)), 404),  # a mention that is gone
        (seal(SECRET, Purpose.LABEL, 5, 2**64 - 1, until=NOW + timedelta(days=9)), 404),
        (seal(SECRET, Purpose.LABEL, 5, 1, until=NOW), 410),
    ],
)
def test_another_link_is_refused(browser: Browser, kept: FakeArchive, token: str, status: int, method: str) -> None:
    """Changed, cut off, for something else, from elsewhere, about nothing, or too old."""
    assert browser.get(f"/mail/label/{token}", method=method, headers=FORM, body=b"about=no").status_code == status
    assert kept.said == []


def test_a_mention_that_goes_while_a_reader_speaks_is_no_longer_there(kept: FakeArchive) -> None:
    """The archive keeps no label of it, and the page says so."""

    class Leaving(FakeArchive):
        def keep_labels(self, labels: object) -> list[int]:
            """It went a moment ago."""
            return [1]

    leaving = Leaving(known=kept.known, kept=kept.kept, rows=kept.rows)
    answer = site(leaving).get(LINK, method="POST", headers=FORM, body=b"about=no")
    assert (answer.status_code, "no longer there" in answer.text) == (404, True)


def test_a_link_lasts_as_long_as_its_news_matters(kept: FakeArchive) -> None:
    """Two months, and then it says that its time is over."""
    assert site(kept, now=NOW + LABELLING - timedelta(seconds=1)).get(LINK).status_code == 200
    assert site(kept, now=NOW + LABELLING).get(LINK).status_code == 410


def test_a_link_of_a_preview_works_and_does_nothing(browser: Browser, kept: FakeArchive) -> None:
    """It stands for a reader's own."""
    short = LINKS.label(0, 1, NOW).removeprefix(LINKS.page)
    assert "belongs to a preview" in browser.page(short)
    assert browser.get(short, method="POST", headers=FORM, body=b"about=no").status_code == 200
    assert kept.said == []


def test_hostile_words_stay_words(kept: FakeArchive) -> None:
    """The mention's own words are shown and nothing more."""
    kept.kept = [b.kept(1, title="<script>x</script>{{7*7}}", excerpt="<img src=x onerror=y>", spans=(), outlet='"><b>')]
    found = outline(site(kept).page(LINK))
    assert not {"script", "img", "b"} & {name for name, _ in found.elements}


def test_a_link_never_stands_in_the_log(browser: Browser, kept: FakeArchive, caplog: pytest.LogCaptureFixture) -> None:
    """It is a key: what fails is logged by the page's name alone."""
    kept.fault = RuntimeError("broken")
    with caplog.at_level(logging.ERROR):
        assert browser.get(LINK).status_code == 500
    assert "/mail/label/" in caplog.text
    assert LINK.rpartition("/")[2] not in caplog.text
