"""Weigh the encoder's heads against the light analyser, and set the temperatures of both together; writes into `heads.npz`.

    python -m bench.training.multilingual.blend --data FOLDER --out listener/understanding/weights/multilingual [--work FOLDER]

Fitted on posts of the part "calibrate", from which the heads did not learn. The light analyser learnt from most of them: there its
word is the one that `bench/train_light.py --spared` kept in the work folder, by a model that did not see the text; without that
folder only the posts that it keeps apart are taken. The share is that of the least surprise, tones and languages counting alike;
then the temperature, without the invented Dutch posts, which are easier than those of strangers. Both are one for all languages:
with a temperature of its own, at whatever part of the say, no language did better on halves of its posts that were held back. Some
minutes on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
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

MOST = 500  # texts of one tone and language
MUCH = 100.0  # texts that a tone of a language counts as, at most
SHARES = np.linspace(0, 0.6, 13)
HEATS = np.exp(np.linspace(np.log(0.4), np.log(2), 81))
_LEAST = 1e-4  # as in the analyser


def apart(folder: Path, spared: Path | None) -> tuple[list[Row], dict[str, np.ndarray]]:
    """Posts that the heads did not learn from, nor the light analyser or the model that spoke for it, and what that one said."""
    splits = {
        str(row["id"]): row.get("split", "train")
        for language in LANGUAGES
        for row in map(json.loads, (folder / f"dev.{language}.jsonl").read_text(encoding="utf-8").splitlines())
    }
    said: dict[int, np.ndarray] = {}
    for file in spared.glob("*.npz") if spared is not None else ():
        with np.load(file, allow_pickle=False) as held:
            said.update(zip(held["key"].tolist(), held["share"], strict=True))
    rows, shares = [], {}
    for row in corpus.read(folder):
        if row.part != "calibrate" or row.source not in SOCIAL:
            continue
        if is_kept_apart(row.id, splits[row.id]):
            rows.append(row)
        elif (share := said.get(zlib.crc32(row.id.encode()))) is not None:
            rows.append(row)
            shares[row.id] = share
    own = [one for path in POSTS for one in posts(path) if one.kept_apart]
    rows += [Row(f"own-{place}", one.text, LABELS.index(one.label), "nl", "own", "calibrate") for place, one in enumerate(own)]
    taken: dict[tuple[str, int], int] = {}
    chosen = []
    for row in sorted(rows, key=lambda row: hashlib.sha256(f"blend {row.id}".encode()).hexdigest()):
        key = (row.language, row.label)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= MOST:
            chosen.append(row)
    return chosen, shares


def logs(folder: Path, rows: Sequence[Row], shares: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
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
    encoded = log_softmax(np.array(logits))
    said = by_language()([Text(words=row.text, language=row.language) for row in rows])
    light = [shares.get(row.id, one.probabilities or (1 / 3,) * 3) for row, one in zip(rows, said, strict=True)]
    return np.maximum(encoded, np.log(_LEAST)), np.log(np.maximum(np.array(light), _LEAST))


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """The logarithms of the shares, row by row."""
    scores = scores - scores.max(axis=1, keepdims=True)
    logs: np.ndarray = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return logs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="where `spared` is, as bench/train_light.py --spared wrote it")
    asked = parser.parse_args()
    rows, shares = apart(asked.data, asked.work / "spared" if asked.work else None)
    encoded, light = logs(asked.out, rows, shares)
    labels, languages = np.array([row.label for row in rows]), np.array([row.language for row in rows])
    weights = np.zeros(len(rows))
    for language in LANGUAGES:
        for one in range(3):
            here = (languages == language) & (labels == one)
            # A language of which there are many texts must not decide for all.
            weights[here] = min(here.sum(), MUCH) / max(here.sum(), 1)
    places = np.arange(len(rows))

    def surprise(share: float, heat: float, counts: np.ndarray) -> float:
        chances = log_softmax(((1 - share) * encoded + share * light) / heat)
        return float(-(counts * chances[places, labels]).sum() / counts.sum())

    def best_heat(share: float, counts: np.ndarray) -> float:
        return float(min(HEATS, key=lambda heat: surprise(share, heat, counts)))

    best = []
    for share in SHARES:
        heat = best_heat(share, weights)
        answers = ((1 - share) * encoded + share * light).argmax(axis=1)
        by = {code: 100 * recall(labels[languages == code], answers[languages == code]) for code in LANGUAGES}
        best.append((surprise(share, heat, weights), float(share)))
        scores = "  ".join(f"{code} {one:.1f}" for code, one in by.items())
        print(f"share {share:.2f}: temperature {heat:.2f}, surprise {best[-1][0]:.4f}, macro recall {scores}", flush=True)
    _, share = min(best)
    strangers = np.where(languages == "nl", 0.0, weights)  # the invented Dutch posts are easier than those of strangers
    heat = best_heat(share, strangers)
    with np.load(BytesIO((asked.out / "heads.npz").read_bytes()), allow_pickle=False) as held:
        kept = dict(held)
    # The headline head learnt what a headline means for business, which the light analyser never did.
    kept["blend"] = np.array([(0.0, 1.0) if name == "headline" else (share, heat) for name in kept["names"].tolist()])
    np.savez(asked.out / "heads.npz", **kept)
    print(f"{len(rows)} texts: share {share:.2f}, temperature {heat:.2f}")


if __name__ == "__main__":
    main()
