"""Taking over another tool's archive: which of its entries speak of the brand, how we judge them, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from listener.core.model import Document, Entry, JudgedMention, Judgement
from listener.core.ports import Judge, Sources
from listener.core.values import dataclass
from listener.core.visits import Attempt, Outcome, Run, SourceState
from listener.jobs.collect import Finder

AT_ONCE = 500  # rows that are kept in one transaction


class Imports(Sources, Protocol):
    """What taking over needs of the archive."""

    def imported(self, key: str, brand: str, now: datetime) -> SourceState:
        """The source that an import's entries belong to, made when it is not there yet; it is never due."""
        ...

    def keep_theirs(self, source: str, said: Sequence[tuple[Entry, Judgement]], now: datetime) -> int:
        """Keep another tool's judgements beside ours, of entries of a source that are mentions; how many are new."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """What came of some rows: mentions that are new, entries that are no mention, and what was there already."""

    mentions: int = 0
    other: int = 0
    known: int = 0
    theirs: int = 0  # judgements of the other tool that are new

    def __add__(self, other: TakenOver) -> TakenOver:
        """Both together."""
        return TakenOver(
            mentions=self.mentions + other.mentions,
            other=self.other + other.other,
            known=self.known + other.known,
            theirs=self.theirs + other.theirs,
        )


def paper(source: str, file: str, *, fingerprint: str, first: int, last: int, now: datetime) -> Document:
    """What stands for some rows of a file in the chain of custody: which file (by its sha256) and which rows of it."""
    body = json.dumps({"file": file, "sha256": fingerprint, "rows": [first, last]})
    return Document(source=source, url="", media_type="application/vnd.listener.import+json", body=body.encode(), fetched_at=now)


def take_over(
    archive: Imports,
    *,
    finder: Finder,
    judge: Judge,
    state: SourceState,
    document: Document,
    rows: Sequence[tuple[Entry, Judgement | None]],
    now: datetime,
) -> TakenOver:
    """Keep some rows in one transaction, and the other tool's word on them; doing it again adds nothing."""
    entries = [entry for entry, _ in rows]
    (new,) = archive.unknown([(state.source, entries)])
    found = [mention for entry in new for mention in finder.look(entry, state.source.brand, state.source.kind).mentions]
    judgements = judge(found) if found else ()
    mentions = [JudgedMention(mention=one, judgement=word) for one, word in zip(found, judgements, strict=True)]
    if new:
        run = Run(source=state.source.key, started_at=now, outcome=Outcome.NEW, entries=len(entries), size=len(document.body))
        attempt = Attempt(
            state=state,
            run=run,
            next_due_at=state.next_due_at,
            document=document,
            entries=new,
            mentions=mentions,
            asked=finder.versions,
        )
        archive.keep_all([attempt])
    said = [(entry, word) for entry, word in rows if word is not None]
    theirs = archive.keep_theirs(state.source.key, said, now) if said else 0
    speaking = {id(one.entry) for one in found}
    other = sum(id(entry) not in speaking for entry in new)
    return TakenOver(mentions=len(found), other=other, known=len(entries) - len(new), theirs=theirs)
