"""`listener collect`: visit sources now, and say for each how it ended."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from listener.app import App
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.core.visits import Outcome, Run, SourceState


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@config_option
@json_option
def command(sources: tuple[str, ...], config: Path, *, as_json: bool) -> int:
    """Visit all sources now, or those named; one line for each. Exit 1 when some could not be heard."""
    with open_app(config) as app:
        states = _wanted(app, sources)
        if not states and not as_json:
            click.echo("There is nothing to listen to yet: add [[sources]] to a file in config/brands.", err=True)
        runs: list[Run] = []
        with _teller(len(states), quiet=as_json) as tell:
            for run in app.collect(states):
                runs.append(run)
                tell(run, json.dumps(as_row(run), ensure_ascii=False) if as_json else line(run))
        failed = {run.source for run in runs if not run.outcome.heard and run.outcome is not Outcome.OVERTAKEN}
        if not as_json and runs:
            click.echo(summary(runs, len(failed)))
    return 1 if failed else 0


def _wanted(app: App, names: Sequence[str]) -> Sequence[SourceState]:
    states = app.archive.states(names or None)
    if not names:  # what rests is visited only when it is named
        states = [one for one in states if one.rested_at is None]
    missing = sorted(set(names) - {one.source.key for one in states})
    if missing:
        known = ", ".join(one.key for one in app.sources) or "none"
        raise click.UsageError(f"no such source: {', '.join(missing)} (there is: {known})")
    return states


@contextmanager
def _teller(total: int, *, quiet: bool) -> Iterator[Callable[[Run, str], None]]:
    """A way to say how a visit ended; on a terminal with a progress bar below what was said."""
    if quiet or total == 0 or not sys.stderr.isatty():
        yield lambda _, words: click.echo(words)
        return
    from rich.console import Console  # noqa: PLC0415 - a pipe needs no rich
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("Listening"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    seen: set[str] = set()
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("sources", total=total)

        def tell(run: Run, words: str) -> None:
            seen.add(run.source)
            bar.update(task, completed=len(seen))
            if sys.stdout.isatty():  # the same screen: the bar must make room
                bar.console.out(words, highlight=False)
            else:
                click.echo(words)

        yield tell


def line(run: Run) -> str:
    """One attempt, for a person."""
    if run.outcome is Outcome.OVERTAKEN:
        return f"{run.source}: another process collected it meanwhile"
    if not run.outcome.heard:
        return f"{run.source}: {run.outcome.value} — {run.detail or 'no reason given'}"
    missed = f" — {run.detail}" if run.detail else ""
    if run.outcome is Outcome.UNCHANGED:
        return f"{run.source}: heard, unchanged{missed}"
    entries = f"{_count(run.entries, 'entry', 'entries')}, {run.new_entries} new"
    return f"{run.source}: heard, {entries}, {_count(run.new_mentions, 'mention')}{missed}"


def summary(runs: Sequence[Run], failed: int) -> str:
    """All attempts in one sentence."""
    sources = len({run.source for run in runs})
    new, mentions = sum(run.new_entries for run in runs), sum(run.new_mentions for run in runs)
    heard = f"{sources - failed} of {_count(sources, 'source')} heard"
    return f"{heard}; {_count(new, 'new entry', 'new entries')}, {_count(mentions, 'new mention')}."


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def as_row(run: Run) -> dict[str, Any]:
    """One attempt, for a program."""
    row = {field.name: getattr(run, field.name) for field in dataclasses.fields(run)}
    return {**row, "started_at": run.started_at.isoformat(), "outcome": run.outcome.value, "heard": run.outcome.heard}
