"""What a real browser makes of the pages: nothing from elsewhere, nothing sideways, nothing that axe-core objects to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from listener.core.errors import StorageError
from listener.core.labels import Aspect, Label, Labels
from listener.core.model import Intent, Media, Tone
from listener.core.themes import Theme
from listener.core.visits import Outcome
from listener.web import serve
from tests import builders as b
from tests.chromium import violations, violations_everywhere
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import archive, run, site, state

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("chromium")]

PAGES = [
    "/",
    "/brands/molenaar",
    "/brands/molenaar?from=2026-09-01&to=2026-11-20",
    "/brands/molenaar/mentions",
    "/brands/molenaar/mentions?q=pompen&tone=negative",
    "/brands/molenaar/mentions?q=niets",
    "/brands/molenaar/stories",
    "/brands/molenaar/themes",
    "/brands/molenaar/coverage",
    "/brands/molenaar/digests",
    "/compare",
    "/mentions/1",
    "/mentions/1/document",
    "/stories/1",
    "/digests/3",
    "/sources",
    "/nowhere",
    "/sign-in",
]
MAIL = "/digests/3/mail"  # as it was sent: a mail has no landmarks and needs none
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 4


def rich() -> FakeArchive:
    """An archive with something on every page: stories, themes, labels, a digest, gaps, a word that is far too long."""
    store = archive()
    store.known.append(b.brand(key="hydrovalk", name="Hydrovalk"))
    tones = [Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE, Tone.UNSURE]
    store.kept = [
        b.kept(
            number,
            tone=tones[number % 4],
            intent=Intent.COMPLAINT if number % 4 == 0 else Intent.OTHER,
            media=Media.OWNED if number == 9 else Media.EARNED,
            at=b.NOON - timedelta(minutes=number),
        )
        for number in range(1, 41)
    ]
    word = Label(mention=1, aspect=Aspect.TONE, value=Tone.NEGATIVE.value, by="Els", at=b.NOON)
    store.kept[0] = replace(store.kept[0], labels=Labels(tone=word))
    store.kept[1] = b.kept(2, title=LONG, excerpt=LONG, outlet=f"{LONG[:60]}.example")
    store.kept[:5] = [replace(one, story=1) for one in store.kept[:5]]
    store.bodies = {store.kept[0].entry.document: f"<rss><title>{LONG}</title></rss>".encode()}
    store.themed = [
        ("molenaar", b.NOON.date(), Theme(phrase=phrase, language="nl", mentions=(1, 2), stories=2, voices=2))
        for phrase in ("levertijd", "klantenservice")
    ]
    store.made = {3: b.digest(), 4: b.digest(on=b.FRIDAY - timedelta(days=1))}
    failed = run("forum", outcome=Outcome.FAILED, detail="HTTP 503")
    store.placed.append(state("forum", last=failed, failures=2))
    store.attempts += [failed, run("forum", b.NOON - timedelta(days=2))]
    return store


@dataclass
class Served:
    """Pages that are served, with the archive behind them."""

    address: str
    store: FakeArchive


@pytest.fixture(scope="module", params=["en", "nl"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """The pages in each language."""
    store = rich()
    with serve(site(store, language=request.param).app, port=0) as server:
        yield Served(server.url.rstrip("/"), store)


@pytest.fixture(scope="module")
def english() -> Iterator[Served]:
    """The pages in English."""
    store = rich()
    with serve(site(store).app, port=0) as server:
        yield Served(server.url.rstrip("/"), store)


def looking(chromium: Browser, **how: Any) -> Any:
    """A window of some width."""
    width = how.pop("width", 1200)
    return chromium.new_context(viewport={"width": width, "height": 900}, **how)


def test_axe_finds_what_is_wrong(chromium: Browser) -> None:
    """A picture without words and letters that nobody can read are found: silence of axe-core says something."""
    with looking(chromium) as context:
        page = context.new_page()
        page.set_content('<!doctype html><title>x</title><main><h1>x</h1><img src="x.png"><p style="color:#eee">pale</p></main>')
        assert {one.partition(":")[0] for one in violations(page)} == {"image-alt", "color-contrast", "html-has-lang"}


def test_axe_finds_nothing(chromium: Browser, english: Served) -> None:
    """No page breaks a rule of axe-core, on a phone and on a desk, in the light and in the dark."""
    with looking(chromium) as context:
        page = context.new_page()
        found = {}
        for path in PAGES:
            page.goto(english.address + path)
            found[path] = violations_everywhere(page)
        assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", [360, 600, 1600])
def test_nothing_is_wider_than_the_window(chromium: Browser, served: Served, width: int) -> None:
    """No page scrolls sideways, whatever stands on it, in either language, on screens from 360 to 1600 pixels."""
    with looking(chromium, width=width) as context:
        page = context.new_page()
        wide = {}
        for path in [*PAGES, MAIL]:
            page.goto(served.address + path)
            wide[path] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert {path: too_wide for path, too_wide in wide.items() if too_wide > 0} == {}


def test_a_page_is_light_and_asks_nobody_else(chromium: Browser, english: Served) -> None:
    """At most 100 kB and six requests, all of them to the page's own server; nothing that the policy forbids is tried."""
    with looking(chromium) as context:
        page = context.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        for path in [*PAGES, MAIL]:
            asked.clear()
            answer = page.goto(english.address + path)
            assert answer is not None
            assert len(answer.body()) <= 100_000, path
            assert len(asked) <= 6, asked
            assert all(url.startswith(english.address) for url in asked), asked
            assert page.evaluate("document.scripts.length") == 0
        # An address that leads nowhere is an answer too, and the browser says so.
        assert [one for one in said if "404" not in one] == []


def test_everything_can_be_read_without_script(chromium: Browser, english: Served) -> None:
    """Search, filter, turn the page, open a mention, see the bytes, and come back, in a browser that runs no script at all."""
    with looking(chromium, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{english.address}/brands/molenaar")
        page.get_by_role("searchbox").fill("pompen")
        page.get_by_role("button", name="Search").click()
        assert page.get_by_role("heading", level=1).inner_text() == "39 mentions"
        page.get_by_role("link", name="Older mentions").click()
        assert page.get_by_role("article").count() == 14
        page.go_back()
        page.get_by_label("Tone", exact=True).select_option("negative")
        page.get_by_role("button", name="Show").click()
        assert page.get_by_role("heading", level=1).inner_text() == "11 mentions"
        assert "tone=negative" in page.url
        assert "q=pompen" in page.url
        page.get_by_role("article").filter(has_text="nummer 1 over").get_by_role("heading").get_by_role("link").click()
        page.get_by_role("link", name="The bytes as they came").click()
        assert "<rss>" in page.locator("pre").inner_text()
        page.get_by_role("link", name="mention 1").click()
        page.get_by_role("link", name="told in 5 mentions").click()
        assert "How it went round" in page.locator("main").inner_text()
        with page.expect_download() as download:
            page.goto(f"{english.address}/mentions/1/document")
            page.get_by_role("link", name="Download all of them").click()
        assert download.value.suggested_filename == "document.txt"


def test_a_phone_shows_words_as_large_as_a_desk(chromium: Browser, english: Served) -> None:
    """The letters of the chart do not shrink with it."""

    def letters(page: Page) -> float:
        return float(page.evaluate("document.querySelector('.chart .day').getBoundingClientRect().height"))

    with looking(chromium, width=360) as phone, looking(chromium, width=1200) as desk:
        pages = [context.new_page() for context in (phone, desk)]
        for page in pages:
            page.goto(f"{english.address}/brands/molenaar")
        assert letters(pages[0]) == letters(pages[1]) > 10


def test_what_is_printed_holds_the_numbers(chromium: Browser, english: Served) -> None:
    """On paper there is no menu and no form, and the numbers behind the chart are there even where they were folded away."""
    with looking(chromium) as context:
        page = context.new_page()
        page.goto(f"{english.address}/brands/molenaar?from=2026-09-01&to=2026-11-20")
        assert not page.get_by_role("rowheader", name="Fri 20 Nov").first.is_visible()
        page.emulate_media(media="print")
        assert page.get_by_role("rowheader", name="Fri 20 Nov").first.is_visible()
        assert not page.locator("form").first.is_visible()
        assert not page.locator("nav").first.is_visible()
        shown = page.evaluate("getComputedStyle(document.querySelector('a.out'), '::after').content")
        assert "http" in shown


def test_a_database_that_is_away_is_said_and_comes_back(chromium: Browser, english: Served) -> None:
    """The page says that nothing was lost and when to try again; a minute later the same address is the page again."""
    with looking(chromium) as context:
        page = context.new_page()
        english.store.fault = StorageError("database listener.db: disk I/O error")
        try:
            answer = page.goto(f"{english.address}/brands/molenaar")
            assert answer is not None
            assert (answer.status, answer.headers["retry-after"]) == (503, "60")
            assert "The archive cannot be read at the moment" in page.locator("main").inner_text()
            assert "I/O" not in page.content()
            assert violations(page) == []
        finally:
            english.store.fault = None
        again = page.reload()
        assert again is not None
        assert again.status == 200
