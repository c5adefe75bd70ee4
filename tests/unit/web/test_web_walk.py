"""Every page of the application, opened by everybody: what is not theirs is refused, and says nothing of what it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from listener.core.access import Need
from listener.core.labels import Aspect, Label, Labels
from listener.core.links import Links
from listener.web.needs import RULES
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import NOW, SECRET, Browser, archive, enter, run, site, state

LINKS = Links(page="http://127.0.0.1:8000", secret=SECRET)
# What fills the holes of an address, and words that must not be read by those who do not see the brand Molenaar.
PARTS = {"key": "molenaar", "id": "1", "token": "nonsense", "name": "page.css"}
SECRETS = ("Bericht nummer 1", "Molenaar Pompen", "vakblad", "Els van het team")


def two_brands() -> FakeArchive:
    """Molenaar, with a mention that somebody labelled, and Bol, with another."""
    made = archive()
    label = Label(mention=1, aspect=Aspect.TONE, value="negative", by="Els van het team", at=NOW)
    made.kept = [replace(b.kept(1), labels=Labels(tone=label))]
    made.said = [label]
    made.known.append(b.brand(key="bol", name="Bol"))
    made.placed.append(state("bol-feed", brand="bol", address="https://bollen.example/feed", last=run("bol-feed")))
    said: dict[str, Any] = {"title": "Iets over de bollen", "excerpt": "De bollen bloeien", "spans": (), "clause": "bollen"}
    other = b.kept(2, outlet="Bollenkrant", url="https://b.example/2", link="https://b.example/2", source="bol-feed", **said)
    made.kept.append(replace(other, judged=replace(other.judged, mention=replace(other.judged.mention, brand="bol"))))
    return made


def routes(app: Starlette) -> list[tuple[str, str, str]]:
    """Each route's name, method and an address that leads to it."""
    found = []
    for route in app.routes:
        assert isinstance(route, Route)
        parts = {name: PARTS[name] for name in route.param_convertors}
        found += [(route.name, method, route.path.format(**parts)) for method in sorted((route.methods or set()) - {"HEAD"})]
    return found


ROUTES = routes(site(archive()).app)


def ask(browser: Browser, method: str, path: str) -> httpx.Response:
    """A page by its method; a form carries the word of a page of ours, where this visitor gets one."""
    return browser.send(path, {}) if method == "POST" else browser.get(path)


def shared(store: FakeArchive, browser: Browser, brand: str, since: date | None = None, until: date | None = None) -> None:
    """Open a shared link."""
    made = store.share(brand, since=since, until=until, note="", by="Els", expires_at=NOW + timedelta(days=30), now=NOW)
    answer = browser.get(LINKS.share(made.id, made.expires_at).removeprefix(LINKS.page))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/brands/{brand}"


@pytest.mark.parametrize(("name", "method", "path"), ROUTES, ids=[f"{method} {path}" for _, method, path in ROUTES])
def test_a_stranger_gets_only_what_is_public(name: str, method: str, path: str) -> None:
    """Everything else leads to the sign-in page, or says 401; and nothing of what it holds is in the answer."""
    answer = ask(site(two_brands(), who="stranger"), method, path)
    if RULES[name].need is Need.PUBLIC:
        assert answer.status_code in {200, 303, 403, 404, 410}
    elif method == "GET" and not path.endswith(".json"):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")
    else:
        assert answer.status_code == 401
    assert not [word for word in SECRETS if word in answer.text]
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize(("name", "method", "path"), ROUTES, ids=[f"{method} {path}" for _, method, path in ROUTES])
def test_a_reader_of_another_brand_sees_nothing_of_this_one(name: str, method: str, path: str) -> None:
    """By a shared link: its brand's pages and no other's, and no page of those who edit."""
    store = two_brands()
    browser = site(store, who="stranger")
    shared(store, browser, "bol")
    answer = ask(browser, method, path)
    if RULES[name].need is Need.EDITOR:
        assert answer.status_code == 403
    assert not [word for word in SECRETS if word in answer.text]
    if RULES[name].need is Need.READER and ("molenaar" in path or "mentions/1" in path):
        assert answer.status_code == 404


@pytest.mark.parametrize(("name", "method", "path"), ROUTES, ids=[f"{method} {path}" for _, method, path in ROUTES])
def test_an_editor_of_another_brand_sees_nothing_of_this_one(name: str, method: str, path: str) -> None:
    """An editor who works for Bol is a stranger to Molenaar."""
    store = two_brands()
    store.share("molenaar", since=None, until=None, note="Els van het team", by="Els", expires_at=NOW + timedelta(days=9), now=NOW)
    browser = site(store, who="stranger")
    enter(browser, store, "Bob", brands=("bol",))
    answer = ask(browser, method, path)
    assert not [word for word in SECRETS if word in answer.text]
    assert answer.status_code < 500


@pytest.mark.parametrize(("name", "method", "path"), ROUTES, ids=[f"{method} {path}" for _, method, path in ROUTES])
def test_an_editor_reaches_every_page(name: str, method: str, path: str) -> None:
    """None is refused for want of rights, and none breaks."""
    answer = ask(site(two_brands(), who="editor"), method, path)
    wrong_password = (name, method) == ("sign_in", "POST")
    assert answer.status_code not in {401, 403, 500, 503} or wrong_password, answer.text


def test_a_reader_by_a_shared_link_reads_its_brand() -> None:
    """With a word on what it shows, without the names of who labelled, and without a door."""
    store = two_brands()
    browser = site(store, who="stranger")
    shared(store, browser, "molenaar")
    page = browser.page("/mentions/1")
    assert "Bericht nummer 1" in page
    assert "according to a reader" in page
    assert "Els van het team" not in page
    assert "Els van het team" not in browser.get("/mentions/1.json").text
    assert "This is a shared link. It works until" in " ".join(page.split())
    assert "bol" not in browser.page("/sources")
    assert browser.get("/").headers["location"] == "/brands/molenaar", "with one brand to see, there is nothing to choose"


def test_a_shared_period_ends_where_it_ends() -> None:
    """A mention of another day is not there, in no list and at no address; today is the period's last day."""
    store = two_brands()
    store.kept.append(replace(b.kept(3, title="Zes dagen eerder"), collected_at=b.NOON - timedelta(days=6)))
    until = (b.NOON - timedelta(days=3)).date()
    browser = site(store, who="stranger")
    shared(store, browser, "molenaar", until - timedelta(days=5), until)
    page = browser.page("/brands/molenaar")
    assert "Zes dagen eerder" in page
    assert "Bericht nummer 1" not in page
    assert browser.get("/mentions/1").status_code == 404
    assert browser.get("/mentions/1.json").status_code == 404
    assert browser.get("/mentions/3").status_code == 200
    days = browser.get("/brands/molenaar.json").json()["days"]
    assert days[-1]["on"] == until.isoformat()
    assert days[0]["mentions"] is None, "the day before the first says nothing"


def test_a_page_without_a_rule_is_refused_to_everybody(caplog: pytest.LogCaptureFixture) -> None:
    """Also one that was mounted: forgetting to say who may open it opens it to nobody."""

    def leak(request: Request) -> Response:
        return PlainTextResponse("a leak")

    store = two_brands()
    browser = site(store, who="editor")
    browser.app.router.routes.append(Route("/forgotten", leak, name="forgotten"))
    browser.app.router.routes.append(Route("/nameless", leak))
    browser.app.router.routes.append(Mount("/mounted", routes=[Route("/", leak, name="overview")]))
    for path in ("/forgotten", "/nameless", "/mounted/"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "a leak" not in answer.text
        assert f"{path} has no rule" in caplog.text


def test_a_question_that_is_not_known_is_refused_to_who_sees_part() -> None:
    """The archive that pages are given answers no new question of a reader until somebody thought about it."""
    from zoneinfo import ZoneInfo

    from listener.core.access import Visitor
    from listener.web.scoped import OutOfSight, asking, scoped

    store = two_brands()
    seen = scoped(store.port, ZoneInfo("Europe/Amsterdam"))
    for visitor, known in ((Visitor(brands=None), True), (Visitor(brands=frozenset({"molenaar"})), False), (Visitor(), False)):
        told = asking.set(visitor)
        try:
            if known:
                assert len(seen.shares()) == 0
                assert len(seen.collected("molenaar", since=b.NOON, until=NOW)) == 1
            else:
                with pytest.raises(OutOfSight):
                    seen.shares()
                with pytest.raises(OutOfSight):
                    seen.mentions("bol")
        finally:
            asking.reset(told)
