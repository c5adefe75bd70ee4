"""Rules about the conversation itself: it does not fit, it will harm us, it is a hype, we lose control."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Tally

from listener.core.dossier import Metric, Phrase, Unit, Verdict, Wording
from listener.core.measures.checked import whole as all_checked
from listener.core.measures.grounds import Grounds
from listener.core.measures.market import present
from listener.core.measures.volume import change, series
from listener.core.measures.without import TRIVIAL, verified_complaints, waiting
from listener.core.objections.entry import Ruling, Side, open_ruling, points, ruling
from listener.core.objections.reasons import CHECK, FEW, NAMESAKES, SILENT, UPLOAD, WIDE, precise, unchecked
from listener.core.observed import Party
from listener.core.saying import figure, say
from listener.core.statistics.interval import Interval
from listener.core.statistics.rates import poisson
from listener.core.statistics.shares import wilson
from listener.core.thresholds import Thresholds


def fit(grounds: Grounds, t: Thresholds) -> Ruling:
    """It does not fit our organisation."""
    found, names = present(grounds)
    voices = grounds.strangers
    real = precise(grounds, t)
    share = wilson(found, names) if names else None
    rate = poisson(len(voices), grounds.months) if grounds.months > 0 and real is not None else None
    if rate is not None and real is not None:
        rate = Interval(rate.value * real.value, rate.low * real.low, rate.high * real.high)
    figures = (
        figure(
            "fit.present",
            say("Relaties die te vinden zijn", "Relations that can be found"),
            share,
            n=names,
            unit=Unit.SHARE,
            method="wilson",
        ),
        figure(
            "fit.voices",
            say("Onafhankelijke stemmen per maand, over u", "Independent voices a month, about you"),
            rate,
            n=len(voices),
            unit=Unit.PER_MONTH,
            method="poisson",
            rows=grounds.ids(voices),
        ),
    )
    more: dict[str, object] = {"figures": figures, "side": Side(against=voices)}
    if share is None or names < t["fit_names"]:
        few = say(
            "Er {n:is|zijn} {n:n} {n:naam|namen} van relaties bekend; dat is te weinig.",
            "{n:n} {n:name of a relation is|names of relations are} known; that is too few.",
            n=names,
        )
        return ruling(Verdict.UNDETERMINED, few, needs=(UPLOAD,), **more)
    if share.high < t["fit_absent"]:
        if grounds.cover.covered >= t["fit_days"] and grounds.cover.share >= t["least_coverage"]:
            gone = say("Vrijwel niemand van uw relaties is te vinden.", "Hardly any of your relations can be found.")
            return ruling(Verdict.SUPPORTED, gone, **more)
        short = say(
            "Daarvoor is niet lang of niet volledig genoeg geluisterd.", "Listening was not long or complete enough to say so."
        )
        return ruling(Verdict.UNDETERMINED, short, **more)
    if share.low > t["fit_present"]:
        if rate is None:
            return ruling(Verdict.UNDETERMINED, unchecked(grounds), needs=(CHECK,), **more)
        if rate.low >= t["fit_voices_month"]:
            there = say(
                "Uw relaties zijn er, en onafhankelijke stemmen spreken over u.",
                "Your relations are there, and independent voices speak of you.",
            )
            return ruling(Verdict.CONTRADICTED, there, **more)
        if rate.high < t["fit_voices_month"]:
            mixed = say("Uw relaties zijn er, maar weinigen spreken over u.", "Your relations are there, but few speak of you.")
            return ruling(Verdict.MIXED, mixed, **more)
    return ruling(Verdict.UNDETERMINED, WIDE, **more)


def negative(grounds: Grounds, t: Thresholds) -> Ruling:
    """Negative reactions will harm our brand: complaints that exist without the brand, counted by voice."""
    found = verified_complaints(grounds)
    neutral = grounds.table.neutral
    every = [row for row in found.all if neutral[row]]
    alone = [row for row in found.without if neutral[row]]
    inside = [row for row in found.inside if neutral[row]]
    trivial = not grounds.observed.accounts
    share = wilson(len(alone), len(every)) if every else None
    curve, _, _ = waiting(grounds)
    figures = (
        figure(
            "negative.without",
            say(
                "Nagekeken klachten die zonder u bestaan, elk van een andere stem",
                "Checked complaints without you, each of another voice",
            ),
            float(len(found.without)),
            n=len(found.all),
            unit=Unit.VOICES,
            method="count",
            rows=grounds.ids(found.without),
        ),
        figure(
            "negative.share",
            say("Aandeel van de klachten dat zonder u bestaat", "Share of complaints that exist without you"),
            share,
            n=len(every),
            unit=Unit.SHARE,
            method="wilson",
            rows=grounds.ids(every),
            note=TRIVIAL if trivial else Phrase("", ""),
        ),
        figure(
            "negative.waiting",
            say(
                "Klachten die na drie dagen nog op uw antwoord wachten", "Complaints still waiting for your answer after three days"
            ),
            curve.at(72.0),
            n=curve.n,
            unit=Unit.SHARE,
            method="kaplan-meier",
        ),
    )
    more: dict[str, object] = {"figures": figures, "side": Side(against=found.without, towards=found.inside), "trivial": trivial}
    exist = len(found.without) >= max(t["complaints"], t["fewest_voices"]) and found.beyond_chance(len(found.without))
    few = share is not None and share.high < t["complaints_few"] and wilson(len(inside), len(every)).low > t["complaints_share"]
    if exist:
        return _complaints_exist(len(found.without), t, share, few, more)
    checked = all_checked(grounds).checked
    if few and not trivial and grounds.cover.share >= t["least_coverage"]:
        within = say(
            "De klachten staan vrijwel alle onder uw eigen berichten.",
            "Nearly all complaints stand under your own posts.",
        )
        return ruling(Verdict.SUPPORTED, within, **more)
    if checked < t["fewest_checked"]:
        return ruling(Verdict.UNDETERMINED, unchecked(grounds), needs=(CHECK,), **more)
    if grounds.cover.share < t["least_coverage"]:
        deaf = say("Er is te weinig gehoord om afwezigheid vast te stellen.", "Too little was heard to speak of absence.")
        return ruling(Verdict.UNDETERMINED, deaf, **more)
    none = say(
        "Er {n:is|zijn} {n:n} nagekeken {n:klacht|klachten} zonder u gevonden; nodig zijn er {needed:n}.",
        "{n:n} checked {n:complaint|complaints} without you {n:was|were} found; {needed:n} are needed.",
        n=len(found.without),
        needed=t["complaints"],
    )
    return open_ruling(Wording.NOT_CONTRADICTED, none, **more)


def _complaints_exist(n: int, t: Thresholds, share: Interval | None, few: bool, more: dict[str, object]) -> Ruling:
    if more["trivial"]:
        words = say(
            "{n:n} mensen klaagden terwijl u er niet bent. Het aandeel is dan per definitie 100%; het aantal telt.",
            "{n:n} people complained while you are not there. The share is then 100% by definition; the count matters.",
            n=n,
        )
        return ruling(Verdict.CONTRADICTED, words, **more)
    if few:
        words = say(
            "{n:n} mensen klaagden zonder u, maar de meeste klachten staan onder uw eigen berichten.",
            "{n:n} people complained without you, but most complaints stand under your own posts.",
            n=n,
        )
        return ruling(Verdict.MIXED, words, **more)
    if share is not None and share.low > t["complaints_share"]:
        words = say(
            "{n:n} mensen klaagden zonder dat u iets plaatste, en dat is het grootste deel van de klachten.",
            "{n:n} people complained without you posting anything, and that is the larger part of all complaints.",
            n=n,
        )
        return ruling(Verdict.CONTRADICTED, words, **more)
    words = say(
        "{n:n} mensen klaagden zonder u, maar of dat het grootste deel van de klachten is blijft open.",
        "{n:n} people complained without you, but whether that is the larger part of all complaints stays open.",
        n=n,
    )
    return ruling(Verdict.UNDETERMINED, words, **more)


def hype(grounds: Grounds, t: Thresholds) -> Ruling:
    """It is a hype: the trend beside a control series, and how much of the volume one peak has."""
    run = series(grounds)
    real = precise(grounds, t)
    voices = grounds.voices
    figures = (
        figure(
            "hype.trend",
            say("Verandering per maand, naast de controlereeks", "Change a month, beside the control series"),
            change(run.slope),
            n=run.pairs,
            unit=Unit.CHANGE,
            method="theil-sen",
        ),
        figure(
            "hype.months", say("Gehoorde maanden", "Months heard"), float(run.months), n=run.months, unit=Unit.COUNT, method="count"
        ),
        figure(
            "hype.empty",
            say("Maanden zonder verhaal", "Months without a story"),
            float(run.empty),
            n=run.months,
            unit=Unit.COUNT,
            method="count",
        ),
        figure(
            "hype.peak",
            say("Aandeel van de vier drukste weken", "Share of the four busiest weeks"),
            run.peak if voices else None,
            n=len(voices),
            unit=Unit.SHARE,
            method="count",
        ),
    )
    more: dict[str, object] = {"figures": figures}
    if run.months < t["hype_months"] or run.slope is None:
        short = say(
            "Er is {n:n} {n:maand|maanden} geluisterd; nodig zijn er {needed:n}.",
            "{n:n} {n:month was|months were} heard; {needed:n} are needed.",
            n=run.months,
            needed=t["hype_months"],
        )
        return ruling(Verdict.UNDETERMINED, short, **more)
    if real is None or real.low <= 0.5:
        return ruling(Verdict.UNDETERMINED, unchecked(grounds) if real is None else NAMESAKES, needs=(CHECK,), **more)
    lasting = run.slope.low >= 0 and run.empty / run.months < t["hype_empty"]
    fading = run.slope.high < 0 and run.peak > t["hype_peak"] and grounds.cover.share >= t["least_coverage"]
    if not run.controlled:
        alone = say(
            "Zonder controlereeks kan de trend ook van de bronnen komen.",
            "Without a control series the trend may come from the sources.",
        )
        return open_ruling(points(against=lasting, towards=fading), alone, metric=Metric.PROXY, **more)
    if lasting:
        grows = say("Het gesprek houdt aan en groeit.", "The conversation lasts, and grows.")
        return ruling(Verdict.CONTRADICTED, grows, **more)
    if fading:
        fades = say("Er was één piek, en het gesprek neemt af.", "There was one peak, and the conversation fades.")
        return ruling(Verdict.SUPPORTED, fades, **more)
    return ruling(Verdict.UNDETERMINED, WIDE, **more)


def owned_days(grounds: Grounds) -> int:
    """On how many local days of the period the brand posted: it begins at most one conversation a day, as a voice begins one."""
    starts = [a for _, a, _ in grounds.dated]
    moments = [float(grounds.table.at[row]) for row in grounds.begun_by(Party.OWNED)]
    moments += [one.at.timestamp() for one in grounds.observed.own if grounds.since <= one.at.timestamp() < grounds.until]
    return len({bisect_left(starts, at + 1e-6) for at in moments})


def _largest(grounds: Grounds) -> list[int]:
    """The first tellings of the ten stories that were told most often, the earlier ones of equals first."""
    sizes = Tally(grounds.table.story[grounds.low : grounds.high])
    largest = [story for story, _ in sizes.most_common(10) if story]
    first = grounds.first_tellings(frozenset(largest))
    return [first[story] for story in largest]


def control(grounds: Grounds, t: Thresholds) -> Ruling:
    """We lose control: who begins conversations, while the brand takes part."""
    voices = grounds.strangers
    days = owned_days(grounds)
    real = precise(grounds, t)
    trivial = not grounds.observed.accounts or not days
    found = None
    if real is not None and voices:
        low, high = (wilson(len(voices) * p, len(voices) * p + days) for p in (real.low, real.high))
        middle = len(voices) * real.value
        found = Interval(middle / (middle + days) if middle + days else 0.0, low.low, high.high)
    largest = grounds.once("largest", lambda: _largest(grounds))
    figures = (
        figure(
            "control.independent",
            say("Gesprekken die zonder u begonnen", "Conversations begun without you"),
            found,
            n=len(voices) + days,
            unit=Unit.SHARE,
            method="wilson",
            rows=grounds.ids(voices),
            note=TRIVIAL if trivial else Phrase("", ""),
        ),
        figure(
            "control.largest",
            say("Van de tien grootste verhalen niet door u begonnen", "Of the ten largest stories, not begun by you"),
            float(sum(grounds.table.party[row] != Party.OWNED for row in largest)),
            n=len(largest),
            unit=Unit.COUNT,
            method="count",
            rows=grounds.ids(largest),
        ),
    )
    own = grounds.begun_by(Party.OWNED)
    more: dict[str, object] = {"figures": figures, "side": Side(against=voices, towards=own), "trivial": trivial}
    if trivial:
        return ruling(Verdict.UNDETERMINED, TRIVIAL if not grounds.observed.accounts else SILENT, **more)
    voiced = len(voices) * real.low if real is not None else 0.0  # that nobody else speaks is no proof that the brand leads
    if found is None or len(voices) + days < t["control_conversations"] or voiced < t["fewest_voices"]:
        return ruling(
            Verdict.UNDETERMINED, unchecked(grounds) if real is None else FEW, needs=(CHECK,) if real is None else (), **more
        )
    if found.low > t["control_independent"]:
        theirs = say(
            "De meeste gesprekken beginnen zonder u, ook nu u meedoet.",
            "Most conversations begin without you, even now that you take part.",
        )
        return ruling(Verdict.CONTRADICTED, theirs, **more)
    if found.high < t["control_owned"] and grounds.cover.share >= t["least_coverage"]:
        yours = say("Vrijwel alle gesprekken begint u zelf.", "You begin nearly all conversations yourself.")
        return ruling(Verdict.SUPPORTED, yours, **more)
    return ruling(Verdict.UNDETERMINED, WIDE, **more)
