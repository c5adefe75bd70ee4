"""`listener analyse`: texts in, language, tone and intent out, as JSON lines."""

from __future__ import annotations

import itertools
import json
import math
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from listener.cli.json_line import json_object
from listener.cli.options import config_option
from listener.config import load
from listener.config.files import UnderstandingTable
from listener.core.model import Text
from listener.core.ports import Analyser
from listener.core.values import dataclass
from listener.sources import KINDS
from listener.understanding import load_analyser
from listener.understanding.intent import reasons
from listener.understanding.language import Languages

_CHUNK = 64  # lines judged at once; a pipe gets its answers while it still writes


@dataclass(frozen=True, slots=True)
class _Asked:
    id: Any
    words: str
    language: str  # as declared, "" when nothing was


@click.command(short_help="Judge texts: JSON lines in, JSON lines out.")
@click.option("--reasons", "why", is_flag=True, help='Add "reasons": the words that say what a text wants.')
@config_option
@click.pass_context
def command(context: click.Context, config: Path, *, why: bool) -> None:
    """Judge texts: JSON lines {"id", "text"} on stdin to {"id", "language", "label", "polarity", "confidence", "intent"} on stdout.

    A line may also hold "lang" (nl, en, …): what its place declares, believed where the text does not say. Languages and analyser
    are those of the configuration where there is one; none is needed. A line that is not such an object is named on stderr, the
    others are judged all the same, and the exit code is 1.
    """
    languages, analyser = _makers(config)
    refused = 0
    lines = enumerate(sys.stdin.buffer, start=1)
    while chunk := list(itertools.islice(lines, _CHUNK)):
        texts: list[_Asked] = []
        for number, line in chunk:
            try:
                if line.strip():
                    texts.append(_text(line))
            except ValueError as fault:
                refused += 1
                click.echo(f"line {number}: {fault}", err=True)
        for row in _judged(texts, languages, analyser, why=why):
            click.echo(json.dumps(row))
    if refused:
        context.exit(1)


def _makers(config: Path) -> tuple[Languages, Analyser]:
    # A missing configuration is fine here, a faulty one is not.
    settings = load(config, os.environ, kinds=KINDS).understanding if (config / "listener.toml").exists() else UnderstandingTable()
    return Languages(settings.languages), load_analyser(settings.sentiment)


def _text(line: bytes) -> _Asked:
    """The id, the text and the declared language of one line; raises ValueError with what is wrong with it."""
    row = json_object(line, '{"id": …, "text": "…"}')
    for name in ("id", "text"):
        if name not in row:
            raise ValueError(f'has no "{name}"')
    if not isinstance(row["text"], str):
        raise ValueError('"text" is not a text')  # noqa: TRY004 - a fault of the line
    if not isinstance(row["id"], (str, int, float)) or row["id"] in {math.inf, -math.inf}:
        raise ValueError('"id" is neither a text nor a number')
    return _Asked(row["id"], row["text"], row["lang"] if isinstance(row.get("lang"), str) else "")


def _judged(texts: Sequence[_Asked], languages: Languages, analyser: Analyser, *, why: bool) -> Iterator[dict[str, Any]]:
    asked = [Text(words=one.words, language=languages.of(one.words, one.language)) for one in texts]
    for one, text, sentiment in zip(texts, asked, analyser(asked), strict=True):
        wanted, because = reasons(text.words, text.language, sentiment)
        row: dict[str, Any] = {
            "id": one.id,
            "language": text.language,
            "label": str(sentiment.tone),
            "polarity": round(sentiment.polarity, 4),
            "confidence": round(sentiment.confidence, 4),
            "intent": str(wanted),
        }
        yield row | {"reasons": list(because)} if why else row
