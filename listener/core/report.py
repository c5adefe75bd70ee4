"""What a digest says, before it is dressed: frozen snapshots from which mail, page and files are rendered alike."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from listener.core.model import Intent, Media, Tone
from listener.core.themes import Theme
from listener.core.values import dataclass
from listener.core.visits import Outcome


class Finding(StrEnum):
    """Which of the three mails a day deserves, besides the ordinary one."""

    NEWS = "news"  # there is something to read
    QUIET = "quiet"  # nothing new, and every source was heard
    PARTLY = "partly"  # nothing new, but some sources were not heard: a zero with a hole in it
    BLIND = "blind"  # no source was heard: we could not look, so we say no number at all


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneCount:
    """How many of a set of mentions got each tone; they add up to the set."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0
    unsure: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.negative + self.neutral + self.positive + self.unsure


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """One local day of a brand; `heard` is False when no source was heard that day: a gap, never a zero.

    `tones` counts items; `stories` and `voices` count the same set apart, None where nobody counted them.
    With `changed` the brand's query became another that day, so that numbers before and after it count other things.
    """

    on: date
    tones: ToneCount
    heard: bool
    stories: int | None = None
    voices: int | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What this weekday usually brings: medians over the same weekday of the weeks before, and how many weeks those are."""

    mentions: int
    negative: int
    weeks: int
    voices: int | None = None  # None where too few of those days had them counted


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One story in a digest: its first mention, and where else it stood.

    `link` is the original place ("" when it gave none); `also` names the other outlets of the same story, each once;
    `copies` counts the other mentions in it. `excerpt` is at most 280 characters.
    """

    mention: int
    title: str
    excerpt: str
    outlet: str
    kind: str
    link: str
    at: datetime  # aware; published, else first seen
    dated: bool  # False when the place gave no date, and `at` is when we first saw it
    tone: Tone
    intent: Intent
    language: str
    clause: str
    media: Media
    also: tuple[str, ...] = ()
    copies: int = 0
    tone_by: str | None = None  # the person whose word the tone is, "" when he gave no name; None when it is the machine's
    intent_by: str | None = None
    voices: int = 1  # distinct authors among all that tell it


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Where a story began, as far as we know: its first mention, and how many mentions in how many outlets tell it by now."""

    mention: int
    outlet: str
    kind: str
    link: str
    at: datetime
    dated: bool
    items: int
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """How one source was heard in a period: attempts that heard it, attempts that did not, and the last failure's words."""

    source: str
    kind: str
    heard: int
    failed: int
    mentions: int
    last_outcome: Outcome | None = None  # None: no attempt was made in the period
    detail: str = ""
    failed_at: datetime | None = None

    @property
    def was_heard(self) -> bool:
        """Whether it was heard at least once."""
        return self.heard > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What a digest does not list one by one, counted."""

    copies: int = 0  # reprints and copies, folded into the story they repeat
    owned: int = 0  # the brand's own posts
    beyond: int = 0  # stories beyond the cap
    older: int = 0  # found that day, but said more than seven days before it
    not_about: int = 0  # a person says that they are not about the brand
    filtered: int = 0  # stories of a tone that this digest does not list


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A complete local day of one brand, or several, frozen: every rendering shows these numbers for ever.

    It is about `first_on` (None: `on` alone) to `on`, which is [since, until) in UTC; `late` when that is more than its schedule
    brings, since it could not be sent earlier. It holds what was *collected* in it, so an item published earlier but found then
    still appears once. `tones` counts earned mentions (items); `stories` and `voices` count the same set apart.

    `items` are stories that no earlier digest of this key listed; those that one did are `ongoing`, with `ongoing_items` more
    mentions. `waiting` are complaints and questions of the last days that nobody is known to have answered, `waiting_in_all` how
    many there are; a new one that stands there does not stand under `items` too, and is one of `new_waiting`.
    """

    digest: str  # the digest's key, "molenaar/daily"
    brand: str
    brand_name: str
    on: date
    since: datetime
    until: datetime
    timezone: str
    language: str
    finding: Finding
    tones: ToneCount
    stories: int
    voices: int
    usual: Usual | None
    items: tuple[DigestItem, ...]
    week: tuple[DayCount, ...]  # seven days, the last one is `on`
    coverage: tuple[SourceCoverage, ...]
    left_out: LeftOut
    page: str  # the address of this digest's mentions on the page
    composed_at: datetime
    first_on: date | None = None
    late: bool = False
    themes: tuple[Theme, ...] = ()  # of the negative stories of the week up to `on`
    beginning: Beginning | None = None  # of the biggest negative story; None when only one mention tells it
    waiting: tuple[DigestItem, ...] = ()
    waiting_in_all: int = 0
    new_waiting: int = 0
    ongoing: int = 0
    ongoing_items: int = 0

    @property
    def days(self) -> int:
        """How many local days it is about."""
        return 1 if self.first_on is None else (self.on - self.first_on).days + 1

    @property
    def failed(self) -> tuple[SourceCoverage, ...]:
        """The sources that were not heard at all in the period."""
        return tuple(one for one in self.coverage if not one.was_heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dressed:
    """A digest as it will be sent: subject, HTML part and text part.

    `unsubscribe` and `preferences` are addresses in both parts that stand for the recipient's own ("" for none); `label`, with a
    mention's id behind it, stands for the address under which the recipient may label that mention.
    """

    subject: str
    html: str
    text: str
    unsubscribe: str = ""
    preferences: str = ""
    label: str = ""
