"""`listener import FILE` of another tool's archive: CSV, Excel or JSON lines; faults by row, and nothing kept while any is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.core.errors import ParseError
from listener.core.model import Entry
from listener.core.values import dataclass
from listener.jobs.take_over import AT_ONCE, TakenOver, paper, take_over
from listener.sources.archives import NAMES, Brought, Reading, bring, known_columns
from listener.sources.tables import BadRow, rows

ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson"})
_SHOWN = 50  # faults that are listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a person wants a file to be taken over."""

    file: Path
    brand: str
    name: str
    tool: str
    order: str
    columns: Mapping[str, str]
    skip_faults: bool


def chosen_columns(pairs: Sequence[str]) -> Mapping[str, str]:
    """What `--column ours=THEIRS` says; raises a usage error for a name that is none of ours."""
    found = {}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        if not sign or ours not in NAMES:
            raise click.UsageError(f"--column {pair}: write ours=THEIRS, ours being one of {', '.join(NAMES)}")
        found[ours] = theirs
    return found


def take_over_file(app: App, asked: Asked) -> int:
    """Read a whole file first; then, without faults or when they may be passed over, keep it; 1 when rows were refused."""
    now = app.clock()
    reading = Reading(tool=asked.tool, zone=ZoneInfo(app.settings.listener.timezone), now=now, order=asked.order)
    source = f"import:{asked.name}"[:100]
    faults = good = 0
    for number, row in _brought(asked, reading, source, ""):
        if isinstance(row, ValueError):
            faults += 1
            if faults <= _SHOWN:
                click.echo(f"row {number}: {row}", err=True)
        else:
            good += 1
    if faults > _SHOWN:
        click.echo(f"… and {faults - _SHOWN} more.", err=True)
    if faults and not asked.skip_faults:
        click.echo(
            f"{faults} of {faults + good} rows cannot be taken over; nothing was kept. Mend them, or say --skip-faults.", err=True
        )
        return 1
    number = app.archive.undertake(asked.brand, "import", asked.file.name, whole=good, now=now)
    try:
        done, stopped = _keep(app, asked, reading, source, number)
    finally:
        app.archive.finish(number)
    click.echo(
        f"{asked.file}: {done.mentions} mentions of {asked.brand} taken over as {source}, {done.known} were here already"
        + (f", {done.other} do not speak of it (its query says NOT)" if done.other else "")
        + (f"; {done.theirs} judgements of {asked.tool} kept beside ours" if done.theirs else "")
        + (f"; {faults} rows refused" if faults else "")
        + "."
    )
    if stopped:
        click.echo("Stopped from the page: what was kept stays. The same command goes on from there.", err=True)
    return 1 if faults or stopped else 0


def _keep(app: App, asked: Asked, reading: Reading, source: str, number: int) -> tuple[TakenOver, bool]:
    """Keep the rows, some at a time; what came of it, and whether somebody asked to stop on the way."""
    now, done = reading.now, TakenOver()
    fingerprint = _fingerprint(asked.file)
    collector = app.collector
    some: list[Brought] = []
    seen = 0

    def keep() -> TakenOver:
        state = app.archive.imported(source, asked.brand, now)
        document = paper(source, asked.file.name, fingerprint=fingerprint, first=some[0].number, last=some[-1].number, now=now)
        brought = [(_of(one, document.fingerprint), one.theirs) for one in some]
        return take_over(
            app.archive,
            finder=collector.finder,
            judge=collector.judge,
            state=state,
            document=document,
            rows=brought,
            now=now,
        )

    for _, row in _brought(asked, reading, source, ""):
        if isinstance(row, Brought):
            some.append(row)
        if len(some) == AT_ONCE:
            done += keep()
            seen += len(some)
            some.clear()
            if not app.archive.advance(number, seen, app.clock()):
                return done, True
    return (done + keep() if some else done), False


def _of(one: Brought, document: str) -> Entry:
    return replace(one.entry, document=document)


def _brought(asked: Asked, reading: Reading, source: str, document: str) -> Iterator[tuple[int, Brought | ValueError]]:
    columns: Mapping[str, str] | None = None
    try:
        for number, cells in rows(asked.file):
            if isinstance(cells, BadRow):
                yield number, cells
                continue
            # Each JSON line has names of its own; a table's are those of its heading.
            if columns is None or asked.file.suffix.lower() in {".jsonl", ".ndjson"}:
                columns = known_columns(list(cells), asked.columns if columns is None else _there(asked.columns, cells))
            try:
                yield number, bring(number, cells, columns, reading, source=source, document=document)
            except ValueError as fault:
                yield number, fault
    except ParseError as fault:
        raise click.ClickException(str(fault)) from fault


def _there(chosen: Mapping[str, str], cells: Mapping[str, str]) -> Mapping[str, str]:
    return {ours: theirs for ours, theirs in chosen.items() if theirs in cells}


def _fingerprint(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
