"""`listener db`: the schema, brought up to date only when a person asks."""

from __future__ import annotations

import os
from pathlib import Path

import click

from listener.app.arming import arm
from listener.cli.db_safety import backup_, copy_, restore_
from listener.cli.options import config_option
from listener.cli.session import read_settings
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine, where
from listener.storage.migrations import require, revision, upgrade
from listener.storage.tables import HEAD


@click.group()
def command() -> None:
    """The database: its schema, its health and its safety."""


for _one in (backup_, restore_, copy_):
    command.add_command(_one)


@command.command("upgrade")
@config_option
def upgrade_(config: Path) -> None:
    """Bring the database to this program's schema; one transaction, nothing half-done."""
    arm(os.environ)
    settings = read_settings(config).listener
    address = settings.database
    before, now = upgrade(address)
    if settings.engine == "queue":
        from listener.engines.queue import install  # noqa: PLC0415 - an extra

        if install(address):
            click.echo("The queue has its tables.")
    place = where(open_engine(address))
    if before == now:
        click.echo(f"{place}: schema {now} already, nothing to change.")
    else:
        click.echo(f"{place}: schema {now}{f' (was {before})' if before else ' (new)'}.")
    # Stories of mentions from before there were stories are made in batches: killed in between, the next call goes on.
    with SqlArchive(address) as archive:
        grouped = 0
        while some := archive.group_waiting():
            grouped += some
        if grouped:
            click.echo(f"{grouped} mentions got their story.")
        fill(archive)


@command.command("rebuild")
@config_option
def rebuild(config: Path) -> None:
    """Build the search index and the counts of each hour anew, from the rows; `listener run` may go on meanwhile.

    Killed in between, `listener db upgrade` or `listener run` goes on where it was.
    """
    arm(os.environ)
    with SqlArchive(read_settings(config).listener.database) as archive:
        archive.rebuild()
        fill(archive)


def fill(archive: SqlArchive) -> None:
    """Take mentions that wait into the search index and the counts, in batches."""
    archive.renew(lambda: click.echo("The search index is brought to this program's form: some minutes for each million mentions."))
    filled = 0
    while some := archive.fill_waiting():
        filled += some
    if filled:
        archive.put_in_order()
        click.echo(f"{filled} mentions can be found and are counted.")


@command.command("check")
@config_option
def check(config: Path) -> None:
    """Say which schema the database has, and whether SQLite finds its file whole."""
    engine = open_engine(read_settings(config).listener.database)
    try:
        require(engine)
        found = revision(engine)
        click.echo(f"{where(engine)}: schema {found} (this program needs {HEAD}).")
        if engine.url.get_backend_name() == "sqlite":
            with engine.connect() as connection:
                faults = [row[0] for row in connection.exec_driver_sql("PRAGMA quick_check")]
            if faults != ["ok"]:
                raise click.ClickException("the file is damaged: " + "; ".join(faults[:3]) + ". Restore a backup.")
            click.echo("The file is whole.")
    finally:
        engine.dispose()
