"""`listener analyse`: JSON lines in, judgements out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from listener.cli.analyse import command
from listener.cli.json_line import given_lines
from listener.core.errors import ConfigError
from tests.unit.config.config_folders import folder_of


def analysed(lines: bytes | str, config: Path) -> Result:
    """The command, with these lines on stdin."""
    return CliRunner().invoke(command, ["--config", str(config)], input=lines)


def rows(result: Result) -> list[dict[str, Any]]:
    """What came out, line by line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def line(id_: object, text: str) -> str:
    """One line in."""
    return json.dumps({"id": id_, "text": text}) + "\n"


def test_texts_are_judged_in_order(tmp_path: Path) -> None:
    """Each text gets language, label, polarity, confidence and intent; no configuration is needed."""
    result = analysed(
        line("a", "Wat een waardeloze service, al drie weken geen reactie.")
        + line(2, "Does anyone know whether this excellent pump runs on 60 Hz?")
        + line("c", "To jest bardzo zła obsługa, nie polecam nikomu"),
        tmp_path / "nowhere",
    )
    assert result.exit_code == 0
    first, second, third = rows(result)
    assert list(first) == ["id", "language", "label", "polarity", "confidence", "intent"]
    assert (first["id"], first["language"], first["label"], first["intent"]) == ("a", "nl", "negative", "complaint")
    assert -1 <= first["polarity"] <= -0.5 <= first["confidence"] <= 1
    assert (second["id"], second["language"], second["intent"]) == (2, "en", "question")
    assert (third["language"], third["label"], third["confidence"], third["intent"]) == ("und", "unsure", 0.0, "other")


@pytest.mark.parametrize("text", ["", "😀", "\x00\x07\x1b[2J", "\ud800", "1 2 3", "\u202e" * 1_000_000])
def test_strange_texts_get_an_honest_answer(tmp_path: Path, text: str) -> None:
    """Empty, one emoji, control characters, half a surrogate, a megabyte."""
    result = analysed(line("a", text), tmp_path)
    assert result.exit_code == 0
    assert rows(result)[0]["label"] == "unsure"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"{", "is not JSON: Expecting property name enclosed in double quotes at column 2"),
        (b'{"id": 1, "text": NaN}', "is not JSON: NaN is no value"),
        (b'{"id": 1e999, "text": "x"}', '"id" is neither a text nor a number'),
        (b'{"id": null, "text": "x"}', '"id" is neither a text nor a number'),
        (b"[1]", "is not an object"),
        (b'{"text": "x"}', 'has no "id"'),
        (b'{"id": 1}', 'has no "text"'),
        (b'{"id": 1, "text": 3}', '"text" is not a text'),
        (b'{"id": 1, "text": "\xff"}', "is not UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"id": ' + b"1" * 5_000 + b', "text": "x"}', "Exceeds the limit"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_judged(tmp_path: Path, bad: bytes, why: str) -> None:
    """One line on stderr with its number; exit code 1 at the end."""
    result = analysed(line(1, "x").encode() + bad + b"\n\n" + line(3, "y").encode(), tmp_path)
    assert result.exit_code == 1
    assert [row["id"] for row in rows(result)] == [1, 3]
    assert result.stderr.startswith(f"line 2: {why}")
    assert result.stderr.count("\n") == 1


def test_many_lines_come_out_as_they_went_in(tmp_path: Path) -> None:
    """More lines than are judged at once keep their order."""
    result = analysed("".join(line(number, "een grote grijze pomp") for number in range(150)), tmp_path)
    assert [row["id"] for row in rows(result)] == list(range(150))


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    """An empty pipe is no fault."""
    result = analysed("", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")


def test_the_configuration_says_which_languages(tmp_path: Path) -> None:
    """Where there is a configuration its languages count, and a faulty one is a fault."""
    dutch = line(1, "Die Pumpen wurden heute endlich geliefert und sie laufen sehr gut.")
    assert rows(analysed(dutch, folder_of(tmp_path, main="[understanding]\nlanguages = ['nl']")))[0]["language"] == "und"
    result = analysed(dutch, folder_of(tmp_path, main="[understanding]\nlanguages = ['german']"))
    assert isinstance(result.exception, ConfigError)


def test_reasons_are_given_when_asked_for(tmp_path: Path) -> None:
    """The words that say what a text wants; none where nothing does."""
    lines = line(1, "Al drie weken geen reactie") + line(2, "Philips opent een kantoor in Eindhoven")
    result = CliRunner().invoke(command, ["--reasons", "--config", str(tmp_path)], input=lines)
    first, second = rows(result)
    assert (first["intent"], first["reasons"][:2]) == ("complaint", ["al drie weken", "geen reactie"])
    assert (second["intent"], second["reasons"]) == ("other", [])


def test_a_declared_language_is_believed_where_the_text_does_not_say(tmp_path: Path) -> None:
    """Two words are in the language their line declares; something else than a text declares nothing."""
    texts = [{"id": 1, "text": "top", "lang": "nl"}, {"id": 2, "text": "top", "lang": "en"}, {"id": 3, "text": "top", "lang": 5}]
    result = analysed("".join(json.dumps(one) + "\n" for one in texts), tmp_path)
    assert [one["language"] for one in rows(result)] == ["nl", "en", "und"]


def test_idiom_counts_as_it_does_for_a_mention(tmp_path: Path) -> None:
    """What is said by denying its opposite is read as the stored mentions are."""
    said = rows(analysed(line(1, "Never had a single problem with this pump in ten years.") + line(2, "Niks dan lof!"), tmp_path))
    assert [(row["label"], row["intent"]) for row in said] == [("positive", "other"), ("positive", "praise")]


def test_without_standard_input_there_is_nothing_to_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler may start us with standard input closed, and Python then has none: no line, no fault."""
    monkeypatch.setattr("sys.stdin", None)
    assert list(given_lines()) == []
