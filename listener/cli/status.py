"""`listener status` and `listener sources`: health of the sources, and the ledger behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listener.cli.covering import cover_lines, cover_row, purse_lines
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.config.masking import masked
from listener.core.ledger import SIGNS, Hearing, by_source, hearing, last_days
from listener.core.mail import EVERY
from listener.core.schedule import silence
from listener.core.visits import LedgerDay, SourceState

# Days that the calendar shows.
_DAYS = 14
_LEGEND = {
    Hearing.HEARD: "heard",
    Hearing.PARTLY: "heard in part",
    Hearing.NOT: "not heard",
    Hearing.NONE: "no attempt",
}


@click.command()
@config_option
@json_option
def command(config: Path, *, as_json: bool) -> None:
    """Say how every source is doing: last heard, last outcome, next visit, and each of the last fourteen days."""
    with open_app(config) as app:
        states, now = app.archive.states(), app.clock()
        zone = ZoneInfo(app.settings.listener.timezone)
        bounds = last_days(now, zone, _DAYS)
        days = by_source(app.archive.ledger(bounds))
        if as_json:
            rows = [
                as_row(one, now, bounds, days.get(one.source.key, {})) | cover_row(app.archive, one.source.key, now)
                for one in states
            ]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        day = app.archive.ledger([(now.date(), now - timedelta(days=1), now + timedelta(seconds=1))])
        for one in states:
            click.echo(line(one, now, zone))
            for more in calendar(bounds, days.get(one.source.key, {})):
                click.echo(f"    {more}")
            for more in cover_lines(app.archive, one.source.key, now, zone):
                click.echo(f"    {more}")
        visits = sum(one.attempts for one in day)
        heard = visits - sum(one.failed for one in day)
        if states:
            signs = ", ".join(f"{SIGNS[one]} {word}" for one, word in _LEGEND.items())
            click.echo(f"The last {_DAYS} days, today last: {signs}.")
        for more in purse_lines(app, now, zone):
            click.echo(more)
        for key, address, reason, since in app.archive.switched_off():
            what = "no mail at all" if key == EVERY else f"no {key}"
            click.echo(f"{address} gets {what} since {since.astimezone(zone):%d %b %Y}: {reason}")
        click.echo(f"{len(states)} sources; in the last 24 hours {heard} of {visits} visits were heard.")


def line(state: SourceState, now: datetime, zone: ZoneInfo) -> str:
    """One source's health, for a person."""
    run = state.last_run
    if run is None:
        return f"{state.source.key} ({state.source.kind}): not visited yet"
    heard = "never heard" if state.heard_at is None else f"last heard {_moment(state.heard_at, zone)}"
    due = "due now" if state.next_due_at <= now else f"next {_moment(state.next_due_at, zone)}"
    if state.rested_at is not None:
        due = f"resting since {_moment(state.rested_at, zone)}, until its entry in the brand's file changes"
    words = f"{state.source.key} ({state.source.kind}): {run.outcome.value}, {heard}, {due}"
    if state.failures:
        words += f"; {state.failures} in a row failed: {run.detail}"
    if state.note:
        words += f"; {masked(state.note)}"
    if found := silence(state.recent, now):
        words += f"; silent for {found.lasting.days} days, {_usually(found.per_day)}"
    return words


def _usually(per_day: float) -> str:
    """How often a source used to speak, in whole numbers."""
    for days, word in ((1, "day"), (7, "week"), (30, "month")):
        if per_day * days >= 1:
            return f"usually {per_day * days:.0f} a {word}"
    return f"usually one in {1 / per_day:.0f} days"


def calendar(bounds: Sequence[tuple[date, datetime, datetime]], days: Mapping[date, LedgerDay]) -> Iterator[str]:
    """The days as signs, and why the latest of them that has a hole has it."""
    yield "".join(SIGNS[hearing(days.get(on))] for on, _, _ in bounds)
    holes = [days[on] for on, _, _ in bounds if on in days and days[on].failed]
    if holes:
        last = holes[-1]
        why = f"{last.outcome.value if last.outcome else 'failed'}: {last.detail}".rstrip(": ")
        yield f"{last.on}: {last.failed} of {last.attempts} attempts not heard ({why})"


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def as_row(
    state: SourceState, now: datetime, bounds: Sequence[tuple[date, datetime, datetime]], days: Mapping[date, LedgerDay]
) -> dict[str, Any]:
    """One source's health, for a program; times in UTC, days local."""
    run, silent = state.last_run, silence(state.recent, now)
    return {
        "source": state.source.key,
        "brand": state.source.brand,
        "kind": state.source.kind,
        "heard_at": _iso(state.heard_at),
        "next_due_at": _iso(state.next_due_at),
        "rested_at": _iso(state.rested_at),
        "failures": state.failures,
        "last_outcome": run.outcome.value if run else None,
        "last_visit_at": _iso(run.started_at) if run else None,
        "detail": run.detail if run else "",
        "note": masked(state.note),
        "silent": {"days": silent.lasting.days, "usual_per_day": round(silent.per_day, 3)} if silent else None,
        "days": [_day_row(on, days.get(on)) for on, _, _ in bounds],
    }


def _day_row(on: date, day: LedgerDay | None) -> dict[str, Any]:
    return {
        "on": on.isoformat(),
        "state": hearing(day).value,
        "attempts": day.attempts if day else 0,
        "failed": day.failed if day else 0,
        "new_entries": day.entries if day else 0,
        "new_mentions": day.mentions if day else 0,
        "outcome": day.outcome.value if day and day.outcome else None,
        "detail": day.detail if day else "",
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
