"""The archive's memory of samples and answers: a week is drawn once, an answer is never lost, and what goes takes its answers along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from listener.core.errors import StorageError
from listener.core.listed import List, Mark
from listener.core.model import Author, Intent, Media, Tone
from listener.core.observed import Check, Doubtful, Question
from listener.core.removal import Cause, Removal
from listener.core.sampling import draw
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

DAY = timedelta(days=1)
WEEK = date(2026, 11, 16)


@pytest.fixture
def four(either_database: str) -> Iterator[SqlArchive]:
    """An archive with four stories of one day: a complaint, a negative, a neutral one, and one of the brand's own."""
    with SqlArchive(either_database) as archive:
        archive.sync((brand(), brand(key="other")), (source(),), (), NOON)
        (state,) = archive.states()
        words = (
            "lekkende pomp in Gent",
            "dure onderhoudsbeurt geweigerd",
            "nieuwe vestiging geopend vandaag",
            "wij zoeken monteurs nu",
        )
        seen = [
            entry(guid=str(n), url=f"https://a.example/{n}", title=title, text="", author=Author(id=f"a{n}"))
            for n, title in enumerate(words)
        ]
        tones = (Tone.NEUTRAL, Tone.NEGATIVE, Tone.POSITIVE, Tone.NEUTRAL)
        archive.keep(
            state,
            Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW),
            next_due_at=NOON,
            document=document(),
            entries=seen,
            mentions=[
                judged(
                    mention=mention(entry=one, media=Media.OWNED if n == 3 else Media.EARNED),
                    judgement=judgement(tone=tones[n], intent=Intent.COMPLAINT if n == 0 else Intent.OTHER),
                )
                for n, one in enumerate(seen)
            ],
        )
        yield archive


def test_candidates_are_the_week_s_stories_of_others(four: SqlArchive) -> None:
    """Each with its stratum; the brand's own and what was said outside the week are none."""
    found = four.candidates("molenaar", since=NOON - DAY, until=NOON + DAY)
    assert sorted((one.mention, one.stratum) for one in found) == [
        (1, "neutral/complaint"),
        (2, "neutral/negative"),
        (3, "neutral/other"),
    ]
    assert len({one.voice for one in found}) == 3
    pointed = four.candidates("molenaar", since=NOON - DAY, until=NOON + DAY, pointed=("vakblad",))
    assert {one.stratum for one in pointed} == {"pointed/complaint", "pointed/negative", "pointed/other"}
    assert four.candidates("molenaar", since=NOON + DAY, until=NOON + 2 * DAY) == []
    assert four.candidates("other", since=NOON - DAY, until=NOON + DAY) == []


def test_a_week_is_drawn_once(four: SqlArchive) -> None:
    """Whoever draws again gets the sample that stands, whatever was found in between."""
    first = draw("molenaar", WEEK, four.candidates("molenaar", since=NOON - DAY, until=NOON + DAY), seed=1)
    assert four.keep_sample(first) == first
    assert four.keep_sample(draw("molenaar", WEEK, [], seed=2)) == first
    assert four.samples("molenaar", since=WEEK, until=WEEK + DAY) == [first]
    assert four.samples("molenaar", since=WEEK + DAY, until=WEEK + 8 * DAY) == []
    with pytest.raises(StorageError, match="brand nobody"):
        four.keep_sample(draw("nobody", WEEK, [], seed=1))


def test_answers_stay_in_order_and_go_with_their_mention(four: SqlArchive) -> None:
    """Unknown mentions are named and cost the others nothing; what is taken back takes its answers along."""
    said = [
        Check(mention=one, question=Question.MARKET, answer=answer, by="Ann", at=NOON)
        for one, answer in ((1, "b2b"), (99, "b2c"), (1, "b2c"))
    ]
    assert four.keep_checks(said) == [99]
    assert four.keep_checks(said[1:2]) == [99]
    assert four.keep_checks([]) == []
    assert four.checks("molenaar", since=NOON, until=NOON + DAY) == [said[0], said[2]]
    four.remove([Removal(cause=Cause.TAKEN_BACK, kind="rss", guid="0")], NOON + DAY)
    assert four.checks("molenaar", since=NOON, until=NOON + DAY) == []


def test_what_only_a_person_can_tell_is_known_by_period(four: SqlArchive) -> None:
    """Words of claims, code words, and whether relations were brought: each of the brand and the days that are asked for."""
    assert four.doubtful("molenaar", since=NOON - DAY, until=NOON + DAY) == Doubtful()
    four.keep_list("molenaar", List.CODE_WORDS, [Mark(b"x" * 16, 1, "", 1)], NOON)
    four.look_through("molenaar", code=lambda text: "vestiging" in text or "monteurs" in text, version="v1")
    found = four.doubtful("molenaar", since=NOON - DAY, until=NOON + DAY)
    assert found == Doubtful(leaks=(3, 4))
    four.keep_list("molenaar", List.RELATIONS, [Mark(b"y" * 16, 1, "customer", 1)], NOON)
    assert four.doubtful("molenaar", since=NOON - DAY, until=NOON + DAY) == Doubtful(leaks=(3, 4), is_listed=True)
    assert four.doubtful("molenaar", since=NOON + DAY, until=NOON + 2 * DAY) == Doubtful(is_listed=True)
    assert four.doubtful("other", since=NOON - DAY, until=NOON + DAY) == Doubtful()


def test_an_answer_that_is_taken_back_stays_in_the_row(four: SqlArchive) -> None:
    """As a new fact beside it; another answer than those there are is none."""
    given = [Check(mention=1, question=Question.CLAIM, answer=answer, by="Ann", at=NOON) for answer in ("own", "")]
    assert four.keep_checks(given) == []
    assert four.checks("molenaar", since=NOON, until=NOON + DAY) == given
    with pytest.raises(ValueError, match="is not one of none, own, other"):
        Check(mention=1, question=Question.CLAIM, answer="yes", by="Ann", at=NOON)
