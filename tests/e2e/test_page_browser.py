"""The page in a real browser: signing in for the first time, labelling by keyboard, changing a query, sharing; with script and without.

The browser is the system's Chromium, driven by Playwright; nothing is downloaded (tests/chromium.py).
"""

from __future__ import annotations

import signal
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from listener.app import App
from listener.cli.inviting import invite
from listener.cli.session import open_app, page_of
from listener.core.visits import Outcome, Run
from listener.web.server import serve
from tests.builders import document, entry, judged, mention
from tests.databases import fresh_sqlite
from tests.e2e.house import Feeds, command, configure

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("chromium")]

PASSWORD = "vier woorden zijn genoeg"


@dataclass
class House:
    """A listener that is served."""

    app: App
    url: str

    def link(self, name: str = "") -> str:
        """A one-time link."""
        return invite(self.app, name, page=self.url)

    @property
    def query(self) -> str:
        """The query in the brand's file."""
        return str(tomllib.loads((self.app.settings.folder / "brands" / "molenaar.toml").read_text())["query"])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A listener in Dutch with a brand, eight items, six of which are mentions; its page is served."""
    config = configure(tmp_path, ("forum", "https://forum.example/feed"))
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    with open_app(config) as app:
        now = app.clock()
        said = [
            entry(
                source="forum",
                guid=f"{n}",
                url=f"https://forum.example/{n}",
                title=f"{'Molenaar Pompen' if n < 6 else 'Een gemaal'} {n}",
                text="",
                published_at=now - timedelta(minutes=n),
            )
            for n in range(8)
        ]
        (state,) = app.archive.states(["forum"])
        app.archive.keep(
            state,
            Run(source="forum", started_at=now, outcome=Outcome.NEW),
            next_due_at=now,
            document=document(source="forum"),
            entries=said,
            mentions=[judged(mention=mention(entry=one)) for one in said[:6]],
        )
        with serve(page_of(app), "127.0.0.1", 0) as server:
            yield House(app, server.url.rstrip("/"))


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A tab of its own, with script and without; a message on its console is a fault."""
    context = chromium.new_context(java_script_enabled=request.param, viewport={"width": 1200, "height": 900}, locale="nl-NL")
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda fault: said.append(str(fault)))
    yield opened
    context.close()
    refused = "Failed to load resource"  # what the browser says of a 4xx that a test asked for
    assert [one for one in said if refused not in one] == []


def come_in(page: Page, house: House | None, link: str = "") -> None:
    """Be the first editor."""
    page.goto(house.link() if house else link)
    page.get_by_label("Naam").fill("Els de Vries")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_label("Herhaal het wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Bewaren en naar binnen").click()


def test_the_first_editor_comes_in_goes_out_and_comes_back(page: Page, house: House) -> None:
    """By the one-time link, which works once; what was asked for is what comes after signing in."""
    link = house.link()
    page.goto(f"{house.url}/brands/molenaar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aanmelden")
    come_in(page, house)
    expect(page).to_have_url(f"{house.url}/brands/molenaar")
    page.get_by_role("button", name="Afmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aanmelden")
    page.goto(f"{house.url}/sources")
    page.get_by_label("Naam").fill("els de vries")
    page.get_by_label("Wachtwoord", exact=True).fill("een verkeerd wachtwoord")
    page.get_by_role("main").get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("horen niet bij elkaar")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Aanmelden").click()
    expect(page).to_have_url(f"{house.url}/sources")
    expect(page.get_by_text("Els de Vries")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze link is verlopen")


def test_mentions_are_labelled_by_keyboard_or_by_forms(page: Page, house: House, request: pytest.FixtureRequest) -> None:
    """Down, about us, negative, down, not about us, undo: what is said stands in the archive at once."""
    come_in(page, house)
    page.goto(f"{house.url}/desk/label")
    ids = [int(one.get_attribute("data-mention") or 0) for one in page.locator("li[data-mention]").all()]
    assert len(ids) == 6
    labels = house.app.archive.labels
    if "no-script" in request.node.callspec.id:
        first = page.locator(f"#m{ids[0]}")
        first.get_by_role("group", name="Over ons?").get_by_label("ja").check()
        first.get_by_role("group", name="Toon").get_by_label("negatief").check()
        first.get_by_role("button", name="Bewaren").click()
        expect(page.get_by_text("Bewaard:")).to_be_visible()
        assert [(one.aspect.value, one.value, one.by) for one in labels(ids[0])] == [
            ("about", "yes", "Els de Vries"),
            ("tone", "negative", "Els de Vries"),
        ]
        assert page.locator("li[data-mention]").count() == 5
        page.get_by_role("button", name="Ongedaan maken").click()
        expect(page.locator("li[data-mention]")).to_have_count(6)
        assert not house.app.archive.mention(ids[0]).labels  # type: ignore[union-attr] # it is there
        return
    page.keyboard.press("y")
    page.keyboard.press("1")
    expect(page.locator("#told")).to_have_text("Bewaard.")
    page.keyboard.press("j")
    expect(page.locator(f"#m{ids[1]}")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator(f"#m{ids[1]} input[value=no][name=about]")).to_be_checked()
    page.keyboard.press("k")
    expect(page.locator(f"#m{ids[0]}")).to_be_focused()
    expect(page.locator(".waits")).to_have_count(0)
    assert [(one.aspect.value, one.value) for one in labels(ids[0])] == [("about", "yes"), ("tone", "negative")]
    assert [(one.aspect.value, one.value) for one in labels(ids[1])] == [("about", "no")]
    for key in "123123":
        page.keyboard.press(key)
    expect(page.locator(".waits")).to_have_count(0)
    tones = [one.value for one in labels(ids[0]) if one.aspect.value == "tone"]
    assert tones == ["negative", "neutral", "positive", "negative", "neutral", "positive"], "in the order of the keys"
    for _ in range(5):
        page.keyboard.press("u")
    expect(page.locator(f"#m{ids[0]} input[value=negative]")).to_be_checked()
    page.keyboard.press("u")
    expect(page.locator("#told")).to_have_text("Teruggenomen.")
    expect(page.locator(f"#m{ids[1]} input[value=no][name=about]")).not_to_be_checked()
    assert not house.app.archive.mention(ids[1]).labels  # type: ignore[union-attr] # it is there
    page.reload()
    expect(page.locator("li[data-mention]")).to_have_count(5)


def test_a_sample_is_checked_question_by_question(page: Page, house: House, request: pytest.FixtureRequest) -> None:
    """By number keys or by buttons; what the program said comes when the last question of a mention is answered, and is taken back."""
    archive, now = house.app.archive, house.app.clock()
    last_week = now - timedelta(days=now.weekday() + 4)
    said = entry(
        source="forum", guid="old", url="https://forum.example/old", title="Molenaar Pompen vorige week", published_at=last_week
    )
    (state,) = archive.states(["forum"])
    archive.keep(
        state,
        Run(source="forum", started_at=now, outcome=Outcome.NEW),
        next_due_at=now,
        document=document(source="forum", body=b"older"),
        entries=[said],
        mentions=[judged(mention=mention(entry=said))],
    )
    come_in(page, house)
    page.goto(f"{house.url}/desk/sample")
    question = page.get_by_role("region").get_by_role("heading", level=3)
    without = "no-script" in request.node.callspec.id
    for asked, key, answer in (
        ("Gaat dit over Molenaar Pompen?", "1", "Ja"),
        ("Wat is de toon over Molenaar Pompen?", "3", "Positief"),
        ("Wat wil de schrijver?", "6", "Overig"),
        ("Wie spreekt hier: een bedrijf of een consument?", "1", "Een bedrijf"),
    ):
        expect(question).to_have_text(asked)
        expect(page.get_by_text("het programma zei")).to_have_count(0)
        if without:
            page.get_by_role("region").get_by_role("button", name=answer).click()
        else:
            page.keyboard.press(key)
    expect(page.get_by_role("heading", level=2)).to_have_text("Deze week is nagekeken")
    expect(page.get_by_text("het programma zei")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Het programma en u vonden dezelfde toon: 0 van 1.")
    page.get_by_role("button", name="Laatste antwoord terugnemen").click()
    expect(question).to_have_text("Wie spreekt hier: een bedrijf of een consument?")
    (id_,) = (one.id for one in archive.labelled("molenaar", limit=5))
    assert [(one.aspect.value, one.value) for one in archive.labels(id_)] == [
        ("about", "yes"),
        ("tone", "positive"),
        ("intent", "other"),
    ]


def test_a_query_is_tried_kept_and_marked(page: Page, house: House, request: pytest.FixtureRequest) -> None:
    """What would come in is seen first, a fault stands under the caret, and the chart marks the day."""
    come_in(page, house)
    page.goto(f"{house.url}/desk/query/molenaar")
    box = page.get_by_label("Zoekvraag", exact=True)
    without = "no-script" in request.node.callspec.id

    def write(query: str) -> None:
        box.fill(query)
        if without:
            page.get_by_role("button", name="Uitproberen").click()

    write('"Molenaar Pompen" OR (gemaal')
    expect(page.locator("#tried .caret")).to_contain_text("^")
    write('"Molenaar Pompen" OR gemaal')
    expect(page.locator("#tried")).to_contain_text("+2 / −0")
    expect(page.locator("#tried")).to_contain_text("Een gemaal 6")
    assert house.query == '"Molenaar Pompen"'
    page.get_by_role("button", name="Deze zoekvraag bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard.")
    assert house.query == '"Molenaar Pompen" OR gemaal'
    if without:
        for thread in threading.enumerate():
            if thread.name == "rematch-molenaar":
                thread.join(60)
        page.reload()
    expect(page.get_by_text("2 vermeldingen erbij, 0 opzijgezet")).to_be_visible(timeout=30_000)
    page.goto(f"{house.url}/brands/molenaar")
    assert "zoekvraag gewijzigd" in page.content()
    page.goto(f"{house.url}/desk/changes")
    expect(page.get_by_role("main")).to_contain_text("Zoekvraag veranderd")


def test_a_brand_is_shared_read_and_revoked(page: Page, house: House, chromium: Browser) -> None:
    """Somebody without a name reads it, changes nothing, and is out when it is revoked."""
    come_in(page, house)
    page.goto(f"{house.url}/shares")
    page.get_by_label("Voor wie").fill("de raad")
    page.get_by_role("button", name="Link maken").click()
    link = page.get_by_label("De link", exact=True).input_value()
    board = chromium.new_context(viewport={"width": 360, "height": 800}).new_page()
    board.goto(link.replace(house.app.settings.listener.base_url, house.url))
    expect(board.get_by_role("heading", level=1)).to_be_visible()
    assert "/share/" not in board.url
    expect(board.get_by_text("Dit is een gedeelde link.")).to_be_visible()
    assert board.goto(f"{house.url}/desk/setup").status == 403  # type: ignore[union-attr] # a page has an answer
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("1 keer geopend")
    page.get_by_role("button", name="Intrekken").click()
    expect(page.get_by_role("main")).to_contain_text("Ingetrokken")
    assert board.goto(f"{house.url}/brands/molenaar").status == 410  # type: ignore[union-attr] # a page has an answer
    board.context.close()


def test_a_source_is_added_and_two_editors_do_not_overwrite_each_other(page: Page, house: House, chromium: Browser) -> None:
    """The first invites the second, who is told of what was saved meanwhile; what was written is still there."""
    come_in(page, house)
    page.goto(f"{house.url}/desk/people")
    page.get_by_label("Naam").fill("Piet")
    page.get_by_label("alle merken").check()
    page.get_by_role("button", name="Eenmalige link maken").click()
    link = page.get_by_label("Voor Piet").input_value()
    page.goto(f"{house.url}/desk/setup/molenaar")
    piet = chromium.new_context(locale="nl-NL").new_page()
    piet.goto(link.replace(house.app.settings.listener.base_url, house.url))
    piet.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    piet.get_by_label("Herhaal het wachtwoord").fill(PASSWORD)
    piet.get_by_role("button", name="Bewaren en naar binnen").click()
    piet.goto(f"{house.url}/desk/setup/molenaar")
    page.locator("#new-address").fill("https://blog.example/feed")
    page.get_by_role("button", name="Bron toevoegen").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard.")
    assert [source.address for source in house.app.sources] == ["https://forum.example/feed", "https://blog.example/feed"]
    piet.locator("#name").fill("Molenaar BV")
    piet.locator("form:has(#name)").get_by_role("button", name="Bewaren").click()
    expect(piet.get_by_role("alert")).to_contain_text("Iemand anders veranderde het bestand")
    expect(piet.locator("#name")).to_have_value("Molenaar BV")
    piet.locator("form:has(#name)").get_by_role("button", name="Bewaren").click()
    expect(piet.get_by_role("status")).to_contain_text("Bewaard.")
    assert house.app.brand("molenaar").name == "Molenaar BV"
    piet.context.close()


def test_a_source_is_added_and_heard_from_while_the_program_runs(tmp_path: Path, chromium: Browser) -> None:
    """The program is a process of its own and is not started again: it reads the new source, listens, and the page shows what it said."""
    with Feeds() as feeds:
        config = configure(tmp_path)
        fresh_sqlite(f"sqlite:///{tmp_path / 'listener.db'}")
        feeds.show("/nieuws", 41, 42)
        with (
            subprocess.Popen(
                command(config, "run", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            ) as run,
            chromium.new_context(locale="nl-NL") as context,
        ):
            try:
                assert run.stdout is not None
                address = run.stdout.readline().split()[4].rstrip("/")
                run.stdout.readline()
                page = context.new_page()
                come_in(page, None, run.stdout.readline().strip())
                page.goto(f"{address}/desk/setup/molenaar")
                expect(page.get_by_text("luisteren we nog nergens")).to_be_visible()
                page.locator("#new-address").fill(feeds.address("/nieuws"))
                page.get_by_role("button", name="Bron toevoegen").click()
                expect(page.get_by_role("status")).to_contain_text("Bewaard.")
                page.goto(f"{address}/brands/molenaar/mentions")
                for _ in range(120):
                    if page.get_by_role("article").count() == 2:
                        break
                    page.wait_for_timeout(500)
                    page.reload()
                expect(page.get_by_role("main")).to_contain_text("Bericht 42")
                page.goto(f"{address}/sources")
                expect(page.get_by_role("main")).to_contain_text("molenaar-rss")
                assert run.poll() is None
            finally:
                run.send_signal(signal.SIGTERM)
                run.communicate(timeout=60)
