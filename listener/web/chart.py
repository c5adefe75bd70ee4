"""One drawing: days as columns, stacked by tone, in SVG that needs no script, no style attribute and no second size.

It has no viewBox: widths are percentages and heights are pixels, so that columns grow with the page and letters never shrink.
Colours are classes (static/page.css), and each tone has a texture of its own besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from listener.core.model import Tone

# From the baseline up: what needs an answer lies where lengths compare best.
ORDER = (Tone.NEGATIVE, Tone.POSITIVE, Tone.NEUTRAL, Tone.UNSURE)
_TOP, _PLOT, _BELOW = 24, 184, 42
_BASE = _TOP + _PLOT
_APART, _CLOSE = ("17%", "66%"), ("8%", "84%")  # where in its place a column stands, and how wide

_WIDE = 14  # pixels of a day in a ribbon, where there is room
# Each state has a form of its own, so that no colour is needed to tell them apart; `x` is where a day's ten units begin.
_SHAPES = {
    "heard": "M{x} 0h9v20h-9z",
    "partly": "M{x} 10h9v10h-9z",
    "not": "M{x} 4l9 12m0-12l-9 12",
    "none": "M{x} 19h9",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One day: two lines below it, the counts from the baseline up in ORDER, or None for a gap in listening."""

    label: str
    below: str
    counts: tuple[int, ...] | None
    is_break: bool = False  # other things are counted from here on
    is_named: bool = True  # where there are many, only some get their words and their number


def columns(days: Sequence[Column], *, name: str, title: str, description: str, gap: str) -> Markup:
    """The drawing, named `name` within its page; a gap is drawn as an empty dashed column with the word `gap` in it."""
    close = any(not day.is_named for day in days)
    most = max((sum(day.counts) for day in days if day.counts), default=0) or 1
    wide = 100 / max(len(days), 1)
    drawn = [
        Markup(
            '<svg class="chart" role="img" width="100%" height="{}" aria-labelledby="{}-title {}-text">'
            '<title id="{}-title">{}</title><desc id="{}-text">{}</desc>{}'
        ).format(_BASE + _BELOW, name, name, name, title, name, description, _textures(name))
    ]
    for number, day in enumerate(days):
        place = Markup('<svg x="{:.3f}%" width="{:.3f}%" height="{}" overflow="visible">')
        drawn.append(place.format(number * wide, wide, _BASE + _BELOW))
        if day.is_break:
            drawn.append(Markup('<line x1="1" x2="1" y1="{}" y2="{}" class="break"/>').format(_TOP - 18, _BASE + _BELOW))
        drawn += _gap(gap, close=close) if day.counts is None else _bar(day.counts, most, name, close=close)
        if day.is_named:
            words = Markup('<text x="50%" y="{}" class="day">{}</text><text x="50%" y="{}" class="date">{}</text>')
            drawn.append(words.format(_BASE + 18, day.label, _BASE + 34, day.below))
        drawn.append(Markup("</svg>"))
    if close:
        # Single numbers would run into each other; the scale says what the highest column stands for.
        drawn.append(Markup('<text x="0" y="{}" class="scale">{}</text>').format(_TOP - 8, most))
    drawn.append(Markup('<line x1="0" x2="100%" y1="{0}.5" y2="{0}.5" class="base"/></svg>').format(_BASE))
    return Markup().join(drawn)


def ribbon(states: Sequence[str], *, title: str) -> Markup:
    """Days of a source side by side: heard fills its place, partly heard half of it, not heard is a cross, no attempt a line below.

    Each state is one path, so that a quarter of a year weighs as little as a week.
    """
    paths = []
    for state, shape in _SHAPES.items():
        if state in states:
            drawn = "".join(shape.format(x=10 * place) for place, one in enumerate(states) if one == state)
            paths.append(Markup('<path class="{}" d="{}"/>').format(f"day-{state}", drawn))
    return Markup(
        '<svg class="ribbon" role="img" viewBox="0 0 {wide} 20" width="{pixels}" height="22" preserveAspectRatio="none">'
        "<title>{title}</title>{paths}</svg>"
    ).format(wide=10 * max(len(states), 1), pixels=_WIDE * len(states), title=title, paths=Markup().join(paths))


def swatch(tone: Tone, *, name: str) -> Markup:
    """A small square in a tone's colour and texture, for the list beside the drawing called `name`."""
    return Markup('<svg class="swatch" width="14" height="14" aria-hidden="true">{}</svg>').format(
        _box(tone, 0, 14, name, ("0", "14"))
    )


def _bar(counts: Sequence[int], most: int, name: str, *, close: bool) -> list[Markup]:
    drawn, below = [], 0
    place = _CLOSE if close else _APART
    for tone, count in zip(ORDER, counts, strict=True):
        if count:
            top = _BASE - _PLOT * (below + count) / most
            drawn.append(_box(tone, top, _PLOT * count / most, name, place))
        below += count
    if close:
        return drawn
    above = _BASE - _PLOT * below / most - 7
    return [*drawn, Markup('<text x="50%" y="{:.1f}" class="total">{}</text>').format(above, below)]


def _box(tone: Tone, top: float, height: float, name: str, across: tuple[str, str]) -> Markup:
    x, width = across
    place = Markup('x="{}" y="{:.1f}" width="{}" height="{:.1f}"').format(x, top, width, height)
    drawn = Markup('<rect {} class="{}"/>').format(place, tone.value)
    if tone in {Tone.POSITIVE, Tone.UNSURE}:
        drawn += Markup('<rect {} fill="url(#{}-{})"/>').format(place, name, tone.value)
    return drawn


def _gap(word: str, *, close: bool) -> list[Markup]:
    x, width = _CLOSE if close else _APART
    drawn = [Markup('<rect x="{}" y="{}" width="{}" height="{}" class="gap"/>').format(x, _TOP, width, _PLOT)]
    if not close:
        # The inner picture moves the origin to the column's middle, so that the word can be turned about it.
        turned = Markup(
            '<svg x="50%" y="{}" overflow="visible"><text transform="rotate(-90)" y="4" class="gap-word">{}</text></svg>'
        )
        drawn.append(turned.format(_TOP + _PLOT // 2, escape(word)))
    return drawn


def _textures(name: str) -> Markup:
    return Markup(
        '<defs><pattern id="{0}-positive" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line x1="0" x2="0" y1="0" y2="6" class="stripe"/></pattern>'
        '<pattern id="{0}-unsure" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<circle cx="3" cy="3" r="1" class="dot"/></pattern></defs>'
    ).format(name)
