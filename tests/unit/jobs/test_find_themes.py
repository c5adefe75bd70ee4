"""Themes of a week: which mentions are gathered, against what, and that a complete day's themes are frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from listener.core.kept import KeptMention
from listener.core.labels import NO, Aspect, Label, Labels
from listener.core.model import Brand, Media, Tone
from listener.core.stories import Story
from listener.core.themes import Theme
from listener.jobs.themes import Memory, Themer
from tests.builders import FRIDAY, NOON, brand, kept
from tests.fakes_archive import FakeArchive

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
FOUND = Theme(phrase="leverdatum", language="nl", mentions=(1,), stories=1, voices=1)


@dataclass
class Archive(FakeArchive):
    """One that remembers themes as well."""

    days: dict[date, tuple[Theme, ...]] = field(default_factory=dict)  # type: ignore[assignment] # nobody counts days here

    def keep_themes(self, brand: str, on: date, themes: Sequence[Theme]) -> None:
        """The first ones stay."""
        self.days.setdefault(on, tuple(themes))

    def themes(self, brand: str, *, since: date, until: date) -> Sequence[tuple[date, Theme]]:
        """The latest day first."""
        return [(on, one) for on in sorted(self.days, reverse=True) if since <= on < until for one in self.days[on]]


@dataclass
class Finder:
    """Finds one theme, and remembers what it was given."""

    told: list[list[int]] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def __call__(
        self, stories: Sequence[Story], background: Sequence[KeptMention], *, brand: Brand, known: Sequence[str] = ()
    ) -> tuple[Theme, ...]:
        """The same theme each time."""
        self.told = [[one.id for one in story.mentions] for story in stories]
        self.others = sorted(one.id for one in background)
        self.known = list(known)
        return (FOUND,)


def test_a_week_of_negative_stories_against_what_else_is_said() -> None:
    """Whole stories with a negative mention; owned, denied and old ones are left out, and so are older negatives."""
    ours = replace(
        kept(5, tone=Tone.NEGATIVE), labels=Labels(about=Label(mention=5, aspect=Aspect.ABOUT, value=NO, by="", at=NOON))
    )
    before = NOON - 10 * DAY
    mentions = [
        replace(kept(1, tone=Tone.NEGATIVE), story=1),
        replace(kept(2), story=1),
        kept(3),
        kept(4, tone=Tone.NEGATIVE, media=Media.OWNED),
        ours,
        kept(6, tone=Tone.NEGATIVE, at=NOON - 9 * DAY),
        replace(kept(7, at=before), collected_at=before),
        replace(kept(8, tone=Tone.NEGATIVE, at=before), collected_at=before),
        replace(kept(9, at=NOON - 50 * DAY), collected_at=NOON - 50 * DAY),
    ]
    archive, find = Archive(kept=mentions), Finder()
    archive.days[FRIDAY - DAY] = (replace(FOUND, phrase="magazijn"), FOUND)
    archive.days[FRIDAY - 2 * DAY] = (FOUND,)
    archive.days[FRIDAY - 9 * DAY] = (replace(FOUND, phrase="vergeten"),)
    themer = Themer(archive=cast("Memory", archive), find=find)
    assert themer.themes(brand(), FRIDAY, ZONE, NOON) == (FOUND,)
    assert (find.told, find.others, find.known) == ([[1, 2]], [3, 7], ["magazijn", "leverdatum"])
    assert FRIDAY not in archive.days


def test_a_complete_day_is_frozen() -> None:
    """What was kept is what is said, whatever was labelled since."""
    archive, find = Archive(kept=[kept(1, tone=Tone.NEGATIVE)]), Finder()
    themer = Themer(archive=cast("Memory", archive), find=find)
    assert themer.themes(brand(), FRIDAY, ZONE, NOON + DAY) == (FOUND,)
    assert archive.days[FRIDAY] == (FOUND,)
    find.told.clear()
    assert themer.themes(brand(), FRIDAY, ZONE, NOON + DAY) == (FOUND,)
    assert find.told == []
