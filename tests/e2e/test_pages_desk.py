"""What a real browser makes of the pages on which people work: no rule of axe-core broken, nothing heavy, nothing sideways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from listener.core.access import INVITED
from listener.core.deeds import Deed
from listener.core.observed import Doubtful
from listener.web import serve
from listener.web.visiting import digest_of
from tests import builders as b
from tests.chromium import violations
from tests.e2e.test_pages_seen import LONG, Served, looking, rich
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, site

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
    "/desk/changes",
    "/shares",
]
DOOR = ["/sign-in", "/welcome/a-word", "/welcome/a-name", "/welcome/used"]


def working() -> FakeArchive:
    """An archive with something on every page of those who edit."""
    store = rich()
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
    store.invite(digest_of("a-word"), "", (), until=NOW + INVITED, now=NOW)
    store.invite(digest_of("a-name"), "Piet", (), until=NOW + INVITED, now=NOW)
    return store


@pytest.fixture(scope="module", params=["nl", "en"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """The pages in each language."""
    store = working()
    with serve(site(store, language=request.param, who="editor").app, port=0) as server:
        yield Served(server.url.rstrip("/"), store)


def signed_in(context: BrowserContext, served: Served) -> Page:
    """A tab in the hands of an editor."""
    context.add_cookies([{"name": "listener-session", "value": "the-word-of-1", "url": served.address}])
    return context.new_page()


def test_axe_finds_nothing_on_the_desk(chromium: Browser, served: Served) -> None:
    """No page breaks a rule of axe-core or scrolls sideways, on a phone and on a desk, in the light and in the dark."""
    with looking(chromium) as editor, looking(chromium) as stranger:
        found = {}
        for page, paths in ((signed_in(editor, served), DESK), (stranger.new_page(), DOOR)):
            for path in paths:
                page.goto(served.address + path)
                for width in (360, 1200):
                    page.set_viewport_size({"width": width, "height": 900})
                    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    found[path, width] = [f"scrolls sideways by {too_wide}"] if too_wide > 0 else []
                    for scheme in ("light", "dark"):
                        page.emulate_media(color_scheme=scheme)
                        found[path, width] += [f"{scheme}: {one}" for one in violations(page)]
        assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_a_page_of_the_desk_is_light_and_asks_nobody_else(chromium: Browser, served: Served) -> None:
    """At most 100 kB and six requests, all of them to the page's own server; nothing that the policy forbids is tried."""
    with looking(chromium) as editor, looking(chromium) as stranger:
        said: list[str] = []
        asked: list[str] = []
        for page, paths in ((signed_in(editor, served), DESK), (stranger.new_page(), DOOR)):
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            for path in paths:
                asked.clear()
                answer = page.goto(served.address + path)
                assert answer is not None
                assert answer.status == (410 if path.endswith("used") else 200), path
                assert len(answer.body()) <= 100_000, path
                assert len(asked) <= 6, asked
                assert all(url.startswith(served.address) for url in asked), asked
                assert page.evaluate("Array.from(document.scripts).every(one => one.src && !one.text)")
        assert [one for one in said if "410" not in one] == []
