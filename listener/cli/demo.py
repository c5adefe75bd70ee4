"""`listener demo`: the whole job on a bundled fictional world, offline."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import FrameType

import click

from listener.cli.digest import write
from listener.cli.inviting import invite
from listener.cli.session import page_of
from listener.core.schedule import instant
from listener.demo.play import ZONE, Played, free_port, play
from listener.web.server import serve


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date:  # noqa: ARG001 - click's signature
    try:
        return datetime.now(ZONE).date() if value is None else date.fromisoformat(value)
    except ValueError as fault:
        raise click.BadParameter(f"'{value}' is not a day; write it as 2026-11-21") from fault


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("listener-demo"),
    show_default=True,
    help="Where everything goes that the demo makes.",
)
@click.option("--no-serve", is_flag=True, help="End when the digest is delivered, instead of serving the page.")
@click.option("--today", callback=_day, metavar="YYYY-MM-DD", help="The morning it is played on; today by default.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366), help="Days of history.")
@click.option("--port", type=click.IntRange(0, 65535), help="The page's port; 8000 by default, or any free one.")
def command(folder: Path, today: date, days: int, port: int | None, *, no_serve: bool) -> None:
    """Let the whole program loose in a fictional world: feeds, Google Alerts, X and mail, all on this machine."""
    where = port or free_port()
    click.echo(f"{days} days in the life of a fictional brand, told by servers on this machine, until {today}.")
    with play(folder, today=today, days=days, port=where, progress=_progress) as played:
        _finish_progress()
        digest = _write_digest(played)
        evidence = _write_evidence(played, today, days)
        _tell(played, digest, evidence)
        if no_serve:
            return
        # A world of fiction on this machine alone: anyone may read it, and who wants to change things has a link for that.
        with serve(page_of(played.app, open_to_readers=True), "127.0.0.1", where) as server:
            click.echo(f"page      {server.url}\neditor    {invite(played.app, page=server.url)}\n\nStop with Ctrl-C.")
            _wait()
    click.echo("Stopped. Everything made lies in " + str(folder))


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r  day {done} of {total}", nl=False, err=True)
    elif done in {1, total} or done % 30 == 0:
        click.echo(f"  day {done} of {total}", err=True)


def _finish_progress() -> None:
    if sys.stderr.isatty():
        click.echo(err=True)


def _write_digest(played: Played) -> Path:
    plan = played.app.plan_for("molenaar")
    return write(played.app, plan, played.on, played.folder / "digest")[0]


def _write_evidence(played: Played, today: date, days: int) -> list[Path]:
    """The evidence report, once a colleague has sorted what came in: what nobody checked says little."""
    from listener.app.evidence import written  # noqa: PLC0415 - it loads what only a report needs
    from listener.demo.colleague import sort_what_came_in  # noqa: PLC0415

    app, since = played.app, today - timedelta(days=days)
    sort_what_came_in(app, played.story, ZONE, since=since, until=today - timedelta(days=1))
    bounds = instant(since, time(0), ZONE), instant(today, time(0), ZONE)
    return written(app, "molenaar", played.folder / "evidence", bounds=bounds, say=lambda words: click.echo(words, err=True))


def _tell(played: Played, digest: Path, evidence: Sequence[Path]) -> None:
    click.echo(
        f"  {played.entries} items heard, {played.mentions} mentions kept, {played.failed} visits failed (the story has them).\n"
    )
    for mail in played.mails:
        click.echo(f"mail      {mail}")
    click.echo(f"digest    {digest}")
    for path in evidence:
        click.echo(f"evidence  {path}")
    click.echo(f"database  {played.database}")


def _wait() -> None:
    """Until Ctrl-C or SIGTERM."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signal's signature
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while not stop.wait(1.0):
        pass
