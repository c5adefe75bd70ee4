"""The desk: what editors change counts at once, in the files, in the archive and in the work of the running program."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.app import App
from listener.app.desk import Desk
from listener.config import load
from listener.config.editing import Change, Stale
from listener.core.errors import ConfigError, ListenerError, QueryError
from listener.core.job import Collect, Job, SendDigest
from listener.sources import KINDS
from tests.databases import fresh_sqlite
from tests.e2e.house import Feeds, configure
from tests.fakes import Clock

EVENING = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    """Eight in the evening."""
    return Clock(EVENING)


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """Feeds on loopback."""
    with Feeds() as served:
        served.show("/a", 1, 2, 3)
        served.show("/b", 11, 12)
        yield served


@pytest.fixture
def app(tmp_path: Path, clock: Clock, feeds: Feeds) -> Iterator[App]:
    """A listener with one brand and one source, which was heard."""
    config = configure(tmp_path, ("a", feeds.address("/a")), to=("a@x.example",))
    settings = load(config, {}, kinds=tuple(KINDS))
    fresh_sqlite(settings.listener.database)
    with App(settings, clock=clock, environ={}) as opened:
        opened.prepare()
        list(opened.collect(opened.archive.states()))
        yield opened


@pytest.fixture
def desk(app: App) -> Desk:
    """Its desk."""
    return Desk(app, kinds=tuple(KINDS), environ={})


def seen(desk: Desk) -> str:
    """The fingerprint of the brand's page."""
    known = desk.brand("molenaar")
    assert known is not None
    return known[1]


def save(desk: Desk, change: Change, what: str = "changed") -> None:
    """Save a change as Els would."""
    desk.change("Els", "molenaar", seen(desk), change, what=what, before="", after="")


def test_a_new_source_is_heard_without_a_restart(desk: Desk, app: App, feeds: Feeds) -> None:
    """At the next beat, and its mentions are judged as those of its kind."""
    save(desk, Change(part="sources", key="b", values={"kind": "rss", "address": feeds.address("/b"), "every": "1h"}, add=True))
    jobs: list[Job] = []
    app.tick(jobs.append)
    assert jobs == [Collect(sources=("b",))]
    (run,) = app.run(jobs[0])
    assert run.new_mentions == 2  # type: ignore[union-attr] # a Collect yields runs
    assert [state.source.key for state in app.archive.states()] == ["a", "b"]
    save(desk, Change(part="sources", key="b", values={}, remove=True))
    assert [state.source.key for state in app.archive.states()] == ["a"]


def test_a_new_digest_is_sent_and_new_recipients_get_it(desk: Desk, app: App, clock: Clock) -> None:
    """Without a restart too."""
    save(desk, Change(part="digests", key="daily", values={"to": ["b@x.example", "c@x.example"], "at": "08:15"}))
    save(desk, Change(part="digests", key="late", values={"to": ["d@x.example"], "at": "08:15"}, add=True))
    assert [plan.to for plan in app.plans] == [("b@x.example", "c@x.example"), ("d@x.example",)]
    clock.now = datetime(2026, 11, 21, 7, 20, tzinfo=UTC)
    jobs: list[Job] = []
    app.tick(jobs.append)
    assert {job.digest for job in jobs if isinstance(job, SendDigest)} == {"molenaar/daily", "molenaar/late"}


def test_a_new_name_reaches_the_judge_and_a_new_query_the_finder(desk: Desk, app: App, feeds: Feeds) -> None:
    """From the next visit on."""
    save(desk, Change(values={"name": "Molenaar & Zn"}))
    save(desk, Change(values={"query": "niemand"}))
    feeds.show("/a", 1, 2, 3, 4)
    (run,) = app.collect(app.archive.states())
    assert (run.new_entries, run.new_mentions) == (1, 0)
    assert [brand.name for brand in app.archive.brands()] == ["Molenaar & Zn"]


def test_what_is_stored_is_asked_again_in_the_background_and_can_be_stopped(desk: Desk, app: App) -> None:
    """With its progress; stopped, what came of it stays, and asking can begin again."""
    standing = desk.progress("molenaar")
    assert standing is not None
    save(desk, Change(values={"query": '"Molenaar Pompen doet 1"'}), "query changed")
    assert (progress := desk.progress("molenaar")) is not None
    assert progress.part is None
    desk.ask_again("Els", "molenaar")
    for thread in threading.enumerate():
        if thread.name == "rematch-molenaar":
            thread.join(60)
    assert (progress := desk.progress("molenaar")) is not None
    assert (progress.part, progress.version.lost) == (1.0, 2)
    assert [one.query for one in desk.versions("molenaar")] == ['"Molenaar Pompen doet 1"', '"Molenaar Pompen"']
    desk.ask_again("Els", "molenaar")
    save(desk, Change(values={"query": "pompen"}))
    wanted = app.archive.claim_rematch("molenaar", app.clock(), lease=timedelta(0))
    assert wanted is not None
    assert (progress := desk.progress("molenaar")) is not None
    assert progress.part == 0.0
    desk.stop_asking("Els", "molenaar")
    desk.stop_asking("Els", "molenaar")
    assert (progress := desk.progress("molenaar")) is not None
    assert progress.part is None
    assert desk.progress("nobody") is None
    desk.ask_again("Els", "nobody")
    assert [deed.what for deed in app.archive.deeds()] == ["asking stopped", "changed", "asked again", "query changed"]


def test_a_fault_while_asking_is_logged_and_not_the_end(
    desk: Desk, app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The clock goes on with it, or the next who asks."""
    save(desk, Change(values={"query": "pompen"}))

    def broken(key: str) -> None:
        raise RuntimeError(key)

    with caplog.at_level(logging.ERROR, "listener"):
        monkeypatch.setattr(app, "rematch", broken)
        desk.ask_again("Els", "molenaar")
        for thread in threading.enumerate():
            if thread.name == "rematch-molenaar":
                thread.join(60)
    assert "asking the stored items of molenaar again failed" in caplog.text
    monkeypatch.undo()
    desk.ask_again("Els", "molenaar")
    for thread in threading.enumerate():
        if thread.name == "rematch-molenaar":
            thread.join(60)
    assert (progress := desk.progress("molenaar")) is not None
    assert progress.version.is_done


def test_a_query_is_tried_on_what_was_heard(desk: Desk) -> None:
    """Nothing changes; a fault has its place; who finds the place taken is told so."""
    found = desk.preview("molenaar", '"Molenaar Pompen doet 1"')
    assert found is not None
    assert (found.stored, found.gained, found.lost) == (3, 0, 2)
    with pytest.raises(QueryError):
        desk.preview("molenaar", "(a")
    assert desk._trying.acquire(timeout=0)
    assert desk._trying.acquire(timeout=0)
    try:
        pass
    finally:
        desk._trying.release()
        desk._trying.release()


def test_a_file_that_was_changed_by_hand_counts_at_the_next_look(desk: Desk, app: App, caplog: pytest.LogCaptureFixture) -> None:
    """One that cannot be read leaves the old one standing, and is said once."""
    page = app.settings.folder / "brands" / "molenaar.toml"
    whole = page.read_text()
    assert not desk.reread()
    before = seen(desk)
    page.write_text(whole.replace("Molenaar Pompen", "Molenaar Pompen BV", 1))
    os.utime(page, ns=(1, 1))
    assert desk.reread()
    assert app.brand("molenaar").name == "Molenaar Pompen BV"
    with pytest.raises(Stale):
        desk.change("Els", "molenaar", before, Change(values={"name": "X"}), what="name changed", before="", after="")
    page.write_text("name = ")
    with caplog.at_level(logging.ERROR, "listener"):
        assert not desk.reread()
        assert not desk.reread()
    assert caplog.text.count("the old one counts") == 1
    assert app.brand("molenaar").name == "Molenaar Pompen BV"
    with pytest.raises(ListenerError):
        save(desk, Change(values={"name": "Y"}))
    page.unlink()
    assert not desk.reread()
    assert desk.brand("molenaar") is not None
    assert desk.brand("nobody") is None


def test_a_new_brand_is_listened_for(desk: Desk, app: App) -> None:
    """With a query of its name; one that has no key, or whose key is taken, is refused."""
    assert desk.add_brand("Els", "Bol & Zonen") == "bol-zonen"
    assert [brand.key for brand in app.archive.brands()] == ["bol-zonen", "molenaar"]
    with pytest.raises(ListenerError, match="letters or digits"):
        desk.add_brand("Els", "!!!")
    with pytest.raises(Stale):
        desk.add_brand("Els", "bol zonen")
    assert [(deed.who, deed.what, deed.subject) for deed in app.archive.deeds()] == [("Els", "brand added", "bol-zonen")]


def test_what_cannot_be_read_changes_nothing_anywhere(desk: Desk, app: App) -> None:
    """Neither the file, nor the program, nor the trail."""
    before = (app.settings.folder / "brands" / "molenaar.toml").read_bytes()
    with pytest.raises(ConfigError):
        save(desk, Change(values={"query": "(("}))
    assert (app.settings.folder / "brands" / "molenaar.toml").read_bytes() == before
    assert not app.archive.deeds()
