"""The weekly sample: drawn once with its seed, asked one question at a time, and the machine's answer only afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from listener.core.labels import Aspect, Label, Labels
from listener.core.model import Intent, Tone
from listener.core.observed import Check, Doubtful, Question
from listener.core.sampling import SIZE, seed_of
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, Browser, archive, enter, outline, site

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
    assert "Who speaks here: a business or a consumer?" in page
    assert "the program said" not in page
    page = answer(browser, "b2b")
    assert "the program said" in page
    assert "1 of 3 checked" in page
    assert hidden(page)["mention"] != first["mention"]
    page = answer(browser, "no")
    assert "you said that it is not about us" in page
    assert "2 of 3 checked" in page
    for value in ("yes", "neutral", "other", "unclear"):
        page = answer(browser, value)
    assert "This week is checked" in page
    assert "About Molenaar Pompen: 2 of 3." in page
    assert "intent was yours: 2 of 2" in page or "intent was yours: 1 of 2" in page
    assert {one.by for one in store.said} == {"Els"}
    assert [(one.question, one.answer, one.by) for one in store.checked] == [
        (Question.MARKET, "b2b", "Els"),
        (Question.MARKET, "unclear", "Els"),
    ]


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
        ({"question": "market"}, 400),
        ({"question": "worth"}, 404),
        ({"question": "claim", "answer": "own"}, 404),
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
    assert not store.checked


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
    said = Label(mention=1, aspect=Aspect.ABOUT, value="no", by="Piet", at=NOW)
    store.kept[0] = replace(store.kept[0], labels=Labels(about=said))
    assert "1 of 3 checked" in browser.page(PATH)


def test_worth_is_asked_where_relations_were_brought(store: FakeArchive, browser: Browser) -> None:
    """Then it counts which of the others matter; the answer is a check, with a name, and can be taken back."""
    store.unsure = Doubtful(is_listed=True)
    store.kept = store.kept[:1]
    for value in ("yes", "neutral", "other", "b2c"):
        page = answer(browser, value)
        assert "the program said" not in page
    assert "Could whoever speaks here be of commercial interest to Molenaar Pompen?" in page
    page = answer(browser, "yes")
    assert "This week is checked" in page
    undo = page.split('class="kept"')[1].split("</form>")[0]
    fields = {one["name"] or "": one["value"] or "" for one in outline(undo).all("input") if one["name"] != "form"}
    page = browser.page(browser.send(PATH, {**fields, "answer": ""}).headers["location"])
    assert "of commercial interest" in page
    assert [(one.question.value, one.answer) for one in store.checked] == [("market", "b2c"), ("worth", "yes"), ("worth", "")]


def test_cases_are_weighed_by_two(store: FakeArchive, browser: Browser) -> None:
    """Words of a claim are asked about after the sample; what one calls our own doing, another is asked too, and nobody twice."""
    store.kept = [b.kept(number, at=b.NOON - timedelta(days=7)) for number in (7, 8)]
    said = {
        aspect.value: Label(mention=7, aspect=aspect, value=value, by="Piet", at=NOW)
        for aspect, value in ((Aspect.ABOUT, "yes"), (Aspect.TONE, "neutral"), (Aspect.INTENT, "other"))
    }
    about = Label(mention=8, aspect=Aspect.ABOUT, value="no", by="Piet", at=NOW)
    store.kept = [
        replace(one, labels=labels) for one, labels in zip(store.kept, (Labels(**said), Labels(about=about)), strict=True)
    ]
    store.checked = [Check(mention=7, question=Question.MARKET, answer="b2b", by="Piet", at=NOW)]
    store.unsure = Doubtful(claims=(7, 8, 99), leaks=(7,))
    page = browser.page(PATH)
    assert "Does it tell of a legal claim against Molenaar Pompen, and what brought it about?" in page
    assert "3 of 5 checked" in page
    assert hidden(page)["mention"] == "7"
    page = answer(browser, "own")
    assert "Does it give away what a code word stands for" in page
    assert "the program said" not in page
    page = answer(browser, "none")
    assert "This week is checked" in page
    second = site(store, who="stranger")
    enter(second, store, "Ann")
    assert "legal claim" in second.page(PATH)
    page = answer(second, "own")
    assert "This week is checked" in page
    third = site(store, who="stranger")
    enter(third, store, "Bob")
    assert "This week is checked" in third.page(PATH)


def test_what_pointed_queries_found_stands_apart(store: FakeArchive, browser: Browser) -> None:
    """A source whose query asks for complaints says nothing about how usual they are: the sample knows it, wherever it is drawn."""
    asked: list[object] = []
    candidates = store.candidates

    def noting(*given: object, **named: object) -> object:
        asked.append(named["pointed"])
        return candidates(*given, **named)  # type: ignore[arg-type] # passed on as it came

    store.candidates = noting  # type: ignore[method-assign,assignment] # to see what is asked
    store.placed = [replace(store.placed[0], source=b.source(address="https://a.example/?q=klacht"))]
    browser.page(PATH)
    assert asked == [["vakblad"]]
