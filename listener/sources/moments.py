"""Moments as feeds write them, made aware and UTC; what cannot be a moment is None, never a guess."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from listener.sources.dates import written, zone

# Feeds begin here: an earlier year is a generator's default (0001-01-01, 1970-01-01), not a moment.
_FIRST_YEAR = 1995

_ISO = re.compile(
    r"(\d{4})(?:-?(?=\d\d-?\d\d)|[-/.](?=\d\d?[-/.]))(\d\d?)[-/.]?(\d\d?)"
    r"(?:[Tt\s]+(\d\d?):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|z|UTC|GMT|[+-]\d\d?(?::?\d\d)?)?)?"
)
_SHORT_ZONE = re.compile(r"([+-])(\d):?(\d\d)$")
_COLON_ZONE = re.compile(r"([+-]\d\d):(\d\d)$")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_WEEKDAY = re.compile(r"^[^\W\d_]+[.,]*\s+(?=\d)")
_HALF_DAY = re.compile(r"\b(\d\d?)(:\d\d(?::\d\d)?)\s*([AaPp])\.?[Mm]\b\.?")
_NO_YEAR = re.compile(r"[^\W\d_]{3,}\s+0\d{3}(?!\d)")
_CLOCK = re.compile(r".*:\d\d")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")

# First letters of months in Dutch, German, French, Spanish and Italian that differ from English.
_MONTHS = {
    "mrt": "Mar", "maa": "Mar", "mei": "May", "okt": "Oct",
    "mär": "Mar", "mae": "Mar", "mai": "May", "dez": "Dec",
    "jän": "Jan", "fév": "Feb", "fev": "Feb", "avr": "Apr", "aoû": "Aug", "aou": "Aug", "déc": "Dec",
    "ene": "Jan", "abr": "Apr", "ago": "Aug", "dic": "Dec",
    "gen": "Jan", "mag": "May", "giu": "Jun", "lug": "Jul", "set": "Sep", "ott": "Oct",
}  # fmt: skip
_LONG_MONTHS = {"juin": "Jun", "juillet": "Jul", "juil": "Jul"}


# How nearly every Atom feed writes it.
_STRICT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
# How nearly every feed writes it: "Fri, 14 Nov 2025 08:00:00 +0100".
_USUAL = re.compile(r"[A-Z][a-z]{2}, (\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|([+-])(\d\d)(\d\d))", re.ASCII)
_ENGLISH = {
    name: number
    for number, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1)
}


def moment(text: str) -> datetime | None:
    """The moment that a text states, aware and UTC, or None.

    Reads ISO 8601 (also without separators or zone), RFC 822 and 5322 with the usual slips (a zone of three digits, month names
    of our six languages), seconds or milliseconds since 1970, and dates as people write them (dates.py). A text without a zone is
    taken as UTC. A day without a time is its midnight; a month or year alone is not a moment. Years before 1995 are None.
    """
    if _STRICT.fullmatch(text):
        with contextlib.suppress(ValueError, OverflowError):  # a second of 60, an hour of 24: for those who read on
            strictly = datetime.fromisoformat(text).astimezone(UTC)
            return strictly if strictly.year >= _FIRST_YEAR else None
    try:
        found = _usual(text)
        if found is None and (text := " ".join(text.split())[:80].replace("\u2212", "-")):
            found = _usual(text) or _iso(text) or _epoch(text) or _mail(text) or written(text)
            found = found and found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found and found.year >= _FIRST_YEAR else None


def dated(stated: datetime | None, fetched_at: datetime) -> tuple[datetime | None, datetime | None]:
    """When something was published, at the latest when it was fetched; and what its place states where that lies in the future."""
    if stated is None or stated <= fetched_at:
        return stated, None
    return fetched_at, stated


def _usual(text: str) -> datetime | None:
    match = _USUAL.fullmatch(text)
    if match is None or match[2] not in _ENGLISH:
        return None
    at = datetime(int(match[3]), _ENGLISH[match[2]], int(match[1]), 0, int(match[5]), min(int(match[6]), 59), tzinfo=UTC)
    if not match[7] and match[4] < "24":
        return at.replace(hour=int(match[4]))
    away = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0)) if match[7] else timedelta()
    return at + timedelta(hours=int(match[4])) - (-away if match[7] == "-" else away)


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None and text[match.end() : match.end() + 1].isdigit():
        return None
    micro = int((fraction or "0").ljust(6, "0")[:6])
    at = datetime(int(year), int(month), int(day), 0, int(minute or 0), min(int(second or 0), 59), micro, tzinfo=UTC)
    return at + timedelta(hours=int(hour or 0)) - _offset(zone or "")


def _offset(zone: str) -> timedelta:
    if not zone or zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    size = timedelta(hours=hours, minutes=minutes)
    return -size if zone[0] == "-" else size


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    return datetime.fromtimestamp(int(text[:10]), tz=UTC)


def _mail(text: str) -> datetime | None:
    text = _HALF_DAY.sub(_of_24_hours, _WEEKDAY.sub("", text))
    text = _WORD.sub(_english, text.replace(".", " ") if ":" in text else text)
    text = _COLON_ZONE.sub(r"\1\2", text)
    # "-800" is eight hours; read as it stands it would be eighty.
    text = _SHORT_ZONE.sub(r"\g<1>0\2\3", text)
    parts = parsedate_tz(text)
    # Read as it stands, the year 0001 would be 2001.
    if parts is None or _NO_YEAR.search(text):
        return None
    year, month, day, hour, minute, second = parts[:6]
    at = datetime(year, month, day, 0, minute, min(second, 59), tzinfo=UTC)
    # RFC 5322 knows the North American names only.
    return at + timedelta(hours=hour) - (timedelta(seconds=parts[9] or 0) or zone(_CLOCK.sub("", text)))


def _english(word: re.Match[str]) -> str:
    lower = word[0].lower()
    return _LONG_MONTHS.get(lower) or _MONTHS.get(lower[:3] if len(lower) >= 3 else lower, word[0])


def _of_24_hours(found: re.Match[str]) -> str:
    hour = int(found[1]) % 12 + (12 if found[3] in "Pp" else 0)
    return f"{hour:02}{found[2]}"
