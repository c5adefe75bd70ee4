"""One drawing: days as columns, stacked by tone, in SVG that needs no script, no style attribute and no second size.

It has no viewBox: widths are percentages and heights are pixels, so that columns grow with the page and letters never shrink.
Colours are classes (static/page.css), and each tone has a texture of its own besides.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from listener.core.model import Tone
from listener.core.values import dataclass

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
    tall = _BASE + _BELOW
    drawn = [
        f'<svg class="chart" role="img" width="100%" height="{tall}" aria-labelledby="{name}-title {name}-text">',
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(description)}</desc>{_textures(name)}',
    ]
    for number, day in enumerate(days):
        drawn.append(f'<svg x="{number * wide:.3f}%" width="{wide:.3f}%" height="{tall}" overflow="visible">')
        if day.is_break:
            drawn.append(f'<line x1="1" x2="1" y1="{_TOP - 18}" y2="{tall}" class="break"/>')
        drawn += _gap(gap, close=close) if day.counts is None else _bar(day.counts, most, name, close=close)
        if day.is_named:
            drawn.append(f'<text x="50%" y="{_BASE + 18}" class="day">{escape(day.label)}</text>')
            drawn.append(f'<text x="50%" y="{_BASE + 34}" class="date">{escape(day.below)}</text>')
        drawn.append("</svg>")
    if close:
        # Single numbers would run into each other; the scale says what the highest column stands for.
        drawn.append(f'<text x="0" y="{_TOP - 8}" class="scale">{most}</text>')
    drawn.append(f'<line x1="0" x2="100%" y1="{_BASE}.5" y2="{_BASE}.5" class="base"/></svg>')
    return Markup("".join(drawn))  # noqa: S704 - words are escaped above, the rest is ours: filling in Markup costs ten times this


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
    drawn = _box(tone, 0, 14, name, ("0", "14"))
    return Markup(f'<svg class="swatch" width="14" height="14" aria-hidden="true">{drawn}</svg>')  # noqa: S704 - nothing of others


def _bar(counts: Sequence[int], most: int, name: str, *, close: bool) -> list[str]:
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
    return [*drawn, f'<text x="50%" y="{above:.1f}" class="total">{below}</text>']


def _box(tone: Tone, top: float, height: float, name: str, across: tuple[str, str]) -> str:
    x, width = across
    place = f'x="{x}" y="{top:.1f}" width="{width}" height="{height:.1f}"'
    drawn = f'<rect {place} class="{tone.value}"/>'
    if tone in {Tone.POSITIVE, Tone.UNSURE}:
        drawn += f'<rect {place} fill="url(#{name}-{tone.value})"/>'
    return drawn


def _gap(word: str, *, close: bool) -> list[str]:
    x, width = _CLOSE if close else _APART
    drawn = [f'<rect x="{x}" y="{_TOP}" width="{width}" height="{_PLOT}" class="gap"/>']
    if not close:
        # The inner picture moves the origin to the column's middle, so that the word can be turned about it.
        turned = f'<text transform="rotate(-90)" y="4" class="gap-word">{escape(word)}</text>'
        drawn.append(f'<svg x="50%" y="{_TOP + _PLOT // 2}" overflow="visible">{turned}</svg>')
    return drawn


def _textures(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-positive" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line x1="0" x2="0" y1="0" y2="6" class="stripe"/></pattern>'
        f'<pattern id="{name}-unsure" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<circle cx="3" cy="3" r="1" class="dot"/></pattern></defs>'
    )
