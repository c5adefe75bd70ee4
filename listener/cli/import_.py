"""`listener import`: the feeds of another program's list become sources of a brand, or its archive becomes part of ours."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from listener.cli.import_archive import ENDINGS, Asked, chosen_columns, take_over_file
from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.config import Settings, fields, load
from listener.config.adding import add_sources
from listener.config.fields import slug
from listener.config.masking import masked
from listener.config.opml import Row, read_opml
from listener.core.errors import ConfigError, Fault
from listener.core.model import Source
from listener.core.urls import canonical, host, within
from listener.sources import KINDS


@click.command(name="import", short_help="Take over another program's feeds (OPML) or archive (CSV, Excel, JSON lines).")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--brand", metavar="KEY", help="Whose they become; may be left out while there is one brand.")
@click.option("--name", metavar="WORD", help="An archive: what to call it here; the file's name when left out.")
@click.option(
    "--tool", metavar="WORD", default="another tool", show_default=True, help="An archive: who made it, and judged its tone."
)
@click.option("--dates", "order", type=click.Choice(["dmy", "mdy"]), default=None, help="An archive: what 03/04/2026 means.")
@click.option(
    "--column", "columns", metavar="OURS=THEIRS", multiple=True, help="An archive: a column that goes by a name of its own."
)
@click.option("--skip-faults", is_flag=True, help="An archive: keep the rows that can be read though others cannot.")
@config_option
def command(  # noqa: PLR0917 - each is an option
    file: Path,
    brand: str | None,
    name: str | None,
    tool: str,
    order: str | None,
    columns: tuple[str, ...],
    config: Path,
    *,
    skip_faults: bool,
) -> int:
    """Take over what another program listened to (OPML), or what it heard (CSV, Excel, JSON lines).

    The feeds of an OPML file are added to a brand's page, whose comments and order stay as they are; those that it listens to
    already are passed over and named. The rows of an archive become mentions of the brand, judged by us, with the other
    tool's own tone kept beside ours; they count on the days they are of, and doing it twice adds nothing. Faults are listed by
    row, exit code 1; of an archive nothing is kept then, unless --skip-faults. Nothing is fetched.
    """
    if file.suffix.lower() in ENDINGS:
        with open_app(config) as app:
            key = _brand(app.settings, brand)
            known = slug(name or file.stem) or "archive"
            asked = Asked(
                file=file,
                brand=key,
                name=known,
                tool=tool.strip()[:60] or "another tool",
                order=order or "",
                columns=chosen_columns(columns),
                skip_faults=skip_faults,
            )
            return take_over_file(app, asked)
    settings = load(config, os.environ, kinds=KINDS)
    key = _brand(settings, brand)
    page = settings.folder / "brands" / f"{key}.toml"
    sorted_out = _sort_out(read_opml(file.read_bytes(), str(file)), key, settings)
    if sorted_out.added:
        add_sources(page, [source for source, _ in sorted_out.added], [title for _, title in sorted_out.added])
    for source, title in sorted_out.added:
        click.echo(f"added    {source.key} ({source.kind}): {title or masked(source.address)}")
    for row, there in sorted_out.doubles:
        click.echo(f"skipped  row {row.number}: {row.title or masked(row.address)}: is {there} already")
    for row, why in sorted_out.refused:
        click.echo(f"row {row.number}: {row.title[:80] or 'without a title'}: {why}", err=True)
    added, skipped, refused = len(sorted_out.added), len(sorted_out.doubles), len(sorted_out.refused)
    click.echo(f"{added} added to {page}, {skipped} skipped, {refused} refused.")
    return 1 if refused else 0


@dataclass(slots=True)
class _SortedOut:
    """What becomes of each row."""

    added: list[tuple[Source, str]] = field(default_factory=list)
    doubles: list[tuple[Row, str]] = field(default_factory=list)
    refused: list[tuple[Row, str]] = field(default_factory=list)


def _brand(settings: Settings, wanted: str | None) -> str:
    known = [one.brand.key for one in settings.brands]
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted not in known:
        what = "is missing" if wanted is None else f"there is no brand '{wanted}'"
        raise ConfigError([Fault("--brand", "", f"{what} (there is: {', '.join(known)})")])
    return wanted


def _sort_out(rows: Sequence[Row], brand: str, settings: Settings) -> _SortedOut:
    found = _SortedOut()
    keys = Counter({source.key: 1 for source in settings.sources})
    heard = {_place(source.address): source.key for source in settings.sources if source.brand == brand}
    for row in rows:
        if why := _fault(row):
            found.refused.append((row, why))
        elif there := heard.get(_place(row.address)):
            found.doubles.append((row, there))
        else:
            key = _key(row, keys)
            heard[_place(row.address)] = key
            found.added.append((Source(key=key, brand=brand, kind=kind_of(row.address), address=row.address), row.title))
    return found


def _fault(row: Row) -> str:
    if not row.address:
        return "has no feed (no xmlUrl)"
    try:
        fields.web_address(row.address)
    except ValueError as fault:
        return str(fault)
    return "" if canonical(row.address) else f"'{masked(row.address)}' is not an address that can be visited"


def _place(address: str) -> str:
    return canonical(address) or address


def _key(row: Row, taken: Counter[str]) -> str:
    """A key from the title, or from the host; a number behind it where it is taken. `taken` counts how often each was wanted."""
    first = fields.slug(row.title) or fields.slug(host(row.address)) or "feed"
    key = first
    while taken[key]:
        taken[first] += 1
        key = f"{first[: 63 - len(str(taken[first]))].rstrip('-_')}-{taken[first]}"
    taken[key] += 1
    return key


def kind_of(address: str) -> str:
    """The kind that knows a feed's place best."""
    name, path = host(address), urlsplit(address).path
    if name.startswith(("www.google.", "google.")) and path.startswith("/alerts/feeds/"):
        return "google-alerts"
    if name == "news.google.com" and path.startswith("/rss"):
        return "google-news"
    if within(name, "youtube.com") and path == "/feeds/videos.xml":
        return "youtube"
    if within(name, "reddit.com") and path.rstrip("/").endswith(".rss"):
        return "reddit"
    return "rss"
