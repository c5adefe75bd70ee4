"""The world as a whole: opened, listened to by a configuration, closed."""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests

from listener.config import load
from listener.demo.places import PLACES, X
from listener.demo.world import TOKEN, World

UNTIL = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An open world of two weeks, in a folder with an awkward name."""
    with World(tmp_path / 'a "quoted" folder', UNTIL, days=15, base_url="http://127.0.0.1:8123") as opened:
        yield opened


def test_its_configuration_is_one_that_listener_reads(world: World) -> None:
    """Two brands, every place as a source, two digests in two languages, everything on loopback and within its folder."""
    settings = load(world.config, {}, kinds=("rss", "google-alerts", "x"))
    assert [one.brand.name for one in settings.brands] == ["Hydrovalk", "Molenaar Pompen"]
    molenaar = settings.brands[1]
    assert molenaar.brand.owned.domains == ("molenaarpompen.example",)
    assert molenaar.brand.owned.accounts == ("x:2890417733",)
    assert [(digest.key, digest.language) for digest in molenaar.digests] == [("molenaar/daily", "nl"), ("molenaar/board", "en")]
    sources = {source.key: source for source in settings.sources}
    assert {key: source.address for key, source in sources.items()} == dict(world.addresses)
    assert {world.source_of(place) for place in (*PLACES, X)} | {world.source_of(X, "hydrovalk")} == set(sources)
    assert str(world.folder) in settings.listener.database
    assert settings.listener.base_url == "http://127.0.0.1:8123"
    assert settings.x.bearer_token({}) == TOKEN
    assert settings.x.bearer_token({"LISTENER_X_BEARER_TOKEN": "a real one"}) == TOKEN
    assert (settings.smtp.host, settings.smtp.port) == ("127.0.0.1", world.post.port)


def test_every_source_answers(world: World) -> None:
    """Feeds and X are there as soon as the world is open; one place is broken, as told."""
    status = {
        key: requests.get(address, timeout=10).status_code for key, address in world.addresses.items() if address.startswith("http")
    }
    assert {key for key, code in status.items() if code != 200} == {"technische-banen"}
    assert all(address.startswith("http://127.0.0.1:") or " OR " in address for address in world.addresses.values())
    for key in ("molenaar-x", "hydrovalk-x"):
        answer = requests.get(
            f"{world.x_url}/2/tweets/search/recent",
            params={"query": world.addresses[key]},
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=10,
        )
        assert answer.json()["meta"]["result_count"]


def test_its_clock_can_be_moved(world: World) -> None:
    """It stands at the story's end at first, takes any aware time, and keeps it in UTC."""
    assert world.now == UNTIL
    world.now = datetime(2026, 11, 10, 12, tzinfo=timezone(timedelta(hours=1)))
    assert world.now == datetime(2026, 11, 10, 11, tzinfo=UTC)
    assert world.now.tzinfo is UTC
    with pytest.raises(ValueError, match="aware"):
        world.now = datetime(2026, 11, 10, 12)


def test_opening_again_writes_the_new_ports(tmp_path: Path) -> None:
    """A folder can be used again: the configuration always tells where the world is now."""
    for _ in range(2):
        with World(tmp_path, UNTIL, days=3) as world:
            written = tomllib.loads((world.config / "listener.toml").read_text(encoding="utf-8"))
            assert written["x"]["api_url"] == world.x_url
            assert world.mailbox == tmp_path / "mail"


def test_what_was_opened_is_closed_when_opening_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be written leaves no server behind."""
    world = World(tmp_path, UNTIL, days=2)
    ports: list[int] = []

    def unwritable() -> Path:
        ports.extend([world.post.port, int(world.web.address.rsplit(":", 1)[1])])
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(world, "settings_files", unwritable)
    with pytest.raises(PermissionError), world:
        pass
    for port in ports:
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
