"""Rules about risks: claims, secrets, reputation, staff's own lives, and whether anybody here knows how."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from listener.core.dossier import Metric, Phrase, Unit, Verdict, Wording
from listener.core.labels import Aspect
from listener.core.measures.effort import sensible
from listener.core.measures.grounds import Grounds
from listener.core.objections.conversation import owned_days
from listener.core.objections.entry import Ruling, open_ruling, points, ruling
from listener.core.observed import Party, Question, Reply, Sitting
from listener.core.saying import figure, say
from listener.core.statistics.agreement import alpha
from listener.core.statistics.rates import poisson
from listener.core.statistics.resampled import bootstrap
from listener.core.statistics.shares import wilson
from listener.core.thresholds import Thresholds

_WEEK = 7 * 86_400


def sued(grounds: Grounds, t: Thresholds) -> Ruling:  # noqa: ARG001 - every rule is called alike
    """We will be sued: verified cases that a post of the brand caused; none proves nothing."""
    words = say("Mentions met woorden van rechtbank en schade", "Mentions with words of courts and damages")
    cases = say(
        "Zaken die door een eigen bericht kwamen, door twee mensen bevestigd", "Cases from an own post, confirmed by two people"
    )
    return _cases(grounds, "sued", Question.CLAIM, grounds.observed.claim_terms, words, cases)


def secrets(grounds: Grounds, t: Thresholds) -> Ruling:  # noqa: ARG001 - every rule is called alike
    """Trade secrets leak: verified hits of code words in posts of the brand or its staff; none proves nothing."""
    words = say("Mentions met een codewoord", "Mentions with a code word")
    cases = say("Lekken uit een eigen bericht, door twee mensen bevestigd", "Leaks from an own post, confirmed by two people")
    if not grounds.observed.code_words:
        none = say("Er is geen lijst met codewoorden ingelezen.", "No list of code words was imported.")
        add = say(
            "Lees een lijst met codewoorden in; zij worden alleen als hash bewaard.",
            "Import a list of code words; only hashes are kept.",
        )
        return ruling(Verdict.UNDETERMINED, none, needs=(add,), private=True)
    return _cases(grounds, "secrets", Question.LEAK, grounds.observed.code_hits, words, cases)


def _cases(grounds: Grounds, key: str, question: Question, hits: Sequence[int], words: Phrase, cases: Phrase) -> Ruling:  # noqa: PLR0917 - one call for each of two
    seen = sorted({grounds.places[one] for one in hits if one in grounds.places})
    answers = {row: grounds.spoken.of(grounds.table.id[row], question) for row in seen}
    sure = [row for row, word in answers.items() if word.value == "own" and word.people > 1]
    single = [row for row, word in answers.items() if word.value == "own" and word.people == 1]
    unread = sum(not word.people for word in answers.values())
    figures = (
        figure(f"{key}.hits", words, float(len(seen)), n=len(seen), unit=Unit.ITEMS, method="count", rows=grounds.ids(seen)),
        figure(
            f"{key}.cases", cases, float(len(sure)), n=len(seen) - unread, unit=Unit.COUNT, method="count", rows=grounds.ids(sure)
        ),
    )
    if sure:
        words = say(
            "Er {n:is|zijn} {n:n} {n:bevestigd geval|bevestigde gevallen}.",
            "There {n:is|are} {n:n} confirmed {n:case|cases}.",
            n=len(sure),
        )
        return ruling(Verdict.SUPPORTED, words, figures=figures, metric=Metric.DIRECT)
    if single or unread:
        look = say(
            "{n:n} {n:treffer moet|treffers moeten} nog door mensen bekeken worden; een geval telt als twee mensen het bevestigen.",
            "{n:n} {n:hit still has|hits still have} to be looked at by people; a case counts once two people confirm it.",
            n=unread + len(single),
        )
        return ruling(Verdict.UNDETERMINED, look, figures=figures, needs=(look,))
    if not grounds.cover.covered:
        return ruling(Verdict.UNDETERMINED, say("Er is niets gehoord.", "Nothing was heard."), figures=figures)
    none = say(
        "In {n:n} gehoorde {n:dag|dagen} is geen geval gezien. Dat bewijst niet dat het niet kan.",
        "No case was seen in {n:n} {n:day|days} heard. That does not prove that it cannot happen.",
        n=grounds.cover.covered,
    )
    return open_ruling(Wording.NO_CASE, none, figures=figures)


def private(grounds: Grounds, t: Thresholds) -> Ruling:
    """Keep business and private apart: staff's share of what the brand and its staff post, counted together and never shown."""
    if not grounds.observed.staff:
        off = say(
            "Berichten van medewerkers worden niet bijgehouden. Dat staat uit, en dat hoort zo tenzij u er samen voor kiest.",
            "Posts by staff are not counted. That is off, and should be unless you choose it together.",
        )
        return ruling(Verdict.UNDETERMINED, off, private=True)
    staff = len(grounds.by_voice(grounds.begun_by(Party.EMPLOYEE)))
    whole = staff + owned_days(grounds)
    few = staff < t["staff_fewest"]
    share = wilson(staff, whole) if whole else None
    hidden = say("minder dan {n:n}", "fewer than {n:n}", n=t["staff_fewest"])
    figures = (
        figure(
            "private.staff",
            say("Aandeel van medewerkers in wat namens u gezegd wordt", "Share of staff in what is said in your name"),
            None if few else share,
            n=0 if few else whole,
            unit=Unit.SHARE,
            method="wilson",
            note=hidden if few else Phrase("", ""),
        ),
    )
    if share is None or whole < t["control_conversations"]:
        return ruling(Verdict.UNDETERMINED, say("Er is te weinig gezien.", "Too little was seen."), figures=figures, private=True)
    wording = points(against=share.high < t["staff_little"], towards=share.low > t["staff_much"] and not few)
    grown = say("Alleen als totaal geteld, nooit per persoon.", "Counted as a total only, never by person.")
    return open_ruling(wording, grown, figures=figures, private=True)


def knowledge(grounds: Grounds, t: Thresholds) -> Ruling:
    """No knowledge or experience: whether two people who label the same agree, and whether labelling gets quicker."""
    found = None
    units: Sequence[tuple[str, ...]] = ()
    for aspect in (Aspect.ABOUT, Aspect.TONE, Aspect.INTENT):
        mine = grounds.spoken.units.get(aspect.value, ())
        # The aspect that people agree on least decides; 400 draws are enough to point somewhere.
        one = bootstrap(mine, _alpha, grounds.key(f"alpha.{aspect.value}"), draws=400) if len(mine) >= t["skill_doubles"] else None
        if one is not None and (found is None or one.value < found.value):
            found, units = one, mine
    weeks = _pace(grounds.observed.sittings, grounds.since, grounds.until)
    first, last = (weeks[0], weeks[-1]) if len(weeks) >= t["skill_weeks"] else (None, None)
    figures = (
        figure(
            "knowledge.alpha",
            say("Overeenstemming tussen twee beoordelaars (Krippendorffs alfa)", "Agreement of two people (Krippendorff's alpha)"),
            found,
            n=len(units),
            unit=Unit.SCORE,
            method="krippendorff",
        ),
        figure(
            "knowledge.pace",
            say("Minuten per bericht, laatste week", "Minutes for each item, last week"),
            last,
            n=len(weeks),
            unit=Unit.MINUTES,
            method="count",
        ),
    )
    if found is None:
        need = say(
            "Laat twee mensen dezelfde {n:n} berichten beoordelen.",
            "Let two people label the same {n:n} items.",
            n=t["skill_doubles"],
        )
        single = say("Te weinig is door twee mensen beoordeeld.", "Too little was labelled by two people.")
        return ruling(Verdict.UNDETERMINED, single, figures=figures, needs=(need,))
    quicker = first is not None and last is not None and last < first
    wording = points(
        against=found.low >= t["skill_good"] and quicker,
        towards=found.high < t["skill_poor"] and len(weeks) >= t["skill_weeks"],
    )
    only = say("Dit gaat alleen over vaardigheid in luisteren.", "This is about skill in listening only.")
    return open_ruling(wording, only, figures=figures)


def _alpha(units: Sequence[Sequence[str]]) -> float:
    found = alpha(units)
    return 1.0 if found is None else found


def _pace(sittings: Sequence[Sitting], since: float, until: float) -> list[float]:
    """Minutes for each item handled, by week of the period, weeks without any left out."""
    weeks: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in sittings:
        at = one.at.timestamp()
        if since <= at < until and sensible(one.minutes) and one.handled > 0:
            week = weeks[int((at - since) // _WEEK)]
            week[0] += one.minutes
            week[1] += one.handled
    return [minutes / handled for _, (minutes, handled) in sorted(weeks.items())]


def _peaks(grounds: Grounds) -> tuple[list[float], list[float], list[int]]:
    """How many days each peak of negative voices lasted: answered ones, unanswered ones, and the first tellings in them.

    A day is a peak's when it has more negative voices than its period's median day can have by chance (Poisson, one in forty), and
    three at least.
    """
    table = grounds.table
    negative = grounds.by_voice(grounds.negative_of(grounds.earned))
    edges = [bisect_left(negative, bisect_left(table.at, a)) for _, a, _ in grounds.dated] + [len(negative)]
    by_day = [negative[a:b] for a, b in pairwise(edges)]
    bound = max(3.0, poisson(round(median(map(len, by_day)))).high) if by_day else 0.0
    answered: list[float] = []
    silent: list[float] = []
    rows: list[int] = []
    run: list[list[int]] = []
    for some in [*by_day, []]:
        if some and len(some) >= bound:
            run.append(some)
        elif run:
            mine = [row for day in run for row in day]
            (answered if any(table.reply[row] == Reply.BRAND for row in mine) else silent).append(float(len(run)))
            rows += mine
            run = []
    return answered, silent, rows


def reputation(grounds: Grounds, t: Thresholds) -> Ruling:
    """It damages our reputation: whether peaks of negative voices last longer where they were answered."""
    answered, silent, rows = _peaks(grounds)
    enough = min(len(answered), len(silent)) >= t["peaks"]
    found = None
    if enough:
        both = [(days, True) for days in answered] + [(days, False) for days in silent]
        found = bootstrap(both, _longer, grounds.key("peaks"))
    figures = (
        figure(
            "reputation.peaks",
            say("Pieken van negatieve stemmen", "Peaks of negative voices"),
            float(len(answered) + len(silent)),
            n=len(rows),
            unit=Unit.COUNT,
            method="count",
            rows=grounds.ids(rows),
        ),
        figure(
            "reputation.longer",
            say("Dagen die een beantwoorde piek langer duurt", "Days that an answered peak lasts longer"),
            found,
            n=len(answered) + len(silent),
            unit=Unit.SCORE,
            method="bootstrap",
        ),
    )
    if found is None:
        few = say(
            "Er waren {a:n} beantwoorde en {b:n} onbeantwoorde pieken; nodig zijn er {needed:n} van elk.",
            "There were {a:n} answered and {b:n} unanswered peaks; {needed:n} of each are needed.",
            a=len(answered),
            b=len(silent),
            needed=t["peaks"],
        )
        return ruling(Verdict.UNDETERMINED, few, figures=figures)
    seen = say(
        "Dit is een waarneming, geen proef: ernstige zaken worden eerder beantwoord.",
        "This is an observation and no experiment: grave matters are answered sooner.",
    )
    return open_ruling(points(against=found.high <= 0, towards=found.low > 0), seen, figures=figures)


def _longer(peaks: Sequence[tuple[float, bool]]) -> float:
    answered = [days for days, was in peaks if was]
    silent = [days for days, was in peaks if not was]
    return sum(answered) / len(answered) - sum(silent) / len(silent) if answered and silent else 0.0
