"""Sentences with numbers: each language writes its own, and phrases go into phrases by their language."""

from __future__ import annotations

from array import array

from listener.core.dossier import Phrase, Unit
from listener.core.saying import figure, say
from listener.core.statistics.interval import Interval


def test_numbers_are_written_as_each_language_writes_them() -> None:
    """Points and commas change places; small shares have a decimal, and so have those near the whole."""
    found = say("{n:n} {s:share} {t:share} {u:share} {d:dec} {w:dec} {x:dec2} {e:eur} {f:eur} {z}", "{n:n} {s:share} {t:share} {u:share} {d:dec} {w:dec} {x:dec2} {e:eur} {f:eur} {z}", n=12345, s=0.42, t=0.042, u=0.9671, d=2.25, w=3.0, x=0.67, e=12.5, f=100.0, z="z")  # fmt: skip
    assert found.nl == "12.345 42% 4,2% 96,7% 2,2 3 0,67 € 12,50 € 100 z"
    assert found.en == "12,345 42% 4.2% 96.7% 2.2 3 0.67 €12.50 €100 z"
    assert (found.in_language("nl"), found.in_language("en"), found.in_language("de")) == (found.nl, found.en, found.en)


def test_a_phrase_goes_into_a_phrase_by_its_language() -> None:
    """And nothing to say is empty in both."""
    assert say("in {p}", "in {p}", p=Phrase("het", "the")) == Phrase("in het", "in the")


def test_a_figure_has_an_interval_a_number_or_nothing() -> None:
    """A plain number has no bounds; rows become a column of ids."""
    name = Phrase("x", "x")
    held = figure("a", name, Interval(0.5, 0.4, 0.6), n=10, unit=Unit.SHARE, method="wilson", rows=[1, 2])
    assert (held.value, held.low, held.high, held.rows) == (0.5, 0.4, 0.6, array("q", [1, 2]))
    plain = figure("a", name, 3.0, n=3, unit=Unit.COUNT, method="count", rows=array("q", [7]))
    assert (plain.value, plain.low, plain.high, plain.rows) == (3.0, None, None, array("q", [7]))
    assert figure("a", name, None, n=0, unit=Unit.COUNT, method="count").value is None
