"""`listener check`: what would be listened to, what it may cost, and what is missing; no source is touched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from listener.cli.options import HERE, config_option, json_option
from listener.cli.prices import price_all, say_prices
from listener.config import BrandSettings, Settings, load
from listener.config.masking import masked
from listener.core.errors import SchemaOutOfDate, SourceError, StorageError
from listener.core.model import DigestPlan, Source
from listener.core.query import parse_query
from listener.core.query.tree import Node, Or, Term
from listener.core.schedule import next_daily
from listener.sources import KINDS
from listener.sources import load as load_kind
from listener.sources.guard import Guard
from listener.storage.engine import open_engine
from listener.storage.migrations import require
from listener.understanding import load_analyser
from listener.understanding.words import is_everyday

_LANGUAGES = {"nl": "Dutch", "en": "English"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SOMEWHERE = "1.1.1.1"  # any public address: what is asked is whether the port may be dialled
_NOBODY = {"localhost", "example.org", "example.com"}


@click.command(short_help="Read the configuration and say what would be listened to.")
@click.option("--price", "priced", is_flag=True, help="Ask X how much each of its queries finds: one paid call for each.")
@config_option
@json_option
def command(config: Path, as_json: bool, *, priced: bool) -> None:
    """Read every file of the configuration and say what would be listened to, what it may cost and what is missing.

    No source is touched, unless --price asks X for counts. Exit code 2 when something in the files is wrong; every fault is named
    at once.
    """
    settings = load(config, os.environ, kinds=KINDS)
    load_analyser(settings.understanding.sentiment)
    now = datetime.now(UTC)
    brands = [_row(one, now) for one in settings.brands]
    missing = list(_missing(settings, os.environ))
    doubts = list(_doubts(settings))
    prices = price_all(config) if priced else []
    if as_json:
        found = {
            "brands": brands,
            "database": masked(settings.listener.database),
            "page": settings.listener.base_url,
            "mail": f"{settings.smtp.host}:{settings.smtp.port}",
            "x": {
                "sources": len(_x_sources(settings)),
                "monthly_budget": settings.x.monthly_budget,
                **(
                    {"prices_as_of": settings.x.prices.as_of.isoformat(), "prices": [one.as_row() for one in prices]}
                    if priced
                    else {}
                ),
            },
            "missing": missing,
            "doubts": doubts,
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for brand in brands:
        _say_brand(brand)
    _say_rest(settings)
    say_prices(prices)
    _say_list("Missing", missing, "yellow")
    _say_list("Look again", doubts, "yellow")
    if not missing and not doubts:
        click.secho("Nothing is missing.", fg="green")


def _row(one: BrandSettings, now: datetime) -> dict[str, Any]:
    brand = one.brand
    return {
        "key": brand.key,
        "name": brand.name,
        "language": brand.language,
        "query": _normal(brand.query),
        "owned": [*brand.owned.domains, *brand.owned.accounts],
        "sources": [
            {
                "key": source.key,
                "kind": source.kind,
                "every": _span(source.every),
                "address": _shown(source.address),
                "asks": _asks(source),
            }
            for source in one.sources
        ],
        "digests": [
            {
                "key": plan.key,
                "to": list(plan.to),
                "days": _days(plan.days),
                "language": plan.language,
                "timezone": plan.timezone,
                "next_at": _next(plan, now).isoformat(),
            }
            for plan in one.digests
        ],
    }


def _place(source: Source) -> str:
    """The address that a source's kind makes of its own, "" where that is the same; raises SourceError when it can make none."""
    kind = load_kind(source.kind)
    return str(kind.place(source)) if hasattr(kind, "place") else ""


def _asks(source: Source) -> str:
    try:
        place = _place(source)
    except SourceError:
        return ""  # said under "missing"
    return "" if place == source.address else _shown(place)


def _normal(query: str) -> str:
    """The query as it was understood."""
    return str(parse_query(query))


def _next(plan: DigestPlan, now: datetime) -> datetime:
    zone = ZoneInfo(plan.timezone)
    return next_daily(plan.at, zone, now, plan.days).astimezone(zone)


def _days(days: Sequence[int]) -> str:
    named = {(0, 1, 2, 3, 4, 5, 6): "daily", (0, 1, 2, 3, 4): "weekdays"}
    return named.get(tuple(days)) or "on " + ", ".join(_WEEKDAYS[day] for day in days)


def _span(every: timedelta) -> str:
    minutes = int(every.total_seconds()) // 60
    for size, unit in ((24 * 60, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _shown(address: str) -> str:
    return masked(address) if "://" in address else address


def _x_sources(settings: Settings) -> list[str]:
    return [source.key for source in settings.sources if source.kind == "x"]


def _missing(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """What must still be done before everything in the files can work."""
    guard = Guard(settings.network.networks)
    for one in settings.brands:
        where = f"{settings.folder / 'brands' / one.brand.key}.toml"
        if not one.sources:
            yield f"{where}: nothing is listened to: it has no [[sources]]"
        if not one.digests:
            yield f"{where}: nobody is told: it has no [[digests]]"
        for source in one.sources:
            if fault := _unusable(source, guard):
                yield f"{where}: source {source.key}: {fault}"
    yield from settings.missing(environ)
    paid = _x_sources(settings)
    if paid and not settings.x.monthly_budget:
        yield f"x: monthly_budget is 0, so nothing is bought and {', '.join(paid)} brings nothing"
    yield from _not_kept(settings.listener.database)


def _not_kept(database: str) -> Iterator[str]:
    if database.startswith("sqlite:///") and not Path(database.removeprefix("sqlite:///").partition("?")[0]).exists():
        yield "the database does not exist yet: `listener db upgrade` makes it"
        return
    engine = open_engine(database)
    try:
        require(engine)
    except (SchemaOutOfDate, StorageError) as fault:
        yield str(fault)
    finally:
        engine.dispose()


def _unusable(source: Source, guard: Guard) -> str:
    if "\u2026" in source.address and "://" in source.address:
        return "the … in its address stands for what its place gives you: copy the whole address"
    try:
        place = _place(source) or source.address
        if "://" in place:
            # Names are looked up when they are dialled, and judged again then.
            url = guard.url(place)
            if not guard.allowed:
                guard.addresses(url.host or "", url.port or 0, [_SOMEWHERE])
    except SourceError as fault:
        return str(fault)
    return ""


def _doubts(settings: Settings) -> Iterator[str]:
    """What is allowed, and probably not meant."""
    for one in settings.brands:
        query = parse_query(one.brand.query)
        yield from (f"{one.brand.name}: query: {line}" for line in query.warnings)
        for word in lone_words(query.tree):
            if is_everyday(word):
                yield (
                    f"{one.brand.name}: the word {word} by itself also means other things; narrow it with a second word, "
                    f"with {{{word.title()}}} (only when so written), or with NOT what is not meant"
                )
    if settings.digests:
        smtp = settings.smtp
        if smtp.host in HERE:
            yield f"mail is handed to {smtp.host}:{smtp.port}: is a mail server running there? ([smtp] host)"
        elif smtp.username and smtp.tls == "none":
            yield f'the mail password travels to {smtp.host} in the open: set [smtp] tls = "starttls"'
        domain = smtp.sender.rpartition("@")[2].rstrip("> ")
        if domain in _NOBODY:
            yield f"mail comes from {smtp.sender}: most servers refuse that ([smtp] sender)"
        if urlsplit(settings.listener.base_url).hostname in HERE:
            yield f"links in the mail lead to {settings.listener.base_url}, which works on this machine only ([listener] base_url)"
    yield from _network_doubts(settings)


def _network_doubts(settings: Settings) -> Iterator[str]:
    if settings.sources and not settings.network.contact:
        yield (
            'places we visit cannot reach you: set [network] contact = "you@your-domain.nl" (a mail address or a page); '
            "it travels in the User-Agent, and a place with a complaint writes there instead of shutting us out"
        )
    if any(network.prefixlen == 0 for network in settings.network.networks):
        yield "[network] allow_private lets every address through: the fetch guard is off"


def lone_words(node: Node) -> list[str]:
    """The alternatives of a query that are one word and nothing else; none where the query narrows them down."""
    if isinstance(node, Or):
        return [word for part in node.parts for word in lone_words(part)]
    # {Exact} words tell Apple from apple.
    return list(node.words) if isinstance(node, Term) and len(node.words) == 1 and not node.exact and not node.field else []


def _say_brand(brand: Mapping[str, Any]) -> None:
    language = _LANGUAGES.get(brand["language"], brand["language"])
    click.echo(f"{click.style(brand['name'], bold=True)} ({brand['key']}, {language})")
    click.echo(f"  query    {brand['query']}")
    if brand["owned"]:
        click.echo(f"  owned    {', '.join(brand['owned'])}")
    rows = [(one["key"], one["kind"], f"every {one['every']}", _address(one)) for one in brand["sources"]]
    _say_table("sources", rows)
    _say_table("digests", [_digest_row(one) for one in brand["digests"]])
    click.echo()


def _address(source: Mapping[str, Any]) -> str:
    return f"{source['address']} → {source['asks']}" if source["asks"] else str(source["address"])


def _digest_row(digest: Mapping[str, Any]) -> tuple[str, ...]:
    at = datetime.fromisoformat(digest["next_at"])
    return digest["key"], digest["days"], f"next {at:%a %d %b %H:%M}", digest["timezone"], f"to {', '.join(digest['to'])}"


def _say_table(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(f"  {title if not number else '':8} {cells.rstrip()}")
    if not rows:
        click.echo(f"  {title:8} {click.style('none', fg='yellow')}")


def _say_rest(settings: Settings) -> None:
    sources, paid = settings.sources, _x_sources(settings)
    click.echo(f"In all   {_count(len(settings.brands), 'brand')}, {_count(len(sources), 'source')}, "
               f"{_count(len(settings.digests), 'digest')}")  # fmt: skip
    cost = f"US$ {settings.x.monthly_budget:.2f} a month at most, for {', '.join(paid)}" if paid else "nothing: no X source"
    click.echo(f"X costs  {cost}")
    click.echo(f"Kept in  {masked(settings.listener.database)}")
    click.echo(f"Page at  {settings.listener.base_url}")
    click.echo()


def _say_list(title: str, lines: Sequence[str], colour: str) -> None:
    if lines:
        click.secho(f"{title}:", fg=colour, bold=True)
        for line in lines:
            click.echo(f"  - {line}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
