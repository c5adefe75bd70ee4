"""What an evidence report is asked for with: periods, months, notes and their seals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from listener.core.dossier import Note
from listener.core.evidence import (
    EvidencePlan,
    SealedNote,
    is_neutral,
    is_sealed,
    last_days,
    month_before,
    route,
    seal_note,
    standing_notes,
)

SECRET = b"s" * 32
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOTE = Note(about="time", text="Wij meten dit anders.", by="Ann", at=datetime(2026, 11, 21, tzinfo=UTC))
PLAN = EvidencePlan(brand="molenaar", to=("a@x.example",), at=time(8), day=3)


@pytest.mark.parametrize(
    "changes", [{"about": "hype"}, {"text": "Wij meten dit."}, {"by": "Bob"}, {"at": datetime(2026, 11, 22, tzinfo=UTC)}]
)
def test_a_seal_shows_any_change_of_a_note(changes: dict[str, object]) -> None:
    """Whose word it is, on what, when, and every letter of it."""
    sealed = SealedNote(note=NOTE, seal=seal_note(SECRET, "molenaar", NOTE))
    assert is_sealed(SECRET, "molenaar", sealed)
    assert not is_sealed(SECRET, "molenaar", replace(sealed, note=replace(NOTE, **changes)))  # type: ignore[arg-type]
    assert not is_sealed(SECRET, "other", sealed)
    assert not is_sealed(b"t" * 32, "molenaar", sealed)


def test_the_newest_note_stands_until_it_is_taken_back() -> None:
    """One for each figure or objection."""
    one, two = SealedNote(note=NOTE, seal=""), SealedNote(note=replace(NOTE, text="Toch niet."), seal="")
    other = SealedNote(note=replace(NOTE, about="hype"), seal="")
    assert standing_notes((one, other, two)) == (other, two)
    assert standing_notes((one, replace(one, note=replace(NOTE, text="")))) == ()


def test_the_last_days_are_complete_local_days() -> None:
    """They end with the midnight before now, on whichever side of the change of the clock."""
    since, until = last_days(90, datetime(2026, 11, 21, 7, tzinfo=UTC), AMSTERDAM)
    assert (until.astimezone(AMSTERDAM).hour, until.astimezone(AMSTERDAM).date().isoformat()) == (0, "2026-11-21")
    assert since.astimezone(AMSTERDAM).date().isoformat() == "2026-08-23"


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 12, 3, 6, 59, tzinfo=UTC), None),
        (datetime(2026, 12, 3, 7, 0, tzinfo=UTC), "2026-11"),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), "2026-11"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), None),
        (datetime(2027, 1, 3, 8, tzinfo=UTC), "2026-12"),
    ],
)
def test_a_months_report_is_due_on_its_day_and_hour(now: datetime, month: str | None) -> None:
    """By the brand's own clock, and about three months that end with it."""
    found = month_before(now, PLAN)
    assert (found[0] if found else None) == month
    if found:
        assert 88 <= (found[2] - found[1]).days <= 92


def test_a_query_with_words_of_complaint_is_not_neutral() -> None:
    """Nor one with words of praise: both make what they find certain."""
    assert is_neutral('"Molenaar Pompen" OR molenaarpompen.nl')
    assert not is_neutral('"Molenaar Pompen" AND (klacht OR storing)')
    assert not is_neutral("Molenaar great")
    assert route("google-news") == route("google-alerts") != route("x")
