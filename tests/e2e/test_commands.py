"""The commands as processes, with real places: what they print, how they end, and how they take bad input."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.house import Feeds, command, configure, listener, process, rows
from tests.fakes_smtp import SmtpServer

pytestmark = pytest.mark.e2e


def one_line(text: str) -> str:
    """The one line that a fault is."""
    (line,) = text.strip().splitlines()
    assert "Traceback" not in line
    return line


def test_collecting_twice_stores_once(tmp_path: Path) -> None:
    """The second run finds everything known, and says so for people and for programs."""
    with Feeds() as feeds:
        feeds.show("/a", 1, 2)
        config = configure(tmp_path, ("a", feeds.address("/a")), ("gone", feeds.address("/gone")))
        listener(config, "db", "upgrade")
        first = listener(config, "collect")
        assert first.returncode == 1
        assert "a: heard, 2 entries, 2 new, 2 mentions" in first.stdout
        assert "gone: failed — " in first.stdout
        assert "1 of 2 sources heard; 2 new entries, 2 new mentions." in first.stdout
        second = [json.loads(line) for line in listener(config, "collect", "a", "--json").stdout.splitlines()]
    assert [(row["source"], row["outcome"], row["heard"], row["new_entries"]) for row in second] == [("a", "unchanged", True, 0)]
    status = listener(config, "status")
    assert status.returncode == 0
    assert "gone (rss): failed, never heard" in status.stdout
    assert [row["source"] for row in json.loads(listener(config, "sources", "--json").stdout)] == ["a", "gone"]


def test_naming_a_source_that_does_not_exist_is_said(tmp_path: Path) -> None:
    """With those that do."""
    config = configure(tmp_path, ("a", "http://127.0.0.1:9/"))
    listener(config, "db", "upgrade")
    done = listener(config, "collect", "b")
    assert done.returncode == 2
    assert "no such source: b (there is: a)" in done.stderr


def test_without_a_schema_every_verb_says_which_command_to_run(tmp_path: Path) -> None:
    """The program never migrates by itself."""
    config = configure(tmp_path)
    for verb in (("collect",), ("status",), ("run",), ("db", "check"), ("digest", "molenaar")):
        done = listener(config, *verb)
        assert done.returncode == 1
        assert "run `listener db upgrade`" in one_line(done.stderr)
    assert not (tmp_path / "listener.db").exists()


def test_a_configuration_with_faults_names_them_all(tmp_path: Path) -> None:
    """Five faults in two files are five lines, and exit 2."""
    config = configure(tmp_path)
    (config / "listener.toml").write_text('[listener]\nlanguage = "fr"\ntimezone = "Mars/Phobos"\nnonsense = 1\n')
    (config / "brands" / "molenaar.toml").write_text(
        'name = "M"\nquery = "(a"\n[[sources]]\nkey = "x"\nkind = "rrs"\naddress = "https://x.example/"\n'
    )
    done = listener(config, "collect")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 5
    assert "sources[0].kind: unknown kind 'rrs' (did you mean 'rss'?)" in done.stderr


def test_previewing_a_digest_writes_four_files_and_stores_nothing(tmp_path: Path) -> None:
    """The same day, as page, text, mail and data."""
    with Feeds() as feeds:
        feeds.show("/a", 1, 2)
        config = configure(tmp_path, ("a", feeds.address("/a")), to=("a@x.example",))
        listener(config, "db", "upgrade")
        listener(config, "collect")
    today = rows(config, "SELECT date(max(collected_at), '+1 hour') FROM mention")[0][0]
    done = listener(config, "digest", "molenaar", "--date", today, "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["digest.eml", "digest.html", "digest.json", "digest.txt"]
    mail = message_from_bytes((tmp_path / "out" / "digest.eml").read_bytes(), policy=policy.default)
    assert mail["To"] == "a@x.example"
    assert mail.get_body(("html",)) is not None
    assert json.loads((tmp_path / "out" / "digest.json").read_text())["on"] == today
    assert rows(config, "SELECT count(*) FROM digest") == [(0,)]


def test_sending_a_digest_sends_it_once(tmp_path: Path) -> None:
    """To each of three recipients, one of whom the server refuses; the second call sends nothing."""
    with SmtpServer() as server:
        server.replies["b@x.example"] = "550 5.1.1 no such user"
        config = configure(tmp_path, to=("a@x.example", "b@x.example", "c@x.example"), smtp_port=server.port)
        listener(config, "db", "upgrade")
        first = listener(config, "digest", "molenaar", "--date", "2026-11-20", "--send")
        second = listener(config, "digest", "molenaar", "--date", "2026-11-20", "--send")
        assert [one.recipient for one in server.received] == ["a@x.example", "c@x.example"]
    assert first.returncode == 1
    assert "b@x.example: given up — " in first.stdout
    assert "no such user" in first.stdout
    assert second.returncode == 0
    assert "nothing was sent" in second.stdout


def test_a_day_that_is_not_over_is_sent_as_such(tmp_path: Path) -> None:
    """Half a day, on demand, never stands where the complete day's snapshot belongs."""
    with SmtpServer() as server:
        config = configure(tmp_path, to=("a@x.example",), smtp_port=server.port)
        listener(config, "db", "upgrade")
        today = datetime.now(ZoneInfo("Europe/Amsterdam")).date().isoformat()
        done = listener(config, "digest", "molenaar", "--date", today, "--send")
    assert done.returncode == 0
    assert "not over yet" in done.stderr
    assert len(server.received) == 1
    assert rows(config, 'SELECT key, "on" FROM digest') == [("molenaar/daily/so-far", today)]


def test_a_mail_server_that_is_down_is_said_and_tried_again(tmp_path: Path) -> None:
    """Nothing is lost: the outbox keeps the mail."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        config = configure(tmp_path, to=("a@x.example",), smtp_port=closed.getsockname()[1])
    listener(config, "db", "upgrade")
    done = listener(config, "digest", "molenaar", "--date", "2026-11-20", "--send")
    assert done.returncode == 1
    assert "a@x.example: will be tried again — " in done.stdout
    assert rows(config, "SELECT state, attempt FROM delivery") == [("waiting", 1)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_daemon_collects_serves_and_ends_in_peace(tmp_path: Path, number: signal.Signals) -> None:
    """It hears a source at once, shows the page, refuses a second clock on the same database, and exits 0 when told to stop."""
    with Feeds() as feeds:
        feeds.show("/a", 1, 2, 3)
        config = configure(tmp_path, ("a", feeds.address("/a")))
        listener(config, "db", "upgrade")
        with subprocess.Popen(
            command(config, "run", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as daemon:
            try:
                assert daemon.stdout is not None
                assert "The page is at http://127.0.0.1:" in daemon.stdout.readline()
                assert "Nobody can sign in yet" in daemon.stdout.readline()
                assert "/welcome/" in daemon.stdout.readline()
                deadline = time.monotonic() + 60
                while rows(config, "SELECT count(*) FROM mention") != [(3,)]:
                    assert time.monotonic() < deadline, "the daemon collected nothing"
                    time.sleep(0.1)
                second = process(config, "run", "--port", "0")
                assert second.returncode == 1
                assert "another `listener run`" in one_line(second.stderr)
            finally:
                daemon.send_signal(number)
                _, log = daemon.communicate(timeout=60)
    assert daemon.returncode == 0, log
    assert "collected source=a outcome='new' new=3 mentions=3" in log
    assert "Traceback" not in log


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    """It names the port and ends at once."""
    config = configure(tmp_path)
    listener(config, "db", "upgrade")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = listener(config, "run", "--port", str(port))
    assert done.returncode == 1
    assert f"port {port}" in one_line(done.stderr)
    assert "in use" in done.stderr


def test_the_output_may_be_cut_off(tmp_path: Path) -> None:
    """`| head -1` is no fault."""
    config = configure(tmp_path, *((f"s{n}", "http://127.0.0.1:9/") for n in range(30)))
    listener(config, "db", "upgrade")
    shell = " ".join(command(config, "collect")) + " | head -1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr


def test_the_database_check_says_that_the_file_is_whole(tmp_path: Path) -> None:
    """Or that it is damaged."""
    config = configure(tmp_path)
    assert "(new)" in listener(config, "db", "upgrade").stdout
    assert "already, nothing to change" in listener(config, "db", "upgrade").stdout
    assert "The file is whole." in listener(config, "db", "check").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_on_a_terminal_a_bar_shows_how_far_it_is(tmp_path: Path) -> None:
    """Each source still has its line, on a line of its own, and the bar is gone at the end."""
    with Feeds() as feeds:
        feeds.show("/a", 1)
        config = configure(tmp_path, *((f"s{n}", feeds.address("/a")) for n in range(3)))
        listener(config, "db", "upgrade")
        ours, theirs = pty.openpty()
        with subprocess.Popen(command(config, "collect"), stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL) as run:
            os.close(theirs)
            screen = b""
            with contextlib.suppress(OSError):  # Linux says so when the other side has closed
                while piece := os.read(ours, 65536):
                    screen += piece
            os.close(ours)
    assert run.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.decode()).replace("\r", "\n")
    assert "Listening" in text
    assert "3/3" in text
    assert {f"s{n}: heard, 1 entry, 1 new, 1 mention" for n in range(3)} <= set(text.splitlines())
    assert text.strip().splitlines()[-1] == "3 of 3 sources heard; 3 new entries, 3 new mentions."
