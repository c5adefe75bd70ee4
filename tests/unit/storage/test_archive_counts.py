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
    # The first visit was another: what that one brings is no stir, and stands in no count of hours.
    archive.keep(state, Run(source="vakblad", started_at=NOON - DAY, outcome=Outcome.UNCHANGED), next_due_at=NOON)
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
        "gists": sorted(one.id for one in archive.gists("molenaar", since=NOON, until=NOON + DAY) if one.about),
        "pressing": sorted(one.id for one in archive.pressing("molenaar", since=NOON, until=NOON + DAY)),
        "hours": archive.hours("molenaar", NOON + HOUR / 2, HOUR)[0],
        "answers": sorted(archive.answers("molenaar", kind="x", since=NOON, until=NOON + DAY)),
        "names": sorted(archive.nameless("x", since=NOON, known_since=NOON, limit=9)),
    }


def test_what_is_put_away_counts_nowhere(three: SqlArchive) -> None:
    """Nor does it stand in any list; its own number still finds it."""
    put_away(three, 1)
    assert counted(three) == {
        "day": (2, 2),
        "gists": [2, 3],
        "pressing": [2, 3],
        "hours": (2, 2),
        "answers": [2, 3],
        "names": ["772", "773"],
    }
    assert three.story(1) == []
    assert [one.id for one in three.story(2)] == [2]
    assert three.story_gists(1, until=NOON + DAY) == []
    assert [one.id for one in three.story_gists(2, until=NOON + DAY)] == [2]
    assert three.story_gists(2, until=NOON) == []
    assert [one.id for one in three.labelled("molenaar", limit=9)] == [2]
    assert [one.id for one in three.collected("molenaar", since=NOON, until=NOON + DAY)] == [2, 3]
    found = three.mention(1)
    assert found is not None
    assert found.put_away_at == NOON


def test_what_is_not_about_us_counts_nowhere_and_is_listed(three: SqlArchive) -> None:
    """It stays in lists with what was said of it, so that it can be taken back."""
    three.keep_labels([Label(mention=1, aspect=Aspect.ABOUT, value="no", by="Ann", at=NOON)])
    assert counted(three) == {
        "day": (2, 2),
        "gists": [2, 3],
        "pressing": [2, 3],
        "hours": (2, 2),
        "answers": [2, 3],
        "names": ["772", "773"],
    }
    assert [one.id for one in three.story(1)] == [1]
    assert [one.id for one in three.labelled("molenaar", limit=9)] == [2, 1]


def test_the_tone_that_a_person_gave_is_the_one_that_is_counted_by_the_hour(three: SqlArchive) -> None:
    """As in the day's numbers."""
    three.keep_labels([Label(mention=1, aspect=Aspect.TONE, value="positive", by="Ann", at=NOON)])
    three.keep_labels([Label(mention=1, aspect=Aspect.INTENT, value="praise", by="Ann", at=NOON)])
    assert counted(three)["hours"] == (3, 2)
    assert counted(three)["names"] == ["772", "773"]


def test_a_gist_holds_what_counts(three: SqlArchive) -> None:
    """A person's words before the machine's, the story and the voice that the archive gave, and no words of the entry."""
    three.keep_labels([Label(mention=1, aspect=Aspect.TONE, value="positive", by="Ann", at=NOON)])
    three.keep_labels([Label(mention=1, aspect=Aspect.INTENT, value="question", by="Ann", at=NOON)])
    three.keep_labels([Label(mention=2, aspect=Aspect.ABOUT, value="no", by="Ann", at=NOON)])
    three.keep_labels([Label(mention=3, aspect=Aspect.ANSWERED, value="yes", by="Ann", at=NOON)])
    first, second, third = sorted(three.gists("molenaar", since=NOON, until=NOON + DAY), key=lambda one: one.id)
    assert (first.tone, first.intent, first.about, first.answered) == (Tone.POSITIVE, Intent.QUESTION, True, None)
    assert (second.tone, second.about) == (Tone.NEGATIVE, False)
    assert (third.intent, third.answered) == (Intent.COMPLAINT, True)
    assert (first.at, first.story, first.title) == (NOON, 1, "")
    assert len({first.voice, second.voice, third.voice}) == 3
    assert three.gists("molenaar", since=NOON + HOUR, until=NOON + DAY) == []
    assert three.gists("nobody", since=NOON, until=NOON + DAY) == []


def test_what_nobody_has_grouped_yet_comes_with_the_words_that_tell_it_apart(three: SqlArchive) -> None:
    """From before there were stories; each is a voice of its own."""
    with writing(three._engine) as connection:
        connection.execute(update(t.mention).where(t.mention.c.id == 1).values(story_id=None, voice=None))
    first = next(one for one in three.gists("molenaar", since=NOON, until=NOON + DAY) if one.id == 1)
    assert (first.story, first.url, first.outlet) == (0, "https://1.example/1", "vakblad.example")
    assert first.title.startswith("Molenaar roept")


def test_what_is_listed_is_read_whole(three: SqlArchive) -> None:
    """With its labels; one that is not there is left out."""
    found = three.whole([1, 3, 99])
    assert sorted(found) == [1, 3]
    assert found[1] == three.mention(1)
    assert three.outlets([1, 2, 99]) == {1: "vakblad.example", 2: "vakblad.example"}
    assert three.whole([]) == {}
