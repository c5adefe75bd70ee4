"""Thresholds: what a figure must be before it says anything, written down with date and author before the data were seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from listener.core.values import dataclass


class Kind(StrEnum):
    """What a threshold is a number of."""

    SHARE = "share"  # from 0 to 1
    COUNT = "count"  # a whole number, 1 or more
    AMOUNT = "amount"  # minutes, euros, hours: 0 or more
    SCORE = "score"  # from -1 to 1


# Every threshold: what it is a number of, and what it is unless somebody says otherwise. Those of the research that Listener was
# built on; they are proposals to be set for each customer, before the first look at the data.
_KNOWN: dict[str, tuple[Kind, float]] = {
    # for every objection
    "fewest_voices": (Kind.COUNT, 3),
    "fewest_checked": (Kind.COUNT, 50),  # hand-checked stories, below which no count is corrected
    "least_coverage": (Kind.SHARE, 0.50),  # heard source-hours, below which nothing absent is called absent
    "label_slips": (Kind.SHARE, 0.02),  # how often a person's label is taken to be a slip, until two people have labelled
    # 1 it does not fit
    "fit_names": (Kind.COUNT, 30),
    "fit_present": (Kind.SHARE, 0.25),
    "fit_absent": (Kind.SHARE, 0.10),
    "fit_voices_month": (Kind.COUNT, 10),
    "fit_days": (Kind.COUNT, 90),
    # 2 return
    "return_conversions": (Kind.COUNT, 10),
    # 3 negative reactions
    "complaints": (Kind.COUNT, 5),
    "complaints_share": (Kind.SHARE, 0.50),
    "complaints_few": (Kind.SHARE, 0.25),
    # 4 only for B2C
    "b2b_checked": (Kind.COUNT, 100),
    "b2b_present": (Kind.SHARE, 0.30),
    "b2b_absent": (Kind.SHARE, 0.10),
    # 5 time, and wasted time
    "time_days": (Kind.COUNT, 20),
    "time_minutes": (Kind.AMOUNT, 15.0),
    "waste_precise": (Kind.SHARE, 0.70),
    "waste_imprecise": (Kind.SHARE, 0.40),
    "waste_minutes": (Kind.AMOUNT, 5.0),
    # 6 business and private
    "staff_little": (Kind.SHARE, 0.05),
    "staff_much": (Kind.SHARE, 0.25),
    "staff_fewest": (Kind.COUNT, 5),
    # 7 a hype
    "hype_months": (Kind.COUNT, 12),
    "hype_empty": (Kind.SHARE, 0.20),
    "hype_peak": (Kind.SHARE, 0.50),
    # 8 knowledge
    "skill_doubles": (Kind.COUNT, 30),
    "skill_good": (Kind.SCORE, 0.67),
    "skill_poor": (Kind.SCORE, 0.40),
    "skill_weeks": (Kind.COUNT, 4),
    # 9 the market
    "market_voices": (Kind.COUNT, 30),
    "market_unknown": (Kind.SHARE, 0.20),
    "market_known": (Kind.SHARE, 0.05),
    "market_worth": (Kind.COUNT, 5),
    # 10 content
    "content_many": (Kind.COUNT, 10),  # clusters of questions a quarter
    "content_few": (Kind.COUNT, 2),
    "content_voices": (Kind.COUNT, 2),
    # budget
    "budget_month": (Kind.AMOUNT, 100.0),
    "budget_hour": (Kind.AMOUNT, 50.0),
    "budget_days": (Kind.COUNT, 28),
    # reputation
    "peaks": (Kind.COUNT, 8),
    # control
    "control_independent": (Kind.SHARE, 0.50),
    "control_owned": (Kind.SHARE, 0.20),
    "control_conversations": (Kind.COUNT, 20),
}
# What must lie below what, or a rule could both hold and not hold.
_BELOW = (
    ("fit_absent", "fit_present"),
    ("complaints_few", "complaints_share"),
    ("b2b_absent", "b2b_present"),
    ("waste_imprecise", "waste_precise"),
    ("staff_little", "staff_much"),
    ("skill_poor", "skill_good"),
    ("market_known", "market_unknown"),
    ("content_few", "content_many"),
    ("control_owned", "control_independent"),
)
NAMES = tuple(_KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """One version of the thresholds; a later version never replaces an earlier one, both results are shown.

    Shares are from 0 to 1, the rest are counts, minutes, euros or scores.
    """

    version: int
    on: date
    author: str
    values: tuple[tuple[str, float], ...]

    def __getitem__(self, name: str) -> float:
        """The threshold of that name; raises KeyError when there is none."""
        return dict(self.values)[name]


def _shipped(values: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((name, float(values.get(name, default))) for name, (_, default) in _KNOWN.items())


SHIPPED = (Thresholds(version=1, on=date(2026, 11, 22), author="Listener", values=_shipped({})),)


def read_thresholds(raw: object) -> tuple[tuple[Thresholds, ...], tuple[str, ...]]:
    """The versions that a file tells of, oldest first, and every fault in it, one line each; faulty versions are left out.

    The file has a list `version` of tables, each with `number`, `on` (a date), `author` and a table `values`; what a version does
    not name it has from the one before, the first from what is shipped. Versions and dates must ascend.
    """
    faults: list[str] = []
    listed = raw.get("version") if isinstance(raw, Mapping) else None
    if not isinstance(listed, list) or not listed:
        return (), ("there is no [[version]] in it",)
    made: list[Thresholds] = []
    for place, one in enumerate(listed, 1):
        before = made[-1] if made else SHIPPED[-1]
        mine: list[str] = []
        found = _version(one, before, mine)
        if found is not None and found.version <= (made[-1].version if made else 0):
            mine.append(f"number {found.version} does not come after {made[-1].version if made else 0}")
        if found is not None and made and found.on < made[-1].on:
            mine.append(f"{found.on} is before {made[-1].on}, the date of the version before it")
        if found is not None and not mine:
            made.append(found)
        faults += [f"version {place}: {fault}" for fault in mine]
    return tuple(made), tuple(faults)


def _version(raw: object, before: Thresholds, faults: list[str]) -> Thresholds | None:
    if not isinstance(raw, Mapping):
        faults.append("it is not a table")
        return None
    number, on, author, values = (raw.get(name) for name in ("number", "on", "author", "values"))
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        faults.append(f"number must be a whole number from 1, not {number!r}")
    if not isinstance(on, date):
        faults.append(f"on must be a date such as 2026-11-22, not {on!r}")
    if not isinstance(author, str) or not author.strip():
        faults.append("author is missing: who set these thresholds?")
    if not isinstance(values, Mapping):
        faults.append("values is missing")
        values = {}
    merged = dict(before.values)
    for name, value in values.items():
        fault = _fault(str(name), value)
        if fault:
            faults.append(fault)
        else:
            merged[str(name)] = float(value)
    faults += _contrary(merged)
    if faults:
        return None
    assert isinstance(number, int)
    assert isinstance(on, date)
    day = on.date() if isinstance(on, datetime) else on
    return Thresholds(version=number, on=day, author=str(author).strip(), values=_shipped(merged))


def _fault(name: str, value: object) -> str:
    if name not in _KNOWN:
        return f"{name}: there is no such threshold"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return f"{name}: {value!r} is not a number"
    kind = _KNOWN[name][0]
    if kind is Kind.SHARE and not 0 <= value <= 1:
        return f"{name}: a share is from 0 to 1, not {value:g}"
    if kind is Kind.SCORE and not -1 <= value <= 1:
        return f"{name}: a score is from -1 to 1, not {value:g}"
    if kind is Kind.COUNT and (value < 1 or value != int(value)):
        return f"{name}: it counts something, so it is a whole number from 1, not {value:g}"
    if kind is Kind.AMOUNT and value < 0:
        return f"{name}: {value:g} is less than nothing"
    return ""


def _contrary(values: Mapping[str, float]) -> Sequence[str]:
    crossed = [(low, high) for low, high in _BELOW if values[low] >= values[high]]
    return [f"{low} ({values[low]:g}) must be less than {high} ({values[high]:g})" for low, high in crossed]
