"""An archive in memory for whoever reads and chooses: it answers as the real one does, and has no other method that writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import cast

from listener.core.finding import Term, Wanted, read_words, text_tokens
from listener.core.kept import Gist, KeptMention
from listener.core.labels import Label, Labels
from listener.core.mail import EVERY, Choice, same_address
from listener.core.model import Brand, Intent, Media, Tone
from listener.core.near import KeptNearMiss
from listener.core.observed import Check, Doubtful
from listener.core.ports import Archive, Mentions, Search
from listener.core.report import DayCount, SourceCoverage, ToneCount
from listener.core.sampling import Candidate, Sample, stratum_of
from listener.core.schedule import STALE
from listener.core.standing import Standing
from listener.core.stories import voice, voices
from listener.core.taking_part import Answer, Answered
from listener.core.visits import LedgerDay, Outcome, Run, SourceState
from tests.fakes_access import FakeAccess
from tests.fakes_browsing import FakeBrowsing


@dataclass
class FakeArchive(FakeBrowsing, FakeAccess):
    """What is remembered, as lists that a test fills; `fault` is raised by every question while it is set."""

    known: list[Brand] = field(default_factory=list)
    placed: list[SourceState] = field(default_factory=list)
    attempts: list[Run] = field(default_factory=list)
    kept: list[KeptMention] = field(default_factory=list)
    near: list[KeptNearMiss] = field(default_factory=list)
    fault: Exception | None = None
    rows: dict[int, tuple[str, str]] = field(default_factory=dict)  # an outbox's row to its digest's key and recipient
    chosen: dict[tuple[str, str], Choice] = field(default_factory=dict)
    replied: dict[int, Answer] = field(default_factory=dict)
    said: list[Label] = field(default_factory=list)  # labels, as they came
    drawn: dict[tuple[str, date], Sample] = field(default_factory=dict)
    checked: list[Check] = field(default_factory=list)
    unsure: Doubtful = field(default_factory=Doubtful)
    remembers: bool = False  # whether a label also stands beside its mention from then on

    stands: Standing = field(default_factory=lambda: Standing(schema="0017", database="SQLite 3.40.1"))

    def standing(self, now: datetime) -> Standing:
        """How the parts stand: what a test says."""
        self._ready()
        return self.stands

    @property
    def port(self) -> Archive:
        """Itself, as the port: what writes is missing, so a reader that writes fails."""
        return cast("Archive", self)

    def _ready(self) -> None:
        if self.fault is not None:
            raise self.fault

    def brands(self) -> Sequence[Brand]:
        """The brands, in key order."""
        self._ready()
        return sorted(self.known, key=lambda brand: brand.key)

    def states(self, keys: Iterable[str] | None = None, *, brand: str | None = None) -> Sequence[SourceState]:
        """The sources in key order."""
        self._ready()
        wanted = None if keys is None else set(keys)
        return sorted(
            (
                state
                for state in self.placed
                if (wanted is None or state.source.key in wanted) and brand in {None, state.source.brand}
            ),
            key=lambda state: state.source.key,
        )

    def delivery(self, id: int) -> tuple[str, str] | None:  # noqa: A002 - the port's word
        """The digest's key and the recipient of one row of the outbox."""
        self._ready()
        return self.rows.get(id)

    def choices(self, digest: str, addresses: Iterable[str]) -> Mapping[str, Choice]:
        """What each of these addresses wants of a digest; who wants no mail at all wants no digest."""
        self._ready()
        found = {}
        for address in addresses:
            own, all_ = (self.chosen.get((key, same_address(address))) for key in (digest, EVERY))
            if all_ is not None and not all_.active:
                found[address] = replace(all_, language=own.language if own else "")
            elif own is not None or all_ is not None:
                found[address] = own or Choice()
        return found

    def choose(self, digest: str, address: str, choice: Choice, now: datetime) -> None:
        """Remember what an address wants of a digest."""
        self._ready()
        self.chosen[digest, same_address(address)] = choice

    def runs(self, *, since: datetime, until: datetime, source: str | None = None) -> Sequence[Run]:
        """The attempts that started in [since, until), oldest first."""
        self._ready()
        within = [run for run in self.attempts if since <= run.started_at < until and source in {None, run.source}]
        return sorted(within, key=lambda run: run.started_at)

    def ledger(
        self,
        bounds: Sequence[tuple[date, datetime, datetime]],
        sources: Sequence[str] | None = None,
        *,
        brand: str | None = None,
    ) -> Sequence[LedgerDay]:
        """Each day of each source on which there was an attempt of its own."""
        self._ready()
        days = []
        mine = {state.source.key for state in self.placed if brand in {None, state.source.brand}}
        for on, since, until in bounds:
            for key in sorted({run.source for run in self.attempts} if brand is None else mine):
                if sources is not None and key not in sources:
                    continue
                runs = [run for run in self.runs(since=since, until=until, source=key) if run.outcome is not Outcome.OVERTAKEN]
                failures = [run for run in runs if not run.outcome.heard]
                if runs:
                    days.append(
                        LedgerDay(
                            source=key,
                            on=on,
                            attempts=len(runs),
                            failed=len(failures),
                            entries=sum(run.new_entries for run in runs),
                            mentions=sum(run.new_mentions for run in runs),
                            outcome=failures[-1].outcome if failures else None,
                            detail=failures[-1].detail if failures else "",
                        )
                    )
        return sorted(days, key=lambda day: (day.source, day.on))

    def collected(self, brand: str, *, since: datetime, until: datetime) -> Sequence[KeptMention]:
        """What was collected in [since, until), oldest said first."""
        return list(reversed(self.mentions(brand, since=since, until=until, limit=len(self.kept))))

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
        """Newest said first; [since, until) bounds when they were collected."""
        self._ready()
        found = [
            one
            for one in self.kept
            if one.judged.mention.brand == brand
            and one.put_away_at is None
            and (since is None or one.collected_at >= since)
            and (until is None or one.collected_at < until)
            and tone in {None, one.tone}
            and (before is None or (one.at, one.id) < before)
        ]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:limit]

    def find(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, limit: int = 50) -> Sequence[KeptMention]:
        """What holds all that is wanted, newest said first."""
        self._ready()
        asked = read_words(wanted.words)
        found = [
            one
            for one in self.kept
            if one.put_away_at is None
            and (asked.note is None or asked.terms)
            and wanted.brand in {None, one.judged.mention.brand}
            and wanted.tone in {None, one.tone}
            and wanted.intent in {None, one.intent}
            and (not wanted.kinds or one.kind in wanted.kinds)
            and wanted.media in {None, one.judged.mention.media}
            and wanted.language in {"", one.judged.judgement.language}
            and wanted.labelled in {None, bool(one.labels)}
            and (wanted.since is None or one.at >= wanted.since)
            and (wanted.until is None or one.at < wanted.until)
            and (before is None or (one.at, one.id) < before)
            and all(_holds(one, term) is not term.is_excluded for term in asked.terms)
        ]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:limit]

    def count_found(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, at_most: int = 1_000) -> int:
        """How many hold, at most so many."""
        return len(self.find(wanted, before=before, limit=at_most))

    def tallies(
        self, brands: Sequence[str], bounds: Sequence[tuple[datetime, datetime]], *, media: Media = Media.EARNED
    ) -> Mapping[str, Sequence[ToneCount]]:
        """Each day's tones as `days` counts them."""
        assert media is Media.EARNED
        return {
            key: [one.tones for one in self.days(key, [(since.date(), since, until) for since, until in bounds])] for key in brands
        }

    def mention(self, id: int) -> KeptMention | None:  # noqa: A002 - the port's word
        """One mention, by its id."""
        self._ready()
        return next((one for one in self.kept if one.id == id), None)

    def story(self, id: int, *, limit: int | None = None) -> Sequence[KeptMention]:  # noqa: A002 - the port's word
        """The mentions of a story, oldest said first."""
        self._ready()
        told = [one for one in self.kept if one.story == id and one.put_away_at is None]
        return sorted(told, key=lambda one: (one.at, one.id))[:limit]

    def gists(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """The gist of what was collected in [since, until)."""
        return [gist(one) for one in self.mentions(brand, since=since, until=until, limit=len(self.kept))]

    def pressing(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """Complaints and questions by others that nobody labelled as answered."""
        return [
            one
            for one in self.gists(brand, since=since, until=until)
            if one.intent in {Intent.COMPLAINT, Intent.QUESTION}
            and one.media is Media.EARNED
            and one.about
            and one.answered is not True
        ]

    def story_gists(self, story: int, *, until: datetime) -> Sequence[Gist]:
        """The gist of a story's mentions that were collected before a moment."""
        return [gist(one) for one in self.story(story) if one.collected_at < until]

    def whole(self, ids: Collection[int]) -> Mapping[int, KeptMention]:
        """These mentions, by their id."""
        self._ready()
        return {one.id: one for one in self.kept if one.id in ids}

    def outlets(self, ids: Collection[int]) -> Mapping[int, str]:
        """Their outlets, by their id."""
        return {id_: one.outlet for id_, one in self.whole(ids).items()}

    def answered(self, brand: str, ids: Collection[int], *, kind: str) -> Collection[int]:
        """Those that a test says were answered."""
        self._ready()
        return {id_ for id_ in ids if id_ in self.replied and self.replied[id_].state is Answered.ANSWERED}

    def answers(self, brand: str, *, kind: str, since: datetime, until: datetime) -> Mapping[int, Answer]:
        """What a test says of the brand's answers."""
        self._ready()
        return self.replied

    def unlabelled(self, brand: str, *, since: datetime, limit: int) -> Sequence[KeptMention]:
        """Others' mentions of which nobody says anything yet, newest said first."""
        found = [one for one in self.mentions(brand, since=since, limit=len(self.kept)) if not one.labels]
        return [one for one in found if one.judged.mention.media is Media.EARNED][:limit]

    def keep_labels(self, labels: Sequence[Label]) -> Sequence[int]:
        """Keep what people say of mentions that are there."""
        self._ready()
        known = {one.id for one in self.kept}
        for label in labels:
            for number, one in enumerate(self.kept):
                if one.id == label.mention and self.remembers:
                    said = [one.labels.about, one.labels.tone, one.labels.intent, one.labels.answered, label]
                    self.kept[number] = replace(one, labels=Labels.of(old for old in said if old is not None))
        self.said += [label for label in labels if label.mention in known]
        return sorted({label.mention for label in labels} - known)

    def labels(self, mention: int) -> Sequence[Label]:
        """What people say of it now; this archive remembers nothing older."""
        self._ready()
        said = [one.labels for one in self.kept if one.id == mention]
        return [label for now in said for label in (now.about, now.tone, now.intent, now.answered) if label is not None]

    def candidates(self, brand: str, *, since: datetime, until: datetime, pointed: Collection[str] = ()) -> Sequence[Candidate]:
        """Each of others' mentions that were said in [since, until), as a story of its own."""
        self._ready()
        return [
            Candidate(
                mention=one.id,
                story=one.id,
                voice=one.id,
                stratum=stratum_of(neutral=True, complaint=one.intent is Intent.COMPLAINT, negative=one.tone is Tone.NEGATIVE),
            )
            for one in self.kept
            if one.judged.mention.brand == brand and one.judged.mention.media is Media.EARNED and since <= one.at < until
        ]

    def keep_sample(self, sample: Sample) -> Sample:
        """Keep a week's sample, and give the one that stands."""
        return self.drawn.setdefault((sample.brand, sample.week), sample)

    def samples(self, brand: str, *, since: date, until: date) -> Sequence[Sample]:
        """The samples of a brand's weeks in [since, until)."""
        self._ready()
        return [one for (key, week), one in sorted(self.drawn.items()) if key == brand and since <= week < until]

    def keep_checks(self, checks: Sequence[Check]) -> Sequence[int]:
        """Keep answers about mentions that are there."""
        self._ready()
        known = {one.id for one in self.kept}
        self.checked += [one for one in checks if one.mention in known]
        return sorted({one.mention for one in checks} - known)

    def checks(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Check]:
        """The answers about a brand's mentions of a period."""
        self._ready()
        said = {one.id for one in self.kept if one.judged.mention.brand == brand and since <= one.at < until}
        return [one for one in self.checked if one.mention in said]

    def doubtful(self, brand: str, *, since: datetime, until: datetime) -> Doubtful:
        """What a test says."""
        self._ready()
        return self.unsure

    def near_misses(self, brand: str, *, limit: int = 50) -> Sequence[KeptNearMiss]:
        """The latest first."""
        self._ready()
        mine = [one for one in self.near if one.miss.brand == brand]
        return sorted(mine, key=lambda one: (one.miss.seen_at, one.id), reverse=True)[:limit]

    def days(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """Earned mentions by the day they were collected, without those that were old by then."""
        return [self._day(brand, on, since, until) for on, since, until in bounds]

    def trend(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """The same without stories and voices."""
        return [replace(day, stories=None, voices=None) for day in self.days(brand, bounds)]

    def _day(self, brand: str, on: date, since: datetime, until: datetime) -> DayCount:
        counted = [
            one
            for one in self.collected(brand, since=since, until=until)
            if one.judged.mention.media is Media.EARNED and one.at >= since - STALE and one.about
        ]
        tones = [one.tone for one in counted]
        heard = any(one.was_heard for one in self.coverage(brand, since=since, until=until))
        return DayCount(
            on=on,
            tones=ToneCount(**{tone.value: tones.count(tone) for tone in Tone}),
            heard=heard,
            stories=len({one.story or -one.id for one in counted}),
            voices=voices(counted),
        )

    def coverage(self, brand: str, *, since: datetime, until: datetime) -> Sequence[SourceCoverage]:
        """How each source of a brand was heard in [since, until), in key order."""
        made = []
        for state in self.states():
            if state.source.brand != brand:
                continue
            runs = self.runs(since=since, until=until, source=state.source.key)
            failures = [run for run in runs if not run.outcome.heard]
            made.append(
                SourceCoverage(
                    source=state.source.key,
                    kind=state.source.kind,
                    heard=len(runs) - len(failures),
                    failed=len(failures),
                    mentions=sum(run.new_mentions for run in runs),
                    last_outcome=runs[-1].outcome if runs else None,
                    detail=failures[-1].detail if failures else "",
                    failed_at=failures[-1].started_at if failures else None,
                )
            )
        return made


def _holds(one: KeptMention, term: Term) -> bool:
    """Whether a word or phrase stands in a mention."""
    entry = one.entry
    words = text_tokens(entry.title, entry.text, f"{entry.author.name} {entry.author.handle}", entry.outlet)
    size = len(term.tokens)
    runs = (tuple(words[start : start + size]) for start in range(len(words)))
    if term.is_prefix:
        return any(
            run[:-1] == term.tokens[:-1] and run[-1:] and run[-1].startswith(term.tokens[-1]) for run in runs if len(run) == size
        )
    return term.tokens in runs


def gist(one: KeptMention) -> Gist:
    """As much of a mention as counting needs."""
    return Gist(
        one.id,
        one.story,
        one.at,
        one.tone,
        one.intent,
        one.judged.mention.media,
        one.about,
        one.answered,
        voice(one.entry, one.kind),
        one.url,
        one.title,
        one.outlet,
    )


_: type[Mentions] = FakeArchive
_also: type[Search] = FakeArchive
