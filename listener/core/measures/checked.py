"""Hand-checked truth: what the weekly random samples make of the counts, and of the machine's words."""

from __future__ import annotations

from collections import Counter

from listener.core.dossier import NOTHING, Checked, Figure, Phrase, Unit
from listener.core.labels import Aspect
from listener.core.measures.grounds import Cells, Grounds
from listener.core.measures.volume import weekly
from listener.core.model import Intent, Tone
from listener.core.saying import figure, say
from listener.core.tellings import TONES
from listener.core.thresholds import Thresholds

_TONES = {
    Tone.NEGATIVE: say("Negatief, van wat over u gaat", "Negative, of what is about you"),
    Tone.NEUTRAL: say("Neutraal, van wat over u gaat", "Neutral, of what is about you"),
    Tone.POSITIVE: say("Positief, van wat over u gaat", "Positive, of what is about you"),
}
_INTENTS = {
    Intent.COMPLAINT: say("Klachten, van wat over u gaat", "Complaints, of what is about you"),
    Intent.QUESTION: say("Vragen, van wat over u gaat", "Questions, of what is about you"),
}


def whole(grounds: Grounds) -> Cells:
    """What was checked on whether it is about the brand at all."""
    return grounds.cells(lambda _: True, lambda _: True)


def checked(grounds: Grounds, thresholds: Thresholds) -> Checked:
    """What people checked, and the counts and shares corrected by it; below the minimum the figures have no value."""
    cells = whole(grounds)
    needed = int(thresholds["fewest_checked"])
    enough = cells.checked >= needed
    drawn = [mention for sample in grounds.samples for mention in sample.mentions]
    # Counted as the sample is drawn: a voice that repeats itself all week is one.
    found = sum(map(len, weekly(grounds)[1]))
    precision = grounds.precision(cells, found) if enough else None
    short = say(
        "Er zijn {n:n} verhalen met de hand nagekeken; vanaf {needed:n} kan Listener hier een getal noemen.",
        "{n:n} stories have been checked by hand; from {needed:n} on, Listener can give a number here.",
        n=cells.checked,
        needed=needed,
    )
    wants = say(
        "Kijk de steekproef na: nog {n:n} verhalen tot het minimum.",
        "Check the sample: {n:n} more stories to reach the minimum.",
        n=max(0, needed - cells.checked),
    )
    rows = grounds.ids(cells.rows)
    return Checked(
        drawn=len(drawn),
        checked=cells.checked,
        contested=sum(one.contested for one in grounds.spoken.words.values()),
        needed=needed,
        precision=figure(
            "precision",
            say("Aandeel van de gevonden verhalen dat over u gaat", "Share of the stories found that is about you"),
            precision,
            n=cells.checked,
            unit=Unit.SHARE,
            method="wilson",
            rows=rows,
            note=NOTHING if enough else short,
        ),
        real=figure(
            "real",
            say("Verhalen over u, per stem hooguit één in de week", "Stories about you, one for each voice a week at most"),
            None if precision is None else precision.times(found),
            n=found,
            unit=Unit.STORIES,
            method="wilson",
            rows=rows,
            note=say("{n:n} gevonden", "{n:n} found", n=found) if enough else short,
        ),
        tone=_tones(grounds, needed),
        intent=_intents(grounds, needed),
        confusion=_confusion(grounds, cells),
        needs=() if enough else (wants,),
    )


def _tones(grounds: Grounds, needed: int) -> tuple[Figure, ...]:
    return tuple(_share(grounds, Aspect.TONE, tone, name, needed) for tone, name in _TONES.items())


def _intents(grounds: Grounds, needed: int) -> tuple[Figure, ...]:
    return tuple(_share(grounds, Aspect.INTENT, intent, name, needed) for intent, name in _INTENTS.items())


def _share(grounds: Grounds, aspect: Aspect, wanted: Tone | Intent, name: Phrase, needed: int) -> Figure:
    def known(row: int) -> bool:
        word = grounds.spoken.of(grounds.table.id[row], aspect)
        return word.people > 0 and not word.contested

    def says(row: int) -> bool:
        return grounds.spoken.of(grounds.table.id[row], aspect).value == wanted.value

    key = f"{aspect.value}.{wanted.value}"
    cells = grounds.cells(lambda _: True, says, known=known, neutral=True)
    found = grounds.share(cells, key, aspect=aspect, classes=len(type(wanted))) if cells.checked >= needed else None
    return figure(key, name, found, n=cells.checked, unit=Unit.SHARE, method="double-sampling", rows=grounds.ids(cells.rows))


def _confusion(grounds: Grounds, cells: Cells) -> tuple[tuple[str, str, int], ...]:
    """The machine's tone against people's, of what was checked and is about the brand."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in cells.rows:
        word = grounds.spoken.of(grounds.table.id[row], Aspect.TONE)
        if word.people and word.value is not None and grounds.about(row):
            counts[TONES[grounds.table.tone[row]].value, word.value] += 1
    return tuple((machine, person, n) for (machine, person), n in sorted(counts.items()))
