"""What a brand's negative stories are about: gather a week and what was said before it, find the themes, keep a complete day's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from listener.core import ports
from listener.core.kept import KeptMention
from listener.core.model import Brand, Media, Tone
from listener.core.schedule import STALE, day_bounds
from listener.core.stories import Story, group_stories
from listener.core.themes import BACKGROUND, REMEMBERED, Theme, ThemeFinder
from listener.core.values import dataclass

# A day has too few negative stories to have themes; a week of them, ending with that day, says what is going on now.
WEEK = 7
_MOST = 5_000  # mentions that are read; of a busier brand the latest


class Memory(ports.Mentions, ports.Themes, Protocol):
    """The parts of the archive that themes need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Themer:
    """What themes need of the world."""

    archive: Memory
    find: ThemeFinder

    def themes(self, brand: Brand, on: date, zone: ZoneInfo, now: datetime) -> tuple[Theme, ...]:
        """The themes of a brand's negative stories in the seven local days up to and including `on`.

        Once the day is over they are kept, and asking again gives the same: a later label does not change what was mailed. A theme
        that had a name in the seven days before keeps it.
        """
        kept = tuple(theme for _, theme in self.archive.themes(brand.key, since=on, until=on + timedelta(days=1)))
        if kept:
            return kept
        since, until = day_bounds(on - timedelta(days=WEEK - 1), zone)[0], day_bounds(on, zone)[1]
        counted = [one for one in self._read(brand.key, since - BACKGROUND, until) if _counts(one)]
        stories = [story for story in group_stories([one for one in counted if one.collected_at >= since]) if _is_negative(story)]
        told = {one.id for story in stories for one in story.mentions}
        # Against what is said otherwise: a trouble that lasts must not become the background it stands out against.
        others = [one for one in counted if one.id not in told and one.tone is not Tone.NEGATIVE]
        before = self.archive.themes(brand.key, since=on - REMEMBERED, until=on)
        found = self.find(stories, others, brand=brand, known=list(dict.fromkeys(theme.phrase for _, theme in before)))
        if until <= now:
            self.archive.keep_themes(brand.key, on, found)
        return found

    def _read(self, brand: str, since: datetime, until: datetime) -> Sequence[KeptMention]:
        return self.archive.mentions(brand, since=since, until=until, limit=_MOST)


def _counts(one: KeptMention) -> bool:
    return one.about and one.judged.mention.media is Media.EARNED and one.at >= one.collected_at - STALE


def _is_negative(story: Story) -> bool:
    return any(one.tone is Tone.NEGATIVE for one in story.mentions)
