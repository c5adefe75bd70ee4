"""Exclusions and context words, learnt from labelled items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.proposals import LEAST, bound, joined, propose
from listener.core.query import Item, Matcher, parse_query

US = [
    "Jumbo verhoogt de prijzen in de supermarkt",
    "Lange rij bij de kassa van Jumbo vandaag",
    "Mijn supermarkt Jumbo heeft geen melk meer",
    "Bij Jumbo aan de kassa weer een storing",
    "The supermarkt chain Jumbo opens a store",
    "Jumbo: kassa kapot, boodschappen terug",
    "Boodschappen doen bij de supermarkt van Jumbo",
    "Boodschappen bezorgd door Jumbo, top",
]
NOT_US = [
    "Een jumbo jet landde op Schiphol",
    "De Jumbo Jet van KLM vloog voor het laatst",
    "jumbo-jet te laat vertrokken",
    "The jumbo jet was grounded",
    "Ik bouw een jumbo puzzel van duizend stukjes",
    "Jumbo puzzel te koop aangeboden",
    "Nieuwe jumbo puzzel gekocht",
    "Wie heeft die jumbo puzzel nog?",
]
LABELLED = [(Item("", text), True) for text in US] + [(Item("", text), False) for text in NOT_US]


def test_what_only_the_others_have_is_proposed_with_its_price() -> None:
    """As phrases of the query language, each with what it would remove rightly and wrongly, counted by the matcher itself."""
    found = propose(parse_query("jumbo"), LABELLED)
    assert (found.about, found.elsewhere, found.lacking) == (8, 8, "")
    assert {one.part for one in found.exclusions} == {"NOT jet", "NOT puzzel"}
    assert all((one.rightly, one.elsewhere, one.wrongly, one.about) == (4, 8, 0, 8) for one in found.exclusions)
    assert found.context is not None
    assert set(found.context.part.removeprefix("CONTEXT (").removesuffix(")").split(" OR ")) >= {"supermarkt"}
    assert (found.context.rightly, found.context.elsewhere) == (8, 8)
    tried = parse_query(joined(parse_query("jumbo"), found))
    matcher = Matcher({"": tried})
    assert [bool(matcher.hits(item)) for item, _ in LABELLED] == [is_about for _, is_about in LABELLED]


def test_no_more_than_a_handful_is_proposed() -> None:
    """Of twelve other things of that name the eight that speak most."""
    others = [f"jumbo {word}" for word in "aap noot mies wim zus jet teun vuur gijs lam kees bok".split() for _ in range(8)]  # noqa: SIM905 - words
    labelled = [(Item("", text), True) for text in US * 20] + [(Item("", text), False) for text in others]
    assert len(propose(parse_query("jumbo"), labelled).exclusions) == 8


def test_the_brands_own_words_are_never_proposed() -> None:
    """Nor words beside which its stems stand, nor words that every text has."""
    labelled = [(Item("", "De pompen van Molenaar"), False)] * 9 + [(Item("", "iets heel anders dan dat"), True)] * 9
    found = propose(parse_query('"Molenaar Pompen" OR pomp* NEAR/3 molenaar'), labelled)
    assert found.exclusions == ()
    assert propose(parse_query("molenaar"), labelled).exclusions[0].part == "NOT pompen"


def test_what_is_excluded_already_is_not_proposed_again() -> None:
    """Its words belong to the query, and a field of facts has none."""
    found = propose(parse_query("jumbo AND NOT jet AND NOT lang:en"), LABELLED)
    assert {one.part for one in found.exclusions} == {"NOT puzzel"}


def test_few_labels_prove_nothing() -> None:
    """Too few of either kind is said; a word in three items is not proposed, one that is everywhere neither."""
    few = LABELLED[:8] + LABELLED[8:11]
    assert "at least 4" in propose(parse_query("jumbo"), few).lacking
    three = LABELLED[:8] + [(Item("", "jumbo jet"), False)] * 3 + [(Item("", f"jumbo {word}"), False) for word in ("rood", "blauw")]
    assert propose(parse_query("jumbo"), three).exclusions == ()
    same = [(Item("", "jumbo winkel"), at % 2 == 0) for at in range(40)]
    assert (propose(parse_query("jumbo"), same).exclusions, propose(parse_query("jumbo"), same).context) == ((), None)
    mostly = [(Item("", "jumbo en de beurs"), False)] * 90 + [(Item("", "jumbo en de beurs"), True)] * 10
    assert propose(parse_query("jumbo"), mostly).exclusions == ()
    assert joined(parse_query("jumbo"), propose(parse_query("jumbo"), same)) == "jumbo"


def test_accents_apostrophes_and_sentences_are_kept_apart() -> None:
    """What is written alike when folded is one phrase, shown as it is mostly written; a phrase stays within its sentence."""
    them = [(Item("Café’s in Gent", "jumbo. Andere zin"), False)] * 5 + [(Item("cafe's in gent", "jumbo"), False)]
    found = propose(parse_query("jumbo"), them + [(Item("", "jumbo winkel"), True)] * 6)
    assert found.exclusions[0].part == 'NOT "café\'s in gent"'
    assert found.exclusions[0].rightly == 6


@pytest.mark.parametrize(("right", "all_", "wanted"), [(0, 0, 0.0), (4, 4, 0.510), (10, 10, 0.722), (5, 10, 0.237), (0, 9, 0.0)])
def test_the_bound_is_wilsons(right: int, all_: int, wanted: float) -> None:
    """The lower end of the 95 % score interval, as tables have it."""
    assert bound(right, all_) == pytest.approx(wanted, abs=0.001)


@given(st.lists(st.tuples(st.text(st.sampled_from("ab cd.é'日*\"\\(NOT"), max_size=30), st.booleans()), max_size=40))
def test_any_text_gives_proposals_that_can_be_read(texts: list[tuple[str, bool]]) -> None:
    """Whatever people write, what is proposed is a query, and its counts are true."""
    labelled = [(Item("", f"jumbo {text}"), is_about) for text, is_about in texts * LEAST]
    query = parse_query("jumbo")
    found = propose(query, labelled)
    matcher = Matcher({"": parse_query(joined(query, found))})
    left = [is_about for item, is_about in labelled if matcher.hits(item)]
    assert len(left) <= len(labelled)
    for one in found.exclusions:
        alone = Matcher({"": parse_query(f"jumbo {one.part}")})
        gone = [is_about for item, is_about in labelled if not alone.hits(item)]
        assert (gone.count(False), gone.count(True)) == (one.rightly, one.wrongly)
