"""Who is out there: the voices on nobody's list, the relations that can be found, and what all sources together miss."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

from listener.core.dossier import Measure, Unit
from listener.core.measures.grounds import Grounds
from listener.core.observed import RelationKind
from listener.core.saying import figure, say
from listener.core.statistics.interval import Interval
from listener.core.statistics.shares import wilson
from listener.core.statistics.unseen import chapman, good_turing

_MANY = 60_000  # items, beyond which a part of them, chosen by their own numbers, tells as much
_KINDS = {
    RelationKind.CUSTOMER: say("Klanten die te vinden zijn", "Customers that can be found"),
    RelationKind.SUPPLIER: say("Leveranciers die te vinden zijn", "Suppliers that can be found"),
    RelationKind.COMPETITOR: say("Concurrenten die te vinden zijn", "Competitors that can be found"),
    RelationKind.OTHER: say("Andere relaties die te vinden zijn", "Other relations that can be found"),
}


def present(grounds: Grounds) -> tuple[int, int]:
    """How many names of the list can be found in public, and how many there are; a name that is listed twice counts once."""
    listed: dict[int, bool] = {}
    for one in grounds.observed.relations:
        listed[one.mark] = listed.get(one.mark, False) or one.present
    return sum(listed.values()), len(listed)


def presence(grounds: Grounds) -> Measure:
    """Which of the relations on the uploaded list can be found in public."""
    found, whole = present(grounds)
    figures = [
        figure(
            "presence.all",
            say("Relaties die te vinden zijn", "Relations that can be found"),
            wilson(found, whole) if whole else None,
            n=whole,
            unit=Unit.SHARE,
            method="wilson",
        )
    ]
    by_kind: dict[RelationKind, dict[int, bool]] = defaultdict(dict)
    for one in grounds.observed.relations:
        by_kind[one.kind][one.mark] = by_kind[one.kind].get(one.mark, False) or one.present
    figures += [
        figure(
            f"presence.{kind.value}",
            _KINDS[kind],
            wilson(sum(listed.values()), len(listed)),
            n=len(listed),
            unit=Unit.SHARE,
            method="wilson",
        )
        for kind, listed in sorted(by_kind.items())
    ]
    return Measure(
        key="presence",
        title=say("Klanten en leveranciers", "Customers and suppliers"),
        figures=tuple(figures),
        notes=(
            say(
                "Wie niet gevonden is kan er toch zijn: onder een andere schrijfwijze of met een besloten account.",
                "Whoever was not found may be there all the same: spelt otherwise, or with a private account.",
            )
            if whole
            else say("Er is geen lijst met relaties ingelezen.", "No list of relations was imported."),
        ),
    )


def market(grounds: Grounds) -> Measure:
    """The unknown-market meter: the voices that are not on the list, and how much of the market has not been heard at all."""
    table = grounds.table
    begun = grounds.strangers
    listed = bool(grounds.observed.relations)
    strangers = [row for row in begun if not table.relation[row]]
    voice = table.voice
    heard = Counter([voice[row] for row in grounds.independent])
    return Measure(
        key="market",
        title=say("Onbekende markt", "Unknown market"),
        figures=(
            figure(
                "market.unknown",
                say("Onafhankelijke stemmen die niet op uw lijst staan", "Independent voices that are not on your list"),
                wilson(len(strangers), len(begun)) if listed and begun else None,
                n=len(begun),
                unit=Unit.SHARE,
                method="wilson",
                rows=grounds.ids(strangers),
            ),
            figure(
                "market.unheard",
                say("Kans dat de volgende stem nieuw is", "Chance that the next voice is a new one"),
                good_turing(heard.values()),
                n=sum(heard.values()),
                unit=Unit.SHARE,
                method="good-turing",
            ),
        ),
        notes=(
            say(
                "Naamgenoten tellen hier nog mee; het dossier gebruikt alleen nagekeken verhalen.",
                "Namesakes still count here; the dossier uses checked stories only.",
            ),
        ),
    )


def missed(grounds: Grounds) -> Measure:
    """What all routes together probably miss, from how often two routes found the same."""
    routes = [place.route or place.key for place in grounds.observed.places]
    names = sorted(set(routes))
    number = {name: 1 << n for n, name in enumerate(names)}
    bits = [number[name] for name in routes]
    table, low, high = grounds.table, grounds.low, grounds.high
    step = max(1, (high - low) // _MANY)
    marks: dict[int, int] = {}
    for row, item in [(row, item) for row, item in enumerate(table.item[low:high], low) if not item % step]:
        source = table.source[row]
        if source < len(bits):
            marks[item] = marks.get(item, 0) | bits[source]
    counts = Counter(marks.values())
    best: tuple[int, int, int, str, str] = (0, 0, 0, "", "")
    for a, b in combinations(names, 2):
        first = sum(n for mark, n in counts.items() if mark & number[a])
        second = sum(n for mark, n in counts.items() if mark & number[b])
        both = sum(n for mark, n in counts.items() if mark & number[a] and mark & number[b])
        best = max(best, (min(first, second), first, second, a, b)) if both else best
    found: Interval | None = None
    if best[0]:
        _, first, second, a, b = best
        both = sum(n for mark, n in counts.items() if mark & number[a] and mark & number[b])
        seen = first + second - both
        whole = chapman(first, second, both)
        found = Interval(*(1 - seen / max(seen, one) for one in whole)) if both >= 7 else None
    return Measure(
        key="missed",
        title=say("Wat alle bronnen samen missen", "What all sources together miss"),
        figures=(
            figure(
                "missed.share",
                say("Geschat aandeel dat geen van beide routes vond", "Estimated share that neither route found"),
                found,
                n=len(marks),
                unit=Unit.SHARE,
                method="chapman",
            ),
        ),
        notes=(
            say(
                "Dit neemt aan dat {a} en {b} los van elkaar vinden en dat alles even vindbaar is. "
                "Hangen ze samen, dan wordt er meer gemist.",
                "This assumes that {a} and {b} find independently and that everything is equally easy to find. "
                "If they hang together, more is missed.",
                a=best[3],
                b=best[4],
            )
            if found is not None
            else say(
                "Te weinig berichten zijn langs twee routes gevonden om te schatten wat ze samen missen.",
                "Too few items were found by two routes to estimate what they miss together.",
            ),
        ),
    )
