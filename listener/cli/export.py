"""`listener export`: what is listened to, for other programs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from listener.cli.options import config_option
from listener.config import load
from listener.config.masking import masked
from listener.config.opml import Group, write_opml
from listener.core.errors import ConfigError, Fault, SourceError
from listener.core.model import Source
from listener.sources import KINDS
from listener.sources import load as load_kind

# Kinds whose place is a feed that any reader can read; their address goes out as it is asked.
_FEEDS = frozenset({"rss", "google-alerts", "google-news", "youtube", "reddit"})
# In the addresses of these, what looks like a key is the name of a place.
_OPEN = frozenset({"google-alerts", "google-news", "youtube"})


@click.command(short_help="Hand the feeds to another program: OPML out.")
@click.option("--opml", "as_opml", is_flag=True, help="As a list of feeds, OPML 2.0, on standard output.")
@click.option("--brand", metavar="KEY", help="Only this brand's; all brands' when left out.")
@click.option("--secrets", is_flag=True, help="Also feeds whose address holds what looks like a password or a key.")
@config_option
def command(*, as_opml: bool, brand: str | None, secrets: bool, config: Path) -> int:
    """Write the feeds that are listened to, a folder for each brand.

    Sources that are no feeds (X, Bluesky …) and, without --secrets, feeds whose address may open a door are left out and named on
    standard error.
    """
    if not as_opml:
        raise click.UsageError("Say in which form: --opml.")
    settings = load(config, os.environ, kinds=KINDS)
    known = [one.brand.key for one in settings.brands]
    if brand is not None and brand not in known:
        raise ConfigError([Fault("--brand", "", f"there is no brand '{brand}' (there is: {', '.join(known)})")])
    groups = []
    for one in settings.brands:
        if brand in {None, one.brand.key}:
            feeds = [(source.key, address) for source in one.sources if (address := _feed(source, secrets=secrets))]
            groups.append(Group(one.brand.name, feeds))
    click.echo(write_opml(groups), nl=False)
    return 0


def _feed(source: Source, *, secrets: bool) -> str:
    """The address of a source's feed; "" when it has none to give, which is said."""
    why = ""
    address = ""
    if source.kind not in _FEEDS:
        why = f"{source.kind} is no feed that another program could read"
    else:
        try:
            kind = load_kind(source.kind)
            address = kind.place(source) if hasattr(kind, "place") else source.address
        except SourceError as fault:
            why = fault.detail
    if address and source.kind == "youtube" and "/feeds/" not in address:
        why = "the address of its feed is known when it was visited; write the channel's id instead of its handle"
    if address and not secrets and source.kind not in _OPEN and masked(address) != address:
        why = "its address may open a door; --secrets hands it over"
    if why:
        click.echo(f"left out  {source.key}: {why}", err=True)
    return "" if why else address
