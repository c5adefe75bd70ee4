"""How pages are dressed: templates in one language and one zone, every value escaped, every unknown name a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale as Culture
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from listener.core.access import NOBODY
from listener.core.kept import KeptMention
from listener.core.ledger import Hearing
from listener.core.mentions import VOUCHED
from listener.core.model import Tone
from listener.core.report import ToneCount
from listener.core.wording import say
from listener.reports.locale import FORMATS, load
from listener.web import words
from listener.web.addresses import Addresses
from listener.web.chart import ORDER, Column, columns, ribbon, swatch
from listener.web.period import WEEK, Counted
from listener.web.static import Asset
from listener.web.text import clean, cut, plain
from listener.web.views import MentionView, Ribbon

_TEMPLATES = Path(__file__).parent / "templates"
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_-]")
_CHART = "days"
_EACH_NAMED = 10  # columns that each get their name; of more the Mondays, of many more each month's first
_MONTH = 35
_CARDS = 2_000  # of some 2 kB each
_GAPS = 12  # that are named one by one


class Dressing:
    """Renders the pages; the language, zone and addresses are those of the whole program, for now."""

    def __init__(self, *, language: str, timezone: str, addresses: Addresses, assets: Mapping[str, Asset], version: str) -> None:
        self.locale = load(language, timezone)
        self.addresses = addresses
        self.assets = assets
        self._culture = Culture.parse(FORMATS[self.locale.language])
        self._env = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            # The last line of defence: what a page forgot to make plain still brings no control character in.
            finalize=lambda value: clean(value) if type(value) is str else value,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        install: Any = self._env
        install.install_gettext_translations(self.locale.translations, newstyle=True)
        versions = {name: asset.version for name, asset in assets.items()}
        self._cards: dict[tuple[KeptMention, bool], Markup] = {}
        self._env.globals.update(
            card=self.card,
            lang=self.locale.language,
            zone=timezone,
            version=version,
            address=addresses.path,
            asset=lambda name: addresses.path("asset", {"v": versions[name]}, name=name),
            chart=self.chart,
            ribbon=self.ribbon,
            day_swatch=lambda state: ribbon([state], title=self.locale.gettext(words.CELLS[state][1])),
            swatch=lambda tone: swatch(tone, name=_CHART),
            code=lambda text: Markup("<code>{}</code>").format(plain(text)),
            order=ORDER,
            signs=words.SIGNS,
            tone_words=words.TONES,
            signs_of={tone.value: sign for tone, sign in words.SIGNS.items()},
            rooms=words.ROOMS,
            link=lambda to, text: Markup('<a href="{}">{}</a>').format(to, text),
            intents=words.INTENTS,
            aspects=words.ASPECTS,
            values=words.LABELS,
            media=words.MEDIA,
            kinds=words.KINDS,
            outcomes=words.OUTCOMES,
            advice=words.ADVICE,
            failures=words.FAILURES,
            cells=words.CELLS,
            vouched=VOUCHED,
            acts=words.ACTS,
            mail_days=words.MAIL_DAYS,
            works=words.WORKS,
            ties=words.TIES,
            parts=words.PARTS,
            boxes=words.BOXES,
            jobs=words.JOBS,
            answers=words.ANSWERS,
            answered_how=words.ANSWERED_HOW,
        )
        self._env.filters.update(
            number=self.locale.number,
            percent=self.locale.percent,
            names=self.names,
            full_day=self.full_day,
            plain_day=lambda on: self.locale.date(on, "medium"),
            day_of_month=lambda on: self.locale.day_of_month(on, short=True),
            difference=self.locale.difference,
            clock=self.locale.time,
            short_day=lambda on: self.pattern(on, "EEE d MMM"),
            weekday=self.locale.day,
            interval=lambda first, last: self.locale.interval(first, last + timedelta(days=1)),
            moment=self.moment,
            language_name=self.language_name,
            plain=plain,
            bytes=self.bytes,
            span=span,
            cut=cut,
            merged=lambda one, other: {**one, **other},
            weekday_name=lambda on: self.pattern(on, "EEE"),
            week_of=lambda monday: self.locale.interval(monday, monday + timedelta(days=7)),
            of=count_of,
            anchor=lambda key: f"source-{_NOT_IN_AN_ID.sub('-', key)}",
            sentence=lambda text: text[:1].upper() + text[1:],
        )

    def warm(self) -> None:
        """Compile every template now, so that nobody waits for it."""
        for name in self._env.list_templates():
            self._env.get_template(name)

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page as an answer; a lone surrogate that slipped through becomes a question mark, not a fault."""
        here = getattr(request.scope.get("route"), "name", "")
        visitor = getattr(request.state, "visitor", NOBODY)
        given = {"brand": None, **values}
        body = self._env.get_template(template).render(here=here, visitor=visitor, **given).encode(errors="replace")
        return HTMLResponse(body, status)

    def chart(self, counted: Counted) -> Markup:
        """A period's days as a drawing."""
        gettext = self.locale.gettext
        gap = gettext("not heard")
        drawn, said = [], []
        many = len(counted.days) > _EACH_NAMED
        for day in counted.days:
            empty = not day.heard and not day.tones.total
            drawn.append(
                Column(
                    label="" if many else self.pattern(day.on, "EEE"),
                    below=self.pattern(day.on, "d MMM" if many or day is counted.days[0] or day.on.day == 1 else "d"),
                    counts=None if empty else tuple(count_of(day.tones, tone) for tone in ORDER),
                    is_break=day.changed,
                    is_named=not many or (day.on.weekday() == 0 and (len(counted.days) <= _MONTH or day.on.day <= WEEK)),
                )
            )
            changed = f" ({gettext('the query changed')})" if day.changed else ""
            said.append(f"{self.pattern(day.on, 'EEE d MMM')}: {gap if empty else self.locale.number(day.tones.total)}{changed}")
        return columns(
            drawn,
            name=_CHART,
            title=gettext("Mentions by others a day, stacked by tone"),
            description="; ".join(said) + ".",
            gap=gap,
        )

    def card(self, view: MentionView) -> Markup:
        """A mention in a list; the last ones are remembered."""
        key = (view.kept, view.counted)
        known = self._cards.get(key)
        if known is None:
            known = Markup(self._env.get_template("card.html.j2").render(view=view))  # noqa: S704 - an escaped template
            self._cards[key] = known
            while len(self._cards) > _CARDS:
                # Another thread may have taken the same one.
                self._cards.pop(next(iter(self._cards), key), None)
        return known

    def ribbon(self, row: Ribbon) -> Markup:
        """A source's days as a drawing, with its gaps in words."""
        gettext = self.locale.gettext
        gaps = [cell for cell in row.cells if cell.state != Hearing.HEARD.value]
        said = [f"{self.locale.day_of_month(cell.on, short=True)} {gettext(words.CELLS[cell.state][1])}" for cell in gaps[:_GAPS]]
        more = len(gaps) - len(said)
        said += [self.locale.ngettext("and %(n)s more", "and %(n)s more", more)] if more else []
        return ribbon([cell.state for cell in row.cells], title="; ".join(said) or gettext("heard"))

    def said(self, text: str) -> str:
        """A sentence of the program's, plain, in the page's language where it knows how it was made."""
        return plain(say(text, self.locale.gettext))

    def names(self, given: Iterable[str]) -> str:
        """A list in words."""
        return self.locale.list_of([plain(name) for name in given])

    def full_day(self, on: date) -> str:
        """A day with its weekday and year."""
        return self.locale.date(on, "full")

    def moment(self, at: datetime) -> str:
        """A moment with its year, on our zone's clock; at the edge of the calendar, which a feed may name, on its own."""
        try:
            return f"{self.locale.date(self.locale.local(at).date(), 'medium')}, {self.locale.time(at)}"
        except OverflowError:
            return at.isoformat(" ", "minutes")

    def bytes(self, size: int) -> str:
        """A size in the largest unit that leaves a number before it: "12.3 MB"; decimal units, as disks are sold in."""
        unit = min(max(len(str(size)) - 1, 0) // 3, 4)
        return f"{self.locale.number(round(size / 1000**unit, 1))} {('B', 'kB', 'MB', 'GB', 'TB')[unit]}"

    def pattern(self, on: date, pattern: str) -> str:
        """A day by one of Unicode's patterns."""
        return _patterned(on, pattern, FORMATS[self.locale.language])

    def language_name(self, code: str) -> str:
        """What a language is called; its code when it has no name here."""
        return str(self._culture.languages.get(code, plain(code)))


@lru_cache(4096)  # the same days stand on every page
def _patterned(on: date, pattern: str, formats: str) -> str:
    return str(format_date(on, pattern, locale=formats))


def span(every: timedelta) -> str:
    """A time between two visits as the files write it: "30m", "2h" or "1d"."""
    minutes = int(every.total_seconds()) // 60
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def count_of(counts: ToneCount, tone: Tone) -> int:
    """The count of one tone."""
    return {
        Tone.NEGATIVE: counts.negative,
        Tone.NEUTRAL: counts.neutral,
        Tone.POSITIVE: counts.positive,
        Tone.UNSURE: counts.unsure,
    }[tone]
