"""Measure tone analysers on labelled texts that none of ours was trained on, in one run: a table of macro recall and CPU per text.

    python bench/sentiment.py --data FOLDER

FOLDER holds dev.LANGUAGE.jsonl (rows of id, text, label, lang, source, split). Measured are the rows kept apart by their split or,
where a source has only "train", by a hash of their id; and whole the sources that training leaves out (airline, bol.com). VADER is
measured where vaderSentiment is installed, else skipped with a line. Sources with two labels count over those two; unsure counts as
wrong (in brackets: with the most probable tone in its place). Nothing is written, nothing is fetched.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections.abc import Callable, Sequence

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from train_light import LANGUAGES, LEFT_OUT, rows_of

from listener.core.model import Sentiment, Text, Tone
from listener.core.ports import Analyser
from listener.understanding import load_analyser
from listener.understanding.evaluation import evaluate

BATCH = 256


def main() -> None:
    """One row for each source and analyser."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    options = parser.parse_args()
    analysers: dict[str, Analyser | Callable[[Sequence[Text]], Sequence[Sentiment]]] = {
        "textblob": load_analyser("textblob"),
        "light": load_analyser("light"),
    }
    if (other := vader()) is not None:
        analysers["vader"] = other
    head = ("macro recall [95 %]", "best guess", "sure", "right", "calib.", "CPU ms")
    print(f"{'':3}{'source':16}{'texts':>6}  {'analyser':10}" + f"{head[0]:>22}" + "".join(f"{one:>11}" for one in head[1:]))
    for language in LANGUAGES:
        groups: dict[str, list[tuple[Text, Tone]]] = {}
        for row in rows_of(options.data, language, every=True):
            if row.kept_apart or row.source in LEFT_OUT:
                groups.setdefault(row.source, []).append((Text(words=row.text, language=language), Tone(row.label)))
        for source, rows in groups.items():
            texts, labels = [text for text, _ in rows], [label for _, label in rows]
            for name, analyser in analysers.items():
                analyser(texts[:1])
                began = time.process_time()
                answers = [one for at in range(0, len(texts), BATCH) for one in analyser(texts[at : at + BATCH])]
                took = 1_000 * (time.process_time() - began) / len(texts)
                print(f"{language:3}{source:16}{len(texts):6}  {name:10}{figures(labels, answers)}{took:11.2f}", flush=True)


def figures(labels: Sequence[Tone], answers: Sequence[Sentiment]) -> str:
    """One row of the table."""
    found = evaluate(labels, answers)
    recall = found.macro_recall
    words = f"{100 * recall.value:.1f} [{100 * recall.low:.1f}, {100 * recall.high:.1f}]"
    guess = "-" if found.forced is None else f"{100 * found.forced.value:.1f}"
    right = "-" if found.right_when_sure is None else f"{100 * found.right_when_sure:.1f}"
    error = "-" if found.calibration_error is None else f"{found.calibration_error:.3f}"
    return f"{words:>22}{guess:>11}{100 * found.coverage:11.1f}{right:>11}{error:>11}"


def vader() -> Callable[[Sequence[Text]], Sequence[Sentiment]] | None:
    """VADER with its usual threshold of 0.05, for whatever language; None where it is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415
    except ImportError:
        print("VADER is skipped: pip install vaderSentiment (into an environment of your own) to measure it too")
        return None
    scorer = SentimentIntensityAnalyzer()

    def judge(texts: Sequence[Text]) -> list[Sentiment]:
        scores = [scorer.polarity_scores(text.words)["compound"] for text in texts]
        tones = [Tone.POSITIVE if one >= 0.05 else Tone.NEGATIVE if one <= -0.05 else Tone.NEUTRAL for one in scores]
        return [
            Sentiment(tone=tone, polarity=score, confidence=abs(score), analyser="vader")
            for tone, score in zip(tones, scores, strict=True)
        ]

    return judge


if __name__ == "__main__":
    main()
