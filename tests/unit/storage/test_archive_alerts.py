"""The archive's memory of alerts: told once, by whichever clock is first, and sent to each target by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from listener.core.alert import Alert, Line, Matter, Stage, Watch
from listener.core.errors import StorageError
from listener.core.model import Media, Tone
from listener.core.visits import Outcome, Run
from listener.storage.alerts import alert_of
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

HOUR = timedelta(hours=1)
RULE = "molenaar/crisis"
ALERT = Alert(
    key="molenaar/crisis/new/spike/1",
    rule=RULE,
    brand="molenaar",
    brand_name="Molenaar \ud800 Pompen",
    watch=Watch.NEGATIVE,
    stage=Stage.NEW,
    size=12,
    usual=2.5,
    hours=3,
    lines=(Line(title="x\x00y", outlet="o", link="https://o.example/1", at=NOON, tone=Tone.NEGATIVE),),
    detail="",
    language="nl",
    timezone="Europe/Amsterdam",
    page="https://x.example",
    raised_at=NOON,
)
MATTER = Matter(subject="spike", opened_at=NOON, seen_at=NOON, told_at=NOON, told_size=12)


def test_an_alert_and_its_matter_are_kept_together(archive: SqlArchive) -> None:
    """And come back as they were, half surrogates and all."""
    (made,) = archive.keep_alerts(RULE, [MATTER], [(ALERT, {"a@x.example": "<1@x>", "channel:chat": "<2@x>"})])
    assert archive.alert(made) == ALERT
    assert archive.matters(RULE) == {"spike": replace(MATTER, revision=1)}
    assert archive.untold(NOON) == [made]
    assert archive.alerts()[0][2] == [("a@x.example", "waiting", ""), ("channel:chat", "waiting", "")]
    assert archive.alert(99) is None
    assert archive.matters("other") == {}


def test_of_two_clocks_one_tells(archive: SqlArchive) -> None:
    """The second finds the matter told, and keeps nothing of its own; a later word needs the newest revision."""
    archive.keep_alerts(RULE, [MATTER], [(ALERT, {"a@x.example": "<1@x>"})])
    again = replace(ALERT, key="another")
    assert archive.keep_alerts(RULE, [MATTER], [(again, {"a@x.example": "<2@x>"})]) == []
    known = archive.matters(RULE)["spike"]
    assert len(archive.keep_alerts(RULE, [replace(known, told_size=30)], [(again, {})])) == 1
    assert archive.keep_alerts(RULE, [replace(known, told_size=99)], [(replace(ALERT, key="third"), {})]) == []
    assert archive.matters(RULE)["spike"].told_size == 30
    assert len(archive.alerts()) == 2


def test_a_target_that_has_it_is_not_told_again(archive: SqlArchive) -> None:
    """Each has a row of its own."""
    (made,) = archive.keep_alerts(RULE, [MATTER], [(ALERT, {"a@x.example": "<1@x>", "channel:chat": "<2@x>"})])
    box = archive.alert_outbox
    first, second = (box.claim(made, NOON, lease=HOUR) for _ in range(2))
    assert first is not None
    assert second is not None
    box.settle(first, NOON, sent=True)
    box.settle(second, NOON, sent=False, error="HTTP 503", retry_at=NOON + HOUR)
    third = box.claim(made, NOON + HOUR, lease=HOUR)
    assert third is not None
    assert third.recipient == second.recipient
    assert archive.untold(NOON + HOUR) == []


def test_a_rule_stands_from_when_it_was_first_seen(archive: SqlArchive) -> None:
    """What was said before is no news to it."""
    assert archive.rule_since(RULE, NOON) == NOON
    assert archive.rule_since(RULE, NOON + HOUR) == NOON


def collect(archive: SqlArchive, at: datetime, *tones: Tone, media: Media = Media.EARNED) -> None:
    """Hear mentions of these tones at a moment."""
    (state,) = archive.states()
    items = [entry(guid=f"{at.isoformat()} {number} {media}", first_seen_at=at) for number in range(len(tones))]
    archive.keep(
        state,
        Run(source="vakblad", started_at=at, outcome=Outcome.NEW if items else Outcome.UNCHANGED, entries=len(items)),
        next_due_at=at,
        document=document(body=f"{at} {media}".encode()),
        entries=items,
        mentions=[
            judged(mention=mention(entry=one, media=media), judgement=judgement(tone=tone))
            for one, tone in zip(items, tones, strict=True)
        ],
    )


def test_hours_are_counted_back_from_now(archive: SqlArchive) -> None:
    """Others' mentions by when they were collected; hours far from any visit are gaps."""
    archive.sync((brand(),), (source(),), (), NOON)
    assert archive.hours("molenaar", NOON, 3 * HOUR) == [None, None, None]
    collect(archive, NOON - 30 * HOUR, Tone.NEGATIVE)
    collect(archive, NOON - timedelta(minutes=61), Tone.NEGATIVE, Tone.NEUTRAL)
    collect(archive, NOON - timedelta(minutes=59), Tone.POSITIVE)
    collect(archive, NOON - timedelta(minutes=5), Tone.NEGATIVE)
    collect(archive, NOON - timedelta(minutes=4), Tone.NEGATIVE, media=Media.OWNED)
    collect(archive, NOON, Tone.NEGATIVE)
    found = archive.hours("molenaar", NOON, 48 * HOUR)
    assert len(found) == 48
    assert found[-3:] == [(0, 0), (2, 1), (2, 1)]
    assert found[48 - 31 : 48 - 29] == [(1, 1), (0, 0)]
    assert found[48 - 15] is None
    assert archive.hours("nobody", NOON, HOUR) == [None]


def test_a_damaged_alert_is_a_storage_fault() -> None:
    """In one line."""
    for text in ("", "[]", "{}", '{"lines": [1]}'):
        with pytest.raises(StorageError, match="kept alert"):
            alert_of(text)
