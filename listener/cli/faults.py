"""Faults in words: what, where and what to do, on one line; and the exit code that belongs to it."""

from __future__ import annotations

import os
import re
import sys
import traceback
import unicodedata

import click

from listener.core.errors import ConfigError, ListenerError, QueryError

# A query may hold anything, also what would move a terminal's cursor.
_SHAPELESS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

_CODES: tuple[tuple[type[BaseException], int], ...] = ((ConfigError, 2), (QueryError, 2), (ListenerError, 1))


def explain(fault: BaseException) -> int:
    """Print a fault for a person on stderr and return the exit code (2: something you wrote; 1: something that happened)."""
    if isinstance(fault, click.exceptions.Exit):
        return fault.exit_code
    if isinstance(fault, click.ClickException):
        fault.show()
        return fault.exit_code
    if isinstance(fault, SystemExit):
        return fault.code if isinstance(fault.code, int) else 1
    if isinstance(fault, (KeyboardInterrupt, click.Abort)):
        click.echo("Stopped. What was stored stays stored.", err=True)
        return 130
    if isinstance(fault, BrokenPipeError):
        # The reader of our output has gone (`| head`); stdout must not complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for kind, code in _CODES:
        if isinstance(fault, kind):
            click.echo(_words(fault), err=True)
            return code
    if isinstance(fault, OSError):
        click.echo(f"{fault.filename or 'system'}: {fault.strerror or fault}", err=True)
        return 1
    if os.environ.get("LISTENER_DEBUG"):
        traceback.print_exception(fault)
    click.echo(f"This is a bug in Listener: {type(fault).__name__}: {fault} (LISTENER_DEBUG=1 shows where)", err=True)
    return 1


def _words(fault: BaseException) -> str:
    if isinstance(fault, QueryError):
        return pointed(fault)
    return str(fault)


def pointed(fault: QueryError, width: int = 72) -> str:
    """A query's fault with a caret under its place; of several lines the one it is in, cut to the neighbourhood when it is long."""
    at = fault.line_column - 1
    line = _SHAPELESS.sub(" ", fault.line)
    start = max(0, at - width // 2) if len(line) > width else 0
    cut = line[start : start + width]
    before, after = "…" if start else "", "…" if start + width < len(line) else ""
    # Wide signs take two cells of a terminal, and so does this space: the caret stays below its sign.
    below = "".join("\u3000" if unicodedata.east_asian_width(sign) in "WF" else " " for sign in before + line[start:at])
    return f"query: {fault.what}\n  {before}{cut}{after}\n  {below}^"
