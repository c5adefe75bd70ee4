"""`listener resume`: a person says that buying on X goes on."""

from __future__ import annotations

from pathlib import Path

import click

from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.sources.x_api import resume


@click.command(short_help="Say that buying on X goes on.")
@config_option
def command(config: Path) -> None:
    """End every halt of buying on X: after credits were bought, a limit was raised, or a change of X's format was looked at.

    Fields that were missing from X's posts may then stay away. The next visit buys again, within the budget.
    """
    with open_app(config) as app:
        ended = resume(app.archive, app.clock())
    click.echo(f"Buying on X goes on ({ended} {'halt' if ended == 1 else 'halts'} ended)." if ended else "Nothing stood still.")
