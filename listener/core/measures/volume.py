"""How much is said: by week with gaps and breaks, as a trend beside a control series, and beside competitors."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from listener.core.dossier import Measure, Unit, Week
from listener.core.measures.grounds import MONTH, Grounds
from listener.core.observed import Party, Rival
from listener.core.saying import figure, say
from listener.core.statistics.interval import Interval
from listener.core.statistics.rates import bursty
from listener.core.statistics.shares import wilson
from listener.core.statistics.trend import theil_sen
from listener.core.values import dataclass

_HEARD = 0.5  # of the usual flow; a week of which less was heard is a gap


@dataclass(frozen=True, slots=True)
class Series:
    """What a period came to by months of 30 days: months heard, months with nothing, and the greatest four weeks' share."""

    months: int
    empty: int
    peak: float
    slope: Interval | None  # of the logarithm, a month
    pairs: int  # weeks that the slope was made of
    controlled: bool


def weekly(grounds: Grounds) -> tuple[list[list[int]], list[list[int]]]:
    """First tellings in each week: of all stories, and of one for each voice in that week."""
    return grounds.once("weekly", lambda: _weekly(grounds))


def _weekly(grounds: Grounds) -> tuple[list[list[int]], list[list[int]]]:
    earned, at = grounds.earned, grounds.table.at
    edges = [bisect_left(earned, bisect_left(at, a)) for _, a, _, _ in grounds.weeks] + [len(earned)]
    stories = [earned[a:b] for a, b in pairwise(edges)]
    return stories, [grounds.by_voice(some) for some in stories]


def weeks(grounds: Grounds) -> tuple[Week, ...]:
    """The volume by week; a week that was hardly heard has no number."""
    stories, voices = weekly(grounds)
    changed = [one.at.timestamp() for one in grounds.observed.changes]
    made = []
    for n, (on, a, b, days) in enumerate(grounds.weeks):
        heard = grounds.flow[n] >= _HEARD
        made.append(
            Week(
                on=on,
                days=days,
                stories=len(stories[n]) if heard else None,
                voices=len(voices[n]) if heard else None,
                heard=grounds.flow[n],
                changed=any(a <= at < b for at in changed),
                control=_control(grounds, on, days) if grounds.observed.control else None,
            )
        )
    return tuple(made)


def _control(grounds: Grounds, on: date, days: int) -> int:
    return sum(one.stories for one in grounds.observed.control if on <= one.on < on + timedelta(days=days))


def series(grounds: Grounds) -> Series:
    """The trend of voices a week, which no voice bends alone: on the logarithm, against the control series where there is one."""
    return grounds.once("series", lambda: _series(grounds))


def _series(grounds: Grounds) -> Series:
    _, voices = weekly(grounds)
    counts = [len(some) for some in voices]
    control: Counter[date] = Counter()
    for one in grounds.observed.control:
        control[one.on] += max(0, one.stories)
    breaks = sorted(one.at.timestamp() for one in grounds.observed.changes)
    pieces: dict[int, list[tuple[float, float]]] = {}
    for n, (on, a, b, days) in enumerate(grounds.weeks):
        broken = any(a < at < b for at in breaks)
        if days < 7 or grounds.flow[n] < _HEARD or broken:
            continue
        value = math.log(counts[n] + 0.5)
        if control:
            value -= math.log(sum(control[on + timedelta(days=d)] for d in range(days)) + 0.5)
        else:
            value -= math.log(grounds.flow[n])
        pieces.setdefault(bisect_left(breaks, b), []).append(((a + b) / 2 / MONTH, value))
    slope = theil_sen([pieces[one] for one in sorted(pieces)])
    months = [range(n, min(n + 4, len(counts))) for n in range(0, len(counts) - len(counts) % 4, 4)]
    heard = [some for some in months if sum(grounds.flow[n] for n in some) / len(some) >= _HEARD]
    total = sum(counts)
    best = max((sum(counts[n : n + 4]) for n in range(len(counts))), default=0)
    return Series(
        months=len(heard),
        empty=sum(not any(counts[n] for n in some) for some in heard),
        peak=best / total if total else 0.0,
        slope=slope,
        pairs=sum(map(len, pieces.values())),
        controlled=bool(control),
    )


def change(slope: Interval | None) -> Interval | None:
    """A slope of the logarithm as the relative change a month; bounds that the series cannot give are left open."""
    if slope is None:
        return None
    return Interval(*(math.expm1(min(one, 50.0)) for one in slope))


def volume(grounds: Grounds) -> Measure:
    """How much was found, as items, stories and voices, and how it grew."""
    table = grounds.table
    earned = grounds.earned
    voices = grounds.voices
    items = len(grounds) - table.party[grounds.low : grounds.high].count(Party.OWNED)
    run = series(grounds)
    counts = [len(some) for some in weekly(grounds)[1]]
    parts = [(count, part, days) for count, part, (_, _, _, days) in zip(counts, grounds.flow, grounds.weeks, strict=True)]
    heard = [(count, part) for count, part, days in parts if days == 7 and part >= _HEARD]
    notes = [
        say(
            "Op {on} is de zoekopdracht gewijzigd; cijfers van ervoor en erna tellen iets anders.",
            "The query was changed on {on}; numbers before and after it count other things.",
            on=one.at.date().isoformat(),
        )
        for one in grounds.observed.changes
    ]
    if not run.controlled:
        notes.append(
            say(
                "Er is geen controlereeks ingesteld: de trend kan ook van de bronnen komen.",
                "No control series is configured: the trend may come from the sources themselves.",
            )
        )
    return Measure(
        key="volume",
        title=say("Hoeveel er gezegd wordt", "How much is said"),
        figures=(
            figure(
                "volume.items",
                say("Berichten van anderen", "Items by others"),
                float(items),
                n=items,
                unit=Unit.ITEMS,
                method="count",
            ),
            figure(
                "volume.stories",
                say("Verhalen van anderen", "Stories by others"),
                float(len(earned)),
                n=len(earned),
                unit=Unit.STORIES,
                method="count",
                rows=grounds.ids(earned),
            ),
            figure(
                "volume.voices",
                say("Stemmen die een verhaal begonnen", "Voices that began a story"),
                float(len(voices)),
                n=len(voices),
                unit=Unit.VOICES,
                method="count",
                rows=grounds.ids(voices),
            ),
            figure(
                "volume.weekly",
                say("Stemmen per gehoorde week", "Voices in a week that was heard"),
                bursty([count for count, _ in heard], [part for _, part in heard]) if heard else None,
                n=len(heard),
                unit=Unit.VOICES,
                method="quasi-poisson",
            ),
            figure(
                "volume.trend",
                say("Verandering per maand", "Change a month"),
                change(run.slope),
                n=run.pairs,
                unit=Unit.CHANGE,
                method="theil-sen",
            ),
        ),
        notes=tuple(notes),
    )


def share_of_voice(grounds: Grounds) -> Measure:
    """The brand's stories among its own and its competitors', in the same places and the same period."""
    mine = len(grounds.earned)
    theirs = {rival.key: _stories(grounds, rival) for rival in grounds.observed.rivals}
    whole = mine + sum(theirs.values())
    made = [
        figure(
            "voice.brand",
            say("{name}", "{name}", name=grounds.observed.brand_name),
            wilson(mine, whole) if whole and theirs else None,
            n=whole,
            unit=Unit.SHARE,
            method="wilson",
            rows=grounds.ids(grounds.earned) if theirs else (),
        )
    ]
    made += [
        figure(
            f"voice.{rival.key}",
            say("{name}", "{name}", name=rival.name),
            wilson(theirs[rival.key], whole) if whole else None,
            n=whole,
            unit=Unit.SHARE,
            method="wilson",
        )
        for rival in grounds.observed.rivals
    ]
    none = say("Er zijn geen concurrenten ingesteld.", "No competitors are configured.")
    same = say(
        "Verhalen uit dezelfde bronnen en dezelfde periode; naamgenoten van concurrenten zijn niet nagekeken.",
        "Stories from the same sources and the same period; namesakes of competitors have not been checked.",
    )
    return Measure(
        key="share_of_voice",
        title=say("Aandeel in het gesprek", "Share of voice"),
        figures=tuple(made),
        notes=(same if theirs else none,),
    )


def _stories(grounds: Grounds, rival: Rival) -> int:
    table = rival.table
    low, high = bisect_left(table.at, grounds.since), bisect_left(table.at, grounds.until)
    return len(
        {
            story or -one
            for story, one, party in zip(table.story[low:high], table.id[low:high], table.party[low:high], strict=True)
            if party != Party.OWNED
        }
    )
