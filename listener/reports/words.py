"""The words for tones, intents, kinds and outcomes, and the sentences that mails and pages are made of, in any language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from listener.core.digest import one_line
from listener.core.mentions import VOUCHED
from listener.core.model import Intent, Tone
from listener.core.places import PLACES
from listener.core.report import Digest, Finding, SourceCoverage
from listener.core.visits import Outcome
from listener.reports.locale import Locale

# A sign beside the word, since colour alone tells nothing to many readers, and nothing at all on paper.
SIGNS: Mapping[Tone, str] = {
    Tone.NEGATIVE: "\N{MINUS SIGN}",
    Tone.NEUTRAL: "=",
    Tone.POSITIVE: "+",
    Tone.UNSURE: "?",
}

_DAY = 24  # hours
_SUBJECT = 78  # characters: RFC 5322 section 2.1.1, and about what an inbox shows
_FEWEST_OF_BRAND = 20
_NAMED = 3
_PHRASE = 60


def tone(one: Tone, locale: Locale) -> str:
    """A tone as a word."""
    match one:
        case Tone.NEGATIVE:
            return locale.gettext("negative")
        case Tone.NEUTRAL:
            return locale.gettext("neutral")
        case Tone.POSITIVE:
            return locale.gettext("positive")
        case Tone.UNSURE:
            return locale.gettext("unsure")


def intent(one: Intent, locale: Locale) -> str:
    """An intent as a word; "" where there is nothing to say."""
    match one:
        case Intent.COMPLAINT:
            return locale.gettext("complaint")
        case Intent.QUESTION:
            return locale.gettext("question")
        case Intent.PRAISE:
            return locale.gettext("praise")
        case Intent.PURCHASE:
            return locale.gettext("wants to buy")
        case Intent.JOB:
            return locale.gettext("job")
        case Intent.OTHER:
            return ""


def kind(name: str, locale: Locale) -> str:
    """A kind of source as a reader knows it; a kind that we have no word for keeps its own name."""
    match name:
        case "rss":
            return locale.gettext("feed")
        case "google-alerts":
            return locale.gettext("Google Alerts feed")
        case "x":
            return "X"
        case _:
            return PLACES.get(name, name)


def outcome(one: Outcome | None, locale: Locale) -> str:
    """How an attempt at a source ended, as words; None means that no attempt was made."""
    match one:
        case None | Outcome.POSTPONED:
            return locale.gettext("not tried")
        case Outcome.UNREADABLE:
            return locale.gettext("the answer could not be read")
        case Outcome.TOO_LARGE:
            return locale.gettext("the answer was too large")
        case Outcome.FAILED:
            return locale.gettext("not reached")
        case Outcome.REFUSED:
            return locale.gettext("refused us")
        case Outcome.LIMITED:
            return locale.gettext("asked us to come back later")
        case Outcome.STOPPED:
            return locale.gettext("the budget was spent")
        case Outcome.OVERTAKEN:
            return locale.gettext("collected by another process")
        case Outcome.NEW | Outcome.UNCHANGED | Outcome.KNOWN | Outcome.EMPTY:
            return locale.gettext("heard")


def subject(digest: Digest, locale: Locale) -> str:
    """The finding, made of the brand's name and numbers; never a word of what somebody posted."""
    match digest.finding:
        case Finding.NEWS:
            what, aside = headline(digest, locale)
            finding = f"{what} {aside}".strip()
        case Finding.QUIET:
            finding = locale.ngettext(
                "nothing new, the source was heard", "nothing new, all %(n)s sources were heard", len(digest.coverage)
            )
        case Finding.PARTLY:
            finding = locale.gettext(
                "nothing found, %(unheard)s of %(n)s sources not heard",
                unheard=locale.number(len(digest.failed)),
                n=locale.number(len(digest.coverage)),
            )
        case Finding.BLIND:
            finding = locale.gettext("no figures for %(date)s, no source was heard", date=locale.day_of_month(digest.on))
    brand = one_line(digest.brand_name, max(_FEWEST_OF_BRAND, _SUBJECT - len(finding) - 2))
    return f"{brand}: {finding}"


def headline(digest: Digest, locale: Locale) -> tuple[str, str]:
    """The finding as a heading, and what stands beside it in brackets ("" for nothing)."""
    match digest.finding:
        case Finding.NEWS:
            mentions = locale.ngettext("%(n)s mention", "%(n)s mentions", digest.tones.total)
            negative = locale.ngettext("%(n)s negative", "%(n)s negative", digest.tones.negative)
            usual = digest.usual
            aside = locale.gettext("(usually %(n)s)", n=locale.number(usual.negative)) if usual else ""
            return f"{mentions}, {negative}", aside
        case Finding.QUIET:
            return locale.gettext("Nothing new"), ""
        case Finding.PARTLY:
            return locale.gettext("Nothing found, but we did not hear everything"), ""
        case Finding.BLIND:
            return locale.gettext("We could not listen"), ""


def why(digest: Digest, locale: Locale) -> str:
    """What the headline means, in a sentence or two."""
    match digest.finding:
        case Finding.NEWS:
            return " ".join(filter(None, (_themes(digest, locale), _began(digest, locale), _told(digest, locale))))
        case Finding.QUIET:
            nobody = locale.gettext("Nobody spoke of %(brand)s where we listen.", brand=digest.brand_name)
            return f"{nobody} {_usually(digest, locale)}".strip()
        case Finding.PARTLY:
            gap = locale.gettext("This zero has a gap in it: we do not know what was said in the places we did not hear.")
            return f"{gap} {_usually(digest, locale)}".strip()
        case Finding.BLIND:
            return locale.gettext(
                "That does not mean that nothing was said: we do not know. Ask whoever runs Listener to look at the sources below."
            )


def period(digest: Digest, locale: Locale) -> str:
    """The day or days that a digest is about, and that it is late where it is."""
    if digest.first_on is None:
        return locale.date(digest.on, "full")
    days = locale.interval(digest.first_on, digest.on + timedelta(days=1))
    if digest.late:
        return locale.gettext("%(days)s: one late mail for the days that were missed", days=days)
    return days


def coverage(ledger: Sequence[SourceCoverage], locale: Locale) -> str:
    """How many of the sources were heard, and which were not."""
    missed = [one_line(one.source, 60) for one in ledger if not one.was_heard]
    if not ledger:
        return locale.gettext("No source has been set up.")
    if not missed:
        return locale.ngettext("The one source was heard.", "All %(n)s sources were heard.", len(ledger))
    if len(missed) == len(ledger):
        return locale.ngettext("The one source was not heard.", "None of the %(n)s sources was heard.", len(ledger))
    names = missed[:_NAMED]
    if len(missed) > _NAMED:
        names.append(locale.ngettext("%(n)s other", "%(n)s others", len(missed) - _NAMED))
    return locale.gettext(
        "%(heard)s of %(n)s sources heard; not heard: %(names)s.",
        heard=locale.number(len(ledger) - len(missed)),
        n=locale.number(len(ledger)),
        names=locale.list_of(names),
    )


def left_out(digest: Digest, shown: int, locale: Locale) -> list[str]:
    """What the mail does not list one by one, each with its count."""
    beyond = len(digest.items) + digest.left_out.beyond - shown
    copies, owned = digest.left_out.copies, digest.left_out.owned
    said = []
    if beyond:
        said.append(
            locale.ngettext("%(n)s more story, to be read on the page", "%(n)s more stories, to be read on the page", beyond)
        )
    if filtered := digest.left_out.filtered:
        said.append(
            locale.ngettext(
                "%(n)s story of a tone that this digest does not list",
                "%(n)s stories of a tone that this digest does not list",
                filtered,
            )
        )
    if copies:
        said.append(
            locale.ngettext(
                "%(n)s copy, kept with the story that it repeats", "%(n)s copies, kept with the stories that they repeat", copies
            )
        )
    if owned:
        said.append(
            locale.ngettext(
                "%(n)s post by %(brand)s itself, which does not count",
                "%(n)s posts by %(brand)s itself, which do not count",
                owned,
                brand=digest.brand_name,
            )
        )
    if older := digest.left_out.older:
        said.append(
            locale.ngettext(
                "%(n)s older item, found only now and said more than a week before",
                "%(n)s older items, found only now and said more than a week before",
                older,
            )
        )
    if not_about := digest.left_out.not_about:
        said.append(
            locale.ngettext(
                "%(n)s item that a reader marked as not about %(brand)s",
                "%(n)s items that a reader marked as not about %(brand)s",
                not_about,
                brand=digest.brand_name,
            )
        )
    return said


def clause(one: str, locale: Locale) -> str:
    """Why an item is here: the part of the query that caught it, or that the place found it by itself; "" when unknown."""
    if one == VOUCHED:
        return locale.gettext("Found by the source itself; our own words are not in it")
    return locale.gettext("Found by: %(clause)s", clause=one) if one else ""


def whose(by: str | None, locale: Locale) -> str:
    """Whose word a tone or an intent is; "" for the machine's."""
    if by is None:
        return ""
    return locale.gettext("according to %(name)s", name=one_line(by, _PHRASE)) if by else locale.gettext("according to a reader")


def age(at: datetime, now: datetime, locale: Locale) -> str:
    """How long something has been waiting: in whole hours, from two days on in whole days."""
    hours = int(max(now - at, timedelta()) / timedelta(hours=1))
    if not hours:
        return locale.gettext("less than an hour")
    if hours < 2 * _DAY:
        return locale.ngettext("%(n)s hour", "%(n)s hours", hours)
    return locale.ngettext("%(n)s day", "%(n)s days", hours // _DAY)


def ongoing(digest: Digest, locale: Locale) -> str:
    """That stories of earlier digests go on, without telling them again; "" where none does."""
    if not digest.ongoing:
        return ""
    stories = locale.ngettext("%(n)s earlier story went on", "%(n)s earlier stories went on", digest.ongoing)
    items = locale.ngettext("%(n)s more mention", "%(n)s more mentions", digest.ongoing_items)
    return locale.gettext("%(stories)s, with %(mentions)s.", stories=stories, mentions=items)


def _themes(digest: Digest, locale: Locale) -> str:
    names = [
        locale.ngettext(
            "“%(phrase)s” (%(n)s story)", "“%(phrase)s” (%(n)s stories)", one.stories, phrase=one_line(one.phrase, _PHRASE)
        )
        for one in digest.themes[:_NAMED]
    ]
    return locale.gettext("What was negative in these seven days is about %(names)s.", names=locale.list_of(names)) if names else ""


def _began(digest: Digest, locale: Locale) -> str:
    beginning = digest.beginning
    if beginning is None:
        return ""
    return locale.ngettext(
        "The biggest negative story began at %(outlet)s (%(when)s) and was found %(n)s time.",
        "The biggest negative story began at %(outlet)s (%(when)s) and was found %(n)s times.",
        beginning.items,
        outlet=beginning.outlet or kind(beginning.kind, locale),
        when=locale.datetime(beginning.at),
    )


def _told(digest: Digest, locale: Locale) -> str:
    if not digest.left_out.copies + digest.ongoing_items - digest.ongoing:
        return ""
    said = locale.ngettext("Together they tell %(n)s story.", "Together they tell %(n)s different stories.", digest.stories)
    most = max((item.copies for item in digest.items), default=0) + 1
    if most > 1 and digest.stories > 1:
        said += " " + locale.ngettext("One of them was found %(n)s time.", "One of them was found %(n)s times.", most)
    return said


def _usually(digest: Digest, locale: Locale) -> str:
    if digest.usual is None:
        return ""
    if digest.days > 1:
        return locale.ngettext(
            "In these days of the week we usually find %(n)s mention.",
            "In these days of the week we usually find %(n)s mentions.",
            digest.usual.mentions,
        )
    return locale.ngettext(
        "On this day of the week we usually find %(n)s mention.",
        "On this day of the week we usually find %(n)s mentions.",
        digest.usual.mentions,
    )
