"""A tried query put to work: written into the brand's page, a new version from then on, and asked of everything that is stored."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from listener.app import App
from listener.cli.session import open_app, read_settings
from listener.config.changing import change_query
from listener.core.change import QueryVersion
from listener.core.query import parse_query


def apply(config: Path, brand: str, query: str) -> dict[str, Any]:
    """Change a brand's query and ask the stored entries again, with a progress bar on a terminal; what that came to.

    Killed on the way, the same command goes on where it stopped, and so does the clock; done twice, it changes nothing.
    """
    page = read_settings(config).folder / "brands" / f"{brand}.toml"
    written = change_query(page, query)
    with open_app(config) as app:
        standing = _rematched(app, brand)
    if standing.version != parse_query(query).version:
        raise click.ClickException(f"{page}: the query was changed once more meanwhile; the stored items follow that one")
    return {
        "file": str(page),
        "written": written,
        "version": standing.version,
        "since": standing.since_at.isoformat(),
        "gained": standing.gained,
        "lost": standing.lost,
        "done": standing.is_done,
    }


def _rematched(app: App, brand: str) -> QueryVersion:
    last = app.archive.newest_entry()
    shown = sys.stderr if sys.stderr.isatty() else None
    for step in app.rematch(brand):
        if shown:
            part = min(1.0, (step.matched_to or 0) / max(last, 1))
            click.echo(f"\r  asking the stored items again: {part:4.0%}  +{step.gained} / -{step.lost} ", nl=False, err=True)
    if shown:
        click.echo(err=True)
    standing = app.archive.query_version(brand)
    assert standing is not None, brand
    return standing


def said(applied: dict[str, Any]) -> str:
    """The same in a sentence or two."""
    done = f"The query is version {applied['version']} since {applied['since'][:16].replace('T', ' ')} UTC, in {applied['file']}."
    return f"{done}\nIn the archive: {applied['gained']} mentions more, {applied['lost']} put away."
