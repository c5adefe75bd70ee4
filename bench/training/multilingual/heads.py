"""Train the heads that ship, and their temperatures, on what the finished encoder says; write `heads.npz` beside it.

    python -m bench.training.multilingual.heads --work FOLDER --out listener/understanding/weights/multilingual [--tuned FILE]

Logistic regression on the means after layers 6 and 9. Every tone of a source counts alike, so that no head leans to the tone that
was common where its texts were gathered. A language's own texts count more in its own head; how much more, and how strongly
weights are held down, is what does best on the part "calibrate", which also sets the temperature of each head. The kept part is
never looked at here. A few minutes on one core.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from sklearn.linear_model import LogisticRegression

from bench.training.multilingual import encoder
from bench.training.multilingual.corpus import recall
from bench.training.multilingual.shape import LAYERS, LOWER
from bench.training.multilingual.texts import Texts
from listener.understanding.multilingual import LANGUAGES

OWN = (1.0, 3.0, 10.0)
HOLD = (0.0003, 0.001, 0.003, 0.01)
MOST = 4_000  # texts of one tone, source and language: more of them changes nothing
HEADLINES = "ecosent"
SOCIAL = ("semeval2013-16", "xlmt", "potts", "sb10k")


def features(work: Path, texts: Texts, wanted: np.ndarray, tuned: Path | None) -> np.ndarray:
    """What the shipped graph says of the wanted texts, float32 (texts, 2 by width), zero for others; by its upper layers."""
    base = encoder.read_base()
    arrays = encoder.layer_arrays(base, LAYERS)
    if tuned:
        with np.load(tuned, allow_pickle=False) as new:
            arrays |= {name: new[name] for name in new.files}
    encoder.write_graph(arrays, base, work / "upper.onnx", first=LOWER, last=LAYERS, pools=(LAYERS,))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    upper = onnxruntime.InferenceSession(str(work / "upper.onnx"), options)
    found = np.zeros_like(texts.pooled)
    for row in wanted:
        states = texts.states[texts.ends[row] : texts.ends[row + 1]].astype(np.float32)
        found[row] = upper.run(None, {"x": states[None]})[0][0]
    return np.concatenate([texts.pooled, found], axis=1)


def fit(x: np.ndarray, y: np.ndarray, weights: np.ndarray, hold: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (width, 3) and bias (3,) over plain features; `hold` is C of the regression on standardised ones."""
    mean, spread = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=hold, max_iter=300, tol=1e-3).fit((x - mean) / spread, y, sample_weight=weights / weights.mean())
    found = (model.coef_ / spread).T
    return found.astype(np.float32), (model.intercept_ - mean @ found).astype(np.float32)


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least surprise, tones counting alike."""
    share = 1 / np.bincount(labels, minlength=3)[labels]
    grid = np.exp(np.linspace(np.log(0.3), np.log(4), 200))
    losses = [-(share * np.log(softmax(logits / one)[np.arange(len(labels)), labels] + 1e-9)).sum() for one in grid]
    return float(grid[int(np.argmin(losses))])


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tuned", type=Path)
    asked = parser.parse_args()
    texts = Texts(asked.work)
    texts.parts[~np.isin(texts.sources, [*SOCIAL, HEADLINES])] = "unused"
    texts.parts[np.setdiff1d(np.flatnonzero(texts.parts == "learn"), texts.learn(MOST))] = "unused"
    x = features(asked.work, texts, np.flatnonzero(np.isin(texts.parts, ["learn", "calibrate"])), asked.tuned)
    np.save(asked.work / "features.npy", x)
    heads: dict[str, tuple[np.ndarray, np.ndarray, float]] = {}

    def best(name: str, sources: tuple[str, ...], language: str, own: tuple[float, ...], holds: tuple[float, ...]) -> float:
        here = np.isin(texts.sources, sources)
        learn = here & (texts.parts == "learn")
        judge = here & (texts.parts == "calibrate") & ((texts.languages == language) | (language == ""))
        tried = []
        for more in own:
            weights = texts.weights * np.where(texts.languages == language, more, 1.0)
            for hold in holds:
                head = fit(x[learn], texts.labels[learn], weights[learn], hold)
                logits = x[judge] @ head[0] + head[1]
                tried.append((recall(texts.labels[judge], logits.argmax(1)), more, hold, head, logits))
        score, more, hold, head, logits = max(tried, key=lambda one: one[0])
        heat = temperature(logits, texts.labels[judge])
        print(
            f"{name:10} own by {more:g}, C {hold:g}, temperature {heat:.2f}, macro recall {100 * score:.1f} (calibrate)", flush=True
        )
        heads[name] = (*head, heat)
        return hold

    hold = best("social", SOCIAL, "", (1.0,), HOLD)
    for language in LANGUAGES:
        if language != "nl":  # there are no Dutch posts that may be learnt from: Dutch takes the head of all together
            best(f"social.{language}", SOCIAL, language, OWN, (hold,))
    best("headline", (HEADLINES,), "", (1.0,), HOLD)
    asked.out.mkdir(parents=True, exist_ok=True)
    np.savez(
        asked.out / "heads.npz",
        names=np.array(list(heads)),
        weights=np.ascontiguousarray(np.stack([one[0] for one in heads.values()])),
        bias=np.stack([one[1] for one in heads.values()]),
        temperatures=np.array([one[2] for one in heads.values()], np.float32),
    )


if __name__ == "__main__":
    main()
