"""`listener label`: a person's word on a mention, kept beside the machine's."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.cli.why import addresses
from listener.core.errors import ListenerError
from listener.core.kept import KeptMention
from listener.core.labels import LONGEST_NAME, NO, WITHDRAWN, YES, Aspect, Label
from listener.core.model import Intent, Tone
from listener.core.sharing import may_share_words
from listener.core.text import tidy
from listener.understanding.labelled import text_of, toned

_PAGE = re.compile(r"/mentions/([0-9]{1,18})(?:\.json)?/?$")
_BATCH = 200
_TITLE = 60
_WORDS = {
    (Aspect.ABOUT, YES): "about us",
    (Aspect.ABOUT, NO): "not about us",
    (Aspect.ANSWERED, YES): "answered",
    (Aspect.ANSWERED, NO): "not answered",
}


@click.command(name="label")
@click.argument("mention", metavar="ID-OR-URL", required=False)
@click.option(
    "--about-us/--not-about-us", "about", default=None, help="Whether it speaks of the brand; what does not counts nowhere."
)
@click.option("--tone", type=click.Choice([one.value for one in Tone]), help="The tone it really has.")
@click.option("--intent", type=click.Choice([one.value for one in Intent]), help="What it really wants.")
@click.option("--answered/--not-answered", "answered", default=None, help="Whether we answered it.")
@click.option("--withdraw", type=click.Choice([one.value for one in Aspect]), multiple=True, help="Take a word back.")
@click.option("--by", default=None, envvar="LISTENER_BY", metavar="NAME", help="Who says so; your login name by default.")
@click.option("--brand", metavar="KEY", help="Which brand's mention, where an item speaks of several.")
@click.option("--story", is_flag=True, help="Every item of its story, not only this one.")
@click.option("--list", "listed", metavar="BRAND", help="Show what people said of a brand's mentions.")
@click.option("--export", "exported", metavar="BRAND", help="The same tones as JSON lines, as `listener evaluate` reads them.")
@json_option
@config_option
def command(  # noqa: PLR0917 - click passes them by name
    mention: str | None,
    about: bool | None,
    tone: str | None,
    intent: str | None,
    answered: bool | None,
    withdraw: Sequence[str],
    by: str | None,
    brand: str | None,
    listed: str | None,
    exported: str | None,
    config: Path,
    *,
    story: bool,
    as_json: bool,
) -> None:
    """Say what the machine got wrong, or that a mention was answered. Nothing is overwritten: the newest word counts."""
    said = {
        Aspect.ABOUT: None if about is None else YES if about else NO,
        Aspect.TONE: tone,
        Aspect.INTENT: intent,
        Aspect.ANSWERED: None if answered is None else YES if answered else NO,
    }
    words = {aspect: value for aspect, value in said.items() if value is not None}
    if both := [one for one in withdraw if Aspect(one) in words]:
        raise click.UsageError(f"--withdraw {both[0]} and a word on it at once: choose one")
    words |= {Aspect(one): WITHDRAWN for one in withdraw}
    with open_app(config) as app:
        if listed is not None or exported is not None:
            if words or mention is not None or (listed is not None and exported is not None):
                raise click.UsageError("--list and --export show what was said: give them alone")
            key = app.brand(listed or exported or "").key
            for line in _shown(app, key, as_json=as_json) if listed is not None else _exported(app, key):
                click.echo(line)
            return
        if mention is None or not words:
            raise click.UsageError("say which mention (its number or its address), and what of it: see --help")
        name = tidy(getpass.getuser() if by is None else by)
        if len(name) > LONGEST_NAME:
            raise click.UsageError(f"--by: a name has at most {LONGEST_NAME} characters")
        found = _found(app, mention, brand)
        which = [one for one in app.archive.story(found.story) if one.id != found.id] if story and found.story else []
        which = [found, *which]
        now = app.clock()
        app.archive.keep_labels(
            [Label(mention=one.id, aspect=aspect, value=value, by=name, at=now) for one in which for aspect, value in words.items()]
        )
        for one in which:
            click.echo(_done(one, words, name))


def _found(app: App, wanted: str, brand: str | None) -> KeptMention:
    """The one mention that is meant by a number, an address of our page, or an item's own address."""
    wanted = wanted.strip()
    page = _PAGE.search(wanted.partition("?")[0].partition("#")[0])
    number = wanted if wanted.isascii() and wanted.isdigit() else page[1] if page and _ours(app, wanted) else ""
    if number:
        one = app.archive.mention(int(number)) if int(number) < 2**63 else None
        if one is None or brand not in {None, one.judged.mention.brand}:
            raise ListenerError(f"there is no mention {number}{f' of {brand}' if brand else ''}")
        return one
    entries = app.archive.entries_at(list(addresses(wanted)))
    if not entries:
        raise ListenerError(f"no item at {wanted} is stored; `listener why` says who might have shown it")
    # One page may have come through several sources; each is a mention of its own, and the first stands for it.
    by_brand = {one.judged.mention.brand: one for _, one in reversed(app.archive.mentions_in([one.id for one in entries], brand))}
    if not by_brand:
        raise ListenerError(f"the item at {wanted} is stored and mentions {brand or 'no brand'}{' not' if brand else ''}")
    if len(by_brand) > 1:
        raise ListenerError(f"the item at {wanted} mentions {', '.join(sorted(by_brand))}: say which with --brand")
    return next(iter(by_brand.values()))


def _ours(app: App, address: str) -> bool:
    return address.startswith(("/", app.settings.listener.base_url.rstrip("/") + "/"))


def _done(one: KeptMention, words: dict[Aspect, str], name: str) -> str:
    said = ", ".join(_word(aspect, value) for aspect, value in words.items())
    judged = one.judged.judgement
    beside = [f"the machine says {judged.tone.value}"] if Aspect.TONE in words else []
    beside += [f"the machine says {judged.intent.value}"] if Aspect.INTENT in words else []
    says = f", says {name}" if name else ""
    machine = f" ({', '.join(beside)})" if beside else ""
    return f"{one.id}: {said}{says}{machine} — {_title(one)}"


def _word(aspect: Aspect, value: str) -> str:
    if value == WITHDRAWN:
        return f"{aspect.value}: taken back"
    return _WORDS.get((aspect, value), f"{aspect.value} {value}")


def _title(one: KeptMention) -> str:
    words = tidy(one.entry.title or one.judged.mention.excerpt)
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1].rstrip()}…"


def all_labelled(app: App, brand: str | None) -> Iterator[KeptMention]:
    """Every mention that people say something of now, of one brand or all, the latest kept first."""
    before = None
    while some := app.archive.labelled(brand, before=before, limit=_BATCH):
        yield from some
        before = some[-1].id


def _shown(app: App, brand: str, *, as_json: bool) -> Iterator[str]:
    zone, count = ZoneInfo(app.settings.listener.timezone), 0
    for one in all_labelled(app, brand):
        count += 1
        history = app.archive.labels(one.id)
        if as_json:
            yield json.dumps(_row(one, history), ensure_ascii=False)
            continue
        yield f"{one.id}  {_title(one)}"
        for label in history:
            at = label.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            yield f"    {at}  {_word(label.aspect, label.value)}{f', {label.by}' if label.by else ''}"
    if not count and not as_json:
        yield f"Nobody has said anything of a mention of {brand} yet: `listener label ID --tone negative` does."


def _row(one: KeptMention, history: Sequence[Label]) -> dict[str, Any]:
    judged = one.judged.judgement
    return {
        "id": one.id,
        "link": one.entry.link,
        "title": one.entry.title,
        "machine": {"tone": judged.tone.value, "intent": judged.intent.value, "judge": judged.judge},
        "counts": {"tone": one.tone.value, "intent": one.intent.value, "about": one.about, "answered": one.answered},
        "labels": [
            {"aspect": label.aspect.value, "value": label.value, "by": label.by, "at": label.at.isoformat()} for label in history
        ],
    }


def _exported(app: App, brand: str) -> Iterator[str]:
    found = toned(all_labelled(app, brand))
    ours = [one for one in found if may_share_words(one.kind)]
    if kept_back := len(found) - len(ours):
        what = "post stays" if kept_back == 1 else "posts stay"
        click.echo(f"{kept_back} {what} here: X lets no words be handed on. `listener evaluate --archive` counts them.", err=True)
    for one in ours:
        text, label = text_of(one), one.labels.tone
        row = {"id": one.id, "text": text.words, "label": one.tone.value, "lang": text.language, "by": label.by if label else ""}
        yield json.dumps(row, ensure_ascii=False)
