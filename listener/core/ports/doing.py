"""What is done to the world: visiting places, judging texts, sending and dressing mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from listener.core.errors import SourceError
from listener.core.mail import Message
from listener.core.model import Cursor, Document, Entry, Fetched, Judgement, Mention, Sentiment, Source, Text
from listener.core.report import Digest, Dressed
from listener.core.values import dataclass


def nothing() -> None:
    """Do nothing: for whoever does not care when a text leaves."""


class SourceKind(Protocol):
    """A way to listen to one kind of place: fetch does I/O, parse does none."""

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Ask the place once, politely; raise SourceError when it cannot be heard."""
        ...

    def parse(self, document: Document) -> Sequence[Entry]:
        """Turn the bytes into entries; one broken entry never costs the others; raise ParseError when it is something else."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A visit to make: which source, and where we stopped."""

    source: Source
    cursor: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How a visit ended: what it brought, or the error as a value; `took` in seconds, `host` whom we asked on the web."""

    ask: Ask
    answer: Fetched | SourceError
    took: float
    host: str = ""


class Ears(Protocol):
    """Visit many places at once and hand over each answer as it comes; parse what was brought."""

    def hear(self, asks: Sequence[Ask], now: datetime) -> Iterator[Sequence[Heard]]:
        """Visit every place once and hand over the answers as they come, some at a time; never raises for one of them."""
        ...

    def parse(self, kind: str, document: Document) -> Sequence[Entry]:
        """Turn a document into entries, by its kind; raise ParseError when it cannot be read."""
        ...


class Analyser(Protocol):
    """Say how texts sound; `name` carries the version, since a score without its maker is no evidence."""

    name: str

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """One sentiment for each text, in order; never raises for a text."""
        ...


class Judge(Protocol):
    """Say in which language, tone and intent mentions speak."""

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Judgement]:
        """One judgement for each mention, in order; never raises for one."""
        ...


class Notifier(Protocol):
    """Send one message; raise DeliveryError, or return None."""

    def send(self, message: Message, handing: Callable[[], None] = nothing) -> None:
        """Hand the message over; when this returns, the other side has taken it.

        `handing` is called once, just before the text itself leaves; when it raises, nothing was sent.
        """
        ...


class Dresser(Protocol):
    """Turn a digest into what is sent."""

    def __call__(self, digest: Digest) -> Dressed:
        """Subject, HTML and text, in the digest's own language."""
        ...
