"""From places to stored mentions: fetch, parse, find, judge, keep; each attempt ends as a row of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from listener.core.errors import Gone, ParseError, Postponed, RateLimited, SourceError
from listener.core.failpoint import point
from listener.core.mentions import Found
from listener.core.model import Entry, Fetched, JudgedMention, Mention, Source
from listener.core.ports import Ask, Ears, Heard, Judge, Sources
from listener.core.schedule import cadence, next_visit, remembered
from listener.core.values import dataclass
from listener.core.visits import Attempt, HostRest, Outcome, Run, SourceState

# Pages of one source in one job; what is left is asked for at the next visit, from the cursor.
MAX_PAGES = 20


class Finder(Protocol):
    """Find which brands an entry speaks of."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each brand's query."""
        ...

    def look(self, entry: Entry, brand_of_source: str, kind: str = "") -> Found:
        """The mentions in an entry, one for each brand it speaks of, and its near misses; `kind` is the kind of its source."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """What collecting needs of the world."""

    archive: Sources
    ears: Ears
    finder: Finder
    judge: Judge

    def collect(self, states: Sequence[SourceState], now: datetime) -> Iterator[Run]:
        """Visit these sources and yield each attempt as it is kept; never raises for one of them."""
        for _ in range(MAX_PAGES):
            if not states:
                return
            by_key = {state.source.key: state for state in states}
            unfinished = []
            for some in self.ears.hear([Ask(source=one.source, cursor=one.cursor) for one in states], now):
                for _ in some:
                    point("collect.fetched")
                runs = self._settle([(by_key[heard.ask.source.key], heard) for heard in some], now)
                yield from runs
                for heard, run in zip(some, runs, strict=True):
                    if isinstance(heard.answer, Fetched) and heard.answer.more and run.outcome.heard:
                        unfinished.append(run.source)
            states = self.archive.states(unfinished) if unfinished else []

    def _settle(self, visits: Sequence[tuple[SourceState, Heard]], now: datetime) -> Sequence[Run]:
        """Keep what some visits brought, in one transaction; the judging is done before it begins."""
        attempts, read = [], []
        for state, heard in visits:
            if isinstance(heard.answer, SourceError):
                attempts.append(_failed(state, heard, heard.answer, now))
            else:
                attempt, entries = self._answered(state, heard, heard.answer, now)
                attempts.append(attempt)
                if entries:
                    read.append((len(attempts) - 1, entries))
        # What says something else now is new once more: its former words go first.
        rewritten = [one for _, heard in visits if isinstance(heard.answer, Fetched) for one in heard.answer.rewritten]
        if rewritten:
            self.archive.rewrite(list(dict.fromkeys(rewritten)), now)
        unknown = self.archive.unknown([(attempts[place].state.source, entries) for place, entries in read])
        found = [self._found(new, attempts[place].state.source) for (place, _), new in zip(read, unknown, strict=True)]
        point("collect.matched")
        judged = iter(self._judged([mention for one in found for mention in one.mentions]))
        point("collect.judged")
        for (place, _), new, one in zip(read, unknown, found, strict=True):
            answer = visits[place][1].answer
            assert isinstance(answer, Fetched)
            filled = _filled(attempts[place], answer, new, [next(judged) for _ in one.mentions], now)
            attempts[place] = replace(filled, near=one.near, asked=self.finder.versions if new else {})
        return self.archive.keep_all(attempts)

    def _answered(self, state: SourceState, heard: Heard, answer: Fetched, now: datetime) -> tuple[Attempt, Sequence[Entry]]:
        run = Run(
            source=state.source.key,
            started_at=now,
            outcome=Outcome.UNCHANGED,
            took=heard.took,
            status=answer.status,
            cost=answer.cost,
            detail=answer.detail,
        )
        due = now if answer.document else _due(state, answer, state.recent, now)
        attempt = Attempt(
            state=state,
            run=run,
            next_due_at=due,
            cursor=answer.cursor,
            note=answer.note,
            host=heard.host,
            removed=answer.removed,
            coverage=answer.coverage,
        )
        if answer.document is None:
            return attempt, ()
        size = len(answer.document.body)
        try:
            entries = self.ears.parse(state.source.kind, answer.document)
        except ParseError as fault:
            # The cursor moves on all the same, unless the kind knows better: the bytes are kept, and asking again would
            # bring the same.
            run = replace(run, size=size, outcome=fault.outcome, detail=fault.detail)
            due = next_visit(state.source.key, state.source.every, now, failures=state.failures + 1, wait=answer.wait)
            cursor = answer.cursor if answer.unread is None else answer.unread
            return replace(attempt, run=run, next_due_at=due, document=answer.document, cursor=cursor, note=None), ()
        run = replace(run, size=size, outcome=Outcome.KNOWN if entries else Outcome.EMPTY, entries=len(entries))
        due = _due(state, answer, state.recent, now)
        return replace(attempt, run=run, next_due_at=due, document=answer.document), entries

    def _found(self, entries: Sequence[Entry], source: Source) -> Found:
        found = [self.finder.look(entry, source.brand, source.kind) for entry in entries]
        return Found(tuple(one for each in found for one in each.mentions), tuple(one for each in found for one in each.near))

    def _judged(self, mentions: Sequence[Mention]) -> Sequence[JudgedMention]:
        judgements = self.judge(mentions) if mentions else ()
        return [JudgedMention(mention=one, judgement=word) for one, word in zip(mentions, judgements, strict=True)]


def _filled(attempt: Attempt, answer: Fetched, new: Sequence[Entry], mentions: Sequence[JudgedMention], now: datetime) -> Attempt:
    """An attempt with the entries that are new, and the rhythm they show."""
    if not new:
        return attempt
    state = attempt.state
    # What has no date was said when we saw it, but not on the first visit: then it may be years old.
    moments = [one.published_at or (one.first_seen_at if state.heard_at else None) for one in new]
    recent = remembered(state.recent, [one for one in moments if one is not None])
    return replace(
        attempt,
        run=replace(attempt.run, outcome=Outcome.NEW),
        next_due_at=_due(state, answer, recent, now),
        entries=new,
        mentions=mentions,
        recent=recent,
    )


def _failed(state: SourceState, heard: Heard, fault: SourceError, now: datetime) -> Attempt:
    run = replace(
        _run(state, heard, now),
        outcome=fault.outcome,
        detail=fault.detail,
        status=fault.status,
        size=fault.size,
        cost=fault.cost,
    )
    if isinstance(fault, Postponed):
        return Attempt(state=state, run=run, next_due_at=max(fault.until, now))
    until = fault.until if isinstance(fault, RateLimited) else None
    return Attempt(
        state=state,
        run=run,
        next_due_at=next_visit(
            state.source.key, state.source.every, now, failures=state.failures + 1, wait=None if until is None else until - now
        ),
        cursor=fault.cursor,
        host=heard.host,
        rest=HostRest(host=fault.host, until=until, reason=fault.detail) if isinstance(fault, RateLimited) and fault.host else None,
        # Once may be a slip of the server.
        ends=isinstance(fault, Gone) and state.last_run is not None and state.last_run.status == fault.status,
    )


def _due(state: SourceState, answer: Fetched, recent: Sequence[datetime], now: datetime) -> datetime:
    if answer.more:
        return now
    every = cadence(state.source.every, recent, now) if answer.adaptive else state.source.every
    return next_visit(state.source.key, every, now, wait=answer.wait, closed=answer.closed)


def _run(state: SourceState, heard: Heard, now: datetime) -> Run:
    return Run(source=state.source.key, started_at=now, outcome=Outcome.NEW, took=heard.took)
