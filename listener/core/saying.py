"""Sentences with numbers in Dutch and English, each number as its language writes it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from string import Formatter
from typing import Any

from listener.core.dossier import NOTHING, Figure, Phrase, Unit
from listener.core.statistics.interval import Interval


class _Numbers(Formatter):
    """Formats {x:share} as 12%, {x:n} as a whole number, {x:dec} with at most one decimal, {x:dec2} with two, {x:eur} as euros.

    {x:day|days} is the word that goes with a whole number: the first with one, the second with all others.
    """

    def __init__(self, language: str) -> None:
        self._nl = language == "nl"

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, _, many = format_spec.partition("|")
            return one if round(value) == 1 else many
        if format_spec == "share":
            near = 0 < value < 0.095 or 0.905 < value < 1
            return self._mark((f"{100 * value:.1f}" if near else f"{100 * value:.0f}").removesuffix(".0")) + "%"
        if format_spec == "n":
            return self._mark(f"{round(value):,}")
        if format_spec == "dec":
            return self._mark(f"{value:,.1f}".removesuffix(".0"))
        if format_spec == "dec2":
            return self._mark(f"{value:,.2f}")
        if format_spec == "eur":
            return ("€ " if self._nl else "€") + self._mark(f"{value:,.2f}".removesuffix(".00"))
        return str(value)

    def _mark(self, number: str) -> str:
        return number.translate({ord(","): ".", ord("."): ","}) if self._nl else number


_NL, _EN = _Numbers("nl"), _Numbers("en")


def say(nl: str, en: str, **numbers: Any) -> Phrase:
    """The same sentence in both languages; a value that is a Phrase is put in by its language."""

    def given(language: str) -> dict[str, Any]:
        return {name: one.in_language(language) if isinstance(one, Phrase) else one for name, one in numbers.items()}

    return Phrase(_NL.vformat(nl, (), given("nl")), _EN.vformat(en, (), given("en")))


def figure(
    key: str,
    name: Phrase,
    found: Interval | float | None,
    *,
    n: int,
    unit: Unit,
    method: str,
    rows: Iterable[int] = (),
    note: Phrase = NOTHING,
) -> Figure:
    """A figure of an estimate with its interval, of a plain number, or of nothing where too little was seen."""
    value, low, high = found if isinstance(found, Interval) else (found, None, None)
    ids = rows if isinstance(rows, array) else array("q", rows)
    return Figure(key=key, name=name, value=value, low=low, high=high, n=n, unit=unit, method=method, rows=ids, note=note)
