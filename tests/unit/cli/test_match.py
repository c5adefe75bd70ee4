"""`listener match`: JSON lines through a query."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from listener.cli.faults import explain
from listener.cli.match import command
from listener.core.errors import ConfigError, QueryError


def lines(*rows: object) -> str:
    """Rows as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_every_item_gets_its_answer_in_order() -> None:
    """One line out for each line in; what is missing is empty."""
    rows = [
        {"id": 7, "title": "bol.com is leuk", "text": None},
        {"id": "b", "text": "bolletje"},
        {"title": "x", "author": "Jan Bol", "lang": "nl", "url": "https://nu.nl/", "site": "nu.nl"},
    ]
    result = CliRunner().invoke(command, ["--query", "bol OR author:bol AND lang:nl AND site:nu.nl"], lines(*rows))
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": 7, "matched": True, "clauses": ["bol"]},
        {"id": "b", "matched": False, "clauses": []},
        {"id": "", "matched": True, "clauses": ["author:bol AND lang:nl AND site:nu.nl"]},
    ]


def test_a_malformed_line_is_named_and_the_others_go_on() -> None:
    """Each line that is no item is a line on standard error, and the exit code is 1 at the end."""
    given = (
        b'\xef\xbb\xbf{"id":1,"text":"bol"}\r\n\n{"id":\n[]\n{"text":3}\n{"text":"\xff"}\n' + b"[" * 100_000 + b"\n" + b'{"id":2}'
    )
    result = CliRunner().invoke(command, ["--query", "bol"], given)
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [1, 2]
    faults = result.stderr.splitlines()
    assert faults[0].startswith("line 3: not JSON: ")
    assert faults[1:] == [
        "line 4: not a JSON object",
        'line 5: "text" is not text',
        "line 6: not UTF-8 text",
        "line 7: JSON that cannot be read: a number too long, or too many brackets",
    ]


def test_whatever_a_line_holds_the_next_one_is_answered() -> None:
    """Control characters, halves of characters, numbers that are none, values of the wrong type: each has its own line."""
    given = (
        b'{"id":1,"text":"a\x00bol"}\n'
        b'{"id":NaN}\n'
        b'{"id":{"a":[1]},"text":"\\u0000bol \\ud800"}\n'
        b'{"id":3,"title":["bol"]}\n'
        b'{"id":4,"title":true}\n'
        b'{"id":5,"kind":{}}\n'
        b'{"id":6,"text":"bol","text":"niets"}\n'
        b'null\n"bol"\n\x00\n'
        b'{"id":7,"text":"bol","outlet":"nu.nl","kind":"rss","anders":[1]} \r\n'
    )
    result = CliRunner().invoke(command, ["--query", "bol"], given)
    assert result.exit_code == 1
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["id"], one["matched"]) for one in answers] == [({"a": [1]}, True), (6, False), (7, True)]
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [
        f"line {number}" for number in (1, 2, 4, 5, 6, 8, 9, 10)
    ]


def test_kind_and_outlet_are_read_too() -> None:
    """All that a query can ask about may be in a line."""
    rows = [{"id": 1, "kind": "rss", "outlet": "De Trouw"}, {"id": 2, "kind": "x", "outlet": "Trouw"}, {"id": 3}]
    result = CliRunner().invoke(command, ["--query", "kind:rss AND outlet:trouw"], lines(*rows))
    assert [json.loads(line)["matched"] for line in result.stdout.splitlines()] == [True, False, False]


def test_a_line_may_be_longer_than_what_is_read_at_once() -> None:
    """An item of megabytes is still one item."""
    row = {"id": 1, "text": "x " * 5_000_000 + "bol"}
    result = CliRunner().invoke(command, ["--query", "bol"], lines(row, {"id": 2}))
    assert [json.loads(line)["matched"] for line in result.stdout.splitlines()] == [True, False]


def test_the_query_may_come_from_a_file(tmp_path: Path) -> None:
    """A query of several lines lives in a file."""
    file = tmp_path / "query.txt"
    file.write_bytes(b"\xef\xbb\xbfbol\n  NOT ijs\r\n")
    result = CliRunner().invoke(command, ["--query-file", str(file)], lines({"text": "bol"}, {"text": "bol ijs"}))
    assert [json.loads(line)["matched"] for line in result.stdout.splitlines()] == [True, False]


@pytest.mark.parametrize("arguments", [[], ["--query", "a", "--query-file", __file__], ["--query-file", "bestaat-niet"]])
def test_exactly_one_query_is_needed(arguments: list[str]) -> None:
    """None or two, or a file that is not there, is a fault of what was written: exit code 2."""
    assert CliRunner().invoke(command, arguments).exit_code == 2


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"bol OR\ncitro\xebn", "line 2: this is not UTF-8: save it as UTF-8"),
        ("bol".encode("utf-16"), "this is UTF-16: save it as UTF-8"),
        (b"\xfe\xff\x00b", "this is UTF-16: save it as UTF-8"),
        ("bol".encode("utf-32"), "this is UTF-32: save it as UTF-8"),
    ],
)
def test_a_query_file_must_be_text(tmp_path: Path, data: bytes, what: str) -> None:
    """A file in another encoding is refused, not misread: one line, and exit code 2."""
    file = tmp_path / "query.txt"
    file.write_bytes(data)
    result = CliRunner().invoke(command, ["--query-file", str(file)])
    assert isinstance(result.exception, ConfigError)
    assert explain(result.exception) == 2
    assert str(result.exception) == f"{file}: {what}"


def test_a_fault_in_the_query_is_raised_before_anything_is_read() -> None:
    """The door prints it with a caret; nothing is answered."""
    result = CliRunner().invoke(command, ["--query", "bol OR NOT ijs"], lines({"text": "bol"}))
    assert isinstance(result.exception, QueryError)
    assert result.stdout == ""


def test_a_program_may_ask_and_wait_for_each_answer() -> None:
    """An answer comes as soon as its line has, and a query's fault is exit code 2 with a caret under its place."""
    verb = [sys.executable, "-m", "listener", "match", "--query"]
    with subprocess.Popen([*verb, "bol"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(2):
            process.stdin.write(lines({"id": number, "text": "bol"}).encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"id": number, "matched": True, "clauses": ["bol"]}
        process.stdin.close()
    assert process.returncode == 0
    fault = subprocess.run([*verb, '"Acme AND pump'], input=b"", capture_output=True, check=False)
    assert fault.returncode == 2
    assert fault.stderr.decode().splitlines()[1:] == ['  "Acme AND pump', "  ^"]
