"""What an analyser learns from its own readers' labels: a small correction to what it says, kept only if it helps."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from listener.core.model import Sentiment, Text, Tone
from listener.core.ports import Analyser
from listener.core.stories import words
from listener.core.values import dataclass

VERSION = 1
FEWEST = 50  # labels; fewer prove nothing (of twenty, one lucky handful in ten passed the test below and did harm)
MOST = 600  # of more the latest: reading them takes the time, and it must stay below ten seconds

_CLASSES = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)
_EACH = 5  # labels of each tone
_BUCKETS = 1024  # of words, where the analyser has no vectors
_RANK = 32  # directions in which the labelled texts differ most
_PRIORS = (300.0, 100.0, 30.0, 10.0, 3.0)  # how strongly the shipped weights are believed; chosen by cross-validation
_FOLDS = 5
_INNER = 3
_ROUNDS = 1_000
_STEPS = 80
_SEED = 7
_SURE = 0.5  # the share from which a corrected tone is said although the analyser itself was unsure
_LEAST = 1e-4

Numbers = NDArray[np.float64]
log = logging.getLogger(__name__)


@runtime_checkable
class Vectored(Protocol):
    """An analyser that can also hand over what it sees in texts."""

    def vectors(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """One vector for each text."""
        ...


@dataclass(frozen=True, slots=True)
class LocalHead:
    """A correction of one analyser's log-odds: `weights` of what it sees (features, 3), `bias` (3,), and what taught it."""

    analyser: str  # the name, with version, of the one that it corrects; on another it means nothing
    on: date
    count: int
    weights: Numbers
    bias: Numbers

    @property
    def name(self) -> str:
        """What it adds to a judge's name."""
        return f"local {self.on.isoformat()}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning: the head, or None where it did not help; figures are cross-validated, on texts it did not learn from.

    `loss` is the mean negative log of the share that the right tone got; `gain_low` the lower end of the 95 % interval of how much
    it fell, each tone counting as much (percentile bootstrap over texts, one-sided).
    """

    head: LocalHead | None
    count: int
    recall_before: float
    recall_after: float
    loss_before: float
    loss_after: float
    gain_low: float
    why: str  # it was refused; "" when it was not


def learn(analyser: Analyser, texts: Sequence[Text], labels: Sequence[Tone], on: date) -> Lesson:
    """Learn from labelled texts (negative, neutral or positive), the latest first; takes under ten seconds.

    Starts from what the analyser says and believes it strongly (ridge, chosen by inner cross-validation), so that few labels change
    little. It is refused unless unseen texts get a better share for their tone and their tones a better macro recall, both beyond
    chance. Texts that the analyser cannot tell anything of are left out.
    """
    seen: dict[str, int] = {}
    for place, text in enumerate(texts):
        seen.setdefault(" ".join(words(text.words)), place)  # a reprint in two folds would be learned by heart
    places = sorted(seen.values())[:MOST]
    said = analyser([texts[place] for place in places])
    kept = [(place, one) for place, one in zip(places, said, strict=True) if one.probabilities is not None]
    given = np.array([one.probabilities for _, one in kept], np.float64).reshape(-1, 3)
    true = np.array([_CLASSES.index(labels[place]) for place, _ in kept], np.int64)
    counts = np.bincount(true, minlength=3)
    base = _logs(given)
    before = _loss(base, true) if len(true) else np.zeros(0)
    if len(true) < FEWEST or (counts >= _EACH).sum() < 3:
        few = " and ".join(tone.value for tone, count in zip(_CLASSES, counts, strict=True) if count < _EACH)
        why = f"it takes {FEWEST} labelled texts, with at least {_EACH} of each tone" + (f" (too few are {few})" if few else "")
        return Lesson(None, len(true), _recall(base, true), _recall(base, true), _mean(before), _mean(before), 0.0, why)
    features = seen_by(analyser, [texts[place] for place, _ in kept])
    small, back = _rotated(features)
    folds = _folds(true, _FOLDS)
    after = np.zeros_like(base)
    for fold in range(_FOLDS):
        rest = folds != fold
        prior = _best_prior(small[rest], base[rest], true[rest])
        after[~rest] = _corrected(small[~rest], base[~rest], *_fit(small[rest], base[rest], true[rest], prior))
    gain = _balance(true) * (before - _loss(after, true))
    random = np.random.default_rng(_SEED)
    picks = random.integers(0, len(gain), (_ROUNDS, len(gain)))
    low = float(np.sort(gain[picks].mean(axis=1))[int(0.05 * _ROUNDS)])
    found = np.sort([_recall(after[pick], true[pick]) - _recall(base[pick], true[pick]) for pick in picks])
    recalls = _recall(base, true), _recall(after, true)
    figures = (len(true), *recalls, _mean(before), float(_loss(after, true).mean()), low)
    # More of both, beyond chance: a better share for the right tone, and no tone that is found at another's cost.
    if low <= 0 or found[int(0.05 * _ROUNDS)] < 0 or recalls[1] <= recalls[0]:
        return Lesson(None, *figures, "on labels that it had not seen it was not better, beyond chance, than without")
    weights, bias = _fit(small, base, true, _best_prior(small, base, true))
    return Lesson(LocalHead(analyser.name, on, len(true), back @ weights, bias), *figures, "")


def seen_by(analyser: Analyser, texts: Sequence[Text]) -> Numbers:
    """What is learned from: the analyser's own vectors, else hashed words; each row of length one."""
    if isinstance(analyser, Vectored):
        rows = np.asarray(analyser.vectors(texts), np.float64).reshape(len(texts), -1)
    else:
        rows = np.zeros((len(texts), _BUCKETS))
        for row, text in zip(rows, texts, strict=True):
            for word in words(text.words[:2_000]):
                row[int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()) % _BUCKETS] += 1
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Numbers = rows / np.maximum(lengths, _LEAST)
    return scaled


class Corrected:
    """An analyser with a local head on top; without one, with a damaged one, or with one of another analyser, the analyser alone.

    The file is looked at before each call, so that what was learned while the program runs counts from then on. Sentiments name
    both makers. Polarity, confidence and probabilities are the corrected ones; a text that the analyser can tell nothing of stays
    so.
    """

    def __init__(self, analyser: Analyser, file: Path) -> None:
        self.name = analyser.name  # each sentiment names the head as well, which may come and go
        self._analyser = analyser
        self._file = file
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._head: LocalHead | None = None

    @property
    def plain(self) -> Analyser:
        """The analyser alone."""
        return self._analyser

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """One sentiment for each text, in order."""
        said = list(self._analyser(texts))
        head = self._current()
        places = [place for place, one in enumerate(said) if one.probabilities is not None]
        if head is None or not places:
            return said
        given = _logs(np.array([said[place].probabilities for place in places], np.float64))
        features = seen_by(self._analyser, [texts[place] for place in places])
        if features.shape[1] != head.weights.shape[0]:
            return said
        shares = _shares(_corrected(features, given, head.weights, head.bias))
        for place, row in zip(places, shares.tolist(), strict=True):
            said[place] = _sentiment(said[place], row, head)
        return said

    def _current(self) -> LocalHead | None:
        try:
            found = self._file.stat()
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = None
        with self._lock:
            if stamp != self._stamp:
                self._stamp, self._head = stamp, None if stamp is None else self._read()
            return self._head

    def _read(self) -> LocalHead | None:
        try:
            head = from_bytes(self._file.read_bytes())
        except (OSError, ValueError) as fault:
            log.warning("%s cannot be used, tones are judged without it: %s", self._file, fault)
            return None
        if head.analyser != self._analyser.name:
            words_ = "%s was learned on top of %s, not of %s: run `listener learn` again"
            log.warning(words_, self._file, head.analyser, self._analyser.name)
            return None
        return head


def save(head: LocalHead, file: Path) -> None:
    """Write a head in one step: a program that reads it meanwhile sees the old one or the new one. Raises OSError."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    beside.write_bytes(to_bytes(head))
    beside.replace(file)


def to_bytes(head: LocalHead) -> bytes:
    """A head as an .npz, without pickle."""
    held = BytesIO()
    np.savez(
        held,
        version=VERSION,
        analyser=np.array(head.analyser),
        on=np.array(head.on.isoformat()),
        count=head.count,
        weights=np.ascontiguousarray(head.weights, np.float32),
        bias=np.ascontiguousarray(head.bias, np.float32),
    )
    return held.getvalue()


def from_bytes(body: bytes) -> LocalHead:
    """The head that `to_bytes` wrote; raises ValueError when it is none of ours."""
    try:
        with np.load(BytesIO(body), allow_pickle=False) as held:
            version = int(held["version"])
            weights, bias = held["weights"].astype(np.float64), held["bias"].astype(np.float64)
            head = LocalHead(str(held["analyser"]), date.fromisoformat(str(held["on"])), int(held["count"]), weights, bias)
    except Exception as fault:
        raise ValueError(f"damaged: {type(fault).__name__}") from fault
    if version != VERSION:
        raise ValueError(f"version {version} is not {VERSION}")
    sensible = weights.ndim == 2 and weights.shape[1:] == bias.shape == (3,)
    if not sensible or not np.isfinite(weights).all() or not np.isfinite(bias).all():
        raise ValueError("damaged: its weights make no sense")
    return head


def _sentiment(one: Sentiment, row: list[float], head: LocalHead) -> Sentiment:
    best = max(range(3), key=row.__getitem__)
    # The analyser's own threshold is its own: what it was sure of and still says stays said.
    sure = row[best] >= _SURE or _CLASSES[best] is one.tone
    return replace(
        one,
        tone=_CLASSES[best] if sure else Tone.UNSURE,
        polarity=row[2] - row[0],
        confidence=row[best],
        analyser=f"{one.analyser} + {head.name}",
        probabilities=(row[0], row[1], row[2]),
    )


def _logs(shares: Numbers) -> Numbers:
    logs: Numbers = np.log(np.maximum(shares, _LEAST))
    return logs


def _shares(scores: Numbers) -> Numbers:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Numbers = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _corrected(features: Numbers, base: Numbers, weights: Numbers, bias: Numbers) -> Numbers:
    return base + features @ weights + bias


def _loss(scores: Numbers, true: NDArray[np.int64]) -> Numbers:
    losses: Numbers = -np.log(np.maximum(_shares(scores)[np.arange(len(true)), true], _LEAST))
    return losses


def _mean(losses: Numbers) -> float:
    return float(losses.mean()) if len(losses) else 0.0


def _balance(true: NDArray[np.int64]) -> Numbers:
    """What each text counts, one on average: as much for a rare tone as for a common one, short of a tone that is hardly there.

    People label what annoys them: that most labels are negative must not teach that most texts are.
    """
    counts = np.bincount(true, minlength=3) + _EACH
    each: Numbers = (1.0 / counts)[true]
    shares: Numbers = each / each.mean()
    return shares


def _recall(scores: Numbers, true: NDArray[np.int64]) -> float:
    """Macro recall of the likeliest tone, over the tones that occur."""
    if not len(true):
        return 0.0
    said = scores.argmax(axis=1)
    return float(np.mean([(said[true == one] == one).mean() for one in range(3) if (true == one).any()]))


def _rotated(features: Numbers) -> tuple[Numbers, Numbers]:
    """The features along the directions in which they differ most, and the way back; ridge does not mind being turned."""
    _, _, axes = np.linalg.svd(features, full_matrices=False)
    back = axes[:_RANK].T
    return features @ back, back


def _folds(true: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """A fold for each text, each tone spread evenly."""
    folds = np.zeros(len(true), np.int64)
    random = np.random.default_rng(_SEED)
    for one in range(3):
        mine = random.permutation(np.flatnonzero(true == one))
        folds[mine] = np.arange(len(mine)) % number
    return folds


def _best_prior(features: Numbers, base: Numbers, true: NDArray[np.int64]) -> float:
    folds = _folds(true, _INNER)
    losses = dict.fromkeys(_PRIORS, 0.0)
    shares = _balance(true)
    for prior in _PRIORS:
        for fold in range(_INNER):
            rest = folds != fold
            fitted = _fit(features[rest], base[rest], true[rest], prior)
            lost = _loss(_corrected(features[~rest], base[~rest], *fitted), true[~rest])
            losses[prior] += float((shares[~rest] * lost).sum())
    return min(_PRIORS, key=lambda prior: (losses[prior], -prior))


def _fit(features: Numbers, base: Numbers, true: NDArray[np.int64], prior: float) -> tuple[Numbers, Numbers]:
    """The weights and bias that fit best, by accelerated gradient steps (Nesterov) on a convex loss."""
    rows = np.hstack([features, np.ones((len(true), 1))])
    shares = _balance(true)[:, None]
    hold = np.full((rows.shape[1], 1), prior)
    hold[-1] = prior / 10  # how readily each tone is said may be learned sooner than what its words are
    wanted = np.eye(3)[true]
    step = 1 / (0.5 * float(np.linalg.eigvalsh(rows.T @ (shares * rows))[-1]) + prior)
    now = ahead = np.zeros((rows.shape[1], 3))
    for turn in range(_STEPS):
        slope = rows.T @ (shares * (_shares(base + rows @ ahead) - wanted)) + hold * ahead
        last, now = now, ahead - step * slope
        ahead = now + turn / (turn + 3) * (now - last)
    return now[:-1], now[-1]
