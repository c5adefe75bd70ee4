"""People's words put together: the newest of each person, contradictions seen, nothing from the future."""

from __future__ import annotations

from datetime import timedelta

from listener.core.labels import NO, WITHDRAWN, YES, Aspect
from listener.core.measures.spoken import UNSAID, Word, spoken
from listener.core.observed import Question
from tests.observing import UNTIL, about, check, label


def test_the_newest_word_of_each_person_counts() -> None:
    """Whatever order they come in; who takes a word back has said nothing."""
    later = UNTIL + timedelta(hours=1)
    said = spoken(
        [
            label(1, Aspect.ABOUT, NO, at=later),
            label(1, Aspect.ABOUT, YES),
            label(2, Aspect.ABOUT, YES),
            label(2, Aspect.ABOUT, WITHDRAWN, at=later),
        ],
        [],
        later,
    )
    assert said.of(1, Aspect.ABOUT) == Word("no", 1)
    assert said.of(2, Aspect.ABOUT) is UNSAID
    assert said.doubles == (0, 0)


def test_people_may_contradict_one_another() -> None:
    """Then nothing is said, and it is counted; nobody named is one person."""
    said = spoken(
        [*about(1), *about(1, by="Bob", yes=False), *about(2), *about(2, by="Bob"), *about(3, by=""), *about(3, by="")], [], UNTIL
    )
    assert said.of(1, Aspect.ABOUT).contested
    assert said.of(2, Aspect.ABOUT) == Word("yes", 2)
    assert said.of(3, Aspect.ABOUT) == Word("yes", 1)
    assert said.doubles == (2, 1)


def test_answers_count_as_labels_do_and_the_future_is_not_heard() -> None:
    """An answer dated after the moment of looking cannot have been given."""
    said = spoken([], [check(1, Question.MARKET, "b2b"), check(2, Question.MARKET, "b2b", at=UNTIL + timedelta(days=9))], UNTIL)
    assert said.of(1, Question.MARKET) == Word("b2b", 1)
    assert said.of(2, Question.MARKET) is UNSAID
    assert spoken(about(1), [], UNTIL - timedelta(days=1)).words == {}
