"""`listener prune`: let go of what was kept as long as [retention] says."""

from __future__ import annotations

from pathlib import Path

import click

from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.core.upkeep import Chore


@click.command(short_help="Let go of what was kept as long as [retention] says.")
@config_option
def command(config: Path) -> None:
    """Do now what `listener run` does each day: words older than [retention] allows go, a trace without content stays."""
    with open_app(config) as app:
        if not any(app.settings.retention.days.values()):
            click.echo("Nothing is let go: [retention] keeps everything for ever.")
            return
        click.echo(f"{app.tender.tend(Chore.PRUNE, app.clock()).said}.")
