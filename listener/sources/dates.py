"""Dates beyond the standards: month names of many languages, numbers in the order of day and month, with or without a time.

Everything that the standards' readers (moments.py) do not take comes here; what has two readings (03/04/2026) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from listener.core.query.fold import fold

# The beginnings of month names, folded (without accents), as their languages write them; the longest that fits decides.
_BEGINNINGS = """
    1: jan ian ene gen genn ocak oca sty led tammi янв січ ιαν styc leden
    2: feb fev fevr febb sub luty lut unor uno helmi фев лют φεβ
    3: mar mrt mrz maa maart maerz brez bre maalis мар бер μαρ
    4: apr avr abr nis kwi dub huhti апр кві απρ
    5: mai mei may maj mag maig kve touko маи мая тра μαι
    6: jun juin junho iun giu haz cze cerv cervn kesa июн чер червн ιουν
    7: jul juil juli juillet julho iul lug tem lip cervenec cervenc heina июл лип ιουλ
    8: aug aou ago agosto agu sie srp elo авг сер αυγ
    9: sep sept set wrz zar eyl szept syys сен вер σεπ
    10: oct okt out ott eki paz rij loka окт жов οκτ
    11: nov noe noi kas lis marras ноя лис νοε
    12: dec dez dic des deca ara gru pro joulu дек гру δεκ
"""
_MONTHS: Mapping[str, int] = {
    word: int(number)
    for number, _, words in (line.partition(":") for line in _BEGINNINGS.strip().splitlines())
    for word in words.split()
}
_LONGEST = max(map(len, _MONTHS))

# Hours east of Greenwich; names that several zones share (IST, CST in Asia) are left out, and read as Greenwich itself.
ZONES: Mapping[str, float] = {
    "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3,
    "trt": 3, "sast": 2, "cat": 2, "eat": 3, "wat": 1, "pkt": 5, "wib": 7, "ict": 7, "sgt": 8, "hkt": 8, "awst": 8, "jst": 9,
    "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "art": -3,
    "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip

_NAMED = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª|a|e)?[.,]?(?:\s|-|/)*(?:(?:de|of|di|del|d)\b[\s'’]*)?"
    r"(?P<month>[^\W\d_]{3,12})[.,]?(?:\s|-|/)*(?:(?:de|del|di)\b\s*)?(?P<year>\d{4}|\d{2})(?!\d)"
)
_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d_]{3,12})[.,]?\s*(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d:])(?P<one>\d{1,2})\s?(?P<sign>[./-])\s?(?P<two>\d{1,2})\s?(?P=sign)\s?(?P<year>\d{4})(?!\d)")
_EASTERN = re.compile(r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]?")
_TIME = re.compile(r"(?<![\d+-])(\d{1,2})[:.h](\d{2})(?::(\d{2}))?(?:[.,]\d+)?(?:\s*([ap])\.?m\b)?(?!\d)")
_OFFSET = re.compile(r"(?:(?<=\s)|(?<=gmt)|(?<=utc))([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_WORD = re.compile(r"[a-z]{3,4}")


def written(text: str) -> datetime | None:
    """The moment of a date as people write it, aware, or None; a day without a time is its midnight, no zone is Greenwich.

    Raises ValueError for a day that no calendar has.
    """
    text = fold(text)
    day = _day(text)
    if day is None:
        return None
    (year, month, number), rest = day
    at = datetime(year, month, number, tzinfo=UTC)
    clock = _TIME.search(rest)
    if clock is None:
        return at
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4] == "p" else 0)
    at += timedelta(hours=hour, minutes=int(clock[2]), seconds=min(int(clock[3] or 0), 59))
    return at - zone(rest[clock.end() :])


def zone(text: str) -> timedelta:
    """How far east of Greenwich what stands behind a time says that it is (`+01:00`, `GMT+1`, `CET`); nothing for nothing."""
    if offset := _OFFSET.search(f" {text.casefold()}"):
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return -size if offset[1] == "-" else size
    return timedelta(hours=next((ZONES[word] for word in _WORD.findall(text.casefold()) if word in ZONES), 0))


def _day(text: str) -> tuple[tuple[int, int, int], str] | None:
    """Year, month and day, and the text without them."""
    for pattern in (_NAMED, _MONTH_FIRST):
        for found in pattern.finditer(text):
            if month := month_of(found["month"]):
                year = int(found["year"])
                if len(found["year"]) == 2:
                    year += 2000 if year < 70 else 1900
                return (year, month, int(found["day"])), _without(text, found)
    if eastern := _EASTERN.search(text):
        return (int(eastern["year"]), int(eastern["month"]), int(eastern["day"])), _without(text, eastern)
    if numbers := _NUMBERS.search(text):
        one, two = int(numbers["one"]), int(numbers["two"])
        # Only America writes the month first, and with slashes; where that cannot be told apart, nobody knows.
        if numbers["sign"] != "/" or one > 12 or one == two:
            return (int(numbers["year"]), two, one), _without(text, numbers)
        if two > 12:
            return (int(numbers["year"]), one, two), _without(text, numbers)
    return None


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def month_of(word: str) -> int:
    """The number of a month by its folded name or the beginning of it; 0 for any other word."""
    for length in range(min(len(word), _LONGEST), 2, -1):
        if number := _MONTHS.get(word[:length]):
            return number
    return 0
