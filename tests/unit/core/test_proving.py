"""The dossier: one answer in words, six figures at most, both results when thresholds change, and counter-evidence by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from listener.core.dossier import Certainty, Verdict
from listener.core.observed import Gap, Party, Relation, RelationKind
from listener.core.proving import dossier
from listener.core.thresholds import SHIPPED, read_thresholds
from tests.observing import PLACES, SINCE, UNTIL, X, about, complaint, observed, row, sample

COMPLAINTS = [row(n, intent="complaint", tone="negative") for n in range(1, 9)]


def test_both_results_are_shown_when_thresholds_change() -> None:
    """The newest decides; what the earlier ones would have said stands beside it, with author and date."""
    later, faults = read_thresholds(
        {"version": [{"number": 2, "on": date(2026, 12, 1), "author": "Ann", "values": {"complaints": 20}}]}
    )
    assert faults == ()
    made = dossier(observed(*COMPLAINTS, labels=complaint(*range(1, 9)), accounts=0), (*SHIPPED, *later))
    found = next(one for one in made.findings if one.key == "negative")
    assert found.verdict is Verdict.UNDETERMINED
    assert [(one.version, one.author, one.verdict) for one in found.earlier] == [(1, "Listener", Verdict.CONTRADICTED)]
    assert "20" in found.contradicted_if.en
    assert (made.thresholds, made.earlier) == (later[0], SHIPPED)
    with pytest.raises(ValueError, match="needs thresholds"):
        dossier(observed(), ())


def test_the_answer_counts_the_verdicts_and_what_is_real() -> None:
    """In both languages."""
    ids = tuple(range(1, 61))
    made = dossier(observed(*[row(n) for n in ids], samples=(sample(*ids, stories=90),), labels=about(*ids)))
    assert "60 voices began a story without you" in made.answer.en
    assert "are really about you" in made.answer.en
    assert "van de 16 bezwaren" in made.answer.nl.lower()
    assert made.certainty is Certainty.HIGH
    assert 3 <= len(made.headline) <= 6
    assert made.headline[0].key == "real"
    assert "Molenaar Pompen" in made.question.nl


def test_less_heard_and_less_checked_is_less_certain() -> None:
    """A step for each."""
    assert dossier(observed(row(1))).certainty is Certainty.MODERATE
    gap = Gap(place=0, since=SINCE, until=UNTIL - timedelta(days=3))
    assert dossier(observed(row(1), gaps=(gap,))).certainty is Certainty.LOW


def test_counter_evidence_follows_a_rule() -> None:
    """What points the other way, by the kind of place with most of it; else the worst source; else the fewest seen; else none."""
    listed = tuple(Relation(mark=m, kind=RelationKind.CUSTOMER, present=True) for m in range(1, 61))
    ids = tuple(range(1, 91))
    fit = next(
        one
        for one in dossier(observed(*[row(n) for n in ids], samples=(sample(*ids),), labels=about(*ids), relations=listed)).findings
        if one.key == "fit"
    )
    assert fit.verdict is Verdict.CONTRADICTED
    assert fit.counter is not None
    assert fit.counter.figure is not None
    gap = Gap(place=1, since=SINCE, until=SINCE + timedelta(days=9))
    deaf = dossier(observed(*[row(n) for n in ids], samples=(sample(*ids),), labels=about(*ids), relations=listed, gaps=(gap,)))
    worst = next(one for one in deaf.findings if one.key == "fit").counter
    assert worst is not None
    assert "molenaar-x was heard only" in worst.words.en
    inside = [row(100 + n, intent="complaint", party=Party.REACTION, source=X) for n in range(7)]
    odd = [row(200, intent="complaint", party=Party.REACTION, source=99)]
    marks = complaint(*range(1, 9), *(100 + n for n in range(7)), 200)
    both = next(one for one in dossier(observed(*COMPLAINTS, *inside, *odd, labels=marks)).findings if one.key == "negative")
    assert both.counter is not None
    assert "8 of 16 stories speak against the objection" in both.counter.words.en
    assert set(both.counter.mentions) <= {one.id for one in (*inside, *COMPLAINTS)}
    few = complaint(*range(1, 9), 100, 101)
    small = next(one for one in dossier(observed(*COMPLAINTS, *inside[:2], labels=few)).findings if one.key == "negative")
    assert small.counter is not None
    assert small.counter.words.en == "2 of 10 stories speak for the objection."
    nothing = dossier(observed(places=()))
    assert next(one for one in nothing.findings if one.key == "private").counter is None


def test_examples_are_vouched_for_and_of_different_voices() -> None:
    """The latest three; a story that a person rejects is none."""
    seen = [row(n, intent="complaint", tone="negative", voice=n // 2) for n in range(1, 13)]
    labels = (*complaint(*range(1, 13)), *about(12, yes=False))
    found = next(one for one in dossier(observed(*seen, labels=labels, accounts=0)).findings if one.key == "negative")
    assert found.examples == (10, 8, 6)


def test_it_is_the_same_wherever_it_is_made() -> None:
    """And another seed changes only what was drawn."""
    ids = tuple(range(1, 121))
    seen = observed(*[row(n) for n in ids], samples=(sample(*ids[:60], stories=120),), labels=about(*ids[:60]), places=PLACES)
    assert dossier(seen) == dossier(seen)
    other = dossier(replace(seen, seed=5))
    assert [one.verdict for one in other.findings] == [one.verdict for one in dossier(seen).findings]
