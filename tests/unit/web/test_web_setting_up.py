"""Setting up from the page: brands, sources, digests and queries, with a real listener and its files behind it."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from listener.app import App
from listener.app.desk import Desk
from listener.cli.inviting import invite
from listener.cli.session import desk_of, open_app, page_of
from listener.core.visits import Outcome, Run
from listener.web.passwords import Passwords
from tests.builders import document, entry, judged, mention
from tests.databases import fresh_sqlite
from tests.e2e.house import configure
from tests.unit.web.browser import CHEAP, PASSWORD, Browser, outline

SETUP, QUERY = "/desk/setup/molenaar", "/desk/query/molenaar"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is dear about passwords is tried in test_web_passwords.py."""
    monkeypatch.setattr("listener.web.site.Passwords", lambda: Passwords(CHEAP))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A listener in English with a source, a digest, and four items, three of which mention the brand."""
    config = configure(tmp_path, ("forum", "https://forum.example/feed"), to=("a@x.example",))
    main = config / "listener.toml"
    main.write_text(main.read_text().replace('language = "nl"', 'language = "en"', 1))
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    with open_app(config) as opened:
        now = opened.clock()
        said = [
            entry(
                source="forum",
                guid=f"{n}",
                url=f"https://forum.example/{n}",
                title=f"{'Molenaar Pompen' if n else 'De gemaal'} {n}",
                text="",
            )
            for n in range(4)
        ]
        (state,) = opened.archive.states(["forum"])
        opened.archive.keep(
            state,
            Run(source="forum", started_at=now, outcome=Outcome.NEW),
            next_due_at=now,
            document=document(source="forum"),
            entries=said,
            mentions=[judged(mention=mention(entry=one)) for one in said[1:]],
        )
        yield opened


@pytest.fixture
def desk(app: App) -> Desk:
    """Its desk."""
    return desk_of(app)


@pytest.fixture
def browser(app: App, desk: Desk) -> Browser:
    """The browser of an editor, Els, who has just set her password."""
    return entered(app, desk, "Els")


def entered(app: App, desk: Desk, name: str, *brands: str) -> Browser:
    """An editor's browser."""
    browser = Browser(page_of(app, desk))
    link = invite(app, name, brands).removeprefix("http://127.0.0.1:8000")
    assert browser.send(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    return browser


def tables(app: App, key: str = "molenaar") -> dict[str, Any]:
    """What stands in a brand's file."""
    return tomllib.loads((app.settings.folder / "brands" / f"{key}.toml").read_text())


def seen(browser: Browser, path: str = SETUP) -> str:
    """The fingerprint in a page's forms."""
    return next(one["value"] or "" for one in outline(browser.page(path)).all("input") if one.get("name") == "seen")


def save(browser: Browser, do: str, path: str = SETUP, **fields: str) -> int:
    """Send one of the forms as it stands now."""
    return browser.send(path, {"do": do, "seen": seen(browser, path), **fields}).status_code


def test_a_source_is_added_changed_and_removed(app: App, browser: Browser) -> None:
    """In the file, in the program and in the trail; its key is made where nobody gives one."""
    assert save(browser, "add source", kind="google-news", address="Molenaar Pompen", every="2h") == 303
    assert tables(app)["sources"][1] == {
        "key": "molenaar-google-news",
        "kind": "google-news",
        "address": "Molenaar Pompen",
        "every": "2h",
    }
    assert save(browser, "add source", kind="google-news", address="Molenaar", every="2h") == 303
    assert [source.key for source in app.sources] == ["forum", "molenaar-google-news", "molenaar-google-news-2"]
    assert save(browser, "change source", key="forum", kind="rss", address="https://forum.example/new", every="1h") == 303
    assert save(browser, "remove source", key="molenaar-google-news-2") == 303
    page = browser.page(SETUP)
    assert "https://forum.example/new" in page
    assert 'value="1h"' in page
    trail = browser.page("/desk/changes")
    assert [trail.index(word) for word in ("Source removed", "Source changed", "Source added")] == sorted(
        trail.index(word) for word in ("Source removed", "Source changed", "Source added")
    )
    assert "https://forum.example/feed" in trail


def test_recipients_are_changed_as_people_write_them(app: App, browser: Browser) -> None:
    """On lines, with commas or semicolons; a digest is added and removed."""
    assert (
        save(
            browser,
            "change digest",
            key="daily",
            to="b@x.example;\r\nc@x.example, d@x.example",
            at="08:15",
            language="en",
            days="weekdays",
        )
        == 303
    )
    assert tables(app)["digests"] == [
        {"key": "daily", "to": ["b@x.example", "c@x.example", "d@x.example"], "at": "08:15", "language": "en", "days": "weekdays"}
    ]
    assert save(browser, "add digest", to="e@x.example", at="07:30", language="nl", days="weekly") == 303
    assert [plan.key for plan in app.plans] == ["molenaar/daily", "molenaar/daily-2"]
    assert save(browser, "remove digest", key="daily-2") == 303
    assert [plan.to for plan in app.plans] == [("b@x.example", "c@x.example", "d@x.example")]
    assert save(browser, "name", name="Molenaar & Zn") == 303
    assert "Molenaar &amp; Zn" in browser.page("/desk/setup")


def test_two_who_save_the_same_file_are_told_apart(app: App, desk: Desk, browser: Browser) -> None:
    """The second loses nothing of what was written, and overwrites nothing."""
    piet = entered(app, desk, "Piet")
    old = seen(piet)
    assert save(browser, "name", name="Els was first") == 303
    answer = piet.send(SETUP, {"do": "name", "seen": old, "name": "Piet was second"})
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    assert 'value="Piet was second"' in answer.text
    assert app.brand("molenaar").name == "Els was first"
    assert save(piet, "name", name="Piet was second") == 303
    for nothing in ("", "x" * 64, old):
        assert browser.send(SETUP, {"do": "name", "seen": nothing, "name": "X"}).status_code == 409
    query = browser.send(QUERY, {"do": "keep", "seen": old, "query": "pompen"})
    assert query.status_code == 409
    assert ">pompen</textarea>" in query.text
    assert "It says now:" in query.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "add source", "kind": "rss", "address": "javascript:alert(1)", "every": "1h"}, 422),
        ({"do": "add source", "kind": "listener.app:App", "address": "x", "every": "1h"}, 400),
        ({"do": "add source", "kind": "nonsense", "address": "x", "every": "1h"}, 400),
        ({"do": "add source", "kind": "rss", "address": 'https://x.example/"\n[listener]\ndatabase = "evil', "every": "1h"}, 422),
        ({"do": "add source", "kind": "rss", "address": "https://x.example/", "every": "1h", "key": "../../etc/passwd"}, 422),
        ({"do": "add source"}, 400),
        ({"do": "change source", "key": "nowhere", "kind": "rss", "address": "https://x.example/", "every": "1h"}, 409),
        ({"do": "remove source", "key": ""}, 409),
        ({"do": "change digest", "key": "daily", "to": "a@x.example\nBcc: evil@x.example", "at": "07:30", "language": "nl"}, 422),
        ({"do": "change digest", "key": "daily", "to": "", "at": "07:30", "language": "nl"}, 422),
        ({"do": "change digest", "key": "daily", "to": "a@x.example", "at": "07:30", "language": "fr"}, 422),
        ({"do": "name", "name": ""}, 422),
        ({"do": "drop tables"}, 400),
        ({}, 400),
    ],
)
def test_what_will_not_do_is_said_and_not_written(app: App, browser: Browser, fields: dict[str, str], status: int) -> None:
    """The file stays as it is, and the fault names its place."""
    file = app.settings.folder / "brands" / "molenaar.toml"
    before = file.read_bytes()
    answer = browser.send(SETUP, {"seen": seen(browser), **fields})
    assert answer.status_code == status, answer.text
    assert file.read_bytes() == before
    assert str(app.settings.folder.parent) not in answer.text


def test_a_brand_is_added_and_its_query_written(app: App, desk: Desk, browser: Browser) -> None:
    """From the name alone; an editor of some brands cannot."""
    answer = browser.send("/desk/setup", {"name": "Bol & Zonen"})
    assert answer.headers["location"] == "/desk/query/bol-zonen"
    assert "Bol &amp; Zonen" in browser.page("/desk/query/bol-zonen")
    for name in ("!!!", "", "Bol Zonen"):
        assert browser.send("/desk/setup", {"name": name}).status_code == 422
    bob = entered(app, desk, "Bob", "bol-zonen")
    assert "Listen for another brand" not in bob.page("/desk/setup")
    assert "Molenaar" not in bob.page("/desk/setup")
    assert bob.send("/desk/setup", {"name": "Nog een"}).status_code == 403
    for path in (SETUP, QUERY, f"{QUERY}/progress.json", "/desk/setup/nobody"):
        assert bob.get(path).status_code == 404
    for path in (SETUP, QUERY):
        assert bob.send(path, {"do": "name", "name": "X", "seen": ""}, form=bob.form_of("/desk/setup")).status_code == 404
    assert "Bol" in bob.page("/desk/changes")
    assert "Els" not in bob.page("/desk/changes").replace("Els, ", "")


def test_a_query_is_tried_before_it_is_kept(browser: Browser, app: App) -> None:
    """By a button or, in part, by a script; nothing changes."""
    answer = browser.send(QUERY, {"do": "try", "seen": seen(browser, QUERY), "query": "Molenaar OR gemaal"})
    assert answer.status_code == 200
    assert "+1 / −0" in answer.text
    assert "De gemaal 0" in answer.text
    part = browser.send(QUERY, {"do": "try", "part": "yes", "query": '"Molenaar Pompen 1"'})
    assert "−2" in part.text
    assert "Would go out" in part.text
    assert "<html" not in part.text
    same = browser.send(QUERY, {"do": "try", "part": "yes", "query": '"Molenaar Pompen"'})
    assert "the same items as now" in same.text
    assert app.brand("molenaar").query == '"Molenaar Pompen"'


@pytest.mark.parametrize(
    ("query", "caret"),
    [("(molenaar", 0), ("molenaar AND", 0), ('pomp\n\n"onaf', 0), ("x" * 300 + " (", 0), ("\u202e(", 0), ("<script>(", 0)],
)
def test_a_fault_stands_under_the_caret(browser: Browser, app: App, query: str, caret: int) -> None:
    """Tried or kept; the caret stands under the line it is about, and nothing is written."""
    for do in ("try", "keep"):
        answer = browser.send(QUERY, {"do": do, "seen": seen(browser, QUERY), "query": query})
        assert answer.status_code == (200 if do == "try" else 422)
        shown = answer.text.split('<pre class="caret">')[1].split("</pre>")[0].split("\n")
        assert len(shown) == 2
        assert shown[1].strip() == "^"
        assert len(shown[1]) <= 73
        assert "<script>" not in answer.text.split('id="tried"')[1].split("</section>")[0].split("<section")[0]
    assert app.brand("molenaar").query == '"Molenaar Pompen"'


def test_a_kept_query_is_a_version_and_what_is_stored_follows(browser: Browser, app: App, desk: Desk) -> None:
    """With its progress and its end, in the trail and among the versions."""
    answer = browser.send(QUERY, {"do": "keep", "stored": "yes", "seen": seen(browser, QUERY), "query": '"Molenaar Pompen" NOT 3'})
    assert answer.headers["location"] == f"{QUERY}?kept=yes"
    for thread in threading.enumerate():
        if thread.name == "rematch-molenaar":
            thread.join(60)
    progress = browser.get(f"{QUERY}/progress.json").json()
    assert progress == {"part": 1.0, "done": True, "gained": 0, "lost": 1}
    page = browser.page(f"{QUERY}?kept=yes")
    assert "Kept. The new version counts from now on" in page
    assert "0 mentions more, 1 put away" in page
    assert page.index("NOT 3</code>") < page.index("<code>&#34;Molenaar Pompen&#34;</code>")
    assert "Query changed" in browser.page("/desk/changes")


def test_asking_what_is_stored_is_shown_and_stopped(browser: Browser, app: App) -> None:
    """By plain forms."""
    from datetime import timedelta

    browser.send(QUERY, {"do": "keep", "seen": seen(browser, QUERY), "query": "pompen"})
    assert "were not asked with this version" in browser.page(QUERY)
    app.archive.claim_rematch("molenaar", app.clock(), lease=timedelta(hours=1))
    page = browser.page(QUERY)
    assert '<progress max="1" value="0.000"' in page
    assert browser.send(QUERY, {"do": "stop"}).headers["location"] == f"{QUERY}#asking"
    assert "were not asked with this version" in browser.page(QUERY)
    assert browser.send(QUERY, {"do": "ask"}).headers["location"] == f"{QUERY}#asking"
    for thread in threading.enumerate():
        if thread.name == "rematch-molenaar":
            thread.join(60)
    assert "All stored items were asked" in browser.page(QUERY)
    assert browser.send(QUERY, {"do": "dance"}).status_code == 400


def test_who_finds_others_trying_is_told_to_wait(browser: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query over everything is dear; two at a time."""
    monkeypatch.setattr(desk, "preview", lambda key, query: None)
    part = browser.send(QUERY, {"do": "try", "part": "yes", "query": "pompen"})
    assert part.status_code == 503
    assert "Others are trying" in part.text


def test_a_brand_that_is_gone_has_no_page(browser: Browser, app: App, desk: Desk) -> None:
    """And its progress neither."""
    browser.send("/desk/setup", {"name": "Bol"})
    (app.settings.folder / "brands" / "bol.toml").unlink()
    assert desk.reread()
    assert browser.get("/desk/setup/bol").status_code == 404
    assert browser.get("/desk/query/bol").status_code == 404
    assert browser.get("/desk/query/bol/progress.json").status_code == 404


def test_the_trail_goes_back_page_by_page(browser: Browser, app: App) -> None:
    """To the first; a place that is none is said."""
    from listener.core.deeds import Deed

    for number in range(60):
        app.archive.note(Deed(who="Els", what="asked again", subject="molenaar", after=f"v{number}", at=app.clock()))
    first = browser.page("/desk/changes")
    assert first.count("<li>") == 50
    link = next(one["href"] or "" for one in outline(first).all("a") if one.get("rel") == "next")
    assert "v9</code>" in browser.page(link)
    assert browser.get("/desk/changes?before=x").status_code == 400


def test_every_editors_page_is_well_built(browser: Browser, app: App) -> None:
    """One first heading, no level skipped, ids once, a label for each visible field, no script or style of its own."""
    from itertools import pairwise

    for path in ("/desk/setup", SETUP, QUERY, "/desk/changes", "/desk/label", "/shares"):
        made = outline(browser.page(path))
        levels = [int(tag[1]) for tag, _ in made.elements if tag in {"h1", "h2", "h3", "h4"}]
        assert levels[0] == levels.count(1) == 1, path
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), path
        ids = [attributes["id"] for _, attributes in made.elements if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        named = {label.get("for") for label in made.all("label")}
        for tag in ("input", "select", "textarea"):
            for field in made.all(tag):
                inside = field.get("type") in {"hidden", "radio", "checkbox"}
                assert inside or field.get("id") in named or "aria-label" in field, (path, field)
        assert not [name for _, attributes in made.elements for name in attributes if name == "style" or name.startswith("on")], (
            path
        )
        assert not made.all("style")
        assert all("src" in one for one in made.all("script"))


def test_faults_are_said_in_the_page_s_language(app: App) -> None:
    """A communicator reads Dutch; the command line keeps its English."""
    faults: list[tuple[str, dict[str, str], str]] = [
        (
            SETUP,
            {"do": "add source", "kind": "rss", "address": "nergens", "every": "1h"},
            "Adres of woorden: 'nergens' is geen webadres",
        ),
        (SETUP, {"do": "add source", "kind": "rss", "address": "https://a.example/f", "every": "x"}, "Hoe vaak: 'x' is geen tijd"),
        (SETUP, {"do": "change digest", "key": "daily", "to": "geen-adres", "at": "07:30", "language": "nl"}, "is geen mailadres"),
        (QUERY, {"do": "try", "query": '"Molenaar'}, "de woordgroep die op kolom 1 begint, wordt nergens gesloten"),
        (QUERY, {"do": "try", "query": "acme OR\n(pomp"}, "het haakje dat op regel 2, kolom 1 begint, wordt nergens gesloten"),
    ]
    main = app.settings.folder / "listener.toml"
    main.write_text(main.read_text().replace('language = "en"', 'language = "nl"', 1))
    with open_app(app.settings.folder) as dutch:
        browser = Browser(page_of(dutch))
        browser.send(invite(dutch).partition("8000")[2], {"name": "Els", "password": PASSWORD, "again": PASSWORD})
        for path, fields, said in faults:
            seen = next(one["value"] or "" for one in outline(browser.page(path)).all("input") if one.get("name") == "seen")
            page = browser.send(path, {**fields, "seen": seen}).text
            assert said in outline(page).text
            assert 'lang="en"' not in page


def test_long_work_is_shown_and_stopped(app: App, browser: Browser) -> None:
    """An import in another process: how far it is, and a button; what was asked stands in the trail, once."""
    now = app.clock()
    number = app.archive.undertake("molenaar", "import", "<b>archief.csv", whole=2_000, now=now)
    assert app.archive.advance(number, 500, now)
    page = outline(browser.page(SETUP)).text
    assert "Taking over an archive: <b>archief.csv" in page
    assert "500 of 2,000 rows" in page
    for _ in range(2):
        assert browser.send(SETUP, {"do": "stop work", "number": str(number)}).status_code == 303
    assert not app.archive.advance(number, 600, now)
    assert "It is stopping." in browser.page(SETUP)
    assert [(one.what, one.after) for one in app.archive.deeds() if one.what == "work stopped"] == [
        ("work stopped", "<b>archief.csv")
    ]
    assert browser.send(SETUP, {"do": "stop work", "number": "x"}).status_code == 400
    assert browser.send(SETUP, {"do": "stop work", "number": "999"}).status_code == 303
