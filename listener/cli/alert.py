"""`listener alert`: what was told to whom, and a trial for each target."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.core.errors import ConfigError, Fault

_CHANNEL = "channel:"


@click.command()
@click.argument("target", required=False)
@click.option(
    "--test", is_flag=True, help="Send a trial to TARGET (an address or a channel's key), or to every target of every alert."
)
@click.option("--list", "listed", is_flag=True, help="The rules, and the latest alerts with how each target got them.")
@config_option
def command(target: str | None, config: Path, *, test: bool, listed: bool) -> int:
    """Say which alerts there are and what they told, or try their targets out."""
    if test == listed:
        raise click.UsageError("choose one: --test or --list")
    if target is not None and not test:
        raise click.UsageError("TARGET goes with --test")
    with open_app(config) as app:
        return _test(app, target) if test else _list(app)


def _test(app: App, target: str | None) -> int:
    failed = told = 0
    for rule in app.settings.alerts:
        if target is not None and not {target, _CHANNEL + target} & set(rule.to):
            continue
        for id_ in app.watcher.test(rule, app.brand(rule.brand), target):
            for one in app.watcher.send(id_):
                told += 1
                failed += bool(one.error)
                click.echo(f"{rule.key} to {one.recipient.removeprefix(_CHANNEL)}: {one.error or 'sent'}")
    if not told:
        known = sorted({one.removeprefix(_CHANNEL) for rule in app.settings.alerts for one in rule.to})
        what = f"no alert goes to '{target}' (there is: {', '.join(known) or 'none'})" if target else "there are no [[alerts]]"
        raise ConfigError([Fault("config/brands", "alerts", what)])
    return 1 if failed else 0


def _list(app: App) -> int:
    zone = ZoneInfo(app.settings.listener.timezone)
    for rule in app.settings.alerts:
        quiet = f", not between {rule.quiet[0]:%H:%M} and {rule.quiet[1]:%H:%M}" if rule.quiet else ""
        click.echo(f"{rule.key}: {rule.watch} to {', '.join(one.removeprefix(_CHANNEL) for one in rule.to)}{quiet}")
    if not app.settings.alerts:
        click.echo("There are no [[alerts]] in config/brands.")
    for _, alert, rows in app.archive.alerts(limit=20):
        size = "" if alert.stage == "test" else f" {alert.size}"
        click.echo(f"{alert.raised_at.astimezone(zone):%Y-%m-%d %H:%M}  {alert.rule}: {alert.stage}{size}")
        for to, state, error in rows:
            click.echo(f"    {to.removeprefix(_CHANNEL)}: {state}{f' — {error}' if error else ''}")
    return 0
