"""`listener evidence`: the report as files, an editor's notes on it, what is to be checked, and the lists that it is made with."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.app.evidence import written
from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.core.dossier import Note
from listener.core.errors import ListenerError
from listener.core.evidence import LONGEST, LONGEST_NOTE, SealedNote, last_days, seal_note
from listener.core.labels import LONGEST_NAME
from listener.core.listed import List, Mark, RowFault, key_of, read_code_words, read_relations, read_sales
from listener.core.observed import ANSWERS, Check, Question
from listener.core.schedule import day_bounds

_PERIOD = re.compile(r"(\d{1,4})([dwmy])")
_UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}
_SHOWN = 20


class _Group(click.Group):
    """`listener evidence BRAND …` makes a report; `listener evidence note …` and its like are verbs of their own."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            return "make", self.commands["make"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, name="evidence", no_args_is_help=True)
def command() -> None:
    """Make the evidence report of a brand: `listener evidence BRAND --out DIR`."""


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date | None:  # noqa: ARG001 - click's signature
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError as fault:
        raise click.BadParameter(f"'{value}' is not a day; write it as 2026-11-21") from fault


@command.command(name="make", hidden=True)
@click.argument("brand")
@click.option("--since", callback=_day, metavar="YYYY-MM-DD", help="The first day it is about.")
@click.option("--until", callback=_day, metavar="YYYY-MM-DD", help="The first day it is not about any more; today by default.")
@click.option("--period", metavar="90d|13w|3m|1y", help="How long it is about, instead of --since; 90 days by default.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where the files go; . by default.")
@click.option("--language", type=click.Choice(["nl", "en"]), help="Of the report; the listener's own by default.")
@click.option("--report", metavar="ID", help="One that was made before, as it was.")
@click.option("--send", is_flag=True, help="Send last month's report to whoever [evidence] names, and has not had it yet.")
@config_option
def make(  # noqa: PLR0917 - click gives them by name
    brand: str,
    since: date | None,
    until: date | None,
    period: str | None,
    out: Path | None,
    language: str | None,
    report: str | None,
    config: Path,
    *,
    send: bool,
) -> int:
    """Write evidence.html, .pdf, .json and the bundle of a brand's report."""
    with open_app(config) as app:
        app.brand(brand)
        if send:
            return _send(app, brand)
        folder = out or Path()
        if report is not None:
            standing = app.archive.evidence(report)
            if standing is None or standing.brand != brand:
                raise ListenerError(f"there is no report {report} about {brand} in the archive")
            paths = written(app, brand, folder, standing=standing, language=language, say=_aside)
        else:
            bounds = _bounds(app, since, until, period)
            paths = written(app, brand, folder, bounds=bounds, language=language, say=_aside)
        for path in paths:
            click.echo(path)
    return 0


def _aside(words: str) -> None:
    click.echo(words, err=True)


def _bounds(app: App, since: date | None, until: date | None, period: str | None) -> tuple[datetime, datetime]:
    zone = ZoneInfo(app.settings.listener.timezone)
    days = 90
    if period is not None:
        if since is not None:
            raise click.UsageError("--period and --since say the same: choose one")
        found = _PERIOD.fullmatch(period.strip())
        days = int(found[1]) * _UNITS[found[2]] if found else 0
        if not days:
            raise click.BadParameter(f"'{period}' is not a period: write 90d, 13w, 3m or 1y", param_hint="--period")
    end = last_days(1, app.clock(), zone)[1] if until is None else day_bounds(until, zone)[0]
    begin = day_bounds(end.astimezone(zone).date() - timedelta(days=days), zone)[0] if since is None else day_bounds(since, zone)[0]
    if begin >= end:
        raise click.UsageError(f"--since comes before --until, and {begin.astimezone(zone).date()} does not")
    if end - begin > LONGEST:
        raise click.UsageError(f"a report is about {LONGEST.days} days at most")
    if begin > app.clock():
        raise click.UsageError("nothing can be said of days that have not begun")
    return begin, end


def _send(app: App, brand: str) -> int:
    plan = app.evidence_plan(brand)
    if not plan.to:
        raise ListenerError(f"nobody to send to: add to = […] under [evidence] in config/brands/{brand}.toml")
    ended = app.evidencer.send(plan, app.brand(brand))
    for one in ended:
        how = "sent" if not one.error else "will be tried again" if one.again else "given up"
        click.echo(f"{one.recipient}: {how}{f' — {one.error}' if one.error else ''}")
    if not ended:
        click.echo("Nothing was sent: last month's report has gone to everyone, or its day has not come.")
    return 1 if any(one.error and not one.unwanted for one in ended) else 0


@command.command(name="note")
@click.argument("brand")
@click.argument("about", metavar="OBJECTION-OR-FIGURE")
@click.argument("words", required=False)
@click.option("--by", default=None, envvar="LISTENER_BY", metavar="NAME", help="Who says so; your login name by default.")
@click.option("--withdraw", is_flag=True, help="Take the note back.")
@config_option
def note(brand: str, about: str, words: str | None, by: str | None, config: Path, *, withdraw: bool) -> None:
    """Put a person's word beside a figure or an objection, dated and signed; the machine's own stays as it is."""
    if withdraw == (words is not None):
        raise click.UsageError("give the words of the note, or --withdraw")
    text = (words if words is not None else "").strip()
    name = (by or _login()).strip()
    if not withdraw and (not text or len(text) > LONGEST_NOTE):
        raise click.UsageError(f"a note has 1 to {LONGEST_NOTE} characters")
    if not name or len(name) > LONGEST_NAME:
        raise click.UsageError(f"--by is a name of 1 to {LONGEST_NAME} characters")
    with open_app(config) as app:
        app.brand(brand)
        _know(brand, about)
        said = Note(about=about, text=text, by=name, at=app.clock())
        app.archive.keep_note(brand, SealedNote(note=said, seal=seal_note(app.links.secret, brand, said)))
        click.echo(
            f"{'taken back' if withdraw else 'kept'}: {about}, by {name}. It stands in every report that is made from now on."
        )


def _know(brand: str, about: str) -> None:
    from listener.core.proving import OBJECTIONS  # noqa: PLC0415 - only notes need them

    known = [one.key for one in OBJECTIONS]
    if about not in known and not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", about):
        raise click.UsageError(f"'{about}' is no objection and no figure of {brand}; objections are {', '.join(known)}")


@command.command(name="notes")
@click.argument("brand")
@config_option
def notes(brand: str, config: Path) -> None:
    """Show what people noted on a brand's figures and objections."""
    with open_app(config) as app:
        app.brand(brand)
        for one in app.archive.notes(brand):
            said = one.note
            click.echo(f"{said.at:%Y-%m-%d %H:%M}  {said.about}  {said.by}: {said.text or '(taken back)'}")


@command.command(name="relations")
@click.argument("brand")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@config_option
def relations(brand: str, file: Path, config: Path) -> int:
    """Bring a list of customers and suppliers (CSV: name, domain, handle, kind). Only keyed hashes of it are kept."""
    with open_app(config) as app:
        app.brand(brand)
        read = read_relations(_text(file), key_of(app.links.secret, brand, List.RELATIONS))
        return _list(app, brand, file, List.RELATIONS, read)


@command.command(name="codewords")
@click.argument("brand")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@config_option
def codewords(brand: str, file: Path, config: Path) -> int:
    """Bring a list of code words, one a line. Only keyed hashes are kept; they are matched here and never sent anywhere."""
    with open_app(config) as app:
        app.brand(brand)
        read = read_code_words(_text(file), key_of(app.links.secret, brand, List.CODE_WORDS))
        return _list(app, brand, file, List.CODE_WORDS, read)


def _list(app: App, brand: str, file: Path, list_: List, read: tuple[Sequence[Mark], Sequence[RowFault]]) -> int:
    marks, faults = read
    _tell(file, faults)
    if not marks:
        raise ListenerError(f"{file}: nothing in it could be used, so the list stays as it was")
    app.archive.keep_list(brand, list_, marks, app.clock())
    rows = len({one.number for one in marks})
    click.echo(f"{rows} rows kept as hashes, {len(faults)} left out. You can delete {file}: nobody can read it here.")
    return 1 if faults else 0


@command.command(name="conversions")
@click.argument("brand")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@config_option
def conversions(brand: str, file: Path, config: Path) -> int:
    """Bring what your web statistics or CRM say came of it (CSV: date, euros, what, mention); importing twice counts once."""
    with open_app(config) as app:
        app.brand(brand)
        sales, faults = read_sales(_text(file))
        _tell(file, faults)
        new = app.archive.keep_sales(brand, sales)
        click.echo(f"{new} rows kept, {len(sales) - new} were known already, {len(faults)} left out.")
        return 1 if faults else 0


def _text(file: Path) -> str:
    if file.stat().st_size > 64 * 1024 * 1024:
        raise ListenerError(f"{file}: is too large to be a list")
    return file.read_bytes().decode("utf-8-sig", "replace")


def _tell(file: Path, faults: Sequence[RowFault]) -> None:
    for one in faults[:_SHOWN]:
        click.echo(f"{file}: row {one.row}: {one.what}", err=True)
    if len(faults) > _SHOWN:
        click.echo(f"{file}: and {len(faults) - _SHOWN} more", err=True)


@command.command(name="sample")
@click.argument("brand")
@config_option
def sample(brand: str, config: Path) -> None:
    """Show what of the weekly samples waits for a person's word; label it with `listener label` or on the page."""
    with open_app(config) as app:
        app.brand(brand)
        base = app.settings.listener.base_url.rstrip("/")
        waiting = app.unchecked(brand)
        for one in waiting:
            title = " ".join((one.entry.title or one.judged.mention.excerpt).split())[:70]
            click.echo(f"{one.id:>8}  {title}  {base}/mentions/{one.id}")
        if sys.stdout.isatty() or not waiting:
            click.echo(f"{len(waiting)} of the sample wait for a label.")


@command.command(name="check")
@click.argument("mention", type=click.IntRange(1))
@click.argument("question", type=click.Choice([one.value for one in Question]))
@click.argument("answer")
@click.option("--by", default=None, envvar="LISTENER_BY", metavar="NAME", help="Who says so; your login name by default.")
@config_option
def check(mention: int, question: str, answer: str, by: str | None, config: Path) -> None:
    """Answer a question about a mention that only the dossier asks: market, worth, claim or leak."""
    asked = Question(question)
    if answer not in ANSWERS[asked]:
        raise click.UsageError(f"{question}: answer {', '.join(ANSWERS[asked])}")
    with open_app(config) as app:
        said = Check(mention=mention, question=asked, answer=answer, by=(by or _login())[:LONGEST_NAME], at=app.clock())
        if app.archive.keep_checks([said]):
            raise ListenerError(f"there is no mention {mention}")
        click.echo(f"kept: {question} of {mention} is {answer}")


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
