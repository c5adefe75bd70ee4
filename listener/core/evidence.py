"""What an evidence report is asked for with: the plan of a brand, the period, and who gets it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listener.core.dossier import Note
from listener.core.schedule import instant
from listener.core.values import dataclass

LONGEST = timedelta(days=3660)
LONGEST_NOTE = 4_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePlan:
    """What a brand's page says about evidence; everything in it is a person's choice, and off until somebody makes it.

    `competitors` and `control` are brands of the same configuration, which are matched in everything that is heard: so they are
    heard through the same places. `trade` are keys of sources that are trade press. `staff` are accounts ("x:1234567") that are
    only ever counted together. Euros are a month's; `dollar` is what a US dollar costs.
    """

    brand: str
    competitors: tuple[str, ...] = ()
    control: str = ""
    trade: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    hosting: float = 0.0
    hour: float = 0.0  # euros
    dollar: float = 1.0
    to: tuple[str, ...] = ()
    at: time = time(8)
    day: int = 1  # of the month
    timezone: str = "Europe/Amsterdam"
    language: str = "nl"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedNote:
    """An editor's word with the seal that was put on it when it was kept."""

    note: Note
    seal: str


def seal_note(secret: bytes, brand: str, note: Note) -> str:
    """The seal on a note: HMAC-SHA256 (RFC 2104) over all that it says, whose it is and when it was said."""
    said = json.dumps([brand, note.about, note.text, note.by, note.at.isoformat()])
    return hmac.new(secret, f"listener note\0{said}".encode(), hashlib.sha256).hexdigest()


def is_sealed(secret: bytes, brand: str, one: SealedNote) -> bool:
    """Whether a note is still as it was kept."""
    return hmac.compare_digest(seal_note(secret, brand, one.note), one.seal)


def standing_notes(notes: tuple[SealedNote, ...]) -> tuple[SealedNote, ...]:
    """The newest note on each figure or objection, given oldest first; an empty one takes the one before it back."""
    newest = {one.note.about: one for one in notes}
    return tuple(one for _, one in sorted(newest.items()) if one.note.text)


def last_days(days: int, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The last complete local days: [since, until)."""
    today = now.astimezone(zone).date()
    return instant(today - timedelta(days=days), time(0), zone), instant(today, time(0), zone)


def month_before(now: datetime, plan: EvidencePlan) -> tuple[str, datetime, datetime] | None:
    """The last month whose report is due by now, as ("2026-10", since, until) with the three months that end with it; or None.

    It is due on the plan's day and hour of the month after, until the month after that begins.
    """
    zone = ZoneInfo(plan.timezone)
    local = now.astimezone(zone)
    first = local.date().replace(day=1)
    if now < instant(first.replace(day=plan.day), plan.at, zone):
        return None
    last = first - timedelta(days=1)
    begin = _months_back(first, 3)
    return last.strftime("%Y-%m"), instant(begin, time(0), zone), instant(first, time(0), zone)


def _months_back(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


# Words that make a search find complaints, or praise: a share of complaints may only be taken from what other searches found.
_LOADED = re.compile(
    r"klacht|klag|klaag|slecht|waardeloos|oplicht|storing|kapot|teleurgest|boycot|schand|ontevreden|tevreden|geweldig|fantastisch|"
    r"aanrader|complain|bad|worst|terrible|broken|scam|awful|disappoint|refund|great|love|best|awesome|recommend|hate|fail",
    re.IGNORECASE,
)
# Places where people can take part themselves, other than by a letter to the editor.
SOCIAL = frozenset({"x", "bluesky", "mastodon", "reddit", "youtube", "hacker-news", "app-store"})
# Kinds that find things by one and the same route.
_ROUTES = {"google-alerts": "google", "google-news": "google", "rss": "feeds", "json-feed": "feeds"}


def is_neutral(query: str) -> bool:
    """Whether a query finds what is said of a brand whatever its tone: it holds no word of complaint or of praise."""
    return _LOADED.search(query) is None


def pointed(query: str, addresses: Mapping[str, str]) -> list[str]:
    """The keys of the sources (with their addresses) that cannot say how usual complaints or praise are: words of it find them."""
    return [key for key, address in addresses.items() if not (is_neutral(query) and is_neutral(address))]


def route(kind: str) -> str:
    """The way by which a kind of place finds things; two of one route do not find independently of one another."""
    return _ROUTES.get(kind, kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be gathered: [since, until) of what was said, looked at `now`, for a reader of a language.

    `salt` (63 bits, from the secret) keeps the numbers of voices and addresses from being told back to names.
    """

    plan: EvidencePlan
    since: datetime
    until: datetime
    now: datetime
    language: str
    timezone: str
    salt: int
    program: str  # its version
    key: bytes | None = None  # what lists of names are hashed with; None: nobody can look into them


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A report that the archive keeps: its number, its brand, the month it stands for (None: it was asked for), and its text."""

    id: int
    brand: str
    month: str | None
    text: str
