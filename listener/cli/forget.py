"""`listener forget`: take out somebody, or one item, wherever its words stand here."""

from __future__ import annotations

from pathlib import Path

import click

from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.core.deeds import Deed
from listener.core.standing import Post


@click.command(short_help="Take out somebody, or one item, wherever its words stand.")
@click.argument("subjects", metavar="WHO-OR-WHAT...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do it; without this it only says what would go.")
@config_option
def command(subjects: tuple[str, ...], config: Path, *, yes: bool) -> int:
    """Forget a person (`@handle`, `x:1234567`; a name, where the place gives no more) or an item (its address, or its place's id).

    Text, author, address and every kept page that holds them go, also out of digests that were made; a trace without content
    stays, so that counts can say how many are gone and nothing comes back, and the trail of changes says that somebody was
    forgotten, and not who. Mail that was sent is out of reach; bundles of evidence and backups that may hold the words are
    listed, for you to call back or let expire. Exit code 1 when something was not found.
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
                held = app.archive.reports_holding(app.archive.of_subject(subject))
                gone = app.archive.forget(subject, app.clock())
                app.archive.sweep()
                how_many = f"{_count(gone.entries, 'item')} and {_count(gone.mentions, 'mention')}"
                app.archive.note(Deed(who="listener forget", what="forgotten", subject="", after=how_many, at=app.clock()))
                click.echo(f"{words}: {how_many} are gone")
                for report, brand, since, until in held:
                    about = f"{brand}, {since:%Y-%m-%d} to {until:%Y-%m-%d}, report {report}"
                    click.echo(f"  may stand in a bundle that was handed out: {about}")
                for backup in app.archive.standing(app.clock()).of(Post.BACKUP):
                    last = f"{backup.detail.rpartition(' ')[0]} ({backup.seen_at:%Y-%m-%d %H:%M} UTC)"
                    click.echo(f"  stands in backups from before, the last of which is {last}")
    return code


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
