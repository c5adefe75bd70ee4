"""The objections: each verdict is reached by what should reach it, and by nothing less."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.core.dossier import Certainty, Finding, Metric, Verdict, Wording
from listener.core.labels import Aspect, Label
from listener.core.model import Intent, Tone
from listener.core.observed import (
    Asked,
    ControlDay,
    Conversion,
    Gap,
    Observed,
    OwnPost,
    Party,
    Question,
    Relation,
    RelationKind,
    Reply,
    Sitting,
    Spent,
)
from listener.core.proving import OBJECTIONS, dossier
from listener.core.tellings import Row
from tests.observing import PLACES, SINCE, UNTIL, X, about, check, complaint, label, observed, row, sample

V, W = Verdict, Wording


def finding(seen: Observed, key: str) -> Finding:
    """What the dossier says of one objection."""
    return next(one for one in dossier(seen).findings if one.key == key)


def said(seen: Observed, key: str) -> tuple[Verdict, Wording]:
    """Its verdict and wording."""
    one = finding(seen, key)
    return one.verdict, one.wording


def names(n: int, present: int) -> tuple[Relation, ...]:
    """A list of relations, of which so many can be found."""
    return tuple(Relation(mark=m, kind=RelationKind.CUSTOMER, present=m <= present) for m in range(1, n + 1))


def checked(n: int, **changes: Any) -> dict[str, Any]:
    """So many stories, all checked and all about the brand."""
    ids = range(1, n + 1)
    return {"samples": (sample(*ids),), "labels": about(*ids)} | changes


def rows(n: int, **changes: Any) -> list[Row]:
    """So many stories."""
    return [row(one, **changes) for one in range(1, n + 1)]


def sittings(n: int, minutes: float, noise: float = 0.0) -> tuple[Sitting, ...]:
    """So many days with so many minutes, a little up and down."""
    return tuple(
        Sitting(at=SINCE + timedelta(days=d, hours=9), minutes=minutes + d % 3, handled=10, acted=1, on_noise=noise + d % 2 / 10)
        for d in range(n)
    )


def test_there_are_sixteen_with_words_in_both_languages() -> None:
    """Ten arguments and six fears, each with its claim, measure, rules and limits."""
    assert [one.key for one in OBJECTIONS] == [
        *("fit", "return", "negative", "b2c", "time", "private", "hype", "knowledge", "market", "content"),
        *("budget", "sued", "secrets", "waste", "reputation", "control"),
    ]
    for one in dossier(observed()).findings:
        for phrase in (one.title, one.claim, one.measures, one.contradicted_if, one.supported_if, one.cannot_tell, one.reason):
            assert phrase.nl
            assert phrase.en
            assert phrase.nl != phrase.en
            assert "{" not in phrase.nl + phrase.en


def test_with_nothing_observed_nothing_is_said() -> None:
    """Every objection is left open."""
    assert {one.verdict for one in dossier(observed(places=(), table=observed().table)).findings} == {V.UNDETERMINED}
    assert {one.wording for one in dossier(observed(places=())).findings} == {W.UNDETERMINED}


@pytest.mark.parametrize(
    ("changes", "n", "wanted"),
    [
        ({"relations": names(20, 20)}, 80, (V.UNDETERMINED, W.UNDETERMINED)),  # too few names
        ({"relations": names(60, 40)}, 80, (V.CONTRADICTED, W.CONTRADICTED)),
        ({"relations": names(60, 40), "labels": ()}, 80, (V.UNDETERMINED, W.UNDETERMINED)),  # nobody checked
        ({"relations": names(200, 1)}, 80, (V.SUPPORTED, W.SUPPORTED)),
        (
            {
                "relations": names(200, 1),
                "places": PLACES[:1],
                "gaps": (Gap(place=0, since=SINCE, until=UNTIL - timedelta(days=9)),),
            },
            80,
            (V.UNDETERMINED, W.UNDETERMINED),
        ),
        ({"relations": names(60, 12)}, 80, (V.UNDETERMINED, W.UNDETERMINED)),
    ],
)
def test_it_does_not_fit(changes: dict[str, Any], n: int, wanted: tuple[Verdict, Wording]) -> None:
    """The relations that can be found and the voices a month decide, each by its interval."""
    assert said(observed(*rows(n), **checked(n, **changes)), "fit") == wanted


def test_relations_that_are_there_while_few_speak_is_mixed() -> None:
    """A rate whose interval holds the threshold is left open."""
    for voices, wanted in ((1, V.MIXED), (32, V.UNDETERMINED)):
        seen = [row(n, voice=1 + n % voices) for n in range(1, 61)]
        assert said(observed(*seen, **checked(60, relations=names(60, 40))), "fit")[0] is wanted


def worth(n: int, euros: float) -> tuple[Conversion, ...]:
    """So many conversions of so much each."""
    return tuple(Conversion(at=SINCE + timedelta(days=d % 90, hours=3), euros=euros) for d in range(n))


def test_return_stands_without_an_import() -> None:
    """Whatever else is known; with one, what came in decides against what was spent."""
    spent = (Spent(at=SINCE + timedelta(days=1), euros=500.0, what="x"),)
    without = finding(observed(*rows(80), **checked(80), spent=spent), "return")
    assert (without.verdict, without.metric) == (V.UNDETERMINED, Metric.NONE)
    assert without.needs
    for conversions, wanted in (
        (worth(50, 100.0), V.CONTRADICTED),
        (worth(50, 1.0), V.SUPPORTED),
        (worth(50, 10.0), V.UNDETERMINED),
        (worth(5, 1000.0), V.UNDETERMINED),
        (worth(50, -1.0), V.UNDETERMINED),
    ):
        assert said(observed(spent=spent, conversions=conversions), "return")[0] is wanted
    assert said(observed(conversions=worth(50, 100.0)), "return")[0] is V.UNDETERMINED  # nothing was logged


def complaints(n: int, **changes: Any) -> list[Row]:
    """Complaints that the machine sees too."""
    return [row(one, intent=Intent.COMPLAINT.value, tone=Tone.NEGATIVE.value, **changes) for one in range(1, n + 1)]


def test_complaints_without_you_contradict_the_third() -> None:
    """Five people, seen by a person and the machine, suffice where the brand is not there; the share is called trivial."""
    seen = observed(*complaints(5), labels=complaint(*range(1, 6)), accounts=0)
    found = finding(seen, "negative")
    assert (found.verdict, found.trivial, found.certainty) == (V.CONTRADICTED, True, Certainty.HIGH)
    assert found.figures[0].value == 5.0
    assert list(found.figures[0].rows) == [1, 2, 3, 4, 5]
    assert len(found.examples) == 3
    assert set(found.examples) <= set(range(1, 6))


def test_where_you_have_accounts_the_share_decides() -> None:
    """Five of five are more than half; with as many in your own threads it stays open; when nearly all are there it is mixed."""
    assert said(observed(*complaints(5), labels=complaint(*range(1, 6))), "negative")[0] is V.CONTRADICTED
    for alone, inside, wanted in ((5, 5, V.UNDETERMINED), (12, 120, V.MIXED)):
        under = [row(100 + n, intent=Intent.COMPLAINT.value, party=Party.REACTION, source=X) for n in range(inside)]
        marks = complaint(*range(1, alone + 1), *(100 + n for n in range(inside)))
        assert said(observed(*complaints(alone), *under, labels=marks), "negative")[0] is wanted


def test_complaints_that_you_provoked_support_the_third() -> None:
    """All of them stand under the brand's own posts."""
    seen = observed(*complaints(30, party=Party.REACTION, source=X), labels=complaint(*range(1, 31)))
    found = finding(seen, "negative")
    assert found.verdict is V.SUPPORTED
    assert found.counter is not None


def test_where_you_post_a_complaint_is_not_without_you() -> None:
    """A post of the brand's in the same kind of place in the thirty days before is taking part; one before that is not."""
    for day, wanted in ((80, V.UNDETERMINED), (10, V.CONTRADICTED)):
        seen = [row(n, intent=Intent.COMPLAINT.value, source=X, day=85) for n in range(1, 9)]
        own = (OwnPost(at=SINCE + timedelta(days=day), kind="x"), OwnPost(at=SINCE, kind="rss"))
        assert said(observed(*seen, labels=complaint(*range(1, 9)), own=own), "negative")[0] is wanted


def test_one_persons_word_alone_is_no_complaint() -> None:
    """Where the machine sees none, a second person must; and what nobody rejects by hand is not made of slips."""
    plain = rows(9)
    marks = complaint(*range(1, 10))
    assert finding(observed(*plain, labels=marks), "negative").verdict is V.UNDETERMINED
    assert finding(observed(*plain, labels=(*marks, *complaint(*range(1, 10), by="Bob"))), "negative").verdict is V.CONTRADICTED
    many = [row(n, tone=Tone.NEGATIVE.value) for n in range(1, 301)]
    slips = (*complaint(*range(1, 7)), *(label(n, Aspect.INTENT, "other") for n in range(7, 301)))
    assert finding(observed(*many, labels=slips), "negative").verdict is V.UNDETERMINED
    rejected = (*marks, *about(*range(1, 10), yes=False))
    assert finding(observed(*complaints(9), labels=rejected), "negative").figures[0].value == 0.0


def test_no_complaints_found_is_not_contradicted() -> None:
    """Only where enough was checked and heard; otherwise it cannot be determined."""
    assert said(observed(*rows(80), **checked(80)), "negative") == (V.UNDETERMINED, W.NOT_CONTRADICTED)
    assert said(observed(*rows(80), **checked(80, labels=())), "negative") == (V.UNDETERMINED, W.UNDETERMINED)
    gaps = tuple(Gap(place=n, since=SINCE + timedelta(days=1), until=SINCE + timedelta(days=70)) for n in range(2))
    assert said(observed(*rows(80), **checked(80, gaps=gaps)), "negative") == (V.UNDETERMINED, W.UNDETERMINED)


def markets(business: int, consumers: int, unclear: int = 0, **changes: Any) -> Observed:
    """So many stories checked to be of each market."""
    n = business + consumers + unclear
    answers = ["b2b"] * business + ["b2c"] * consumers + ["unclear"] * unclear
    checks = tuple(check(one, Question.MARKET, answer) for one, answer in enumerate(answers, 1))
    return observed(*rows(n), **checked(n, checks=checks, **changes))


def test_only_for_consumers() -> None:
    """A hundred answers and an interval beyond the threshold; absence needs a trade press that was heard."""
    for business, consumers, unclear, wanted in (
        (60, 50, 0, V.CONTRADICTED),
        (50, 40, 0, V.UNDETERMINED),
        (1, 149, 0, V.SUPPORTED),
        (1, 100, 60, V.UNDETERMINED),
        (30, 90, 0, V.UNDETERMINED),
    ):
        assert said(markets(business, consumers, unclear), "b2c")[0] is wanted
    deaf = tuple(PLACES[n] for n in (1, 1))
    assert finding(markets(1, 149, places=deaf), "b2c").reason.en == "No trade press was listened to."


def test_time_is_judged_by_its_days() -> None:
    """Busy days below the budget, ordinary days above it, or both; with few days nothing is said."""
    for days, minutes, wanted in (
        (60, 8.0, V.CONTRADICTED),
        (60, 30.0, V.SUPPORTED),
        (10, 8.0, V.UNDETERMINED),
        (25, 8.0, V.UNDETERMINED),
    ):
        assert said(observed(sittings=sittings(days, minutes)), "time")[0] is wanted
    uneven = (*sittings(60, 5.0), *(Sitting(at=SINCE + timedelta(days=60 + d, hours=9), minutes=40.0) for d in range(20)))
    assert said(observed(sittings=uneven), "time")[0] is V.MIXED


def test_staff_is_never_shown_and_only_pointed_at() -> None:
    """Off unless chosen; fewer than five are not counted; nobody's post is an example or a row."""
    staff = [row(n, party=Party.EMPLOYEE) for n in range(1, 31)]
    own = [row(100 + n, party=Party.OWNED, day=n) for n in range(40)]
    assert said(observed(*staff, *own), "private") == (V.UNDETERMINED, W.UNDETERMINED)
    much = finding(observed(*staff, *own, staff=True, labels=about(*range(1, 31))), "private")
    assert (much.verdict, much.wording, much.examples) == (V.UNDETERMINED, W.POINTS_TOWARDS, ())
    assert not any(len(one.rows) for one in much.figures)
    few = finding(
        observed(*staff[:4], *own, *(row(300 + n, party=Party.OWNED, day=40 + n) for n in range(50)), staff=True), "private"
    )
    assert few.figures[0].value is None
    assert few.figures[0].note.en == "fewer than 5"
    assert (
        said(observed(*[row(100 + n, party=Party.OWNED, day=n) for n in range(90)], staff=True), "private")[1] is W.POINTS_AGAINST
    )
    assert said(observed(*staff[:6], staff=True), "private")[1] is W.UNDETERMINED
    assert said(observed(staff=True), "private")[1] is W.UNDETERMINED


def years(counts: list[int], control: int | None = 20, **changes: Any) -> Observed:
    """Weeks with so many stories each, beside a control series that never changes."""
    made = []
    for week, count in enumerate(counts):
        made += [row(1000 * week + n + 1, day=7 * week + n % 7) for n in range(count)]
    until = SINCE + timedelta(days=7 * len(counts) + 1)
    days = (
        ()
        if control is None
        else tuple(ControlDay(on=SINCE.date() + timedelta(days=d + 1), stories=control) for d in range(7 * len(counts)))
    )
    places = tuple(type(one)(key=one.key, kind=one.kind, route=one.route, since=SINCE, until=until) for one in PLACES)
    ids = tuple(one.id for one in made)
    return observed(
        *made,
        until=until,
        made_at=until,
        control=days,
        places=places,
        samples=(sample(*ids[:80], stories=len(ids)),),
        labels=about(*ids[:80]),
        **changes,
    )


def test_a_hype_is_told_by_a_year() -> None:
    """Growth beside the control contradicts, one peak that fades supports; without a control a trend only points."""
    growing = [5 + week // 3 for week in range(53)]
    fading = [60, 70, 60, 50, 9, *([5] * 10), *([4] * 10), *([3] * 10), *([2] * 10), *([1] * 8)]
    assert said(years(growing), "hype") == (V.CONTRADICTED, W.CONTRADICTED)
    assert said(years(fading), "hype") == (V.SUPPORTED, W.SUPPORTED)
    assert said(years(growing, control=None), "hype") == (V.UNDETERMINED, W.POINTS_AGAINST)
    assert said(years(fading, control=None), "hype") == (V.UNDETERMINED, W.POINTS_TOWARDS)
    assert said(years([5] * 53), "hype")[0] is V.CONTRADICTED  # it lasts, as evenly as can be
    assert said(years([4 + week * 7 % 13 for week in range(53)]), "hype") == (V.UNDETERMINED, W.UNDETERMINED)
    assert said(years(growing[:20]), "hype") == (V.UNDETERMINED, W.UNDETERMINED)


def test_a_hype_of_namesakes_says_nothing() -> None:
    """What grows may be somebody else's name."""
    seen = years([5 + week // 3 for week in range(53)])
    ids = seen.samples[0].mentions
    assert said(replace(seen, labels=about(*ids, yes=False)), "hype")[0] is V.UNDETERMINED
    assert said(replace(seen, labels=()), "hype")[0] is V.UNDETERMINED


def agreeing(same: int, apart: int) -> tuple[Label, ...]:
    """Labels of two people, of which so many are alike."""
    made: list[Label] = []
    for n in range(1, same + apart + 1):
        first = "complaint" if n % 2 else "other"
        second = first if n <= same else ("other" if n % 2 else "complaint")
        made += [label(n, Aspect.INTENT, first), label(n, Aspect.INTENT, second, by="Bob")]
    return tuple(made)


def test_knowledge_is_only_pointed_at() -> None:
    """By two people who agree and get quicker, or who do not agree after weeks."""
    quick = tuple(Sitting(at=SINCE + timedelta(days=7 * n, hours=9), minutes=20.0 - 2 * n, handled=10) for n in range(6))
    assert said(observed(*rows(80), labels=agreeing(80, 0), sittings=quick), "knowledge")[1] is W.POINTS_AGAINST
    assert said(observed(*rows(80), labels=agreeing(80, 0)), "knowledge")[1] is W.UNDETERMINED
    assert said(observed(*rows(80), labels=agreeing(40, 40), sittings=quick), "knowledge")[1] is W.POINTS_TOWARDS
    assert said(observed(*rows(80), labels=agreeing(10, 0)), "knowledge")[1] is W.UNDETERMINED
    both = (*agreeing(80, 0), *about(*range(1, 41)), *about(*range(1, 41), by="Bob"))
    assert finding(observed(*rows(80), labels=both), "knowledge").verdict is V.UNDETERMINED


def test_the_market_is_known_or_not() -> None:
    """Strangers among checked voices, and enough of them that matter; without a list nothing is said."""
    known = [row(n, relation=1 if n > 40 else 0) for n in range(1, 81)]
    listed = {"relations": names(60, 40)}
    matter = tuple(check(n, Question.WORTH, "yes") for n in range(1, 8))
    assert said(observed(*known, **checked(80, checks=matter)), "market")[0] is V.UNDETERMINED
    assert said(observed(*known, **checked(80, checks=matter, **listed)), "market")[0] is V.CONTRADICTED
    assert said(observed(*known, **checked(80, **listed)), "market")[0] is V.UNDETERMINED
    assert said(observed(*known[:20], **checked(20, **listed)), "market")[0] is V.UNDETERMINED
    assert said(observed(*[row(n, relation=1) for n in range(1, 151)], **checked(150, **listed)), "market")[0] is V.SUPPORTED
    some = [row(n, relation=1 if n > 10 else 0) for n in range(1, 81)]
    assert said(observed(*some, **checked(80, **listed)), "market")[0] is V.UNDETERMINED


def asked(clusters: int, voices: int = 2, answered: bool = False) -> tuple[list[Row], tuple[Asked, ...]]:
    """So many clusters of questions, each asked by so many voices."""
    made = [row(10 * c + v + 1, intent=Intent.QUESTION.value) for c in range(clusters) for v in range(voices)]
    return made, tuple(Asked(mention=one.id, cluster=f"c{one.id // 10}", answered=answered) for one in made)


def test_content_is_only_pointed_at() -> None:
    """Many open questions speak against it, none for it; unless own pages were read nothing is said."""
    many, some = asked(40)
    assert said(observed(*many, asked=some, pages_known=True), "content") == (V.UNDETERMINED, W.POINTS_AGAINST)
    assert said(observed(*many, asked=some), "content")[1] is W.UNDETERMINED
    for rows_, none in (asked(40, voices=1), asked(40, answered=True)):
        assert finding(observed(*rows_, asked=none, pages_known=True), "content").figures[0].n == 0
    gone = (Asked(mention=999, cluster="x", answered=False), Asked(mention=998, cluster="x", answered=False))
    assert (
        said(
            observed(
                asked=gone,
                pages_known=True,
                until=UNTIL + timedelta(days=90),
                made_at=UNTIL + timedelta(days=90),
                places=tuple(
                    type(p)(key=p.key, kind=p.kind, route=p.route, since=SINCE, until=UNTIL + timedelta(days=90)) for p in PLACES
                ),
            ),
            "content",
        )[1]
        is W.POINTS_TOWARDS
    )


def test_the_budget_is_what_was_logged() -> None:
    """Money and hours by the week, against what was agreed."""
    weekly = {
        d: tuple(Spent(at=SINCE + timedelta(days=n, hours=3), euros=d + n % 3, what="x") for n in range(0, 91, 7))
        for d in (5, 22, 60)
    }
    assert said(observed(spent=weekly[5]), "budget")[0] is V.CONTRADICTED
    assert said(observed(spent=weekly[60]), "budget")[0] is V.SUPPORTED
    assert said(observed(spent=weekly[22]), "budget")[0] is V.UNDETERMINED
    assert said(observed(), "budget")[0] is V.UNDETERMINED
    assert said(observed(sittings=sittings(60, 30.0)), "budget")[0] is V.SUPPORTED


def test_being_sued_is_never_contradicted() -> None:
    """A case counts when two people confirm it; until somebody looked nothing is said; none seen proves nothing."""
    seen = rows(5)
    hits = {"claim_terms": (1, 2, 99)}
    assert said(observed(*seen), "sued") == (V.UNDETERMINED, W.NO_CASE)
    assert said(observed(*seen, **hits), "sued") == (V.UNDETERMINED, W.UNDETERMINED)
    none = tuple(check(n, Question.CLAIM, "other") for n in (1, 2))
    assert said(observed(*seen, **hits, checks=none), "sued") == (V.UNDETERMINED, W.NO_CASE)
    one = (*none, check(1, Question.CLAIM, "own"))
    assert said(observed(*seen, **hits, checks=one), "sued") == (V.UNDETERMINED, W.UNDETERMINED)
    two = (*one, check(1, Question.CLAIM, "own", by="Bob"))
    found = finding(observed(*seen, **hits, checks=two), "sued")
    assert (found.verdict, found.metric) == (V.SUPPORTED, Metric.DIRECT)
    both = (*two, check(2, Question.CLAIM, "own"), check(2, Question.CLAIM, "own", by="Bob"))
    assert "2 confirmed cases" in finding(observed(*seen, **hits, checks=both), "sued").reason.en


def test_secrets_need_a_list_and_are_never_contradicted() -> None:
    """With a list and no hit, no case was seen."""
    assert finding(observed(*rows(5)), "secrets").needs
    assert said(observed(*rows(5), code_words=3), "secrets") == (V.UNDETERMINED, W.NO_CASE)
    leak = tuple(check(1, Question.LEAK, "own", by=by) for by in ("Ann", "Bob"))
    assert said(observed(*rows(5), code_words=3, code_hits=(1,), checks=leak), "secrets")[0] is V.SUPPORTED


def test_waste_is_told_by_what_was_checked() -> None:
    """Precise and quick, precise and slow, or mostly noise."""
    n = 120
    good = {"samples": (sample(*range(1, n + 1)),), "labels": about(*range(1, n + 1))}
    poor = {"samples": good["samples"], "labels": (*about(*range(1, 21)), *about(*range(21, n + 1), yes=False))}
    middling = {"samples": good["samples"], "labels": (*about(*range(1, 66)), *about(*range(66, n + 1), yes=False))}
    seen = rows(n)
    assert said(observed(*seen), "waste")[0] is V.UNDETERMINED
    assert said(observed(*seen, **good), "waste")[0] is V.UNDETERMINED
    assert said(observed(*seen, **good, sittings=sittings(40, 10.0, 1.0)), "waste")[0] is V.CONTRADICTED
    assert said(observed(*seen, **good, sittings=sittings(40, 10.0, 8.0)), "waste")[0] is V.MIXED
    assert said(observed(*seen, **good, sittings=sittings(40, 10.0, 4.95)), "waste")[0] is V.UNDETERMINED
    assert said(observed(*seen, **poor), "waste")[0] is V.SUPPORTED
    assert said(observed(*seen, **middling), "waste")[0] is V.UNDETERMINED


def peaks(answered: int, silent: int, longer: int) -> Observed:
    """Peaks of six negative voices a day, answered ones so many days longer."""
    made: list[Row] = []
    day = 0
    for n in range(answered + silent):
        reply = Reply.BRAND if n % 2 == 0 and n // 2 < answered else Reply.NOT_SEEN
        for d in range(2 + (longer if reply is Reply.BRAND else 0) + n % 3 // 2):
            made += [
                row(1 + len(made) + k, day=day + d, tone="negative", reply=reply, reply_at=int(UNTIL.timestamp())) for k in range(6)
            ]
        day += 8
    until = SINCE + timedelta(days=day + 30)
    places = tuple(type(p)(key=p.key, kind=p.kind, route=p.route, since=SINCE, until=until) for p in PLACES)
    return observed(*made, until=until, made_at=until, places=places)


def test_reputation_is_only_pointed_at() -> None:
    """By eight peaks of each kind at least."""
    assert said(peaks(9, 9, 4), "reputation") == (V.UNDETERMINED, W.POINTS_TOWARDS)
    assert said(peaks(9, 9, -1), "reputation") == (V.UNDETERMINED, W.POINTS_AGAINST)
    assert said(peaks(3, 3, 0), "reputation") == (V.UNDETERMINED, W.UNDETERMINED)


def test_control_needs_a_brand_that_takes_part() -> None:
    """Without accounts or posts the share is trivial; otherwise who begins conversations decides."""
    own = [row(500 + n, party=Party.OWNED, day=n) for n in range(30)]
    silent = finding(observed(*rows(80), **checked(80)), "control")
    assert (silent.verdict, silent.trivial) == (V.UNDETERMINED, True)
    assert finding(observed(*rows(80), *own, **checked(80, accounts=0)), "control").trivial
    assert said(observed(*rows(80), *own, **checked(80)), "control")[0] is V.CONTRADICTED
    assert said(observed(*rows(80), *own, **checked(80, labels=())), "control")[0] is V.UNDETERMINED
    many = [row(500 + n, party=Party.OWNED, day=n) for n in range(91)]
    few = [row(n, voice=n % 5) for n in range(1, 81)]
    assert said(observed(*few, *many, **checked(80)), "control")[0] is V.SUPPORTED
    assert said(observed(*[row(n, voice=n % 40) for n in range(1, 81)], *own, **checked(80)), "control")[0] is V.UNDETERMINED
    nobody = {"samples": (sample(*range(1, 81)),), "labels": about(*range(1, 81), yes=False)}
    assert said(observed(*rows(80), *many, **nobody), "control")[0] is V.UNDETERMINED


def test_less_hearing_makes_a_verdict_less_firm() -> None:
    """Nine tenths, two thirds: a step each."""
    firm = []
    for days in (1, 20, 60):
        gaps = tuple(Gap(place=0, since=UNTIL - timedelta(days=days), until=UNTIL) for _ in range(1))
        seen = observed(*complaints(9, day=2), labels=complaint(*range(1, 10)), gaps=gaps, places=PLACES[:1])
        firm.append(finding(seen, "negative").certainty)
    assert firm == [Certainty.HIGH, Certainty.MODERATE, Certainty.LOW]
