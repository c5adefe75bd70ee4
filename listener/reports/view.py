"""A digest in words and widths: what the HTML and the text of a mail both show, computed once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from listener.core.digest import one_line
from listener.core.labels import Aspect
from listener.core.model import Intent, Tone
from listener.core.report import DayCount, Digest, DigestItem, Finding, SourceCoverage
from listener.core.urls import safe
from listener.core.values import dataclass
from listener.reports import words
from listener.reports.locale import Locale
from listener.reports.room import Room

SOURCES = 24  # that are named one by one; those that were not heard come first
_HEARD = 12  # of them, where few failed
_ALSO = 5
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # RFC 5646, as far as an attribute needs it


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One of the three numbers: what it counts, how it compares, and where its rows are ("" for nowhere)."""

    name: str  # for the style sheet
    value: str
    label: str
    compare: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A story worth reading; everything in it that is not ours is still raw, and escaping is the template's."""

    tone: Tone
    sign: str
    tone_word: str
    intent: str
    outlet: str
    when: str
    title: str
    link: str
    read: str  # the words of the link where there is no title
    excerpt: str
    language: str
    also: str
    clause: str
    whose: str  # the person whose word the tone is, in words; "" for the machine's
    age: str = ""  # how long it has been waiting for an answer
    label: str = ""  # where its reader says what it is
    labels: tuple[tuple[str, str], ...] = ()  # the same address for each thing that can be said of it, and the words


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day: its numbers, and the widths of its parts in percents of the busiest day; a day not heard has neither."""

    label: str
    heard: bool
    total: str
    negative: str
    red: float
    grey: float
    changed: bool = False  # the query became another that day

    @property
    def rest(self) -> float:
        """What is left of the width."""
        return round(100 - self.red - self.grey, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A source, and how it was heard."""

    source: str
    kind: str
    words: str
    note: str
    trouble: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All of a mail's words, in its order."""

    language: str
    finding: Finding
    subject: str
    brand: str
    date: str
    headline: str
    aside: str
    why: str
    coverage: str
    trouble: bool
    figures: tuple[Figure, ...]
    usual: str
    waiting: tuple[Piece, ...]
    waiting_counted: str
    items: tuple[Piece, ...]
    counted: str
    ongoing: str
    bars: tuple[Bar, ...]
    page: str
    button: str
    rows: tuple[Row, ...]
    further: str
    left_out: tuple[str, ...]
    because: tuple[str, ...]
    unsubscribe: str  # stands for the recipient's own address
    preferences: str

    @property
    def preheader(self) -> str:
        """What an inbox shows behind the subject."""
        return f"{self.why} {self.coverage}".strip()


def view(digest: Digest, locale: Locale, room: Room, own: tuple[str, str] = ("", ""), label: str = "") -> View:
    """The words of a digest, as far as there is room; `own` stands for a recipient's own addresses, to leave and to choose.

    `label`, with a mention's id behind it, stands for where a recipient labels it ("": nowhere).
    """
    items, waiting = digest.items[: room.items], digest.waiting[: room.waiting]
    news, blind = digest.finding is Finding.NEWS, digest.finding is Finding.BLIND
    page = safe(digest.page)
    headline, aside = words.headline(digest, locale)
    rows, further = _rows(digest, room, locale)
    return View(
        language=locale.language,
        finding=digest.finding,
        subject=words.subject(digest, locale),
        brand=digest.brand_name,
        date=words.period(digest, locale),
        headline=headline,
        aside=aside,
        why=words.why(digest, locale),
        coverage=words.coverage(digest.coverage, locale),
        trouble=bool(digest.failed) or not digest.coverage,
        figures=_figures(digest, page, locale) if news else (),
        usual=_usual(digest, locale) if news else "",
        waiting=() if blind else tuple(_waiting(item, digest, locale, label) for item in waiting),
        waiting_counted=_waiting_counted(len(waiting), digest, locale) if digest.waiting and not blind else "",
        items=tuple(_piece(item, digest, locale, label) for item in items),
        counted=_counted(items, digest, locale) if digest.items else "",
        ongoing=words.ongoing(digest, locale),
        # A day on which we could not look gets no numbers at all, not even those of its neighbours.
        bars=() if blind else _bars(digest.week, locale),
        page=page,
        button=_button(digest, locale),
        rows=rows,
        further=further,
        left_out=() if blind else tuple(words.left_out(digest, len(items), locale)),
        because=_because(digest, locale),
        unsubscribe=own[0],
        preferences=own[1],
    )


def _figures(digest: Digest, page: str, locale: Locale) -> tuple[Figure, ...]:
    usual, tones = digest.usual, digest.tones
    negative = f"{page}{'&' if '?' in page else '?'}{urlencode({'tone': Tone.NEGATIVE.value})}" if page else ""
    return (
        Figure(
            name="all",
            value=locale.number(tones.total),
            label=locale.ngettext("mention", "mentions", tones.total),
            compare=_compared(tones.total, usual.mentions, locale) if usual else "",
            link=page,
        ),
        Figure(
            name="negative",
            value=locale.number(tones.negative),
            label=locale.gettext("negative"),
            compare=_compared(tones.negative, usual.negative, locale) if usual else "",
            link=negative,
        ),
        Figure(
            name="voices",
            value=locale.number(digest.voices),
            label=locale.ngettext("voice", "voices", digest.voices),
            compare=_voices(digest, locale),
            link="",
        ),
    )


def _voices(digest: Digest, locale: Locale) -> str:
    if digest.usual is None or digest.usual.voices is None:
        return locale.ngettext("in %(n)s story", "in %(n)s stories", digest.stories)
    return _compared(digest.voices, digest.usual.voices, locale)


def _compared(count: int, usual: int, locale: Locale) -> str:
    if count == usual:
        return locale.gettext("as usual")
    return locale.gettext("usually %(n)s (%(difference)s)", n=locale.number(usual), difference=locale.difference(count - usual))


def _usual(digest: Digest, locale: Locale) -> str:
    if digest.usual is None:
        if digest.days > 1:
            return locale.gettext("There is nothing to compare these days with.")
        return locale.gettext("There is nothing to compare with yet: that takes this day of the week in two earlier weeks.")
    if digest.days > 1:
        return locale.ngettext(
            "Usually: the median of the same days in %(n)s earlier week.",
            "Usually: the median of the same days in %(n)s earlier weeks.",
            digest.usual.weeks,
        )
    return locale.ngettext(
        "Usually: the median of this day of the week in %(n)s earlier week.",
        "Usually: the median of this day of the week in %(n)s earlier weeks.",
        digest.usual.weeks,
    )


def _waiting(item: DigestItem, digest: Digest, locale: Locale, label: str) -> Piece:
    age = words.age(item.at, digest.composed_at, locale)
    return replace(_piece(item, digest, locale, label), age=locale.gettext("open for %(age)s", age=age))


def _waiting_counted(listed: int, digest: Digest, locale: Locale) -> str:
    shown = locale.number(listed)
    counted = locale.ngettext(
        "%(shown)s of %(n)s complaint or question of the last days that nobody is known to have answered",
        "%(shown)s of %(n)s complaints and questions of the last days that nobody is known to have answered",
        digest.waiting_in_all,
        shown=shown,
    )
    return f"{counted}."


def _labels(item: DigestItem, label: str, locale: Locale) -> tuple[tuple[str, str], ...]:
    if not label:
        return ()
    said = [(Aspect.ABOUT, locale.gettext("Not about us")), (Aspect.TONE, locale.gettext("Wrong tone"))]
    if item.intent in {Intent.COMPLAINT, Intent.QUESTION}:
        said.append((Aspect.ANSWERED, locale.gettext("Answered")))
    return tuple((f"{label}{item.mention}?{urlencode({'about': aspect.value})}", word) for aspect, word in said)


def _piece(item: DigestItem, digest: Digest, locale: Locale, label: str) -> Piece:
    outlet = item.outlet or words.kind(item.kind, locale)
    also = list(item.also[:_ALSO])
    if len(item.also) > _ALSO:
        also.append(locale.ngettext("%(n)s other", "%(n)s others", len(item.also) - _ALSO))
    return Piece(
        tone=item.tone,
        sign=words.SIGNS[item.tone],
        tone_word=words.tone(item.tone, locale),
        intent=words.intent(item.intent, locale),
        outlet=outlet,
        when=_when(item, digest, locale),
        title=item.title,
        link=safe(item.link),
        read=locale.gettext("Read it at %(outlet)s", outlet=outlet),
        excerpt=item.excerpt,
        language=item.language if _LANGUAGE.fullmatch(item.language) else "und",
        also=_also(also, item.copies, locale),
        clause=words.clause(item.clause, locale),
        whose=words.whose(item.tone_by, locale),
        label=f"{label}{item.mention}" if label else "",
        labels=_labels(item, label, locale),
    )


def _also(names: Sequence[str], copies: int, locale: Locale) -> str:
    if names:
        return locale.gettext("Also in %(names)s", names=locale.list_of(names))
    return locale.ngettext("and %(n)s copy", "and %(n)s copies", copies) if copies else ""


def _when(item: DigestItem, digest: Digest, locale: Locale) -> str:
    same_day = locale.local(item.at).date() == digest.on
    when = locale.time(item.at) if same_day else locale.datetime(item.at)
    return when if item.dated else locale.gettext("seen %(when)s, date unknown", when=when)


def _counted(items: Sequence[DigestItem], digest: Digest, locale: Locale) -> str:
    stories = len(digest.items) + digest.left_out.beyond + digest.left_out.filtered
    said = [
        locale.ngettext("%(shown)s of %(n)s story", "%(shown)s of %(n)s stories", stories, shown=locale.number(len(items))),
    ]
    intents = Counter(item.intent for item in items)
    if complaints := intents[Intent.COMPLAINT]:
        said.append(locale.ngettext("%(n)s complaint", "%(n)s complaints", complaints))
    if questions := intents[Intent.QUESTION]:
        said.append(locale.ngettext("%(n)s question", "%(n)s questions", questions))
    if compliments := intents[Intent.PRAISE]:
        said.append(locale.ngettext("%(n)s compliment", "%(n)s compliments", compliments))
    return " · ".join(said)


def _bars(week: Sequence[DayCount], locale: Locale) -> tuple[Bar, ...]:
    most = max((day.tones.total for day in week if day.heard), default=0) or 1
    bars = []
    for day in week:
        # Both edges are rounded, not both widths, so that the parts of a bar never drift from its whole.
        red, whole = (round(100 * count / most, 1) if day.heard else 0.0 for count in (day.tones.negative, day.tones.total))
        bars.append(
            Bar(
                label=locale.day(day.on),
                heard=day.heard,
                total=locale.number(day.tones.total),
                negative=locale.number(day.tones.negative),
                red=red,
                grey=round(whole - red, 1),
                changed=day.changed,
            )
        )
    return tuple(bars)


def _button(digest: Digest, locale: Locale) -> str:
    if digest.finding is Finding.NEWS:
        return locale.ngettext("See the mention", "See all %(n)s mentions", digest.tones.total)
    return locale.gettext("Open Listener")


def _rows(digest: Digest, room: Room, locale: Locale) -> tuple[tuple[Row, ...], str]:
    failed = list(digest.failed)
    heard = [one for one in digest.coverage if one.was_heard]
    named = failed[: room.sources]
    named += heard[: max(0, min(room.sources, _HEARD) - len(named))]
    more = len(digest.coverage) - len(named)
    if not more:
        further = ""
    elif len(failed) > room.sources:
        further = locale.ngettext("and %(n)s more source", "and %(n)s more sources", more)
    else:
        further = locale.ngettext("and %(n)s more source, heard", "and %(n)s more sources, all heard", more)
    return tuple(_row(one, digest, locale) for one in named), further


def _row(one: SourceCoverage, digest: Digest, locale: Locale) -> Row:
    same_day = one.failed_at is not None and locale.local(one.failed_at).date() == digest.on
    if one.was_heard:
        said = locale.ngettext("%(n)s mention", "%(n)s mentions", one.mentions)
        note = locale.ngettext("%(n)s attempt failed", "%(n)s attempts failed", one.failed) if one.failed else ""
    else:
        said = locale.gettext("not heard: %(why)s", why=words.outcome(one.last_outcome, locale))
        at = "" if one.failed_at is None else locale.time(one.failed_at) if same_day else locale.datetime(one.failed_at)
        # The reason is the operator's, in English; in another language the outcome's own words say enough.
        detail = one_line(one.detail, 120) if locale.language == "en" else ""
        note = " · ".join(filter(None, (detail, at)))
    return Row(source=one_line(one.source, 80), kind=words.kind(one.kind, locale), words=said, note=note, trouble=not one.was_heard)


def _about(digest: Digest, locale: Locale) -> str:
    if digest.first_on is None:
        return locale.gettext(
            "It is about what was found on %(date)s, from midnight to midnight; times are those of %(zone)s.",
            date=locale.date(digest.on),
            zone=digest.timezone,
        )
    return locale.gettext(
        "It is about what was found from %(first)s through %(last)s, %(n)s whole days; times are those of %(zone)s.",
        first=locale.date(digest.first_on),
        last=locale.date(digest.on),
        n=locale.number(digest.days),
        zone=digest.timezone,
    )


def _because(digest: Digest, locale: Locale) -> tuple[str, ...]:
    return (
        locale.gettext(
            "You get this mail because your address is on the list of the digest %(digest)s of %(brand)s.",
            digest=digest.digest,
            brand=digest.brand_name,
        ),
        _about(digest, locale),
        locale.gettext("It holds no pictures, no tracking pixels and no tracked links."),
    )
