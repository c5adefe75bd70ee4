"""The second set of adapters: small, honest ones that live in memory; contract tests hold them to what the real ones do."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from listener.core.errors import AccessDenied, DeliveryError, ParseError, SourceError
from listener.core.mail import Message
from listener.core.model import Cursor, Document, Entry, Fetched, Intent, Judgement, Mention, Source, Tone
from listener.core.ports import Ask, Heard, nothing


@dataclass
class FakeEars:
    """Ears for places that exist in the test alone: each answers what it was told to, in order, and then nothing new.

    A document of theirs is text, one entry a line: `guid|title|text`. A line `!` is a document that cannot be read.
    """

    answers: dict[str, deque[Fetched | SourceError]] = field(default_factory=lambda: defaultdict(deque))
    asked: list[tuple[str, Cursor | None]] = field(default_factory=list)
    at_once: int = 2

    def say(  # a sentence of the test: this place says these lines
        self, source: str, *lines: str, cursor: str = "1", more: bool = False, wait: timedelta | None = None
    ) -> None:
        """Have a place answer with a document of these lines."""
        self.answers[source].append(Fetched(document=made(source, *lines), cursor=Cursor({"at": cursor}), more=more, wait=wait))

    def nothing_new(self, source: str) -> None:
        """Have a place answer that nothing changed."""
        self.answers[source].append(Fetched(document=None, cursor=Cursor({"at": "same"})))

    def fail(self, source: str, fault: SourceError) -> None:
        """Have a place fail."""
        self.answers[source].append(fault)

    def hear(self, asks: Sequence[Ask], now: datetime) -> Iterator[Sequence[Heard]]:
        """Hand over the next answer of each place, `at_once` of them at a time."""
        heard = list(self._heard(asks, now))
        for start in range(0, len(heard), self.at_once):
            yield heard[start : start + self.at_once]

    def _heard(self, asks: Sequence[Ask], now: datetime) -> Iterator[Heard]:
        for ask in asks:
            self.asked.append((ask.source.key, ask.cursor))
            waiting = self.answers[ask.source.key]
            answer: Fetched | SourceError
            if ask.source.kind == "no-such-kind":
                answer = AccessDenied(f"unknown kind '{ask.source.kind}'")
            elif waiting:
                answer = _at(waiting.popleft(), now)
            else:
                answer = Fetched(document=None, cursor=ask.cursor or Cursor({}))
            yield Heard(ask=ask, answer=answer, took=0.01, host=f"{ask.source.key}.example")

    def parse(self, kind: str, document: Document) -> Sequence[Entry]:
        """One entry for each line."""
        lines = document.body.decode().splitlines()
        if "!" in lines:
            raise ParseError("this is not a feed")
        return [_entry(document, line) for line in lines]


def made(source: str, *lines: str) -> Document:
    """A document of these lines."""
    return Document(
        source=source,
        url=f"https://{source}.example/feed",
        media_type="text/plain",
        body="\n".join(lines).encode(),
        fetched_at=datetime.min,
    )


def _at(answer: Fetched | SourceError, now: datetime) -> Fetched | SourceError:
    if isinstance(answer, SourceError) or answer.document is None:
        return answer
    return replace(answer, document=replace(answer.document, fetched_at=now))


def _entry(document: Document, line: str) -> Entry:
    guid, title, text = (*line.split("|"), "", "")[:3]
    return Entry(
        document=document.fingerprint,
        source=document.source,
        guid=guid,
        url=f"https://{document.source}.example/{guid}",
        link=f"https://{document.source}.example/{guid}",
        title=title,
        text=text,
        outlet=f"{document.source}.example",
        first_seen_at=document.fetched_at,
        published_at=document.fetched_at,
    )


@dataclass
class FakeJudge:
    """A judge that finds everything neutral, but what speaks of leaking."""

    seen: list[Mention] = field(default_factory=list)

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Judgement]:
        """Negative where the excerpt says `lekt`, else neutral."""
        self.seen.extend(mentions)
        return [
            Judgement(
                language="nl",
                tone=Tone.NEGATIVE if "lekt" in one.excerpt else Tone.NEUTRAL,
                polarity=-0.5 if "lekt" in one.excerpt else 0.0,
                confidence=0.5,
                intent=Intent.OTHER,
                judge="fake 1",
            )
            for one in mentions
        ]


@dataclass
class Outbox:
    """A notifier that keeps what it is given; `faults` are raised first, one for each send."""

    sent: list[Message] = field(default_factory=list)
    faults: deque[DeliveryError | None] = field(default_factory=deque)

    def send(self, message: Message, handing: Callable[[], None] = nothing) -> None:
        """Keep the message, or raise the next fault: one that may have arrived only after the text has left."""
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and not getattr(fault, "maybe", False):
            raise fault
        handing()
        if fault is not None:
            raise fault
        self.sent.append(message)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


def source(key: str = "vakblad", *, kind: str = "rss", brand: str = "molenaar") -> Source:
    """A source of that name."""
    return Source(key=key, brand=brand, kind=kind, address=f"https://{key}.example/feed")
