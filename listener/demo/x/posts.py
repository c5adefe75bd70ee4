"""Who speaks on this X and what they said: accounts, and posts with their editions, references and counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

EPOCH_MS = 1_288_834_974_657  # X's own zero; ms = (id >> 22) + this
EDITABLE = timedelta(minutes=30)
EDITS = 5
SHORT = 280  # characters; what is longer is cut in `text` and whole in the note

_LINK = re.compile(r"(?:https?://)?(?:[\w-]+\.)+(?:example|test|com|org|net|nl|be|eu|de|fr)\b(?:/[\w./-]*\w)?")
_MENTION = re.compile(r"(?<![\w@])@(\w{1,15})")
_HASHTAG = re.compile(r"(?<![\w#])#(\w*[^\W\d]\w*)")
_CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6})\b")

# A list of names and positions in the text, as X writes it: [{"start": 0, "end": 5, "tag": "pomp"}].
Marks = list[dict[str, object]]


def first_id(at: datetime) -> int:
    """The smallest id that a post of this moment can have."""
    return max(0, round(at.timestamp() * 1000) - EPOCH_MS) << 22


def moment(number: int) -> datetime:
    """When the post with this id was made, aware UTC, to the millisecond."""
    milliseconds = (number >> 22) + EPOCH_MS
    return datetime.fromtimestamp(milliseconds // 1000, tz=UTC) + timedelta(milliseconds=milliseconds % 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody on X; `followers` is None where nobody counts them."""

    id: str
    handle: str
    name: str
    followers: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often a post was taken up."""

    reposts: int = 0
    replies: int = 0
    likes: int = 0
    quotes: int = 0
    bookmarks: int = 0
    views: int = 0


@dataclass(frozen=True, kw_only=True)
class Post:
    """One edition of something said; its moment is in its id.

    `history` holds the ids of all editions up to this one, oldest first, so a post that was never edited holds its own. `thread` is
    the id of the conversation's first post. An id of 0 is no post. `indexed_at` is when search can find it, when that is later than
    for others.
    """

    id: int
    author: str  # the account's id
    text: str
    language: str = "und"
    replied_to: int = 0
    quoted: int = 0
    reposted: int = 0
    thread: int = 0
    history: tuple[int, ...] = ()
    indexed_at: datetime | None = None
    counts: Counts = field(default_factory=Counts)

    @property
    def at(self) -> datetime:
        """When it was made."""
        return moment(self.id)

    @property
    def short(self) -> str:
        """The text as it stands in a timeline."""
        return self.text if len(self.text) <= SHORT else f"{self.text[: SHORT - 1]}…"

    @cached_property
    def urls(self) -> Marks:
        """The addresses in the text, each with what it expands to."""
        return [
            {
                "start": found.start(),
                "end": found.end(),
                "url": found[0],
                "expanded_url": found[0] if "://" in found[0] else f"https://{found[0]}",
                "display_url": found[0].partition("://")[2] or found[0],
            }
            for found in _LINK.finditer(self.text)
        ]

    @property
    def links(self) -> list[str]:
        """What the addresses in the text expand to."""
        return [str(one["expanded_url"]) for one in self.urls]

    @cached_property
    def mentions(self) -> Marks:
        """The handles in the text."""
        return [{"start": one.start(), "end": one.end(), "username": one[1]} for one in _MENTION.finditer(self.text)]

    @cached_property
    def hashtags(self) -> Marks:
        """The hashtags in the text."""
        return [{"start": one.start(), "end": one.end(), "tag": one[1]} for one in _HASHTAG.finditer(self.text)]

    @cached_property
    def cashtags(self) -> Marks:
        """The names of shares in the text."""
        return [{"start": one.start(), "end": one.end(), "tag": one[1]} for one in _CASHTAG.finditer(self.text)]
