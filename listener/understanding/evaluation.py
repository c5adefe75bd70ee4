"""How well an analyser does on texts that people have labelled: recall with its interval, and whether its confidence is honest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from listener.core.model import Sentiment, Tone
from listener.core.values import dataclass

CLASSES = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)
ANSWERS = (*CLASSES, Tone.UNSURE)
BINS = 10
_SEED = 7
_ROUNDS = 1_000
_MANY = 20_000  # texts; beyond it the rounds are drawn one by one, to spare the memory


@dataclass(frozen=True, slots=True)
class Interval:
    """A share in [0, 1] with its 95 % percentile bootstrap interval over texts."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose confidence lies in [low, high): how many, how sure on average, and the share that was right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of some labelled texts.

    `macro_recall` is the mean recall of the labels that occur, an unsure answer counting as wrong; `forced` is the same with the
    most probable tone in place of unsure, None where the analyser gives no probabilities. `calibration_error` is the expected
    calibration error over ten bins of equal width (Guo et al. 2017, arXiv 1706.04599), None without probabilities.
    """

    count: int
    confusion: Mapping[Tone, Mapping[Tone, int]]  # label -> answer -> texts
    macro_recall: Interval
    forced: Interval | None
    recall: Mapping[Tone, float]  # of the labels that occur
    coverage: float  # share of texts with a tone
    right_when_sure: float | None  # None when it never was
    calibration_error: float | None
    bins: Sequence[Bin]


def evaluate(labels: Sequence[Tone], answers: Sequence[Sentiment]) -> Evaluation:
    """Compare answers with labels (negative, neutral or positive), one for one; raises ValueError when there are none."""
    if not labels:
        raise ValueError("nothing to evaluate")
    true = np.array([CLASSES.index(label) for label in labels])
    said = np.array([ANSWERS.index(answer.tone) for answer in answers])
    picks = np.random.default_rng(_SEED).integers(0, len(true), (_ROUNDS, len(true))) if len(true) <= _MANY else None
    sure = said < len(CLASSES)
    given = [answer.probabilities for answer in answers]
    shares = np.array([one or (0.0, 0.0, 0.0) for one in given])
    judged = np.array([one is not None for one in given])
    best = np.where(judged, shares.argmax(axis=1), said)
    table = np.zeros((len(CLASSES), len(ANSWERS)), int)
    np.add.at(table, (true, said), 1)
    bins = _bins(shares[judged].max(axis=1), (best == true)[judged]) if judged.any() else []
    return Evaluation(
        count=len(true),
        confusion={
            label: {answer: int(table[row, column]) for column, answer in enumerate(ANSWERS)} for row, label in enumerate(CLASSES)
        },
        macro_recall=_interval(true, said, picks),
        forced=_interval(true, best, picks) if judged.any() else None,
        recall={label: float((said[true == one] == one).mean()) for one, label in enumerate(CLASSES) if (true == one).any()},
        coverage=float(sure.mean()),
        right_when_sure=float((said == true)[sure].mean()) if sure.any() else None,
        calibration_error=sum(one.count * abs(one.confidence - one.right) for one in bins) / judged.sum() if bins else None,
        bins=bins,
    )


def _interval(true: NDArray[np.int64], said: NDArray[np.int64], picks: NDArray[np.int64] | None) -> Interval:
    random = np.random.default_rng(_SEED)
    rounds = picks if picks is not None else (random.integers(0, len(true), len(true)) for _ in range(_ROUNDS))
    drawn = np.sort([_macro_recall(true[pick], said[pick]) for pick in rounds])
    return Interval(_macro_recall(true, said), float(drawn[int(0.025 * _ROUNDS)]), float(drawn[int(0.975 * _ROUNDS) - 1]))


def _macro_recall(true: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    there = np.bincount(true, minlength=len(CLASSES))
    right = np.bincount(true[true == said], minlength=len(CLASSES))
    return float((right[there > 0] / there[there > 0]).mean())


def _bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[Bin]:
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(one / BINS, (one + 1) / BINS, int(here.sum()), float(confidence[here].mean()), float(right[here].mean()))
        for one in range(BINS)
        if (here := place == one).any()
    ]
