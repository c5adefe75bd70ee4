"""The chat through the real apprise: what reaches a server on loopback, and what other services would be given."""

from __future__ import annotations

import json
from typing import Any

import pytest

from listener.core.alert import Note
from listener.core.errors import ConfigError, Undelivered
from listener.delivery.chat import Chat
from tests.unit.delivery.test_webhook import receiver

pytest.importorskip("apprise", reason="the extra notify is not installed")
import requests

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # apprise's own, of modules that a later Python drops
EVIL = "@everyone <!channel> <https://evil.example|klik> *vet*"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#algemeen"
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop-abcdefg-hijklmnop/111"


def note(text: str = "De pomp lekt.\n\nLees verder: https://listener.example", subject: str = "Molenaar: 12 negatief") -> Note:
    """What an alert says."""
    return Note(id="<1@x>", subject=subject, text=text, payload="{}")


def at(address: str) -> str:
    """A loopback server's address as apprise writes a JSON webhook's."""
    return address.replace("http://", "json://").partition("/hook")[0] + "/hook"


def test_a_note_reaches_a_server_as_it_is() -> None:
    """Subject and text, one call, and the moment of handing over is told before it leaves."""
    handed: list[int] = []
    with receiver(200) as (address, calls):
        Chat("room", at(address)).send(note(), lambda: handed.append(len(calls)))
    ((_, body, path),) = calls
    said = json.loads(body)
    assert (said["title"], said["message"]) == (note().subject, note().text.strip())
    assert path == "/hook"
    assert handed == [0]


@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_server_that_does_not_take_it_is_tried_again(status: int) -> None:
    """Once now, since the outbox repeats; and no word of the address, which holds tokens."""
    with receiver(status) as (address, calls):
        with pytest.raises(Undelivered) as fault:
            Chat("room", at(address)).send(note())
        assert len(calls) == 1
    assert str(fault.value) == "channel room: was not taken"


def test_a_server_that_is_not_there_is_tried_again() -> None:
    """The same."""
    with pytest.raises(Undelivered):
        Chat("room", "json://127.0.0.1:9/hook").send(note())


def test_a_plug_in_that_breaks_is_undecidable_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have sent by then; its words may hold the address."""
    chat = Chat("room", SLACK)

    def broken(*_: Any, **__: Any) -> bool:
        raise RuntimeError("TIiajkdnlazkcOXrIdevi7FQ")

    monkeypatch.setattr(chat._apprise, "notify", broken)
    with pytest.raises(Undelivered, match=r"^channel room: RuntimeError$") as fault:
        chat.send(note())
    assert fault.value.maybe


def test_an_address_that_apprise_does_not_know_is_said_at_the_start() -> None:
    """Without the address; Office 365's old connectors are such ones."""
    for wrong in ("nonsense://s3cret", "msteams://t@b/s3cret/b/c/d", ""):
        with pytest.raises(ConfigError, match="none that apprise knows") as fault:
            Chat("room", wrong)
        assert "s3cret" not in str(fault.value)


def test_a_channel_is_one_target() -> None:
    """Of two in one address nobody could say which has it, and a repeat would reach both."""
    with pytest.raises(ConfigError, match="several targets"):
        Chat("room", f"{TELEGRAM}/222")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would go to a service on the internet; nothing leaves."""
    kept: list[dict[str, Any]] = []

    def request(self: requests.Session, method: str, url: str, **given: Any) -> requests.Response:
        assert "evil" not in url
        kept.append({"url": url, **given})
        answer = requests.Response()
        answer.status_code = 200
        answer._content = b"ok" if "slack" in url else b'{"ok": true, "result": []}'
        return answer

    monkeypatch.setattr(requests.Session, "request", request)
    return kept


def bodies(calls: list[dict[str, Any]]) -> list[str]:
    """What was said in each call, as it would stand in the request."""
    return [one["data"] if isinstance(one["data"], str) else json.dumps(one["data"]) for one in calls if one.get("data")]


def test_nobody_is_called_in_slack(calls: list[dict[str, Any]]) -> None:
    """What stands in angle brackets there is a call; it goes out as text."""
    Chat("room", SLACK).send(note(EVIL))
    (said,) = bodies(calls)
    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said
    assert "<https://evil.example|klik>" not in said


@pytest.mark.parametrize(("address", "most"), [(DISCORD, 2000), (TELEGRAM, 4096)])
def test_a_long_text_is_split_and_not_cut_off(address: str, most: int, calls: list[dict[str, Any]]) -> None:
    """Each piece is short enough for the service, and together they hold it all."""
    words = [f"woord{number}" for number in range(1200)]
    Chat("room", address).send(note(" ".join(words)))
    said = bodies(calls)
    assert len(said) > 1
    assert all(len(one) < most + 400 for one in said)
    # A word may be cut in two where a piece ends.
    assert sum(any(word in one for one in said) for word in words) > len(words) - len(said)


def test_no_picture_and_no_footer_is_added(calls: list[dict[str, Any]]) -> None:
    """Apprise's own would be fetched from elsewhere by whoever reads it."""
    for address in (SLACK, DISCORD, TELEGRAM):
        Chat("room", address).send(note())
    assert len(calls) == 3
    assert not [one for one in bodies(calls) if "github" in one.lower() or "footer" in one.lower() or "icon_url" in one.lower()]
