"""The archive as far as whoever asks may see it: pages are given this one, so that none of them can forget to look who asks.

Who asks is set around each request (web/guard.py). Somebody who may see everything is answered by the archive itself. For all
others a question names a brand that is theirs, its days are cut to theirs, and a question that is not known here is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime, timedelta
from inspect import signature
from typing import Any, cast
from zoneinfo import ZoneInfo

from listener.core.access import NOBODY, Visitor
from listener.core.finding import Wanted
from listener.core.kept import KeptMention
from listener.core.labels import Label, Labels
from listener.core.model import Brand
from listener.core.near import KeptNearMiss
from listener.core.ports import Archive
from listener.core.report import DayCount, Digest, ToneCount
from listener.core.schedule import day_bounds
from listener.core.stories import voices
from listener.core.visits import LedgerDay, Run, SourceState
from listener.core.volume import BrandVolume, Proof, StorySize

asking: ContextVar[Visitor] = ContextVar("asking", default=NOBODY)

_WEEK = 7  # days that a digest looks back on
_NOTHING = ToneCount(negative=0, neutral=0, positive=0, unsure=0)


class OutOfSight(Exception):
    """A question about what whoever asks may not see; to them it does not exist."""


def scoped(archive: Archive, zone: ZoneInfo) -> Archive:
    """The archive, as far as whoever asks may see it; days are that zone's."""
    return cast("Archive", Scoped(archive, zone))


def present(clock: Callable[[], datetime], zone: ZoneInfo) -> Callable[[], datetime]:
    """The clock, which for somebody with a last day stops at its end: "today" is the last day that they may see."""

    def now() -> datetime:
        until = _instants(asking.get(), zone)[1]
        at = clock()
        return at if until is None else min(at, until - timedelta(microseconds=1))

    return now


class Scoped:
    """Stands before an archive; see the module's words."""

    def __init__(self, archive: Archive, zone: ZoneInfo) -> None:
        self._all = archive
        self._zone = zone

    def __getattr__(self, name: str) -> Any:
        """Any other question: asked as it is by those who see everything, else about a brand of theirs, within their days."""
        found = getattr(self._all, name)
        return found if asking.get().unbounded else self._narrowed(name, found)

    def brands(self) -> Sequence[Brand]:
        """The brands they may see."""
        return [brand for brand in self._all.brands() if asking.get().sees(brand.key)]

    def mention(self, id: int) -> KeptMention | None:  # noqa: A002 - the port's word
        """A mention of theirs."""
        kept = self._all.mention(id)
        return self._shown(kept) if kept is not None and self._holds(kept) else None

    def whole(self, ids: Collection[int]) -> Mapping[int, KeptMention]:
        """Those of these mentions that are theirs."""
        return {number: self._shown(kept) for number, kept in self._all.whole(ids).items() if self._holds(kept)}

    def story(self, id: int, *, limit: int | None = None) -> Sequence[KeptMention]:  # noqa: A002 - the port's word
        """The mentions of a story that are theirs."""
        if asking.get().unbounded:
            return self._all.story(id, limit=limit)
        return [self._shown(kept) for kept in self._all.story(id) if self._holds(kept)][:limit]

    def story_size(self, id: int) -> StorySize | None:  # noqa: A002 - the port's word
        """How large the part of a story is that is theirs."""
        if asking.get().unbounded:
            return self._all.story_size(id)
        told = self.story(id)
        if not told:
            return None
        outlets = {one.entry.outlet.casefold() for one in told}
        return StorySize(
            items=len(told), voices=voices(told), outlets=len(outlets), first_at=told[0].at, last_at=max(one.at for one in told)
        )

    def find(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, limit: int = 50) -> Sequence[KeptMention]:
        """What is wanted of theirs."""
        if asking.get().unbounded:
            return self._all.find(wanted, before=before, limit=limit)
        self._see(wanted.brand or "")
        found: list[KeptMention] = []
        # Their days are those of finding, the index is in the order of saying: each is looked at.
        while len(found) < limit and (some := self._all.find(wanted, before=before, limit=limit)):
            found += [self._shown(one) for one in some if self._holds(one)]
            before = (some[-1].at, some[-1].id)
        return found[:limit]

    def count_found(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, at_most: int = 1_000) -> int:
        """How many there are of what is wanted of theirs."""
        if asking.get().unbounded:
            return self._all.count_found(wanted, before=before, at_most=at_most)
        return len(self.find(wanted, before=before, limit=at_most))

    def kinds(self, brand: str) -> Sequence[str]:
        """The kinds of the sources of a brand of theirs."""
        self._see(brand)
        return self._all.kinds(brand)

    def volumes(self, *, since: datetime, until: datetime, brands: Collection[str] | None = None) -> Sequence[BrandVolume]:
        """How much is said of their brands, within their days."""
        first, last = _instants(asking.get(), self._zone)
        since, until = max(since, first or since), min(until, last or until)
        mine = [brand.key for brand in self.brands() if brands is None or brand.key in brands]
        return self._all.volumes(since=since, until=max(since, until), brands=mine)

    def proof(self, mention: int) -> Proof | None:
        """What stands behind a mention of theirs."""
        return self._all.proof(mention) if self.mention(mention) is not None else None

    def body(self, source: str, fingerprint: str) -> bytes | None:
        """The bytes of a document, if it came from a source of their brands: another brand's may hold what is not theirs."""
        return self._all.body(source, fingerprint) if any(self.states([source])) else None

    def runs(self, *, since: datetime, until: datetime, source: str | None = None) -> Sequence[Run]:
        """The ledger's rows of a source of theirs."""
        if asking.get().unbounded:
            return self._all.runs(since=since, until=until, source=source)
        return self._all.runs(since=since, until=until, source=source) if source and any(self.states([source])) else []

    def kept_digests(self, brand: str, *, before: tuple[date, int] | None = None, limit: int) -> Sequence[tuple[int, Digest]]:
        """The digests that tell of nothing but their days."""
        self._see(brand)
        found: list[tuple[int, Digest]] = []
        while len(found) < limit and (some := self._all.kept_digests(brand, before=before, limit=limit)):
            found += [one for one in some if self._tells(one[1])]
            before = (some[-1][1].on, some[-1][0])
        return found[:limit]

    def kept_digest(self, id: int) -> Digest | None:  # noqa: A002 - the port's word
        """One such digest."""
        digest = self._all.kept_digest(id)
        return digest if digest is not None and self._tells(digest) else None

    def labels(self, mention: int) -> Sequence[Label]:
        """What people said of a mention of theirs."""
        said = self._all.labels(mention) if self.mention(mention) is not None else []
        return [_unnamed(label) for label in said] if asking.get().share else said

    def states(self, keys: Iterable[str] | None = None, *, brand: str | None = None) -> Sequence[SourceState]:
        """The sources of their brands."""
        return [state for state in self._all.states(keys, brand=brand) if asking.get().sees(state.source.brand)]

    def ledger(
        self,
        bounds: Sequence[tuple[date, datetime, datetime]],
        sources: Sequence[str] | None = None,
        *,
        brand: str | None = None,
    ) -> Sequence[LedgerDay]:
        """The days of their brands' sources, those that are theirs."""
        if asking.get().unbounded:
            return self._all.ledger(bounds, sources, brand=brand)
        mine = {state.source.key for state in self.states(sources)}
        return [day for day in self._all.ledger(bounds, sources, brand=brand) if day.source in mine and self._on(day.on)]

    def days(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """A brand's days; one that is not theirs to see says nothing."""
        return self._theirs(brand, self._all.days(brand, bounds))

    def trend(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """The same for months."""
        return self._theirs(brand, self._all.trend(brand, bounds))

    def _theirs(self, brand: str, days: Sequence[DayCount]) -> Sequence[DayCount]:
        self._see(brand)
        return [day if self._on(day.on) else DayCount(on=day.on, tones=_NOTHING, heard=False) for day in days]

    def near_misses(self, brand: str, *, limit: int = 50) -> Sequence[KeptNearMiss]:
        """Near misses within their days."""
        self._see(brand)
        since, until = _instants(asking.get(), self._zone)
        near = self._all.near_misses(brand, limit=limit)
        return [one for one in near if (not since or one.miss.seen_at >= since) and (not until or one.miss.seen_at < until)]

    def _narrowed(self, name: str, found: Callable[..., Any]) -> Callable[..., Any]:
        asked = signature(found)

        def ask(*given: Any, **named: Any) -> Any:
            bound = asked.bind(*given, **named)
            bound.apply_defaults()
            about = bound.arguments
            if not isinstance(about.get("brand"), str):
                raise OutOfSight(name)
            self._see(about["brand"])
            visitor = asking.get()
            instants = _instants(visitor, self._zone)
            for part, later, instant, day in (
                ("since", True, instants[0], visitor.since),
                ("until", False, instants[1], visitor.until and visitor.until + timedelta(days=1)),
            ):
                if part in about:
                    about[part] = _cut(about[part], instant, day, later=later)
                elif instant is not None:
                    raise OutOfSight(name)
            answer = found(*bound.args, **bound.kwargs)
            return [self._shown(one) if isinstance(one, KeptMention) else one for one in answer] if _listed(answer) else answer

        return ask

    def _see(self, brand: str) -> None:
        if not asking.get().sees(brand):
            raise OutOfSight(brand)

    def _holds(self, kept: KeptMention) -> bool:
        since, until = _instants(asking.get(), self._zone)
        within = (not since or kept.collected_at >= since) and (not until or kept.collected_at < until)
        return within and asking.get().sees(kept.judged.mention.brand)

    def _tells(self, digest: Digest) -> bool:
        """Whether a digest is of a brand of theirs, and the week that it tells of lies within their days."""
        first = (digest.first_on or digest.on) - timedelta(days=_WEEK - 1)
        return asking.get().sees(digest.brand) and self._on(first) and self._on(digest.on)

    def _on(self, day: date) -> bool:
        visitor = asking.get()
        return (visitor.since is None or day >= visitor.since) and (visitor.until is None or day <= visitor.until)

    def _shown(self, kept: KeptMention) -> KeptMention:
        """A mention; to somebody with a shared link, without the names of those who labelled it."""
        if not asking.get().share or not kept.labels:
            return kept
        said = (kept.labels.about, kept.labels.tone, kept.labels.intent, kept.labels.answered)
        return replace(kept, labels=Labels.of(_unnamed(label) for label in said if label is not None))


def _instants(visitor: Visitor, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    since = day_bounds(visitor.since, zone)[0] if visitor.since else None
    until = day_bounds(visitor.until, zone)[1] if visitor.until else None
    return since, until


def _cut(asked: Any, instant: datetime | None, day: date | None, *, later: bool) -> Any:
    """A bound of a question, no wider than theirs."""
    if asked is None or instant is None or day is None:
        return instant if asked is None else asked
    edge: Any = instant if isinstance(asked, datetime) else day
    return max(asked, edge) if later else min(asked, edge)


def _listed(answer: Any) -> bool:
    return isinstance(answer, Sequence) and not isinstance(answer, str | bytes)


def _unnamed(label: Label) -> Label:
    return replace(label, by="")
