"""Which language a text is in, and when that is honestly not known."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.config.fields import LANGUAGES
from listener.understanding import language
from listener.understanding.language import Languages, identifier

SIX = ("nl", "en", "de", "fr", "es", "it")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("nl", "De pompen van Molenaar zijn vandaag eindelijk geleverd en ze werken goed."),
        ("en", "The pumps were finally delivered today and they work well."),
        ("de", "Die Pumpen wurden heute endlich geliefert und sie laufen sehr gut."),
        ("fr", "Les pompes ont enfin été livrées aujourd'hui et elles marchent bien."),
        ("es", "Las bombas por fin llegaron hoy y funcionan muy bien, muchas gracias."),
        ("it", "Le pompe sono finalmente arrivate oggi e funzionano molto bene."),
        ("nl", "Echt nice dat jullie zo snel reageren, great job team!"),  # switches, and stays Dutch
        ("nl", "NOG STEEDS GEEN REACTIE VAN DE KLANTENSERVICE"),
    ],
)
def test_a_clear_text_is_in_its_own_language(code: str, text: str) -> None:
    """A sentence says what it is in, whatever the place declares."""
    languages = Languages(SIX)
    assert languages.of(text) == code
    assert languages.of(text, "de") == code


@pytest.mark.parametrize("hint", ["nl", "NL", "nl-NL", "nl_BE", " nl "])
def test_a_short_text_takes_the_places_word(hint: str) -> None:
    """Under twenty letters the source's declared language decides, in any of the ways places write it."""
    assert Languages(SIX).of("super in Gent", hint) == "nl"


def test_a_short_text_without_a_hint_is_judged_only_when_it_is_sure() -> None:
    """Short and clear is believed, short and doubtful is undetermined."""
    languages = Languages(SIX)
    assert languages.of("Great service!") == "en"
    assert languages.of("Geweldig!") == "nl"
    assert languages.of("ok") == "und"
    assert languages.of("Thanks") == "und"


def test_a_hint_nobody_configured_is_no_answer() -> None:
    """The answer is always a configured language or und."""
    assert Languages(("nl", "en")).of("ok", "pl") == "und"


@pytest.mark.parametrize(
    "text",
    [
        "To jest bardzo zła obsługa, nie polecam nikomu tej firmy",
        "Это очень плохая компания, никому не советую",
        "这个产品非常糟糕我不会再买了",
        "Hierdie is 'n baie slegte diens en ek sal nooit weer kom nie",
    ],
)
def test_a_language_nobody_configured_is_undetermined(text: str) -> None:
    """A foreign text is not pressed into the nearest configured language, even where the place declares one; Afrikaans is foreign."""
    assert Languages(SIX).of(text, "nl") == "und"
    assert Languages(("nl",)).of(text) == "und"


@pytest.mark.parametrize(
    "text", ["", " \n", "😀🎉", "123 456", "\x00\x01\x02", "\ud800", "https://example.org/een-lang-pad @iemand #tag"]
)
def test_without_words_only_the_place_can_say(text: str) -> None:
    """Nothing to judge: the hint where there is one, else undetermined."""
    languages = Languages(SIX)
    assert languages.of(text) == "und"
    assert languages.of(text, "nl") == "nl"


def test_a_megabyte_is_cut_before_it_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A book is judged by its first lines."""
    seen: list[int] = []

    class Spy:
        def among(self, text: str, codes: tuple[str, ...]) -> dict[str, float]:
            seen.append(len(text))
            return model.among(text, codes)

    model = identifier()
    monkeypatch.setattr(language, "identifier", Spy)
    assert Languages(SIX).of("De pompen werken goed. " * 45_000) == "nl"
    assert seen == [600]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=8))
def test_any_text_gets_an_answer(text: str, hint: str) -> None:
    """Whatever comes in, a configured code or und comes out."""
    assert Languages(SIX).of(text, hint) in {*SIX, "und"}


def test_a_code_the_model_does_not_know_is_never_the_answer() -> None:
    """The configuration refuses such a code; here it harms nobody."""
    assert Languages(("nl", "qq")).of("De pompen van Molenaar werken goed vandaag.") == "nl"
    assert Languages(("qq",)).of("De pompen van Molenaar werken goed vandaag.") == "und"


def test_the_model_waits_for_the_first_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choosing languages loads nothing."""
    monkeypatch.setattr(language, "_loaded", None)
    Languages(SIX)
    assert language._loaded is None


def test_the_configuration_knows_what_the_model_knows() -> None:
    """Every language the configuration lets through can be recognised, and every two-letter one that can be is let through."""
    assert {code for code in identifier().labels if len(code) == 2} == LANGUAGES


def test_the_model_is_loaded_once_for_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads at the first text load one model."""
    loads: list[int] = []
    model = identifier()

    def load(*_: object, **__: object) -> object:
        loads.append(1)
        return model

    monkeypatch.setattr(language, "_loaded", None)
    monkeypatch.setattr("listener.understanding.language_model.LanguageModel.load", load)
    threads = [threading.Thread(target=identifier) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [1]
