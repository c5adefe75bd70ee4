"""`listener editor`: who may change things on the page."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.cli.inviting import invite
from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.core.access import fit_name
from listener.core.deeds import Deed
from listener.core.errors import ListenerError
from listener.core.text import tidy


@click.group(name="editor")
def command() -> None:
    """Who may change things on the page; whoever has a link that was shared can read, and needs no name."""


@command.command()
@click.argument("name")
@click.option("--brand", "brands", multiple=True, metavar="KEY", help="Only this brand; may be given several times.")
@config_option
def add(name: str, brands: Sequence[str], config: Path) -> None:
    """Invite NAME: prints a one-time link to set a password with."""
    with open_app(config) as app:
        called = _fit(name)
        for brand in brands:
            app.brand(brand)
        if app.archive.editor(called) is not None:
            raise ListenerError(f"there is an editor {called} already: `listener editor reset` makes a new link")
        _print(app, called, brands, "editor invited")


@command.command()
@click.argument("name")
@config_option
def reset(name: str, config: Path) -> None:
    """A new one-time link for NAME, whose password is lost; the old one works until the link is used."""
    with open_app(config) as app:
        there = app.archive.editor(name)
        if there is None:
            raise ListenerError(f"there is no editor {tidy(name)} (there is: {_names(app)})")
        _print(app, there[0].name, there[0].brands, "password reset")


@command.command()
@click.argument("name")
@config_option
def remove(name: str, config: Path) -> None:
    """Let NAME in no more, from this moment on; what they said and did stays."""
    with open_app(config) as app:
        if not app.archive.dismiss(name):
            raise ListenerError(f"there is no editor {tidy(name)} (there is: {_names(app)})")
        _note(app, tidy(name), "editor removed")
        click.echo(f"{tidy(name)} is signed out everywhere and cannot sign in any more.")


@command.command(name="list")
@config_option
def list_(config: Path) -> None:
    """Everybody who may sign in."""
    with open_app(config) as app:
        zone = ZoneInfo(app.settings.listener.timezone)
        for one in app.archive.editors():
            since = one.made_at.astimezone(zone).strftime("%Y-%m-%d")
            click.echo(f"{one.name}: {', '.join(one.brands) or 'every brand'}, since {since}")
        if not app.archive.editors():
            click.echo("Nobody can sign in yet: `listener editor add NAME` makes a one-time link.")


def _fit(name: str) -> str:
    called = tidy(name)
    if not fit_name(called):
        raise ListenerError("a name has 1 to 100 letters")
    return called


def _print(app: App, name: str, brands: Sequence[str], what: str) -> None:
    link = invite(app, name, brands)
    _note(app, name, what)
    click.echo(f"For {name}, once, within 24 hours:\n{link}")


def _note(app: App, name: str, what: str) -> None:
    app.archive.note(Deed(who=getpass.getuser(), what=what, subject=name, at=app.clock()))


def _names(app: App) -> str:
    return ", ".join(one.name for one in app.archive.editors()) or "none"
