"""Dossiers and what they are computed from as text and back, exactly: what the archive keeps and a bundle carries."""

from __future__ import annotations

import hashlib
import json
import math
import operator
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from itertools import compress
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from listener.core.dossier import Dossier, Figure
from listener.core.observed import Observed
from listener.core.tellings import Row, Table, column
from listener.core.thresholds import Thresholds
from listener.core.values import dataclass

VERSION = 1
OBSERVED = "observed.json"
_TABLE = "table"


@dataclass(frozen=True, slots=True)
class RowSum:
    """The rows of a figure, summed up: how many mentions, and the sha256 over their ids, in ascending order, a line each."""

    count: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A dossier as it was reported: its id, when it counted as made, and the sums of the rows of its figures by figure."""

    id: str
    dossier: Dossier
    rows: Mapping[str, RowSum]


def row_sum(ids: array[int]) -> RowSum:
    """The sum of some rows; the order in which they come does not matter."""
    sum_ = hashlib.sha256()
    wanted = sorted(ids)
    for start in range(0, len(wanted), 100_000):  # in pieces: a million lines need not be in memory at once
        lines = repr(wanted[start : start + 100_000])[1:-1].replace(", ", "\n")  # the quickest way to write numbers
        sum_.update(f"{lines}\n".encode())
    return RowSum(len(wanted), sum_.hexdigest())


def report_text(dossier: Dossier, fingerprint: str) -> str:
    """A report as JSON: the dossier's fields by their own names, in their order, and instead of rows their sums.

    `fingerprint` is that of what it was computed from. The id in it is the sha256 of all the rest.
    """
    said = _plain(dossier, {})
    body = json.dumps(said, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    id_ = hashlib.sha256(f"{VERSION}\n{fingerprint}\n{body}".encode()).hexdigest()
    return json.dumps({"version": VERSION, "report": id_, "observed": fingerprint, **said}, ensure_ascii=True, allow_nan=False)


def report_of(text: str) -> Report:
    """The report that `report_text` wrote; its figures hold no rows, only their sums. Raises ValueError when it is no report."""
    with _as_value_error():
        raw = json.loads(text)
        dossier: Dossier = _value(Dossier, raw)
        return Report(id=_value(str, raw["report"]), dossier=dossier, rows=dict(_sums(raw)))


def figures_of(dossier: Dossier) -> Iterator[tuple[str, Figure]]:
    """Every figure of a dossier under a name of its own: "headline/…", "checked/…", "finding/figure", "measure/figure"."""
    for one in dossier.headline:
        yield f"headline/{one.key}", one
    checked = dossier.checked
    for one in (checked.precision, checked.real, *checked.tone, *checked.intent):
        yield f"checked/{one.key}", one
    for finding in dossier.findings:
        for one in finding.figures:
            yield f"{finding.key}/{one.key}", one
        if finding.counter is not None and finding.counter.figure is not None:
            yield f"{finding.key}/counter-{finding.counter.figure.key}", finding.counter.figure
    for measure in dossier.measures:
        for one in measure.figures:
            yield f"measure-{measure.key}/{one.key}", one


def _sums(raw: Any) -> Iterator[tuple[str, RowSum]]:
    """The sums of rows in a report's text, under the names of `figures_of`."""

    def one(place: str, figure: Any, before: str = "") -> Iterator[tuple[str, RowSum]]:
        rows = figure["rows"]
        yield f"{place}/{before}{figure['key']}", RowSum(_value(int, rows["count"]), _value(str, rows["sha256"]))

    for figure in raw["headline"]:
        yield from one("headline", figure)
    checked = raw["checked"]
    for figure in (checked["precision"], checked["real"], *checked["tone"], *checked["intent"]):
        yield from one("checked", figure)
    for finding in raw["findings"]:
        for figure in finding["figures"]:
            yield from one(finding["key"], figure)
        if finding["counter"] is not None and finding["counter"]["figure"] is not None:
            yield from one(finding["key"], finding["counter"]["figure"], "counter-")
    for measure in raw["measures"]:
        for figure in measure["figures"]:
            yield from one(f"measure-{measure['key']}", figure)


def fingerprint(observed: Observed) -> str:
    """The sha256 of all that a dossier is computed from, whatever machine it is on."""
    sum_ = hashlib.sha256(observed_text(observed).encode())
    for table in _tables(observed):
        for name in Row._fields:
            sum_.update(_little(getattr(table, name)).tobytes())
    return sum_.hexdigest()


def observed_text(observed: Observed) -> str:
    """All of it but the tables, as JSON; a table is written as its number, its columns are files of their own."""
    return json.dumps({"version": VERSION, **_plain(observed, {})}, ensure_ascii=True, allow_nan=False)


def observed_files(observed: Observed) -> Iterator[tuple[str, bytes]]:
    """The files of a bundle that hold all of it; a column is a JSON list, so that it can be read without this program."""
    yield OBSERVED, observed_text(observed).encode()
    for number, table in enumerate(_tables(observed)):
        for name in Row._fields:
            yield _file(number, name), json.dumps(getattr(table, name).tolist(), separators=(",", ":")).encode()


def observed_of(body: Callable[[str], bytes]) -> Observed:
    """What `observed_files` wrote, whose files `body` gives by name. Raises ValueError when it is something else."""
    with _as_value_error():
        raw = json.loads(body(OBSERVED))
        raw["table"] = _read_table(body, 0)
        for number, rival in enumerate(raw["rivals"], start=1):
            rival["table"] = _read_table(body, number)
        found: Observed = _value(Observed, raw)
        return found


def thresholds_text(one: Thresholds) -> str:
    """A version of the thresholds as JSON."""
    return json.dumps(_plain(one, {}), ensure_ascii=True, allow_nan=False, indent=1)


def thresholds_of(text: str | bytes) -> Thresholds:
    """The thresholds that `thresholds_text` wrote; raises ValueError when they are none."""
    with _as_value_error():
        found: Thresholds = _value(Thresholds, json.loads(text))
        return found


def same(one: object, other: object) -> bool:
    """Whether two values of a report are the same, numbers up to what machines differ in."""
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return numbers and math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-12)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def differences(said: Any, found: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two reports, read as JSON, differ: the place, what the first says and what the second does."""
    if isinstance(said, dict) and isinstance(found, dict):
        for name in dict.fromkeys([*said, *found]):
            yield from differences(said.get(name), found.get(name), f"{at}.{name}" if at else str(name))
    elif isinstance(said, list) and isinstance(found, list):
        for number in range(max(len(said), len(found))):
            mine = said[number] if number < len(said) else None
            theirs = found[number] if number < len(found) else None
            named = next((one["key"] for one in (mine, theirs) if isinstance(one, dict) and "key" in one), number)
            yield from differences(mine, theirs, f"{at}.{named}")
    elif not same(said, found):
        yield at, said, found


def _tables(observed: Observed) -> Iterator[Table]:
    yield observed.table
    for rival in observed.rivals:
        yield rival.table


def _file(number: int, name: str) -> str:
    return f"{_TABLE}/{number}/{name}.json"


def _little(column: array[int]) -> array[int]:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column


def _read_table(body: Callable[[str], bytes], number: int) -> Table:
    columns = {}
    for name in Row._fields:
        numbers = json.loads(body(_file(number, name)))
        if not isinstance(numbers, list):
            raise TypeError(f"the column {name} is not a list")
        columns[name] = column(name, numbers)
    if len({len(one) for one in columns.values()}) > 1:
        raise TypeError("the columns are not of one length")
    table = Table(**columns)
    ids, later = table.id, table.at[1:]
    ordered = all(map(operator.le, table.at, later))
    level = compress(range(len(later)), map(operator.eq, table.at, later))
    if not ordered or any(ids[row] >= ids[row + 1] for row in level) or len(set(ids)) < len(ids):
        raise TypeError("the rows are not in their order, or one is there twice")
    return table


def _plain(value: Any, sums: dict[int, RowSum]) -> Any:
    """A value as JSON has it; `sums` are of the rows that were summed up before, by where they are: many figures share theirs."""
    if isinstance(value, Table):
        return len(value)
    if isinstance(value, array):
        sum_ = sums.get(id(value)) or sums.setdefault(id(value), row_sum(value))
        return {"count": sum_.count, "sha256": sum_.sha256}
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), sums) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one, sums) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


@cache
def _shape(kind: Any) -> tuple[tuple[str, Any, Any], ...] | None:
    """The fields of a dataclass with their kinds and what they are where nothing is said; None of what is none."""
    if not is_dataclass(kind):
        return None
    # Python 3.11 cannot say array[int] where a program runs, only where it is checked.
    hints = get_type_hints(kind, localns={"array": list})
    return tuple((one.name, hints[one.name], one.default) for one in fields(kind))


@cache
def _origin(kind: Any) -> Any:
    return get_origin(kind)


@cache
def _args(kind: Any) -> tuple[Any, ...]:
    return get_args(kind)


def _value(kind: Any, raw: Any) -> Any:
    origin = _origin(kind)
    if origin is UnionType:
        return None if raw is None else _value(_args(kind)[0], raw)
    if origin is tuple:
        return _several(_args(kind), raw)
    if kind is Table or origin is list:
        return raw if isinstance(raw, Table) else array("q")
    shape = _shape(kind)
    if shape is not None:
        if not isinstance(raw, dict):
            raise TypeError(f"{raw!r:.60} is not a {getattr(kind, '__name__', kind)}")
        # A report of before a field was thought of has it as it is where nothing is said.
        known = [(name, its) for name, its, usual in shape if name in raw or usual is MISSING]
        return kind(**{name: _value(its, raw[name]) for name, its in known})
    if kind in {date, datetime}:
        return kind.fromisoformat(raw)
    if issubclass(kind, Enum):
        return kind(raw)
    if kind is float and type(raw) is int:
        return float(raw)
    if type(raw) is not kind:
        raise TypeError(f"{raw!r:.60} is not {kind.__name__}")
    return raw


def _several(kinds: tuple[Any, ...], raw: Any) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise TypeError(f"{raw!r:.60} is not a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_value(kinds[0], one) for one in raw)
    return tuple(_value(kind, one) for kind, one in zip(kinds, raw, strict=True))


class _as_value_error:  # noqa: N801 - reads as what it does
    """Turns whatever a hostile text breaks into one kind of error."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, (TypeError, KeyError, AttributeError, OverflowError, RecursionError, IndexError)):
            raise ValueError(f"{type(fault).__name__}: {fault}") from fault  # noqa: TRY004 - one kind of error is the point
