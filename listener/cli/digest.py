"""`listener digest`: preview a day's digest as files, or send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.core.errors import ConfigError, Fault
from listener.core.model import DigestPlan
from listener.core.schedule import day_bounds
from listener.core.snapshot import to_json
from listener.delivery.message import build
from listener.jobs.digest import message_id

# Stands in a preview where the recipient's address will be.
_NOBODY = "you@example.org"


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date | None:  # noqa: ARG001 - click's signature
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as fault:
        raise click.BadParameter(f"'{value}' is not a day; write it as {datetime.now().date()}") from fault  # noqa: DTZ005 - an example


@click.command()
@click.argument("brand")
@click.option("--date", "on", callback=_day, metavar="YYYY-MM-DD", help="The local day it is about; yesterday by default.")
@click.option("--digest", "name", metavar="KEY", help="Which of the brand's digests; the first by default.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write digest.html, .txt, .eml and .json there.")
@click.option("--send", is_flag=True, help="Send it to whoever has not had it yet.")
@config_option
def command(brand: str, on: date | None, name: str | None, out: Path | None, config: Path, *, send: bool) -> int:
    """Show a day's digest, write it to files, or send it once to each recipient."""
    if send and out is not None:
        raise click.UsageError("--out previews and --send sends: choose one")
    with open_app(config) as app:
        plan = app.plan_for(brand, name)
        day = on or app.clock().astimezone(ZoneInfo(plan.timezone)).date() - timedelta(days=1)
        if send:
            return _send(app, plan, day)
        if out is None:
            click.echo(app.preview(plan, day)[1].text)
            return 0
        for path in write(app, plan, day, out):
            click.echo(path)
    return 0


def write(app: App, plan: DigestPlan, on: date, out: Path) -> list[Path]:
    """Write a digest as it is (or will be) sent: .html, .txt, .eml and .json; the paths written."""
    digest, dressed = app.preview(plan, on)
    to = next(iter(plan.to), _NOBODY)
    message = app.digester.message(digest, dressed, to, message_id(plan.key, on, to, app.settings.smtp.sender))
    out.mkdir(parents=True, exist_ok=True)
    files = {
        "digest.html": dressed.html.encode(),
        "digest.txt": dressed.text.encode(),
        "digest.eml": build(message).as_bytes(),
        "digest.json": to_json(digest).encode(),
    }
    for name, body in files.items():
        (out / name).write_bytes(body)
    return [out / name for name in files]


def _send(app: App, plan: DigestPlan, on: date) -> int:
    if not plan.to:
        fault = Fault(f"config/brands/{plan.brand}.toml", "digests", "nobody to send to: add [[digests]] with to = […]")
        raise ConfigError([fault])
    if day_bounds(on, ZoneInfo(plan.timezone))[1] > app.clock():
        # A snapshot is frozen: one of half a day must not stand where the complete one belongs.
        plan = replace(plan, key=f"{plan.key}/so-far")
        click.echo(f"{on} is not over yet: this is the day so far. The complete one goes out as planned.", err=True)
    ended = app.digester.send(plan, app.brand(plan.brand), on)
    for one in ended:
        how = "sent" if not one.error else "will be tried again" if one.again else "given up"
        click.echo(f"{one.recipient}: {how}{f' — {one.error}' if one.error else ''}")
    if not ended:
        click.echo(f"{plan.key} about {on} has gone to everyone already; nothing was sent.")
    return 1 if any(one.error for one in ended) else 0
