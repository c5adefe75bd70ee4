"""Rules about what it costs and brings: return, time, budget, wasted time."""

from __future__ import annotations

from listener.core.dossier import Metric, Phrase, Unit, Verdict
from listener.core.measures.effort import effort, euros_a_month, sensible
from listener.core.measures.grounds import Grounds
from listener.core.objections.entry import Ruling, ruling
from listener.core.objections.reasons import CHECK, WIDE, precise, unchecked
from listener.core.saying import figure, say
from listener.core.statistics.rates import quantile, total
from listener.core.statistics.resampled import mean
from listener.core.thresholds import Thresholds

_LOG = say("Houd de minuten van lezen en sorteren bij.", "Log the minutes of reading and sorting.")


def returns(grounds: Grounds, t: Thresholds) -> Ruling:
    """Return cannot be measured: it stands, unless conversions were imported; then what they brought against what was spent."""
    made = effort(grounds, t)
    cost = made.spent + made.hours * t["budget_hour"]
    spent = figure(
        "returns.cost",
        say("Kosten in deze periode", "Costs in this period"),
        cost if made.logged else None,
        n=made.handled,
        unit=Unit.EUROS,
        method="count",
    )
    if grounds.observed.conversions is None:
        stands = say(
            "Uit vermeldingen valt geen opbrengst af te leiden. Het bezwaar staat dus nog.",
            "No return can be derived from mentions. So the objection stands for now.",
        )
        add = say("Lees bezoeken of aanvragen met hun bron in.", "Import visits or leads with their source.")
        return ruling(Verdict.UNDETERMINED, stands, figures=(spent,), logged=True, needs=(add,), metric=Metric.NONE)
    worth = [
        one.euros
        for one in grounds.observed.conversions
        if grounds.since <= one.at.timestamp() < grounds.until and sensible(one.euros)
    ]
    brought = total(worth)
    enough = len(worth) >= t["return_conversions"] and made.logged
    figures = (
        spent,
        figure(
            "returns.brought",
            say("Opbrengst volgens de import", "Return as imported"),
            brought if enough else None,
            n=len(worth),
            unit=Unit.EUROS,
            method="gamma",
        ),
    )
    if not enough:
        few = say(
            "Er {n:is|zijn} {n:n} {n:conversie|conversies} ingelezen; nodig zijn er {needed:n}, en bijgehouden kosten.",
            "{n:n} {n:conversion was|conversions were} imported; {needed:n} are needed, and costs that were logged.",
            n=len(worth),
            needed=t["return_conversions"],
        )
        return ruling(Verdict.UNDETERMINED, few, figures=figures, logged=True)
    if brought.low > cost:
        return ruling(
            Verdict.CONTRADICTED, say("De opbrengst is hoger dan de kosten.", "The return is above the costs."), figures=figures
        )
    if brought.high < cost:
        return ruling(
            Verdict.SUPPORTED, say("De opbrengst is lager dan de kosten.", "The return is below the costs."), figures=figures
        )
    return ruling(Verdict.UNDETERMINED, WIDE, figures=figures, logged=True)


def time(grounds: Grounds, t: Thresholds) -> Ruling:
    """It costs time we do not have: the minutes of days on which somebody read and sorted, against what was agreed."""
    made = effort(grounds, t)
    half, most = quantile(made.minutes, 0.5), quantile(made.minutes, 0.9)
    figures = (
        figure(
            "time.median",
            say("Minuten op een gewone dag", "Minutes on an ordinary day"),
            half,
            n=len(made.minutes),
            unit=Unit.MINUTES,
            method="order-statistics",
        ),
        figure(
            "time.busiest",
            say("Minuten op de drukste dagen (90e percentiel)", "Minutes on the busiest days (90th percentile)"),
            most,
            n=len(made.minutes),
            unit=Unit.MINUTES,
            method="order-statistics",
        ),
    )
    if half is None or most is None or len(made.minutes) < t["time_days"]:
        return ruling(Verdict.UNDETERMINED, _days(len(made.minutes), t["time_days"]), figures=figures, logged=True, needs=(_LOG,))
    if most.high < t["time_minutes"]:
        little = say(
            "Ook op drukke dagen blijft luisteren onder de afgesproken tijd.",
            "Even on busy days listening stays below the time agreed.",
        )
        return ruling(Verdict.CONTRADICTED, little, figures=figures, logged=True)
    if half.low > t["time_minutes"]:
        much = say("Ook een gewone dag kost meer dan de afgesproken tijd.", "Even an ordinary day takes more than the time agreed.")
        return ruling(Verdict.SUPPORTED, much, figures=figures, logged=True)
    if half.high < t["time_minutes"] < most.low:
        both = say("Gewone dagen blijven eronder, drukke dagen gaan erover.", "Ordinary days stay below it, busy days go above.")
        return ruling(Verdict.MIXED, both, figures=figures, logged=True)
    return ruling(Verdict.UNDETERMINED, WIDE, figures=figures, logged=True)


def _days(n: int, needed: float) -> Phrase:
    return say(
        "Op {n:n} {n:dag|dagen} is tijd bijgehouden; nodig zijn er {needed:n}.",
        "Time was logged on {n:n} {n:day|days}; {needed:n} are needed.",
        n=n,
        needed=needed,
    )


def budget(grounds: Grounds, t: Thresholds) -> Ruling:
    """There is no budget: what listening costs in a month, against what was agreed."""
    made = effort(grounds, t)
    month = euros_a_month(made)
    figures = (
        figure(
            "budget.month",
            say("Kosten van luisteren per maand", "Cost of listening a month"),
            month,
            n=len(made.euros),
            unit=Unit.EUROS,
            method="student",
        ),
    )
    if month is None or grounds.cover.covered < t["budget_days"]:
        short = say("Er zijn te weinig weken met bijgehouden kosten.", "There are too few weeks with costs that were logged.")
        return ruling(Verdict.UNDETERMINED, short, figures=figures, logged=True, needs=(_LOG,))
    if month.high < t["budget_month"]:
        return ruling(
            Verdict.CONTRADICTED,
            say("Luisteren blijft onder het afgesproken bedrag.", "Listening stays below the sum agreed."),
            figures=figures,
        )
    if month.low > t["budget_month"]:
        return ruling(
            Verdict.SUPPORTED,
            say("Luisteren kost meer dan het afgesproken bedrag.", "Listening costs more than the sum agreed."),
            figures=figures,
        )
    return ruling(Verdict.UNDETERMINED, WIDE, figures=figures, logged=True)


def waste(grounds: Grounds, t: Thresholds) -> Ruling:
    """It wastes time: how much of what is found is about the brand, and how many minutes a day go to what is not."""
    made = effort(grounds, t)
    real = precise(grounds, t)
    noise = mean(made.noise)
    figures = (
        figure(
            "waste.precision",
            say("Aandeel van wat gevonden wordt dat over u gaat", "Share of what is found that is about you"),
            real,
            n=len(grounds.earned),
            unit=Unit.SHARE,
            method="wilson",
        ),
        figure(
            "waste.minutes",
            say("Minuten per dag aan wat niet over u gaat", "Minutes a day on what is not about you"),
            noise,
            n=len(made.noise),
            unit=Unit.MINUTES,
            method="student",
        ),
    )
    if real is None:
        return ruling(Verdict.UNDETERMINED, unchecked(grounds), figures=figures, logged=True, needs=(CHECK,))
    if real.high < t["waste_imprecise"]:
        poor = say("Het meeste van wat gevonden wordt gaat niet over u.", "Most of what is found is not about you.")
        return ruling(Verdict.SUPPORTED, poor, figures=figures, logged=True)
    if real.low > t["waste_precise"]:
        if noise is None or len(made.noise) < t["time_days"]:
            return ruling(Verdict.UNDETERMINED, _days(len(made.noise), t["time_days"]), figures=figures, logged=True, needs=(_LOG,))
        if noise.high < t["waste_minutes"]:
            good = say(
                "Wat gevonden wordt gaat over u, en de rest kost weinig tijd.",
                "What is found is about you, and the rest takes little time.",
            )
            return ruling(Verdict.CONTRADICTED, good, figures=figures, logged=True)
        if noise.low > t["waste_minutes"]:
            both = say(
                "Wat gevonden wordt gaat over u, maar de rest kost veel tijd.",
                "What is found is about you, but the rest takes much time.",
            )
            return ruling(Verdict.MIXED, both, figures=figures, logged=True)
    return ruling(Verdict.UNDETERMINED, WIDE, figures=figures, logged=True)
