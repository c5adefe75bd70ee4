"""Alerts in the wired app: looked for at their time, sent through every channel, and one broken rule costs no other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from listener.app import LOOK, App
from listener.config import load
from listener.core.errors import ListenerError, StorageError
from listener.core.job import Job, Look, SendDigest
from listener.jobs.sending import Sent
from listener.sources import KINDS
from tests.databases import fresh_sqlite
from tests.e2e.house import Feeds, configure
from tests.fakes import Clock
from tests.fakes_smtp import SmtpServer
from tests.unit.delivery.test_webhook import receiver

MORNING = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
ALERTS = """
[[alerts]]
key = "stil"
watch = "silence"
to = ["beheer@x.example"]
channels = ["room", "nowhere", "unsigned"]
[[alerts]]
key = "woord"
watch = "phrase"
query = "lekt"
to = ["beheer@x.example"]
"""
CHANNELS = """operator = "x"
[[channels]]
key = "room"
address_env = "ROOM"
secret_env = "SECRET"
[[channels]]
key = "nowhere"
address_env = "NOWHERE"
[[channels]]
key = "unsigned"
address_env = "ROOM"
"""


def opened(folder: Path, clock: Clock, feed: str, port: int, environ: dict[str, str]) -> App:
    """An app with alerts, an operator and channels."""
    config = configure(folder, ("a", feed), smtp_port=port, to=("a@x.example", "b@x.example"), extra=CHANNELS.partition("\n")[2])
    main, page = config / "listener.toml", config / "brands" / "molenaar.toml"
    main.write_text(main.read_text().replace('language = "nl"', 'language = "nl"\noperator = "beheer@x.example"', 1))
    page.write_text(page.read_text() + ALERTS)
    settings = load(config, environ, kinds=tuple(KINDS))
    fresh_sqlite(settings.listener.database)
    return App(settings, clock=clock, environ=environ)


def test_alerts_are_looked_for_and_sent_through_every_channel(tmp_path: Path) -> None:
    """A source that is not heard any more is told by mail and by webhook; a channel without an address or a secret is said to be none."""
    clock = Clock(MORNING)
    with SmtpServer() as server, receiver() as (address, calls), Feeds() as feeds:
        feeds.show("/a", 1)
        with opened(tmp_path, clock, feeds.address("/a"), server.port, {"ROOM": address, "SECRET": "s"}) as app:
            app.prepare()
            jobs: list[Job] = []
            app.tick(jobs.append)
            looks = [one for one in jobs if isinstance(one, Look)]
            assert looks == [Look(rules=("molenaar/stil", "molenaar/woord"))]
            app.tick(jobs.append)
            assert sum(isinstance(one, Look) for one in jobs) == 1
            for job in jobs:
                list(app.run(job))
            clock.move(timedelta(days=2))
            feeds.pages.clear()
            list(app.collect(app.archive.states()))
            ended = [one for one in app.run(looks[0]) if isinstance(one, Sent)]
            assert {one.recipient: bool(one.error) for one in ended} == {
                "beheer@x.example": False,
                "channel:room": False,
                "channel:nowhere": True,
                "channel:unsigned": True,
            }
            clock.move(LOOK)
            jobs.clear()
            app.tick(jobs.append)
            assert Look(rules=("molenaar/stil", "molenaar/woord")) in jobs
        assert len(calls) == 1
    assert any("1 bron zwijgt" in str(one["Subject"]) for one in server.mails)


def test_a_rule_that_fails_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are looked at, and then the fault is told."""
    clock, looked = Clock(MORNING), []
    with SmtpServer() as server, opened(tmp_path, clock, "http://127.0.0.1:9/x", server.port, {}) as app:

        def matters(rule: str) -> dict[str, object]:
            looked.append(rule)
            if rule.endswith("stil"):
                raise StorageError("the disk is full")
            return {}

        monkeypatch.setattr(app.archive, "matters", matters)
        with pytest.raises(ListenerError, match="disk is full"):
            list(app.run(Look(rules=("molenaar/stil", "molenaar/woord"))))
    assert looked == ["molenaar/stil", "molenaar/woord"]


def test_the_operator_hears_of_an_address_that_does_not_exist(tmp_path: Path) -> None:
    """By a mail of its own; and that a whole day could not be looked at goes to the operator too."""
    clock = Clock(MORNING)
    with SmtpServer() as server, Feeds() as feeds:
        feeds.show("/a", 1)
        with opened(tmp_path, clock, feeds.address("/a"), server.port, {}) as app:
            clock.now = MORNING - timedelta(hours=9)
            list(app.collect(app.archive.states()))
            clock.now = MORNING
            server.replies["b@x.example"] = "550 5.1.1 no such user"
            ended = [one for one in app.run(SendDigest(digest="molenaar/daily", on=date(2026, 11, 20))) if isinstance(one, Sent)]
            assert [(one.recipient, one.gone) for one in ended] == [
                ("a@x.example", False),
                ("b@x.example", True),
                ("beheer@x.example", False),
            ]
            app.run(SendDigest(digest="molenaar/daily", on=date(2026, 11, 21)))
    told = server.mails[-1]
    assert told["To"] == "beheer@x.example"
    assert "550 5.1.1 no such user" in told.get_content()
    leave = str(server.mails[0]["List-Unsubscribe"])
    assert leave.startswith("<http://127.0.0.1:8000/mail/unsubscribe/")
    assert server.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
