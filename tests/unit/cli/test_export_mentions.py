"""`listener export` of mentions and of one author: whole, safe to open, and nothing that a place forbids."""

from __future__ import annotations

import csv
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from listener.cli import main
from listener.core.labels import Aspect, Label
from listener.core.model import Author, Engagement, Tone
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source
from tests.databases import fresh_sqlite

EVIL = '=HYPERLINK("https://evil.example";"x")'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A configuration and an archive with three mentions: of a feed, of X, and one whose words a spreadsheet would run."""
    folder = tmp_path / "config"
    (folder / "brands").mkdir(parents=True)
    address = f"sqlite:///{tmp_path}/listener.db"
    (folder / "listener.toml").write_text(f'[listener]\ndatabase = "{address}"\n')
    (folder / "brands" / "molenaar.toml").write_text('name = "Molenaar"\nquery = "Molenaar"\n')
    fresh_sqlite(address)
    with SqlArchive(address) as archive:
        archive.sync((brand(),), (source(), source(key="mx", kind="x")), (), NOON)
        jan = Author(name="Jan", handle="jan", id="7")
        for number, (key, title) in enumerate(
            [("vakblad", 'Gewoon 🚰 \x07 \'n "kop"; met, tekens'), ("mx", "geheim"), ("vakblad", EVIL)]
        ):
            one = entry(
                source=key,
                guid=str(100 + number),
                url=f"https://{number}.example/",
                title=title,
                text=f"{title}\nregel twee",
                published_at=NOON - timedelta(hours=number),
                author=jan,
                engagement=Engagement(likes=number or None),
            )
            (state,) = archive.states([key])
            archive.keep(
                state,
                Run(source=key, started_at=NOON, outcome=Outcome.NEW),
                next_due_at=NOON,
                document=document(source=key, body=title.encode()),
                entries=[one],
                mentions=[judged(mention=mention(entry=one, excerpt=title))],
            )
        archive.keep_labels([Label(mention=1, aspect=Aspect.TONE, value="negative", by="Ann", at=NOON)])
        theirs = judgement(tone=Tone.POSITIVE, judge="Tool (imported)")
        archive.keep_theirs("vakblad", [(entry(guid="100"), theirs)], NOON)
    return folder


def run(house: Path, *arguments: str, verb: str = "export") -> tuple[int, str, str]:
    """The verb: exit code, what it said, and its faults."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([verb, *arguments, "--config", str(house)])
    assert isinstance(ended.value.code, int)
    return ended.value.code, out.getvalue(), err.getvalue()


def read(file: Path) -> list[dict[str, Any]]:
    """A file that was exported, as the program that it is for reads it."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text().splitlines()]
    if file.suffix == ".parquet":
        return list(parquet.read_table(file).to_pylist())
    heading, *rows = load_workbook(file, read_only=True).active.iter_rows()
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d", "inlineStr"}
    return [dict(zip([cell.value for cell in heading], [cell.value for cell in row], strict=False)) for row in rows]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl", "parquet"])
def test_mentions_go_out_whole_and_safe(house: Path, tmp_path: Path, form: str) -> None:
    """Newest first, with every judgement beside a person's word; no formula, no word of X, and nothing written over."""
    file = tmp_path / f"out.{form}"
    code, said, _ = run(house, "--out", str(file))
    assert code == 0
    assert "3 mentions; of 1 posts on X only ids, links and judgements" in said
    rows = read(file)
    assert [str(row["id"]) for row in rows] == ["1", "2", "3"]
    assert rows[0]["tone"] == "negative"
    assert rows[0]["tone_by"] == "Ann"
    assert rows[0]["machine_tone"] == "neutral"
    assert rows[0]["others"] == "Tool (imported): positive"
    assert rows[0].get("likes") in {None, ""}
    assert "🚰" in rows[0]["title"]
    assert {rows[1][name] for name in ("title", "text", "author_name")} <= {None, ""}
    assert rows[1]["url"] == "https://x.com/i/status/101"
    assert rows[2]["title"] == (f"'{EVIL}" if form == "csv" else EVIL)
    assert file.stat().st_mode & 0o077 == 0
    assert run(house, "--out", str(file))[0] == 1
    assert list(tmp_path.glob("*.part")) == []


def test_filters_narrow(house: Path, tmp_path: Path) -> None:
    """Words, tone, brand and days; what is wrong is one line."""
    for number, (flags, ids) in enumerate(
        [
            (["--words", "gewoon"], ["1"]),
            (["--tone", "negative", "--brand", "molenaar"], ["1"]),
            (["--since", "2026-11-20", "--until", "2026-11-21"], ["1", "2", "3"]),
            (["--until", "2026-11-20"], []),
        ]
    ):
        file = tmp_path / f"{number}.csv"
        assert run(house, "--out", str(file), *flags)[0] == 0
        assert [row["id"] for row in read(file)] == ids
    assert "no brand 'x'" in run(house, "--out", str(tmp_path / "x.csv"), "--brand", "x")[2]
    assert ".parquet" in run(house, "--out", str(tmp_path / "x.doc"))[2]
    assert "cannot be written" in run(house, "--out", str(tmp_path / "no" / "x.csv"))[2]
    assert run(house)[0] == run(house, "--opml", "--out", str(tmp_path / "y.csv"))[0] == 2


def test_a_library_that_is_not_there_is_named(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install, and no half a file."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    code, _, fault = run(house, "--out", str(tmp_path / "x.parquet"))
    assert code == 1
    assert "listener-monitor[parquet]" in fault
    assert not (tmp_path / "x.parquet").exists()


def test_somebody_gets_all_that_is_kept_of_him(house: Path) -> None:
    """Also his words on X, what was judged of them and who labelled; of somebody who is not here, nothing, and exit code 1."""
    code, said, _ = run(house, "--author", "@Jan")
    report = json.loads(said)
    assert code == 0
    assert [one["entry"]["text"].split("\n")[-1] for one in report["items"]] == ["regel twee"] * 3
    assert report["items"][1]["mentions"][0]["title"] == "geheim"
    assert report["items"][0]["mentions"][0]["labels"][0]["by"] == "Ann"
    assert report["authors"] == ["rss:7", "x:7"]
    code, said, fault = run(house, "--author", "@nobody")
    assert (code, json.loads(said)["items"]) == (1, [])
    assert "nothing of it is here" in fault
