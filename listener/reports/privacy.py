"""The privacy sheet: what is listened to, what is kept of it, for how long, and who sees it, as this configuration has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listener.core.values import dataclass
from listener.reports import words
from listener.reports.locale import Locale, load
from listener.reports.render import environment, plain_lines

_NAMED = 8
_NAMED_BY = frozenset({"x", "bluesky", "mastodon", "reddit", "youtube", "hacker-news"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyFacts:
    """What the configuration says; addresses of people are only counted, by their domain."""

    brands: Sequence[str]
    sources: Sequence[tuple[str, str]]  # kind, key
    days: Mapping[str, int]  # of retention by kind; "" is every other kind, 0 for ever
    database: str  # where it is, without a password
    mail_server: str
    readers: Sequence[tuple[str, int]]  # domain, how many addresses
    channels: Sequence[str]
    page: str
    operator: str
    contact: str
    buys_x: bool
    names_x: bool  # whether the names of X accounts are bought
    staff: int  # accounts of staff that are counted together


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading, and the lines under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacySheet:
    """The sheet in a language."""

    language: str
    title: str
    subtitle: str
    parts: tuple[Part, ...]


def sheet(facts: PrivacyFacts, language: str) -> PrivacySheet:
    """The sheet, in Dutch or English."""
    locale = load(language)
    _ = locale.gettext
    return PrivacySheet(
        language=locale.language,
        title=_("Privacy sheet: listening to public messages about %(brands)s", brands=locale.list_of(list(facts.brands))),
        subtitle=_("Written from the running configuration of Listener. Input for a DPIA or a works council; no legal advice."),
        parts=(
            Part(title=_("Why"), lines=_why(locale)),
            Part(title=_("Where we listen"), lines=_where(facts, locale)),
            Part(title=_("What is kept of a message"), lines=_what(facts, locale)),
            Part(title=_("What is not done"), lines=_not(facts, locale)),
            Part(title=_("How long"), lines=_long(facts, locale)),
            Part(title=_("Who sees it"), lines=_who(facts, locale)),
            Part(title=_("Where it is, and who else handles it"), lines=_handled(facts, locale)),
            Part(title=_("What somebody can ask"), lines=_rights(facts, locale)),
            Part(title=_("For you to fill in"), lines=_open(locale)),
        ),
    )


def as_text(one: PrivacySheet) -> str:
    """The sheet as plain text."""
    return plain_lines(environment(load(one.language)).get_template("privacy.txt.j2").render(sheet=one))


def as_page(one: PrivacySheet) -> str:
    """The sheet as a page of its own, which prints on one sheet of A4."""
    return environment(load(one.language)).get_template("privacy.html.j2").render(sheet=one)


def _why(locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    return (
        _("To know what is said in public about the organisation, to answer complaints and questions, and to report on it."),
        _("The subject is the organisation, not the people who write: nobody is followed, scored or profiled."),
    )


def _where(facts: PrivacyFacts, locale: Locale) -> tuple[str, ...]:
    kinds: dict[str, list[str]] = {}
    for kind, key in facts.sources:
        kinds.setdefault(kind, []).append(key)
    lines = []
    for kind, keys in sorted(kinds.items()):
        named = ", ".join(keys[:_NAMED]) + (", …" if len(keys) > _NAMED else "")
        lines.append(f"{words.kind(kind, locale)} ({locale.number(len(keys))}): {named}")
    return (*lines, locale.gettext("Public places only: no closed groups, no private messages, nothing behind a login."))


def _what(facts: PrivacyFacts, locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    lines = [
        _("Title, text, link, moment, language and who published it; where the place states them, counts of likes and replies."),
        _(
            "Added here: the tone, what the message wants, which messages tell the "
            "same story, and colleagues' labels with their names."
        ),
    ]
    named = sorted({kind for kind, _key in facts.sources} & _NAMED_BY)
    if named:
        places = locale.list_of([words.kind(one, locale) for one in named])
        lines.insert(
            1, _("Of %(places)s also the public account: number, and name and handle where the place gives them.", places=places)
        )
    if facts.names_x:
        lines.append(_("Names of X accounts are bought for messages that matter (negative, a complaint, a question)."))
    lines.append(_("Lists of relations and code words are kept as keyed hashes only, and are never sent anywhere."))
    return tuple(lines)


def _not(facts: PrivacyFacts, locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    lines = [
        _("No inference of health, politics, religion, origin, union membership or crime; no matching of accounts across places."),
        _("No text goes to an outside service to be judged: language, tone and intent are computed on this machine."),
        _("No decision about anybody is taken by the program."),
    ]
    if facts.staff:
        lines.append(
            locale.ngettext(
                "%(n)s account of staff is counted together with others, never shown; "
                "fewer than five are not counted. Agree this with your works council.",
                "%(n)s accounts of staff are counted together, never one by one; fewer "
                "than five are not counted. Agree this with your works council.",
                facts.staff,
            )
        )
    else:
        lines.append(_("Staff are not looked for."))
    return tuple(lines)


def _long(facts: PrivacyFacts, locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext

    def span(days: int) -> str:
        return locale.ngettext("%(n)s day", "%(n)s days", days) if days else _("for ever: give a reason, or set [retention]")

    lines = [
        f"{words.kind(kind, locale)}: {span(facts.days.get(kind, facts.days.get('', 0)))}"
        for kind in sorted({k for k, _key in facts.sources})
    ]
    lines.append(_("What goes leaves a trace without content: that it was there, when, and why it went."))
    lines.append(_("Near misses (link and reason only) go after some days."))
    return tuple(lines)


def _who(facts: PrivacyFacts, locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    lines = []
    for domain, number in facts.readers:
        lines.append(
            locale.ngettext("%(n)s mail address at %(domain)s", "%(n)s mail addresses at %(domain)s", number, domain=domain)
        )
    if not facts.readers:
        lines.append(_("Nobody gets mail."))
    if facts.channels:
        lines.append(_("Alerts also go to: %(channels)s.", channels=", ".join(facts.channels)))
    lines.append(_("The page %(page)s, for those who are let in, and those who have a link that expires.", page=facts.page))
    return tuple(lines)


def _handled(facts: PrivacyFacts, locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    lines = [
        _("Database: %(database)s.", database=facts.database),
        _("Mail leaves through %(server)s.", server=facts.mail_server),
    ]
    if facts.buys_x:
        lines.append(
            _("Search terms go to X (X Corp., United States), which sells the posts; they name the organisation, not people.")
        )
    if facts.contact:
        lines.append(_("Places that are visited see this address: %(contact)s.", contact=facts.contact))
    return tuple(lines)


def _rights(facts: PrivacyFacts, locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    lines = [
        _(
            "To see what is kept: `listener why URL`. To be forgotten: `listener "
            "forget`, which reaches texts, bytes, mails and reports kept here."
        ),
        _("What a place takes back is taken back here as well, as far as the place says so."),
    ]
    if facts.operator:
        lines.append(_("Whom to ask: %(operator)s.", operator=facts.operator))
    return tuple(lines)


def _open(locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    return (
        _("Legal ground, and the balance of interests (GDPR article 6(1)(f) is the usual one): …"),
        _("Controller, privacy officer, and how people are told that you listen: …"),
        _("Who may enter the page, and who reviews that: …"),
    )
