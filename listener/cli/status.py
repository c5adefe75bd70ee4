"""`listener status` and `listener sources`: health of the sources, and the ledger behind it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.core.model import SourceState


@click.command()
@config_option
@json_option
def command(config: Path, *, as_json: bool) -> None:
    """Say how every source is doing: last heard, last outcome, next visit."""
    with open_app(config) as app:
        states, now = app.archive.states(), app.clock()
        if as_json:
            click.echo(json.dumps([as_row(one) for one in states], ensure_ascii=False, indent=1))
            return
        zone = ZoneInfo(app.settings.listener.timezone)
        day = app.archive.runs(since=now - timedelta(days=1), until=now + timedelta(seconds=1))
        for one in states:
            click.echo(line(one, now, zone))
        heard = sum(1 for run in day if run.outcome.heard)
        click.echo(f"{len(states)} sources; in the last 24 hours {heard} of {len(day)} visits were heard.")


def line(state: SourceState, now: datetime, zone: ZoneInfo) -> str:
    """One source's health, for a person."""
    run = state.last_run
    if run is None:
        return f"{state.source.key} ({state.source.kind}): not visited yet"
    heard = "never heard" if state.heard_at is None else f"last heard {_moment(state.heard_at, zone)}"
    due = "due now" if state.next_due_at <= now else f"next {_moment(state.next_due_at, zone)}"
    words = f"{state.source.key} ({state.source.kind}): {run.outcome.value}, {heard}, {due}"
    if state.failures:
        words += f"; {state.failures} in a row failed: {run.detail}"
    return words


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def as_row(state: SourceState) -> dict[str, Any]:
    """One source's health, for a program; times in UTC."""
    run = state.last_run
    return {
        "source": state.source.key,
        "brand": state.source.brand,
        "kind": state.source.kind,
        "heard_at": _iso(state.heard_at),
        "next_due_at": _iso(state.next_due_at),
        "failures": state.failures,
        "last_outcome": run.outcome.value if run else None,
        "last_visit_at": _iso(run.started_at) if run else None,
        "detail": run.detail if run else "",
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
