"""What the shipped analyser scores on the texts that were kept apart, as a Markdown table.

    python -m bench.training.multilingual.figures --data FOLDER [--weights FOLDER] [--against FOLDER] [--languages nl en]

Only texts that neither the heads nor the light analyser, whose word is weighed in, has learnt from. `--against` scores other
weights on the same texts: the last column is how much better the first are, with its interval over the same draws. Everything
goes through `MultilingualAnalyser`, as in the program, on one thread. Macro recall is over the three probabilities (the
likeliest tone), its interval a percentile bootstrap of 1,000 with a fixed seed; "sure" is the share whose tone is said at all,
and how often that is right; ECE is the expected calibration error of the likeliest tone in ten bins of equal width, then how much
surer than right it is on average, and "chance" what the ECE of honest probabilities stays below in 95 of 100 sets of that size.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.train_light import is_kept_apart, posts
from bench.training.multilingual import corpus
from bench.training.multilingual.corpus import LABELS, Row, recall
from bench.training.multilingual.heads import POSTS
from listener.core.model import Text, Tone
from listener.understanding.multilingual import LANGUAGES, MultilingualAnalyser

TWO_TONES = {"bol.com"}
CHANCES = 300


def calibration_error(shares: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error of the likeliest tone: ten bins of equal width, weighted by how full they are."""
    sure, right = shares.max(1), shares.argmax(1) == labels
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(sure[bins == one].mean() - right[bins == one].mean()) * (bins == one).mean() for one in np.unique(bins)))


def chance_error(shares: np.ndarray, random: np.random.Generator) -> float:
    """The calibration error that 95 in 100 sets of so many texts stay below when every probability is honest."""
    drawn = []
    for _ in range(CHANCES):
        labels = (shares.cumsum(1) < random.random(len(shares))[:, None]).sum(1).clip(max=2)
        drawn.append(calibration_error(shares, labels))
    return float(np.quantile(drawn, 0.95))


def groups_of(folder: Path, languages: Sequence[str]) -> dict[tuple[str, str], list[Row]]:
    """What is scored, by language and source; the invented Dutch posts that were kept apart are among it."""
    splits = {
        str(row["id"]): row.get("split", "train")
        for language in languages
        for row in map(json.loads, (folder / f"dev.{language}.jsonl").read_text(encoding="utf-8").splitlines())
    }
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    rows = [row for row in corpus.read(folder) if row.part == "kept" and row.language in languages and row.source != "xed"]
    for row in corpus.select([row for row in rows if row.source in corpus.FORBIDDEN or is_kept_apart(row.id, splits[row.id])]):
        groups[row.language, row.source].append(row)
    if "nl" in languages:
        own = [one for path in POSTS for one in posts(path) if one.kept_apart]
        groups["nl", "own"] = [Row(one.id, one.text, LABELS.index(one.label), "nl", "own", "kept") for one in own]
    return groups


def shares_of(analyser: MultilingualAnalyser, texts: Sequence[Text], source: str) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, of two tones where a source has no more, and whether a tone was said."""
    answers = analyser(texts)
    shares = np.array([one.probabilities or (0.0, 1.0, 0.0) for one in answers])
    if source in TWO_TONES:
        shares = shares * [1, 0, 1] / (shares[:, [0]] + shares[:, [2]])
    return shares, np.array([one.tone is not Tone.UNSURE for one in answers])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--languages", nargs="+", default=LANGUAGES)
    asked = parser.parse_args()
    analyser = MultilingualAnalyser(folder=asked.weights)
    other = MultilingualAnalyser(folder=asked.against) if asked.against else None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    analyser([Text(words="warm up", language=language) for language in LANGUAGES])
    count, spent = 0, 0.0
    random = np.random.default_rng(6)
    print("| language | source | texts | macro recall [95 %] | sure | right when sure | ECE | too sure by | chance | better by |")
    print("|---" * 10 + "|")
    pooled: dict[str, list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
    for (language, source), rows in sorted(groups_of(asked.data, asked.languages).items()):
        genre = corpus.GENRE_OF.get(source, "social")
        texts = [Text(words=row.text, language=language, genre=genre) for row in rows]
        labels = np.array([row.label for row in rows])
        started = time.process_time()
        shares, said = shares_of(analyser, texts, source)
        spent += time.process_time() - started
        count += len(rows)
        found = shares.argmax(1)
        pooled[language if genre == "social" else genre].append((shares, labels))
        drawn = [random.integers(0, len(rows), len(rows)) for _ in range(1_000)]
        low, high = np.percentile([recall(labels[one], found[one]) for one in drawn], [2.5, 97.5])
        right = (found == labels)[said].mean() if said.any() else np.nan
        name = f"{source} (two tones)" if source in TWO_TONES else source
        interval = f"{100 * recall(labels, found):.1f} [{100 * low:.1f}, {100 * high:.1f}]"
        ece = calibration_error(shares, labels)
        gain = ""
        if other is not None:
            theirs = shares_of(other, texts, source)[0].argmax(1)
            more = [recall(labels[one], found[one]) - recall(labels[one], theirs[one]) for one in drawn]
            low, high = np.percentile(more, [2.5, 97.5])
            gain = f"{100 * (recall(labels, found) - recall(labels, theirs)):+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"
        over = f"{shares.max(1).mean() - (found == labels).mean():+.3f} | {chance_error(shares, random):.3f}"
        figures = f"{interval} | {100 * said.mean():.0f} % | {100 * right:.1f} % | {ece:.3f} | {over} | {gain}"
        print(f"| {language} | {name} | {len(rows)} | {figures} |", flush=True)
    errors = {name: calibration_error(*map(np.concatenate, zip(*some, strict=True))) for name, some in pooled.items()}
    print("\nECE of all of a language's posts: " + ", ".join(f"{name} {error:.3f}" for name, error in errors.items()))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = f"peak memory {before // 1024} -> {after // 1024} MiB"
    print(f"\n{1000 * spent / count:.1f} ms of one core per text over {count} texts; {memory}")


if __name__ == "__main__":
    main()
