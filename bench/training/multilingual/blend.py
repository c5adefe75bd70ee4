"""Weigh the encoder's heads against the light analyser, and set the temperature of both together; writes into `heads.npz`.

    python -m bench.training.multilingual.blend --data FOLDER --out listener/understanding/weights/multilingual

Fitted on posts that neither has learnt from: those of the part "calibrate" that the light analyser keeps apart as well, and of
Dutch the invented posts that both keep apart. There are few, so that all languages get one share and one temperature. The share
is that of the least surprise, tones and languages counting alike. Some minutes on one core.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from bench.train_light import is_kept_apart, posts
from bench.training.multilingual import corpus
from bench.training.multilingual.corpus import LABELS, Row, recall
from bench.training.multilingual.heads import POSTS, SOCIAL
from listener.core.model import Text
from listener.understanding.light import by_language
from listener.understanding.multilingual import LANGUAGES, Encoder

MOST = 400  # texts of one tone and language
SHARES = np.linspace(0, 0.6, 13)
HEATS = np.exp(np.linspace(np.log(0.4), np.log(2), 81))
_LEAST = 1e-4  # as in the analyser


def apart(folder: Path) -> list[Row]:
    """Posts that neither the heads nor the light analyser learnt from, and that `figures` does not score either."""
    splits = {
        str(row["id"]): row.get("split", "train")
        for language in LANGUAGES
        for row in map(json.loads, (folder / f"dev.{language}.jsonl").read_text(encoding="utf-8").splitlines())
    }
    rows = [
        row
        for row in corpus.read(folder)
        if row.part == "calibrate" and row.source in SOCIAL and is_kept_apart(row.id, splits[row.id])
    ]
    own = [one for path in POSTS for one in posts(path) if one.kept_apart]
    rows += [Row(f"own-{place}", one.text, LABELS.index(one.label), "nl", "own", "calibrate") for place, one in enumerate(own)]
    taken: dict[tuple[str, int], int] = {}
    chosen = []
    for row in rows:
        key = (row.language, row.label)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= MOST:
            chosen.append(row)
    return chosen


def logs(folder: Path, rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """The logarithms of what the encoder's heads and the light analyser say of each text."""
    with np.load(BytesIO((folder / "heads.npz").read_bytes()), allow_pickle=False) as held:
        names = held["names"].tolist()
        heads = {
            name: (held["weights"][at] / held["temperatures"][at], held["bias"][at] / held["temperatures"][at])
            for at, name in enumerate(names)
        }
    reader = Encoder(folder)
    logits = []
    for row in rows:
        weights, bias = heads[f"social.{row.language}" if f"social.{row.language}" in heads else "social"]
        logits.append(reader.run(reader.tokens(row.text)) @ weights + bias)
    found = np.array(logits)
    found -= found.max(axis=1, keepdims=True)
    encoded = found - np.log(np.exp(found).sum(axis=1, keepdims=True))
    said = by_language()([Text(words=row.text, language=row.language) for row in rows])
    light = np.log(np.array([one.probabilities or (1 / 3,) * 3 for one in said]))
    return np.maximum(encoded, np.log(_LEAST)), np.maximum(light, np.log(_LEAST))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    rows = apart(asked.data)
    encoded, light = logs(asked.out, rows)
    labels, languages = np.array([row.label for row in rows]), np.array([row.language for row in rows])
    weights = np.zeros(len(rows))
    for language in LANGUAGES:
        for one in range(3):
            here = (languages == language) & (labels == one)
            # A language of which there are few texts must not decide for all.
            weights[here] = min(here.sum(), 100) / max(here.sum(), 1)
    places = np.arange(len(rows))

    def surprise(share: float, heat: float) -> float:
        mixed = ((1 - share) * encoded + share * light) / heat
        mixed -= mixed.max(axis=1, keepdims=True)
        chances = mixed - np.log(np.exp(mixed).sum(axis=1, keepdims=True))
        return float(-(weights * chances[places, labels]).sum() / weights.sum())

    best = []
    for share in SHARES:
        heat = min(HEATS, key=lambda one, share=share: surprise(share, one))
        answers = ((1 - share) * encoded + share * light).argmax(axis=1)
        by = {code: 100 * recall(labels[languages == code], answers[languages == code]) for code in LANGUAGES}
        best.append((surprise(share, heat), float(share), float(heat)))
        scores = "  ".join(f"{code} {one:.1f}" for code, one in by.items())
        print(f"share {share:.2f}: temperature {heat:.2f}, surprise {best[-1][0]:.4f}, macro recall {scores}", flush=True)
    _, share, heat = min(best)
    with np.load(BytesIO((asked.out / "heads.npz").read_bytes()), allow_pickle=False) as held:
        kept = dict(held)
    # The headline head learnt what a headline means for business, which the light analyser never did.
    kept["blend"] = np.array([(0.0, 1.0) if name == "headline" else (share, heat) for name in kept["names"].tolist()])
    np.savez(asked.out / "heads.npz", **kept)
    print(f"{len(rows)} texts: share {share:.2f}, temperature {heat:.2f}")


if __name__ == "__main__":
    main()
