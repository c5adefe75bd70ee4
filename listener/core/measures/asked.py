"""The question harvest: what several voices ask and no page of the brand's own answers."""

from __future__ import annotations

from collections import defaultdict

from listener.core.dossier import Measure, Unit
from listener.core.measures.grounds import Grounds
from listener.core.saying import figure, say
from listener.core.statistics.rates import poisson
from listener.core.thresholds import Thresholds

_QUARTER = 3.0  # months


def open_questions(grounds: Grounds, thresholds: Thresholds) -> dict[str, list[int]]:
    """The clusters that enough voices ask and no own page answers, each with the first telling of each voice."""
    clusters: dict[str, list[int]] = defaultdict(list)
    answered: set[str] = set()
    for one in grounds.observed.asked:
        row = grounds.places.get(one.mention)
        if row is not None and grounds.about(row) is not False:
            clusters[one.cluster].append(grounds.first_of(row))
        if one.answered:
            answered.add(one.cluster)
    least = thresholds["content_voices"]
    voiced = {name: grounds.by_voice(sorted(set(rows))) for name, rows in sorted(clusters.items()) if name not in answered}
    return {name: rows for name, rows in voiced.items() if len(rows) >= least}


def questions(grounds: Grounds, thresholds: Thresholds) -> Measure:
    """How many such questions there are in a quarter."""
    found = open_questions(grounds, thresholds)
    known = grounds.observed.pages_known
    quarters = grounds.months / _QUARTER
    return Measure(
        key="questions",
        title=say("Vragen die niemand van u beantwoordt", "Questions that no page of yours answers"),
        figures=(
            figure(
                "questions.open",
                say("Onbeantwoorde vragen per kwartaal", "Open questions a quarter"),
                poisson(len(found), quarters) if known and quarters > 0 else None,
                n=len(found),
                unit=Unit.COUNT,
                method="poisson",
                rows=grounds.ids(row for rows in found.values() for row in rows),
            ),
        ),
        notes=()
        if known
        else (
            say(
                "Uw eigen pagina's zijn niet gelezen: of zij een vraag beantwoorden is onbekend.",
                "Your own pages have not been read: whether they answer a question is unknown.",
            ),
        ),
    )
