"""Several analysers as one, and the names they are asked for by."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from listener.core.errors import ConfigError
from listener.core.model import Sentiment, Text, Tone
from listener.understanding import ANALYSERS, load_analyser
from listener.understanding.by_language import ByLanguage
from listener.understanding.multilingual import is_installed


class Sure:
    """Calls everything positive, and remembers how often it was asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[int] = []

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """Positive, each of them."""
        self.asked.append(len(texts))
        return [Sentiment(tone=Tone.POSITIVE, polarity=1.0, confidence=1.0, analyser=self.name) for _ in texts]


def test_each_text_goes_to_the_analyser_of_its_language() -> None:
    """Answers keep the order of the texts, each analyser is asked once, and a language without one is judged by none."""
    dutch, english = Sure("d 1"), Sure("e 2")
    both = ByLanguage({"nl": dutch, "en": english})
    codes = ["en", "nl", "und", "nl", "de"]
    answers = both([Text(words=code, language=code) for code in codes])
    assert [one.analyser for one in answers] == ["e 2", "d 1", "none", "d 1", "none"]
    assert (dutch.asked, english.asked) == ([2], [1])
    assert both.name == "d 1 + e 2"


def test_no_text_and_no_analyser_are_fine() -> None:
    """Nothing asked, nothing answered; nobody there, nobody named."""
    nobody = ByLanguage({})
    assert (nobody([]), nobody.name) == ([], "none")


@pytest.mark.parametrize("setting", sorted(ANALYSERS))
def test_every_name_in_the_table_makes_an_analyser(setting: str) -> None:
    """A name that may be configured works, and says who judges."""
    if setting == "multilingual" and not is_installed():
        pytest.skip("the extra 'multilingual' is not installed")
    analyser = load_analyser(setting)
    assert analyser.name.startswith(setting)
    assert analyser([Text(words="geweldig", language="nl")])[0].tone is Tone.POSITIVE


@pytest.mark.parametrize(("setting", "judge"), [("light", "light 1 (nl)"), ("textblob", "textblob-nl 0.0.1")])
def test_a_judge_is_named_with_its_version(setting: str, judge: str) -> None:
    """The setting says who judges."""
    assert load_analyser(setting)([Text(words="geweldig", language="nl")])[0].analyser == judge


@pytest.mark.parametrize(("installed", "best"), [(True, "multilingual"), (False, "light")])
def test_auto_is_the_best_that_is_installed(installed: bool, best: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The encoder where its library is there, else the light one, which always is."""
    if installed and not is_installed():
        pytest.skip("the extra 'multilingual' is not installed")
    monkeypatch.setattr("listener.understanding.multilingual.is_installed", lambda: installed)
    assert load_analyser("auto").name.startswith(best)


def test_an_analyser_that_is_not_known_is_a_fault_with_a_way_out() -> None:
    """The person reads what to write instead."""
    with pytest.raises(ConfigError, match="'oracle' is not installed yet: choose one of auto, light, multilingual, textblob"):
        load_analyser("oracle")
