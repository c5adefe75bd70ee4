"""The light analyser: what it says, what it leaves open, and that nothing it is fed can break it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.model import Sentiment, Text, Tone
from listener.understanding.light import LANGUAGES, LightAnalyser, by_language, load_model

DUTCH, ALL = LightAnalyser("nl"), by_language()


def judged(words: str, language: str) -> Sentiment:
    """The answer to one text."""
    return ALL([Text(words=words, language=language)])[0]


@pytest.mark.parametrize(
    ("language", "words", "tone"),
    [
        ("nl", "Wat een waardeloze service, al drie weken geen reactie.", Tone.NEGATIVE),
        ("nl", "Geweldig geholpen, top service!", Tone.POSITIVE),
        ("nl", "Waterschap opent dinsdag een nieuw kantoor in Zwolle", Tone.NEUTRAL),
        ("nl", "niet slecht", Tone.POSITIVE),
        ("en", "Terrible service, the worst ever", Tone.NEGATIVE),
        ("en", "Love this, thank you so much!", Tone.POSITIVE),
        ("de", "Furchtbarer Service, nie wieder", Tone.NEGATIVE),
        ("de", "Super, ich freue mich sehr :)", Tone.POSITIVE),
        ("fr", "Quelle honte, un service lamentable", Tone.NEGATIVE),
        ("fr", "Bravo, merci beaucoup, c'est magnifique", Tone.POSITIVE),
        ("es", "Que asco de servicio, horrible", Tone.NEGATIVE),
        ("es", "Me encanta, muchas gracias, sois geniales", Tone.POSITIVE),
        ("it", "Vergogna, un servizio pessimo", Tone.NEGATIVE),
        ("it", "Bellissimo, complimenti e grazie!", Tone.POSITIVE),
    ],
)
def test_what_is_plainly_said_is_heard_in_six_languages(language: str, words: str, tone: Tone) -> None:
    """Plain praise, anger and news get their tone, signed by the model of the language."""
    sentiment = judged(words, language)
    assert (sentiment.tone, sentiment.analyser) == (tone, f"light 1 ({language})")


def test_the_three_probabilities_say_it_all() -> None:
    """They add up to one; confidence is the highest, polarity is positive minus negative."""
    sentiment = judged("Geweldige pomp, maar wel duur", "nl")
    assert sentiment.probabilities is not None
    negative, _, positive = sentiment.probabilities
    assert sum(sentiment.probabilities) == pytest.approx(1, abs=1e-5)
    assert sentiment.confidence == max(sentiment.probabilities)
    assert sentiment.polarity == positive - negative


@pytest.mark.parametrize(
    "words", ["", " ", "!!!", "\x00\x07\x1b", "\ud800", "\udfff\ud800", "\U0010ffff", "https://example.org/top", "@name"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_go_by_is_an_honest_unsure(words: str, language: str) -> None:
    """No words, an address, half a character: unsure, without any probability, signed all the same."""
    sentiment = judged(words, language)
    assert (sentiment.tone, sentiment.confidence, sentiment.polarity, sentiment.probabilities) == (Tone.UNSURE, 0.0, 0.0, None)
    assert sentiment.analyser == f"light 1 ({language})"


def test_below_the_threshold_it_is_unsure_and_shows_why() -> None:
    """A text that says little is unsure, with the probabilities that made it so."""
    sentiment = judged("een grote grijze pomp", "nl")
    assert sentiment.tone is Tone.UNSURE
    assert sentiment.probabilities is not None
    assert max(sentiment.probabilities) < load_model("nl").threshold


def test_signs_alone_are_heard() -> None:
    """Angry faces are anger, and a smile that is typed is a smile."""
    assert judged("😡😡😡", "nl").tone is Tone.NEGATIVE
    assert judged("👍👍", "en").tone is Tone.POSITIVE
    assert judged("oké :-)", "nl").polarity > judged("oké :-(", "nl").polarity


def test_another_language_is_nobodys() -> None:
    """An analyser says nothing about a language it does not know, and does not sign for it."""
    unknown, dutch = DUTCH([Text(words="great", language="en"), Text(words="geweldig", language="nl")])
    assert (unknown.tone, unknown.analyser, dutch.analyser) == (Tone.UNSURE, "none", "light 1 (nl)")
    assert judged("Świetnie", "pl").analyser == "none"


@pytest.mark.parametrize(
    "sign", ["!", "(", "a", "niet ", ":'( ", "\n\n", "<3", "\u202e", "\ud800", "@", "😡", "\x1e", "http", "\u0301"]
)
def test_hostile_repetition_gets_an_answer(sign: str) -> None:
    """A megabyte of one sign costs no more than its first page, and is judged as that page."""
    page = sign * (5_000 // len(sign) + 1)
    assert judged(sign * (1_000_000 // len(sign)), "nl") == judged(page, "nl")


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=60), max_size=6), st.sampled_from(LANGUAGES))
def test_a_text_is_judged_the_same_in_any_company(words: list[str], language: str) -> None:
    """One answer for each text, within its bounds, and the same whether it is asked alone or among others."""
    together = ALL([Text(words=one, language=language) for one in words])
    assert together == [judged(one, language) for one in words]
    assert all(-1 <= one.polarity <= 1 and 0 <= one.confidence <= 1 for one in together)


def test_a_big_batch_is_cut_into_parts_and_keeps_its_order() -> None:
    """More characters than are read at once change no answer."""
    texts = [Text(words=f"{word} service " * 150, language="nl") for word in ("slechte", "goede") * 40]
    tones = [one.tone for one in DUTCH(texts)]
    assert tones == [Tone.NEGATIVE, Tone.POSITIVE] * 40


def test_names_and_addresses_carry_no_tone() -> None:
    """A brand called Super, mentioned by its name on a network, is not praised by that."""
    assert judged("de wachttijd bij @supergoed was lang https://top.nl", "nl") == judged(
        "de wachttijd bij @x was lang https://y.nl", "nl"
    )


def test_threads_share_one_model() -> None:
    """Many threads at the first text get the same answer as one."""
    analyser = LightAnalyser("fr")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: analyser([Text(words="magnifique", language="fr")])[0], range(16)))
    assert len(set(answers)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weights_are_small_and_no_pickle(language: str) -> None:
    """A few hundred kB for each language, read without running anything."""
    file = files("listener.understanding") / "weights" / "light" / f"{language}.npz"
    assert len(file.read_bytes()) < 400_000
    model = load_model(language)
    assert model.words.dtype == model.grams.dtype == np.int8
    assert model.words.shape == model.grams.shape == (2**model.bits, 3)


def test_answers_are_the_same_in_another_process_and_nothing_is_downloaded() -> None:
    """No seed of the process, no network and neither TextBlob nor its data have a part in it."""
    program = """
import sys, socket
def refuse(*a, **k): raise AssertionError("the network was touched")
socket.socket.connect = refuse
from listener.core.model import Text
from listener.understanding.light import LightAnalyser
print(*LightAnalyser("nl")([Text(words="prima geholpen, maar wel duur", language="nl")])[0].probabilities)
assert not {"textblob", "nltk"} & set(sys.modules)
"""
    said = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    here = judged("prima geholpen, maar wel duur", "nl").probabilities
    assert here is not None
    assert said == {" ".join(map(str, here)) + "\n"}
