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


def collect(
    archive: SqlArchive,
    at: datetime,
    *tones: Tone,
    media: Media = Media.EARNED,
    key: str = "vakblad",
    said: timedelta = timedelta(0),
) -> None:
    """Hear mentions of these tones at a moment, which were said so long before."""
    (state,) = archive.states([key])
    items = [
        entry(
            guid=f"{key} {at.isoformat()} {number} {media} {said}",
            url="",
            title=f"Bericht {key} {at.isoformat()} {number} {said}",
            source=key,
            first_seen_at=at,
            published_at=at - said,
        )
        for number in range(len(tones))
    ]
    archive.keep(
        state,
        Run(source=key, started_at=at, outcome=Outcome.NEW if items else Outcome.UNCHANGED, entries=len(items)),
        next_due_at=at,
        document=document(source=key, body=f"{at} {media} {said}".encode()),
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
    collect(archive, NOON - 31 * HOUR)
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


def test_what_was_old_when_it_was_collected_is_no_stir(archive: SqlArchive) -> None:
    """A source that brings its history, all at once or page by page, and what a source's first visit brings, however fresh."""
    archive.sync((brand(),), (source(), source(key="forum")), (), NOON)
    collect(archive, NOON - 40 * HOUR, Tone.NEGATIVE)
    collect(archive, NOON - HOUR / 2, *[Tone.NEGATIVE] * 9, said=7 * HOUR)
    collect(archive, NOON - HOUR / 3, Tone.NEGATIVE, said=5 * HOUR)
    collect(archive, NOON - HOUR / 4, *[Tone.NEGATIVE, Tone.POSITIVE] * 10, key="forum")
    collect(archive, NOON - HOUR / 15, Tone.NEUTRAL, key="forum")
    found = archive.hours("molenaar", NOON, 48 * HOUR)
    assert found[-1] == (2, 1)
    assert found[48 - 41] == (0, 0)


def test_a_story_is_found_where_it_stands_now(archive: SqlArchive) -> None:
    """By any of its mentions."""
    archive.sync((brand(),), (source(),), (), NOON)
    collect(archive, NOON, Tone.NEGATIVE, Tone.NEGATIVE)
    ids = [one.id for one in archive.mentions("molenaar")]
    assert archive.stories_of([*ids, 99]) == {one.id: one.story for one in archive.mentions("molenaar")}


def test_a_damaged_alert_is_a_storage_fault() -> None:
    """In one line."""
    for text in ("", "[]", "{}", '{"lines": [1]}'):
        with pytest.raises(StorageError, match="kept alert"):
            alert_of(text)
