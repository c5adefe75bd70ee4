"""Dossiers of worlds whose truth is known: intervals hold it, verdicts are right, and what does not matter changes nothing."""

from __future__ import annotations

from functools import cache

import pytest

from listener.core.dossier import Dossier, Verdict
from listener.core.proving import dossier
from tests.worlds.audit import audit
from tests.worlds.bent import failed, turned
from tests.worlds.drawn import Lived, drawn, live

SEEDS = tuple(range(8))


@cache
def world(seed: int) -> Lived:
    """A world that was lived."""
    return live(drawn(seed))


@cache
def plain(seed: int) -> Dossier:
    """Its dossier."""
    return dossier(world(seed).observed)


def test_a_handful_of_worlds_is_told_rightly() -> None:
    """Of a hundred and more intervals nearly all hold the truth, no verdict is wrong, and nothing is found where nothing is."""
    audits = [audit(world(seed), plain(seed)) for seed in SEEDS]
    held = [covered for one in audits for covered in one.covered.values()]
    assert len(held) > 100
    assert sum(held) / len(held) > 0.88  # the thousand worlds of bench/worlds_evidence.py say it closely
    assert [fault for one in audits for fault in one.wrong] == []
    assert [fault for one in audits for fault in one.too_much] == []
    assert sum(len(one.decided) for one in audits) > 15


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_same_observations_make_the_same_dossier(seed: int) -> None:
    """Nothing but what was observed decides, to the last digit."""
    assert dossier(live(drawn(seed)).observed) == plain(seed)


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_what_does_not_matter_changes_no_verdict(seed: int) -> None:
    """Not reprints by the dozen, not one voice that shouts, not a source that fails: that takes certainty, or a verdict at most."""
    assert turned(world(seed).observed, plain(seed)) == []


def test_a_verdict_that_stands_is_not_shaken_by_its_source() -> None:
    """In a world with many verdicts most of them outlive three weeks of silence of one source."""
    seed = max(SEEDS, key=lambda one: sum(found.verdict is not Verdict.UNDETERMINED for found in plain(one).findings))
    before = [one.key for one in plain(seed).findings if one.verdict is not Verdict.UNDETERMINED]
    after = [one.key for one in dossier(failed(world(seed).observed)).findings if one.verdict is not Verdict.UNDETERMINED]
    assert len(after) >= len(before) - 1 >= 2


def test_nothing_to_find_is_never_found() -> None:
    """In worlds where nobody speaks of the brand, no objection is decided but that most of it is noise."""
    empty = [seed for seed in range(40) if drawn(seed).nothing][:3]
    assert len(empty) == 3
    for seed in empty:
        lived = live(drawn(seed))
        assert audit(lived, dossier(lived.observed)).too_much == ()
