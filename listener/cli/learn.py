"""`listener learn`: let the tone be corrected by what people labelled, if that helps."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.cli.label import all_labelled
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.core.errors import StorageError
from listener.core.model import Text, Tone
from listener.understanding import load_analyser
from listener.understanding.labelled import text_of, toned
from listener.understanding.local_head import Lesson, learn, save


@click.command(name="learn")
@click.argument("brand", required=False)
@click.option("--dry-run", is_flag=True, help="Only say what it would bring.")
@click.option("--forget", is_flag=True, help="Judge by the shipped weights again.")
@json_option
@config_option
def command(brand: str | None, config: Path, *, dry_run: bool, forget: bool, as_json: bool) -> None:
    """Learn tones from what people labelled, of one BRAND or all, and keep it only if unseen labels are judged better.

    What was judged stays as it was; what is judged from now on names the correction and its day.
    """
    if forget and (dry_run or brand):
        raise click.UsageError("--forget takes everything back that was learned: give it alone")
    with open_app(config) as app:
        if forget:
            there = app.local_head.exists()
            app.local_head.unlink(missing_ok=True)
            click.echo(
                f"{app.local_head}: {'taken away; tones are judged by the shipped weights' if there else 'nothing was learned'}."
            )
            return
        texts, labels = from_archive(app, None if brand is None else app.brand(brand).key)
        on = app.clock().astimezone(ZoneInfo(app.settings.listener.timezone)).date()
        began = time.monotonic()
        lesson = learn(load_analyser(app.settings.understanding.sentiment), texts, labels, on)
        took = time.monotonic() - began
        keep = lesson.head is not None and not dry_run
        if keep and lesson.head is not None:
            try:
                save(lesson.head, app.local_head)
            except OSError as fault:
                raise StorageError(f"{app.local_head}: what was learned cannot be kept: {fault.strerror}") from fault
    if as_json:
        row = {name: value for name, value in asdict(lesson).items() if name != "head"}
        click.echo(json.dumps({**row, "learned": lesson.head is not None, "kept": keep, "file": str(app.local_head)}, indent=1))
        return
    for line in _words(lesson, took):
        click.echo(line)
    if lesson.head is not None:
        click.echo(
            f"Kept in {app.local_head}; judgements from now on say '{lesson.head.name}'."
            if keep
            else "Nothing was kept (--dry-run)."
        )


def from_archive(app: App, brand: str | None) -> tuple[list[Text], list[Tone]]:
    """The texts of mentions whose tone a person gave, with that tone, of one brand or all, the latest first."""
    found = toned(all_labelled(app, brand))
    names = {one.key: one.name for one in app.archive.brands()}
    return [text_of(one, names.get(one.judged.mention.brand, "")) for one in found], [one.tone for one in found]


def _words(lesson: Lesson, took: float) -> list[str]:
    lines = [f"{lesson.count} labelled texts, read and learned in {took:.1f} s"]
    if lesson.loss_before:
        lines += [
            "",
            f"{'':>34}{'shipped':>9}{'learned':>9}   on labels that were kept apart in turn",
            f"{'macro recall':>34}{100 * lesson.recall_before:>7.1f} %{100 * lesson.recall_after:>7.1f} %",
            f"{'log loss (lower is better)':>34}{lesson.loss_before:>9.3f}{lesson.loss_after:>9.3f}",
            "",
        ]
    if lesson.head is None:
        lines.append(f"Nothing was kept: {lesson.why}.")
    return lines
