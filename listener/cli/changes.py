"""`listener changes`: who changed what on the page and by the command line."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.core.deeds import Deed
from listener.core.text import tidy


@click.command(name="changes")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many, the latest first.")
@json_option
@config_option
def command(limit: int, config: Path, *, as_json: bool) -> None:
    """Say who changed what, the latest first: queries, sources, digests, editors, shared links."""
    with open_app(config) as app:
        zone, deeds = ZoneInfo(app.settings.listener.timezone), app.archive.deeds(limit=limit)
        for deed in deeds:
            click.echo(json.dumps(_row(deed), ensure_ascii=False) if as_json else _line(deed, zone))
        if not deeds and not as_json:
            click.echo("Nothing was changed here yet.")


def _line(deed: Deed, zone: ZoneInfo) -> str:
    at = deed.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    stood = " -> ".join(tidy(one) or "nothing" for one in (deed.before, deed.after)) if deed.before or deed.after else ""
    return f"{at}  {tidy(deed.who)}: {deed.what}, {tidy(deed.subject)}{f'  [{stood}]' if stood else ''}"


def _row(deed: Deed) -> dict[str, str | int]:
    return {
        "id": deed.id,
        "at": deed.at.isoformat(),
        "who": deed.who,
        "what": deed.what,
        "subject": deed.subject,
        "before": deed.before,
        "after": deed.after,
    }
