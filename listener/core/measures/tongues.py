"""Tone by language: the machine errs more in one language than in another, so each is corrected by what people checked in it."""

from __future__ import annotations

from collections import Counter

from listener.core.dossier import NOTHING, Figure, Measure, Phrase, Unit
from listener.core.labels import Aspect
from listener.core.measures.grounds import Grounds, taken
from listener.core.model import Tone
from listener.core.saying import figure, say
from listener.core.thresholds import Thresholds

_MOST = 4  # languages
_NAMES = {
    "nl": say("het Nederlands", "Dutch"),
    "en": say("het Engels", "English"),
    "de": say("het Duits", "German"),
    "fr": say("het Frans", "French"),
    "es": say("het Spaans", "Spanish"),
    "it": say("het Italiaans", "Italian"),
}


def tongues(grounds: Grounds, thresholds: Thresholds) -> Measure:
    """The share of negative stories in each of the languages most spoken in, of what is about the brand; none of only one."""
    names = grounds.observed.languages
    heard = Counter(taken(grounds.table.language, grounds.earned))
    spoken = [number for number, _ in heard.most_common() if number < len(names) and names[number] != "und"][:_MOST]
    several = len(spoken) > 1
    return Measure(
        key="tongues",
        title=say("Toon per taal", "Tone by language"),
        figures=tuple(_negative(grounds, thresholds, number, names[number]) for number in spoken) if several else (),
        notes=(
            say(
                "De machine vergist zich niet in elke taal even vaak; elke taal is gecorrigeerd met wat erin is nagekeken.",
                "The machine errs more often in one language than in another; each is corrected by what was checked in it.",
            )
            if several
            else say(
                "Alles wat gevonden werd is in één taal, of in een die onbekend is.",
                "All that was found is in one language, or in an unknown one.",
            ),
        ),
    )


def _negative(grounds: Grounds, thresholds: Thresholds, number: int, language: str) -> Figure:
    column, ids = grounds.table.language, grounds.table.id

    def known(row: int) -> bool:
        word = grounds.spoken.of(ids[row], Aspect.TONE)
        return word.people > 0 and not word.contested

    cells = grounds.cells(
        lambda row: column[row] == number,
        lambda row: grounds.spoken.of(ids[row], Aspect.TONE).value == Tone.NEGATIVE,
        known=known,
        neutral=True,
    )
    needed = thresholds["fewest_checked"]
    key = f"tone.negative.{language}"
    found = grounds.share(cells, key, aspect=Aspect.TONE, classes=len(Tone)) if cells.base >= needed else None
    name = _NAMES.get(language, Phrase(language, language))
    short = say(
        "In deze taal zijn {n:n} verhalen nagekeken; nodig zijn er {needed:n}.",
        "{n:n} stories were checked in this language; {needed:n} are needed.",
        n=cells.base,
        needed=needed,
    )
    return figure(
        key,
        say("Negatief in {name}", "Negative in {name}", name=name),
        found,
        n=cells.base,
        unit=Unit.SHARE,
        method="double-sampling",
        rows=grounds.ids([row for row in cells.rows if column[row] == number]),
        note=NOTHING if found is not None else short,
    )
