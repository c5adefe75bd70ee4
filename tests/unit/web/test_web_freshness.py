"""What is made of something that moved stands no longer; all the rest stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.core.pulse import Felt, Moved
from listener.web.freshness import _LATEST, Answers, Changes, Made

START = datetime(2026, 11, 1, tzinfo=UTC)
moments = st.integers(0, 9).map(lambda day: START + timedelta(days=day))
brands = st.sampled_from(["a", "b"])
felts = st.sampled_from(list(Felt))
changes = st.lists(st.builds(Moved, brands, felts, moments), max_size=3)
made = st.builds(Made, st.one_of(st.none(), brands), st.frozensets(felts), st.one_of(st.none(), moments))


def is_touched(one: Made, moved: list[Moved] | None) -> bool:
    """Whether something is made of what moved."""
    return moved is None or any(
        one.brand in {None, change.brand} and change.felt in one.felt and (one.until is None or change.since < one.until)
        for change in moved
    )


@given(st.lists(st.one_of(st.none(), changes), max_size=12), made, st.integers(0, 12))
def test_an_answer_stands_until_what_it_is_made_of_moves(beats: list[list[Moved] | None], one: Made, when: int) -> None:
    """Whatever moved before it was made, and whatever else moves after."""
    feeling = Changes()
    for moved in beats:
        feeling.feel(moved)
    at = min(when, len(beats))
    assert feeling.stands(at, one) is not any(is_touched(one, moved) for moved in beats[at:])


def test_of_very_many_changes_none_is_lost() -> None:
    """Those that are no longer known one by one are known together: what they may have touched stands no longer."""
    feeling = Changes()
    feeling.feel([Moved("a", Felt.HEARD, START)])
    for _ in range(3 * _LATEST):
        feeling.feel([Moved("a", Felt.HEARD, START + timedelta(days=5))])
    heard, said = frozenset({Felt.HEARD}), frozenset({Felt.SAID})
    assert not feeling.stands(0, Made("a", heard, START + timedelta(days=1)))
    assert not feeling.stands(0, Made(None, heard))
    assert feeling.stands(0, Made("a", said))
    assert feeling.stands(0, Made("b", heard))
    assert feeling.stands(feeling.now, Made("a", heard))


def test_memory_is_bounded() -> None:
    """What nobody asked for goes first."""
    answers, one = Answers(2), Made("a", frozenset())
    for key in ("x", "y"):
        answers.keep(key, 1, one, key)
    answers.find("x")
    answers.keep("z", 1, one, "z")
    assert [answers.find(key) is not None for key in "xyz"] == [True, False, True]
    assert len(answers) == 2
