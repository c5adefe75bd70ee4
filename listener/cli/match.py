"""`listener match`: JSON lines through a query, for pipes and for trying a query out."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

import click

from listener.cli.json_line import given_lines
from listener.core.errors import ConfigError, Fault
from listener.core.query import Item, Match, Matcher, parse_query

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_NO = Match(matched=False)
_CHUNK = 1 << 16
_FIELDS = ("title", "text", "author", "url", "site", "lang", "kind", "outlet")  # in the order of Item


@click.command(name="match")
@click.option("--query", help="The query itself.")
@click.option("--query-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file with the query (UTF-8).")
@click.pass_context
def command(context: click.Context, query: str | None, query_file: Path | None) -> None:
    """Say which items a query catches, and by which of its parts.

    Reads JSON lines {id, title, text, author, url, site, lang, kind, outlet} on standard input (what is missing is empty), writes
    {id, matched, clauses} on standard output, in order. A line that is no such object is named on standard error, makes the
    exit code 1 and does not stop the others; a fault in the query is exit code 2.
    """
    matcher = Matcher({"": parse_query(_query(query, query_file))})
    failed = False
    answers = sys.stdout.buffer
    for lines in _chunks(given_lines()):
        for number, line in lines:
            if not line.strip():
                continue
            try:
                answers.write(_answer(matcher, line))
            except (ValueError, RecursionError) as fault:
                failed = True
                click.echo(f"line {number}: {_in_words(fault)}", err=True)
        answers.flush()
    context.exit(1 if failed else 0)


def _query(query: str | None, query_file: Path | None) -> str:
    if (query is None) == (query_file is None):
        raise click.UsageError("Give either --query or --query-file.")
    return query or "" if query_file is None else read_query(query_file)


def read_query(file: Path) -> str:
    """The query in a file, without the line ends at its end; raises ConfigError where the file is not UTF-8 text."""
    data = file.read_bytes()
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            raise ConfigError([Fault(str(file), "", f"this is {name}: save it as UTF-8")])
    try:
        return data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise ConfigError([Fault(str(file), f"line {line}", "this is not UTF-8: save it as UTF-8")]) from None


def _chunks(stream: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """Numbered lines, as many at a time as have come in, so that whoever waits for an answer gets it."""
    rest: list[bytes] = []
    number = 0
    while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined] # typeshed gives BinaryIO no read1; buffered streams have it
        *whole, tail = chunk.split(b"\n")
        if whole:
            whole[0] = b"".join([*rest, whole[0]])
            rest = []
        rest.append(tail)
        yield list(enumerate(whole, start=number + 1))
        number += len(whole)
    yield [(number + 1, b"".join(rest))]


def _answer(matcher: Matcher, line: bytes) -> bytes:
    row = json.loads(line.removeprefix(codecs.BOM_UTF8), parse_constant=_no_number)
    if not isinstance(row, dict):
        raise _RowError("not a JSON object")
    words = ["" if row.get(name) is None else row[name] for name in _FIELDS]
    for name, value in zip(_FIELDS, words, strict=True):
        if not isinstance(value, str):
            raise _RowError(f'"{name}" is not text')
    match = matcher.match(Item(*words)).get("", _NO)
    return json.dumps({"id": row.get("id", ""), "matched": match.matched, "clauses": match.clauses}).encode() + b"\n"


def _no_number(name: str) -> NoReturn:
    raise _RowError(f"not JSON: {name} is no number")


class _RowError(ValueError):
    """A line that is no item, though Python can read it."""


def _in_words(fault: ValueError | RecursionError) -> str:
    if isinstance(fault, _RowError):
        return str(fault)
    if isinstance(fault, UnicodeDecodeError):
        return "not UTF-8 text"
    if isinstance(fault, json.JSONDecodeError):
        return f"not JSON: {fault.msg} (column {fault.colno})"
    return "JSON that cannot be read: a number too long, or too many brackets"
