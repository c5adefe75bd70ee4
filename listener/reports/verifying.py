"""Verifying a bundle: every figure computed again from the bundle alone, and what differs said."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import Any

from listener.core.dossier import Dossier
from listener.core.frozen import RowSum, differences, fingerprint, observed_of, report_of, report_text, row_sum, thresholds_of
from listener.core.observed import Observed
from listener.core.tellings import Table
from listener.core.thresholds import Thresholds
from listener.core.values import dataclass
from listener.reports.bundle import Bundle, Damaged
from listener.reports.evidence import ROW_HEAD, rows_file

Prove = Callable[[Observed, Sequence[Thresholds]], Dossier]
MOST = 200  # differences that are named
# What is of the machine on which a report was made, or of people, and so is no figure.
_NOT_FIGURES = frozenset({"report", "observed", "version", "notes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place at which a report and its rows say different things."""

    where: str
    said: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of a bundle: its report's id and period, how many figures were computed again, and where they differ."""

    report: str
    brand: str
    sha256: str
    figures: int
    mentions: int
    differences: tuple[Difference, ...]
    observed: Observed
    thresholds: tuple[Thresholds, ...]
    text: str


def verify(bundle: Bundle, prove: Prove) -> Verified:
    """Compute a bundle's report again; raises Damaged where its files are not what a report is made of."""
    try:
        text = bundle.body("evidence.json").decode()
        report = report_of(text)
        observed = observed_of(bundle.body)
        thresholds = tuple(
            thresholds_of(bundle.body(f"thresholds-{one.version}.json"))
            for one in (*report.dossier.earlier, report.dossier.thresholds)
        )
        again = replace(prove(observed, thresholds), notes=report.dossier.notes)
        found = report_text(again, fingerprint(observed))
        said, now = json.loads(text), json.loads(found)
        places = list(_differences(said, now))
        places += _row_files(bundle, said)
        places += _listed(bundle, observed)
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError, RecursionError, AttributeError, MemoryError) as fault:
        raise Damaged(f"its files are not what a report is made of: {type(fault).__name__}: {fault!s:.200}") from None
    return Verified(
        report=report.id,
        brand=report.dossier.brand,
        sha256=bundle.sha256,
        figures=len(report.rows),
        mentions=len(observed.table),
        differences=tuple(places[:MOST]),
        observed=observed,
        thresholds=thresholds,
        text=text,
    )


def without(observed: Observed, gone: Collection[int]) -> Observed:
    """What was observed, as if some mentions had never been seen."""
    left = [number for number, id_ in enumerate(observed.table.id) if id_ not in gone]
    columns = {one.name: getattr(observed.table, one.name) for one in fields(Table)}
    table = Table(**{name: array(column.typecode, (column[number] for number in left)) for name, column in columns.items()})
    return replace(observed, table=table)


def changed(verified: Verified, gone: Collection[int], prove: Prove) -> list[Difference]:
    """What a report would say without the mentions that went since."""
    report = report_of(verified.text)
    again = replace(prove(without(verified.observed, gone), verified.thresholds), notes=report.dossier.notes)
    now = json.loads(report_text(again, ""))
    return [one for one in _differences(json.loads(verified.text), now) if one.where.endswith((".value", ".verdict", ".wording"))]


def _differences(said: Any, found: Any) -> Iterator[Difference]:
    for where, one, other in differences(said, found):
        if where.partition(".")[0] not in _NOT_FIGURES:
            yield Difference(where=where, said=_short(one), found=_short(other))
    for name in ("observed", "report"):
        if said.get(name) != found.get(name) and name == "observed":
            yield Difference(where="the numbers it was computed from", said=_short(said.get(name)), found=_short(found.get(name)))


def _row_files(bundle: Bundle, said: Any) -> Iterator[Difference]:
    """Row lists that are not those of their figures."""
    report = report_of(json.dumps(said))
    for name, sum_ in report.rows.items():
        if not sum_.count:
            continue
        file = rows_file(name)
        if file not in bundle:
            yield Difference(where=file, said=f"{sum_.count} mentions", found="the file is missing")
            continue
        text = bundle.body(file)
        if RowSum(text.count(b",") + 1, hashlib.sha256(text[1:-1].replace(b",", b"\n") + b"\n").hexdigest()) == sum_:
            continue  # written as we write them, in their order
        rows = json.loads(text)
        if row_sum(array("q", rows)) != sum_:
            yield Difference(where=file, said=f"{sum_.count} mentions, {sum_.sha256[:12]}", found=f"{len(rows)} others")


def _listed(bundle: Bundle, observed: Observed) -> Iterator[Difference]:
    """Whether the list of mentions names those of the table, and no others."""
    pieces = bundle.pieces("mentions.csv")
    head, _, rest = next(pieces, b"").partition(b"\n")
    if tuple(head.decode("utf-8", "replace").split(",")) != ROW_HEAD:
        yield Difference(where="mentions.csv", said="a heading", found=_short(head.decode("utf-8", "replace")))
        return
    listed = sorted(numbers_of(chain((rest,), pieces)))
    if listed != sorted(observed.table.id):
        yield Difference(where="mentions.csv", said=f"{len(observed.table)} mentions", found=f"{len(listed)} others")


def numbers_of(pieces: Iterable[bytes]) -> Iterator[int]:
    """The number that each record of a CSV file begins with; raises ValueError where one begins otherwise."""
    held = b""
    for piece in pieces:
        whole, end, held = (held + piece).rpartition(b"\n")
        if b'"' in whole:  # a record may hold line ends within its quotes
            records, broken = _records(whole + end)
            held = broken + held
        else:
            records = whole.split(b"\n") if end else []
        yield from [int(one.partition(b",")[0]) for one in records]
    if held:
        raise ValueError("mentions.csv ends within a row")


def _records(text: bytes) -> tuple[list[bytes], bytes]:
    """Whole records, and what is left of one that goes on."""
    made: list[bytes] = []
    held = b""
    for line in text.splitlines(keepends=True):
        held += line
        if held.endswith(b"\n") and not held.count(b'"') % 2:
            made.append(held)
            held = b""
    return made, held


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 120 else text[:119] + "…"
