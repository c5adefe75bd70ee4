"""What a reader asks for in the address of a page: read strictly, since anyone can write an address."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from listener.core.model import Intent, Media, Tone
from listener.core.values import dataclass
from listener.web.text import clean

_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_PAGE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_LARGEST = 2**63 - 1  # what a database can hold
_RANK = re.compile(r"([0-9]{1,19})\.(-?[0-9]{1,19})", re.ASCII)
LONGEST_WORDS = 2_000  # characters of what is looked for: each link of the page repeats them
_MOST_WORDS = 20_000  # more is no question of a person
_YES, _NO = "yes", "no"
_KIND = re.compile(r"[A-Za-z0-9_.:-]{1,200}", re.ASCII)
Place = tuple[datetime, int]
W = TypeVar("W", bound=StrEnum)


class Malformed(ValueError):
    """An address that cannot be understood; its one argument names the part (words.MALFORMED)."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which mentions a reader wants, and from which place in the list on; what is None or "" is not asked for.

    `since` to `until` are the local days on which it was said, both in it; `day` to `through` those on which it was found, as a
    mail counts them.
    """

    words: str = ""
    tone: Tone | None = None
    intent: Intent | None = None
    kind: str = ""
    media: Media | None = None
    labelled: bool | None = None
    since: date | None = None
    until: date | None = None
    day: date | None = None
    through: date | None = None  # with `day`: the last of several days
    before: Place | None = None

    @property
    def narrowed(self) -> bool:
        """Whether something is filtered out."""
        return replace(self, before=None) != Asked()

    @property
    def filtered(self) -> bool:
        """Whether more than words narrows it."""
        return replace(self, before=None, words="") != Asked()

    def query(self, *, before: Place | None = None) -> dict[str, str]:
        """The same wish as an address writes it, from another place in the list on."""
        written = {
            "q": self.words,
            "tone": self.tone.value if self.tone else "",
            "intent": self.intent.value if self.intent else "",
            "kind": self.kind,
            "media": self.media.value if self.media else "",
            "labelled": "" if self.labelled is None else _YES if self.labelled else _NO,
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "day": self.day.isoformat() if self.day else "",
            "through": self.through.isoformat() if self.through else "",
            "before": encode(before) if before else "",
        }
        return {name: value for name, value in written.items() if value}


def read(query: Mapping[str, str]) -> Asked:
    """Read an address's query; a part left empty is not asked for. Raises Malformed."""
    day, through = _day(query, "day"), _day(query, "through")
    if through is not None and (day is None or through < day):
        raise Malformed("day")
    since, until = days(query)
    return Asked(
        words=_words(query.get("q", "")),
        tone=_word(query, "tone", Tone),
        intent=_word(query, "intent", Intent),
        kind=_kind(query.get("kind", "")),
        media=_word(query, "media", Media),
        labelled=_labelled(query.get("labelled", "")),
        since=since,
        until=until,
        day=day,
        through=through,
        before=_before(query.get("before", "")),
    )


def days(query: Mapping[str, str]) -> tuple[date | None, date | None]:
    """The first and the last local day of a period, as far as they are given; turned round where they were. Raises Malformed."""
    since, until = _day(query, "from"), _day(query, "to")
    return (until, since) if since and until and until < since else (since, until)


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


def _word(query: Mapping[str, str], part: str, words: type[W]) -> W | None:
    text = query.get(part, "")
    try:
        return words(text) if text else None
    except ValueError:
        raise Malformed(part) from None


def _words(text: str) -> str:
    if len(text) > _MOST_WORDS:
        raise Malformed("q")
    return clean(text).strip()[:LONGEST_WORDS].strip()


def _kind(text: str) -> str:
    if text and not _KIND.fullmatch(text):
        raise Malformed("kind")
    return text


def _labelled(text: str) -> bool | None:
    if text not in {"", _YES, _NO}:
        raise Malformed("labelled")
    return None if not text else text == _YES


def _day(query: Mapping[str, str], part: str) -> date | None:
    text = query.get(part, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST <= day <= _LAST:
        raise Malformed("day")
    return day


def rank(text: str) -> tuple[int, int] | None:
    """A place in a list by size, as `items.story` writes it; None for none. Raises Malformed."""
    if not text:
        return None
    found = _RANK.fullmatch(text)
    items, story = (int(found[1]), int(found[2])) if found else (_LARGEST + 1, 0)
    if items > _LARGEST or abs(story) > _LARGEST:
        raise Malformed("before")
    return items, story


def dated(text: str) -> tuple[date, int] | None:
    """A place in a list by day, as `day.id` writes it; None for none. Raises Malformed."""
    if not text:
        return None
    on, _, number = text.partition(".")
    known = mention_id(number)
    try:
        day = date.fromisoformat(on) if _DAY.fullmatch(on) else None
    except ValueError:
        day = None
    if day is None or known is None:
        raise Malformed("before")
    return day, known
