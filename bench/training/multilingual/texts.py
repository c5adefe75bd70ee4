"""What `states` kept of the texts, with the weight that each of them gets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

KINDS = ("social", "headline", "subtitle")
KIND_OF = {"ecosent": 1, "xed": 2}


class Texts:
    """The stored states, in batches of about equal length."""

    def __init__(self, work: Path) -> None:
        self.states = np.load(work / "states.npy", mmap_mode="r")
        with np.load(work / "rows.npz", allow_pickle=False) as rows:
            self.ends, self.pooled, self.labels = rows["ends"], rows["pooled"], rows["labels"]
            self.languages, self.sources, self.parts = rows["languages"], rows["sources"], rows["parts"]
        self.kinds = np.array([KIND_OF.get(source, 0) for source in self.sources])
        self.weights = self._weights()

    def _weights(self) -> np.ndarray:
        """Every tone of a source and language counts alike, but no text more than thrice."""
        weights = np.ones(len(self.labels), np.float32)
        for source in np.unique(self.sources):
            for language in np.unique(self.languages[self.sources == source]):
                here = (self.sources == source) & (self.languages == language) & (self.parts == "learn")
                counts = np.bincount(self.labels[here], minlength=3)
                present = counts > 0
                if present.sum() < 2:
                    weights[here] = 0  # a source with one tone teaches its manner, not its tone
                    continue
                share = here.sum() / present.sum() / np.maximum(counts, 1)
                weights[here] = np.minimum(share, 3.0)[self.labels[here]]
        return weights

    def learn(self, most: int) -> np.ndarray:
        """The texts to learn from, at most so many of one tone, source and language; in the order in which they were chosen."""
        taken: Counter[tuple[str, str, int]] = Counter()
        chosen = []
        for row in np.flatnonzero(self.parts == "learn"):
            key = (str(self.sources[row]), str(self.languages[row]), int(self.labels[row]))
            taken[key] += 1
            if taken[key] <= most:
                chosen.append(row)
        return np.array(chosen)

    def batches(self, chosen: np.ndarray, size: int, random: np.random.Generator | None) -> list[np.ndarray]:
        """Rows in batches of about the same length, in any order when `random` is given."""
        lengths = np.diff(self.ends)[chosen].astype(float)
        if random is not None:
            lengths += random.uniform(0, 4, len(chosen))
        ordered = chosen[np.argsort(lengths, kind="stable")]
        batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
        if random is not None:
            batches = [batches[one] for one in random.permutation(len(batches))]
        return batches
