"""py3langid's model of 140 languages, answering as py3langid does, in a tenth of its memory."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "weights" / "language"

# Half precision to single without numpy's slow conversion: all values are negative, of ordinary size and stored without a sign.
_HALF_SHIFT, _HALF_BIAS, _SIGN = 13, 112 << 23, 1 << 31
# The bytes that are looked at together: what fits into a number; the longest feature has six.
REACH = 8


@dataclass(frozen=True)
class LanguageModel:
    """Naive Bayes over stretches of one to six bytes; `bench/convert_language.py` makes the files from py3langid's own.

    At each byte of a text one feature counts: the longest known stretch that ends there. py3langid finds it by walking an
    automaton (42 MB); here the last eight bytes, last one first, are a number, and each feature owns ranges of such numbers:
    `bounds` are where ranges begin, `features` whose they are (-1: nobody's). Of the weights (28 MB) most are their language's
    usual one. The features that many languages have come first and are stored `whole`; of the others, `kept` has a bit for each
    column that differs from `usual`, `values` what these are, in the same order, and `starts` where a feature's begin.
    """

    columns: tuple[str, ...]  # a language may have two columns (scripts); their shares are added
    prior: NDArray[np.float32]
    usual: NDArray[np.float32]
    bounds: NDArray[np.uint64]
    features: NDArray[np.int32]
    whole: NDArray[np.uint16]
    kept: NDArray[np.uint8]
    starts: NDArray[np.uint32]
    values: NDArray[np.uint16]

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> LanguageModel:
        """The model of a folder; the large tables are mapped, so that only what is used takes memory, once for all processes.

        Raises OSError or ValueError where the files cannot be read.
        """

        def mapped(name: str) -> NDArray[Any]:
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))

        with np.load(folder / "columns.npz", allow_pickle=False) as small:
            columns, prior, usual = small["columns"].tolist(), small["prior"], small["usual"]
        tables = {name: mapped(name) for name in ("bounds", "features", "whole", "kept", "starts", "values")}
        return cls(tuple(columns), prior, single(usual), **tables)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every language it knows: ISO 639-1 codes, and some of three letters."""
        return tuple(dict.fromkeys(self.columns))

    @cached_property
    def _twins(self) -> list[tuple[int, int]]:
        """Each column whose language had one before, with that one first."""
        return [(self.columns.index(one), place) for place, one in enumerate(self.columns) if one in self.columns[:place]]

    def shares(self, text: str) -> dict[str, float]:
        """How likely each language is; together one. Any text gets an answer, an empty one the same share for each."""
        return self.among(text, self.labels)

    def among(self, text: str, codes: tuple[str, ...]) -> dict[str, float]:
        """The same, of these languages alone; 0.0 for one that it does not know."""
        shares = self._shares(text)
        return {code: 0.0 if place is None else shares.item(place) for code, place in zip(codes, self._places(codes), strict=True)}

    def _places(self, codes: tuple[str, ...]) -> list[int | None]:
        """The column of each language."""
        places = self._known.get(codes)
        if places is None:
            places = self._known[codes] = [self.columns.index(one) if one in self.columns else None for one in codes]
        return places

    @cached_property
    def _known(self) -> dict[tuple[str, ...], list[int | None]]:
        return {}

    def _shares(self, text: str) -> NDArray[np.float32]:
        data = _encoded(text)
        scores = self._scores(data)
        scores *= 1.0 / math.sqrt(len(data) or 1)  # else a long text is always certain
        np.exp(scores - scores.max(), out=scores)
        scores /= scores.sum()
        for first, second in self._twins:
            scores[first] += scores[second]
        return scores

    def stretches(self, data: bytes) -> list[int]:
        """The feature at each byte that has one, in the order of the text."""
        # The eight bytes up to each byte, last one first, as one number; zero stands in no feature.
        backwards = data[::-1] + bytes(REACH - 1)
        codes = np.ndarray((len(data),), ">u8", backwards, strides=(1,))[::-1].astype(np.uint64)
        found = self.features[np.searchsorted(self.bounds, codes, side="right") - 1]
        return found[found >= 0].tolist()  # type: ignore[no-any-return]

    def rows(self, wanted: NDArray[np.intp]) -> NDArray[np.float32]:
        """The weights of some features, a row each, a number for each column."""
        rows = np.empty((len(wanted), len(self.columns)), np.float32)
        common = wanted < len(self.whole)
        rows[common] = single(self.whole[wanted[common]])
        rare = wanted[~common] - len(self.whole)
        if len(rare):
            starts, ends = self.starts[rare].tolist(), self.starts[rare + 1].tolist()
            values = np.concatenate([self.values[start:end] for start, end in zip(starts, ends, strict=True)])
            places = np.flatnonzero(np.unpackbits(self.kept[rare], axis=1, count=len(self.columns)))
            other = np.tile(self.usual, (len(rare), 1))
            other.ravel()[places] = single(values)
            rows[~common] = other
        return rows

    def _scores(self, data: bytes) -> NDArray[np.float32]:
        """The logarithm of each column's likelihood, but for a constant."""
        counted = Counter(self.stretches(data))
        if not counted:
            return np.zeros(len(self.columns), np.float32)
        wanted = np.fromiter(counted.keys(), np.intp, len(counted))
        counts = np.fromiter(counted.values(), np.float32, len(counted))
        scores: NDArray[np.float32] = np.log1p(counts) @ self.rows(wanted) + self.prior
        return scores


def single(halves: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Negative numbers of single precision, from the bits of half precision without the sign."""
    return ((halves.astype(np.uint32) << _HALF_SHIFT) + np.uint32(_HALF_BIAS + _SIGN)).view(np.float32)


def _encoded(text: str) -> bytes:
    """The bytes that are looked at: composed letters, capitals made small where there is nothing else."""
    lower = text.lower() if text.isupper() else text
    return unicodedata.normalize("NFC", lower).encode("utf-8", errors="surrogatepass")
