"""What a later query does not catch, or people say is not about the brand, counts nowhere: the same in every list and number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from listener.core.labels import Aspect, Label
from listener.core.model import Author, Intent, Tone
from listener.core.visits import Outcome, Run
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.engine import writing
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = [(date(2026, 11, 20), NOON, NOON + DAY)]


@pytest.fixture
def three(archive: SqlArchive) -> SqlArchive:
    """Three negative complaints on X, 1 to 3, of nameless authors; a person spoke of the first and the second."""
    archive.sync((brand(),), (source(kind="x"),), (), NOON)
    (state,) = archive.states()
    title = "Molenaar roept duizenden kleppen van pompen terug"
    seen = [
        entry(guid=f"{n}00", url=f"https://{n}.example/1", title=title, text="", author=Author(id=f"77{n}"), first_seen_at=NOON)
        for n in (1, 2, 3)
    ]
    said = judgement(tone=Tone.NEGATIVE, intent=Intent.COMPLAINT)
    archive.keep(
        state,
        Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(),
        entries=seen,
        mentions=[judged(mention=mention(entry=one), judgement=said) for one in seen],
    )
    archive.keep_labels([Label(mention=n, aspect=Aspect.TONE, value="negative", by="Ann", at=NOON) for n in (1, 2)])
    return archive


def put_away(archive: SqlArchive, which: int) -> None:
    """As a later query does that does not catch it."""
    with writing(archive._engine) as connection:
        connection.execute(update(t.mention).where(t.mention.c.id == which).values(put_away_at=NOON))


def counted(archive: SqlArchive) -> dict[str, object]:
    """Every number that is taken of mentions."""
    (day,) = archive.days("molenaar", TODAY)
    return {
        "day": (day.tones.total, day.stories),
        "hours": archive.hours("molenaar", NOON + HOUR / 2, HOUR)[0],
        "answers": sorted(archive.answers("molenaar", kind="x", since=NOON, until=NOON + DAY)),
        "names": sorted(archive.nameless("x", since=NOON, known_since=NOON, limit=9)),
    }


def test_what_is_put_away_counts_nowhere(three: SqlArchive) -> None:
    """Nor does it stand in any list; its own number still finds it."""
    put_away(three, 1)
    assert counted(three) == {"day": (2, 2), "hours": (2, 2), "answers": [2, 3], "names": ["772", "773"]}
    assert three.story(1) == []
    assert [one.id for one in three.story(2)] == [2]
    assert [one.id for one in three.labelled("molenaar", limit=9)] == [2]
    assert [one.id for one in three.collected("molenaar", since=NOON, until=NOON + DAY)] == [2, 3]
    found = three.mention(1)
    assert found is not None
    assert found.put_away_at == NOON


def test_what_is_not_about_us_counts_nowhere_and_is_listed(three: SqlArchive) -> None:
    """It stays in lists with what was said of it, so that it can be taken back."""
    three.keep_labels([Label(mention=1, aspect=Aspect.ABOUT, value="no", by="Ann", at=NOON)])
    assert counted(three) == {"day": (2, 2), "hours": (2, 2), "answers": [2, 3], "names": ["772", "773"]}
    assert [one.id for one in three.story(1)] == [1]
    assert [one.id for one in three.labelled("molenaar", limit=9)] == [2, 1]


def test_the_tone_that_a_person_gave_is_the_one_that_is_counted_by_the_hour(three: SqlArchive) -> None:
    """As in the day's numbers."""
    three.keep_labels([Label(mention=1, aspect=Aspect.TONE, value="positive", by="Ann", at=NOON)])
    three.keep_labels([Label(mention=1, aspect=Aspect.INTENT, value="praise", by="Ann", at=NOON)])
    assert counted(three)["hours"] == (3, 2)
    assert counted(three)["names"] == ["772", "773"]
