"""`listener evaluate`: the analyser against a person's labels, with intervals and an honest look at its confidence."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click

from listener.cli.json_line import json_object
from listener.cli.learn import from_archive
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.config import load
from listener.config.files import UnderstandingTable
from listener.core.errors import ListenerError
from listener.core.model import Sentiment, Text, Tone
from listener.core.values import dataclass
from listener.sources import KINDS
from listener.understanding import ANALYSERS, load_analyser
from listener.understanding.evaluation import ANSWERS, CLASSES, Bin, Evaluation, Interval, evaluate
from listener.understanding.language import Languages

_CHUNK = 256
_NAMED = 20  # bad lines named one by one; more say the same
_ALL = "\0"  # every brand
_LONGEST = 16_000_000  # bytes of a line
# Labels as people write them, in English and in Dutch.
_TONES = {str(one): one for one in CLASSES} | {
    "neg": Tone.NEGATIVE,
    "neu": Tone.NEUTRAL,
    "pos": Tone.POSITIVE,
    "negatief": Tone.NEGATIVE,
    "neutraal": Tone.NEUTRAL,
    "positief": Tone.POSITIVE,
}
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
    refused: list[str] = []
    labels: list[Tone] = []
    answers: list[Sentiment] = []
    seen: set[int] = set()
    with click.open_file(str(file), "rb") as lines:
        read = _labelled(lines, languages, refused)
        # What was judged is let go: of a file of any size only labels and answers stay in memory.
        while chunk := list(itertools.islice(read, _CHUNK)):
            answers += analyser([one.text for one in chunk])
            labels += [one.label for one in chunk]
            seen.update(hash((one.text.words, one.label)) for one in chunk)
    for words in refused[:_NAMED]:
        click.echo(words, err=True)
    if len(refused) > _NAMED:
        click.echo(f"\u2026 and {len(refused) - _NAMED} more lines that could not be read", err=True)
    if not labels:
        raise ListenerError(f'{file}: no line with a label; write {{"id": 1, "text": "\u2026", "label": "positive"}} on each')
    if len(seen) < len(labels):
        click.echo(f"{len(labels) - len(seen)} texts stand in the file more than once, and count as often", err=True)
    _show(labels, answers, refused=len(refused), as_json=as_json)
    if refused:
        context.exit(1)


def _archived(config: Path, brand: str | None, sentiment: str | None, *, as_json: bool) -> None:
    """The same on what people labelled; an analyser that is named stands alone, the configured one with what it learned."""
    with open_app(config) as app:
        texts, labels = from_archive(app, None if brand is None else app.brand(brand).key)
        analyser = load_analyser(sentiment or app.settings.understanding.sentiment, head=None if sentiment else app.local_head)
    if not texts:
        raise ListenerError("nobody has given a mention's tone yet: `listener label ID --tone negative` does")
    answers = [answer for start in range(0, len(texts), _CHUNK) for answer in analyser(texts[start : start + _CHUNK])]
    _show(labels, answers, refused=0, as_json=as_json)


def _show(labels: Sequence[Tone], answers: Sequence[Sentiment], *, refused: int, as_json: bool) -> None:
    result = evaluate(labels, answers)
    judges = sorted({answer.analyser for answer in answers})
    if as_json:
        click.echo(json.dumps({"judges": judges, "refused": refused, **asdict(result)}, indent=1))
    else:
        click.echo("\n".join(_words(result, judges)))


def _labelled(file: IO[bytes], languages: Languages, refused: list[str]) -> Iterator[_Labelled]:
    """The labelled texts of a file; what is wrong with the other lines is added to `refused`."""
    for number, line in enumerate(_lines(file), start=1):
        try:
            if line.strip():
                yield _read(line, languages)
        except ValueError as fault:
            refused.append(f"line {number}: {fault}")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only its beginning, which is no JSON any more."""
    while line := file.readline(_LONGEST):
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(_LONGEST)


def _read(line: bytes, languages: Languages) -> _Labelled:
    """The text and the label of one line; raises ValueError with what is wrong with it."""
    row = json_object(line, '{"id": …, "text": "…", "label": "…"}')
    words, label, code = row.get("text"), row.get("label"), row.get("lang")
    if not isinstance(words, str):
        raise ValueError('has no "text"')  # noqa: TRY004 - a fault of the line
    if not isinstance(label, str) or (tone := _TONES.get(label.strip().casefold())) is None:
        raise ValueError(f'"label" is not one of {", ".join(CLASSES)}')
    language = code if isinstance(code, str) and code in languages.codes else languages.of(words)
    return _Labelled(Text(words=words, language=language), tone)


def _words(result: Evaluation, judges: list[str]) -> Iterator[str]:
    """The result as a person reads it: the answer first, then where it goes wrong, then whether to believe its confidence."""
    yield f"{result.count} texts, judged by {', '.join(judges)}"
    yield ""
    guessing = 100 // max(len(result.recall), 1)
    yield f"Macro recall  {_share(result.macro_recall)}   ({guessing} % is guessing; unsure counts as wrong)"
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
    absent = [label for label in CLASSES if label not in result.recall]
    if absent:
        yield f"No text is {' or '.join(absent)}: of that nothing is said here."
    few = [label for label in result.recall if sum(result.confusion[label].values()) < _FEW]
    if few:
        yield f"Fewer than {_FEW} texts are {' or '.join(few)}: too few for a firm figure."
    yield ""
    if result.calibration_error is None:
        yield "This analyser gives no probabilities: how sure it says it is means nothing you could check."
        return
    yield f"Calibration   {result.calibration_error:.3f} expected calibration error (0 is perfect, up to 0.05 is good)"
    judged = sum(one.count for one in result.bins)
    says, right = (sum(one.count * share for one, share in pairs) / judged for pairs in _both(result))
    yield f"              it says {100 * says:.0f} % on average, and is right in {100 * right:.0f} %"
    yield f"{'says it is sure':>17}{'texts':>8}{'on average':>12}{'is right':>10}"
    for one in result.bins:
        low, high = f"{100 * one.low:.0f}", f"{100 * one.high:.0f}"
        yield f"{f'{low} to {high} %':>17}{one.count:>8}{100 * one.confidence:>10.1f} %{100 * one.right:>8.1f} %"


def _both(result: Evaluation) -> tuple[list[tuple[Bin, float]], list[tuple[Bin, float]]]:
    """Each bin with how sure it is, and with how often it is right."""
    return [(one, one.confidence) for one in result.bins], [(one, one.right) for one in result.bins]


def _share(interval: Interval) -> str:
    return f"{100 * interval.value:.1f} % [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"
