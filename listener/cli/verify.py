"""`listener verify`: compute a report again from its bundle, and say what differs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from listener.cli.options import json_option
from listener.cli.session import open_app
from listener.core.proving import dossier
from listener.core.values import dataclass
from listener.reports.bundle import Damaged, read
from listener.reports.verifying import Difference, Verified, changed, verify

_NAMED = 20


@dataclass(frozen=True, slots=True)
class Outlived:
    """What was removed since a report was made, by cause, and what it would say without that."""

    causes: tuple[tuple[str, int], ...]
    changes: tuple[Difference, ...]


@click.command(name="verify")
@click.argument("bundle", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=None,
    help="The folder of the archive that it was made from: says what was removed since, and what that changes.",
)
@json_option
def command(bundle: Path, config: Path | None, *, as_json: bool) -> int:
    """Compute every figure of a report again from its bundle alone; exit code 1 when anything differs."""
    try:
        with read(bundle) as opened:
            verified = verify(opened, dossier)
    except Damaged as fault:
        click.echo(json.dumps({"bundle": str(bundle), "same": False, "damaged": str(fault)}) if as_json else f"{bundle}: {fault}")
        return 1
    outlived = _outlived(verified, config) if config is not None else None
    said: dict[str, Any] = {
        "bundle": str(bundle),
        "report": verified.report,
        "brand": verified.brand,
        "sha256": verified.sha256,
        "figures": verified.figures,
        "mentions": verified.mentions,
        "same": not verified.differences,
        "differences": [asdict(one) for one in verified.differences],
    }
    if outlived is not None:
        said["since"] = {"removed": dict(outlived.causes), "changes": [asdict(one) for one in outlived.changes]}
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else _told(verified, outlived))
    return 1 if verified.differences else 0


def _outlived(verified: Verified, config: Path) -> Outlived:
    with open_app(config) as app:
        gone = app.archive.gone(verified.brand, after=verified.observed.made_at)
    there = set(verified.observed.table.id)
    mine = {id_: cause for id_, cause in gone.items() if id_ in there}
    causes: dict[str, int] = {}
    for cause in mine.values():
        causes[cause.value] = causes.get(cause.value, 0) + 1
    return Outlived(causes=tuple(sorted(causes.items())), changes=tuple(changed(verified, set(mine), dossier)) if mine else ())


def _told(verified: Verified, outlived: Outlived | None) -> str:
    lines = [f"report {verified.report[:16]} about {verified.brand}: {verified.mentions} mentions, {verified.figures} figures"]
    if verified.differences:
        lines.append(f"It differs from what its own rows say, in {len(verified.differences)} places:")
        lines += [f"  {one.where}: the report says {one.said}, its rows say {one.found}" for one in verified.differences[:_NAMED]]
    else:
        lines.append("Every figure was computed again from the bundle alone, and is the same.")
    if outlived is not None:
        if not outlived.causes:
            lines.append("Nothing of it was removed from the archive since.")
        else:
            why = ", ".join(f"{number} {cause}" for cause, number in outlived.causes)
            lines.append(f"Removed from the archive since: {why}.")
            lines += [f"  without them {one.where} is {one.found}, and was {one.said}" for one in outlived.changes[:_NAMED]]
            if not outlived.changes:
                lines.append("  No figure and no verdict is another without them.")
    return "\n".join(lines)
