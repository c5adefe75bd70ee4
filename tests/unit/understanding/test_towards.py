"""Towards whom: the brand hidden, the clauses about it, comparisons, signs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.understanding.towards import MASK, about, masked, signs, signs_beside, turn, unquoted
from listener.understanding.turns import Turn


@pytest.mark.parametrize(
    ("words", "name", "hidden"),
    [
        ("Gekocht bij Happy Socks!", "Happy Socks", f"Gekocht bij {MASK}!"),
        ("#HappySocks en @happysocks en happy-socks", "Happy Socks", f"{MASK} en {MASK} en {MASK}"),
        ("Zilveren Kruis' premie, Best Buy's price", "Best Buy", f"Zilveren Kruis' premie, {MASK} price"),
        ("Goed geholpen bij Goed", "Goed", f"Goed geholpen bij {MASK}"),  # a name only where it is written as one
        ("Goed is open", "Goed", f"{MASK} is open"),  # and at the beginning only where it stands nowhere else
        ("dat was goed", "Goed", "dat was goed"),
        ("weer wachten bij telmax", "Telmax", f"weer wachten bij {MASK}"),
        ("Telmaxen is geen werkwoord", "Telmax", "Telmaxen is geen werkwoord"),
        ("niets te verbergen", "", "niets te verbergen"),
        ("a b", "a", "a b"),  # one letter is no name
        ("...", "!!!", "..."),
    ],
)
def test_the_name_is_hidden(words: str, name: str, hidden: str) -> None:
    """As a name, a handle, a hashtag, with an 's; never within another word, and an everyday word only as a name."""
    assert masked(words, [name]) == hidden


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (f"Hydro levert slechte pompen. {MASK} levert ook pompen.", f"{MASK} levert ook pompen."),
        (f"De app van Maasbank crasht steeds, die van {MASK} werkt prima.", f"die van {MASK} werkt prima."),
        (f"Wat een dag. {MASK} was geweldig. Echt waar.", f"Wat een dag. {MASK} was geweldig. Echt waar."),
        (f"{MASK} is beter dan Hydro. Hydro is duur.", f"{MASK} is beter dan Hydro. Hydro is duur."),  # a comparison is about both
        ("Novacom is duur.", "Novacom is duur."),  # the brand is not there
        (f'Ze zeiden "koop nooit {MASK}", maar ik ben er heel blij mee.', "ik ben er heel blij mee."),
        (f"{MASK} is top. @hydro is waardeloos. Echt slecht.", f"{MASK} is top."),
    ],
)
def test_what_is_about_others_goes(words: str, left: str) -> None:
    """A clause with another name goes, with what follows it; a comparison stays whole; what others said is there to be denied."""
    assert about(words, "nl") == left


def test_german_is_left_whole() -> None:
    """There every noun has a capital, and names nobody."""
    words = f"Der Hund bellt. {MASK} liefert Futter."
    assert about(words, "de") == words
    assert turn(f"besser als {MASK}", "de") is None


@pytest.mark.parametrize(
    ("words", "which"),
    [
        (f"Overgestapt van {MASK} naar Novacom, wat een verademing", Turn.WORSE),
        (f"Overgestapt van Novacom naar {MASK}, wat een verademing", Turn.BETTER),
        (f"Overgestapt van Novacom naar {MASK}", None),
        (f"Novacom is veel beter dan {MASK}", Turn.WORSE),
        (f"{MASK} is veel beter dan Novacom", Turn.BETTER),
        (f"{MASK} is duurder dan Novacom", Turn.WORSE),
        (f"Novacom is duurder dan {MASK}", Turn.BETTER),
        (f"{MASK} is nooit goedkoper dan Novacom", None),
        (f"Liever {MASK} dan Novacom", Turn.BETTER),
        (f"No bakery comes close to {MASK}", Turn.BETTER),
        (f"Niets is beter dan {MASK}", Turn.BETTER),
        (f"Nothing beats {MASK}", Turn.BETTER),
        (f"Anything beats {MASK}", Turn.WORSE),
        (f"was ik maar bij {MASK} gebleven", Turn.BETTER),
        (f"Unlike {MASK}, they answer", Turn.WORSE),
        (f"Eindelijk verlost van {MASK}", Turn.WORSE),
        (f"Ik loop van {MASK} weg", None),
        ("beter dan niets", None),
    ],
)
def test_a_comparison_has_a_loser(words: str, which: Turn | None) -> None:
    """Switching away from a brand is no praise of it, and wishing to be back no blame."""
    assert turn(words, "nl") is which


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        (f"{MASK} 😍😍", 1),
        (f"{MASK} 🤬", -1),
        (f"{MASK} @hydro #x https://a.nl 👍", 1),
        (f"{MASK} top 👍", None),
        ("😍", None),
        (MASK, None),
    ],
)
def test_signs_speak_where_there_are_no_words(words: str, sign: int | None) -> None:
    """Only where the brand is named: a lone emoji is about nobody."""
    said = signs(words)
    assert (said is None) if sign is None else (said is not None and said * sign > 0)


def test_a_strong_sign_speaks_beside_a_few_words() -> None:
    """Six words are the most; a text that tells more speaks for itself."""
    assert signs_beside(f"Brief van {MASK} 🤬") == signs(f"{MASK} 🤬")
    assert signs_beside(f"{MASK} 🤬") is None
    assert signs_beside(f"een lange brief van {MASK} over van alles en nog wat 🤬") is None


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ('Volgens de krant is het "waardeloos" geworden', "Volgens de krant is het … geworden"),
        ("Volgens de krant is het waardeloos", None),
        ('Volgens mij is het "waardeloos" en dat klopt', None),
        ('"Alles is hier waardeloos"', None),  # nothing is left
        ('Een toestel van 5" breed en 6" hoog', None),
    ],
)
def test_quotations_can_be_left_out(words: str, left: str | None) -> None:
    """Only where they may be somebody else's opinion, and where something is left."""
    assert unquoted(words) == left


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=20), st.sampled_from(["nl", "en", "de", "und"]))
def test_any_words_are_taken(words: str, name: str, language: str) -> None:
    """Whatever comes in, nothing is raised, and nothing is made up."""
    hidden = masked(words, [name])
    assert len(about(hidden, language)) <= len(hidden) + hidden.count("\n") + 1
    assert turn(hidden, language) in {None, Turn.WORSE, Turn.BETTER}
    said = signs(hidden)
    assert said is None or -1 <= said <= 1


@pytest.mark.parametrize("piece", ["van ", "zei, maar ", f"{MASK} van ", "beter dan ", "niets ", "a, ", "X. "])
def test_hostile_repetition_ends(piece: str) -> None:
    """A thousand characters of the same words are read like any others."""
    words = (piece * 1_000)[:1_000] + MASK
    assert about(words, "nl") is not None
    turn(words, "nl")
