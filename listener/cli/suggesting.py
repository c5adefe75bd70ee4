"""`listener query suggest`: exclusions and context words for an ambiguous name, learnt from items that people labelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from listener.cli.label import all_labelled
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app, read_settings
from listener.core.errors import ConfigError, Fault
from listener.core.proposals import Labelled, Proposal, Proposals, joined, propose
from listener.core.query import Item, parse_query


@click.command()
@click.argument("brand")
@click.option(
    "--labelled",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON lines {"text", "title", "about_us": true or false}; by default what you labelled with `listener label`.',
)
@config_option
@json_option
def suggest(brand: str, *, labelled: Path | None, config: Path, as_json: bool) -> None:
    """Propose what to exclude, and in which company the name counts, from items labelled as about the brand or not.

    Each proposal says what it would remove of these items: rightly (not about us) and wrongly (about us). Without --labelled they
    are the brand's mentions of which somebody said `listener label --about-us` or `--not-about-us`.
    """
    settings = read_settings(config)
    queries = {one.brand.key: one.brand.query for one in settings.brands}
    if brand not in queries:
        raise ConfigError([Fault("config/brands", "", f"no brand '{brand}' (there is: {', '.join(queries) or 'none'})")])
    query = parse_query(queries[brand])
    found = propose(query, list(from_archive(config, brand) if labelled is None else read_labelled(labelled)))
    tried = joined(query, found)
    if as_json:
        click.echo(json.dumps({**asdict(found), "query": tried}, ensure_ascii=False, indent=1))
        return
    for line in _said(found, tried, brand):
        click.echo(line)


def from_archive(config: Path, brand: str) -> Iterator[Labelled]:
    """The mentions of a brand of which people say whether they are about it, the latest kept first."""
    with open_app(config) as app:
        for one in all_labelled(app, brand):
            if one.labels.about is not None:
                yield Item(one.entry.title, one.entry.text), one.about


def read_labelled(file: Path) -> Iterator[Labelled]:
    """The labelled items of a JSON lines file; raises ConfigError with the line that is none."""
    for number, line in enumerate(file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _item(json.loads(line))
        except (ValueError, RecursionError) as fault:
            words = str(fault) if isinstance(fault, _RowError) else "not a JSON object in UTF-8"
            raise ConfigError([Fault(str(file), f"line {number}", words)]) from None


class _RowError(ValueError):
    """A line that is no labelled item."""


def _item(row: Any) -> Labelled:
    if not isinstance(row, dict):
        raise _RowError("not a JSON object")
    text, title = row.get("text") or "", row.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str) or not (text or title):
        raise _RowError('"text" and "title" are text, and one of them must be there')
    if not isinstance(row.get("about_us"), bool):
        raise _RowError('"about_us" is true or false')
    return Item(title, text), row["about_us"]


def _said(found: Proposals, tried: str, brand: str) -> Iterator[str]:
    yield f"Labelled: {found.about} about us, {found.elsewhere} not about us."
    if found.lacking:
        yield f"Nothing can be said yet: {found.lacking}."
        return
    if not found.exclusions and found.context is None:
        yield "No phrase tells them apart with any certainty."
        return
    if found.exclusions:
        yield "\nExclude:"
        yield from map(_line, found.exclusions)
    if found.context is not None:
        yield "\nOr count the name only in this company:"
        yield _line(found.context)
    if found.exclusions:
        yield f"\nTry it on everything that is stored: listener query preview {brand} --query '{tried}'"


def _line(one: Proposal) -> str:
    return (
        f"  {one.part}\n      would remove {one.rightly} of {one.elsewhere} rightly, {one.wrongly} of {one.about} wrongly; "
        f"of what goes, at least {one.sure:.0%} is not about us (95 %)"
    )
