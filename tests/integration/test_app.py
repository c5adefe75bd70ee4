"""The app: everything wired, what is due handed over once, and each job done by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from listener.app import App
from listener.config import load
from listener.config.changing import change_query
from listener.core.change import QueryVersion
from listener.core.errors import ConfigError
from listener.core.job import Collect, Job, Rematch, SendDigest, Tend
from listener.core.upkeep import Chore, Tended
from listener.core.visits import Outcome, Run
from listener.jobs.sending import Sent
from listener.sources import KINDS
from tests.databases import fresh_sqlite
from tests.e2e.house import Feeds, configure
from tests.fakes import Clock
from tests.fakes_smtp import SmtpServer

EVENING = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    """Eight in the evening."""
    return Clock(EVENING)


def opened(folder: Path, clock: Clock, *sources: tuple[str, str], port: int = 2525, to: tuple[str, ...] = ("a@x.example",)) -> App:
    """An app for one brand, on a fresh database."""
    settings = load(configure(folder, *sources, smtp_port=port, to=to), {}, kinds=tuple(KINDS))
    fresh_sqlite(settings.listener.database)
    return App(settings, clock=clock, environ={})


def test_a_day_passes_as_it_should(tmp_path: Path, clock: Clock) -> None:
    """What is due is collected at once, again when its time comes, and the digest goes out in the morning: once."""
    with Feeds() as feeds, SmtpServer() as server, opened(tmp_path, clock, ("a", feeds.address("/a")), port=server.port) as app:
        app.prepare()
        feeds.show("/a", 1, 2)
        jobs: list[Job] = []
        app.tick(jobs.append)
        assert jobs == [Collect(sources=("a",))]
        app.tick(jobs.append)
        assert len(jobs) == 1, "what was handed over is claimed"
        (run,) = app.run(jobs[0])
        assert isinstance(run, Run)
        assert (run.outcome, run.new_mentions) == (Outcome.NEW, 2)
        clock.move(timedelta(minutes=30))
        app.tick(jobs.append)
        assert jobs[1:] == [Collect(sources=("a",)), Tend(chore=Chore.STRAYS)]
        clock.now = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
        jobs.clear()
        app.tick(jobs.append)
        assert SendDigest(digest="molenaar/daily", on=date(2026, 11, 20)) in jobs
        for job in jobs:
            list(app.run(job))
        app.tick(lambda job: pytest.fail(f"again: {job}") if isinstance(job, SendDigest) else None)
    (mail,) = server.mails
    assert "2 vermeldingen" in str(mail["Subject"])


def test_a_mail_that_could_not_be_sent_is_due_again(tmp_path: Path, clock: Clock) -> None:
    """The outbox asks for another try by itself."""
    with opened(tmp_path, clock, port=1) as app:
        clock.now = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
        for _ in range(2):
            jobs: list[Job] = []
            app.tick(jobs.append)
            assert jobs == [SendDigest(digest="molenaar/daily", on=date(2026, 11, 20))]
            list(app.run(jobs[0]))
            clock.move(timedelta(minutes=5))


def test_a_day_so_far_that_could_not_be_sent_is_tried_again(tmp_path: Path, clock: Clock) -> None:
    """The clock finishes what `listener digest --send` began; of a digest that nobody configures any more it is silent."""
    with SmtpServer() as server, opened(tmp_path, clock, port=server.port) as app:
        plan = replace(app.plan_for("molenaar"), key="molenaar/daily/so-far")
        server.replies[plan.to[0]] = "451 4.7.1 later"
        today = clock.now.date()
        for one in (plan, replace(plan, key="molenaar/gone")):
            assert [sent.again for sent in app.digester.send(one, app.brand("molenaar"), today)] == [True]
        server.replies.clear()
        clock.move(timedelta(minutes=5))
        jobs: list[Job] = []
        app.tick(jobs.append)
        digests = [job for job in jobs if isinstance(job, SendDigest)]
        assert SendDigest(digest=plan.key, on=today) in digests
        assert "molenaar/gone" not in {job.digest for job in digests}
        assert [one.error for one in app.run(SendDigest(digest=plan.key, on=today)) if isinstance(one, Sent)] == [""]
        assert len(server.received) == 1


def test_a_digest_that_is_no_longer_configured_is_nothing_to_do(tmp_path: Path, clock: Clock) -> None:
    """It was due when somebody took it out."""
    with opened(tmp_path, clock) as app:
        assert list(app.run(SendDigest(digest="molenaar/gone", on=date(2026, 11, 20)))) == []


def test_the_digest_to_preview_is_named_or_the_first_or_made_up(tmp_path: Path, clock: Clock) -> None:
    """A brand without digests can be previewed too; unknown names say what there is."""
    with opened(tmp_path / "one", clock) as app:
        assert app.plan_for("molenaar").key == "molenaar/daily"
        assert app.plan_for("molenaar", "daily").key == "molenaar/daily"
        assert app.plan_for("molenaar", "molenaar/daily").key == "molenaar/daily"
        with pytest.raises(ConfigError, match=r"no digest 'weekly' \(there is: molenaar/daily\)"):
            app.plan_for("molenaar", "weekly")
        with pytest.raises(ConfigError, match=r"no brand 'nobody' \(there is: molenaar\)"):
            app.brand("nobody")
    with opened(tmp_path / "two", clock, to=()) as app:
        assert (app.plan_for("molenaar").key, app.plan_for("molenaar").to) == ("molenaar/preview", ())


def test_the_clock_follows_a_query_that_another_process_changed(tmp_path: Path, clock: Clock) -> None:
    """Its next visit asks with the new query, and what it stored meanwhile with the old one is asked again by itself."""
    with Feeds() as feeds, opened(tmp_path, clock, ("a", feeds.address("/a"))) as app:
        feeds.show("/a", 1, 2)
        list(app.run(Collect(sources=("a",))))
        assert len(app.archive.mentions("molenaar")) == 2
        page = tmp_path / "config" / "brands" / "molenaar.toml"
        assert change_query(page, "doet NOT title:1")
        clock.move(timedelta(minutes=1))
        stale = app.collector.finder
        with App(load(page.parents[1], {}, kinds=tuple(KINDS)), clock=clock, environ={}) as other:
            steps = list(other.rematch("molenaar"))
            assert (steps[-1].gained, steps[-1].lost) == (0, 1)
            assert list(other.rematch("nobody")) == []
        assert app.collector.finder is stale
        feeds.show("/a", 1, 2, 3)
        list(app.collector.collect(app.archive.states(["a"]), clock()))  # was on its way with the old query
        jobs: list[Job] = []
        app.tick(jobs.append)
        assert Rematch(brand="molenaar") in jobs
        (done,) = app.run(Rematch(brand="molenaar"))
        assert isinstance(done, QueryVersion)
        assert done.is_done
        feeds.show("/a", 1, 2, 3, 4)
        clock.move(timedelta(hours=1))
        list(app.run(Collect(sources=("a",))))
        version = {one.entry.title: one.judged.mention.query_version for one in app.archive.mentions("molenaar")}
        assert set(version) == {"Bericht 2", "Bericht 3", "Bericht 4"}
        assert version["Bericht 4"] == done.version


def test_chores_are_handed_over_and_done(tmp_path: Path, clock: Clock) -> None:
    """What comes round by itself: first a round after the first tick; without X nothing is asked there."""
    with opened(tmp_path, clock) as app:
        jobs: list[Job] = []
        app.tick(jobs.append)
        assert jobs == []
        clock.move(timedelta(hours=24))
        app.tick(jobs.append)
        chores = [job for job in jobs if isinstance(job, Tend)]
        assert [job.chore for job in chores] == list(Chore)
        done = [one for job in chores for one in app.run(job)]
    assert all(isinstance(one, Tended) and one.said and not one.error for one in done)
