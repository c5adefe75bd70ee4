"""Reasons that several rules give, and what a person could do about them."""

from __future__ import annotations

from listener.core.dossier import Phrase
from listener.core.measures.checked import whole as all_checked
from listener.core.measures.grounds import Grounds
from listener.core.saying import say
from listener.core.statistics.interval import Interval
from listener.core.thresholds import Thresholds

UPLOAD = say(
    "Lees een lijst met klanten, leveranciers en concurrenten in (minstens {n} namen).",
    "Import a list of customers, suppliers and competitors (at least {n} names).",
    n=30,
)
CHECK = say("Kijk de wekelijkse steekproef na.", "Check the weekly sample.")
WIDE = say(
    "De marge is te ruim: de drempel valt erbinnen.",
    "The interval is too wide: the threshold lies within it.",
)
NAMESAKES = say(
    "Te veel van wat gevonden wordt gaat over naamgenoten.",
    "Too much of what is found is about namesakes.",
)
SILENT = say(
    "U plaatste in deze periode niets: dan begint elk gesprek per definitie zonder u.",
    "You posted nothing in this period: every conversation then begins without you by definition.",
)
_LEAST = 0.01  # of the usual flow, below which nothing is said of the rest anyhow
FEW = say("Er zijn te weinig gesprekken.", "There are too few conversations.")


def unchecked(grounds: Grounds) -> Phrase:
    """Too little was checked by hand to correct a count."""
    return say(
        "Er {n:is|zijn} {n:n} {n:verhaal|verhalen} nagekeken; dat is te weinig om aantallen te corrigeren.",
        "{n:n} {n:story has|stories have} been checked; that is too few to correct counts.",
        n=all_checked(grounds).checked,
    )


def precise(grounds: Grounds, thresholds: Thresholds) -> Interval | None:
    """The share that is about the brand of what these places bring; None while too little was checked.

    A verdict is about all of it: what a place that failed did not let through belongs to it, and nobody could check any of that.
    Without it a failure would leave less to be drawn from, and make the interval of what was drawn narrower than it was before.
    """
    cells = all_checked(grounds)
    if cells.checked < thresholds["fewest_checked"]:
        return None
    heard = sum(grounds.flow) / len(grounds.flow) if grounds.flow else 1.0
    return grounds.precision(cells, round(sum(cells.sizes.values()) / max(heard, _LEAST)))
