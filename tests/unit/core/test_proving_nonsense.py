"""Observations that make no sense still make a dossier: nonsense is left out, and nothing is decided by it alone."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from listener.core.labels import Aspect
from listener.core.observed import (
    Asked,
    ControlDay,
    Conversion,
    Gap,
    Observed,
    OwnPost,
    QueryChange,
    Question,
    Relation,
    RelationKind,
    Sitting,
    Spent,
)
from listener.core.proving import dossier
from listener.core.sampling import Sample, Stratum
from tests.observing import PLACES, SECOND, SINCE, UNTIL, check, label, observed, row

VALUES = {Aspect.ABOUT: ("yes", "no"), Aspect.INTENT: ("complaint", "other"), Aspect.TONE: ("neutral", "negative")}


def nonsense(seed: int) -> Observed:
    """Numbers beyond every range, moments before and after, ids of nothing, people who contradict one another."""
    r = Random(seed)
    n = r.choice((0, 1, 2, 30, 120))

    def when() -> datetime:
        return SINCE + timedelta(seconds=r.randrange(-20 * 86_400, 120 * 86_400))

    def amount() -> float:
        return r.choice((0.0, 1.0, -1.0, 1e300, 5e-324, math.nan, math.inf, 20.0))

    rows = [
        row(
            one + 1,
            story=r.choice((0, one + 1, 1, -5, 2**62)),
            voice=r.choice((0, one, -3)),
            conversation=r.choice((0, 5)),
            at=SECOND + r.randrange(-10 * 86_400, 110 * 86_400),
            source=r.choice((0, 1, 9)),
            party=r.choice((0, 1, 2, 3, 77)),
            tone=r.choice((0, 1, 3, 99)),
            intent=r.choice((0, 5, 99)),
            reply=r.choice((0, 1, 2, 3, 50)),
            reply_at=r.choice((0, 5, 2**60)),
            relation=r.choice((0, 1, 7)),
            neutral=r.choice((0, 1, 2)),
        )
        for one in range(n)
    ]
    ids = [r.randrange(-1, n + 3) for _ in range(80)]
    return observed(
        *rows,
        until=r.choice((UNTIL, SINCE, SINCE - timedelta(days=3), UNTIL + timedelta(days=900))),
        made_at=r.choice((UNTIL, SINCE - timedelta(days=1), when())),
        timezone=r.choice(("UTC", "", "../x", "Europe/Amsterdam")),
        gaps=tuple(Gap(place=r.choice((0, 1, -1, 50)), since=when(), until=when()) for _ in range(5)),
        places=r.choice((PLACES, (), PLACES[:1], (replace(PLACES[0], since=UNTIL, until=SINCE),))),
        own=tuple(OwnPost(at=when(), kind="x") for _ in range(3)),
        changes=tuple(QueryChange(at=when(), version="") for _ in range(3)),
        control=tuple(ControlDay(on=when().date(), stories=r.choice((0, 3, -9))) for _ in range(30)),
        relations=tuple(Relation(mark=r.randrange(5), kind=RelationKind.OTHER, present=r.random() < 0.5) for _ in range(40)),
        sittings=tuple(Sitting(at=when(), minutes=amount(), handled=r.choice((0, -1, 5)), on_noise=amount()) for _ in range(40)),
        spent=tuple(Spent(at=when(), euros=amount(), what="") for _ in range(9)),
        conversions=tuple(Conversion(at=when(), euros=amount()) for _ in range(30)),
        asked=tuple(Asked(mention=r.choice(ids), cluster=str(r.randrange(4)), answered=r.random() < 0.2) for _ in range(20)),
        pages_known=True,
        claim_terms=tuple(ids[:4]),
        code_words=1,
        code_hits=tuple(ids[4:9]),
        staff=True,
        samples=tuple(
            Sample(
                brand="molenaar",
                week=when().date(),
                seed=0,
                strata=(Stratum(name=r.choice(("neutral/x", "", "?")), stories=r.choice((0, 1, 500, -4)), drawn=tuple(ids[:60])),),
            )
            for _ in range(3)
        ),
        labels=tuple(
            label(one, aspect, r.choice(values), by=r.choice("AB"), at=when()) for one in ids for aspect, values in VALUES.items()
        ),
        checks=tuple(check(one, Question.MARKET, "b2b") for one in ids),
    )


@pytest.mark.parametrize("seed", range(40))
def test_nonsense_makes_a_dossier_too(seed: int) -> None:
    """With sixteen findings, shares within 0 and 1, bounds around their values, and no number that is none."""
    made = dossier(nonsense(seed))
    assert len(made.findings) == 16
    figures = [one for finding in made.findings for one in finding.figures] + [
        one for some in made.measures for one in some.figures
    ]
    for one in figures:
        if one.value is not None and one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high, one.key
            assert not any(map(math.isnan, (one.low, one.value, one.high))), one.key
            if one.unit == "share" and not one.key.endswith("darker"):
                assert one.low >= 0, one.key
                assert one.high <= 1, one.key
