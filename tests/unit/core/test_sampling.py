"""The weekly sample: whoever has the same stories and seed draws the same, one of a story and one of a voice."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.sampling import Candidate, draw, seed_of, stratum_of

MONDAY = date(2026, 11, 16)
NAMES = ("neutral/complaint", "neutral/negative", "neutral/other", "pointed/other")
candidates = st.lists(
    st.builds(
        Candidate,
        mention=st.integers(1, 500),
        story=st.integers(1, 60),
        voice=st.integers(1, 60),
        stratum=st.sampled_from(NAMES),
    ),
    max_size=80,
    unique_by=lambda one: one.mention,
)


@given(candidates, st.integers(1, 40), st.randoms(use_true_random=False))
def test_a_draw_does_not_depend_on_the_order(found: list[Candidate], size: int, random: object) -> None:
    """One of a story, one of a voice, no more than was asked for or than there is; and the same again from any order."""
    drawn = draw("molenaar", MONDAY, found, size=size)
    mixed = sorted(found, key=lambda one: hash((one.mention, 7)))
    assert draw("molenaar", MONDAY, mixed, size=size) == drawn
    by_id = {one.mention: one for one in found}
    chosen = [by_id[one] for one in drawn.mentions]
    assert len({one.story for one in chosen}) == len({one.voice for one in chosen}) == len(chosen)
    whole = sum(one.stories for one in drawn.strata)
    assert len(chosen) == min(size, whole)
    for one in drawn.strata:
        assert len(one.drawn) <= one.stories
        assert all(by_id[mention].stratum == one.name for mention in one.drawn)


def test_rare_words_are_drawn_more_often_than_their_share() -> None:
    """Of ten complaints among a thousand stories some are checked each week, and most are of the rest."""
    found = [Candidate(mention=n, story=n, voice=n, stratum=NAMES[0] if n <= 10 else NAMES[2]) for n in range(1, 1001)]
    drawn = {one.name: len(one.drawn) for one in draw("molenaar", MONDAY, found, size=30).strata}
    assert drawn == {NAMES[0]: 3, NAMES[2]: 27}


def test_each_has_the_same_chance() -> None:
    """Over many seeds every story of a stratum is drawn about as often."""
    found = [Candidate(mention=n, story=n, voice=n, stratum=NAMES[2]) for n in range(20)]
    times = Counter(one for seed in range(400) for one in draw("molenaar", MONDAY, found, seed=seed, size=5).mentions)
    assert len(times) == 20
    assert 60 < min(times.values()) < max(times.values()) < 145


def test_the_seed_is_known_beforehand() -> None:
    """It follows from brand and week, is kept with the sample, and another may be given."""
    assert seed_of("molenaar", MONDAY) == seed_of("molenaar", MONDAY) != seed_of("pompstra", MONDAY)
    assert draw("molenaar", MONDAY, []).seed == seed_of("molenaar", MONDAY)
    assert draw("molenaar", MONDAY, [], seed=5).seed == 5
    with pytest.raises(ValueError, match="sample of 0"):
        draw("molenaar", MONDAY, [], size=0)


def test_strata_are_the_machines_words_and_the_querys_kind() -> None:
    """A complaint goes before its tone, and what a pointed query found stands apart."""
    assert stratum_of(neutral=True, complaint=True, negative=True) == "neutral/complaint"
    assert stratum_of(neutral=True, complaint=False, negative=True) == "neutral/negative"
    assert stratum_of(neutral=False, complaint=False, negative=False) == "pointed/other"
