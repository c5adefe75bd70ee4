"""`listener forget`: take out somebody, or one item, wherever its words stand here."""

from __future__ import annotations

from pathlib import Path

import click

from listener.cli.options import config_option
from listener.cli.session import open_app


@click.command(short_help="Take out somebody, or one item, wherever its words stand.")
@click.argument("subjects", metavar="WHO-OR-WHAT...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do it; without this it only says what would go.")
@config_option
def command(subjects: tuple[str, ...], config: Path, *, yes: bool) -> int:
    """Forget a person (`@handle`, `x:1234567`) or an item (its address, or the place's own id).

    Text, author, address and every kept page that holds them go, also out of digests that were made; a trace without content
    stays, so that counts can say how many are gone and nothing comes back. Mail that was sent is out of reach.
    Exit code 1 when something was not found.
    """
    code = 0
    with open_app(config) as app:
        for words in subjects:
            subject = app.archive.find_subject(words)
            if not subject.entries:
                click.echo(f"{words}: nothing of it is here")
                code = 1
            elif not yes:
                also = f", and everything of {', '.join(subject.authors)}" if subject.authors else ""
                click.echo(f"{words}: {_count(len(subject.entries), 'item')}{also} would go; say --yes to do it")
            else:
                gone = app.archive.forget(subject, app.clock())
                app.archive.sweep()
                click.echo(f"{words}: {_count(gone.entries, 'item')} and {_count(gone.mentions, 'mention')} are gone")
    return code


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
