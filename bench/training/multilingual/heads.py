"""Train the heads that ship, and their temperatures, on what the finished encoder says; write `heads.npz` beside it.

    python -m bench.training.multilingual.heads --work FOLDER --out listener/understanding/weights/multilingual [--tuned FILE]

Logistic regression on the means after layers 6 and 9. Every tone of a source counts alike, so that no head leans to the tone that
was common where its texts were gathered. A language's own texts count more in its own head; how much more is what does best on
the part "calibrate", over all languages at once, which also sets the temperatures. Dutch, of which there are no posts that may be
learnt from, takes those of all languages and our own invented ones (`posts.nl.txt` here and in `bench/light`), four fifths of them;
its temperature is that of sources of which a head has seen nothing.
The kept part is never looked at here. A few minutes on one core. `blend` sets what is left.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from sklearn.linear_model import LogisticRegression

from bench.train_light import posts
from bench.training.multilingual import encoder
from bench.training.multilingual.corpus import LABELS, recall
from bench.training.multilingual.shape import LAYERS, LOWER
from bench.training.multilingual.texts import Texts
from listener.understanding.multilingual import LANGUAGES, Encoder

OWN = (3.0, 10.0)
INVENTED = 10.0  # what each of our own Dutch posts counts
POSTS = (Path(__file__).with_name("posts.nl.txt"), Path(__file__).parents[2] / "light" / "posts.nl.txt")
HOLD = (0.001,)  # a third and thrice of it differ by less than chance
MOST = 4_000  # texts of one tone, source and language: more of them changes nothing
HEADLINES = "ecosent"
_Try = tuple[float, list[tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]]]
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


def dutch(folder: Path, texts: Texts, x: np.ndarray, learn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias for Dutch posts: what all languages teach, and what we wrote ourselves."""
    invented = [row for path in POSTS for row in posts(path) if not row.kept_apart]
    reader = Encoder(folder)
    vectors = np.stack([reader.run(reader.tokens(row.text)) for row in invented])
    labels = np.array([LABELS.index(row.label) for row in invented])
    weights = np.concatenate([texts.weights[learn], np.full(len(invented), INVENTED, np.float32)])
    return fit(np.concatenate([x[learn], vectors]), np.concatenate([texts.labels[learn], labels]), weights, HOLD[0])


def unseen(texts: Texts, x: np.ndarray) -> float:
    """The temperature for posts of a source that was left out of all learning, over all sources; prints how well they are read."""
    logits, labels = [], []
    social = np.isin(texts.sources, SOCIAL) & (texts.weights > 0)
    for source in SOCIAL:
        for language in np.unique(texts.languages[social & (texts.sources == source)]):
            own = social & (texts.sources == source) & (texts.languages == language)
            learn, judge = social & ~own & (texts.parts == "learn"), own & (texts.parts == "calibrate")
            if not judge.any():
                continue
            weights, bias = fit(x[learn], texts.labels[learn], texts.weights[learn], HOLD[0])
            logits.append(x[judge] @ weights + bias)
            labels.append(texts.labels[judge])
            print(f"without {source} {language}: macro recall {100 * recall(labels[-1], logits[-1].argmax(1)):.1f}", flush=True)
    heat = temperature(np.concatenate(logits), np.concatenate(labels))
    print(f"sources left out: temperature {heat:.2f}", flush=True)
    return heat


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

    def split(sources: tuple[str, ...], language: str) -> tuple[np.ndarray, np.ndarray]:
        here = np.isin(texts.sources, sources)
        judge = here & (texts.parts == "calibrate") & ((texts.languages == language) | (language == ""))
        return here & (texts.parts == "learn"), judge

    def tried(sources: tuple[str, ...], languages: tuple[str, ...], own: float, hold: float) -> _Try:
        found = []
        for language in languages:
            learn, judge = split(sources, language)
            weights = texts.weights * np.where(texts.languages == language, own, 1.0)
            head = fit(x[learn], texts.labels[learn], weights[learn], hold)
            found.append((head, x[judge] @ head[0] + head[1], texts.labels[judge]))
        score = float(np.mean([recall(labels, logits.argmax(1)) for _, logits, labels in found]))
        print(f"{sources[0]} {languages}: own by {own:g}, C {hold:g}: macro recall {100 * score:.1f} (calibrate)", flush=True)
        return score, found

    def best(names: list[str], sources: tuple[str, ...], languages: tuple[str, ...], own: tuple[float, ...]) -> None:
        _, found = max((tried(sources, languages, more, hold) for more in own for hold in HOLD), key=lambda one: one[0])
        # One choice and one temperature for all heads of a kind: a language alone has too few texts to set them by.
        heat = temperature(np.concatenate([one[1] for one in found]), np.concatenate([one[2] for one in found]))
        print(f"{', '.join(names)}: temperature {heat:.2f}", flush=True)
        heads.update({name: (*one[0], heat) for name, one in zip(names, found, strict=True)})

    best(["social"], SOCIAL, ("",), (1.0,))
    own = tuple(language for language in LANGUAGES if language != "nl")
    best([f"social.{language}" for language in own], SOCIAL, own, OWN)
    best(["headline"], (HEADLINES,), ("",), (1.0,))
    heads["social.nl"] = (*dutch(asked.out, texts, x, split(SOCIAL, "")[0]), unseen(texts, x))
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
