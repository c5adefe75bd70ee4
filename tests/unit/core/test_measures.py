"""Measures: what is counted, with its error, what is left out, and what is said beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from listener.core.dossier import Dossier, Figure, Measure
from listener.core.labels import Aspect
from listener.core.measures.grounds import grounds
from listener.core.measures.listened import days, flow, heard_stretches, overlap
from listener.core.measures.without import waiting
from listener.core.model import Intent, Tone
from listener.core.observed import (
    ControlDay,
    Gap,
    Observed,
    Party,
    Place,
    QueryChange,
    Relation,
    RelationKind,
    Reply,
    Rival,
    Sitting,
    Spent,
)
from listener.core.proving import dossier
from listener.core.tellings import Table
from listener.core.thresholds import SHIPPED
from tests.observing import DAY, HOUR, PLACES, SECOND, SINCE, UNTIL, X, about, complaint, label, observed, row, sample


def measure(seen: Observed, key: str) -> Measure:
    """One measure of a dossier."""
    return next(one for one in dossier(seen).measures if one.key == key)


def figures(seen: Observed) -> dict[str, Figure]:
    """All figures of the measures and of what was checked."""
    made = dossier(seen)
    found = [made.checked.precision, made.checked.real, *made.checked.tone, *made.checked.intent]
    return {one.key: one for one in (*found, *(one for some in made.measures for one in some.figures))}


def test_a_story_counts_once_and_so_does_a_voice() -> None:
    """Three items of one story by two voices, and a second story of the first voice, are two stories and one voice who began."""
    seen = [
        row(1, day=1),
        row(2, day=2, story=1, voice=9),
        row(3, day=3, story=1),
        row(4, day=4, voice=1),
        row(5, day=5, party=Party.OWNED),
    ]
    found = figures(observed(*seen))
    assert [found[f"volume.{key}"].value for key in ("items", "stories", "voices")] == [4.0, 2.0, 1.0]
    assert list(found["volume.stories"].rows) == [1, 4]
    assert found["volume.trend"].value is not None


def test_what_was_not_grouped_yet_stands_for_itself() -> None:
    """A story without a number is a story all the same."""
    found = figures(observed(row(1, story=0), row(2, story=0), row(3)))
    assert found["volume.stories"].value == 3.0


def test_only_the_period_and_nothing_from_the_future_counts() -> None:
    """What is dated after the moment of looking is left out and told of."""
    seen = observed(row(1), row(2, at=SECOND - 1), row(3, at=int(UNTIL.timestamp())), row(4, at=int(UNTIL.timestamp()) + 9 * DAY))
    made = dossier(seen)
    assert figures(seen)["volume.stories"].value == 1.0
    assert any("1 items are dated in the future" in one.en for one in made.cautions)
    early = dossier(replace(seen, made_at=SINCE + timedelta(days=10)))
    assert any("not over yet" in one.en for one in early.cautions)
    assert early.cover.days == 10


def test_days_are_those_of_the_wall() -> None:
    """A day of 25 hours is a day; an unknown zone is told and counted in UTC; no time at all has no days."""
    zone = grounds(observed(), SHIPPED[0]).zone
    autumn = days(SECOND + 84 * DAY, SECOND + 86 * DAY + HOUR, zone)
    assert [on.isoformat() for on, _, _ in autumn] == ["2026-10-24", "2026-10-25"]
    assert [round((b - a) / HOUR) for _, a, b in autumn] == [24, 25]
    assert days(5.0, 5.0, zone) == ()
    made = dossier(observed(timezone="Mars/Olympus"))
    assert any("Mars/Olympus" in one.nl for one in made.cautions)


def test_gaps_are_holes_in_what_was_heard() -> None:
    """They may overlap, lie outside, or belong to nobody; what is left of a place is what it was heard."""
    gaps = (
        Gap(place=0, since=SINCE + timedelta(days=10), until=SINCE + timedelta(days=20), why="HTTP 503"),
        Gap(place=0, since=SINCE + timedelta(days=15), until=SINCE + timedelta(days=25)),
        Gap(place=0, since=UNTIL + timedelta(days=1), until=UNTIL + timedelta(days=2)),
        Gap(place=0, since=SINCE - timedelta(days=2), until=SINCE - timedelta(days=1)),
        Gap(place=7, since=SINCE, until=UNTIL),
    )
    seen = observed(row(1), gaps=gaps)
    cover = dossier(seen).cover
    assert [round(one.heard / 24) for one in cover.places] == [76, 91]
    assert [len(one.gaps) for one in cover.places] == [2, 0]
    assert cover.places[0].share == pytest.approx(76 / 91, abs=0.01)
    assert cover.covered == cover.days == 91
    (first, _) = heard_stretches(seen, SINCE.timestamp(), UNTIL.timestamp())
    assert overlap(first, SECOND + 12 * DAY, SECOND + 26 * DAY) == DAY
    late = heard_stretches(replace(seen, gaps=(Gap(place=0, since=SINCE, until=UNTIL),)), SINCE.timestamp(), UNTIL.timestamp())
    assert late[0] == ()


def test_days_without_any_source_are_silent() -> None:
    """And a source that was never to be heard has no share."""
    gaps = tuple(Gap(place=n, since=SINCE, until=SINCE + timedelta(days=3)) for n in range(2))
    late = Place(key="late", kind="rss", route="feeds", since=UNTIL, until=UNTIL)
    cover = dossier(observed(places=(*PLACES, late), gaps=gaps)).cover
    assert (cover.covered, len(cover.silent), cover.silent[0]) == (88, 3, date(2026, 8, 1))
    assert cover.places[2].share == 0.0


def test_a_source_that_was_added_late_does_not_cover_the_time_before() -> None:
    """Coverage is of the period, not of the source's life."""
    late = replace(PLACES[0], since=UNTIL - timedelta(days=9))
    assert dossier(observed(places=(late,))).cover.share == pytest.approx(9 / 91, abs=0.01)


def test_the_flow_weighs_places_by_what_they_bring() -> None:
    """Where one of two places brings nine tenths, its outage takes nine tenths."""
    both = (((0.0, 100.0),), ((0.0, 50.0),))
    assert flow(both, {0: 10, 1: 45}, [(0.0, 50.0), (50.0, 100.0)]) == pytest.approx((1.0, 0.1))
    assert flow(both, {}, [(50.0, 100.0)]) == (0.5,)
    assert flow(((), ()), {0: 1}, [(0.0, 1.0)]) == (0.0,)
    assert flow(both, {0: 1}, [(5.0, 5.0)]) == (0.0,)


def test_weeks_that_were_hardly_heard_have_no_number() -> None:
    """A gap is never a zero; a change of the query is marked, and the control stands beside."""
    gaps = tuple(Gap(place=n, since=SINCE + timedelta(days=7), until=SINCE + timedelta(days=14)) for n in range(2))
    control = tuple(ControlDay(on=date(2026, 8, 1) + timedelta(days=n), stories=2) for n in range(91))
    change = (QueryChange(at=SINCE + timedelta(days=17), version="b"),)
    made = dossier(observed(*[row(n) for n in range(1, 91)], gaps=gaps, control=control, changes=change))
    assert [week.stories for week in made.weeks[:3]] == [7, None, 7]
    assert [week.changed for week in made.weeks[:4]] == [False, False, True, False]
    assert {week.control for week in made.weeks} == {14}
    assert any("2026-08-17" in one.en for one in measure(observed(changes=change), "volume").notes)


def test_a_change_of_the_query_makes_no_trend() -> None:
    """Twice as many from one day to the next, and even before and after: nothing grows."""
    rows = [row(1000 * d + n, day=d) for d in range(91) for n in range(2 if d < 49 else 6)]
    change = (QueryChange(at=SINCE + timedelta(days=49), version="b"),)
    plain, broken = (figures(observed(*rows, changes=some))["volume.trend"] for some in ((), change))
    assert plain.value is not None
    assert plain.value > 0.2
    assert broken.value == pytest.approx(0.0, abs=0.01)


def test_shares_of_voice_are_of_the_same_period() -> None:
    """Stories of others only; without competitors nothing is compared."""
    theirs = Table.of([row(n) for n in range(1, 31)] + [row(99, party=Party.OWNED), row(98, at=SECOND - 5), row(97, story=0)])
    seen = observed(*[row(n) for n in range(1, 32)], rivals=(Rival(key="pompstra", name="Pompstra", table=theirs),))
    found = figures(seen)
    assert found["voice.brand"].value == found["voice.pompstra"].value == 0.5
    assert measure(seen, "share_of_voice").figures[1].name.nl == "Pompstra"
    assert figures(observed(row(1)))["voice.brand"].value is None
    empty = figures(observed(rivals=(Rival(key="p", name="P", table=Table.of(())),)))
    assert empty["voice.p"].value is None


def test_who_begins_is_told_apart() -> None:
    """Owned, reactions, staff where it is chosen, and the rest; a conversation with a word of the brand is not without it."""
    seen = [
        row(1),
        row(2, conversation=77),
        row(3, conversation=77, party=Party.OWNED, day=50),
        row(4, reply=Reply.BRAND),
        row(5, party=Party.REACTION),
        row(6, party=Party.EMPLOYEE),
    ]
    found = figures(observed(*seen))
    assert "without.employee" not in found
    assert found["without.independent"].value == 0.5
    assert list(found["without.alone"].rows) == [6, 1] or list(found["without.alone"].rows) == [1, 6]
    assert "without.employee" in figures(observed(*seen, staff=True))


def test_what_reacts_to_you_may_be_darker() -> None:
    """A difference of shares with its interval, where there are twenty voices of both."""
    seen = [row(n, tone=Tone.NEGATIVE.value if n % 2 else Tone.NEUTRAL.value) for n in range(1, 41)]
    seen += [row(100 + n, party=Party.REACTION) for n in range(30)]
    darker = figures(observed(*seen))["without.darker"]
    assert darker.value == 0.5
    assert darker.low is not None
    assert darker.low > 0.25
    assert figures(observed(*seen[:50]))["without.darker"].value is None


def clock(**changes: Any) -> Observed:
    """Ten complaints: four answered after a day, two by somebody else, two not, one before it was asked, one beyond sight."""
    at = SECOND + 5 * DAY
    far = int(UNTIL.timestamp()) + 99 * DAY
    kinds = [(Reply.BRAND, at + DAY)] * 4 + [(Reply.OTHER, at + DAY)] * 2 + [(Reply.NOT_SEEN, far)] * 2
    kinds += [(Reply.BRAND, at - DAY), (Reply.NOT_OBSERVABLE, 0)]
    rows = [
        row(n, at=at, intent=Intent.COMPLAINT.value, reply=reply, reply_at=moment) for n, (reply, moment) in enumerate(kinds, 1)
    ]
    return observed(*rows, row(50, at=at, intent="complaint", neutral=0), row(51, at=at, intent="complaint"), row(52), **changes)


def test_the_clock_stops_for_answers_only() -> None:
    """By the brand, and by anybody; what nobody can see is no silence, and a person's word counts before the machine's."""
    labels = (*about(51, yes=False), *complaint(52), label(53, Aspect.INTENT, "complaint"))
    seen = clock(labels=labels)
    brand, anybody, blind = waiting(grounds(seen, SHIPPED[0]))
    assert (brand.n, brand.events, anybody.events, blind) == (8, 4, 6, 3)
    half = brand.half()
    assert half is not None
    assert half.value == 24.0
    assert any("3 complaints nobody can see" in one.en for one in measure(seen, "without").notes)


def test_who_was_first_is_said() -> None:
    """The first of others beside the first own post, or that there is none."""
    first = measure(observed(row(1), first_independent_at=SINCE, first_own_at=UNTIL), "without").notes
    assert any("2026-08-01" in one.en and "2026-10-30" in one.en for one in first)
    never = measure(observed(row(1), first_independent_at=SINCE, accounts=0), "without").notes
    assert any("none of your own" in one.en for one in never)
    assert any("by definition" in one.en for one in never)


def test_one_persons_complaint_waits_for_a_second() -> None:
    """It is counted apart, and says so."""
    notes = measure(observed(row(1), row(2), labels=complaint(1, 2)), "without").notes
    assert any("2 complaints rest on one person" in one.en for one in notes)


def test_precision_is_carried_into_counts() -> None:
    """Of a hundred and fifty stories a hundred are checked and ninety are real: about 128 to 140 of all."""
    ids = range(1, 151)
    labels = (*about(*range(1, 91)), *about(*range(91, 101), yes=False))
    seen = observed(*[row(n) for n in ids], samples=(sample(*range(1, 101), stories=150),), labels=labels)
    found = figures(seen)
    assert found["precision"].value == pytest.approx(0.92, abs=0.02)
    real = found["real"]
    assert real.n == 150
    assert real.value is not None
    assert real.low is not None
    assert real.high is not None
    assert 120 < real.low < real.value < real.high < 148
    few = dossier(
        observed(*[row(n) for n in ids], samples=(sample(*range(1, 41), stories=150),), labels=about(*range(1, 41)))
    ).checked
    assert (few.enough, few.checked, few.needed, few.real.value) == (False, 40, 50, None)
    assert "10 more" in few.needs[0].en
    assert "40 stories have been checked" in few.precision.note.en


def test_people_who_contradict_one_another_do_not_count() -> None:
    """Neither of them is believed, and the contradiction is told."""
    ids = tuple(range(1, 61))
    labels = (*about(*ids), *about(1, 2, 3, by="Bob", yes=False))
    made = dossier(observed(*[row(n) for n in ids], samples=(sample(*ids),), labels=labels))
    assert (made.checked.checked, made.checked.contested) == (57, 3)
    assert any("contradict" in one.en for one in made.cautions)
    assert any("Hardly anything" in one.en for one in made.cautions)


def test_the_tone_is_set_right_by_the_confusion_matrix() -> None:
    """The machine calls everything neutral; a third of what people checked is negative."""
    ids = tuple(range(1, 91))
    labels = [*about(*ids), *(label(n, Aspect.TONE, "negative" if n % 3 == 0 else "neutral") for n in ids)]
    labels += [label(n, Aspect.INTENT, "complaint" if n % 3 == 0 else "other") for n in ids]
    made = dossier(observed(*[row(n) for n in ids], samples=(sample(*ids, stories=900),), labels=tuple(labels)))
    negative = made.checked.tone[0]
    assert negative.value == pytest.approx(0.32, abs=0.02)
    assert made.checked.intent[0].value is not None
    assert made.checked.confusion == (("neutral", "negative", 30), ("neutral", "neutral", 60))
    pointed = dossier(observed(*[row(n) for n in ids], samples=(sample(*ids, name="pointed/other"),), labels=tuple(labels)))
    assert pointed.checked.tone[0].value is None
    assert pointed.checked.enough


def test_samples_of_other_times_and_brands_are_not_this_periods() -> None:
    """Nor do mentions count that have gone since."""
    ids = tuple(range(1, 61))
    old = replace(sample(*ids), week=SINCE.date() - timedelta(days=30))
    theirs = replace(sample(*ids), brand="pompstra")
    made = dossier(observed(*[row(n) for n in ids if n > 3], samples=(old, theirs, sample(*ids)), labels=about(*ids)))
    assert (made.checked.drawn, made.checked.checked) == (60, 57)


def test_relations_are_counted_once() -> None:
    """Listed twice is listed once; each kind has its share."""
    listed = (
        Relation(mark=1, kind=RelationKind.CUSTOMER, present=True),
        Relation(mark=1, kind=RelationKind.CUSTOMER),
        Relation(mark=2, kind=RelationKind.SUPPLIER),
    )
    found = figures(observed(row(1, relation=1), row(2), relations=listed))
    assert (found["presence.all"].value, found["presence.all"].n) == (0.5, 2)
    assert found["presence.customer"].value == 1.0
    assert found["market.unknown"].value == 0.5
    assert figures(observed(row(1)))["market.unknown"].value is None


def test_two_routes_tell_what_both_miss() -> None:
    """Half of what the first finds the second finds too, and the other way round: a quarter is missed."""
    rows = [row(n, item=n, source=0) for n in range(1, 201)]
    rows += [row(1000 + n, item=n + 100, story=n + 100, source=1) for n in range(1, 201)]
    rows += [row(5000, source=9)]
    seen = observed(*rows)
    missed = figures(seen)["missed.share"]
    assert missed.value == pytest.approx(0.25, abs=0.01)
    assert missed.low is not None
    assert missed.low < 0.25
    assert "feeds and x" in measure(seen, "missed").notes[0].en
    assert figures(observed(*rows[:200]))["missed.share"].value is None
    assert figures(observed(*rows[:105], *rows[200:206]))["missed.share"].value is None


def test_the_ledger_leaves_out_what_makes_no_sense() -> None:
    """Negative minutes and money, and what lies beyond the period."""
    sittings = (
        Sitting(at=SINCE + timedelta(days=1), minutes=30.0, handled=6, acted=2, on_noise=99.0),
        Sitting(at=SINCE + timedelta(days=1, hours=3), minutes=30.0),
        Sitting(at=SINCE + timedelta(days=2), minutes=-5.0),
        Sitting(at=UNTIL + timedelta(days=2), minutes=5.0),
    )
    spent = (
        Spent(at=SINCE + timedelta(days=3), euros=10.0, what="x"),
        Spent(at=SINCE, euros=-4.0, what="x"),
        Spent(at=UNTIL, euros=4.0, what="x"),
    )
    found = figures(observed(sittings=sittings, spent=spent))
    assert found["effort.median"].value == 60.0
    assert found["effort.spent"].value == 10.0
    assert found["effort.handled"].value == pytest.approx((10 + 50) / 6)
    assert found["effort.acted"].value == pytest.approx((10 + 50) / 2)
    assert found["effort.month"].value is not None
    nothing = figures(observed())
    assert nothing["effort.acted"].value is None
    assert nothing["effort.spent"].value is None


def test_a_brand_with_one_mention_has_a_dossier() -> None:
    """And so has a period in which nobody listened, or that never was."""
    one: Dossier = dossier(observed(row(1)))
    assert "1 voice began" in one.answer.en
    deaf = dossier(observed(row(1), gaps=tuple(Gap(place=n, since=SINCE, until=UNTIL) for n in range(2))))
    assert "Nobody listened" in deaf.answer.en
    assert deaf.cover.covered == 0
    never = dossier(observed(row(1), until=SINCE - timedelta(days=1)))
    assert never.cover.days == 0
    assert never.weeks == ()
    assert {len(one.headline) <= 6 for one in (one, deaf, never)} == {True}
    assert X == 1


def test_tone_is_told_by_language_where_several_are_spoken() -> None:
    """Each share is of what was checked in that language alone; too little of it says so, and one language needs no such list."""
    rows = [row(n, language=n % 2, day=n % 80) for n in range(1, 141)]
    tones = {n: Tone.NEGATIVE if n % (3 if n % 2 else 12) == 0 else Tone.NEUTRAL for n in range(1, 141)}
    labels = (*about(*range(1, 141)), *(label(n, Aspect.TONE, tone.value) for n, tone in tones.items()))
    seen = observed(*rows, languages=("en", "nl"), samples=(sample(*range(1, 141)),), labels=labels)
    found = figures(seen)
    english, dutch = found["tone.negative.en"], found["tone.negative.nl"]
    assert english.value is not None
    assert dutch.value is not None
    assert (english.value < 0.2, dutch.value > 0.25) == (True, True)
    assert (english.n, dutch.n, len(dutch.rows)) == (70, 70, 70)
    assert dutch.low is not None
    assert dutch.low < dutch.value
    assert (dutch.name.nl, dutch.name.en) == ("Negatief in het Nederlands", "Negative in Dutch")
    few = figures(replace(seen, labels=labels[:60]))["tone.negative.nl"]
    assert few.value is None
    assert "nodig zijn er 50" in few.note.nl
    assert measure(replace(seen, languages=("nl", "und")), "tongues").figures == ()
    assert measure(observed(), "tongues").figures == ()
