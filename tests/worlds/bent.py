"""Worlds bent in ways that must not matter: reprints multiplied, one voice shouting, a source that fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from listener.core.dossier import Certainty, Dossier, Verdict, Wording
from listener.core.observed import Gap, Observed
from listener.core.proving import dossier
from listener.core.tellings import Row, Table
from tests.worlds.drawn import FORUM, START

FIRM = (Certainty.LOW, Certainty.MODERATE, Certainty.HIGH)


def verdicts(made: Dossier) -> list[tuple[str, Verdict, Wording]]:
    """What a dossier says of each objection."""
    return [(one.key, one.verdict, one.wording) for one in made.findings]


def with_rows(observed: Observed, rows: list[Row]) -> Observed:
    """The same, of other mentions."""
    return replace(observed, table=Table.of(rows))


def reprinted(observed: Observed) -> Observed:
    """Every story is printed ten times more, by papers that were not heard of before."""
    rows = list(observed.table.rows())
    until = observed.until.timestamp()
    more = [
        row._replace(id=row.id + 10_000_000 * n, voice=9_000_000 + n, at=row.at + 600 * n, item=row.item + 10_000_000_000 * n)
        for row in rows
        for n in range(1, 11)
    ]
    return with_rows(observed, rows + [row for row in more if row.at < until])


def shouted(observed: Observed) -> Observed:
    """One voice says what it said a hundred times more, each as a story of its own, within the hour."""
    rows = list(observed.table.rows())
    if not rows:
        return observed
    one = rows[len(rows) // 2]
    again = [
        one._replace(id=50_000_000 + n, story=50_000_000 + n, item=50_000_000_000 + n, at=one.at + 30 * n) for n in range(1, 101)
    ]
    return with_rows(observed, rows + again)


def failed(observed: Observed) -> Observed:
    """A source is deaf for three weeks, and what it would have brought is not there."""
    since, until = START + timedelta(days=20), START + timedelta(days=41)
    lost = (since.timestamp(), until.timestamp())
    rows = [row for row in observed.table.rows() if not (row.source == FORUM and lost[0] <= row.at < lost[1])]
    gap = Gap(place=FORUM, since=since, until=until, why="HTTP 503")
    return replace(with_rows(observed, rows), gaps=(*observed.gaps, gap))


def silenced(observed: Observed) -> Observed:
    """One more source is configured, and never heard."""
    silent = replace(observed.places[0], key="silent", kind="youtube", route="silent")
    gap = Gap(place=len(observed.places), since=observed.since, until=observed.until, why="HTTP 403")
    return replace(observed, places=(*observed.places, silent), gaps=(*observed.gaps, gap))


def turned(observed: Observed, plain: Dossier) -> list[str]:
    """What bending changed that it must not: each verdict under reprints and shouting, and under a source that fails.

    Where rows go with the source a verdict may be lost, as too little is left of it; it never becomes another one, nor a firmer one.
    """
    faults = []
    for name, bent in (("reprints", reprinted(observed)), ("shouting", shouted(observed)), ("silent source", silenced(observed))):
        made = dossier(bent)
        for before, after in zip(plain.findings, made.findings, strict=True):
            if (after.verdict, after.wording) != (before.verdict, before.wording):
                faults.append(f"{name}: {before.key} {before.wording.value} > {after.wording.value}")
            elif FIRM.index(after.certainty) > FIRM.index(before.certainty):
                faults.append(f"{name}: {before.key} became firmer")
    for before, after in zip(plain.findings, dossier(failed(observed)).findings, strict=True):
        if after.verdict not in {before.verdict, Verdict.UNDETERMINED}:
            faults.append(f"failed source: {before.key} {before.wording.value} > {after.wording.value}")
        elif after.wording is before.wording and FIRM.index(after.certainty) > FIRM.index(before.certainty):
            faults.append(f"failed source: {before.key} became firmer")
    return faults
