"""What is told in the fictional world: items, outages, and the story that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from listener.core.model import Author, Intent, Media, Tone
from listener.demo.x.posts import first_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing somebody said, where it can be read, and the truth about it.

    `about` holds the keys of the brands it really speaks of; a namesake has none, although a place may offer it. `story` is
    shared by items that tell the same thing in the same words (a reprint) and by the posts of one thread. `reply_to` is the id
    of the item it answers. `at` is aware UTC, in whole seconds.
    """

    id: str
    places: tuple[str, ...]
    at: datetime
    title: str  # "" where people write none
    text: str
    author: Author
    language: str
    url: str
    about: tuple[str, ...] = ()
    tone: Tone = Tone.NEUTRAL
    intent: Intent = Intent.OTHER
    media: Media = Media.EARNED
    story: str = ""
    reply_to: str = ""
    namesake: bool = False

    @property
    def snowflake(self) -> int:
        """The id X would give it: the time in the upper bits, as real ids have it."""
        return first_id(self.at.replace(microsecond=0)) | (int(self.id[1:]) & 0xFFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A place answers with this HTTP status during [since, until)."""

    place: str
    since: datetime
    until: datetime
    status: int


@dataclass(frozen=True)
class Story:
    """Everything that is ever said in the world, oldest first, and when places are out of order.

    `windows` says how many items a place shows at once (no entry: all of them). The dates are local days: the last full one, the
    first of the crisis, and the one on which nobody speaks of the brand (None when the story is too short for it).
    """

    since: datetime
    until: datetime
    items: tuple[Item, ...]
    last_on: date
    crisis_on: date | None = None
    quiet_on: date | None = None
    outages: tuple[Outage, ...] = ()
    windows: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def _by_place(self) -> Mapping[str, tuple[Item, ...]]:
        found: dict[str, list[Item]] = {}
        for item in reversed(self.items):
            for place in item.places:
                found.setdefault(place, []).append(item)
        return {place: tuple(items) for place, items in found.items()}

    def shown(self, place: str, now: datetime) -> list[Item]:
        """What a place shows at `now`: newest first, no longer than its window."""
        published = [item for item in self._by_place.get(place, ()) if item.at <= now]
        return published[: self.windows.get(place)]

    def outage(self, place: str, now: datetime) -> Outage | None:
        """The outage a place suffers at `now`, if any."""
        return next((one for one in self.outages if one.place == place and one.since <= now < one.until), None)

    def told(self, *, since: datetime, until: datetime, about: str | None = None) -> list[Item]:
        """Items said in [since, until), oldest first; those that really speak of one brand when `about` is its key."""
        return [item for item in self.items if since <= item.at < until and (about is None or about in item.about)]
