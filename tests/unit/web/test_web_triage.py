"""The queue for those who label: what waits, what a form or a script may say, undoing, and the time that it took."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import pytest

from listener.core.labels import VALUES, Aspect, Label, Labels
from listener.core.model import Intent, Media, Tone
from listener.web.triage import KEYS, SHOWN
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, Browser, archive, enter, outline, site

TODAY = date(2026, 11, 20)


@pytest.fixture
def store() -> FakeArchive:
    """An archive with thirty mentions, one of them labelled and one the brand's own."""
    made = archive()
    made.remembers = True
    made.kept = [b.kept(number, at=b.NOON - timedelta(minutes=number)) for number in range(1, 29)]
    said = Label(mention=29, aspect=Aspect.ABOUT, value="no", by="Els", at=NOW)
    made.kept += [replace(b.kept(29), labels=Labels(about=said)), b.kept(30, media=Media.OWNED)]
    return made


@pytest.fixture
def browser(store: FakeArchive) -> Browser:
    """An editor's browser on it."""
    return site(store, who="editor")


def items(page: str) -> list[str | None]:
    """The mentions of a page, in their order."""
    return [one["data-mention"] for one in outline(page).all("li") if "data-mention" in one]


def test_the_queue_holds_what_nobody_labelled(browser: Browser) -> None:
    """The newest first, a page at a time, with how many wait."""
    page = browser.page("/desk/label")
    assert items(page) == [str(number) for number in range(1, SHOWN + 1)]
    assert "28 mentions wait for your word" in page
    assert len(page.encode()) < 100_000
    assert "The next 8" in page


def test_each_key_is_one_choice(browser: Browser) -> None:
    """And no choice is without a key; the keys that move and undo are none of them."""
    keys = [key for key, _, _ in KEYS]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("jku")
    assert {(aspect, value) for _, aspect, value in KEYS} == {(aspect, value) for aspect, some in VALUES.items() for value in some}
    page = browser.page("/desk/label")
    assert {one["data-key"] for one in outline(page).all("input") if "data-key" in one} == set(keys)


def test_by_forms_alone_a_mention_is_labelled_and_undone(store: FakeArchive, browser: Browser) -> None:
    """Several aspects at once; the next page offers the way back."""
    said = {"mention": "3", "queue": "new", "about": "yes", "tone": "negative"}
    answer = browser.send("/desk/label", said)
    assert answer.status_code == 303
    assert [(one.mention, one.aspect, one.value, one.by) for one in store.said] == [
        (3, Aspect.ABOUT, "yes", "Els"),
        (3, Aspect.TONE, "negative", "Els"),
    ]
    page = browser.page(answer.headers["location"])
    assert "3" not in items(page)
    assert "Kept: Bericht nummer 3" in " ".join(outline(page).text.split())
    back = {
        one["name"]: one["value"]
        for one in outline(page.split("Kept:")[0].rsplit("<form", 1)[1]).all("input")
        if one["name"] != "form"
    }
    assert back == {"mention": "3", "queue": "new", "undo": "yes", "about": "", "tone": ""}
    undone = browser.send("/desk/label", {name or "": value or "" for name, value in back.items()})
    assert undone.headers["location"] == "/desk/label?brand=molenaar&queue=new"
    assert "3" in items(browser.page("/desk/label"))


def test_a_script_hears_what_stood_before(store: FakeArchive, browser: Browser) -> None:
    """So that undoing brings back somebody else's word too; saying it again says nothing."""
    earlier = Label(mention=2, aspect=Aspect.TONE, value="positive", by="Piet", at=NOW)
    store.kept[1] = replace(store.kept[1], labels=Labels(tone=earlier))
    js = {"accept": "application/json"}
    answer = browser.send("/desk/label", {"mention": "2", "tone": "negative"}, headers=js)
    assert answer.json() == {"mention": 2, "was": {"tone": "positive"}, "minutes": 0}
    assert browser.send("/desk/label", {"mention": "2", "tone": "negative"}, headers=js).json()["was"] == {"tone": "negative"}
    browser.send("/desk/label", {"mention": "2", "tone": "positive"}, headers=js)
    assert [one.value for one in store.said] == ["negative", "positive"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"mention": "1"}, 400),
        ({"mention": "1", "tone": "furious"}, 400),
        ({"mention": "1", "tone": "negative", "about": "perhaps"}, 400),
        ({"mention": "99", "tone": "negative"}, 404),
        ({"mention": "x", "tone": "negative"}, 404),
        ({"mention": "9" * 19, "tone": "negative"}, 404),
        ({"tone": "negative"}, 404),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(store: FakeArchive, browser: Browser, form: dict[str, str], status: int) -> None:
    """All of it or none of it."""
    assert browser.send("/desk/label", form).status_code == status
    assert not store.said


@pytest.mark.parametrize(
    "query",
    [
        "?brand=nobody",
        "?queue=everything",
        "?brand=",
        "?done=x&was=y",
        "?done=99&was=tone:x",
        "?done=1&was=tone:%22%3E%3Cscript%3E",
    ],
)
def test_an_address_that_was_tampered_with_does_no_harm(browser: Browser, query: str) -> None:
    """A queue or brand that is none is not there; a way back that is none is not offered."""
    answer = browser.get(f"/desk/label{query}")
    assert answer.status_code == (404 if "nobody" in query or "everything" in query else 200)
    assert "<script>" not in answer.text
    assert 'name="undo"' not in answer.text or "done=1" in query


def test_what_presses_is_a_queue_of_its_own(store: FakeArchive, browser: Browser) -> None:
    """Complaints and questions without an answer, until somebody says that there is one."""
    store.kept = [b.kept(1), b.kept(2, intent=Intent.COMPLAINT, tone=Tone.NEGATIVE), b.kept(3, intent=Intent.QUESTION)]
    assert items(browser.page("/desk/label?queue=pressing")) == ["3", "2"]
    browser.send("/desk/label", {"mention": "3", "answered": "yes"})
    assert items(browser.page("/desk/label?queue=pressing")) == ["2"]


def test_sixty_in_five_minutes_are_five_minutes(store: FakeArchive) -> None:
    """The server counts from step to step, and leaves out what was a pause."""
    now = [NOW]
    store.kept = [b.kept(number) for number in range(1, 61)]
    browser = site(store, who="editor", clock=lambda: now[0])
    word = browser.form_of("/desk/label")
    for number in range(1, 61):
        now[0] += timedelta(seconds=5)
        browser.send("/desk/label", {"mention": str(number), "about": "yes"}, form=word)
        if number == 30:
            now[0] += timedelta(minutes=25)
            browser.send("/desk/label", {"mention": "1", "about": "no"}, form=word)
    worked = store.worked(since=TODAY, until=TODAY + timedelta(days=1))
    assert [one.handled for one in worked] == [61]
    assert [(one.who, one.what, one.seconds) for one in worked] == [("Els", "triage", 300)]
    assert "You worked on it for 5 min today." in " ".join(browser.page("/desk/label").split())


def test_another_brands_mentions_are_not_there_to_be_labelled(store: FakeArchive) -> None:
    """By number or by queue."""
    store.known.append(b.brand(key="bol", name="Bol"))
    other = b.kept(50)
    store.kept.append(replace(other, judged=replace(other.judged, mention=replace(other.judged.mention, brand="bol"))))
    browser = site(store, who="stranger")
    enter(browser, store, "Bob", brands=("bol",))
    assert items(browser.page("/desk/label")) == ["50"]
    assert browser.get("/desk/label?brand=molenaar").status_code == 404
    word = browser.form_of("/desk/label")
    assert browser.send("/desk/label", {"mention": "1", "tone": "negative"}, form=word).status_code == 404
    assert browser.send("/desk/label", {"mention": "50", "tone": "negative"}, form=word).status_code == 303
    assert [one.mention for one in store.said] == [50]


def test_an_empty_queue_says_what_to_do_next(store: FakeArchive, browser: Browser) -> None:
    """And one without a brand says that."""
    store.kept = []
    assert "Nothing waits." in browser.page("/desk/label")
    store.known = []
    assert "There is no brand yet." in browser.page("/desk/label")


def test_the_page_has_our_script_and_no_other(browser: Browser) -> None:
    """From our own address, allowed by the policy of this page and of no page for readers."""
    answer = browser.get("/desk/label")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert [(one["src"] or "").partition("=")[0] for one in outline(answer.text).all("script")] == ["/static/work.js?v"]
    assert "script-src" not in browser.get("/sources").headers["content-security-policy"]
    script = browser.get("/static/work.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert not {"innerHTML", "eval(", "document.write", "http:", "https:"} & set(script.text.split())


def test_a_body_in_another_coding_is_no_form(browser: Browser) -> None:
    """It is refused before anybody looks into it."""
    word = browser.form_of("/desk/label")
    body = urlencode({"form": word, "mention": "1", "tone": "negative"}).encode() + b"&a=\xff"
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "http://127.0.0.1:8000"}
    assert browser.get("/desk/label", method="POST", headers=headers, body=body).status_code == 403


def test_a_moment_from_before_the_last_step_is_no_work() -> None:
    """A clock that was set back gives nothing away."""
    from listener.core.deeds import spent

    noon = datetime(2026, 11, 20, 12, tzinfo=NOW.tzinfo)
    assert spent(None, noon) == 0
    assert spent(noon, noon - timedelta(seconds=5)) == 0
    assert spent(noon, noon + timedelta(seconds=120)) == 120
    assert spent(noon, noon + timedelta(seconds=121)) == 0
