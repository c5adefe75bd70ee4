"""The weekly sample: drawn once with its seed, asked one question at a time, and the machine's answer only afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from listener.core.model import Intent, Tone
from listener.core.sampling import SIZE, seed_of
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import Browser, archive, enter, outline, site

WEEK = date(2026, 11, 9)  # the last complete one before Friday 20 November
PATH = "/desk/sample"


@pytest.fixture
def store() -> FakeArchive:
    """Three mentions in the last complete week, and one of this week."""
    made = archive()
    made.remembers = True
    before = b.NOON - timedelta(days=7)
    made.kept = [
        b.kept(1, at=before, tone=Tone.NEGATIVE, intent=Intent.COMPLAINT),
        b.kept(2, at=before, tone=Tone.POSITIVE),
        b.kept(3, at=before),
        b.kept(4),
    ]
    return made


@pytest.fixture
def browser(store: FakeArchive) -> Browser:
    """An editor's browser on it."""
    return site(store, who="editor")


def hidden(page: str) -> dict[str, str]:
    """What the form of the question carries."""
    form = page.split('class="ask"')[1].split("</form>", maxsplit=1)[0]
    return {one["name"] or "": one["value"] or "" for one in outline(form).all("input") if one["name"] != "form"}


def answer(browser: Browser, value: str) -> str:
    """Answer the question that is asked; the page that follows."""
    asked = hidden(browser.page(PATH))
    done = browser.send(PATH, {**asked, "answer": value})
    assert done.status_code == 303
    return browser.page(done.headers["location"])


def test_a_week_is_asked_one_question_at_a_time_and_then_says_how_it_went(store: FakeArchive, browser: Browser) -> None:
    """What the machine says of a mention is nowhere on the page before its last question is answered."""
    page = browser.page(PATH)
    assert "0 of 3 checked" in page
    for words in ("negative", "complaint", "positive", "chip"):
        assert words not in page.split("<main")[1]
    assert "Is it about Molenaar Pompen?" in page
    first = hidden(page)
    page = answer(browser, "yes")
    assert "How does it speak of Molenaar Pompen?" in page
    assert "the program said" not in page
    page = answer(browser, "neutral")
    assert "What does its writer want?" in page
    assert "the program said" not in page
    page = answer(browser, "complaint")
    assert "the program said" in page
    assert "1 of 3 checked" in page
    assert hidden(page)["mention"] != first["mention"]
    page = answer(browser, "no")
    assert "you said that it is not about us" in page
    assert "2 of 3 checked" in page
    for value in ("yes", "neutral", "other"):
        page = answer(browser, value)
    assert "This week is checked" in page
    assert "About Molenaar Pompen: 2 of 3." in page
    assert "intent was yours: 2 of 2" in page or "intent was yours: 1 of 2" in page
    assert {one.by for one in store.said} == {"Els"}


def test_the_sample_is_drawn_once_and_says_its_seed(store: FakeArchive, browser: Browser) -> None:
    """What is found later does not change it."""
    page = browser.page(PATH)
    assert f"with seed {seed_of('molenaar', WEEK)}" in page
    assert store.drawn["molenaar", WEEK].mentions == (1, 2, 3) or sorted(store.drawn["molenaar", WEEK].mentions) == [1, 2, 3]
    store.kept.append(b.kept(9, at=b.NOON - timedelta(days=7)))
    assert "of 3 checked" in browser.page(PATH)
    store.kept = [b.kept(number, at=b.NOON - timedelta(days=14)) for number in range(100, 180)]
    assert f"of {SIZE} checked" in browser.page(f"{PATH}?week=2026-11-02")


def test_an_answer_can_be_taken_back(store: FakeArchive, browser: Browser) -> None:
    """The last one of a mention, and the question comes again."""
    page = answer(browser, "yes")
    undo = page.split('class="kept"')[1].split("</form>")[0]
    fields = {one["name"] or "": one["value"] or "" for one in outline(undo).all("input") if one["name"] != "form"}
    done = browser.send(PATH, {**fields, "answer": ""})
    assert "last=" not in done.headers["location"]
    assert "Is it about Molenaar Pompen?" in browser.page(done.headers["location"])
    assert [one.value for one in store.said] == ["yes", ""]


def test_what_has_gone_since_is_passed_over(store: FakeArchive, browser: Browser) -> None:
    """Forgotten, it is not asked for."""
    browser.page(PATH)
    store.kept = [one for one in store.kept if one.id != 2]
    assert "0 of 2 checked" in browser.page(PATH)
    store.kept = []
    assert "nothing to check" in browser.page(PATH)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"answer": "perhaps"}, 400),
        ({"question": "answered", "answer": "yes"}, 400),
        ({"question": ""}, 400),
        ({"mention": "4"}, 404),
        ({"mention": "x"}, 404),
        ({"brand": "bol"}, 404),
        ({"week": "2026-11-16"}, 400),
        ({"week": "2026-11-10"}, 400),
        ({"week": "1999-01-04"}, 400),
        ({"week": "yesterday"}, 400),
    ],
)
def test_an_answer_to_nothing_is_none(store: FakeArchive, browser: Browser, change: dict[str, str], status: int) -> None:
    """Neither to another question, nor to what was not drawn, nor of a week that is not over or long past."""
    asked = hidden(browser.page(PATH))
    assert browser.send(PATH, {**asked, "answer": "yes", **change}).status_code == status
    assert not store.said


def test_a_mention_that_goes_while_it_is_asked_about_is_said(store: FakeArchive, browser: Browser) -> None:
    """The sample stands, the mention does not."""
    asked = hidden(browser.page(PATH))
    store.kept = [one for one in store.kept if str(one.id) != asked["mention"]]
    assert browser.send(PATH, {**asked, "answer": "yes"}).status_code == 404


def test_another_brands_sample_is_not_there(store: FakeArchive) -> None:
    """Nor is one where there is no brand at all."""
    store.known.append(b.brand(key="bol", name="Bol"))
    browser = site(store, who="stranger")
    enter(browser, store, "Bob", brands=("bol",))
    assert browser.get(f"{PATH}?brand=molenaar").status_code == 404
    assert "nothing to check" in browser.page(PATH)
    store.known = []
    assert browser.get(PATH).status_code == 404


def test_what_somebody_labelled_already_is_not_asked_again(store: FakeArchive, browser: Browser) -> None:
    """The next question is asked instead."""
    from listener.core.labels import Aspect, Label, Labels
    from tests.unit.web.browser import NOW

    said = Label(mention=1, aspect=Aspect.ABOUT, value="no", by="Piet", at=NOW)
    store.kept[0] = replace(store.kept[0], labels=Labels(about=said))
    assert "1 of 3 checked" in browser.page(PATH)
