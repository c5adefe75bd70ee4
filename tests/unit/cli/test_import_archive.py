"""`listener import` of another tool's archive: read whole first, kept once, judged by both, and faults by row."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from listener.cli import main
from listener.core.finding import Wanted
from listener.core.model import Tone
from listener.storage.archive import SqlArchive
from tests.databases import fresh_sqlite

HEADING = ["Date", "Headline", "Hit Sentence", "URL", "Source Name", "Sentiment", "Likes"]
ROWS = [
    ["2025-03-01 10:00", "Molenaar lekt", "De pomp lekt.", "https://krant.example/1", "De Krant", "Negative", "1.234"],
    ["01-04-2025 09:30", "Prijs", "Molenaar wint, hulde!", "https://krant.example/2", "De Krant", "positief", ""],
    ["2025-05-01T00:00:00Z", "", "", "https://x.com/a/status/20", "X", "", ""],
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A configuration with one brand, whose query excludes a word, and its database."""
    folder = tmp_path / "config"
    (folder / "brands").mkdir(parents=True)
    address = f"sqlite:///{tmp_path}/listener.db"
    (folder / "listener.toml").write_text(
        f'[listener]\ndatabase = "{address}"\nlanguage = "nl"\n[understanding]\nsentiment = "textblob"\n'
    )
    (folder / "brands" / "molenaar.toml").write_text('name = "Molenaar"\nquery = "Molenaar NOT windmolen"\n')
    fresh_sqlite(address)
    return folder


@dataclass
class Result:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


def run(house: Path, *arguments: str) -> Result:
    """The verb, with this configuration."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["import", *arguments, "--config", str(house)])
    assert isinstance(ended.value.code, int)
    return Result(ended.value.code, out.getvalue(), err.getvalue())


def found(house: Path, **wanted: Any) -> list[Any]:
    """What is in the archive, newest first."""
    with SqlArchive(f"sqlite:///{house.parent}/listener.db") as archive:
        return list(archive.find(Wanted(**wanted)))


def written(folder: Path, ending: str, rows: list[list[str]], heading: list[str] = HEADING) -> Path:
    """A file of these rows as a tool would write it."""
    file = folder / f"Export van toen.{ending}"
    if ending == "xlsx":
        book = Workbook()
        book.active.append(heading)
        for row in rows:
            book.active.append(row)
        book.save(file)
    elif ending == "jsonl":
        file.write_text("\n".join(json.dumps(dict(zip(heading, row, strict=True))) for row in rows))
    else:
        lines = [";".join(f'"{cell}"' for cell in row) for row in [heading, *rows]]
        file.write_text("\r\n".join(lines), encoding="utf-16" if ending == "tsv" else "cp1252")
    return file


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "jsonl"])
def test_an_archive_is_taken_over_once_and_judged_by_both(house: Path, tmp_path: Path, ending: str) -> None:
    """In any of the forms: on the days they are of, with the other tool's tone beside ours; doing it again adds nothing."""
    file = written(tmp_path, ending, ROWS)
    first = run(house, str(file), "--tool", "Meltwater")
    assert (first.exit_code, first.stderr) == (0, "")
    assert (
        "3 mentions of molenaar taken over as import:export-van-toen, 0 were here already; 2 judgements of Meltwater"
        in first.stdout
    )
    again = run(house, str(file), "--tool", "Meltwater")
    assert "0 mentions of molenaar taken over as import:export-van-toen, 3 were here already." in again.stdout
    kept = found(house)
    assert [one.entry.published_at for one in kept] == [
        datetime(2025, 5, 1, tzinfo=UTC),
        datetime(2025, 4, 1, 7, 30, tzinfo=UTC),  # half past nine in Amsterdam's summer
        datetime(2025, 3, 1, 9, 0, tzinfo=UTC),
    ]
    assert [(one.entry.title, one.entry.engagement.likes, one.kind) for one in kept] == [
        ("", None, "import"),
        ("Prijs", None, "import"),
        ("Molenaar lekt", 1234, "import"),
    ]
    with SqlArchive(f"sqlite:///{house.parent}/listener.db") as archive:
        theirs = {key: words[-1] for key, words in archive.judgements([one.id for one in kept]).items()}
        assert {(one.judge, one.tone) for one in theirs.values() if "imported" in one.judge} == {
            ("Meltwater (imported)", Tone.NEGATIVE),
            ("Meltwater (imported)", Tone.POSITIVE),
        }
        day = (date(2025, 3, 1), datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 2, tzinfo=UTC))
        assert archive.days("molenaar", [day])[0].tones.total == 1
        assert archive.tallies(["molenaar"], [day[1:]])["molenaar"][0].total == 1
    assert len(found(house, words="pomp lekt", kinds=("import",))) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["03/04/2025", "", "x", "https://a.example/1", "", "", ""], "may be two days: say --dates"),
        (["yesterday", "", "x", "https://a.example/1", "", "", ""], "is no date that can be read"),
        (["31-31-2026", "", "x", "https://a.example/1", "", "", ""], "'31-31-2026' is no date that can be read"),
        (["2999-01-01", "", "x", "https://a.example/1", "", "", ""], "has not come yet"),
        (["2025-01-01", "", "x", "javascript:alert(1)", "", "", ""], "is no address on the web"),
        (["2025-01-01", "", "", "", "", "", ""], "has neither an address nor an id"),
        (["2025-01-01", "", "x", "https://a.example/1", "", "so-so", ""], "the tone 'so-so' is neither"),
        (["2025-01-01", "", "x", "https://a.example/1", "", "77", ""], "the tone '77' is neither"),
    ],
)
def test_a_fault_is_named_by_its_row_and_nothing_is_kept(house: Path, tmp_path: Path, row: list[str], why: str) -> None:
    """Unless a person says so; then the others are."""
    file = written(tmp_path, "csv", [ROWS[0], row, ROWS[1]])
    refused = run(house, str(file))
    assert refused.exit_code == 1
    assert f"row 3: {'' if why.startswith(('has neither', 'the tone')) else chr(39)}" in refused.stderr
    assert why in refused.stderr
    assert "1 of 3 rows cannot be taken over; nothing was kept" in refused.stderr
    assert found(house) == []
    taken = run(house, str(file), "--skip-faults")
    assert taken.exit_code == 1
    assert "2 mentions" in taken.stdout
    assert len(found(house)) == 2


def test_what_a_person_says_of_columns_and_dates_counts(house: Path, tmp_path: Path) -> None:
    """Columns by names of their own, American dates, a tone as a number; a NOT of the query is heeded."""
    file = tmp_path / "x.csv"
    file.write_text("when,what,where,score\n03/04/2025,Iets,https://a.example/1,-0.4\n03/05/2025,windmolen,https://a.example/2,0\n")
    columns = ["--column", "date=when", "--column", "text=what", "--column", "url=where"]
    taken = run(house, str(file), "--dates", "mdy", *columns)
    assert taken.exit_code == 0, taken.stderr
    assert "1 mentions" in taken.stdout
    assert "1 do not speak of it" in taken.stdout
    (one,) = found(house)
    assert one.entry.published_at == datetime(2025, 3, 3, 23, tzinfo=UTC) + timedelta(0)
    assert run(house, str(file), "--column", "date=nowhere").exit_code == 1
    assert run(house, str(file), "--column", "nothing").exit_code == 2


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("a.xlsx", b"PK\x03\x04 no workbook", "a.xlsx: File is not a zip file"),
        ("a.csv", b"", ""),
        ("a.csv", b"\n;;\n", ""),
        ("a.csv", b"colour,size\nred,1\n", "none of its columns is an address"),
        ("a.csv", b"url,text\nhttps://a.example/,x,y,z\n", "has 4 cells where the heading has 2"),
        ("a.jsonl", b"[1]\nnull\n{broken\n" + b"[" * 100_000, "row 1: is no JSON object"),
    ],
)
def test_a_file_that_is_no_archive_is_a_line_and_never_a_traceback(
    house: Path, tmp_path: Path, name: str, body: bytes, why: str
) -> None:
    """Nothing of it is kept."""
    file = tmp_path / name
    file.write_bytes(body)
    result = run(house, str(file))
    assert why in result.stderr
    assert "Traceback" not in result.stderr
    assert found(house) == []


def test_an_import_is_stopped_from_the_page_and_goes_on(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two steps it hears that somebody asked; what was kept stays, and the same command does the rest."""
    monkeypatch.setattr("listener.cli.import_archive.AT_ONCE", 2)
    file = tmp_path / "archief.jsonl"
    said = [{"date": "2025-03-01", "title": f"Molenaar {n}", "url": f"https://krant.example/{n}"} for n in range(5)]
    file.write_text("\n".join(map(json.dumps, said)))
    advance = SqlArchive.advance

    def asked_meanwhile(self: SqlArchive, number: int, done: int, now: datetime) -> bool:
        (seen,) = self.undertakings("molenaar", now)
        assert (seen.about, seen.whole) == ("archief.jsonl", 5)
        self.stop_undertaking("molenaar", number)
        return advance(self, number, done, now)

    with monkeypatch.context() as patched:
        patched.setattr(SqlArchive, "advance", asked_meanwhile)
        first = run(house, str(file))
    assert first.exit_code == 1
    assert "2 mentions of molenaar taken over" in first.stdout
    assert "Stopped from the page" in first.stderr
    second = run(house, str(file))
    assert second.exit_code == 0, second.stderr
    assert "3 mentions of molenaar taken over as import:archief, 2 were here already" in second.stdout
    with SqlArchive(f"sqlite:///{tmp_path}/listener.db") as archive:
        assert archive.undertakings("molenaar", datetime(2020, 1, 1, tzinfo=UTC)) == []
