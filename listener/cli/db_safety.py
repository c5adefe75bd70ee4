"""`listener db backup`, `restore` and `copy`: a whole archive into a file, back again, and from one database to another."""

from __future__ import annotations

import os
from pathlib import Path

import click

from listener.app.arming import arm
from listener.app.wiring import wall_clock
from listener.cli.options import config_option
from listener.cli.session import read_settings
from listener.core.errors import StorageError
from listener.storage.archive import SqlArchive
from listener.storage.backup import Backup, back_up, restore
from listener.storage.copying import Copied, copy
from listener.storage.engine import open_engine, where

_LARGEST = ("entry", "mention", "document", "digest", "run")


@click.command("backup")
@click.argument("to", type=click.Path(path_type=Path), default=Path())
@config_option
def backup_(to: Path, config: Path) -> None:
    """Write the whole archive to a file, while collecting goes on, and look it through.

    TO is a file that is not there yet, or a folder, in which the file is named by the moment. Only you may read it: it holds
    everything.
    """
    arm(os.environ)
    address = read_settings(config).listener.database
    if to.is_dir():
        ending = "db" if address.startswith("sqlite") else "zip"
        to = to / f"listener-{wall_clock():%Y%m%dT%H%M%SZ}.{ending}"
    made = back_up(address, to)
    click.echo(f"{made.file}: {made.size / 1e6:.1f} MB, schema {made.schema}, {_rows(made)}; looked through, and whole.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
def restore_(file: Path, config: Path) -> None:
    """Bring a backup back to where the configuration says the database is; refuses where one stands already."""
    arm(os.environ)
    address = read_settings(config).listener.database
    found = restore(file, address)
    click.echo(f"{where(open_engine(address))}: {_rows(found)} are back from {file}.")


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@config_option
def copy_(source: str, target: str, config: Path) -> None:  # noqa: ARG001 - every verb takes --config
    """Copy an archive from one database to an empty one, and prove it: rows and fingerprints of every table.

    FROM and TO are addresses as in listener.toml (sqlite:///listener.db, postgresql+psycopg://…), or files of SQLite. Stop
    `listener run` first: what comes in meanwhile is not copied. Then change `database` in listener.toml.
    """
    arm(os.environ)
    old, new = _address(source), _address(target)

    def say(one: Copied) -> None:
        if one.rows:
            click.echo(f"{one.table:<16} {one.rows:>10} rows  {one.fingerprint[:16]}")

    copied = copy(old, new, say)
    with SqlArchive(new) as archive:
        while archive.fill_waiting():
            pass
        archive.put_in_order()
    place = where(open_engine(new))
    click.echo(f"{place}: {sum(one.rows for one in copied)} rows of {len(copied)} tables, the same on both sides.")


def _address(words: str) -> str:
    if "://" in words:
        return words
    if not words.strip():
        raise StorageError("FROM and TO are addresses of databases, or files of SQLite")
    return f"sqlite:///{words}"


def _rows(found: Backup) -> str:
    return ", ".join(f"{found.rows[name]} {_PLURAL[name]}" for name in _LARGEST if name in found.rows)


_PLURAL = {"entry": "entries", "mention": "mentions", "document": "documents", "digest": "digests", "run": "visits"}
