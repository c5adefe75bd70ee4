"""Dossiers and what they are computed from, as text and back."""

from __future__ import annotations

import json
import sys
from array import array
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core import frozen
from listener.core.frozen import (
    differences,
    figures_of,
    fingerprint,
    observed_files,
    observed_of,
    report_of,
    report_text,
    row_sum,
    thresholds_of,
    thresholds_text,
)
from listener.core.labels import Aspect, Label
from listener.core.observed import Check, Observed, Place, Question, Rival
from listener.core.proving import dossier
from listener.core.sampling import Sample, Stratum
from listener.core.tellings import Row, Table
from listener.core.thresholds import SHIPPED

SINCE = datetime(2026, 9, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=60)


def row(number: int, **changes: int) -> Row:
    """A mention: a story and a voice of its own, an hour after the one before."""
    at = int(SINCE.timestamp()) + 3_600 * number
    made = Row(number, number, number, number, 0, at, 0, 0, 0, 1, 5, 1, 0, 0, 0)
    return made._replace(**changes)


def observed(*rows: Row, **changes: Any) -> Observed:
    """What was observed of a brand in two months, through one feed."""
    given_: dict[str, Any] = {
        "brand": "molenaar",
        "brand_name": "Molenaar",
        "language": "nl",
        "timezone": "Europe/Amsterdam",
        "since": SINCE,
        "until": UNTIL,
        "made_at": UNTIL + timedelta(hours=8),
        "table": Table.of(rows),
        "places": (Place(key="vakblad", kind="rss", route="feeds", since=SINCE, until=UNTIL),),
        "languages": ("nl",),
    }
    return Observed(**given_ | changes)


FULL = observed(
    *(row(number, voice=number % 7) for number in range(1, 40)),
    rivals=(Rival(key="hydrovalk", name="Hydrovalk", table=Table.of([row(900)])),),
    samples=(
        Sample(brand="molenaar", week=date(2026, 9, 7), seed=3, strata=(Stratum(name="neutral/other", stories=3, drawn=(1, 2)),)),
    ),
    labels=(Label(mention=1, aspect=Aspect.TONE, value="negative", by="Ann", at=SINCE),),
    checks=(Check(mention=2, question=Question.MARKET, answer="b2b", by="Ann", at=SINCE),),
    removed=(("taken back", 3),),
    versions=(("listener", "1"),),
    queries=('"Molenaar"',),
)


def test_what_was_observed_comes_back_exactly() -> None:
    """Table, rivals' tables and all the rest."""
    files = dict(observed_files(FULL))
    again = observed_of(files.__getitem__)
    assert again == FULL
    assert fingerprint(again) == fingerprint(FULL)


def test_a_fingerprint_tells_one_changed_number() -> None:
    """In a column, or beside the table."""
    other = observed(*(row(number, voice=number % 7) for number in range(1, 39)), row(39, tone=0))
    assert fingerprint(other) != fingerprint(observed(*(row(number, voice=number % 7) for number in range(1, 40))))


def test_a_report_comes_back_with_the_sums_of_its_rows() -> None:
    """Each figure's rows are a count and a sha256; the dossier is the same but for the rows themselves."""
    made = dossier(FULL)
    report = report_of(report_text(made, fingerprint(FULL)))
    assert report.dossier.findings[0].reason == made.findings[0].reason
    assert report.dossier.thresholds == made.thresholds
    sums = {name: row_sum(figure.rows) for name, figure in figures_of(made)}
    assert report.rows == sums
    assert any(one.count for one in sums.values())
    assert report_text(report.dossier, "x") != report_text(made, "x")


def test_thresholds_come_back() -> None:
    """With their date and author."""
    assert thresholds_of(thresholds_text(SHIPPED[-1])) == SHIPPED[-1]
    with pytest.raises(ValueError, match="KeyError"):
        thresholds_of("{}")


def test_rows_have_one_sum_in_any_order() -> None:
    """The sum is over the ids in their order, a line each."""
    assert row_sum(array("q", [3, 1, 2])) == row_sum(array("q", [1, 2, 3]))
    assert row_sum(array("q")).count == 0


def test_differences_name_the_place() -> None:
    """By keys of lists where they have any; numbers may differ by what machines do."""
    said = {"findings": [{"key": "time", "value": 1.0, "n": 2}], "more": [1]}
    found = {"findings": [{"key": "time", "value": 1.0 + 1e-12, "n": 3}], "more": [1, 2]}
    assert list(differences(said, found)) == [("findings.time.n", 2, 3), ("more.1", None, 2)]
    assert list(differences(1, True)) == [("", 1, True)]
    assert list(differences(1, 1.0)) == []
    assert list(differences("1", 1.0)) == [("", "1", 1.0)]


def broken(name: str, body: Any) -> dict[str, bytes]:
    """The files with one of them replaced."""
    return {**dict(observed_files(FULL)), name: body if isinstance(body, bytes) else json.dumps(body).encode()}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("observed.json", b"[" * 100_000),
        ("observed.json", []),
        ("observed.json", {"version": 1}),
        ("table/0/id.json", {"a": 1}),
        ("table/0/id.json", [1, 2]),
        ("table/0/id.json", ["x"] * 39),
        ("table/0/id.json", [10**30] * 39),
        ("table/0/id.json", [1.5] * 39),
        ("table/0/id.json", [7] * 39),
        ("table/0/at.json", list(range(39, 0, -1))),
        ("table/0/tone.json", [300] * 39),
        ("table/0/tone.json", [-1] * 39),
    ],
)
def test_what_is_something_else_is_a_value_error(name: str, body: Any) -> None:
    """Wrong kinds, wrong lengths, wrong order, numbers without end."""
    with pytest.raises(ValueError, match=r"."):
        observed_of(broken(name, body).__getitem__)


@pytest.mark.parametrize("field", ["since", "places", "language", "removed", "accounts", "own_heard", "labels", "samples"])
def test_any_field_of_another_kind_is_a_value_error(field: str) -> None:
    """A word for a number, a list for a word, a name that no enum has."""
    raw = json.loads(dict(observed_files(FULL))["observed.json"])
    for value in (None, 3, "x", ["x"], [["x"]], {"a": "b"}):
        raw[field] = value
        if field == "language" and value == "x":
            continue
        if field == "accounts" and value == 3:
            continue
        with pytest.raises(ValueError, match=r"."):
            observed_of(broken("observed.json", raw).__getitem__)


def test_a_report_of_another_shape_is_a_value_error() -> None:
    """As a hostile bundle holds it."""
    for text in ("", "{}", "[]", '{"report": 3}', "null"):
        with pytest.raises(ValueError, match=r"."):
            report_of(text)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30))
def test_any_column_survives(numbers: list[int]) -> None:
    """Numbers of voices and addresses take all 64 bits."""
    rows = [row(place, voice=number) for place, number in enumerate(numbers, start=1)]
    one = observed(*rows)
    assert observed_of(dict(observed_files(one)).__getitem__).table.voice == one.table.voice


def test_what_machines_differ_in_is_written_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that writes numbers the other way round, and a figure that came to no number at all."""
    plain = fingerprint(observed())
    monkeypatch.setattr(sys, "byteorder", "big")
    assert fingerprint(observed()) == plain
    swapped = frozen._little(array("q", [1]))
    assert swapped[0] == 1 << 56
    made = dossier(FULL)
    odd = replace(made, headline=(replace(made.headline[0], value=float("inf")),))
    assert report_of(report_text(odd, "")).dossier.headline[0].value is None


def test_a_whole_number_may_stand_for_a_broken_one() -> None:
    """As other programs write 2.0."""
    raw = json.loads(thresholds_text(SHIPPED[-1]))
    raw["values"][0][1] = 3
    assert thresholds_of(json.dumps(raw)).values[0][1] == 3.0
