"""What a dossier of a world says, held against the truth of that world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from listener.core.dossier import Dossier, Figure, Unit, Verdict, Wording
from tests.worlds.drawn import Lived


@dataclass(frozen=True)
class Audit:
    """Of one world: for each figure whether its interval holds the truth, the verdicts that decided, and those that are wrong."""

    seed: int
    covered: dict[str, bool]
    edge: tuple[str, ...]  # figures whose truth is 0 or 100 % by definition: they say nothing about how wide an interval should be
    wordings: dict[str, str]
    decided: tuple[str, ...]
    wrong: tuple[str, ...]
    too_much: tuple[str, ...]  # said in a world where there is nothing of the kind to find


def figures(made: Dossier) -> dict[str, Figure]:
    """All figures of a dossier, by their keys."""
    found = [made.checked.precision, made.checked.real, *made.checked.tone, *made.checked.intent]
    found += [one for measure in made.measures for one in measure.figures]
    found += [one for finding in made.findings for one in finding.figures]
    return {one.key: one for one in found}


def audit(lived: Lived, made: Dossier) -> Audit:
    """Hold a dossier against its world."""
    known = figures(made)
    covered = {}
    for key, truth in sorted(lived.truth.items()):
        one = known.get(key)
        if one is not None and one.low is not None and one.high is not None:
            covered[key] = one.low - 1e-9 <= truth <= one.high + 1e-9
    edge = tuple(key for key in covered if known[key].unit is Unit.SHARE and lived.truth[key] in {0.0, 1.0})
    found = {one.key: one for one in made.findings}
    decided = tuple(key for key, one in found.items() if one.verdict in {Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.MIXED})
    wrong = tuple(f"{key}: {found[key].verdict.value}" for key in decided if not _MAY[key](lived, found[key].verdict))
    return Audit(
        seed=lived.world.seed,
        covered=covered,
        edge=edge,
        wordings={key: one.wording.value for key, one in found.items()},
        decided=decided,
        wrong=wrong,
        too_much=_too_much(lived, made),
    )


def _too_much(lived: Lived, made: Dossier) -> tuple[str, ...]:
    """What a dossier says of complaints where there are none, and of anything but noise where there is nothing."""
    quiet = {Wording.NOT_CONTRADICTED, Wording.UNDETERMINED, Wording.NO_CASE}
    return tuple(
        f"{one.key}: {one.wording.value}"
        for one in made.findings
        if one.wording not in quiet
        and (
            (one.key == "negative" and not lived.world.complaints)
            or (lived.world.nothing and not (one.key == "waste" and one.verdict is Verdict.SUPPORTED))
        )
    )


May = Callable[[Lived, Verdict], bool]


def _above(low: float, high: float, value: Callable[[Lived], float]) -> May:
    """Contradicted is right above `high`, supported below `low`; the rules say nothing else."""
    return lambda lived, verdict: value(lived) > high if verdict is Verdict.CONTRADICTED else value(lived) < low


def _below(low: float, high: float, value: Callable[[Lived], float]) -> May:
    """The other way round: contradicted is right below `low`."""
    return lambda lived, verdict: value(lived) < low if verdict is Verdict.CONTRADICTED else value(lived) > high


def _fit(lived: Lived, verdict: Verdict) -> bool:
    there, many = lived.world.present > 0.25, lived.facts["voices"] >= 10
    if verdict is Verdict.MIXED:
        return there and not many
    return there and many if verdict is Verdict.CONTRADICTED else lived.world.present < 0.10


def _negative(lived: Lived, verdict: Verdict) -> bool:
    share = lived.truth["negative.share"]
    if verdict is Verdict.SUPPORTED:
        return share < 0.25
    exist = lived.facts["complained"] >= 5
    return exist if verdict is Verdict.MIXED or not lived.world.accounts else exist and share > 0.5


def _time(lived: Lived, verdict: Verdict) -> bool:
    middle, most = lived.truth["time.median"], lived.truth["time.busiest"]
    if verdict is Verdict.MIXED:
        return middle < 15 < most
    return most < 15 if verdict is Verdict.CONTRADICTED else middle > 15


def _waste(lived: Lived, verdict: Verdict) -> bool:
    precise, minutes = lived.truth["precision"], lived.truth["waste.minutes"]
    if verdict is Verdict.SUPPORTED:
        return precise < 0.4
    return precise > 0.7 and (minutes < 5 if verdict is Verdict.CONTRADICTED else minutes > 5)


def _never(lived: Lived, verdict: Verdict) -> bool:
    return False


_MAY: dict[str, May] = {
    "fit": _fit,
    "return": lambda lived, verdict: (lived.truth["returns.brought"] > lived.facts["cost"]) == (verdict is Verdict.CONTRADICTED),
    "negative": _negative,
    "b2c": _above(0.10, 0.30, lambda lived: lived.world.business),
    "time": _time,
    "private": _never,
    "hype": _above(0.0, 0.0, lambda lived: lived.world.growth),
    "knowledge": _never,
    "market": _above(0.05, 0.20, lambda lived: lived.world.unknown),
    "content": _never,
    "budget": _below(100, 100, lambda lived: lived.truth["effort.month"]),
    "sued": lambda lived, verdict: lived.world.claim and verdict is Verdict.SUPPORTED,
    "secrets": _never,
    "waste": _waste,
    "reputation": _never,
    "control": _above(0.20, 0.50, lambda lived: lived.facts["independent"]),
}
