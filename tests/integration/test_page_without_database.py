"""The page over a real PostgreSQL that goes away for a while: it says so on every page and to every form, and then goes on."""

from __future__ import annotations

from datetime import timedelta

from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from listener.web import create_web
from listener.web.passwords import Passwords
from listener.web.visiting import digest_of
from tests.builders import NOON, brand, document, entry, judged, mention, source
from tests.fakes_postgres import PostgresServer
from tests.unit.web.browser import CHEAP, PASSWORD, SECRET, Browser


def test_the_database_is_away_and_comes_back(postgres_server: PostgresServer) -> None:
    """Who was signed in still is, nothing that was sent meanwhile is half done, and no page shows where the database stands."""
    address = postgres_server.fresh()
    with SqlArchive(address) as archive:
        archive.sync((brand(),), (source(),), (), NOON)
        (state,) = archive.states()
        run, said = Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW), entry()
        archive.keep(
            state, run, next_due_at=NOON, document=document(), entries=[said], mentions=[judged(mention=mention(entry=said))]
        )
        archive.invite(digest_of("once"), "Els", (), until=NOON + timedelta(days=1), now=NOON)
        app = create_web(
            archive=archive,
            language="en",
            timezone="Europe/Amsterdam",
            clock=lambda: NOON,
            base_url="http://127.0.0.1:8000",
            secret=SECRET,
            passwords=Passwords(CHEAP),
        )
        browser, stranger = Browser(app), Browser(app)
        assert browser.send("/welcome/once", {"password": PASSWORD, "again": PASSWORD}).status_code == 303
        word = browser.form_of("/shares")
        known = stranger.form_of("/sign-in")
        paths = ("/brands/molenaar", "/mentions/1", "/brands/molenaar.json", "/shares", "/desk/people")
        assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
        with postgres_server.away(address):
            for path in paths:
                answer = browser.get(path)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "60"), path
                assert "postgres" not in answer.text.lower()
            fields = {"brand": "molenaar", "lasting": "30", "note": "meanwhile"}
            assert browser.send("/shares", fields, form=word).status_code == 503
            assert stranger.send("/sign-in", {"name": "Els", "password": PASSWORD}, form=known).status_code == 503
            assert browser.get("/healthz").status_code == 200, "the server itself lives"
        assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
        assert "meanwhile" not in browser.page("/shares")
        assert stranger.send("/sign-in", {"name": "Els", "password": PASSWORD}, form=known).status_code == 303
