"""Judge the behavioural list of minimal pairs, as a mention of the brand would be judged, and report it by category.

    python bench/behaviour.py [--sentiment auto] [--half 1|2|3|4] [--wrong]

`tests/behaviour/tone.jsonl` holds a text a line, two to a pair, with the tones that are right for it (`unsure` is among them where
a person would hesitate too). *right*: such a tone; *pairs*: both texts right; *harm*: praise called blame, or blame called praise;
*unsure*: where a tone was asked for. `--wrong` prints every text that is not right.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from listener.core.mentions import MentionFinder
from listener.core.model import Brand, Entry, Tone
from listener.core.ports import Judge as JudgePort
from listener.understanding import load_analyser
from listener.understanding.judge import Judge
from listener.understanding.language import Languages

LIST = pathlib.Path(__file__).parents[1] / "tests" / "behaviour" / "tone.jsonl"
NEWS = "news"
_OPPOSITE = {Tone.POSITIVE: Tone.NEGATIVE, Tone.NEGATIVE: Tone.POSITIVE}
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """One text of the list, its pair and part, and what is right.

    `half`: 1 was written before the first rules, 2 after them, 3 before the second ones, 4 after those.
    """

    pair: int
    language: str
    category: str
    half: int
    brand: str
    text: str
    right: tuple[Tone, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What came of some rows, as shares."""

    count: int
    right: float
    pairs: float
    harm: float
    unsure: float


def read(path: pathlib.Path = LIST) -> list[Row]:
    """The list, in the order of the file."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Row(**{**row, "right": tuple(map(Tone, row["right"]))}) for row in rows]


def judge_of(sentiment: str, rows: Iterable[Row]) -> JudgePort:
    """The judge as the program wires it, for the brands of these rows."""
    rows = list(rows)
    return Judge(
        Languages(("nl", "en")),
        load_analyser(sentiment),
        names={row.brand: row.brand for row in rows},
        kinds={"news": "google-news", "posts": "mastodon"},
    )


def judged(rows: Sequence[Row], judge: JudgePort) -> list[Tone]:
    """The tone of each text towards its brand: news as a headline, all else as a post."""
    mentions = []
    for row in rows:
        finder = MentionFinder([Brand(key=row.brand, name=row.brand, query=f'"{row.brand}"', language=row.language)])
        [found] = finder.find(entry(row), row.brand)
        mentions.append(found)
    return [one.tone for one in judge(mentions)]


def entry(row: Row) -> Entry:
    """A text as its place would bring it."""
    is_news = row.category == NEWS
    return Entry(
        document="",
        source="news" if is_news else "posts",
        guid=str(row.pair),
        url="https://example.org/",
        link="https://example.org/",
        title=row.text if is_news else "",
        text="" if is_news else row.text,
        outlet="example.org",
        first_seen_at=_WHEN,
        language=row.language,
    )


def score(rows: Sequence[Row], tones: Sequence[Tone]) -> Score:
    """Shares over rows that all have their pair among them."""
    good = [tone in row.right for row, tone in zip(rows, tones, strict=True)]
    pairs: dict[int, bool] = {}
    for row, one in zip(rows, good, strict=True):
        pairs[row.pair] = pairs.get(row.pair, True) and one
    harm = [_OPPOSITE.get(tone) in row.right for row, tone in zip(rows, tones, strict=True)]
    unsure = [tone is Tone.UNSURE and not one for tone, one in zip(tones, good, strict=True)]
    return Score(
        count=len(rows),
        right=sum(good) / len(rows),
        pairs=sum(pairs.values()) / len(pairs),
        harm=sum(harm) / len(rows),
        unsure=sum(unsure) / len(rows),
    )


def by_category(rows: Sequence[Row], tones: Sequence[Tone]) -> Mapping[str, Score]:
    """A score for each category and language ("negation nl"), and for all together ("all")."""
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for name in (f"{row.category} {row.language}", "all"):
            groups.setdefault(name, []).append(place)
    return {name: score([rows[one] for one in places], [tones[one] for one in places]) for name, places in sorted(groups.items())}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentiment", default="auto")
    parser.add_argument("--half", type=int, choices=(1, 2, 3, 4))
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args()
    rows = [row for row in read() if asked.half in {None, row.half}]
    tones = judged(rows, judge_of(asked.sentiment, rows))
    print(f"{'':16}{'texts':>7}{'right':>8}{'pairs':>8}{'harm':>8}{'unsure':>8}")
    for name, one in by_category(rows, tones).items():
        shares = "".join(f"{100 * share:7.0f}%" for share in (one.right, one.pairs, one.harm, one.unsure))
        print(f"{name:16}{one.count:7}{shares}")
    if asked.wrong:
        for row, tone in zip(rows, tones, strict=True):
            if tone not in row.right:
                print(f"{row.category:11} {row.language} {'/'.join(row.right):16} said {tone:9} {row.text}")


if __name__ == "__main__":
    main()
