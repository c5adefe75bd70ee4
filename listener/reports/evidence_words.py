"""The words of an evidence report that stand for numbers, verdicts and causes, and its headings, in any language."""

from __future__ import annotations

from listener.core.dossier import Certainty, Figure, Unit, Wording
from listener.core.removal import Cause
from listener.reports.locale import Locale

_DECIMALS = 10  # below this a number gets a decimal


def certainty_of(certainty: Certainty, locale: Locale) -> str:
    """How sure a report is, in a sentence."""
    _ = locale.gettext
    match certainty:
        case Certainty.HIGH:
            return _("high: enough was heard, and enough was checked by hand.")
        case Certainty.MODERATE:
            return _("moderate: what is said here holds, but gaps in listening or few checked items leave room.")
        case Certainty.LOW:
            return _("low: too little was heard or checked by hand to lean on; read it as a first look.")


def verdict_of(wording: Wording, locale: Locale) -> str:
    """What the data say of an objection, in a few words."""
    _ = locale.gettext
    match wording:
        case Wording.CONTRADICTED:
            return _("contradicted by the data")
        case Wording.SUPPORTED:
            return _("supported by the data")
        case Wording.MIXED:
            return _("mixed")
        case Wording.UNDETERMINED:
            return _("cannot be determined")
        case Wording.NOT_CONTRADICTED:
            return _("not contradicted by the data")
        case Wording.POINTS_AGAINST:
            return _("undecided, points against it")
        case Wording.POINTS_TOWARDS:
            return _("undecided, points towards it")
        case Wording.NO_CASE:
            return _("no case seen, which proves nothing")


def interval_of(one: Figure, locale: Locale) -> str:
    """Between what a figure lies; "" for a plain count."""
    if one.low is None or one.high is None or one.value is None:
        return locale.ngettext("of %(n)s observation", "of %(n)s observations", one.n) if one.value is None and one.n else ""
    low, high = value_of(one.low, one.unit, locale), value_of(one.high, one.unit, locale)
    return locale.gettext("between %(low)s and %(high)s (95%% certain)", low=low, high=high)


def value_of(value: float | None, unit: Unit, locale: Locale) -> str:  # noqa: C901 - one place for each unit
    """A number in its unit."""
    _ = locale.gettext
    if value is None:
        return _("unknown")
    match unit:
        case Unit.SHARE:
            return locale.percent(value) if value in {0.0, 1.0} or 0.01 <= value <= 0.99 else locale.percent_exactly(value)
        case Unit.EUROS:
            return f"€ {locale.number(round(value, 2))}"
        case Unit.CHANGE:
            return _("%(change)s a month", change=("+" if value > 0 else "") + locale.percent_exactly(value))
        case Unit.PER_MONTH:
            return _("%(n)s a month", n=_plain(value, locale))
        case Unit.HOURS:
            return _("%(n)s hours", n=_plain(value, locale)) if value < 72 else _("%(n)s days", n=_plain(value / 24, locale))
        case Unit.MINUTES:
            return _("%(n)s minutes", n=_plain(value, locale))
        case Unit.STORIES:
            return locale.ngettext("%(count)s story", "%(count)s stories", 1 if value == 1 else 2, count=_plain(value, locale))
        case Unit.VOICES:
            return locale.ngettext("%(count)s voice", "%(count)s voices", 1 if value == 1 else 2, count=_plain(value, locale))
        case Unit.ITEMS:
            return locale.ngettext("%(count)s item", "%(count)s items", 1 if value == 1 else 2, count=_plain(value, locale))
        case Unit.COUNT | Unit.SCORE:
            return _plain(value, locale)


def _plain(value: float, locale: Locale) -> str:
    whole = value == int(value) or abs(value) >= _DECIMALS
    return locale.number(round(value) if whole else round(value, 2 if abs(value) < 1 else 1))


def cause_of(cause: Cause, locale: Locale) -> str:
    """Why an item went."""
    _ = locale.gettext
    match cause:
        case Cause.TAKEN_BACK:
            return _("taken back by its writer or its place")
        case Cause.FORGOTTEN:
            return _("somebody asked to be forgotten")
        case Cause.EXPIRED:
            return _("kept as long as was agreed")


def headings(locale: Locale) -> dict[str, str]:
    """Headings and the like, by an English name."""
    _ = locale.gettext
    return {
        "question": _("The question"),
        "certainty": _("How sure is this?"),
        "listened": _("What we listened to"),
        "deaf": _("What we could not hear"),
        "place": _("Source"),
        "heard": _("Heard"),
        "days": _("Day by day"),
        "weeks": _("Stories a week"),
        "weeks_remark": _(
            "A dashed bar is a week that was not heard: a gap, not a zero. Where "
            "the query changed, before and after do not compare."
        ),
        "changed": _("query changed"),
        "dossier": _("The objections"),
        "dossier_remark": _("Each rule was written down before the data were seen. Intervals decide, not points."),
        "number": _("No."),
        "claim": _("What is objected"),
        "verdict": _("The data say"),
        "why": _("Because"),
        "objection": _("Objection"),
        "examples": _("Three examples"),
        "counter": _("The strongest counter-evidence"),
        "cannot": _("What this cannot tell"),
        "appendix": _("Appendix"),
        "methods": _("Methods"),
        "note": _("Note by a person"),
        "unsealed": _("changed since it was signed"),
        "read": _("read it there"),
    }
