"""Tone by a linear model in plain numpy: what known words say, and hashed n-grams; a few hundred kB for each language.

How it was trained, on what, and what it came to: weights/light/CARD.md and docs/reference/sentiment.md.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from listener.core.model import Sentiment, Text, Tone
from listener.core.values import dataclass
from listener.understanding.by_language import ByLanguage, unsure
from listener.understanding.light_reading import ENOUGH, Counts, Flags, joined, read
from listener.understanding.light_words import FOLDER, Numbers, Table, features, word_list

VERSION = "1"
LANGUAGES = ("nl", "en", "de", "fr", "es", "it")
TONES = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)

_STEPS = 2**16  # of a feature and of its weight
_BATCH = 50_000  # characters read at once; bounds the memory a batch takes to about 15 MB
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Vectors:
    """Texts as the model sees them: a row of features each, and the buckets of their n-grams, text by text."""

    features: Numbers
    anything: Flags  # whether there is anything to go by
    words: tuple[Counts, Counts]  # bucket, text
    grams: tuple[Counts, Counts]


def vectors(texts: Sequence[str], language: str, given: Table, bits: int) -> Vectors:
    """What the model is given for some texts; `bits` is the logarithm of the number of buckets of each kind."""
    own = word_list(language)
    reading = read(texts, tuple(own.stems))
    table, anything = features(reading, own, given)
    shift = np.uint64(64 - bits)
    together = reading.token_of[1:] == reading.token_of[:-1]
    pairs = joined(reading.tokens[:-1], reading.tokens[1:])[together]
    owner = np.concatenate((reading.token_of, reading.token_of[1:][together]))
    order = np.argsort(owner, kind="stable")
    words = (np.concatenate((reading.tokens, pairs)) >> shift).astype(np.int64)[order], owner[order]
    order = np.argsort(reading.gram_of, kind="stable")
    grams = (reading.grams >> shift).astype(np.int64)[order], reading.gram_of[order]
    letters = reading.signs["letters"] - reading.signs["digits"]
    # A lexicon that knows "%" knows nothing of a number.
    return Vectors(table, (anything & (letters + reading.signs["pictures"] > 0)) | (letters > 1), words, grams)


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of one language; its probabilities are calibrated on texts that it was not trained on."""

    language: str
    given: Table
    bits: int
    words: NDArray[np.int8]  # (buckets, 3)
    grams: NDArray[np.int8]
    scales: Numbers  # of words and of grams: what one step of their int8 is worth
    weights: Numbers  # (features + 1, 3), the last row is the bias
    temperature: float
    threshold: float  # below it the answer is unsure

    def probabilities(self, texts: Sequence[str]) -> tuple[Numbers, Flags]:
        """P(negative, neutral, positive) of each text, whatever stands beside it, and whether there was anything to go by."""
        seen = vectors(texts, self.language, self.given, self.bits)
        # Whole numbers add up to the same in any order: a sum of fractions would depend on the batch a text stands in.
        known = np.rint(seen.features * _STEPS).astype(np.int64) @ np.rint(self.weights[:-1] * _STEPS).astype(np.int64)
        scores = known / _STEPS**2 + self.weights[-1]
        for (bucket, of), weights, scale in zip((seen.words, seen.grams), (self.words, self.grams), self.scales, strict=True):
            scores += scale * block_sums(weights[bucket], of, len(texts))
        scores = (scores - scores.max(axis=1, keepdims=True)) / self.temperature
        raised = np.exp(scores)
        return np.round(raised / raised.sum(axis=1, keepdims=True), 6), seen.anything


def block_sums(rows: NDArray[np.int8], of: Counts, size: int) -> Numbers:
    """The sum of the rows of each text, divided by the root of their number: a long text is not surer than a short one."""
    edges = np.searchsorted(of, np.arange(size + 1))
    sums = np.concatenate((np.zeros((1, 3), np.int64), np.cumsum(rows, axis=0, dtype=np.int64)))
    return (sums[edges[1:]] - sums[edges[:-1]]) / np.sqrt(np.maximum(np.diff(edges), 1))[:, None]


def load_model(language: str) -> Model:
    """The model of one of LANGUAGES, from this package."""
    with (
        (files("listener.understanding") / FOLDER / f"{language}.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as held,
    ):
        return Model(
            language=language,
            given=Table(held["given_keys"], held["given_values"].astype(np.float64) / 100),
            bits=int(held["bits"]),
            words=held["words"],
            grams=held["grams"],
            scales=held["scales"].astype(np.float64),
            weights=held["weights"].astype(np.float64),
            temperature=float(held["temperature"]),
            threshold=float(held["threshold"]),
        )


class LightAnalyser:
    """Tone of texts in one language, with calibrated probabilities; unsure below the model's threshold, or with nothing to go by.

    Confidence is the probability of the most probable tone; polarity is P(positive) - P(negative). The model is loaded with the
    first text. Deterministic, and a text's answer does not depend on the texts beside it.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.name = f"light {VERSION} ({language})"
        self._model: Model | None = None

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """One sentiment for each text, in order; texts in another language are unsure, judged by "none"."""
        answers = [unsure() for _ in texts]
        mine = [place for place, text in enumerate(texts) if text.language == self.language]
        start = 0
        while start < len(mine):
            end, characters = start, 0
            while end < len(mine) and (end == start or characters < _BATCH):
                characters += min(len(texts[mine[end]].words), ENOUGH)
                end += 1
            places = mine[start:end]
            for place, answer in zip(places, self._judged([texts[one].words for one in places]), strict=True):
                answers[place] = answer
            start = end
        return answers

    def _judged(self, words: Sequence[str]) -> list[Sentiment]:
        model = self._loaded()
        probabilities, anything = model.probabilities(words)
        return [
            self._sentiment(row, model.threshold) if there else unsure(self.name)
            for row, there in zip(probabilities.tolist(), anything.tolist(), strict=True)
        ]

    def _sentiment(self, row: list[float], threshold: float) -> Sentiment:
        negative, neutral, positive = row
        best = max(range(3), key=row.__getitem__)
        sure = math.isfinite(row[best]) and row[best] >= threshold
        return Sentiment(
            tone=TONES[best] if sure else Tone.UNSURE,
            polarity=positive - negative,
            confidence=row[best],
            analyser=self.name,
            probabilities=(negative, neutral, positive),
        )

    def _loaded(self) -> Model:
        with _lock:
            if self._model is None:
                self._model = load_model(self.language)
            return self._model


def by_language() -> ByLanguage:
    """The light analyser for each of its languages, unsure for the rest."""
    return ByLanguage({language: LightAnalyser(language) for language in LANGUAGES})
