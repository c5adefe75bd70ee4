"""An alert in words: a subject and a plain text, in Dutch and English, in which others' words call nobody and hide nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from listener.core.alert import SINCE, Alert, Line, Note, Stage, Watch
from listener.core.alert_text import defused
from listener.core.urls import safe
from listener.reports import words
from listener.reports.locale import Locale, load


def note(alert: Alert, id_: str) -> Note:
    """The alert as every channel gets it; `id_` is the outbox row's Message-ID."""
    locale = load(alert.language, alert.timezone)
    return Note(id=id_, subject=subject(alert, locale), text=text(alert, locale), payload=_payload(alert, id_))


def subject(alert: Alert, locale: Locale) -> str:
    """What happened, in numbers; never a word of what somebody posted."""
    brand = defused(alert.brand_name)[:60]
    if alert.stage is Stage.TEST:
        return locale.gettext("%(brand)s: a test of the alert %(rule)s", brand=brand, rule=alert.rule)
    if alert.stage is Stage.OVER and alert.watch is Watch.PARTS:
        return locale.ngettext(
            "%(brand)s: %(n)s part is heard again", "%(brand)s: %(n)s parts are heard again", alert.size, brand=brand
        )
    if alert.stage is Stage.OVER:
        return locale.gettext("%(brand)s: over, it is as usual again", brand=brand)
    what = _what(alert, locale)
    if alert.stage is Stage.MORE:
        return locale.gettext("%(brand)s: doubled since the last alert, %(what)s", brand=brand, what=what)
    return f"{brand}: {what}"


def text(alert: Alert, locale: Locale) -> str:
    """Why, the first items, and where to read on."""
    parts = [subject(alert, locale)]
    if alert.stage in {Stage.NEW, Stage.MORE} and alert.usual is not None:
        parts.append(
            locale.gettext(
                "Usually %(usual)s at this time of this day of the week, over %(hours)s h.",
                usual=locale.number(alert.usual),
                hours=locale.number(alert.hours),
            )
        )
    parts += [_line(one, locale) for one in alert.lines]
    if 0 < len(alert.lines) < alert.size:
        shown = locale.number(len(alert.lines))
        parts.append(locale.gettext("These are %(shown)s of %(n)s.", shown=shown, n=locale.number(alert.size)))
    if alert.detail:
        parts.append("\n".join(_detail(one, alert, locale) for one in alert.detail.splitlines()))
    if alert.page:
        onward = locale.gettext("Read on")
        parts.append(f"{onward}: {alert.page}")
    parts.append(
        locale.gettext(
            "Alert %(rule)s, %(when)s (%(zone)s).", rule=alert.rule, when=locale.datetime(alert.raised_at), zone=alert.timezone
        )
    )
    return "\n\n".join(parts) + "\n"


def _what(alert: Alert, locale: Locale) -> str:
    match alert.watch:
        case Watch.VOLUME:
            count = locale.ngettext("%(n)s mention in %(hours)s h", "%(n)s mentions in %(hours)s h", alert.size, hours=alert.hours)
        case Watch.NEGATIVE:
            count = locale.ngettext(
                "%(n)s negative mention in %(hours)s h", "%(n)s negative mentions in %(hours)s h", alert.size, hours=alert.hours
            )
        case Watch.COMPLAINT:
            count = locale.ngettext("%(n)s severe complaint", "%(n)s severe complaints", alert.size)
        case Watch.PHRASE:
            count = locale.ngettext("%(n)s mention that you watch for", "%(n)s mentions that you watch for", alert.size)
        case Watch.SILENCE:
            count = locale.ngettext("%(n)s source is silent", "%(n)s sources are silent", alert.size)
        case Watch.DELIVERY:
            count = locale.ngettext("%(n)s mail of a digest did not arrive", "%(n)s mails of a digest did not arrive", alert.size)
        case Watch.PARTS:
            count = locale.ngettext("%(n)s part of it has fallen silent", "%(n)s parts of it have fallen silent", alert.size)
    if alert.usual is None:
        return count
    return f"{count} {locale.gettext('(usually %(n)s)', n=locale.number(alert.usual))}"


def _line(one: Line, locale: Locale) -> str:
    where = f"{defused(one.outlet)} · {locale.datetime(one.at)}" if one.outlet else locale.datetime(one.at)
    link = safe(one.link)
    said = f"[{words.SIGNS[one.tone]}] {words.tone(one.tone, locale)} · {where}\n{defused(one.title)}"
    return f"{said}\n{link}" if link else said


def _detail(one: str, alert: Alert, locale: Locale) -> str:
    """A line about one of the matters: what a mail server said, or which source is silent since when, and why."""
    if alert.watch is Watch.PARTS and alert.stage is not Stage.TEST:
        return _part(one, alert, locale)
    source, _, rest = one.partition("; ")
    since, _, why = rest.partition("; ")
    if alert.watch is not Watch.SILENCE or not rest:
        return defused(one)
    try:
        heard = datetime.strptime(since, SINCE).replace(tzinfo=UTC)
    except ValueError:
        said = locale.gettext("%(source)s: never heard", source=defused(source))
    else:
        said = locale.gettext("%(source)s: last heard %(when)s", source=defused(source), when=locale.datetime(heard))
    return f"{said} · {defused(why)}" if why.strip() else said


def _part(one: str, alert: Alert, locale: Locale) -> str:
    """A line about a part that fell silent, and what to look at; or only its name, when it is heard again."""
    part, _, rest = one.partition("; ")
    name, _, rest = rest.partition("; ")
    since, _, why = rest.partition("; ")
    if part == "more":
        return locale.gettext("And %(n)s more.", n=locale.number(int(name)))
    called = {
        "clock": locale.gettext("The clock"),
        "worker": locale.gettext("The worker %(name)s", name=defused(name)),
        "queue": locale.gettext("The queue"),
        "mail": locale.gettext("The mail"),
        "source": locale.gettext("The source %(name)s", name=defused(name)),
    }.get(part, defused(part))
    if alert.stage is Stage.OVER:
        return called
    try:
        heard = locale.datetime(datetime.strptime(since.rstrip("; "), SINCE).replace(tzinfo=UTC))
    except ValueError:
        heard = locale.gettext("never heard")
    else:
        heard = locale.gettext("silent since %(when)s", when=heard)
    advice = {
        "clock": locale.gettext("Nothing is collected and nothing is sent. Look whether `listener run` runs, and restart it."),
        "worker": locale.gettext("What it had in hand is done by another. Restart it, or stop it in order if it should be gone."),
        "queue": locale.gettext("Nobody takes what is to be done. Look whether `listener worker` runs somewhere."),
        "mail": locale.gettext("Mails wait and are tried again. Look at [smtp] in listener.toml and at the mail server."),
        "source": locale.gettext("Its address may have changed, or it refuses us; the page of sources says more."),
    }.get(part, "")
    said = f"{called}: {heard}" + (f" · {defused(why)}" if why.strip("; ") else "")
    return f"{said}\n{advice}" if advice else said


def _payload(alert: Alert, id_: str) -> str:
    """For programs: raw words in JSON, where nothing can be called or hidden."""
    return json.dumps(
        {
            "version": 1,
            "id": id_,
            "rule": alert.rule,
            "brand": {"key": alert.brand, "name": alert.brand_name},
            "watch": alert.watch.value,
            "stage": alert.stage.value,
            "size": alert.size,
            "usual": alert.usual,
            "hours": alert.hours,
            "items": [
                {"title": one.title, "outlet": one.outlet, "link": safe(one.link), "at": one.at.isoformat(), "tone": one.tone.value}
                for one in alert.lines
            ],
            "detail": alert.detail,
            "page": alert.page,
            "raised_at": alert.raised_at.isoformat(),
        }
    )
