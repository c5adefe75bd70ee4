"""The chart tells the truth in lengths, in words and without colour."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from listener.core.model import Tone
from listener.web.chart import ORDER, Column, columns, swatch

SVG = "{http://www.w3.org/2000/svg}"
counts = st.tuples(*[st.integers(0, 10_000)] * 4)


def drawn(days: list[Column]) -> ET.Element:
    """A chart as a tree; in HTML its namespace goes without saying."""
    made = str(columns(days, name="week", title="Mentions", description="All of them.", gap="not heard"))
    return ET.fromstring(made.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - our own drawing


@given(st.lists(counts, min_size=1, max_size=9))
def test_heights_are_as_the_numbers(days: list[tuple[int, int, int, int]]) -> None:
    """Every mention has the same height in every column, within a tenth of a pixel; the number above each column is its sum."""
    tree = drawn([Column(label="vr", below="20", counts=day) for day in days])
    most = max(sum(day) for day in days) or 1
    for day, column in zip(days, tree.findall(f"{SVG}svg"), strict=True):
        for tone, count in zip(ORDER, day, strict=True):
            heights = [float(box.attrib["height"]) for box in column.findall(f"{SVG}rect") if box.get("class") == tone.value]
            assert len(heights) == bool(count)
            assert abs(sum(heights) - 184 * count / most) <= 0.051
        assert column.findtext(f"{SVG}text[@class='total']") == str(sum(day))


def test_a_gap_has_no_number() -> None:
    """A day that nobody listened on is an empty dashed column with a word."""
    tree = drawn([Column(label="vr", below="20", counts=None), Column(label="za", below="21", counts=(0, 0, 0, 0))])
    gap, zero = tree.findall(f"{SVG}svg")
    assert gap.find(f"{SVG}rect[@class='gap']") is not None
    assert "not heard" in "".join(gap.itertext())
    assert gap.find(f"{SVG}text[@class='total']") is None
    assert zero.findtext(f"{SVG}text[@class='total']") == "0"


def test_it_is_named_and_described() -> None:
    """A screen reader hears title and description, and texts are escaped."""
    tree = drawn([Column(label="<b>", below='"', counts=(1, 2, 3, 4))])
    assert tree.attrib["role"] == "img"
    assert tree.attrib["aria-labelledby"].split() == [tree.find(f"{SVG}title").attrib["id"], tree.find(f"{SVG}desc").attrib["id"]]  # type: ignore[union-attr]
    assert "<b>" in "".join(tree.itertext())


def test_letters_do_not_shrink() -> None:
    """Without a viewBox a narrow page narrows the columns, not the letters; and no colour is fixed in the drawing."""
    made = str(columns([Column(label="vr", below="20", counts=(1, 1, 1, 1))], name="week", title="", description="", gap=""))
    assert "viewBox" not in made
    assert "style=" not in made
    assert not re.search(r"#[0-9a-f]{3,6}\b", made)


def test_each_tone_differs_without_colour() -> None:
    """Plain, striped, plain and pale, dotted with an edge: the swatches show the same textures."""
    assert "url(#week-positive)" in swatch(Tone.POSITIVE, name="week")
    assert "url(#week-unsure)" in swatch(Tone.UNSURE, name="week")
    assert "url(" not in swatch(Tone.NEGATIVE, name="week")
    assert drawn([]).findall(f"{SVG}svg") == []
