"""`listener alert`: a trial for each target, and what was told."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.house import configure, listener
from tests.fakes_smtp import SmtpServer

ALERTS = """
[[alerts]]
key = "crisis"
watch = "negative"
to = ["a@x.example", "b@x.example"]
quiet = "22:00-07:00"
"""


def house(folder: Path, port: int, alerts: str = ALERTS) -> Path:
    """A configuration with an alert."""
    config = configure(folder, smtp_port=port)
    page = config / "brands" / "molenaar.toml"
    page.write_text(page.read_text() + alerts)
    assert listener(config, "db", "upgrade").returncode == 0
    return config


def test_a_trial_reaches_every_target_and_is_remembered(tmp_path: Path) -> None:
    """One line a target, exit 0; the list shows the rule and how each target got it."""
    with SmtpServer() as server:
        config = house(tmp_path, server.port)
        done = listener(config, "alert", "--test")
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == ["molenaar/crisis to a@x.example: sent", "molenaar/crisis to b@x.example: sent"]
        server.replies["b@x.example"] = "550 5.1.1 no such user"
        failed = listener(config, "alert", "--test", "b@x.example")
        assert failed.returncode == 1
        assert "5.1.1" in failed.stdout
        assert len(server.received) == 2
        assert "proef van de waarschuwing" in server.mails[0]["Subject"]
    listed = listener(config, "alert", "--list").stdout
    assert "molenaar/crisis: negative to a@x.example, b@x.example, not between 22:00 and 07:00" in listed
    assert listed.count("a@x.example: sent") == 1
    assert "b@x.example: dropped" in listed


def test_a_target_that_no_alert_has_is_one_line(tmp_path: Path) -> None:
    """And so are options that do not go together."""
    config = house(tmp_path, 2525)
    done = listener(config, "alert", "--test", "c@x.example")
    assert done.returncode == 2
    assert "no alert goes to 'c@x.example' (there is: a@x.example, b@x.example)" in done.stderr
    for wrong in (("alert",), ("alert", "--test", "--list"), ("alert", "x", "--list")):
        assert listener(config, *wrong).returncode == 2
    empty = house(tmp_path / "empty", 2525, "")
    assert "There are no [[alerts]]" in listener(empty, "alert", "--list").stdout
    assert listener(empty, "alert", "--test").returncode == 2


def test_faults_in_an_alert_are_named(tmp_path: Path) -> None:
    """Each by its place, all at once."""
    wrong = """
[[alerts]]
key = "a"
watch = "phrase"
to = ["a@x.example"]
[[alerts]]
key = "b"
watch = "negative"
channels = ["chat"]
[[alerts]]
key = "b"
watch = "volume"
quiet = "late"
query = "x"
"""
    config = configure(tmp_path)
    page = config / "brands" / "molenaar.toml"
    page.write_text(page.read_text() + wrong)
    said = listener(config, "check").stderr
    for part in ("alerts[0].query", "alerts[2].key", "alerts[2].quiet", "alerts[2].query", "nobody is told"):
        assert part in said, said


def test_a_channel_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """With those that do."""
    config = configure(tmp_path, extra='[[channels]]\nkey = "teams"\naddress_env = "TEAMS"\nsecret_env = "S"\n')
    page = config / "brands" / "molenaar.toml"
    page.write_text(page.read_text() + '[[alerts]]\nkey = "b"\nwatch = "negative"\nchannels = ["team"]\n')
    assert "there is no channel 'team' (did you mean 'teams'?)" in listener(config, "check").stderr
    page.write_text(page.read_text().replace('"team"', '"teams"'))
    checked = listener(config, "check")
    assert checked.returncode == 0, checked.stderr
    assert "channels.teams.address: the environment variable TEAMS is not set" in checked.stdout
