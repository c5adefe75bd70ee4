"""`listener evaluate`: the analyser against a person's labels, with intervals and an honest look at its confidence."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from listener.cli.learn import from_archive
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.config import load
from listener.config.files import UnderstandingTable
from listener.core.errors import ListenerError
from listener.core.model import Text, Tone
from listener.core.ports import Analyser
from listener.sources import KINDS
from listener.understanding import ANALYSERS, load_analyser
from listener.understanding.evaluation import ANSWERS, CLASSES, Evaluation, Interval, evaluate
from listener.understanding.language import Languages

_CHUNK = 256
_NAMED = 20  # bad lines named one by one; more say the same
_ALL = "\0"  # every brand
_FEW = 100  # texts of a label, below which the interval says little


@dataclass(frozen=True, slots=True)
class _Labelled:
    text: Text
    label: Tone


@click.command(short_help="The analyser against your own labels.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--archive", "brand", is_flag=False, flag_value=_ALL, metavar="[BRAND]", help="What you labelled with `listener label`."
)
@click.option("--sentiment", type=click.Choice(sorted(ANALYSERS)), help="Instead of the configured analyser.")
@json_option
@config_option
@click.pass_context
def command(
    context: click.Context, file: Path | None, brand: str | None, sentiment: str | None, config: Path, *, as_json: bool
) -> None:
    """Say how well the analyser does on FILE: JSON lines {"id", "text", "label", "lang"}; "-" reads stdin.

    "label" is negative, neutral or positive; "lang" (nl, en, …) may be left out, then it is detected. A line that is not such an
    object is named on stderr, the others count all the same, and the exit code is 1. With --archive it reads the tones that people
    gave mentions, of one brand or all, in place of a file.
    """
    if (file is None) == (brand is None):
        raise click.UsageError("say which FILE of labelled texts, or --archive for what you labelled with `listener label`")
    if brand is not None:
        _archived(config, None if brand == _ALL else brand, sentiment, as_json=as_json)
        return
    assert file is not None
    settings = load(config, os.environ, kinds=KINDS).understanding if (config / "listener.toml").exists() else UnderstandingTable()
    languages, analyser = Languages(settings.languages), load_analyser(sentiment or settings.sentiment)
    labelled: list[_Labelled] = []
    refused: list[str] = []
    with click.open_file(str(file), "rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                if line.strip():
                    labelled.append(_labelled(line, languages))
            except ValueError as fault:
                refused.append(f"line {number}: {fault}")
    for words in refused[:_NAMED]:
        click.echo(words, err=True)
    if len(refused) > _NAMED:
        click.echo(f"… and {len(refused) - _NAMED} more lines that could not be read", err=True)
    if not labelled:
        raise ListenerError(f'{file}: no line with a label; write {{"id": 1, "text": "…", "label": "positive"}} on each')
    _show(labelled, analyser, refused=len(refused), as_json=as_json)
    if refused:
        context.exit(1)


def _archived(config: Path, brand: str | None, sentiment: str | None, *, as_json: bool) -> None:
    """The same on what people labelled; an analyser that is named stands alone, the configured one with what it learned."""
    with open_app(config) as app:
        texts, labels = from_archive(app, None if brand is None else app.brand(brand).key)
        analyser = load_analyser(sentiment or app.settings.understanding.sentiment, head=None if sentiment else app.local_head)
    if not texts:
        raise ListenerError("nobody has given a mention's tone yet: `listener label ID --tone negative` does")
    labelled = [_Labelled(text, label) for text, label in zip(texts, labels, strict=True)]
    _show(labelled, analyser, refused=0, as_json=as_json)


def _show(labelled: Sequence[_Labelled], analyser: Analyser, *, refused: int, as_json: bool) -> None:
    answers = [
        answer
        for start in range(0, len(labelled), _CHUNK)
        for answer in analyser([one.text for one in labelled[start : start + _CHUNK]])
    ]
    result = evaluate([one.label for one in labelled], answers)
    judges = sorted({answer.analyser for answer in answers})
    if as_json:
        click.echo(json.dumps({"judges": judges, "refused": refused, **asdict(result)}, indent=1))
    else:
        click.echo("\n".join(_words(result, judges)))


def _labelled(line: bytes, languages: Languages) -> _Labelled:
    """The text and the label of one line; raises ValueError with what is wrong with it."""
    try:
        row: Any = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except json.JSONDecodeError as fault:
        raise ValueError(f"is not JSON: {fault.msg} at column {fault.colno}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(row, dict):
        raise ValueError('is not an object: write {"id": …, "text": "…", "label": "…"}')  # noqa: TRY004 - a fault of the line
    words, label, code = row.get("text"), row.get("label"), row.get("lang")
    if not isinstance(words, str):
        raise ValueError('has no "text"')  # noqa: TRY004 - a fault of the line
    if not isinstance(label, str) or label.strip().casefold() not in set(CLASSES):
        raise ValueError(f'"label" is not one of {", ".join(CLASSES)}')
    language = code if isinstance(code, str) and code in languages.codes else languages.of(words)
    return _Labelled(Text(words=words, language=language), Tone(label.strip().casefold()))


def _words(result: Evaluation, judges: list[str]) -> Iterator[str]:
    """The result as a person reads it: the answer first, then where it goes wrong, then whether to believe its confidence."""
    yield f"{result.count} texts, judged by {', '.join(judges)}"
    yield ""
    yield f"Macro recall  {_share(result.macro_recall)}   (33 % is guessing; unsure counts as wrong)"
    if result.forced is not None:
        yield f"              {_share(result.forced)}   when unsure is replaced by its best guess"
    yield f"Sure of       {100 * result.coverage:.1f} % of the texts" + (
        "" if result.right_when_sure is None else f", and then right in {100 * result.right_when_sure:.1f} %"
    )
    yield ""
    yield f"{'you say':>10}  it says" + "".join(f"{answer:>10}" for answer in ANSWERS) + f"{'found':>10}"
    for label in CLASSES:
        row = result.confusion[label]
        found = f"{100 * result.recall[label]:.1f} %" if label in result.recall else "-"
        yield f"{label:>10}         " + "".join(f"{row[answer]:>10}" for answer in ANSWERS) + f"{found:>10}"
    few = [label for label in CLASSES if sum(result.confusion[label].values()) < _FEW]
    if few:
        yield f"Fewer than {_FEW} texts are {' or '.join(few)}: too few for a firm figure."
    yield ""
    if result.calibration_error is None:
        yield "This analyser gives no probabilities: how sure it says it is means nothing you could check."
        return
    yield f"Calibration   {result.calibration_error:.3f} expected calibration error (0 is perfect, up to 0.05 is good)"
    yield f"{'says it is sure':>17}{'texts':>8}{'on average':>12}{'is right':>10}"
    for one in result.bins:
        low, high = f"{100 * one.low:.0f}", f"{100 * one.high:.0f}"
        yield f"{f'{low} to {high} %':>17}{one.count:>8}{100 * one.confidence:>10.1f} %{100 * one.right:>8.1f} %"


def _share(interval: Interval) -> str:
    return f"{100 * interval.value:.1f} % [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"
