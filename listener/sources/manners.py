"""What a feed and its server ask of a polite visitor, and what a visitor remembers of them between two visits.

Everything is kept in the cursor as text: validators exactly as they came, the feed's own pace (`ttl`, `sy:update…`, `skipHours`,
`skipDays`), and where a permanent redirect leads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from listener.core.schedule import CEILING, LONGEST_WAIT
from listener.sources.http import Response

# Some servers answer 304 for ever (NetNewsWire#3191, #4643): after so long they are asked without conditions again.
VALID = timedelta(days=8)
# A redirect said for good is believed when it has been said so often, for so long, and led to a feed each time: a maintenance
# page that was redirected to for a day must not become the address (Vienna#1546).
_TOLD = 5
_TOLD_FOR = timedelta(days=7)

_HEAD = 64 * 1024
_FIRST = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_TTL = re.compile(rb"<ttl[^>]*>\s*(\d{1,7})\s*<", re.IGNORECASE)
_PERIOD = re.compile(rb"<(?:\w+:)?updatePeriod[^>]*>\s*([A-Za-z]{4,8})\s*<")
_FREQUENCY = re.compile(rb"<(?:\w+:)?updateFrequency[^>]*>\s*(\d{1,5})\s*<")
_SKIPPED = re.compile(rb"<skip(Hours|Days)[^>]*>(.*?)</skip(?:Hours|Days)", re.IGNORECASE | re.DOTALL)
_ONE = re.compile(rb"<(?:hour|day)[^>]*>\s*(\w{1,9})\s*<", re.IGNORECASE)
_PERIODS = {b"hourly": 3600, b"daily": 86400, b"weekly": 604800, b"monthly": 2592000, b"yearly": 31536000}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_WEEK = 7 * 24
_MOVE = ("moved_to", "moved_count", "moved_since")


def pace(body: bytes) -> dict[str, str]:
    """What a feed says before its first entry about how often it wants a visit: `pace` in seconds, `closed` hours of the week.

    RSS 2.0: ttl in minutes, skipHours (0 to 23, GMT; 24 is midnight too) and skipDays; RSS 1.0's syndication module: a period and
    how often in it. Read from the bytes as they are, since it is wanted before, and even without, the reading of the entries.
    """
    found = _FIRST.search(body, 0, _HEAD)
    head = body[: found.start() if found else _HEAD]
    said: dict[str, str] = {}
    seconds = 0
    if ttl := _TTL.search(head):
        seconds = 60 * int(ttl[1])
    if period := _PERIOD.search(head):
        often = _FREQUENCY.search(head)
        seconds = max(seconds, _PERIODS.get(period[1].lower(), 0) // max(1, int(often[1]) if often else 1))
    if seconds:
        said["pace"] = str(min(seconds, int(CEILING.total_seconds())))
    if closed := _closed(head):
        said["closed"] = f"{sum(1 << hour for hour in closed):x}"
    return said


def _closed(head: bytes) -> set[int]:
    closed: set[int] = set()
    for skipped in _SKIPPED.finditer(head):
        for word in (one[1].lower().decode("ascii", "replace") for one in _ONE.finditer(skipped[2])):
            if word.isascii() and word.isdigit() and int(word) <= 24:
                closed.update(24 * day + int(word) % 24 for day in range(7))
            elif word in _DAYS:
                closed.update(range(24 * _DAYS.index(word), 24 * _DAYS.index(word) + 24))
    # Closed always is nonsense, and no reason never to come.
    return closed if len(closed) < _WEEK else set()


def closed_hours(known: Mapping[str, str]) -> frozenset[int]:
    """The hours of the week, in UTC, in which a feed wants no visit; 0 is Monday's first."""
    if not (bits := known.get("closed")):
        return frozenset()
    number = int(bits, 16)
    return frozenset(hour for hour in range(_WEEK) if number >> hour & 1)


def patience(headers: Mapping[str, str], known: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long a place that answered wants to be left alone: Cache-Control's max-age, else Expires, and the feed's own pace.

    At most the ceiling, since both are misset often (a year for a static file); None when it does not say.
    """
    waits = [timedelta(seconds=int(known["pace"]))] if "pace" in known else []
    control = headers.get("Cache-Control", "")
    if "no-cache" not in control and "no-store" not in control:
        if age := _MAX_AGE.search(control):
            waits.append(timedelta(seconds=int(age[1])))
        elif expires := date(headers.get("Expires", "")):
            waits.append(expires - (date(headers.get("Date", "")) or now))
    longest = max(waits, default=timedelta())
    return min(longest, CEILING) if longest > timedelta() else None


def date(value: str) -> datetime | None:
    """An HTTP date, aware; None for anything else ("0", "-1", "never")."""
    if len(value) < 16:
        return None
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def retry_at(value: str, now: datetime) -> datetime | None:
    """When a Retry-After header (seconds, or a date) asks us to come back: after `now`, within a day; None when it does not say."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value[:9]), LONGEST_WAIT.total_seconds()))
    elif at := date(value):
        wait = at - now
    else:
        return None
    return now + min(max(wait, timedelta()), LONGEST_WAIT)


def validators(headers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """What to ask with next time, as raw as it came, and since when we have it."""
    said = {"etag": _header(headers, "ETag"), "last_modified": _header(headers, "Last-Modified")}
    said = {name: value for name, value in said.items() if value}
    return {**said, "validated_at": now.isoformat()} if said else {}


def still_valid(known: Mapping[str, str], now: datetime) -> dict[str, str]:
    """What is known after an answer that nothing changed; validators that are too old are forgotten, so that we look again."""
    since = known.get("validated_at")
    # What was validated in the future was so by a clock that was wrong, and would be valid until then and longer.
    if since is None or timedelta() <= now - datetime.fromisoformat(since) < VALID:
        return dict(known)
    return {name: value for name, value in known.items() if name not in {"etag", "last_modified", "validated_at"}}


def _header(headers: Mapping[str, str], name: str) -> str:
    # Sent back as a header next time, so nothing may hide in it.
    value = headers.get(name, "")
    return value if value.isprintable() and value.isascii() and len(value) <= 1024 else ""


def followed(known: Mapping[str, str], response: Response, now: datetime) -> dict[str, str]:
    """What is known of a move after one more answer: the target is counted, and becomes the `address` when it was said enough."""
    address = {"address": known["address"]} if "address" in known else {}
    if not response.moved:
        return address
    # A move that was first told in the future, by a clock that was wrong, is told anew.
    same = known.get("moved_to") == response.moved and datetime.fromisoformat(known["moved_since"]) <= now
    since = known["moved_since"] if same else now.isoformat()
    count = int(known["moved_count"]) + 1 if same else 1
    if count >= _TOLD and now - datetime.fromisoformat(since) >= _TOLD_FOR:
        return {"address": response.moved}
    return {**address, "moved_to": response.moved, "moved_count": str(count), "moved_since": since}


def unmoved(known: Mapping[str, str]) -> dict[str, str]:
    """What is known without any move: what a redirect led to is no feed, or is not there."""
    return {name: value for name, value in known.items() if name not in {*_MOVE, "address"}}


def note(known: Mapping[str, str]) -> str:
    """A word for the person who wrote the address, when it is no longer the one that is asked."""
    address = known.get("address")
    return f"moved for good to {address}, which is asked instead; write that address into the brand's file" if address else ""
