"""What a label may say, and which of them counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.labels import LONGEST_NAME, NO, UNLABELLED, VALUES, WITHDRAWN, YES, Aspect, Label, Labels, outlasting
from listener.core.model import Intent, Tone
from tests.builders import NOON, kept


def label(aspect: Aspect = Aspect.TONE, value: str = "negative", **changes: object) -> Label:
    """Ann's word on mention 1."""
    return replace(Label(mention=1, aspect=aspect, value=value, by="Ann", at=NOON), **changes)  # type: ignore[arg-type] # any field


def test_a_person_s_word_counts_and_the_machine_s_stays() -> None:
    """Tone and intent are the person's, aboutness can only be denied by one, and the judgement is untouched."""
    plain = kept(tone=Tone.POSITIVE, intent=Intent.PRAISE)
    assert (plain.tone, plain.intent, plain.about, plain.answered) == (Tone.POSITIVE, Intent.PRAISE, True, None)
    said = Labels(
        about=label(Aspect.ABOUT, NO), tone=label(), intent=label(Aspect.INTENT, "complaint"), answered=label(Aspect.ANSWERED, YES)
    )
    corrected = replace(plain, labels=said)
    assert (corrected.tone, corrected.intent) == (Tone.NEGATIVE, Intent.COMPLAINT)
    assert (corrected.about, corrected.answered) == (False, True)
    assert corrected.judged == plain.judged
    assert replace(plain, labels=Labels(about=label(Aspect.ABOUT, YES))).about
    assert replace(plain, labels=Labels(answered=label(Aspect.ANSWERED, NO))).answered is False


@pytest.mark.parametrize(
    ("aspect", "value", "by"),
    [
        (Aspect.TONE, "angry", "Ann"),
        (Aspect.ABOUT, "maybe", "Ann"),
        (Aspect.INTENT, "negative", "Ann"),
        (Aspect.TONE, "negative", "A" * 101),
    ],
)
def test_a_label_that_means_nothing_is_refused(aspect: Aspect, value: str, by: str) -> None:
    """A value its aspect does not have, or a name nobody has."""
    with pytest.raises(ValueError, match=r"is not one of|at most"):
        Label(mention=1, aspect=aspect, value=value, by=by, at=NOON)
    assert len(by) <= LONGEST_NAME + 1


@given(st.lists(st.sampled_from([(aspect, value) for aspect in Aspect for value in (*VALUES[aspect], WITHDRAWN)])))
def test_the_newest_word_of_an_aspect_counts(said: list[tuple[Aspect, str]]) -> None:
    """Whatever was said before it, and one that was taken back counts no more."""
    history = [label(aspect, value, at=NOON + timedelta(hours=n)) for n, (aspect, value) in enumerate(said)]
    labels = Labels.of(history)
    for aspect in Aspect:
        mine = [one for one in history if one.aspect is aspect]
        expected = mine[-1] if mine and mine[-1].value != WITHDRAWN else None
        assert getattr(labels, aspect.value) == expected
    assert bool(labels) == (labels != UNLABELLED)


@pytest.mark.parametrize(
    ("former", "now", "lasts"),
    [
        ("Wat een gedoe met die pomp van Molenaar zeg", "wat een gedoe met de pomp van Molenaar zeg", frozenset(Aspect)),
        ("Mooie pomp", "Mooie  pomp", frozenset(Aspect)),
        ("Mooie pomp", "Nooit meer naar de winkel van gisteren", {Aspect.ANSWERED}),
        ("Mooie pomp", "", {Aspect.ANSWERED}),
        ("", "", frozenset(Aspect)),
        ("a " * 100_000, "b " * 100_000, {Aspect.ANSWERED}),
    ],
)
def test_what_is_said_of_words_lasts_as_long_as_the_words(former: str, now: str, lasts: frozenset[Aspect]) -> None:
    """A slip that was put right changes nothing; of other words only that somebody answered stays true."""
    assert outlasting(former, now) == lasts
