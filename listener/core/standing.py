"""How the parts of the whole stand: who showed signs of life, what waits, and what has fallen silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from listener.core.alert import silent
from listener.core.values import dataclass
from listener.core.visits import SourceState

# A clock or worker shows itself each minute.
SIGNS_EVERY = timedelta(minutes=1)
_SILENT = timedelta(minutes=3)
# A machine that is gone for good is trouble for a day, and then history.
_REMEMBERED = timedelta(days=1)
# A mail server is given so long before somebody is called.
_UNSENT = timedelta(minutes=30)
# What waits longer than this on the queue has nobody who takes it.
_UNTAKEN = timedelta(minutes=10)
# The box of alerts that go out otherwise than by mail.
CHANNELS = "channel"


class Post(StrEnum):
    """Who leaves signs of life; the word is part of its row's key."""

    CLOCK = "clock"
    WORKER = "worker"
    BACKUP = "backup"


class Part(StrEnum):
    """A part of the whole that can fall silent."""

    CLOCK = "clock"
    WORKER = "worker"
    QUEUE = "queue"
    MAIL = "mail"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign of life: who (`name` is "machine:process"), which version, since when, and when last."""

    post: Post
    name: str
    version: str
    begun_at: datetime
    seen_at: datetime
    detail: str = ""  # of a worker how many jobs it has in hand, of a backup what it is

    @property
    def machine(self) -> str:
        """The machine's name."""
        return self.name.rpartition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An outbox: what waits, since when the oldest has, what was given up in the last week, and the latest word of a server."""

    name: str  # digest, alert, channel, evidence
    waiting: int = 0
    oldest: datetime | None = None
    failed: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The queue: jobs by state, since when the oldest waits, and how many are in the hands of a worker that is gone."""

    jobs: Mapping[str, int]
    oldest: datetime | None = None
    stalled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the parts stand; sizes in bytes, None where they cannot be known from here."""

    schema: str
    database: str  # "SQLite 3.40.1"
    size: int | None = None
    free: int | None = None
    signs: Sequence[Sign] = ()
    boxes: Sequence[Box] = ()
    queue: Queue | None = None
    unindexed: int = 0

    def of(self, post: Post) -> Sequence[Sign]:
        """The signs of one post, latest seen first."""
        return sorted((one for one in self.signs if one.post is post), key=lambda one: (one.seen_at, one.name), reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A part that has fallen silent: which, since when (None: it was never heard), and a word on why, in nobody's language."""

    part: Part
    name: str
    since: datetime | None
    why: str = ""

    @property
    def subject(self) -> str:
        """By which it is known again, and told once."""
        return f"{self.part.value} {self.name}".strip()


class Signs(Protocol):
    """The archive's memory of who works on it, and how its parts stand."""

    def leave_sign(self, sign: Sign) -> None:
        """Write down a sign of life; of one post and name there is one."""
        ...

    def take_sign(self, post: Post, name: str) -> None:
        """Take a sign of life away: who left it stops in order."""
        ...

    def standing(self, now: datetime) -> Standing:
        """How the parts stand now."""
        ...


def troubles(standing: Standing, now: datetime) -> Sequence[Trouble]:
    """What of the program itself has fallen silent, in a fixed order; what nobody ever started is not silent."""
    return [*_clock(standing, now), *_workers(standing, now), *_queue(standing, now), *_mail(standing, now)]


def is_silent(sign: Sign, now: datetime) -> bool:
    """Whether a sign of life is too old; one of the future was left by a clock that was ahead, and says nothing."""
    return now - sign.seen_at > _SILENT


def _clock(standing: Standing, now: datetime) -> list[Trouble]:
    clocks = standing.of(Post.CLOCK)
    if not clocks or not is_silent(clocks[0], now):
        return []
    return [Trouble(part=Part.CLOCK, name="", since=clocks[0].seen_at, why=clocks[0].detail)]


def _workers(standing: Standing, now: datetime) -> list[Trouble]:
    """Workers that fell silent without a word, and for whom no younger one stands in on the same machine."""
    lost = []
    workers = standing.of(Post.WORKER)
    heirs = [one for one in workers if not is_silent(one, now)]
    for one in sorted(workers, key=lambda sign: sign.seen_at):
        if not is_silent(one, now) or now - one.seen_at > _REMEMBERED:
            continue
        heir = next((other for other in heirs if other.machine == one.machine and other.begun_at >= one.seen_at), None)
        if heir is None:
            lost.append(Trouble(part=Part.WORKER, name=one.name, since=one.seen_at, why=f"Listener {one.version}"))
        else:
            heirs.remove(heir)
    return lost


def _queue(standing: Standing, now: datetime) -> list[Trouble]:
    queue = standing.queue
    if queue is None or queue.oldest is None or now - queue.oldest <= _UNTAKEN:
        return []
    return [Trouble(part=Part.QUEUE, name="", since=queue.oldest)]


def _mail(standing: Standing, now: datetime) -> list[Trouble]:
    mails = [one for one in standing.boxes if one.name != CHANNELS]
    late = [one for one in mails if one.oldest is not None and now - one.oldest > _UNSENT]
    if not late:
        return []
    since = min(one.oldest for one in late if one.oldest is not None)
    return [Trouble(part=Part.MAIL, name="", since=since, why=next((one.error for one in late if one.error), ""))]


def silent_sources(states: Sequence[SourceState], now: datetime) -> Sequence[Trouble]:
    """The sources that have fallen silent, as their alerts know them."""
    by_key = {state.source.key: state for state in states}
    found = [by_key[one.subject] for one in silent(states, now)]
    return [
        Trouble(
            part=Part.SOURCE,
            name=state.source.key,
            since=state.heard_at,
            why=state.last_run.detail if state.last_run is not None else "",
        )
        for state in found
    ]
