"""What a reader asks for in the address of a page: read strictly, since anyone can write an address."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from listener.core.model import Tone

_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_PAGE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_LARGEST = 2**63 - 1  # what a database can hold
Place = tuple[datetime, int]


class Malformed(ValueError):
    """An address that cannot be understood; its one argument names the part: "tone", "day", "before" or "page"."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which mentions a reader wants: of one tone, found on one local day, said before a place in the list; None is any."""

    tone: Tone | None = None
    day: date | None = None
    before: Place | None = None
    through: date | None = None  # with `day`: the last of several days

    @property
    def narrowed(self) -> bool:
        """Whether something is filtered out."""
        return self.tone is not None or self.day is not None

    def query(self, *, before: Place | None = None) -> dict[str, str]:
        """The same wish as an address writes it, from another place in the list on."""
        written = {
            "tone": self.tone.value if self.tone else "",
            "day": self.day.isoformat() if self.day else "",
            "through": self.through.isoformat() if self.through else "",
            "before": encode(before) if before else "",
        }
        return {name: value for name, value in written.items() if value}


def read(query: Mapping[str, str]) -> Asked:
    """Read an address's query; a part left empty is not asked for. Raises Malformed."""
    day, through = _day(query.get("day", "")), _day(query.get("through", ""))
    if through is not None and (day is None or through < day):
        raise Malformed("day")
    return Asked(tone=_tone(query.get("tone", "")), day=day, before=_before(query.get("before", "")), through=through)


def page(query: Mapping[str, str]) -> int:
    """Which page of a list is asked for, from 1 on. Raises Malformed."""
    text = query.get("page", "") or "1"
    if not _PAGE.fullmatch(text):
        raise Malformed("page")
    return int(text)


def mention_id(text: str) -> int | None:
    """A mention's id as an address writes it, or None when no mention can have it."""
    if not _ID.fullmatch(text) or int(text) > _LARGEST:
        return None
    return int(text)


def encode(place: Place) -> str:
    """A place in the list as one opaque word."""
    at, identity = place
    return base64.urlsafe_b64encode(f"{at.astimezone(UTC).isoformat()} {identity}".encode()).decode().rstrip("=")


def _before(text: str) -> Place | None:
    if not text:
        return None
    try:
        at, _, identity = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode().partition(" ")
        moment = datetime.fromisoformat(at)
    except (ValueError, binascii.Error, OverflowError):
        raise Malformed("before") from None
    number = mention_id(identity)
    if number is None or moment.tzinfo != UTC or encode((moment, number)) != text:
        raise Malformed("before")
    return moment, number


def _tone(text: str) -> Tone | None:
    try:
        return Tone(text) if text else None
    except ValueError:
        raise Malformed("tone") from None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST <= day <= _LAST:
        raise Malformed("day")
    return day
