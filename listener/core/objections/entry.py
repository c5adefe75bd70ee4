"""An objection as an entry: its words, what it is measured by, and the rule that judges it; and what a rule may say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from listener.core.dossier import NOTHING, Certainty, Counter, Figure, Metric, Phrase, Verdict, Wording
from listener.core.measures.grounds import Grounds
from listener.core.saying import say
from listener.core.thresholds import Thresholds
from listener.core.values import dataclass

_FEW = 5  # mentions of one kind of place, below which it is no group of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What speaks for and against the objection among single stories, by their first telling; the greater minority is shown."""

    against: Sequence[int] = ()
    towards: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a rule makes of the data."""

    verdict: Verdict
    wording: Wording
    reason: Phrase
    figures: tuple[Figure, ...] = ()
    side: Side = Side()
    needs: tuple[Phrase, ...] = ()
    trivial: bool = False
    metric: Metric | None = None  # where the data make it another than the entry's
    private: bool = False  # nobody's post is ever shown
    logged: bool = False  # from the ledger of time and money: how well places were heard has no bearing on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One objection: fixed words, and a pure rule of the grounds and the thresholds."""

    key: str
    title: Phrase
    claim: Phrase
    metric: Metric
    measures: Phrase
    contradicted_if: Phrase  # templates: thresholds stand in them by name
    supported_if: Phrase
    cannot_tell: Phrase
    rule: Callable[[Grounds, Thresholds], Ruling]


def rules(template: Phrase, thresholds: Thresholds) -> Phrase:
    """A rule's words with the thresholds in them."""
    return say(template.nl, template.en, **dict(thresholds.values))


def decided(verdict: Verdict) -> Wording:
    """The wording of a verdict that needs no other."""
    return Wording(verdict.value)


def ruling(verdict: Verdict, reason: Phrase, **more: object) -> Ruling:
    """A ruling in the verdict's own words."""
    return Ruling(verdict=verdict, wording=decided(verdict), reason=reason, **more)  # type: ignore[arg-type] # Ruling's fields


def open_ruling(wording: Wording, reason: Phrase, **more: object) -> Ruling:
    """An undetermined ruling with a wording of its own."""
    return Ruling(verdict=Verdict.UNDETERMINED, wording=wording, reason=reason, **more)  # type: ignore[arg-type] # Ruling's fields


def points(*, against: bool, towards: bool) -> Wording:
    """What a proxy may say at most."""
    return Wording.POINTS_AGAINST if against else Wording.POINTS_TOWARDS if towards else Wording.UNDETERMINED


def examples(grounds: Grounds, rows: Iterable[int]) -> tuple[int, ...]:
    """The three latest stories that a person vouches for, each of another voice."""
    found: list[int] = []
    voices: set[int] = set()
    for row in sorted((row for row in rows if row in grounds.vouched), reverse=True):
        if grounds.table.voice[row] not in voices:
            voices.add(grounds.table.voice[row])
            found.append(grounds.vouched[row])
        if len(found) == 3:
            break
    return tuple(found)


def counter(grounds: Grounds, made: Ruling) -> Counter | None:
    """The strongest counter-evidence by a fixed rule: what speaks the other way, else the source heard worst, else the fewest seen.

    Of what speaks the other way the kind of place with the most stories is shown; an open verdict has the smaller of both sides.
    """
    against = made.verdict is Verdict.CONTRADICTED or made.wording is Wording.POINTS_AGAINST
    towards = made.verdict is Verdict.SUPPORTED or made.wording is Wording.POINTS_TOWARDS
    sides = (made.side.against, made.side.towards)
    # An open verdict has two sides only where something stands on both.
    other = sides[1] if against else sides[0] if towards else min(sides, key=len)
    if other and not made.private:
        return _group(grounds, other, sum(map(len, sides)), against=other is sides[0])
    heard = [] if made.logged else [one for one in grounds.cover.places if one.hours and one.share < 0.995]
    if heard:
        worst = min(heard, key=lambda one: (one.share, one.key))
        return Counter(
            rule=say("de slechtst gehoorde bron", "the source heard worst"),
            words=say(
                "{key} is maar {share:share} van de tijd gehoord; wat daar in de rest van de tijd stond kent Listener niet.",
                "{key} was heard only {share:share} of the time; Listener does not know what stood there for the rest.",
                key=worst.key,
                share=worst.share,
            ),
        )
    seen = [one for one in made.figures if one.n and one.value is not None]
    if seen:
        least = min(seen, key=lambda one: (one.n, one.key))
        return Counter(
            rule=say("de kleinste waarneming", "the smallest number observed"),
            words=say(
                "Het cijfer met de minste grond, “{name}”, berust op {n:n} {n:waarneming|waarnemingen}.",
                "The figure with the least ground, “{name}”, rests on {n:n} {n:observation|observations}.",
                name=least.name,
                n=least.n,
            ),
            figure=least,
        )
    return None


def _group(grounds: Grounds, rows: Sequence[int], whole: int, *, against: bool) -> Counter:
    places, table = grounds.observed.places, grounds.table
    kinds: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        source = table.source[row]
        kinds[places[source].kind if source < len(places) else ""].append(row)
    kind, most = max(sorted(kinds.items()), key=lambda one: len(one[1]))
    if len(most) < _FEW:
        kind, most = "", list(rows)
    shown = [row for row in most if row in grounds.vouched] or most
    return Counter(
        rule=say("de grootste groep die de andere kant op wijst", "the largest group that points the other way"),
        words=say(
            "{n:n} van {whole:n} verhalen spreken {way} het bezwaar{where}.",
            "{n:n} of {whole:n} stories speak {way} the objection{where}.",
            n=len(rows),
            whole=whole,
            way=say("tegen", "against") if against else say("voor", "for"),
            where=say(
                "; {most:n} daarvan op één soort plaats ({kind})",
                "; {most:n} of them in one kind of place ({kind})",
                most=len(most),
                kind=kind,
            )
            if kind
            else NOTHING,
        ),
        mentions=tuple(grounds.table.id[row] for row in shown[-3:]),
    )


def certainty(grounds: Grounds, made: Ruling, metric: Metric) -> Certainty:
    """How firmly a ruling stands: one step less for a proxy, for less than nine tenths heard, for less than two thirds heard.

    What is undetermined has no firmness of its own.
    """
    if made.verdict is Verdict.UNDETERMINED and made.wording is Wording.UNDETERMINED:
        return Certainty.LOW
    share = grounds.cover.share
    steps = (metric is not Metric.DIRECT) + (share < 0.9) + (share < 2 / 3) + (made.verdict is Verdict.UNDETERMINED)
    return (Certainty.HIGH, Certainty.MODERATE, Certainty.LOW)[min(steps, 2)]
