"""What a real browser makes of the pages on which people work: no rule of axe-core broken, nothing heavy, nothing sideways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from listener.core.access import INVITED
from listener.core.deeds import Deed
from listener.core.links import Links
from listener.core.observed import Doubtful
from listener.web import serve
from listener.web.visiting import digest_of
from tests import builders as b
from tests.chromium import violations_everywhere
from tests.e2e.test_pages_seen import LONG, Served, looking, rich
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, SECRET, enter, site
from tests.unit.web.browser import Browser as Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("chromium")]

DESK = [
    "/desk/label",
    "/desk/label?brand=molenaar",
    "/desk/label?brand=molenaar&queue=pressing",
    "/desk/sample?brand=molenaar",
    "/desk/sample?brand=molenaar&week=2026-09-28",
    "/desk/query/molenaar",
    "/desk/setup",
    "/desk/setup/molenaar",
    "/desk/people",
    "/desk/changes",
    "/shares",
]
LINKS = Links(page="http://127.0.0.1:8000", secret=SECRET)
# Of those who come by a link, or not at all yet.
DOOR = [
    "/sign-in",
    "/welcome/a-word",
    "/welcome/a-name",
    "/welcome/used",
    *(one.removeprefix(LINKS.page) for one in (LINKS.unsubscribe(5, NOW), LINKS.preferences(5, NOW), LINKS.label(5, 1, NOW))),
]


def working() -> FakeArchive:
    """An archive with something on every page of those who edit."""
    store = rich()
    del store.kept[8:]  # a page of eight says what a page of twenty says
    a_week_ago = b.NOON - timedelta(days=8)
    store.kept += [replace(b.kept(number, at=a_week_ago), collected_at=a_week_ago) for number in range(50, 56)]
    store.unsure = Doubtful(claims=(50,), is_listed=True)
    for since, note in ((None, "de raad"), (b.NOON.date(), LONG[:190])):
        made = store.share("molenaar", since=since, until=None, note=note, by="Els", expires_at=NOW + timedelta(days=9), now=NOW)
    store.revoke(made.id, NOW)
    for what, before, after in (
        ("query changed", '"Molenaar Pompen"', f'"Molenaar Pompen" OR {LONG}'),
        ("source added", "", "rss https://a.example/feed"),
        ("a deed of a later version", "", ""),
    ):
        store.note(Deed(who="Els", what=what, subject="molenaar", before=before, after=after, at=NOW))
    store.rows[5] = ("molenaar/daily", "communicatie@molenaar.example")
    store.invite(digest_of("a-word"), "", (), until=NOW + INVITED, now=NOW)
    store.invite(digest_of("a-name"), "Piet", (), until=NOW + INVITED, now=NOW)
    return store


@pytest.fixture(scope="module")
def dutch() -> Iterator[Served]:
    """The pages in Dutch, whose words are the longer ones."""
    store = working()
    with serve(site(store, language="nl", who="editor").app, port=0) as server:
        yield Served(server.url.rstrip("/"), store)


def signed_in(context: BrowserContext, served: Served) -> Page:
    """A tab in the hands of an editor."""
    context.add_cookies([{"name": "listener-session", "value": "the-word-of-1", "url": served.address}])
    return context.new_page()


def test_axe_finds_nothing_on_the_desk(chromium: Browser, dutch: Served) -> None:
    """No page breaks a rule of axe-core, on a phone and on a desk, in the light and in the dark."""
    with looking(chromium) as editor, looking(chromium) as stranger:
        found = {}
        for page, paths in ((signed_in(editor, dutch), DESK), (stranger.new_page(), DOOR)):
            for path in paths:
                page.goto(dutch.address + path)
                found[path] = violations_everywhere(page)
        assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_a_page_of_the_desk_is_light_and_fits(chromium: Browser, dutch: Served) -> None:
    """At most 100 kB and six requests, all of them to the page's own server; no inline script; nothing wider than the window."""
    with looking(chromium) as editor, looking(chromium) as stranger:
        said: list[str] = []
        asked: list[str] = []
        for page, paths in ((signed_in(editor, dutch), DESK), (stranger.new_page(), DOOR)):
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            for path in paths:
                asked.clear()
                answer = page.goto(dutch.address + path)
                assert answer is not None
                assert answer.status == (410 if path.endswith("used") else 200), path
                assert len(answer.body()) <= 100_000, path
                assert len(asked) <= 6, asked
                assert all(url.startswith(dutch.address) for url in asked), asked
                for width in (360, 600, 1200, 1600):
                    page.set_viewport_size({"width": width, "height": 900})
                    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    assert wide <= 0, (path, width)
                assert page.evaluate("Array.from(document.scripts).every(one => one.src && !one.text)")
        assert [one for one in said if "410" not in one] == []


def test_a_shared_link_ends_by_itself(chromium: Browser) -> None:
    """Who reads along is told so on the day after its last, on the page that was open; the list says that it expired."""
    store, now = working(), [NOW]
    with serve(site(store, language="nl", who="stranger", clock=lambda: now[0]).app, port=0) as server:
        address = server.url.rstrip("/")
        made = store.share("molenaar", since=None, until=None, note="", by="Els", expires_at=NOW + timedelta(days=7), now=NOW)
        with looking(chromium) as context, looking(chromium) as desk:
            page = context.new_page()
            page.goto(LINKS.share(made.id, made.expires_at).replace(LINKS.page, address))
            assert "8 vermeldingen" in page.get_by_role("heading", level=1).inner_text()
            now[0] += timedelta(days=7, seconds=1)
            answer = page.reload()
            assert answer is not None
            assert answer.status == 410
            assert "Vraag een nieuwe" in page.get_by_role("main").inner_text()
            editor = signed_in(desk, Served(address, store))
            enter(Visitor(site(store).app), store, now=now[0])
            editor.goto(f"{address}/shares")
            assert "Verlopen" in editor.locator(f"#share-{made.id}").inner_text()
