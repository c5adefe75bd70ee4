"""`listener export`: what is listened to (OPML), what was heard (rows), and what is kept of somebody, for others."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from listener.cli.export_mentions import Asked, export_author, export_mentions
from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.config import load
from listener.config.masking import masked
from listener.config.opml import Group, write_opml
from listener.core.errors import ConfigError, Fault, SourceError
from listener.core.finding import Wanted
from listener.core.model import Source, Tone
from listener.reports.rows import FORMS
from listener.sources import KINDS
from listener.sources import load as load_kind

# Kinds whose place is a feed that any reader can read; their address goes out as it is asked.
_FEEDS = frozenset({"rss", "google-alerts", "google-news", "youtube", "reddit"})
# In the addresses of these, what looks like a key is the name of a place.
_OPEN = frozenset({"google-alerts", "google-news", "youtube"})


@click.command(short_help="For other programs: feeds (OPML), mentions (CSV, Excel …), or all of one author.")
@click.option("--opml", "as_opml", is_flag=True, help="The feeds that are listened to, OPML 2.0, on standard output.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Mentions, to this file: .csv, .xlsx, .jsonl, .parquet."
)
@click.option("--author", metavar="WHO-OR-WHAT", help="All of somebody (`@handle`, `x:1234567`, a name) or of an item, as JSON.")
@click.option("--brand", metavar="KEY", help="Only this brand's; all brands' when left out.")
@click.option("--words", default="", help="Mentions with these words.")
@click.option("--tone", type=click.Choice([one.value for one in Tone]), default=None, help="Mentions of this tone.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Mentions said from this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Mentions said before this day.")
@click.option("--secrets", is_flag=True, help="Also feeds whose address holds what looks like a password or a key.")
@config_option
def command(  # noqa: PLR0917 - each is an option
    out: Path | None,
    author: str | None,
    brand: str | None,
    words: str,
    tone: str | None,
    since: datetime | None,
    until: datetime | None,
    config: Path,
    *,
    as_opml: bool,
    secrets: bool,
) -> int:
    """Hand over the feeds that are listened to, the mentions that were heard, or all that is kept of one person.

    Of feeds: sources that are none (X, Bluesky …) and, without --secrets, those whose address may open a door are left out and
    named on standard error. Of mentions: newest said first, in the form that the file's ending names, with no cell that a
    spreadsheet would run; of posts on X without their words. --author answers a request for access, with everything (exit code
    1: nothing is here).
    """
    if [as_opml, out is not None, author is not None].count(True) != 1:
        raise click.UsageError("Say what: --opml, --out FILE or --author WHO.")
    if author is not None:
        with open_app(config) as app:
            return export_author(app, author)
    if out is not None:
        form = out.suffix.lower().removeprefix(".")
        if form not in FORMS:
            raise click.UsageError(f"--out {out}: its ending names the form: {', '.join(f'.{one}' for one in FORMS)}.")
        wanted = Wanted(brand=brand, words=words, tone=None if tone is None else Tone(tone))
        days = [None if one is None else one.date() for one in (since, until)]
        with open_app(config) as app:
            return export_mentions(app, Asked(file=out, form=form, wanted=wanted, since=days[0], until=days[1]))
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
