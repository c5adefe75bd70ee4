"""Counts of months equal the rows, day for day, in every zone and after whatever happens to the rows."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from listener.core.labels import Aspect, Label
from listener.core.model import Entry, Media, Tone
from listener.core.removal import Removal
from listener.core.report import ToneCount
from listener.core.visits import Outcome, Run
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.engine import reading
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

DAY = timedelta(days=1)
ZONES = ("Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns")
TONES = tuple(Tone)


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    """An archive that knows two brands and a place that takes back."""
    archive.sync((brand(), brand(key="other")), (source(kind="bluesky"),), (), NOON)
    return archive


def keep(archive: SqlArchive, *seen: tuple[Entry, str, Tone, Media]) -> None:
    """Keep these at the moment in which the first of them was seen."""
    (state,) = archive.states()
    at = seen[0][0].first_seen_at
    archive.keep(
        state,
        Run(source="vakblad", started_at=at, outcome=Outcome.NEW),
        next_due_at=at,
        document=document(body=repr(seen).encode()),
        entries=[one for one, *_ in seen],
        mentions=[
            judged(mention=mention(entry=one, brand=key, media=media), judgement=judgement(tone=tone))
            for one, key, tone, media in seen
        ],
    )


def days_of(zone: str) -> list[tuple[date, datetime, datetime]]:
    """The local days around those that were filled."""
    info = ZoneInfo(zone)
    edges = [datetime.combine(date(2026, 10, 20) + number * DAY, time(), info) for number in range(33)]
    return [(since.date(), since, until) for since, until in itertools.pairwise(edges)]


def same(archive: SqlArchive) -> None:
    """Every day's tally is what `days` counts from the rows, in every zone."""
    for zone in ZONES:
        bounds = days_of(zone)
        tallied = archive.tallies(["molenaar", "other"], [(since, until) for _, since, until in bounds])
        for key, counts in tallied.items():
            assert list(counts) == [one.tones for one in archive.days(key, bounds)], (zone, key)


def counted(archive: SqlArchive) -> list[tuple[Any, ...]]:
    """What is counted, without what is nought."""
    with reading(archive._engine) as connection:
        rows = connection.execute(select(t.hour_count).order_by(*t.hour_count.primary_key)).all()
        return [tuple(row) for row in rows if row.number or row.expired]


def test_tallies_are_the_rows_whatever_happens_to_them(filled: SqlArchive) -> None:
    """Kept late or early, labelled, denied, taken back, built anew: each day as from the rows; and building anew changes nothing."""
    chance = random.Random(7)
    made: list[str] = []
    for number in range(60):
        at = datetime(2026, 10, 22, tzinfo=NOON.tzinfo) + timedelta(minutes=chance.randrange(27 * 24 * 60))
        some = []
        for place in range(4):
            guid = f"{number}-{place}"
            # Half of them around the age from which a day does not count them any more.
            ago = (
                timedelta(hours=chance.choice([0, 1, 100]))
                if chance.random() < 0.5
                else timedelta(hours=168 + chance.randint(-30, 4))
            )
            one = entry(guid=guid, url=f"https://{guid}.example/", title=guid, text="", first_seen_at=at, published_at=at - ago)
            media = chance.choice([Media.EARNED, Media.EARNED, Media.OWNED])
            some.append((one, chance.choice(["molenaar", "other"]), chance.choice(TONES), media))
            made.append(guid)
        keep(filled, *some)
    same(filled)
    ids = [one.id for one in (*filled.mentions("molenaar", limit=500), *filled.mentions("other", limit=500))]
    assert len(ids) == 240
    filled.keep_labels([Label(mention=one, aspect=Aspect.TONE, value="negative", by="", at=NOON) for one in ids[::5]])
    filled.keep_labels([Label(mention=one, aspect=Aspect.ABOUT, value="no", by="", at=NOON) for one in ids[::7]])
    filled.keep_labels([Label(mention=one, aspect=Aspect.ABOUT, value="", by="", at=NOON) for one in ids[::14]])
    filled.remove([Removal(kind="bluesky", guid=one) for one in made[::9]], NOON)
    same(filled)
    before = counted(filled)
    assert before
    filled.rebuild()
    same(filled)
    filled.fill_waiting(50)
    same(filled)
    while filled.fill_waiting(50):
        pass
    assert counted(filled) == before


def test_what_retention_let_go_stays_counted_for_ever(filled: SqlArchive) -> None:
    """Rows go, the trend stays as it was, also when the counts are built anew from what is left."""
    for number in range(6):
        at = NOON - number * DAY
        one = entry(guid=str(number), url=f"https://{number}.example/", first_seen_at=at, published_at=at)
        keep(filled, (one, "molenaar", Tone.NEGATIVE, Media.EARNED))
    bounds = [(NOON - 10 * DAY, NOON + DAY)]
    whole = {"molenaar": [ToneCount(negative=6)], "nobody": [ToneCount()]}
    assert filled.tallies(["molenaar", "nobody"], bounds) == whole
    assert filled.expire(["bluesky"], before=NOON - 2 * DAY, now=NOON).mentions == 3
    assert filled.tallies(["molenaar", "nobody"], bounds) == whole
    filled.rebuild()
    while filled.fill_waiting():
        pass
    assert filled.tallies(["molenaar", "nobody"], bounds) == whole


def test_what_nobody_wants_counted_is_not(filled: SqlArchive) -> None:
    """No bounds, bounds without a length, and what the brand says itself, which is counted apart."""
    own = replace(entry(), first_seen_at=NOON)
    keep(filled, (own, "molenaar", Tone.POSITIVE, Media.OWNED))
    assert filled.tallies(["molenaar"], []) == {"molenaar": []}
    assert filled.tallies(["molenaar"], [(NOON, NOON), (NOON, NOON + DAY)]) == {"molenaar": [ToneCount(), ToneCount()]}
    owned = filled.tallies(["molenaar"], [(NOON, NOON + timedelta(minutes=10))], media=Media.OWNED)
    assert owned == {"molenaar": [ToneCount(positive=1)]}
