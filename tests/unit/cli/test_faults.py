"""Every way a command can end, in words for a person and a code for a program."""

from __future__ import annotations

import logging

import click
import pytest

from listener.cli import VERBS, cli, main
from listener.cli.faults import explain, pointed
from listener.core.errors import ConfigError, Fault, QueryError, StorageError


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (ConfigError([Fault("a.toml", "x", "wrong"), Fault("b.toml", "", "missing")]), 2, "a.toml: x: wrong\nb.toml: missing"),
        (
            QueryError("the phrase is never closed", query='"Acme', column=1),
            2,
            'column 1: the phrase is never closed\n  "Acme\n  ^',
        ),
        (StorageError("database x: full"), 1, "database x: full"),
        (FileNotFoundError(2, "No such file or directory", "feed.xml"), 1, "feed.xml: No such file or directory"),
        (KeyboardInterrupt(), 130, "What was stored stays stored"),
        (click.Abort(), 130, "Stopped"),
        (click.UsageError("no such source"), 2, "no such source"),
        (ZeroDivisionError("oh"), 1, "This is a bug in Listener: ZeroDivisionError: oh"),
        (SystemExit(3), 3, ""),
        (SystemExit("odd"), 1, ""),
        (click.exceptions.Exit(4), 4, ""),
    ],
)
def test_a_fault_is_words_and_a_code(fault: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """2 for what somebody wrote, 1 for what happened; never a traceback."""
    assert explain(fault) == code
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_a_bug_shows_where_when_asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """LISTENER_DEBUG=1 is for us."""
    monkeypatch.setenv("LISTENER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError) as bug:
        1 / 0  # noqa: B018 - the fault is the point
    explain(bug.value)
    assert "Traceback" in capsys.readouterr().err


def test_a_long_query_is_cut_to_the_neighbourhood_of_its_fault() -> None:
    """The caret stands under the place, and the line fits a terminal."""
    query = "a OR " * 5000 + '"never closed'
    said = pointed(QueryError("never closed", query=query, column=25001)).splitlines()
    assert len(said) == 3
    assert max(map(len, said)) < 90
    assert said[1][said[2].index("^")] == '"'


def test_of_a_query_of_several_lines_the_faulty_one_is_shown() -> None:
    """With its number, and the caret below the sign, also where signs are wide or would move the cursor."""
    fault = QueryError("the phrase that starts at {place} is never closed", query='acme\r\n日本 \x1b[2J"pomp\nen', column=14)
    assert pointed(fault).splitlines() == [
        "query: the phrase that starts at line 2, column 8 is never closed",
        '  日本  [2J"pomp',
        "  \u3000\u3000     ^",
    ]


def test_every_verb_exists_and_says_what_it_does() -> None:
    """The table of verbs names modules that hold a command, each with a sentence of help."""
    context = click.Context(cli)
    for verb in VERBS:
        found = cli.get_command(context, verb)
        assert found is not None
        assert (found.help or "").strip().endswith((".", ")"))
    assert cli.get_command(context, "nonsense") is None


def test_every_verb_takes_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    """Also one that has no use for it, so that scripts may pass it to all alike."""
    context = click.Context(cli)
    for verb in VERBS:
        if isinstance(cli.get_command(context, verb), click.Group):
            continue  # its own verbs take it
        with pytest.raises(SystemExit) as end:
            main([verb, "--config", "somewhere", "--help"])
        assert end.value.code == 0
    assert "Usage: listener" in capsys.readouterr().out


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """And ends well."""
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(verb in said for verb in VERBS)


def test_a_second_interrupt_is_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    """A library that is interrupted while it closes logs its own traceback, unless nobody keeps a log."""
    with pytest.raises(SystemExit):
        main(["--version"])
    said = logging.getLogger("sqlalchemy.pool.test")
    said.propagate = False  # the tests' own handlers
    try:
        said.error("closing", exc_info=(KeyboardInterrupt, KeyboardInterrupt(), None))
        said.error("a real fault")
    finally:
        said.propagate = True
    shown = capfd.readouterr().err
    assert "a real fault" in shown
    assert "closing" not in shown
