"""Coverage in the archive: written with the visit that brought it, read back by the hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from listener.core.coverage import Coverage, Hole, Stretch
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, source

HOUR = timedelta(hours=1)
X = source(key="molenaar-x", kind="x", address="pomp")
STRETCH = Stretch(part="a", words="pomp", since=NOON - 6 * HOUR, until=NOON)
OPEN = Hole(part="a", low=5, high=9, since=NOON - 2 * HOUR, until=NOON - HOUR, reason="not read yet", opened_at=NOON)
LOST = replace(OPEN, low=1, high=3, since=NOON - 5 * HOUR, until=NOON - 4 * HOUR, reason="older than seven days", lost=True)


def visit(
    archive: SqlArchive, coverage: Coverage | None, *, at: timedelta = timedelta(), outcome: Outcome = Outcome.UNCHANGED
) -> None:
    """Keep one visit with what it says of coverage."""
    [state] = archive.states(["molenaar-x"])
    run = Run(source="molenaar-x", started_at=NOON + at, outcome=outcome, detail="" if outcome.heard else "the budget is spent")
    archive.keep(state, run, next_due_at=NOON, coverage=coverage)


def prepared(archive: SqlArchive) -> None:
    """An archive that knows the source."""
    archive.sync([brand()], [X], [], NOON)


def words(archive: SqlArchive) -> list[str]:
    """How the six hours before noon and the three after it were heard."""
    return [one.cover.value for one in archive.cover("molenaar-x", since=NOON - 6 * HOUR, until=NOON + 3 * HOUR)]


def test_a_visit_writes_down_what_it_covered(archive: SqlArchive) -> None:
    """Stretches and open holes as the last visit left them; what is lost stays lost; a visit that says nothing changes nothing."""
    prepared(archive)
    assert archive.covered("molenaar-x") == Coverage()
    assert archive.cover("molenaar-x", since=NOON, until=NOON + HOUR) == []
    visit(archive, Coverage(stretches=(STRETCH,), holes=(OPEN, LOST)))
    assert archive.covered("molenaar-x") == Coverage(stretches=(STRETCH,), holes=(OPEN, LOST))
    visit(archive, None)
    further = replace(STRETCH, until=NOON + HOUR)
    visit(archive, Coverage(stretches=(further,), holes=(LOST,)))
    visit(archive, Coverage(stretches=(further,)))
    assert archive.covered("molenaar-x") == Coverage(stretches=(further,), holes=(LOST,))
    assert words(archive) == [
        "complete",
        "partial",
        "complete",
        "complete",
        "complete",
        "complete",
        "complete",
        "unknown",
        "unknown",
    ]


def test_hours_that_our_budget_ended_are_stopped(archive: SqlArchive) -> None:
    """From the first visit that the purse ended to the next that was heard."""
    prepared(archive)
    visit(archive, Coverage(stretches=(STRETCH,)), at=-HOUR)
    visit(archive, None, at=timedelta(minutes=5), outcome=Outcome.STOPPED)
    visit(archive, None, at=HOUR, outcome=Outcome.STOPPED)
    assert words(archive)[5:] == ["complete", "stopped", "stopped", "stopped"]
    visit(archive, None, at=2 * HOUR)
    assert words(archive)[5:] == ["complete", "stopped", "stopped", "unknown"]


def test_a_places_own_counts_are_kept_and_replaced(archive: SqlArchive) -> None:
    """More than we have read makes an hour partial; asked again, the new counts stand."""
    prepared(archive)
    visit(archive, Coverage(stretches=(STRETCH,)))
    archive.keep_counts("molenaar-x", "a", {}, NOON)
    archive.keep_counts("molenaar-x", "a", {NOON - 3 * HOUR: 4, NOON - 2 * HOUR: 1}, NOON)
    found = archive.cover("molenaar-x", since=NOON - 3 * HOUR, until=NOON - HOUR)
    assert [(one.cover.value, one.counted) for one in found] == [("partial", 4), ("partial", 1)]
    assert found[0].why == "the place itself counts 4, and 0 were read"
    archive.keep_counts("molenaar-x", "a", {NOON - 3 * HOUR: 0}, NOON + HOUR)
    [state] = archive.states(["molenaar-x"])
    said = entry(source="molenaar-x", published_at=NOON - timedelta(hours=1, minutes=30))
    archive.keep(
        state,
        Run(source="molenaar-x", started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(source="molenaar-x"),
        entries=[said],
    )
    found = archive.cover("molenaar-x", since=NOON - 3 * HOUR, until=NOON - HOUR)
    assert [(one.cover.value, one.counted, one.read) for one in found] == [("complete", 0, 0), ("complete", 1, 1)]
