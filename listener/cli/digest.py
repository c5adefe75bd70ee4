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
from listener.core.errors import ConfigError, DeliveryError, Fault
from listener.core.mail import EVERY, SO_FAR, Choice, State
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
@click.option(
    "--to", "only", metavar="ADDRESS", help="With --send: to this address alone, as a trial; nobody else gets or misses it."
)
@click.option("--resume", metavar="ADDRESS", help="Send to an address again that left, or that its server did not know.")
@config_option
def command(  # noqa: PLR0917 - click gives them by name
    brand: str,
    on: date | None,
    name: str | None,
    out: Path | None,
    config: Path,
    only: str | None,
    resume: str | None,
    *,
    send: bool,
) -> int:
    """Show a day's digest, write it to files, or send it once to each recipient."""
    if only is not None and not send:
        raise click.UsageError("--to goes with --send")
    if send and out is not None:
        raise click.UsageError("--out previews and --send sends: choose one")
    with open_app(config) as app:
        plan = app.plan_for(brand, name)
        if resume is not None:
            return _resume(app, plan, resume)
        day = on or app.clock().astimezone(ZoneInfo(plan.timezone)).date() - timedelta(days=1)
        if send:
            return _try_out(app, plan, day, only) if only else _send(app, plan, day)
        if out is None:
            digest, dressed = app.preview(plan, day)
            click.echo(app.digester.message(digest, dressed, _NOBODY, "").text)
            return 0
        for path in write(app, plan, day, out):
            click.echo(path)
    return 0


def write(app: App, plan: DigestPlan, on: date, out: Path) -> list[Path]:
    """Write a digest as it is (or will be) sent: .html, .txt, .eml and .json; the paths written."""
    digest, dressed = app.preview(plan, on)
    to = next(iter(plan.to), _NOBODY)
    message = app.digester.message(digest, dressed, to, message_id(plan.key, on, to, app.settings.smtp.sender))
    # What the reader gets, the reader's own links included: those of a preview stand for them, and do nothing.
    out.mkdir(parents=True, exist_ok=True)
    files = {
        "digest.html": message.html.encode(),
        "digest.txt": message.text.encode(),
        "digest.eml": build(message),
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
        plan = replace(plan, key=plan.key + SO_FAR)
        click.echo(f"{on} is not over yet: this is the day so far. The complete one goes out as planned.", err=True)
    ended = app.digester.send(plan, app.brand(plan.brand), on)
    for one in ended:
        how = "sent" if not one.error else "will be tried again" if one.again else "given up"
        click.echo(f"{one.recipient}: {how}{f' — {one.error}' if one.error else ''}")
    if not ended:
        return _sent_before(app, plan, on)
    return 1 if any(one.error and not one.unwanted for one in ended) else 0


def _sent_before(app: App, plan: DigestPlan, on: date) -> int:
    """Say why nothing is to be sent now; 1 when somebody has not had it yet and will be tried again."""
    standing = app.archive.digest(plan.key, on)
    rows = app.archive.deliveries(standing[0]) if standing else ()
    for recipient, state, error in rows:
        why = f" — {error}" if error else ""
        if state == State.WAITING:
            click.echo(f"{recipient}: will be tried again{why}")
        elif state == State.SENDING:
            click.echo(f"{recipient}: in other hands now; should those have died, it is tried again in some minutes")
        elif state != State.SENT:
            click.echo(f"{recipient}: given up{why}")
    if all(state == State.SENT for _, state, _ in rows):
        click.echo(f"{plan.key} about {on} has gone to everyone already; nothing was sent.")
    else:
        click.echo(f"{plan.key} about {on} is not with everyone; nothing was sent now.")
    return 1 if any(state in {State.WAITING, State.SENDING} for _, state, _ in rows) else 0


def _try_out(app: App, plan: DigestPlan, on: date, to: str) -> int:
    """Send a digest as it is now to one address, outside the outbox: a trial must not stand in the way of the real one."""
    digest, dressed = app.preview(plan, on)
    trial = f"{plan.key}/trial/{app.clock().isoformat()}"
    message = app.digester.message(digest, dressed, to, message_id(trial, on, to, app.settings.smtp.sender))
    try:
        app.digester.notifier.send(message)
    except DeliveryError as fault:
        click.echo(f"{to}: {fault}")
        return 1
    click.echo(f"{to}: sent, as a trial")
    return 0


def _resume(app: App, plan: DigestPlan, address: str) -> int:
    was = app.archive.choices(plan.key, [address]).get(address)
    if was is None or was.active:
        click.echo(f"{address} gets {plan.key} as it is; nothing was changed.")
        return 0
    for key in (EVERY, plan.key):
        app.archive.choose(key, address, Choice(language=was.language if key != EVERY else "", reason="resumed"), app.clock())
    click.echo(f"{address} gets {plan.key} again; it was off: {was.reason}")
    return 0
