"""`listener search`: the archive by words and filters, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.core.finding import Note, Wanted, read_words
from listener.core.kept import KeptMention
from listener.core.model import Intent, Media, Tone
from listener.core.schedule import day_bounds
from listener.core.text import tidy
from listener.web.addresses import Addresses
from listener.web.twins import mention

_MOST = 1_000  # counted no further; "1,000 or more" says enough
_TITLE = 100
_NOTES: Mapping[Note, str] = {
    Note.CUT: "Only the first 50 words were looked for.",
    Note.NOTHING: "There is no letter, digit or emoji in these words: nothing can be found by them.",
}
_Day = click.DateTime(["%Y-%m-%d"])


@click.command(name="search")
@click.argument("words", nargs=-1, metavar="[WORDS]…")
@click.option("--brand", metavar="KEY", help="Of one brand only.")
@click.option(
    "--tone", type=click.Choice([one.value for one in Tone]), help="Of one tone: a person's word counts before the machine's."
)
@click.option("--intent", type=click.Choice([one.value for one in Intent]), help="Of one intent.")
@click.option("--media", type=click.Choice([one.value for one in Media]), help="From others' places, or the brand's own.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="From this kind of source; may be given more than once.")
@click.option("--language", metavar="CODE", default="", help="In one language, as judged.")
@click.option("--labelled/--not-labelled", default=None, help="Whether a person said anything of it.")
@click.option("--since", type=_Day, metavar="YYYY-MM-DD", help="Said on this day or later.")
@click.option("--until", type=_Day, metavar="YYYY-MM-DD", help="Said before this day.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most so many.")
@json_option
@config_option
def command(
    words: Sequence[str],
    config: Path,
    *,
    brand: str | None,
    tone: str | None,
    intent: str | None,
    media: str | None,
    kinds: tuple[str, ...],
    language: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    labelled: bool | None,
    as_json: bool,
) -> None:
    """Look through the archive, newest first: all of WORDS must be there, in any order; case and accents do not count.

    '"several words"' (quoted for the shell too) are looked for as they stand, 'beginn*' is every word that begins so, and -word,
    after a bare --, leaves out what has it: `listener search pump -- -price`. Without WORDS the filters alone decide.
    """
    with open_app(config) as app:
        if brand is not None:
            app.brand(brand)  # says which there are
        zone = ZoneInfo(app.settings.listener.timezone)
        wanted = Wanted(
            brand=brand,
            words=" ".join(words),
            tone=Tone(tone) if tone else None,
            intent=Intent(intent) if intent else None,
            media=Media(media) if media else None,
            kinds=kinds,
            language=language,
            labelled=labelled,
            since=day_bounds(since.date(), zone)[0] if since else None,
            until=day_bounds(until.date(), zone)[0] if until else None,
        )
        found = app.archive.find(wanted, limit=limit)
        if as_json:
            click.echo(json.dumps([_row(app, one) for one in found], ensure_ascii=False, indent=1))
            return
        for one in found:
            for line in _said(one, zone):
                click.echo(line)
        for line in _ending(app, wanted, len(found)):
            click.echo(line, err=True)


def _row(app: App, one: KeptMention) -> dict[str, Any]:
    addresses = Addresses(app.settings.listener.base_url)
    return dict(mention(one, addresses.whole("mention", id=str(one.id))))


def _said(one: KeptMention, zone: ZoneInfo) -> Iterator[str]:
    """A mention in three lines: when, how and where; what; and its address."""
    entry, found = one.entry, one.judged.mention
    where = entry.outlet or entry.source
    words = (one.tone.value, one.intent.value, found.brand, tidy(where))
    yield f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}  {'  '.join(words)}  (mention {one.id})"
    title = tidy(entry.title or found.excerpt)
    yield f"  {title if len(title) <= _TITLE else f'{title[: _TITLE - 1].rstrip()}…'}"
    if entry.link:
        yield f"  {tidy(entry.link)}"


def _ending(app: App, wanted: Wanted, shown: int) -> Iterator[str]:
    """How many there are in all; what was done to the words; and whether all of the archive can be found yet."""
    note = read_words(wanted.words).note
    if note is not None:
        yield _NOTES[note]
    if not shown:
        yield "Nothing found."
    elif shown > 1 or wanted.words:
        count = app.archive.count_found(wanted, at_most=_MOST)
        of = f"{_MOST:,} or more" if count >= _MOST else f"{count:,}"
        yield f"{shown:,} of {of}, the newest."
