"""The demo: the whole program let loose in the fictional world, and what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from datetime import date, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner

from listener.app.evidence import written
from listener.cli.demo import command
from listener.core.dossier import Verdict
from listener.core.frozen import report_of
from listener.core.model import Media, Tone
from listener.core.proving import dossier
from listener.core.schedule import instant
from listener.demo.colleague import sort_what_came_in
from listener.demo.play import ZONE, free_port, play
from listener.reports.bundle import read
from listener.reports.verifying import verify

pytestmark = pytest.mark.e2e

TODAY = date(2026, 11, 21)


@pytest.mark.xdist_group("demo")
def test_the_last_days_of_the_world_end_in_a_digest(tmp_path: Path) -> None:
    """Ten days are lived through, and yesterday's digest lies in both mailboxes, in Dutch and in English, made of the same day."""
    with play(tmp_path, today=TODAY, days=10) as played:
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in played.mails]
        subjects = {str(mail["To"]): str(mail["Subject"]) for mail in mails}
        found = played.app.archive.mentions("molenaar", limit=500)
        rival = played.app.archive.mentions("hydrovalk", limit=500)
        runs = played.app.archive.runs(since=played.app.clock().replace(year=2025), until=played.app.clock())
    assert len(mails) == 2
    assert "vermeldingen" in subjects["communicatie@molenaarpompen.example"]
    assert "mentions" in subjects["directie@molenaarpompen.example"]
    assert "Bcc" not in "".join(key for mail in mails for key in mail)
    assert {one.judged.mention.media for one in found} == {Media.EARNED, Media.OWNED}
    assert Tone.NEGATIVE in {one.judged.judgement.tone for one in found}
    assert {one.kind for one in found} == {"rss", "google-alerts", "x"}
    assert rival
    assert not any("footballer" in one.entry.text for one in found)
    assert {run.outcome.value for run in runs if not run.outcome.heard} >= {"failed"}


@pytest.mark.xdist_group("demo")
def test_the_demo_is_the_same_each_time(tmp_path: Path) -> None:
    """Two demos of one morning give the same digest."""
    said = []
    for name in ("one", "two"):
        done = CliRunner().invoke(
            command, ["--dir", str(tmp_path / name), "--no-serve", "--days", "3", "--today", "2026-11-21"], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        snapshot = json.loads((tmp_path / name / "digest" / "digest.json").read_text(encoding="utf-8"))
        snapshot.pop("page")  # its port is whatever was free
        for item in (*snapshot["items"], *snapshot["waiting"], snapshot["beginning"] or {"mention": 0}):
            item.pop("mention")  # numbered in the order in which the places answered
        for theme in snapshot["themes"]:
            theme["mentions"] = len(theme["mentions"])
        said.append(snapshot)
    assert said[0] == said[1]


@pytest.mark.xdist_group("demo")
def test_a_second_demo_replaces_the_first_and_touches_nothing_else(tmp_path: Path) -> None:
    """What somebody put beside it stays."""
    (tmp_path / "mine.txt").write_text("mine")
    for _ in range(2):
        with play(tmp_path, today=TODAY, days=1) as played:
            assert len(played.mails) == 2
            assert played.database.exists()
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.xdist_group("demo")
def test_the_demo_serves_its_page_until_it_is_stopped(tmp_path: Path) -> None:
    """It says where everything is, answers there, and ends in peace."""
    port = free_port()
    line = [sys.executable, "-m", "listener", "demo", "--dir", str(tmp_path), "--days", "2", "--port", str(port)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ) as demo:
        assert demo.stdout is not None
        try:
            said = []
            for text in demo.stdout:
                said.append(text)
                if text.startswith("page"):
                    break
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/brands/molenaar") as answer:
                page = answer.read().decode()
        finally:
            demo.send_signal(signal.SIGINT)
            rest, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0
    assert "Molenaar Pompen" in page
    assert "Stopped." in rest
    for word in ("mail ", "digest ", "database ", "page "):
        assert any(line.startswith(word) for line in said), said


def test_a_day_that_is_none_is_said() -> None:
    """With how to write it."""
    done = CliRunner().invoke(command, ["--today", "yesterday"])
    assert done.exit_code == 2
    assert "write it as" in done.output


@pytest.mark.xdist_group("demo")
def test_the_demo_ends_in_a_dossier_that_says_yes_no_and_do_not_know(tmp_path: Path) -> None:
    """Once a colleague sorted what came in: one objection is supported at least, three cannot be determined, and it all verifies."""
    days = 29
    with play(tmp_path, today=TODAY, days=days) as played:
        since = TODAY - timedelta(days=days)
        assert sort_what_came_in(played.app, played.story, ZONE, since=since, until=TODAY - timedelta(days=1)) > 50
        bounds = instant(since, time(0), ZONE), instant(TODAY, time(0), ZONE)
        written(played.app, "molenaar", tmp_path / "evidence", bounds=bounds)
    with read(tmp_path / "evidence" / "evidence.zip") as opened:
        verified = verify(opened, dossier)
    assert not verified.differences
    verdicts = [one.verdict for one in report_of(verified.text).dossier.findings]
    assert verdicts.count(Verdict.SUPPORTED) >= 1
    assert verdicts.count(Verdict.UNDETERMINED) >= 3
