"""What stories are about: readable phrases from the texts, that stand out, in two languages, and nothing where nothing can be said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.kept import KeptMention
from listener.core.model import Author, Owned
from listener.core.stories import Story
from listener.core.themes import Theme
from listener.understanding.themes import find_themes
from listener.understanding.word_kinds import Kind, lexicon
from tests.builders import brand, kept

MINE = brand(owned=Owned(domains=("molenaarpompen.nl",)))
DUTCH = [
    "Al drie weken wachten en de levertijd wordt steeds langer. Waardeloos.",
    "Die nieuwe leverdatum is alweer verzet, wat een ellende.",
    "Weer een andere leverdatum gekregen! Ik ben er klaar mee.",
    "De levering van mijn bestelling is kwijt, niemand neemt op.",
    "Niemand bij de klantenservice neemt op.",
    "Klantenservice van Molenaar Pompen hangt gewoon op.",
    "Ruim een uur in de wacht bij hun klantenservice gestaan.",
]
CALM = [
    "Molenaar Pompen opent een vestiging in Gent, goed voor twintig banen.",
    "Mooie dag gehad met de collega's in Zwolle.",
    "De nieuwe catalogus staat online.",
    "Wij zoeken een monteur voor de regio.",
] * 6


def post(number: int, words: str, *, language: str = "nl", who: str = "") -> KeptMention:
    """A post by a person of its own."""
    return kept(number, title="", text=words, excerpt=words, spans=(), language=language, author=Author(id=who or str(number)))


def stories(*texts: str, **changes: str) -> list[Story]:
    """A story for each text."""
    return [Story((post(number, words, **changes),)) for number, words in enumerate(texts, start=1)]


def background(*texts: str, language: str = "nl") -> list[KeptMention]:
    """What else is said."""
    return [post(1000 + number, words, language=language) for number, words in enumerate(texts)]


def phrases(found: tuple[Theme, ...]) -> list[str]:
    """The phrases alone."""
    return [one.phrase for one in found]


def test_what_people_complain_about_is_named_in_their_words() -> None:
    """Compounds of one first part belong together, each theme has its items, and names and empty words are none."""
    found = find_themes(stories(*DUTCH), background(*CALM), brand=MINE)
    assert phrases(found) == ["leverdatum", "klantenservice"]
    first, second = found
    assert first.mentions == (1, 2, 3, 4)
    assert (first.stories, first.voices, first.items) == (4, 4, 4)
    assert second.mentions == (5, 6, 7)


def test_a_longer_phrase_names_a_theme_that_mostly_has_it() -> None:
    """`customer service` says more than `service`; both in English."""
    texts = [
        "Terrible customer service, on hold for an hour",
        "Their customer service hung up on me",
        "No customer service at all!",
    ]
    (theme,) = find_themes(stories(*texts, language="en"), background("A sunny day at the office", language="en"), brand=MINE)
    assert (theme.phrase, theme.language, theme.stories) == ("customer service", "en", 3)


def test_words_that_every_text_has_do_not_win() -> None:
    """What the brand's neutral texts speak of as often is no theme of the negative ones."""
    texts = [f"De klep van de machine piept {word}" for word in ("hard", "zacht", "schel", "steeds")]
    assert "machine" not in phrases(find_themes(stories(*texts), background(*["De machine met de klep draait"] * 30), brand=MINE))
    assert find_themes(stories(*texts), [], brand=MINE) != ()


def test_a_theme_keeps_the_name_it_had() -> None:
    """Tomorrow more people write `levertijd`; it is still called what it was called today."""
    more = [*DUTCH, "De levertijd klopt niet", "Levertijd is een lachertje"]
    assert phrases(find_themes(stories(*more), background(*CALM), brand=MINE))[0] == "levertijd"
    named = find_themes(stories(*more), background(*CALM), brand=MINE, known=["iets anders", "leverdatum"])
    assert phrases(named)[0] == "leverdatum"


@pytest.mark.parametrize(
    "texts",
    [
        [],
        DUTCH[:2],
        ["top", "slecht", "nee", "bah"],
        ["👎", "😤😤", "!!!", "1234"],
        ["Wacht en wacht", "Wij wachten", "Wachten maar"],
        ["In Zwolle regent het", "Naar Zwolle gereden", "Weg uit Zwolle", "Bij Zwolle"],
        ["Al weken gewacht", "Twee weken later", "Drie weken verder"],
    ],
)
def test_nothing_sensible_is_no_theme(texts: list[str]) -> None:
    """Too few, no words, bare verbs, a place's name, or a measure of time."""
    assert find_themes(stories(*texts), background(*CALM), brand=MINE) == ()


def test_one_person_s_hobby_is_no_theme() -> None:
    """However often he says it; and texts in a language that nobody taught us are passed over."""
    assert find_themes(stories(*DUTCH[4:], who="1"), background(*CALM), brand=MINE) == ()
    assert find_themes(stories(*DUTCH, language="de"), [], brand=MINE) == ()


def test_names_of_brand_author_and_outlet_are_no_themes() -> None:
    """Whoever is always there is not what it is about."""
    texts = ["Pompen lekken", "De pompen van molenaarpompen", "Weer pompen stuk", "Die pompen ook"]
    assert find_themes(stories(*texts), background(*CALM), brand=MINE) == ()
    signed = [Story((replace_author(one.first, "Storing de Vries"),)) for one in stories(*["Alweer een storing hier"] * 3)]
    assert find_themes(signed, [], brand=MINE) == ()


def replace_author(one: KeptMention, name: str) -> KeptMention:
    """The same by somebody of that name."""
    entry = replace(one.entry, author=Author(name=name, id=str(one.id)))
    return replace(one, judged=replace(one.judged, mention=replace(one.judged.mention, entry=entry)))


def test_reprints_count_once() -> None:
    """A story of ten reprints is one story."""
    reprints = Story(tuple(post(number, DUTCH[4]) for number in range(10, 20)))
    assert find_themes([reprints, *stories(DUTCH[5])], [], brand=MINE) == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=8), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_may_come(texts: list[str], others: list[str]) -> None:
    """Nothing breaks it, phrases are short and theirs, and the same input gives the same themes."""
    found = find_themes(stories(*texts), background(*others), brand=MINE)
    assert found == find_themes(stories(*texts), background(*others), brand=MINE)
    for one in found:
        assert 1 <= len(one.phrase.split()) <= 4
        assert one.stories >= 3
        assert len(set(one.mentions)) == len(one.mentions) >= one.stories


@pytest.mark.parametrize(
    ("language", "word", "kind"),
    [
        ("nl", "levertijd", Kind.NOUN),
        ("nl", "levert", Kind.NONE),
        ("nl", "bezorgde", Kind.NONE),
        ("nl", "snelle", Kind.ADJECTIVE),
        ("nl", "gegooid", Kind.NONE),
        ("nl", "van", Kind.LINK),
        ("nl", "weken", Kind.NONE),
        ("nl", "klantvriendelijke", Kind.ADJECTIVE),
        ("nl", "xq", Kind.NONE),
        ("nl", "zwelbord", Kind.NOUN),
        ("en", "delivery", Kind.NOUN),
        ("en", "customer", Kind.ADJECTIVE),
        ("en", "rebooked", Kind.NONE),
        ("en", "chargeable", Kind.ADJECTIVE),
        ("en", "wifi", Kind.NOUN),
        ("en", "4g", Kind.NONE),
    ],
)
def test_kinds_of_words(language: str, word: str, kind: Kind) -> None:
    """By dictionary where it has them, else by how they are made."""
    assert lexicon(language).kind(word) is kind


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("levering", "leveringen", "levertijd", "leverdatum")),
        ("nl", ("bezorging", "bezorgkosten")),
        ("nl", ("onderdeel", "onderdelen")),
        ("nl", ("pakket", "pakketten")),
        ("nl", ("moeilijkheid", "moeilijkheden")),
        ("nl", ("foto's", "foto")),
        ("en", ("delivery", "deliveries")),
        ("en", ("refund", "refunds")),
        ("en", ("crash", "crashes")),
    ],
)
def test_families_of_words(language: str, words: tuple[str, ...]) -> None:
    """Forms and compounds of one first part."""
    assert len({lexicon(language).family(word) for word in words}) == 1
    assert lexicon("nl").family("onderzoek") != lexicon("nl").family("onderdeel")
    assert lexicon("en").family("bus") == "bus"
