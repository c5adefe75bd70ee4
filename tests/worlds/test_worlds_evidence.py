"""Dossiers of worlds whose truth is known: intervals hold it, verdicts are right, and what does not matter changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from listener.core.dossier import Certainty, Dossier, Verdict, Wording
from listener.core.observed import Gap, Observed
from listener.core.proving import dossier
from listener.core.tellings import Row, Table
from tests.worlds.audit import audit
from tests.worlds.drawn import FORUM, START, Lived, drawn, live

SEEDS = tuple(range(10))
FIRM = (Certainty.LOW, Certainty.MODERATE, Certainty.HIGH)


@cache
def world(seed: int) -> Lived:
    """A world that was lived."""
    return live(drawn(seed))


@cache
def plain(seed: int) -> Dossier:
    """Its dossier."""
    return dossier(world(seed).observed)


def verdicts(made: Dossier) -> list[tuple[str, Verdict, Wording]]:
    """What a dossier says of each objection."""
    return [(one.key, one.verdict, one.wording) for one in made.findings]


def with_rows(observed: Observed, rows: list[Row]) -> Observed:
    """The same, of other mentions."""
    return replace(observed, table=Table.of(rows))


def test_a_handful_of_worlds_is_told_rightly() -> None:
    """Of a hundred and more intervals nearly all hold the truth, no verdict is wrong, and nothing is found where nothing is."""
    audits = [audit(world(seed), plain(seed)) for seed in SEEDS]
    held = [covered for one in audits for covered in one.covered.values()]
    assert len(held) > 100
    assert sum(held) / len(held) > 0.88  # the thousand worlds of bench/worlds_evidence.py say it closely
    assert [fault for one in audits for fault in one.wrong] == []
    assert [fault for one in audits for fault in one.too_much] == []
    assert sum(len(one.decided) for one in audits) > 15


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_the_same_observations_make_the_same_dossier(seed: int) -> None:
    """Nothing but what was observed decides, to the last digit."""
    assert dossier(live(drawn(seed)).observed) == plain(seed)


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_reprints_change_no_verdict(seed: int) -> None:
    """Every story is printed ten times more, by papers that were not heard of before."""
    observed = world(seed).observed
    rows = list(observed.table.rows())
    more = [
        row._replace(id=row.id + 10_000_000 * n, voice=9_000_000 + n, at=row.at + 600 * n, item=row.item + 10_000_000_000 * n)
        for row in rows
        for n in range(1, 11)
    ]
    until = observed.until.timestamp()
    again = dossier(with_rows(observed, rows + [row for row in more if row.at < until]))
    assert verdicts(again) == verdicts(plain(seed))
    assert [one.certainty for one in again.findings] == [one.certainty for one in plain(seed).findings]


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_voice_that_shouts_changes_no_verdict(seed: int) -> None:
    """One voice says what it said a hundred times more, each as a story of its own, within the hour."""
    observed = world(seed).observed
    rows = list(observed.table.rows())
    one = rows[len(rows) // 2]
    shouted = [
        one._replace(id=50_000_000 + n, story=50_000_000 + n, item=50_000_000_000 + n, at=one.at + 30 * n) for n in range(1, 101)
    ]
    assert verdicts(dossier(with_rows(observed, rows + shouted))) == verdicts(plain(seed))


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_source_that_fails_makes_nothing_surer(seed: int) -> None:
    """A source is deaf for three weeks: a verdict may be lost with it, but none turns into another, and none becomes firmer."""
    observed = world(seed).observed
    since, until = START + timedelta(days=20), START + timedelta(days=41)
    rows = [row for row in observed.table.rows() if not (row.source == FORUM and since.timestamp() <= row.at < until.timestamp())]
    gap = Gap(place=FORUM, since=since, until=until, why="HTTP 503")
    deaf = dossier(replace(with_rows(observed, rows), gaps=(*observed.gaps, gap)))
    for before, after in zip(plain(seed).findings, deaf.findings, strict=True):
        assert after.verdict in {before.verdict, Verdict.UNDETERMINED}, before.key
        if after.wording is before.wording:
            assert FIRM.index(after.certainty) <= FIRM.index(before.certainty), before.key


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_a_source_that_was_never_heard_only_takes_certainty(seed: int) -> None:
    """It brings nothing, and every verdict stands as it stood, no firmer."""
    observed = world(seed).observed
    silent = replace(observed.places[0], key="silent", kind="youtube", route="silent")
    gap = Gap(place=len(observed.places), since=observed.since, until=observed.until, why="HTTP 403")
    deaf = dossier(replace(observed, places=(*observed.places, silent), gaps=(*observed.gaps, gap)))
    assert verdicts(deaf) == verdicts(plain(seed))
    for before, after in zip(plain(seed).findings, deaf.findings, strict=True):
        assert FIRM.index(after.certainty) <= FIRM.index(before.certainty)


def test_nothing_to_find_is_never_found() -> None:
    """In worlds where nobody speaks of the brand, no objection is decided but that most of it is noise."""
    empty = [seed for seed in range(40) if drawn(seed).nothing][:3]
    assert len(empty) == 3
    for seed in empty:
        lived = live(drawn(seed))
        assert audit(lived, dossier(lived.observed)).too_much == ()
