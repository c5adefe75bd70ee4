"""Killing the program at any named point loses nothing and doubles nothing."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.house import Feeds, configure, listener, process, rows
from tests.e2e.lives import DIGEST, UNDECIDABLE
from tests.fakes_smtp import SmtpServer

pytestmark = pytest.mark.e2e

COLLECT = ["collect.fetched", "collect.before_commit", "collect.after_commit"]
TO = ("a@x.example", "b@x.example")


@pytest.mark.parametrize("point", COLLECT)
@pytest.mark.parametrize("visit", [1, 2])
def test_a_killed_collect_loses_and_doubles_nothing(tmp_path: Path, point: str, visit: int) -> None:
    """Killed in its first or second visit and run again, every item of both feeds is there, once."""
    with Feeds() as feeds:
        feeds.show("/a", *range(5))
        feeds.show("/b", *range(7))
        config = configure(tmp_path, ("a", feeds.address("/a")), ("b", feeds.address("/b")))
        assert listener(config, "db", "upgrade").returncode == 0
        killed = process(config, "collect", LISTENER_FAILPOINT=f"{point}:{visit}")
        assert killed.returncode == -signal.SIGKILL, killed
        again = listener(config, "collect")
        assert again.returncode == 0, again.stderr
    assert rows(config, "SELECT count(*), count(DISTINCT source_id || hex(identity)) FROM entry") == [(12, 12)]
    assert rows(config, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(12, 12)]
    assert rows(config, "SELECT count(*) FROM judgement") == [(12,)]
    assert rows(config, "SELECT count(*), count(story_id), count(voice) FROM mention") == [(12, 12, 12)]
    assert rows(config, "SELECT count(*) FROM source WHERE cursor IS NULL") == [(0,)]
    assert rows(config, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("point", DIGEST)
def test_a_killed_digest_is_never_lost_and_repeated_at_most_once(tmp_path: Path, point: str) -> None:
    """Killed anywhere and sent again, each recipient has it once; twice only where nobody can know, with the same Message-ID."""
    with SmtpServer() as server:
        config = configure(tmp_path, to=TO, smtp_port=server.port)
        assert listener(config, "db", "upgrade").returncode == 0
        send = ("digest", "molenaar", "--date", "2026-11-20", "--send")
        killed = process(config, *send, LISTENER_FAILPOINT=point)
        assert killed.returncode == -signal.SIGKILL, killed
        # The claim of the dead process ends by itself after five minutes: here they pass at once.
        if point != "digest.before_commit":
            rows(config, "UPDATE delivery SET lease_until = '2000-01-01 00:00:00.000000' WHERE state = 'sending'")
        again = listener(config, *send)
        assert again.returncode == 0, again.stderr
        received = list(server.received)
    counts = Counter(one.recipient for one in received)
    assert set(counts) == set(TO)
    doubled = {recipient for recipient, count in counts.items() if count > 1}
    assert len(doubled) == (1 if point in UNDECIDABLE else 0)
    assert all(count <= 2 for count in counts.values())
    ids = {(one.recipient, one.mail["Message-ID"]) for one in received}
    assert len(ids) == 2
    assert rows(config, "SELECT count(*) FROM digest") == [(1,)]
    assert rows(config, "SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", 2)]


@pytest.mark.parametrize("point", ["rematch.before_commit", "rematch.after_commit"])
def test_a_killed_change_of_a_query_goes_on(tmp_path: Path, point: str) -> None:
    """Killed while the archive is asked again, the same command finishes it; the counts are those of one quiet run."""
    with Feeds() as feeds:
        feeds.show("/a", *range(5))
        config = configure(tmp_path, ("a", feeds.address("/a")))
        assert listener(config, "db", "upgrade").returncode == 0
        assert listener(config, "collect").returncode == 0
    applying = ("query", "preview", "molenaar", "--query", "doet NOT title:(1 OR 3)", "--apply")
    assert process(config, *applying, LISTENER_FAILPOINT=point).returncode == -signal.SIGKILL
    again = listener(config, *applying)
    assert again.returncode == 0, again.stderr
    assert "0 mentions more, 2 put away" in again.stdout
    assert rows(config, "SELECT count(*), sum(put_away_at IS NOT NULL) FROM mention") == [(5, 2)]
    assert rows(config, "SELECT lost, matched_at IS NOT NULL FROM query_version WHERE matched_to IS NOT NULL") == [(2, 1)]


def test_an_unknown_failpoint_is_one_line(tmp_path: Path) -> None:
    """A test that names a point that does not exist must not pass by doing nothing."""
    config = configure(tmp_path)
    listener(config, "db", "upgrade")
    done = process(config, "collect", LISTENER_FAILPOINT="nowhere")
    assert done.returncode == 2
    assert "unknown point" in done.stderr
