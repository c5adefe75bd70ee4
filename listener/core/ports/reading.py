"""What reading needs of the archive: mentions and what hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from listener.core.finding import Wanted
from listener.core.kept import Gist, KeptMention
from listener.core.labels import Label
from listener.core.model import Media, Tone
from listener.core.near import KeptNearMiss
from listener.core.observed import Check, Doubtful
from listener.core.report import DayCount, SourceCoverage, ToneCount
from listener.core.sampling import Candidate, Sample
from listener.core.taking_part import Answer
from listener.core.themes import Theme


class Mentions(Protocol):
    """The archive's memory of mentions."""

    def collected(self, brand: str, *, since: datetime, until: datetime) -> Sequence[KeptMention]:
        """Mentions of a brand that were collected in [since, until), oldest first."""
        ...

    def mentions(
        self,
        brand: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        tone: Tone | None = None,
        before: tuple[datetime, int] | None = None,
        limit: int = 50,
    ) -> Sequence[KeptMention]:
        """Mentions of a brand, newest said first.

        [since, until) bounds when they were *collected*, as in a digest, so that page and mail show the same rows. `before` is
        the (at, id) of the last one already seen (keyset paging).
        """
        ...

    def mention(self, id: int) -> KeptMention | None:  # noqa: A002 - the field's word
        """One mention, by its permanent id."""
        ...

    def gists(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """The gist of every mention of a brand that was collected in [since, until), in no order."""
        ...

    def pressing(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """Of others' complaints and questions collected in [since, until), those that nobody labelled as answered, in no order."""
        ...

    def story_gists(self, story: int, *, until: datetime) -> Sequence[Gist]:
        """The gist of every mention of a story that was collected before a moment, but for those put away, in no order."""
        ...

    def whole(self, ids: Collection[int]) -> Mapping[int, KeptMention]:
        """These mentions, by their id; one that is gone is left out."""
        ...

    def outlets(self, ids: Collection[int]) -> Mapping[int, str]:
        """The outlets of these mentions, by their id."""
        ...

    def answered(self, brand: str, ids: Collection[int], *, kind: str) -> Collection[int]:
        """Those of a brand's mentions to which its own answer was seen, where they are of one kind."""
        ...

    def answers(self, brand: str, *, kind: str, since: datetime, until: datetime) -> Mapping[int, Answer]:
        """What is known of the brand's answers to the mentions of one kind collected in [since, until), by the mention's id."""

    def story(self, id: int, *, limit: int | None = None) -> Sequence[KeptMention]:  # noqa: A002 - the field's word
        """Every mention of a story (see KeptMention.story), or the first `limit` of them, oldest said first."""
        ...

    def days(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """Earned mentions collected within each [since, until), counted by tone; `heard` from the ledger.

        Those said longer than core.schedule.STALE before it began are left out, as in a digest.
        """
        ...

    def tallies(
        self, brands: Sequence[str], bounds: Sequence[tuple[datetime, datetime]], *, media: Media = Media.EARNED
    ) -> Mapping[str, Sequence[ToneCount]]:
        """Mentions of each brand collected within each [since, until), by tone, as `days` counts them: for months, and many brands.

        What retention let go stays counted.
        """
        ...

    def coverage(self, brand: str, *, since: datetime, until: datetime) -> Sequence[SourceCoverage]:
        """How each source of a brand was heard in [since, until), in key order."""
        ...


class Search(Protocol):
    """Looking for mentions: any words, with any filters."""

    def find(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, limit: int = 50) -> Sequence[KeptMention]:
        """What is wanted, newest said first; `before` is the (at, id) of the last one already seen (keyset paging).

        Within one second the latest stored comes first.
        """
        ...

    def count_found(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, at_most: int = 1_000) -> int:
        """How many there are of what is wanted, counted no further than `at_most`."""
        ...


class NearMisses(Protocol):
    """The archive's memory of what only just is no mention; it forgets by age and by number (core.near)."""

    def near_misses(self, brand: str, *, limit: int = 50) -> Sequence[KeptNearMiss]:
        """The latest near misses of a brand, newest first."""
        ...


class Stories(Protocol):
    """The archive's memory of stories; new mentions get theirs when they are kept."""

    def group_waiting(self, limit: int = 500) -> int:
        """Give a story to mentions from before there were stories; how many, 0 when none is waiting."""
        ...


class Themes(Protocol):
    """The archive's memory of themes: what a day's negative stories were about, frozen with the day."""

    def keep_themes(self, brand: str, on: date, themes: Sequence[Theme]) -> None:
        """Keep the themes of a brand's day; those that stand there already stay."""
        ...

    def themes(self, brand: str, *, since: date, until: date) -> Sequence[tuple[date, Theme]]:
        """The themes of a brand's days in [since, until), the latest day first, each day's in their order."""
        ...


class Labels(Protocol):
    """The archive's memory of what people say of mentions; a label is never changed, a newer one of its aspect counts instead."""

    def keep_labels(self, labels: Sequence[Label]) -> Sequence[int]:
        """Keep labels in one transaction, in their order; the ids of mentions that are not there, whose labels were not kept."""
        ...

    def labels(self, mention: int) -> Sequence[Label]:
        """Everything that people ever said of a mention, oldest first."""
        ...

    def unlabelled(self, brand: str, *, since: datetime, limit: int) -> Sequence[KeptMention]:
        """Others' mentions of a brand collected since then of which nobody says anything yet, newest said first."""
        ...

    def labelled(self, brand: str | None = None, *, before: int | None = None, limit: int) -> Sequence[KeptMention]:
        """Mentions that people say something of now, of one brand or all, the latest kept first; `before` is the last id read."""


class Samples(Protocol):
    """The archive's memory of what people check for the dossier: a week's sample is drawn once, and every answer stays."""

    def candidates(self, brand: str, *, since: datetime, until: datetime, pointed: Collection[str] = ()) -> Sequence[Candidate]:
        """The stories of others that were first told in [since, until), each by its first telling; `pointed` are source keys."""
        ...

    def keep_sample(self, sample: Sample) -> Sample:
        """Keep a week's sample, and give the one that stands."""
        ...

    def samples(self, brand: str, *, since: date, until: date) -> Sequence[Sample]:
        """The samples of a brand's weeks whose Monday lies in [since, until), in order."""
        ...

    def keep_checks(self, checks: Sequence[Check]) -> Sequence[int]:
        """Keep answers in one transaction, in their order; the ids of mentions that are not there, whose answers were not kept."""
        ...

    def checks(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Check]:
        """Every answer about a brand's mentions that were said in [since, until), oldest first."""
        ...

    def doubtful(self, brand: str, *, since: datetime, until: datetime) -> Doubtful:
        """What of a brand's mentions that were said in [since, until) only a person can tell for the dossier, oldest first."""
        ...
