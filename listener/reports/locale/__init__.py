"""A language as readers know it: its words, dates, times and numbers.

Source strings are English and are shown as they stand, with British forms for dates and numbers. Another language is a folder of
plain gettext catalogues (`nl/*.po`, each room its own file) that are read when they are first needed: nothing is compiled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import babel
from babel import dates, lists, numbers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

Style = Literal["short", "medium", "long", "full"]

HERE = Path(__file__).parent
FORMATS = {"en": "en_GB", "nl": "nl"}  # language -> Babel's locale: both write 24 hours, and the day first
MINUS = "\N{MINUS SIGN}"


class Locale:
    """One language, with times in one time zone.

    Dates and numbers follow Unicode's CLDR through Babel. All results are plain text: escaping is the template's.
    """

    def __init__(self, language: str, zone: str) -> None:
        self.language = language
        self.zone = ZoneInfo(zone)
        self.translations = _translations(language)
        self._formats = babel.Locale.parse(FORMATS[language])

    def gettext(self, message: str, **values: object) -> str:
        """The message in this language, with `%(name)s` filled in; without values, percent signs stay as they are."""
        words = self.translations.gettext(message) if message else ""  # gettext answers "" with a catalogue's header
        return words % values if values else words

    def ngettext(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The form that belongs to `n`, which fills `%(n)s` as this language writes it; 0 is a plural in English and Dutch."""
        return self.translations.ngettext(singular, plural, n) % {"n": self.number(n), **values}

    def date(self, on: dt.date, style: Style = "long") -> str:
        """A day: "full" has its weekday ("vrijdag 20 november 2026"), "long" has not."""
        return _day(on, style, FORMATS[self.language])

    def day(self, on: dt.date) -> str:
        """A day in a list of neighbours: "vr 20"."""
        return _day(on, "EEE d", FORMATS[self.language])

    def day_of_month(self, on: dt.date, *, short: bool = False) -> str:
        """A day in a year that goes without saying: "20 november", or "20 nov"."""
        return _day(on, "d MMM" if short else "d MMMM", FORMATS[self.language])

    def time(self, at: dt.datetime) -> str:
        """An instant's time of day in the zone: "07:30"."""
        return dates.format_time(at, "short", tzinfo=self.zone, locale=self._formats)

    def datetime(self, at: dt.datetime) -> str:
        """An instant's day and time in the zone: "20 nov, 07:30"."""
        return f"{self.day_of_month(self.local(at).date(), short=True)}, {self.time(at)}"

    def local(self, at: dt.datetime) -> dt.datetime:
        """An instant on the zone's clock."""
        return at.astimezone(self.zone)

    def number(self, count: float) -> str:
        """A number: "1.234" in Dutch, "1,234" in English."""
        return _decimal(count, FORMATS[self.language])

    def difference(self, count: int) -> str:
        """A number with its sign, which is a real minus: "+8", "0", and below zero with a real minus."""
        return self.number(0) if not count else ("+" if count > 0 else MINUS) + self.number(abs(count))

    def percent(self, share: float) -> str:
        """A share of 1 in whole percents: "17%"."""
        return numbers.format_percent(share, locale=self._formats)

    def percent_exactly(self, share: float) -> str:
        """A share of 1 in percents with one decimal: "0.4%", "99.6%"."""
        return f"{numbers.format_decimal(round(100 * share, 1), locale=self._formats)}%"

    def interval(self, since: dt.date, until: dt.date) -> str:
        """The days in [since, until): from the 15th until the 22nd is "15-21 nov 2026" (with a dash)."""
        return dates.format_interval(since, until - dt.timedelta(days=1), "yMMMd", locale=self._formats)

    def list_of(self, names: Sequence[str]) -> str:
        """Names as one says them: "A, B en C"."""
        return lists.format_list(list(names), locale=self._formats)


# A page writes the same few numbers and days some hundred times.
@lru_cache(4096, typed=True)
def _decimal(count: float, formats: str) -> str:
    return numbers.format_decimal(count, locale=formats)


@lru_cache(4096)
def _day(on: dt.date, style: str, formats: str) -> str:
    return dates.format_date(on, style, locale=formats)


@cache
def load(language: str, zone: str = "UTC") -> Locale:
    """The locale of a language ("nl", "en") and an IANA time zone; a language we do not speak is answered in English.

    Raises zoneinfo.ZoneInfoNotFoundError for a zone that does not exist.
    """
    return Locale(language if language in FORMATS else "en", zone)


@cache
def catalogue(language: str) -> Catalog:
    """All of a language's .po files as one catalogue; where two translate one message, the first file in the alphabet speaks."""
    merged = Catalog(locale=language)
    for path in sorted((HERE / language).glob("*.po")):
        for message in read(path):
            if message.id and merged.get(message.id, message.context) is None:
                merged[message.id] = message
    return merged


def read(path: Path) -> Catalog:
    """One .po file, whose folder names its language; raises babel's PoFileError when it is none."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name, abort_invalid=True)


@cache
def _translations(language: str) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)
