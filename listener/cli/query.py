"""`listener query`: a query checked, tried on what is stored, and carried over from and to other tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listener.cli.applying import apply, said
from listener.cli.check import lone_words
from listener.cli.match import read_query
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.cli.suggesting import suggest
from listener.core.query import Query, parse_query
from listener.core.query.dialects import DIALECTS, Lost, read
from listener.core.query.dialects.to_brandwatch import to_brandwatch
from listener.core.query.dialects.to_google import to_google
from listener.core.query.dialects.to_x import LONGEST, to_x
from listener.core.query.tree import And, Near, Node, Not, Or, Term, printed
from listener.jobs.preview import Preview, Sample
from listener.jobs.preview import preview as previewed
from listener.understanding.words import is_everyday

_MINUS = "\u2212"
_SHORT_STEM = 3  # letters before a * that begin too many words; of fewer the query itself warns

query_file_option = click.option(
    "--query-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file with the query (UTF-8)."
)


@click.group(name="query")
def command() -> None:
    """Check a query, try it on what is stored, or carry it over from and to other tools."""


def given(*said: str | None, query_file: Path | None) -> str:
    """The query as it was given, once: in the command line or in a file."""
    words = [one for one in said if one is not None]
    if len(words) + (query_file is not None) != 1:
        raise click.UsageError("Give either a query or --query-file.")
    return words[0] if query_file is None else read_query(query_file)


_query_option = click.option("--query", "option", metavar="Q", help="The same as Q, as other commands take it.")


@command.command(context_settings={"ignore_unknown_options": True})  # a query may begin with -
@click.argument("query", metavar="Q", required=False)
@_query_option
@query_file_option
@json_option
def check(query: str | None, option: str | None, query_file: Path | None, *, as_json: bool) -> None:
    """Say how a query is understood, and what in it is probably not meant; a fault is exit code 2, with its place."""
    right = parse_query(given(query, option, query_file=query_file))
    terms, warnings = list(dict.fromkeys(_terms(right.tree))), list(dict.fromkeys([*right.warnings, *_warnings(right.tree)]))
    if as_json:
        _say_json({"query": str(right), "version": right.version, "terms": terms, "warnings": warnings})
        return
    click.echo(str(right))
    click.echo(f"version  {right.version}")
    click.echo(f"terms    {', '.join(terms) or 'none'}")
    for warning in warnings:
        click.secho(f"warning  {warning}", fg="yellow")


def _terms(node: Node) -> Iterator[str]:
    if isinstance(node, Term):
        yield printed(node)
    for part in _inside(node):
        yield from _terms(part)


def _inside(node: Node) -> Sequence[Node]:
    if isinstance(node, (And, Or)):
        return node.parts
    if isinstance(node, Near):
        return (node.left, node.right)
    return (node.operand,) if isinstance(node, Not) else ()


def _warnings(node: Node) -> Iterator[str]:
    for word in lone_words(node):
        if is_everyday(word):
            case = word if word != word.lower() else word.title()
            yield (
                f"{word} by itself also means other things: write {{{case}}} to have it only so written, "
                f"add what must be there too ({word} AND …), or exclude what is not meant (NOT …)"
            )
    yield from _wide_stems(node)


def _wide_stems(node: Node) -> Iterator[str]:
    if isinstance(node, Term) and not node.exact and len(node.words) == 1:
        stem, star, rest = node.words[0].partition("*")
        if star and not rest and len(stem) == _SHORT_STEM:
            yield f"{node.words[0]} catches every word that begins with {stem}: write more letters, or the words themselves"
    for part in _inside(node):
        yield from _wide_stems(part)


@command.command(context_settings={"ignore_unknown_options": True})  # a query may begin with -
@click.argument("query", metavar="Q", required=False)
@click.option("--from", "source", type=click.Choice(sorted(DIALECTS)), help="Whose query it is: it is never guessed.")
@click.option("--to", "target", type=click.Choice(["brandwatch", "google-alerts", "x"]), help="Into whose language ours goes.")
@_query_option
@query_file_option
@json_option
def translate(
    query: str | None, option: str | None, source: str | None, target: str | None, query_file: Path | None, *, as_json: bool
) -> None:
    """Carry a query over from another tool, or ours into another tool's language; what is lost on the way is listed.

    With both, it goes from the one to the other through our own language.
    """
    if source is None and target is None:
        raise click.UsageError(f"Say whose query it is: --from {'|'.join(sorted(DIALECTS))}; or where it goes: --to.")
    text = given(query, option, query_file=query_file)
    lost: list[Lost] = []
    if source is None:
        ours = parse_query(text)
    else:
        translation = read(text, DIALECTS[source])
        ours, lost = translation.query, list(translation.lost)
    said = {"query": str(ours)} if target is None else _to(target, ours, lost)
    if as_json:
        _say_json({**said, "lost": [asdict(one) for one in lost]})
        return
    for line in said.get("queries", [said["query"]]):
        click.echo(line)
    if len(said.get("queries", ())) > 1:
        click.echo(f"\nX takes {LONGEST} characters in one query: these {len(said['queries'])} together ask the same.", err=True)
    _say_lost(lost)


def _to(target: str, ours: Query, lost: list[Lost]) -> dict[str, Any]:
    if target == "x":
        whole, queries, cut = to_x(ours)
        lost += cut
        return {"query": whole, "queries": queries, "longest": LONGEST}
    text, cut = (to_google if target == "google-alerts" else to_brandwatch)(ours)
    lost += cut
    return {"query": text}


def _say_lost(lost: Sequence[Lost]) -> None:
    if not lost:
        return
    click.secho("\nNot carried over as it was:", bold=True)
    for one in lost:
        click.echo(f"  column {one.column}: {one.part}")
        click.echo(f"    {one.why}")
        click.echo(f"    {one.effect}")


@command.command()
@click.argument("brand")
@click.option("--query", help="The query to try.")
@query_file_option
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Only what was first seen from this day on.")
@click.option("--limit", type=click.IntRange(0, 1000), default=10, show_default=True, help="How many samples of each kind.")
@click.option("--apply", "is_applied", is_flag=True, help="Then change the brand's query, and ask the whole archive again.")
@config_option
@json_option
def preview(
    brand: str,
    *,
    query: str | None,
    query_file: Path | None,
    since: datetime | None,
    limit: int,
    is_applied: bool,
    config: Path,
    as_json: bool,
) -> None:
    """Try a query for a brand on everything that is stored: what it would gain and lose. Changes nothing without --apply.

    With --apply the query goes into the brand's page (comments stay), is a version of its own from now on, and is asked of the
    whole archive: what it catches becomes a mention, what it does not catch any more is put away. Stopped on the way, the same
    command goes on.
    """
    text = given(query, query_file=query_file)
    with open_app(config) as app:
        zone = ZoneInfo(app.settings.listener.timezone)
        day: date | None = since.date() if since else None
        start = datetime.combine(day, time.min, zone) if day else None
        found = previewed(app.archive, app.brand(brand), text, app.clock(), since=start, samples=limit)
    if not as_json:
        _say_preview(found, zone)
    applied = apply(config, brand, text) if is_applied else None
    if as_json:
        _say_json({**_row(found), **({"applied": applied} if applied else {})})
    elif applied:
        click.echo(f"\n{said(applied)}")


def _row(found: Preview) -> dict[str, Any]:
    return {
        "brand": found.brand,
        "query": found.query,
        "version": found.version,
        "entries": found.read,
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat(),
        "stored": found.stored,
        "matched": found.caught,
        "gained": found.gained,
        "lost": found.lost,
        "per_week": {"stored": round(found.per_week(found.stored), 1), "matched": round(found.per_week(found.caught), 1)},
        "gains": [_sample_row(one) for one in found.gains],
        "losses": [_sample_row(one) for one in found.losses],
    }


def _sample_row(one: Sample) -> dict[str, str]:
    return {"title": one.title, "outlet": one.outlet, "link": one.link, "at": one.at.isoformat(), "clause": one.clause}


def _say_preview(found: Preview, zone: ZoneInfo) -> None:
    click.echo(f"{found.read} stored entries of {found.days:.0f} days: {found.caught} would be mentions, {found.stored} are.")
    click.echo(f"+{found.gained} / {_MINUS}{found.lost}")
    click.echo(f"A week would bring about {found.per_week(found.caught):.0f}; it brings {found.per_week(found.stored):.0f}.")
    for sign, title, samples, number in (("+", "New", found.gains, found.gained), (_MINUS, "Gone", found.losses, found.lost)):
        if samples:
            click.secho(f"\n{title} (the newest {len(samples)} of {number}):", bold=True)
        for one in samples:
            click.echo(f"  {sign} {one.at.astimezone(zone):%Y-%m-%d}  {one.outlet}  {one.title}\n      {one.clause}")


def _say_json(row: dict[str, Any]) -> None:
    click.echo(json.dumps(row, ensure_ascii=False, indent=1))


command.add_command(suggest)
