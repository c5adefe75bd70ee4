"""Who may see and do what: what a page needs, who asks for it, links that are shared, and patience with those who guess."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum

from listener.core.labels import LONGEST_NAME
from listener.core.values import dataclass

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200  # characters
INVITED = timedelta(hours=24)  # how long an invitation stands
SIGNED_IN = timedelta(days=30)  # the longest that a session lasts
IDLE = timedelta(days=7)  # without a visit, it ends sooner
REMEMBERED = timedelta(days=1)  # after so long without another, failed sign-ins are forgotten
_FREE = 4  # wrong passwords that cost no waiting: people mistype
_BLANKS = re.compile(r"\s+")


class Need(StrEnum):
    """What a page asks of whoever opens it, the least first."""

    PUBLIC = "public"
    READER = "reader"
    EDITOR = "editor"


_RANK = {need: rank for rank, need in enumerate(Need)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Somebody who signs in; `brands` are the keys of those they work for, () is every brand."""

    id: int
    name: str
    brands: tuple[str, ...] = ()
    made_at: datetime
    has_password: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A word to set a password with, once; `name` is "" where the person chooses it."""

    name: str
    brands: tuple[str, ...]
    until: datetime


class Standing(StrEnum):
    """How a shared link stands."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A link by which anyone may read one brand, of the local days from `since` to `until` (both in it; None is no bound).

    With `evidence_id` it opens that one evidence report, and no page besides.
    """

    id: int
    brand: str
    since: date | None = None
    until: date | None = None
    note: str = ""  # for whom, in an editor's words
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    uses: int = 0
    evidence_id: int | None = None

    def standing(self, now: datetime) -> Standing:
        """Whether it still opens anything."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        return Standing.OPEN if now < self.expires_at else Standing.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks for a page, and what they may see: the most a page may need, which brands (None: all), which local days."""

    meets_up_to: Need = Need.PUBLIC
    name: str = ""
    brands: frozenset[str] | None = frozenset()
    since: date | None = None
    until: date | None = None
    share: Share | None = None
    form: str = ""  # what each of their forms carries, so that no other site can send one in their name

    def meets(self, need: Need) -> bool:
        """Whether a page with this need is theirs."""
        return _RANK[self.meets_up_to] >= _RANK[need]

    def sees(self, brand: str) -> bool:
        """Whether a brand is theirs to see."""
        return self.brands is None or brand in self.brands

    @property
    def edits(self) -> bool:
        """Whether they may change things."""
        return self.meets(Need.EDITOR)

    @property
    def unbounded(self) -> bool:
        """Whether everything is theirs to see."""
        return self.brands is None and self.since is None and self.until is None


NOBODY = Visitor()


def same_name(name: str) -> str:
    """A name as it is compared: in one form, case and width aside, blanks folded."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def fit_name(name: str) -> bool:
    """Whether somebody can be called that: 1 to 100 printable characters, no blanks about it."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip() and bool(same_name(name))


def fit_password(password: str, name: str) -> bool:
    """Whether a password will do: 12 to 200 characters, more than four of them different, and not built on the name.

    NIST SP 800-63B section 5.1.1.2: length counts, and no rules about signs and digits.
    """
    long_enough = SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    return long_enough and len(set(password)) > 4 and not _built_on(password, name)


def _built_on(password: str, name: str) -> bool:
    bare = same_name(name)
    return bool(bare) and not same_name(password).replace(bare, "").strip("0123456789 !?.-_")


def patience(failures: int, longest: timedelta) -> timedelta:
    """How long to wait after so many failures in a row before the next try: nothing for the first, then 2, 4, 8 … seconds."""
    if failures <= _FREE:
        return timedelta()
    return min(timedelta(seconds=1 << min(failures - _FREE, 20)), longest)
