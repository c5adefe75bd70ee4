"""From places to stored mentions: fetch, parse, find, judge, keep; each attempt ends as a row of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from listener.core.errors import Overtaken, ParseError, RateLimited, SourceError
from listener.core.failpoint import point
from listener.core.model import (
    Entry,
    Fetched,
    JudgedMention,
    Mention,
    Outcome,
    Run,
    Source,
    SourceState,
)
from listener.core.ports import Ask, Ears, Heard, Judge, Sources
from listener.core.schedule import next_visit

# Pages of one source in one job; what is left is asked for at the next visit, from the cursor.
MAX_PAGES = 20


class Finder(Protocol):
    """Find which brands an entry speaks of."""

    def find(self, entry: Entry, brand_of_source: str, kind: str = "") -> Sequence[Mention]:
        """The mentions in an entry, one for each brand it speaks of; `kind` is the kind of its source."""
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
            for heard in self.ears.listen([Ask(source=one.source, cursor=one.cursor) for one in states], now):
                point("collect.fetched")
                run = self._settle(by_key[heard.ask.source.key], heard, now)
                yield run
                if isinstance(heard.answer, Fetched) and heard.answer.more and run.outcome.heard:
                    unfinished.append(run.source)
            states = self.archive.states(unfinished) if unfinished else []

    def _settle(self, state: SourceState, heard: Heard, now: datetime) -> Run:
        try:
            if isinstance(heard.answer, SourceError):
                return self._keep_failure(state, heard, heard.answer, now)
            return self._keep_answer(state, heard, heard.answer, now)
        except Overtaken as fault:
            return _run(state, heard, now, outcome=Outcome.OVERTAKEN, detail=str(fault))

    def _keep_answer(self, state: SourceState, heard: Heard, answer: Fetched, now: datetime) -> Run:
        due = now if answer.more else self._due(state, now, wait=answer.wait)
        run = replace(_run(state, heard, now), cost=answer.cost, status=answer.status)
        if answer.document is None:
            run = replace(run, outcome=Outcome.UNCHANGED)
            return self.archive.keep(state, run, next_due_at=due, cursor=answer.cursor)
        run = replace(run, size=len(answer.document.body))
        try:
            entries = self.ears.parse(state.source.kind, answer.document)
        except ParseError as fault:
            # The cursor moves on all the same: the bytes are kept, and asking again would bring the same.
            run = replace(run, outcome=fault.outcome, detail=fault.detail)
            failed = self._due(state, now, failures=state.failures + 1)
            return self.archive.keep(state, run, next_due_at=failed, cursor=answer.cursor, document=answer.document)
        new = self.archive.unknown(state.source, entries)
        outcome = Outcome.NEW if new else Outcome.KNOWN if entries else Outcome.EMPTY
        return self.archive.keep(
            state,
            replace(run, outcome=outcome, entries=len(entries)),
            next_due_at=due,
            cursor=answer.cursor,
            document=answer.document,
            entries=new,
            mentions=self._judged(new, state.source),
        )

    def _judged(self, entries: Sequence[Entry], source: Source) -> Sequence[JudgedMention]:
        mentions = [mention for entry in entries for mention in self.finder.find(entry, source.brand, source.kind)]
        judgements = self.judge(mentions)
        return [JudgedMention(mention=one, judgement=word) for one, word in zip(mentions, judgements, strict=True)]

    def _keep_failure(self, state: SourceState, heard: Heard, fault: SourceError, now: datetime) -> Run:
        run = replace(
            _run(state, heard, now),
            outcome=fault.outcome,
            detail=fault.detail,
            status=fault.status,
            size=fault.size,
            cost=fault.cost,
        )
        wait = fault.until - now if isinstance(fault, RateLimited) and fault.until is not None else None
        due = self._due(state, now, failures=state.failures + 1, wait=wait)
        return self.archive.keep(state, run, next_due_at=due)

    def _due(self, state: SourceState, now: datetime, *, failures: int = 0, wait: timedelta | None = None) -> datetime:
        return next_visit(state.source.key, state.source.every, now, failures=failures, wait=wait)


def _run(state: SourceState, heard: Heard, now: datetime, *, outcome: Outcome = Outcome.NEW, detail: str = "") -> Run:
    return Run(source=state.source.key, started_at=now, outcome=outcome, took=heard.took, detail=detail)
