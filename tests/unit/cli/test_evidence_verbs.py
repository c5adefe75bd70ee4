"""`listener evidence`, `verify` and `privacy`, from the command line."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from listener.app import App
from listener.app.evidence import read_again, written
from listener.cli import evidence as verbs
from listener.cli.evidence import command
from listener.cli.privacy import command as privacy
from listener.cli.session import page_of, read_settings
from listener.cli.verify import command as verify
from listener.core.errors import ConfigError, ListenerError
from listener.core.job import Job, SendEvidence
from listener.core.removal import Removal
from listener.core.visits import Outcome, Run
from listener.jobs.sending import Sent
from listener.reports import bundle
from tests.builders import NOON, document, entry, judged, mention
from tests.databases import fresh_sqlite
from tests.e2e.house import configure
from tests.fakes import Outbox

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def first_of_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the first of December."""
    monkeypatch.setattr(verbs, "open_app", lambda folder: App(read_settings(folder), clock=lambda: NOW))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A household with a dozen mentions of November."""
    return household(tmp_path)


def household(folder: Path) -> Path:
    """Its configuration."""
    made = configure(folder, ("forum", "https://forum.example/feed"))
    fresh_sqlite(f"sqlite:///{folder}/listener.db")
    seen = [
        entry(source="forum", guid=f"{n}", url=f"https://forum.example/{n}", title=f"Bericht {n}", text=f"Molenaar Pompen {n}")
        for n in range(12)
    ]
    with App(read_settings(made), clock=lambda: NOON) as app:
        (state,) = app.archive.states(["forum"])
        app.archive.keep(
            state,
            Run(source="forum", started_at=NOON, outcome=Outcome.NEW),
            next_due_at=NOON,
            document=document(source="forum"),
            entries=seen,
            mentions=[judged(mention=mention(entry=one)) for one in seen],
        )
    return made


@pytest.fixture
def out(config: Path, tmp_path: Path) -> Path:
    """A report about November."""
    folder = tmp_path / "out"
    done = run(config, "molenaar", "--since", "2026-11-01", "--until", "2026-12-01", "--out", str(folder))
    assert done.exit_code == 0, done.output
    assert {Path(line).name for line in done.stdout.split()} == {"evidence.html", "evidence.json", "evidence.pdf", "evidence.zip"}
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of such a report, which no test changes."""
    folder = tmp_path_factory.mktemp("whole")
    bounds = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    with App(read_settings(household(folder)), clock=lambda: NOW) as app:
        written(app, "molenaar", folder / "out", bounds=bounds)
    return folder / "out" / "evidence.zip"


def run(config: Path, *words: str) -> Result:
    """The command; its faults are raised."""
    return CliRunner().invoke(command, [*words, "--config", str(config)], catch_exceptions=True)


def verified(path: Path, *words: str) -> tuple[int, str]:
    """How verifying a bundle ended."""
    code: list[int] = []
    done = CliRunner().invoke(verify, [str(path), *words], standalone_mode=False)
    code.append(done.return_value if done.exception is None else 99)
    return code[0], done.output


def test_a_report_is_written_and_verified_from_its_bundle_alone(out: Path, config: Path) -> None:
    """Page, paper, data and bundle say the same; nothing of the archive is asked."""
    said = json.loads((out / "evidence.json").read_text())
    assert said["brand"] == "molenaar"
    assert (out / "evidence.html").read_text().count("<section") >= 19
    assert (out / "evidence.pdf").read_bytes().startswith(b"%PDF-")
    (config.parent / "listener.db").unlink()
    code, told = verified(out / "evidence.zip")
    assert code == 0, told
    assert "12 mentions" in told
    assert "is the same" in told
    assert json.loads(verified(out / "evidence.zip", "--json")[1])["same"] is True
    with zipfile.ZipFile(out / "evidence.zip") as zipped:
        names = zipped.namelist()
        assert {"evidence.html", "evidence.pdf", "observed.json", "mentions.csv", "labels.json", "queries.json"} <= set(names)
        assert [one for one in names if one.startswith("captured/")]
        assert zipped.read("evidence.json") == (out / "evidence.json").read_bytes()


def forged(path: Path, changes: dict[str, bytes | None], folder: Path) -> Path:
    """A bundle whose members were changed by somebody who seals it again as it should be."""
    with bundle.read(path) as opened:
        files = {name: opened.body(name) for name in opened.manifest.files}
        manifest = opened.manifest
    kept = {name: body for name, body in {**files, **changes}.items() if body is not None}
    target = folder / "forged.zip"
    bundle.write(target, kept.items(), report=manifest.report, made_at=manifest.made_at)
    return target


def test_what_a_forger_changed_is_said(whole: Path, tmp_path: Path) -> None:
    """A figure, a verdict, a row, a list, a missing file: each by its place, with exit code 1."""
    with bundle.read(whole) as opened:
        said = json.loads(opened.body("evidence.json"))
        tones = json.loads(opened.body("table/0/tone.json"))
        listed = opened.body("mentions.csv")
        rows = next(name for name in opened.manifest.files if name.startswith("rows/"))
    said["findings"][0]["verdict"] = "contradicted"
    code, told = verified(forged(whole, {"evidence.json": json.dumps(said).encode()}, tmp_path))
    assert code == 1
    assert "fit.verdict: the report says contradicted, its rows say undetermined" in told
    tones[0] = 0
    code, told = verified(forged(whole, {"table/0/tone.json": json.dumps(tones).encode()}, tmp_path))
    assert (code, "differs" in told) == (1, True)
    code, told = verified(forged(whole, {rows: b"[99999]"}, tmp_path))
    assert code == 1
    assert rows in told
    assert verified(forged(whole, {rows: None}, tmp_path))[0] == 1
    code, told = verified(forged(whole, {"mentions.csv": listed.rpartition(b"\n")[0].rpartition(b"\n")[0]}, tmp_path))
    assert (code, "mentions.csv" in told) == (1, True)
    assert verified(forged(whole, {"mentions.csv": b"x\n"}, tmp_path))[0] == 1
    assert "missing" in verified(forged(whole, {"table/0/tone.json": None}, tmp_path))[1]


@pytest.mark.parametrize(
    "body", [b"[", b"[1]", b"null", b"1e999", b"[" * 50_000, b'"' + b"9" * 9_000 + b'"', b"9" * 9_000, b"\xff\xfe"]
)
@pytest.mark.parametrize("name", ["evidence.json", "observed.json", "thresholds-1.json", "table/0/at.json"])
def test_a_hostile_member_is_a_fault_and_no_traceback(whole: Path, tmp_path: Path, name: str, body: bytes) -> None:
    """Sealed as it should be, and full of rubbish."""
    if name == "thresholds-1.json":
        name = next(one for one in zipfile.ZipFile(whole).namelist() if one.startswith("thresholds"))
    code, told = verified(forged(whole, {name: body}, tmp_path))
    assert code == 1, told


def test_a_changed_byte_is_said(whole: Path, tmp_path: Path) -> None:
    """With exit code 1, in words and as JSON."""
    body = bytearray(whole.read_bytes())
    body[len(body) // 2] ^= 1
    (tmp_path / "changed.zip").write_bytes(body)
    code, told = verified(tmp_path / "changed.zip", "--json")
    assert code == 1
    assert json.loads(told)["same"] is False


def test_with_the_archive_at_hand_what_was_removed_since_is_said(out: Path, config: Path) -> None:
    """How many, why, and what that would change; the report itself stays as it was."""
    code, told = verified(out / "evidence.zip", "--config", str(config))
    assert (code, "Nothing of it was removed" in told) == (0, True)
    with App(read_settings(config), clock=lambda: NOW) as app:
        app.archive.remove([Removal(kind="rss", guid=str(n)) for n in range(5)], NOW + timedelta(hours=1))
    code, told = verified(out / "evidence.zip", "--config", str(config))
    assert code == 0
    assert "Removed from the archive since: 5 taken back." in told
    assert "without them" in told
    since = json.loads(verified(out / "evidence.zip", "--config", str(config), "--json")[1])["since"]
    assert since["removed"] == {"taken back": 5}
    assert since["changes"]


def test_a_report_that_was_made_can_be_had_again(out: Path, config: Path, tmp_path: Path) -> None:
    """The same numbers, in another language, without what went since."""
    id_ = json.loads((out / "evidence.json").read_text())["report"]
    with App(read_settings(config), clock=lambda: NOW) as app:
        app.archive.remove([Removal(kind="rss", guid=str(n)) for n in range(12)], NOW + timedelta(hours=1))
    again = tmp_path / "again"
    assert run(config, "molenaar", "--report", id_, "--language", "en", "--out", str(again)).exit_code == 0
    assert (again / "evidence.json").read_bytes() == (out / "evidence.json").read_bytes()
    assert not (again / "evidence.zip").exists()
    assert "12 items that once counted were removed" in (again / "evidence.html").read_text()
    assert isinstance(run(config, "molenaar", "--report", "0" * 64).exception, ListenerError)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "2026-12-01", "--until", "2026-11-01"], "comes before"),
        (["--since", "2000-01-01"], "at most"),
        (["--since", "2026-11-01", "--period", "90d"], "choose one"),
        (["--period", "soon"], "is not a period"),
        (["--period", "0d"], "is not a period"),
        (["--since", "gisteren"], "is not a day"),
        (["--since", "2027-01-01", "--until", "2027-02-01"], "have not begun"),
    ],
)
def test_periods_that_make_no_sense_are_said(config: Path, words: list[str], said: str) -> None:
    """In one line, with exit code 2."""
    done = run(config, "molenaar", *words)
    assert done.exit_code == 2
    assert said in done.output


def test_the_usual_period_is_ninety_days_until_today(config: Path, tmp_path: Path) -> None:
    """And a month or a year is written as people write it."""
    for words, days in (((), 90), (("--period", "2w"), 14), (("--period", "1y"), 365)):
        assert run(config, "molenaar", *words, "--out", str(tmp_path / "p")).exit_code == 0
        said = json.loads((tmp_path / "p" / "evidence.json").read_text())
        span = datetime.fromisoformat(said["until"]) - datetime.fromisoformat(said["since"])
        assert abs(span - timedelta(days=days)) <= timedelta(hours=1)
    assert isinstance(run(config, "nobody").exception, ConfigError)


def test_a_note_stands_in_the_next_report_and_can_be_taken_back(config: Path, tmp_path: Path) -> None:
    """Dated, with a name, apart from the machine's words."""
    assert run(config, "note", "molenaar", "fit", "Wij zien dit anders.", "--by", "Ann").exit_code == 0
    assert run(config, "molenaar", "--out", str(tmp_path / "o")).exit_code == 0
    html = (tmp_path / "o" / "evidence.html").read_text()
    assert '<aside class="note">' in html
    assert "Wij zien dit anders." in html
    assert "1 december 2026" in html
    assert "Ann: Wij zien dit anders." in run(config, "notes", "molenaar").output
    assert run(config, "note", "molenaar", "fit", "--withdraw", "--by", "Ann").exit_code == 0
    assert run(config, "molenaar", "--out", str(tmp_path / "o")).exit_code == 0
    assert '<aside class="note">' not in (tmp_path / "o" / "evidence.html").read_text()
    for words in (["fit"], ["fit", "x", "--withdraw"], ["!!", "x"], ["fit", "x" * 4_001], ["fit", "x", "--by", "y" * 101]):
        assert run(config, "note", "molenaar", *words).exit_code == 2


def test_lists_are_brought_with_their_faults_by_row(config: Path, tmp_path: Path) -> None:
    """Exit code 1 when rows were left out; the list's names are nowhere in the archive."""
    relations = tmp_path / "relations.csv"
    relations.write_text("name,kind\nJansen Pompen,customer\n,\nBakker,enemy\n")
    done = CliRunner().invoke(command, ["relations", "molenaar", str(relations), "--config", str(config)], standalone_mode=False)
    assert done.return_value == 1
    assert "row 4: 'enemy' is no kind" in done.output
    assert "1 rows kept as hashes, 1 left out" in done.output
    words = tmp_path / "words.txt"
    words.write_text("Zilvermeeuw\n")
    assert "1 rows kept" in run(config, "codewords", "molenaar", str(words)).output
    sales = tmp_path / "sales.csv"
    sales.write_text("date,euros\n2026-11-20,100\n2026-11-20,veel\n")
    assert "1 rows kept, 0 were known already, 1 left out" in run(config, "conversions", "molenaar", str(sales)).output
    stored = (config.parent / "listener.db").read_bytes() + b"".join(
        one.read_bytes() for one in config.parent.glob("listener.db-wal")
    )
    assert b"ilvermeeuw" not in stored
    words.write_text("# none\n")
    assert isinstance(run(config, "codewords", "molenaar", str(words)).exception, ListenerError)


def test_a_long_list_of_faults_is_cut(config: Path, tmp_path: Path) -> None:
    """Twenty are named, the rest counted."""
    file = tmp_path / "relations.csv"
    file.write_text("name,kind\nA Jansen,klant\n" + "x,vijand\n" * 30)
    assert "and 10 more" in run(config, "relations", "molenaar", str(file)).output


def test_the_sample_and_its_checks(config: Path) -> None:
    """What waits is shown with its page; an answer is kept; what is not asked is refused."""
    done = run(config, "sample", "molenaar")
    assert done.exit_code == 0, done.output
    assert "/mentions/" in done.output
    first = done.output.split()[0]
    assert run(config, "check", first, "market", "b2b", "--by", "Ann").exit_code == 0
    assert run(config, "check", first, "market", "perhaps").exit_code == 2
    assert isinstance(run(config, "check", "999", "market", "b2b").exception, ListenerError)


def test_sending_needs_somebody_to_send_to(config: Path) -> None:
    """And says where to name them."""
    done = run(config, "molenaar", "--send")
    assert isinstance(done.exception, ListenerError)
    assert "[evidence]" in str(done.exception)


def test_without_typst_the_rest_is_written(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDF is an extra, and its absence is said on stderr."""
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    done = run(config, "molenaar", "--out", str(tmp_path / "o"))
    assert done.exit_code == 0
    assert "listener-monitor[pdf]" in done.stderr
    assert not (tmp_path / "o" / "evidence.pdf").exists()


def test_the_privacy_sheet_says_what_the_configuration_has(config: Path, tmp_path: Path) -> None:
    """In both languages, as text and as a page; addresses of people are only counted."""
    for language, word in (("nl", "Waar we luisteren"), ("en", "Where we listen")):
        done = CliRunner().invoke(privacy, ["--language", language, "--config", str(config)])
        assert done.exit_code == 0, done.output
        assert word in done.output
        assert "forum" in done.output
        assert "@" not in done.output.replace("6(1)(f)", "")
    page = tmp_path / "sheet.html"
    assert CliRunner().invoke(privacy, ["--out", str(page), "--config", str(config)]).exit_code == 0
    assert "<!doctype html>" in page.read_text()
    text = tmp_path / "sheet.txt"
    assert CliRunner().invoke(privacy, ["--out", str(text), "--config", str(config)]).exit_code == 0
    assert "<" not in text.read_text()


def test_the_clock_sends_a_months_report_once(config: Path) -> None:
    """Due on its day, made and handed over by the job, and not due again; the mail's link opens it."""
    page = next((config / "brands").glob("*.toml"))
    page.write_text(page.read_text() + '\n[evidence]\nto = ["directie@x.example"]\nday = 1\nat = "08:00"\n')
    with App(read_settings(config), clock=lambda: NOW) as app:
        post = Outbox()
        app.__dict__["evidencer"] = replace(app.evidencer, notifier=post)
        jobs: list[Job] = []
        app.tick(jobs.append)
        due = [one for one in jobs if isinstance(one, SendEvidence)]
        assert [one.brand for one in due] == ["molenaar"]
        assert [one.recipient for one in app.run(due[0]) if isinstance(one, Sent)] == ["directie@x.example"]
        assert list(app.run(due[0])) == []
        assert list(app.run(SendEvidence(brand="gone"))) == []
        app._proved_at = NOW - timedelta(days=1)
        jobs.clear()
        app.tick(jobs.append)
        assert not [one for one in jobs if isinstance(one, SendEvidence)]
        (mail,) = post.sent
        assert "/mail/evidence/" in mail.text
        browser = TestClient(page_of(app), base_url="http://127.0.0.1:8000")
        link = next(word for word in mail.text.split() if "/mail/evidence/" in word)
        assert "<html" in browser.get(link).text
        (shared,) = app.archive.shares()
        assert (shared.brand, shared.uses, shared.made_by) == ("molenaar", 1, "Listener")
        assert str(shared.since) < str(shared.until)
        standing = app.archive.evidence(str(shared.evidence_id))
        assert standing is not None
        assert app.evidencer.link(standing, NOW + timedelta(days=5)) in link  # sent again it is the same link
        app.archive.revoke(shared.id, NOW)
        assert browser.get(link).status_code == 410
        assert read_again(app, 99) is None
