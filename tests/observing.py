"""Observations with sensible defaults, so that a test of the evidence names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.core.labels import NO, YES, Aspect, Label
from listener.core.model import Intent, Tone
from listener.core.observed import Check, Observed, Party, Place, Question, Reply
from listener.core.sampling import Sample, Stratum
from listener.core.tellings import INTENTS, TONES, Row, Table

SINCE = datetime(2026, 7, 31, 22, tzinfo=UTC)  # midnight of 1 August in Amsterdam
UNTIL = SINCE + timedelta(days=91)
DAY, HOUR = 86_400, 3_600
SECOND = int(SINCE.timestamp())
RSS, X = 0, 1
PLACES = (
    Place(key="vakblad", kind="rss", route="feeds", since=SINCE, until=UNTIL, trade=True),
    Place(key="molenaar-x", kind="x", route="x", since=SINCE, until=UNTIL, social=True),
)


def row(id: int, **changes: Any) -> Row:  # noqa: A002 - the field's word
    """A mention of a story and a voice of its own, on the day of its number, neutral and neither complaint nor question."""
    day = changes.pop("day", id % 90)
    at = SECOND + int(day * DAY) + HOUR
    for name, words in (("tone", TONES), ("intent", INTENTS)):
        if isinstance(changes.get(name), str):
            changes[name] = words.index(changes[name])
    made = Row(
        id=id,
        story=id,
        voice=id,
        item=id,
        conversation=0,
        at=at,
        source=RSS,
        language=0,
        party=Party.INDEPENDENT,
        tone=TONES.index(Tone.NEUTRAL),
        intent=INTENTS.index(Intent.OTHER),
        neutral=1,
        reply=Reply.NOT_OBSERVABLE,
        reply_at=0,
        relation=0,
    )
    return made._replace(**changes)


def observed(*rows: Row, **changes: Any) -> Observed:
    """Ninety-one days of Molenaar Pompen, heard without a gap through a feed and X, looked at a day later."""
    made = Observed(
        brand="molenaar",
        brand_name="Molenaar Pompen",
        language="nl",
        timezone="Europe/Amsterdam",
        since=SINCE,
        until=UNTIL,
        made_at=UNTIL + timedelta(days=1),
        table=Table.of(rows),
        places=PLACES,
        accounts=1,
        own_heard=True,
    )
    return replace(made, **changes)


def label(mention: int, aspect: Aspect, value: str, by: str = "Ann", at: datetime = UNTIL) -> Label:
    """A person's word on a mention."""
    return Label(mention=mention, aspect=aspect, value=value, by=by, at=at)


def check(mention: int, question: Question, answer: str, by: str = "Ann", at: datetime = UNTIL) -> Check:
    """A person's answer about a mention."""
    return Check(mention=mention, question=question, answer=answer, by=by, at=at)


def about(*mentions: int, by: str = "Ann", yes: bool = True) -> tuple[Label, ...]:
    """A person says of each of these whether it is about the brand."""
    return tuple(label(one, Aspect.ABOUT, YES if yes else NO, by) for one in mentions)


def complaint(*mentions: int, by: str = "Ann") -> tuple[Label, ...]:
    """A person calls each of these a complaint."""
    return tuple(label(one, Aspect.INTENT, Intent.COMPLAINT.value, by) for one in mentions)


def sample(*mentions: int, stories: int | None = None, name: str = "neutral/other") -> Sample:
    """A sample of the first week, of one stratum, from which these were drawn."""
    size = len(mentions) if stories is None else stories
    return Sample(brand="molenaar", week=SINCE.date(), seed=1, strata=(Stratum(name=name, stories=size, drawn=tuple(mentions)),))
