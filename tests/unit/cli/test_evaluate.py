"""`listener evaluate`: labelled lines in, what a person needs to know out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from listener.cli.evaluate import command
from listener.core.errors import ListenerError
from tests.unit.config.config_folders import folder_of

ROWS = [
    ("Wat een waardeloze service, al drie weken geen reactie.", "negative", "nl"),
    ("Geweldig geholpen, top service, dank jullie wel!", "positive", "nl"),
    ("The office opens on Monday at nine, says the report", "Neutral", None),
    ("een grote grijze pomp", "neutral", "nl"),
]


def lines(rows: list[tuple[str, str, str | None]]) -> str:
    """JSON lines."""
    return "".join(
        json.dumps({"id": n, "text": text, "label": label, "lang": lang}) + "\n" for n, (text, label, lang) in enumerate(rows)
    )


def evaluated(tmp_path: Path, words: str | bytes, *more: str) -> Result:
    """The command on a file with these lines."""
    file = tmp_path / "labelled.jsonl"
    file.write_bytes(words if isinstance(words, bytes) else words.encode())
    return CliRunner().invoke(command, [str(file), "--config", str(tmp_path / "nowhere"), *more])


def test_a_tired_person_can_read_it(tmp_path: Path) -> None:
    """The answer first, then the table, then whether its confidence is honest, and a warning that four texts prove nothing."""
    result = evaluated(tmp_path, lines(ROWS), "--sentiment", "light")
    assert (result.exit_code, result.stderr) == (0, "")
    out = result.stdout
    assert out.startswith("4 texts, judged by light 1 (en), light 1 (nl)\n\nMacro recall  83.3 % [")
    assert "unsure counts as wrong" in out
    assert "Sure of       75.0 % of the texts, and then right in 100.0 %" in out
    assert "Fewer than 100 texts are negative or neutral or positive: too few for a firm figure." in out
    assert "expected calibration error" in out
    assert "% on average, and is right in " in out


def test_a_label_that_nobody_gave_is_said_to_be_absent(tmp_path: Path) -> None:
    """Of two labels guessing finds half, and of the third nothing is said."""
    out = evaluated(tmp_path, lines(ROWS[:2]), "--sentiment", "light").stdout
    assert "(50 % is guessing; unsure counts as wrong)" in out
    assert "No text is neutral: of that nothing is said here." in out
    assert "Fewer than 100 texts are negative or positive" in out


def test_json_for_programs(tmp_path: Path) -> None:
    """The same figures as numbers."""
    result = evaluated(tmp_path, lines(ROWS), "--json", "--sentiment", "light")
    figures = json.loads(result.stdout)
    assert (figures["count"], figures["coverage"], figures["refused"]) == (4, 0.75, 0)
    assert figures["confusion"]["neutral"] == {"negative": 0, "neutral": 1, "positive": 0, "unsure": 1}
    assert figures["judges"] == ["light 1 (en)", "light 1 (nl)"]


def test_an_analyser_without_probabilities_is_said_to_have_none(tmp_path: Path) -> None:
    """TextBlob's strength of words is no probability; a label that does not occur has no recall."""
    result = evaluated(tmp_path, lines(ROWS[:2]), "--sentiment", "textblob")
    assert "judged by textblob-nl 0.0.1" in result.stdout
    assert "This analyser gives no probabilities" in result.stdout
    assert "         -\n" in result.stdout


def test_never_sure_is_said_without_a_share(tmp_path: Path) -> None:
    """Where it was sure of nothing there is nothing it was right about."""
    result = evaluated(tmp_path, lines([("!!!", "neutral", "nl")]))
    assert "Sure of       0.0 % of the texts\n" in result.stdout


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"{", "is not JSON: Expecting property name enclosed "),
        (b"[1]", "is not an object"),
        (b'{"label": "neutral"}', 'has no "text"'),
        (b'{"text": 3, "label": "neutral"}', 'has no "text"'),
        (b'{"text": "x"}', '"label" is not one of negative, neutral, positive'),
        (b'{"text": "x", "label": "unsure"}', '"label" is not one of negative, neutral, positive'),
        (b'{"text": "x", "label": ["neutral"]}', '"label" is not one of negative, neutral, positive'),
        (b'{"text": "\xff", "label": "neutral"}', "is not UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_the_others_count(tmp_path: Path, bad: bytes, why: str) -> None:
    """One line on stderr, exit code 1, and the figures of the rest."""
    result = evaluated(tmp_path, lines(ROWS[:1]).encode() + b"\n" + bad + b"\n" + lines(ROWS[1:2]).encode())
    assert result.exit_code == 1
    assert result.stderr.startswith(f"line 3: {why}")
    assert result.stdout.startswith("2 texts")


def test_many_bad_lines_are_not_all_named(tmp_path: Path) -> None:
    """After twenty the rest is counted."""
    result = evaluated(tmp_path, lines(ROWS[:1]) + "{}\n" * 25)
    assert result.stderr.endswith("… and 5 more lines that could not be read\n")


@pytest.mark.parametrize("words", ["", "\n\n"])
def test_a_file_without_labels_is_a_fault_that_says_what_to_write(tmp_path: Path, words: str) -> None:
    """An empty file gives no figures."""
    result = evaluated(tmp_path, words)
    assert isinstance(result.exception, ListenerError)
    assert "no line with a label; write" in str(result.exception)


def test_the_configuration_says_which_analyser(tmp_path: Path) -> None:
    """Where there is one it counts; a file that is not there is a fault of the command line."""
    config = folder_of(tmp_path, main="[understanding]\nsentiment = 'textblob'")
    result = CliRunner().invoke(command, ["-", "--config", str(config)], input=lines(ROWS[:1]))
    assert "textblob-nl" in result.stdout
    assert CliRunner().invoke(command, [str(tmp_path / "absent")]).exit_code == 2


def test_a_text_that_stands_twice_is_said_to(tmp_path: Path) -> None:
    """Twice the same text is less evidence than it looks; labels may be Dutch or short, and a line may end in any way."""
    row = '{"text": "een prima pomp, heel blij mee, dank jullie wel", "label": "Positief", "lang": "klingon"}'
    result = evaluated(
        tmp_path,
        f'\ufeff{row}\r\n{row}\r\n{{"text": "wat een slechte pomp is dit, nooit meer", "label": "neg"}}',
        "--sentiment",
        "light",
    )
    assert result.exit_code == 0
    assert result.stderr == "1 texts stand in the file more than once, and count as often\n"
    assert result.stdout.startswith("3 texts, judged by light 1 (nl)")


def test_an_endless_line_is_one_bad_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no lines at all is not read into memory, and what follows it counts."""
    monkeypatch.setattr("listener.cli.evaluate._LONGEST", 300)
    endless = '{"text": "' + "a" * 1_000 + '", "label": "positive"}\n'
    result = evaluated(tmp_path, endless + lines(ROWS[:1]), "--sentiment", "light")
    assert result.exit_code == 1
    assert "line 1: is not JSON" in result.stderr
    assert "1 texts, judged by" in result.stdout
