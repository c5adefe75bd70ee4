"""The behavioural list of minimal pairs: its form, and floors by category that were met when they were set."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.behaviour import by_category, judge_of, judged, read
from listener.core.model import Tone

# Shares of texts that are right, and at most that are called the opposite; the light analyser, which every installation has.
# The encoder's are higher: see `python bench/behaviour.py` and docs/reference/sentiment.md.
FLOORS = {
    "comparison en": (0.78, 0.1),
    "comparison nl": (0.75, 0.1),
    "emoji en": (0.82, 0.1),
    "emoji nl": (0.78, 0.15),
    "irony en": (0.5, 0.15),
    "irony nl": (0.72, 0.2),
    "names en": (0.8, 0.05),
    "names nl": (0.85, 0.05),
    "negation en": (0.7, 0.1),
    "negation nl": (0.75, 0.2),
    "news en": (0.82, 0.1),
    "news nl": (0.8, 0.1),
    "quoted en": (0.65, 0.1),
    "quoted nl": (0.55, 0.15),
    "all": (0.78, 0.08),
}


def test_the_list_has_its_form() -> None:
    """At least 300 pairs, two texts each, both languages and all parts in every category, and each text says where its brand stands."""
    rows = read()
    pairs = Counter(row.pair for row in rows)
    assert len(pairs) >= 300
    assert set(pairs.values()) == {2}
    assert all(row.brand.casefold() in row.text.casefold() for row in rows)
    assert all(row.right and set(row.right) != {Tone.UNSURE} for row in rows)
    assert len({(row.pair, row.language, row.category, row.half) for row in rows}) == len(pairs)
    kinds = Counter((row.category, row.language, row.half) for row in rows)
    assert len(kinds) == 7 * 2 * 4
    assert min(kinds.values()) >= 4


def test_no_category_falls_below_its_floor() -> None:
    """Whoever changes a rule or a model sees here which category pays for it."""
    rows = read()
    scores = by_category(rows, judged(rows, judge_of("light", rows)))
    assert scores.keys() == FLOORS.keys()
    for name, (right, harm) in FLOORS.items():
        assert scores[name].right >= right, name
        assert scores[name].harm <= harm, name


@pytest.mark.parametrize("sentiment", ["light", "multilingual"])
def test_a_brand_with_a_cheerful_name_is_judged_as_any_other(sentiment: str) -> None:
    """What is said of Action, Vrolijk or Happy Socks sounds as it would of anybody."""
    rows = [row for row in read() if row.category == "names" and row.half == 1]
    tones = judged(rows, judge_of(sentiment, rows))
    assert by_category(rows, tones)["all"].harm <= 0.05
    same: Counter[tuple[int, Tone]] = Counter()
    for row, tone in zip(rows, tones, strict=True):
        if row.right == (Tone.NEUTRAL,):
            same[row.pair, tone] += 1
    assert [count for count in same.values() if count == 2]
