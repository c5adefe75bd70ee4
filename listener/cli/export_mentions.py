"""`listener export` of mentions, and of all that is kept of one author."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.core.finding import Wanted
from listener.core.kept import KeptMention
from listener.core.sharing import may_share_words
from listener.core.values import dataclass
from listener.reports.rows import row_of, writer

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which mentions are wanted, and where."""

    file: Path
    form: str
    wanted: Wanted
    since: date | None
    until: date | None


def export_mentions(app: App, asked: Asked) -> int:
    """Write what is wanted, newest said first; says how many, and what a place let nobody hand on."""
    if asked.file.exists():
        raise click.ClickException(f"{asked.file} is there already; nothing was written over it")
    zone = ZoneInfo(app.settings.listener.timezone)
    wanted = replace(asked.wanted, since=_begin(asked.since, zone), until=_begin(asked.until, zone))
    if wanted.brand is not None:
        wanted = replace(wanted, brand=app.brand(wanted.brand).key)
    number = bare = 0
    try:
        with writer(asked.file, asked.form) as write:
            for some in _pages(app, wanted):
                judged = app.archive.judgements([one.id for one in some])
                for one in some:
                    write(row_of(one, judged.get(one.id, ())))
                    number += 1
                    bare += not may_share_words(one.kind)
    except ModuleNotFoundError as fault:
        raise click.ClickException(str(fault)) from fault
    except OSError as fault:
        raise click.ClickException(f"{asked.file}: cannot be written: {fault.strerror or fault}") from fault
    kept_back = f"; of {bare} posts on X only ids, links and judgements, since X lets no words be handed on" if bare else ""
    click.echo(f"{asked.file}: {number} mentions{kept_back}.")
    return 0


def export_author(app: App, words: str) -> int:
    """Print all that is kept of somebody, or of one item, as JSON: what an access request asks for; 1 when nothing is."""
    subject = app.archive.find_subject(words)
    ids = list(app.archive.of_subject(subject))
    found = list(app.archive.entries_by_id(ids))
    spoken: dict[int, list[KeptMention]] = {}
    for entry_id, mention in app.archive.mentions_in(ids):
        spoken.setdefault(entry_id, []).append(mention)
    every = [one for some in spoken.values() for one in some]
    judged = app.archive.judgements([one.id for one in every])
    report: dict[str, Any] = {
        "asked": words,
        "at": app.clock(),
        "authors": subject.authors,
        "items": [
            {
                "kind": one.kind,
                "entry": asdict(one.entry),
                "mentions": [
                    {
                        **row_of(mention, judged.get(mention.id, ()), whole=True),
                        "labels": [asdict(label) for label in app.archive.labels(mention.id)],
                    }
                    for mention in spoken.get(one.id, ())
                ],
            }
            for one in found
        ],
    }
    click.echo(json.dumps(report, ensure_ascii=False, indent=1, default=plain))
    if not found:
        click.echo(f"{words}: nothing of it is here", err=True)
    return 0 if found else 1


def _pages(app: App, wanted: Wanted) -> Iterator[list[KeptMention]]:
    before: tuple[datetime, int] | None = None
    while some := list(app.archive.find(wanted, before=before, limit=_AT_ONCE)):
        yield some
        before = (some[-1].at, some[-1].id)


def _begin(on: date | None, zone: ZoneInfo) -> datetime | None:
    return None if on is None else datetime.combine(on, time(), zone)


def plain(value: object) -> object:
    """What JSON writes of our values; raises TypeError for what it has no word for."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"no JSON for {type(value).__name__}")
