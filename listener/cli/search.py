"""`listener search`: the archive by words and filters, newest first."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.cli.export_mentions import plain
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.core.finding import MOST_TOKENS, Note, Wanted, read_words
from listener.core.model import Intent, Tone
from listener.core.text import excerpt
from listener.reports.rows import row_of

_MOST = 1_000  # that are counted


@click.command(short_help="Find mentions by words and filters, newest first.")
@click.argument("words", nargs=-1)
@click.option("--brand", metavar="KEY", help="Only this brand's.")
@click.option("--tone", type=click.Choice([one.value for one in Tone]), help="Of this tone.")
@click.option("--intent", type=click.Choice([one.value for one in Intent]), help="With this intent.")
@click.option("--kind", "kinds", metavar="KIND", multiple=True, help="From this kind of source; may be given more than once.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Said from this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Said before this day.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many are shown.")
@json_option
@config_option
def command(  # noqa: PLR0917 - each is an option
    words: tuple[str, ...],
    brand: str | None,
    tone: str | None,
    intent: str | None,
    kinds: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int,
    config: Path,
    *,
    as_json: bool,
) -> int:
    """Find what was said, newest first.

    Every word must be there, in any order; "words in quotes" are a phrase, -word must not be there, pomp* is a beginning. Case and
    accents do not count. Put -- before words that begin with a minus.
    """
    typed = " ".join(words)
    with open_app(config) as app:
        zone = ZoneInfo(app.settings.listener.timezone)
        days = [None if one is None else datetime.combine(one.date(), time(), zone) for one in (since, until)]
        wanted = Wanted(
            brand=None if brand is None else app.brand(brand).key,
            words=typed,
            tone=None if tone is None else Tone(tone),
            intent=None if intent is None else Intent(intent),
            kinds=kinds,
            since=days[0],
            until=days[1],
        )
        found = app.archive.find(wanted, limit=limit)
        note = read_words(typed).note
        if note is Note.CUT:
            click.echo(f"Only the first {MOST_TOKENS} words were looked for.", err=True)
        elif note is Note.NOTHING:
            click.echo("There is no letter, digit or emoji to look for.", err=True)
        if as_json:
            for one in found:
                click.echo(json.dumps(row_of(one, whole=True), ensure_ascii=False, default=plain))
            return 0
        for one in found:
            entry, mention = one.entry, one.judged.mention
            click.echo(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}  {one.tone.value:<8}  {mention.brand}  {entry.outlet}")
            click.echo(f"    {entry.title or excerpt(mention.excerpt, (), limit=100)[0]}")
            if entry.link:
                click.echo(f"    {entry.link}")
        number = app.archive.count_found(wanted, at_most=_MOST)
        click.echo(f"{len(found)} of {'more than ' if number == _MOST else ''}{number} found." if number else "Nothing found.")
    return 0
