"""Measuring an analyser: by hand-counted examples and by laws."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.model import Sentiment, Tone
from listener.understanding import evaluation
from listener.understanding.evaluation import CLASSES, evaluate

NEG, NEU, POS, UNSURE = Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE, Tone.UNSURE


def said(tone: Tone, probabilities: tuple[float, float, float] | None = None) -> Sentiment:
    """An answer."""
    return Sentiment(tone=tone, polarity=0.0, confidence=0.0, analyser="test 1", probabilities=probabilities)


def test_hand_counted() -> None:
    """Recall of each label, unsure as wrong, coverage, and accuracy of what it was sure of."""
    labels = [NEG, NEG, NEG, NEG, NEU, NEU, POS, POS]
    answers = [said(tone) for tone in (NEG, NEG, NEG, UNSURE, NEU, POS, POS, POS)]
    result = evaluate(labels, answers)
    assert result.recall == {NEG: 0.75, NEU: 0.5, POS: 1.0}
    assert result.macro_recall.value == pytest.approx(0.75)
    assert result.macro_recall.low <= 0.75 <= result.macro_recall.high
    assert (result.coverage, result.right_when_sure) == (7 / 8, 6 / 7)
    assert result.confusion[NEG] == {NEG: 3, NEU: 0, POS: 0, UNSURE: 1}
    assert (result.forced, result.calibration_error, list(result.bins)) == (None, None, [])


def test_probabilities_are_held_to_what_happened() -> None:
    """Ten texts with 0.9, of which eight are right, are off by 0.1; an unsure one counts by its best guess, one without is left out."""
    sure = (0.05, 0.05, 0.9)
    result = evaluate([POS] * 8 + [NEG] * 2 + [NEG], [said(POS, sure)] * 9 + [said(UNSURE, sure), said(UNSURE)])
    assert result.calibration_error == pytest.approx(0.1)
    [one] = result.bins
    assert (one.count, one.right, one.low, one.high) == (10, 0.8, 0.9, 1.0)
    assert result.forced is not None
    assert result.forced.value == 0.5


def test_a_label_that_does_not_occur_counts_for_nothing() -> None:
    """Two classes are two classes; never sure is never right."""
    result = evaluate([NEG, POS], [said(UNSURE), said(UNSURE)])
    assert (result.macro_recall.value, result.coverage, result.right_when_sure) == (0.0, 0.0, None)
    assert set(result.recall) == {NEG, POS}


def test_nothing_cannot_be_evaluated() -> None:
    """No texts, no figure."""
    with pytest.raises(ValueError, match="nothing"):
        evaluate([], [])


def test_many_texts_give_the_same_interval_with_less_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds are drawn from the same seed either way, and twice the same."""
    labels, answers = [NEG, NEU, POS] * 20, [said(NEG), said(NEU), said(NEU)] * 20
    first = evaluate(labels, answers)
    assert evaluate(labels, answers) == first
    monkeypatch.setattr(evaluation, "_MANY", 10)
    assert evaluate(labels, answers).macro_recall.value == first.macro_recall.value


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from([*CLASSES, UNSURE])), min_size=1, max_size=30))
def test_every_text_is_counted_once(pairs: list[tuple[Tone, Tone]]) -> None:
    """The table adds up to the texts, and the interval holds the value or stands at its edge."""
    result = evaluate([label for label, _ in pairs], [said(answer) for _, answer in pairs])
    assert sum(sum(row.values()) for row in result.confusion.values()) == result.count == len(pairs)
    assert 0 <= result.macro_recall.low <= result.macro_recall.high <= 1
