"""The words and sentences of a digest, in Dutch and in English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from listener.core.model import Intent, Tone
from listener.core.report import Finding, LeftOut, ToneCount, Usual
from listener.core.visits import Outcome
from listener.reports import words
from listener.reports.locale import load
from tests.builders import coverage, digest, item, unheard

NL, EN = load("nl", "Europe/Amsterdam"), load("en", "Europe/Amsterdam")
BUSY: dict[str, Any] = {"tones": ToneCount(negative=17, neutral=37), "usual": Usual(mentions=46, negative=6, weeks=6)}
QUIET: dict[str, Any] = {"finding": Finding.QUIET, "coverage": (coverage(), coverage("b"))}
PARTLY: dict[str, Any] = {"finding": Finding.PARTLY, "coverage": (coverage(), unheard(), unheard("b"))}
BLIND: dict[str, Any] = {"finding": Finding.BLIND, "coverage": (unheard(), unheard("b"))}


@pytest.mark.parametrize(
    ("changes", "dutch", "english"),
    [
        (BUSY, "54 vermeldingen, 17 negatief (gewoonlijk 6)", "54 mentions, 17 negative (usually 6)"),
        (BUSY | {"usual": None}, "54 vermeldingen, 17 negatief", "54 mentions, 17 negative"),
        ({}, "1 vermelding, 0 negatief", "1 mention, 0 negative"),
        (QUIET, "niets nieuws, alle 2 bronnen gehoord", "nothing new, all 2 sources were heard"),
        (QUIET | {"coverage": (coverage(),)}, "niets nieuws, de bron is gehoord", "nothing new, the source was heard"),
        (PARTLY, "niets gevonden, 2 van 3 bronnen niet gehoord", "nothing found, 2 of 3 sources not heard"),
        (BLIND, "geen cijfers over 20 november, geen enkele bron gehoord", "no figures for 20 November, no source was heard"),
    ],
)
def test_a_subject_is_the_finding_made_of_numbers(changes: dict[str, Any], dutch: str, english: str) -> None:
    """An inbox alone tells what kind of day it was, in the reader's language, within 78 characters."""
    made = digest(**changes)
    assert words.subject(made, NL) == f"Molenaar Pompen: {dutch}"
    assert words.subject(made, EN) == f"Molenaar Pompen: {english}"
    assert len(words.subject(made, NL)) <= 78


def test_a_subject_never_holds_a_word_of_what_was_posted() -> None:
    """Somebody's headline in an inbox would be an embarrassment, or an attack."""
    made = digest(items=(item(title="SCHANDAAL", excerpt="SCHANDAAL", outlet="SCHANDAAL", clause="SCHANDAAL"),))
    assert "SCHANDAAL" not in words.subject(made, NL)


def test_a_long_brand_gives_way_to_the_finding() -> None:
    """The numbers are what a reader needs; the brand keeps at least twenty characters."""
    subject = words.subject(
        digest(brand_name="Koninklijke Nederlandse Pompenfabriek voorheen Gebroeders Molenaar en Zonen", **BUSY), NL
    )
    assert len(subject) <= 78
    assert subject.endswith("54 vermeldingen, 17 negatief (gewoonlijk 6)")
    assert subject.startswith("Koninklijke Nederlandse")


@pytest.mark.parametrize(
    ("changes", "heading", "meaning"),
    [
        (QUIET, "Niets nieuws", "Niemand sprak over Molenaar Pompen"),
        (PARTLY, "Niets gevonden, maar we hebben niet alles gehoord", "Deze nul heeft een gat"),
        (BLIND, "We konden niet luisteren", "Dat betekent niet dat er niets is gezegd"),
    ],
)
def test_three_quiet_days_are_three_texts(changes: dict[str, Any], heading: str, meaning: str) -> None:
    """Nothing new, a zero with a hole in it, and not having looked must never read alike."""
    made = digest(items=(), tones=ToneCount(), **changes)
    assert words.headline(made, NL) == (heading, "")
    assert words.why(made, NL).startswith(meaning)


def test_a_quiet_day_says_what_is_usual_and_a_blind_one_does_not() -> None:
    """A number beside a day we could not hear would be read as its own."""
    usual = Usual(mentions=46, negative=6, weeks=6)
    assert words.why(digest(usual=usual, **QUIET), NL).endswith("vinden we gewoonlijk 46 vermeldingen.")
    assert words.why(digest(usual=usual, **PARTLY), EN).endswith("we usually find 46 mentions.")
    assert "46" not in words.why(digest(usual=usual, **BLIND), NL)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        (
            {"stories": 3, "left_out": LeftOut(copies=4), "items": (item(copies=4),)},
            "Samen vormen ze 3 verschillende verhalen. Eén daarvan is 5 keer gevonden.",
        ),
        ({"stories": 1, "left_out": LeftOut(copies=4), "items": (item(copies=4),)}, "Samen vormen ze 1 verhaal."),
        ({"stories": 3, "left_out": LeftOut(copies=4), "items": ()}, "Samen vormen ze 3 verschillende verhalen."),
    ],
)
def test_copies_are_explained_only_where_there_are_any(changes: dict[str, Any], said: str) -> None:
    """Items and stories are different counts, and the mail says so when they differ."""
    assert words.why(digest(**changes), NL) == said


@pytest.mark.parametrize(
    ("ledger", "dutch", "english"),
    [
        ((), "Er is geen bron ingesteld.", "No source has been set up."),
        ((coverage(),), "De enige bron is gehoord.", "The one source was heard."),
        ((coverage(), coverage("b")), "Alle 2 bronnen zijn gehoord.", "All 2 sources were heard."),
        ((unheard(),), "De enige bron is niet gehoord.", "The one source was not heard."),
        ((unheard(), unheard("b")), "Geen van de 2 bronnen is gehoord.", "None of the 2 sources was heard."),
        (
            (coverage(), unheard("b")),
            "1 van de 2 bronnen gehoord; niet gehoord: b.",
            "1 of 2 sources heard; not heard: b.",
        ),
        (
            (coverage(), *(unheard(c) for c in "bcdef")),
            "1 van de 6 bronnen gehoord; niet gehoord: b, c, d en 2 andere.",
            "1 of 6 sources heard; not heard: b, c, d and 2 others.",
        ),
    ],
)
def test_coverage_says_which_sources_were_not_heard(ledger: tuple[Any, ...], dutch: str, english: str) -> None:
    """A hole is named, as long as that fits in a line."""
    assert words.coverage(ledger, NL) == dutch
    assert words.coverage(ledger, EN) == english


def test_what_is_left_out_is_counted() -> None:
    """Stories beyond those shown, copies, and the brand's own posts: each with its number, and nothing when there is none."""
    made = digest(stories=5, left_out=LeftOut(copies=1, owned=2, beyond=4))
    assert words.left_out(made, 1, EN) == [
        "4 more stories, to be read on the page",
        "1 copy, kept with the story that it repeats",
        "2 posts by Molenaar Pompen itself, which do not count",
    ]
    assert words.left_out(digest(), 1, EN) == []


@pytest.mark.parametrize(
    ("say", "every"),
    [
        (words.tone, list(Tone)),
        (words.intent, [one for one in Intent if one is not Intent.OTHER]),
        (words.outcome, [None, *Outcome]),
    ],
)
def test_every_word_of_ours_has_a_word_in_both_languages(say: Callable[[Any, Any], str], every: list[Any]) -> None:
    """No enum's own name reaches a reader, and no two tones read alike."""
    for one in every:
        assert say(one, NL)
        assert say(one, EN)
    assert len({words.tone(one, NL) for one in Tone}) == len(set(words.SIGNS.values())) == len(Tone)
    assert words.intent(Intent.OTHER, NL) == ""


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("rss", "feed"),
        ("google-alerts", "Google Alerts-feed"),
        ("x", "X"),
        ("mastodon", "Mastodon"),
        ("my.module:Kind", "my.module:Kind"),
    ],
)
def test_a_kind_is_named_as_readers_know_it(kind: str, said: str) -> None:
    """A kind that has no word yet keeps its own name."""
    assert words.kind(kind, NL) == said
