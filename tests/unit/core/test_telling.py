"""What tells the same thing and what does not: reprints fold, habits, numbers and people stay apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.fuzz import token_set_ratio

from listener.core.model import Author, Engagement
from listener.core.telling import Kin, Telling, address_mark, kinship, same_address, telling, voice_mark
from tests.builders import NOON, entry

DAY = timedelta(days=1)
LEAD = (
    "De fabrikant van pompen uit Breda haalt duizenden kleppen terug omdat zij onder druk kunnen scheuren. Klanten krijgen gratis "
    "vervanging, zegt een woordvoerder van het bedrijf tegen het persbureau. Er zijn geen gewonden gevallen."
)
OTHER = "Vandaag eerst zon, later vanuit het westen regen en een stevige wind; in het binnenland blijft het tot de avond droog en zacht."


def tell(title: str = "", text: str = "", *, outlet: str = "a.example", kind: str = "rss", **changes: Any) -> Telling:
    """A telling; each outlet is a source of its own."""
    made = entry(title=title, text=text, outlet=outlet, source=outlet, **{"author": Author(), **changes})
    return telling(made, kind, made.published_at or NOON)


def person(text: str, who: str, **changes: Any) -> Telling:
    """A person's post on X."""
    return tell(text=text, outlet="x.com", kind="x", author=Author(id=who), **{"guid": who, **changes})


def kin(one: Telling, other: Telling) -> Kin:
    """Kinship, which is the same either way round."""
    found = kinship(one, other, token_set_ratio)
    assert kinship(other, one, token_set_ratio) is found
    return found


def meets(one: Telling, other: Telling) -> bool:
    """Whether the one would be found for the other in the archive."""
    return bool(set(one.marks) & set(other.marks))


REPRINTS = [
    (("Molenaar roept kleppen terug", ""), ("Molenaar roept kleppen terug - NU.nl", "")),
    (("Molenaar roept kleppen terug (ANP)", ""), ("ANP: Molenaar roept kleppen terug", "")),
    (("Molenaar roept duizenden kleppen terug", LEAD), ("Pompenmaker vreest scheuren in kleppen", f"BREDA (ANP) - {LEAD}")),
    (("Molenaar roept kleppen terug", LEAD), ("Kleppen van Molenaar scheuren", LEAD[:150])),
    (("Molenaar opent een vestiging in Gent", ""), ("Molenaar opende een vestiging in Gent", "")),
    (("In Gent opent Molenaar een nieuwe vestiging", ""), ("Molenaar opent een nieuwe vestiging in Gent", "")),
    (("Molenaar opent een nieuwe vestiging in Gent", ""), ("Molenaar opent een nieuwe vestiging in Gent: vijftig banen erbij", "")),
    (("", LEAD), ("Kleppen van Molenaar scheuren", LEAD)),
    (("Molenaar opent vestiging in Gent", ""), ("Molenaar opent vestiging in Gent, buren vrezen verkeer, geluid en stank", "")),
]


@pytest.mark.parametrize(("one", "other"), REPRINTS)
def test_reprints_are_found_and_fold(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Another outlet's tail, credit, headline or cut changes nothing."""
    first, second = tell(*one), tell(*other, outlet="b.example")
    assert kin(first, second) is not Kin.NONE
    assert meets(first, second)


STRANGERS = [
    ("Winst van Molenaar stijgt in Q3 flink", "Winst van Molenaar stijgt in Q4 flink"),
    ("Drie gewonden bij ongeluk in fabriek van Molenaar", "Vijf gewonden bij ongeluk in fabriek van Molenaar"),
    ("3 gewonden bij ongeluk in fabriek van Molenaar", "5 gewonden bij ongeluk in fabriek van Molenaar"),
    ("Aandeel Molenaar sluit maandag hoger na cijfers", "Aandeel Molenaar sluit maandag lager na cijfers"),
    ("Molenaar opent een nieuwe vestiging in Gent", "Molenaar opent een nieuwe vestiging in Breda"),
    ("Vacature: monteur pompen bij Molenaar in Gent", "Vacature: planner pompen bij Molenaar in Gent"),
    ("Storing bij Molenaar", "Storing bij Molenaar"),
    ("Grote brand verwoest fabriek Molenaar in Gent zuid", "Grote brand verwoest fabriek Molenaar in Gent oost"),
    ("Molenaar brengt versie 8.2.0 uit van zijn regelaar", "Molenaar brengt versie 8.0.0 uit van zijn regelaar"),
    ("top", "top"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_numbers_directions_places_and_short_words_keep_titles_apart(one: str, other: str) -> None:
    """Almost the same words, and another case."""
    assert kin(tell(one), tell(other, outlet="b.example")) is Kin.NONE


def test_a_title_that_comes_back_is_a_habit() -> None:
    """Tomorrow's weather, another one's answer in a forum, an outlet's standard text under another title; and three days at most."""
    weather = "Weerbericht voor vandaag in heel Gent"
    assert kin(tell(weather, LEAD), tell(weather, OTHER, guid="2")) is Kin.NONE
    assert kin(tell(weather), tell(weather, guid="2", published_at=NOON + DAY)) is Kin.NONE
    assert kin(tell(weather), tell(weather, guid="2")) is Kin.SAME
    assert kin(tell(weather, LEAD), tell(weather, OTHER, outlet="b.example")) is Kin.NONE
    assert kin(tell("Monteur gezocht in Gent en omgeving", LEAD), tell("Planner gezocht voor het magazijn", LEAD)) is Kin.NONE
    long_ago = tell(weather, outlet="b.example", published_at=NOON + 4 * DAY)
    assert kin(tell(weather), long_ago) is Kin.NONE


def test_the_same_text_with_another_number_is_another_text() -> None:
    """Yesterday's and today's report by one template."""
    one, other = (
        tell(f"Slotstand nummer {n}", f"De index sloot op {n} punten. {LEAD}", outlet=f"{n}.example") for n in ("811", "812")
    )
    assert kin(one, other) is Kin.NONE


def test_only_for_subscribers_is_no_story() -> None:
    """A wall of words under titles that have nothing in common must be long to count as a text."""
    wall = "Dit artikel is alleen voor abonnees. Log in of neem een abonnement om verder te lezen op deze site, ook in de app."
    assert (
        kin(tell("Molenaar roept kleppen terug", wall), tell("Voetbalclub zoekt een trainer", wall, outlet="b.example")) is Kin.NONE
    )


def test_people_who_say_the_same_short_thing_are_voices() -> None:
    """Long texts that many post word for word are one story; one person twice is one as well."""
    assert kin(person("Storing!", "1"), person("Storing!", "2")) is Kin.NONE
    assert kin(person("Alweer een storing bij Molenaar, top", "1"), person("Alweer een storing bij Molenaar, top", "2")) is Kin.NONE
    assert kin(person("Alweer storing", "1"), person("Alweer storing", "1", guid="9")) is Kin.SAME
    assert kin(person("Alweer storing", "1"), person("Nog steeds storing", "1", guid="9")) is Kin.NONE
    copied, pasted = person(LEAD, "1"), person(f"{LEAD} https://t.co/x", "2")
    assert kin(copied, pasted) is Kin.SAME
    assert meets(copied, pasted)
    assert kin(person(f"{LEAD} Al 3 weken.", "1"), person(f"{LEAD} Al 5 weken.", "2")) is Kin.NONE


def test_an_outlet_that_says_it_again_word_for_word_tells_the_same() -> None:
    """Under the same title a day later, numbers and all."""
    first, second = (
        tell("Molenaar roept kleppen terug", f"{LEAD} Al 3 weken.", published_at=NOON - n * timedelta(days=1)) for n in (0, 1)
    )
    assert kin(first, second) is Kin.SAME


def test_what_only_has_the_words_of_a_headline_passes_none_on() -> None:
    """All that say something in it stand in the post, and most of what stands there is something else."""
    press = tell("De kleppen van een pomp in het huis")
    assert kin(press, person("Kleppen scheuren bij iedere oude pomp onder elk dak, geen huis uitgezonderd", "jan")) is Kin.NONE


def test_a_headline_that_somebody_passes_on_belongs_to_the_story() -> None:
    """But proves nothing about two stories, and a comment of one's own is one's own."""
    press = tell("Molenaar roept duizenden kleppen terug na scheuren")
    shared = person("Molenaar roept duizenden kleppen terug na scheuren https://nu.nl/x via @nunl", "1")
    assert kin(press, shared) is Kin.PART
    assert meets(press, shared)
    own = person("Molenaar roept duizenden kleppen terug na scheuren, en ik wacht al maanden op een antwoord van ze", "1")
    assert kin(press, own) is Kin.NONE
    assert kin(press, person("Molenaar roept 3 kleppen terug na scheuren van 2", "1")) is Kin.NONE


def test_reviews_stand_for_themselves() -> None:
    """Two people who were served well are two voices, at one address or none."""
    one, other = (tell("Goede service en snel geleverd", LEAD, engagement=Engagement(rating=5), guid=n) for n in "12")
    assert kin(one, other) is Kin.NONE
    assert not same_address(one, other)
    assert one.marks == ()


def test_an_address_counts_but_for_what_shares_it_by_nature() -> None:
    """The same page under two titles is one; comments of two people, and a blog's items under one day's address, are not."""
    assert same_address(tell("Oude kop"), tell("Nieuwe kop", outlet="b.example"))
    assert not same_address(person("a", "1"), person("b", "2"))
    assert not same_address(tell("", "Iets", guid="1"), tell("", "Iets anders", guid="2"))
    assert not same_address(tell("", "", guid="1"), tell("", "", guid="2"))
    assert same_address(tell("", "Iets", guid="1"), tell("", "Iets", guid="2"))
    assert same_address(tell("Een titel van vier woorden", guid="1"), tell("Een titel van vier woorden", guid="2"))
    assert address_mark("https://a.example/") is address_mark("https://a.example") is None
    assert address_mark("https://a.example/x") != address_mark("https://a.example/?id=1") is not None


def test_a_roundup_is_only_a_part() -> None:
    """Long enough to hold two stories, it joins one and proves nothing about both."""
    short = tell("Kleppen van Molenaar scheuren", LEAD[:150])
    assert kin(short, tell("Kleppen scheuren, en meer nieuws", f"{LEAD} {OTHER}", outlet="b.example")) is Kin.PART


def test_voices_have_a_number() -> None:
    """The same author the same, another another, within 64 bits."""
    one, other = entry(author=Author(id="1")), entry(author=Author(id="2"))
    assert voice_mark(one, "x") == voice_mark(replace(one, title="x"), "x")
    assert len({voice_mark(one, "x"), voice_mark(other, "x"), voice_mark(one, "rss")}) == 3
    assert -(2**63) <= voice_mark(one, "x") < 2**63


@given(st.text(max_size=300), st.text(max_size=300), st.booleans(), st.booleans())
def test_any_text_can_be_told(one: str, other: str, whose: bool, same: bool) -> None:
    """Whatever a feed holds, comparing works either way round, and a thing is never less like itself."""
    first = person(one, "1") if whose else tell(one, other)
    second = tell(other, one, outlet="b.example") if not same else replace(first, guid="2")
    kin(first, second)
    assert all(-(2**63) <= mark < 2**63 for mark in first.marks)
    assert len(first.marks) <= 70
