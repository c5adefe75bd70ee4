"""What listening costs: minutes of reading and sorting a day, euros a month, and both for each mention that was of use."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from listener.core.dossier import Measure, Unit
from listener.core.measures.grounds import MONTH, Grounds
from listener.core.saying import figure, say
from listener.core.statistics.interval import Interval
from listener.core.statistics.rates import quantile
from listener.core.statistics.resampled import mean
from listener.core.thresholds import Thresholds
from listener.core.values import dataclass

_MOST = 1e9


@dataclass(frozen=True, slots=True)
class Effort:
    """What was logged in the period: minutes by local day, minutes on noise by day, euros by week, handled and acted on."""

    minutes: tuple[float, ...]
    noise: tuple[float, ...]
    euros: tuple[float, ...]
    spent: float
    hours: float
    handled: int
    acted: int
    logged: bool


def sensible(amount: float) -> bool:
    """Whether an amount of minutes or euros can be one: not negative, not infinite, no nonsense."""
    return 0 <= amount <= _MOST


def effort(grounds: Grounds, thresholds: Thresholds) -> Effort:
    """Put the ledger together; an hour is worth `budget_hour`. What makes no sense or lies beyond the period is left out."""
    minutes: dict[date, float] = defaultdict(float)
    noise: dict[date, float] = defaultdict(float)
    weeks = [0.0] * len(grounds.weeks)
    handled = acted = 0

    def week_of(at: float) -> int:
        return next(n for n, (_, a, b, _) in enumerate(grounds.weeks) if a <= at < b)

    hour = thresholds["budget_hour"]
    for one in grounds.observed.sittings:
        at = one.at.timestamp()
        if not grounds.since <= at < grounds.until or not sensible(one.minutes):
            continue
        on = one.at.astimezone(grounds.zone).date()
        minutes[on] += one.minutes
        noise[on] += min(one.on_noise, one.minutes) if sensible(one.on_noise) else 0.0
        handled += max(0, one.handled)
        acted += max(0, one.acted)
        weeks[week_of(at)] += one.minutes / 60 * hour
    spent = 0.0
    for paid in grounds.observed.spent:
        if grounds.since <= paid.at.timestamp() < grounds.until and sensible(paid.euros):
            spent += paid.euros
            weeks[week_of(paid.at.timestamp())] += paid.euros
    order = sorted(minutes)
    return Effort(
        minutes=tuple(minutes[on] for on in order),
        noise=tuple(noise[on] for on in order),
        euros=tuple(euros for euros, (_, _, _, days) in zip(weeks, grounds.weeks, strict=True) if days == 7),
        spent=spent,
        hours=sum(minutes.values()) / 60,
        handled=handled,
        acted=acted,
        logged=bool(grounds.observed.sittings or grounds.observed.spent),
    )


def euros_a_month(made: Effort) -> Interval | None:
    """What listening costs in 30 days, from its whole weeks; None with fewer than four of them."""
    if len(made.euros) < 4 or not made.logged:
        return None
    found = mean(made.euros)
    return None if found is None else found.times(30 / 7)


def ledger(grounds: Grounds, thresholds: Thresholds) -> Measure:
    """The time and money ledger."""
    made = effort(grounds, thresholds)
    cost = made.spent + made.hours * thresholds["budget_hour"]
    months = (grounds.until - grounds.since) / MONTH
    nothing = say("Er is geen tijd of geld bijgehouden in deze periode.", "No time or money was logged in this period.")
    return Measure(
        key="effort",
        title=say("Tijd en geld", "Time and money"),
        figures=(
            figure(
                "effort.median",
                say("Minuten per dag waarop er gelezen werd", "Minutes a day on which somebody read"),
                quantile(made.minutes, 0.5),
                n=len(made.minutes),
                unit=Unit.MINUTES,
                method="order-statistics",
            ),
            figure(
                "effort.most",
                say("Minuten op de drukste dagen (90e percentiel)", "Minutes on the busiest days (90th percentile)"),
                quantile(made.minutes, 0.9),
                n=len(made.minutes),
                unit=Unit.MINUTES,
                method="order-statistics",
            ),
            figure(
                "effort.month",
                say("Kosten van luisteren per maand", "Cost of listening a month"),
                euros_a_month(made),
                n=len(made.euros),
                unit=Unit.EUROS,
                method="student",
            ),
            figure(
                "effort.spent",
                say("Uitgegeven in deze periode", "Spent in this period"),
                made.spent if made.logged else None,
                n=len(grounds.observed.spent),
                unit=Unit.EUROS,
                method="count",
            ),
            figure(
                "effort.handled",
                say("Kosten per bekeken bericht", "Cost for each mention handled"),
                cost / made.handled if made.handled else None,
                n=made.handled,
                unit=Unit.EUROS,
                method="count",
            ),
            figure(
                "effort.acted",
                say("Kosten per bericht waarmee iets gedaan is", "Cost for each mention acted on"),
                cost / made.acted if made.acted else None,
                n=made.acted,
                unit=Unit.EUROS,
                method="count",
            ),
        ),
        notes=(
            say(
                "Over {months:dec} maanden; een uur telt voor {hour:eur}. Antwoorden schrijven en overleggen telt niet mee.",
                "Over {months:dec} months; an hour counts for {hour:eur}. Writing answers and meetings are not in it.",
                months=months,
                hour=thresholds["budget_hour"],
            )
            if made.logged
            else nothing,
        ),
    )
