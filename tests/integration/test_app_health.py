"""Somebody hears it when a part falls silent: by mail, by webhook when the mail is what is silent, once, and again when it is over."""

from __future__ import annotations

import json
import logging
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.app import App
from listener.app.attending import HEALTH
from listener.config import load
from listener.core.errors import ConfigError
from listener.core.standing import Post
from listener.sources import KINDS
from listener.storage.migrations import upgrade
from tests.builders import digest
from tests.e2e.house import Feeds, configure
from tests.fakes import Clock
from tests.fakes_smtp import SmtpServer
from tests.unit.delivery.test_webhook import receiver

NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def opened(folder: Path, clock: Clock, *, port: int = 1, to: str = "", room: str = "", feed: str = "http://127.0.0.1:1/") -> App:
    """An app with an operator, who may be named by mail, by a channel, or not at all."""
    told = (f'operator = "{to}"\n' if to else "") + ('operator_channels = ["room"]\n' if room else "")
    channels = '[[channels]]\nkey = "room"\naddress_env = "ROOM"\nsecret_env = "SECRET"\n' if room else ""
    config = configure(folder, ("a", feed), smtp_port=port, extra=channels)
    main = config / "listener.toml"
    main.write_text(main.read_text().replace('language = "nl"\n', f'language = "nl"\n{told}', 1))
    environ = {"ROOM": room, "SECRET": "s"}
    settings = load(config, environ, kinds=tuple(KINDS))
    upgrade(settings.listener.database)
    return App(settings, clock=clock, environ=environ)


def look(app: App) -> list[str]:
    """Look once, and send; whom that reached."""
    return [one.recipient for one in app.tell(app.attend()) if not one.error]


def test_silent_mail_is_told_by_another_way_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A mail that waits half an hour is told by webhook, in the log, and to the operator's mail as soon as that goes again."""
    clock = Clock(NIGHT)
    with receiver() as (address, calls), opened(tmp_path, clock, to="beheer@x.example", room=address) as app:
        app.archive.keep_digest(digest(composed_at=clock()), {"a@x.example": "<1@x>"})
        assert look(app) == []
        clock.move(31 * MINUTE)
        with caplog.at_level(logging.WARNING, "listener"):
            assert look(app) == ["channel:room"]
            for _ in range(3):
                clock.move(MINUTE)
                assert look(app) == []
        assert caplog.text.count("silent: mail") == 1
        # The mail goes again.
        delivery = app.archive.outbox.claim(1, clock(), lease=MINUTE)
        assert delivery is not None
        app.archive.outbox.settle(delivery, clock(), sent=True)
        for row in app.archive.untold(clock() + timedelta(hours=7)):
            while delivery := app.archive.alert_outbox.claim(row, clock() + timedelta(hours=7), lease=MINUTE):
                app.archive.alert_outbox.settle(delivery, clock(), sent=True)
        clock.move(15 * MINUTE)
        with caplog.at_level(logging.WARNING, "listener"):
            assert look(app) == ["channel:room"]
        assert "heard again: mail" in caplog.text
    told = [json.loads(body) for _, body, _ in calls]
    assert [(one["watch"], one["stage"], one["size"]) for one in told] == [("parts", "new", 1), ("parts", "over", 1)]


def test_a_silent_clock_and_a_lost_worker_are_told_by_whoever_is_left(tmp_path: Path) -> None:
    """In Dutch, in one mail, with what to look at; two who look at once tell it once."""
    clock = Clock(NIGHT)
    with SmtpServer() as server, opened(tmp_path, clock, port=server.port, to="beheer@x.example") as app:
        app.sign(Post.CLOCK)
        app.sign(Post.WORKER, "2")
        clock.move(4 * MINUTE)
        assert look(app) == ["beheer@x.example"]
        with App(app.settings, clock=clock, environ={}) as other:
            assert look(other) == []
        app.sign(Post.CLOCK)
        app.sign(Post.WORKER)
        clock.move(MINUTE)
        assert look(app) == [], "it rests a quarter of an hour between two words"
        clock.move(14 * MINUTE)
        app.sign(Post.CLOCK)
        app.sign_off(Post.WORKER)
        assert look(app) == ["beheer@x.example"] * 2
    first, *over = server.mails
    assert str(first["Subject"]) == "Listener: 2 onderdelen zwijgen"
    text = first.get_content()
    assert "De klok: stil sinds 21 nov, 02:00" in text
    assert f"Het werkproces {socket.gethostname()}" in text
    assert "Kijk of `listener run` loopt" in text
    assert "/desk/health" in text
    assert {str(one["Subject"]) for one in over} == {"Listener: 1 onderdeel is weer te horen"}
    assert any("De klok" in one.get_content() for one in over)


def test_two_that_look_at_the_same_moment_tell_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The one that comes second to writing it down makes no alert and says nothing."""
    clock = Clock(NIGHT)
    with opened(tmp_path, clock, to="ops@x.example") as app, App(app.settings, clock=clock, environ={}) as other:
        app.sign(Post.CLOCK)
        clock.move(5 * MINUTE)
        before = other.archive.matters(HEALTH)
        assert len(app.attend()) == 1
        caplog.clear()
        monkeypatch.setattr(other.archive, "matters", lambda _: before)
        assert other.attend() == []
        assert "silent" not in caplog.text
        assert len(app.archive.alerts()) == 1


def test_silent_sources_of_a_large_house_are_counted(tmp_path: Path) -> None:
    """The first are named, the rest is a number; what nobody is told stands in the log."""
    clock = Clock(NIGHT)
    with Feeds() as feeds, SmtpServer() as server:
        config = configure(
            tmp_path, *((f"s{number:02}", feeds.address(f"/{number}")) for number in range(9)), smtp_port=server.port
        )
        main = config / "listener.toml"
        main.write_text(main.read_text().replace('language = "nl"\n', 'language = "en"\noperator = "ops@x.example"\n', 1))
        settings = load(config, {}, kinds=tuple(KINDS))
        upgrade(settings.listener.database)
        with App(settings, clock=clock, environ={}) as app:
            app.prepare()
            for _ in range(5):
                list(app.collect(app.archive.states()))
                clock.move(timedelta(hours=1))
            assert look(app) == ["ops@x.example"]
    (mail,) = server.mails
    assert str(mail["Subject"]) == "Listener: 9 parts of it have fallen silent"
    assert "The source s05: never heard" in mail.get_content()
    assert "s06" not in mail.get_content()
    assert "And 3 more." in mail.get_content()


def test_nobody_to_tell_is_no_fault(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It stands in the log, once."""
    clock = Clock(NIGHT)
    with opened(tmp_path, clock) as app:
        app.sign(Post.CLOCK)
        clock.move(5 * MINUTE)
        with caplog.at_level(logging.WARNING, "listener"):
            assert look(app) == []
            assert look(app) == []
    assert caplog.text.count("silent: clock") == 1


def test_a_channel_that_is_not_there_is_a_fault_of_the_file(tmp_path: Path) -> None:
    """Named by file and key."""
    config = configure(tmp_path)
    main = config / "listener.toml"
    main.write_text(main.read_text().replace('language = "nl"\n', 'language = "nl"\noperator_channels = ["rom"]\n', 1))
    with pytest.raises(ConfigError, match=r"listener\.operator_channels.*no channel 'rom'"):
        load(config, {}, kinds=tuple(KINDS))
