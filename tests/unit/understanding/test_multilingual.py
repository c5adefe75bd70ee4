"""Tone by the multilingual encoder."""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.errors import ConfigError
from listener.core.model import Sentiment, Text, Tone
from listener.understanding import load_analyser, multilingual
from listener.understanding.multilingual import LANGUAGES, THRESHOLD, Encoder, MultilingualAnalyser, is_installed, prepare, weights

MISSING = "THE EXTRA 'multilingual' IS NOT INSTALLED: the encoder goes untested here (pip install onnxruntime)"
needed = pytest.mark.skipif(not is_installed() and os.environ.get("CI", "").casefold() != "true", reason=MISSING)

PLAIN = [
    ("nl", "Wat een geweldige service, heel erg blij mee!", Tone.POSITIVE),
    ("nl", "Fantastisch geholpen door een vriendelijke monteur, echt een aanrader.", Tone.POSITIVE),
    ("nl", "Waardeloos bedrijf. Al drie weken wachten en niemand die reageert.", Tone.NEGATIVE),
    ("nl", "Wat een ramp, alweer kapot. Nooit meer.", Tone.NEGATIVE),
    ("nl", "De vergadering is dinsdag om tien uur in zaal 3.", Tone.NEUTRAL),
    ("en", "Absolutely love this, best customer service ever!", Tone.POSITIVE),
    ("en", "So happy with my new pump, thank you all!", Tone.POSITIVE),
    ("en", "Worst company ever. Still no reply after three weeks, terrible.", Tone.NEGATIVE),
    ("en", "This is awful, it broke again and I want my money back.", Tone.NEGATIVE),
    ("en", "The meeting is on Tuesday at ten in room 3.", Tone.NEUTRAL),
    ("de", "Ich bin total begeistert, vielen Dank für den tollen Service!", Tone.POSITIVE),
    ("de", "Furchtbar schlechter Service, ich bin sehr enttäuscht.", Tone.NEGATIVE),
    ("fr", "J'adore, merci beaucoup, c'est magnifique !", Tone.POSITIVE),
    ("fr", "Service lamentable, je suis très déçu et en colère.", Tone.NEGATIVE),
    ("es", "¡Me encanta, muchas gracias, un servicio excelente!", Tone.POSITIVE),
    ("es", "Pésimo servicio, una vergüenza, estoy muy enfadado.", Tone.NEGATIVE),
    ("it", "Fantastico, sono felicissima, grazie mille!", Tone.POSITIVE),
    ("it", "Servizio pessimo, che vergogna, sono molto deluso.", Tone.NEGATIVE),
]


@cache
def shared() -> MultilingualAnalyser:
    """The shipped one, loaded once."""
    return MultilingualAnalyser()


@pytest.fixture
def analyser() -> MultilingualAnalyser:
    """The shipped one."""
    return shared()


def lawful(one: Sentiment) -> bool:
    """Whether an answer keeps what the class promises."""
    if one.probabilities is None:
        return (one.tone, one.polarity, one.confidence) == (Tone.UNSURE, 0.0, 0.0)
    negative, _, positive = one.probabilities
    return (
        abs(sum(one.probabilities) - 1) < 1e-6
        and abs(one.polarity - (positive - negative)) < 1e-9
        and one.confidence == max(one.probabilities)
        and (one.tone is Tone.UNSURE) == (one.confidence < THRESHOLD)
    )


@needed
@pytest.mark.parametrize(("language", "words", "tone"), PLAIN)
def test_a_tone_nobody_would_dispute(analyser: MultilingualAnalyser, language: str, words: str, tone: Tone) -> None:
    """Plain words in six languages are heard as anyone would hear them."""
    [answer] = analyser([Text(words=words, language=language)])
    assert answer.tone is tone, answer
    assert answer.analyser == analyser.name == "multilingual 3"
    assert lawful(answer)


@needed
def test_a_text_gets_the_same_numbers_in_any_company(analyser: MultilingualAnalyser) -> None:
    """To the bit: alone, in any order, twice, and from eight threads at once."""
    texts = [Text(words=words * repeat, language=language) for language, words, _ in PLAIN for repeat in (1, 7)]
    alone = {text: analyser([text])[0] for text in texts}
    shuffled = random.Random(6).sample(texts * 2, k=2 * len(texts))
    assert list(analyser(shuffled)) == [alone[text] for text in shuffled]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(analyser, [[text] for text in shuffled]))
    assert [one for [one] in answers] == [alone[text] for text in shuffled]


@needed
def test_two_threads_that_come_first_load_one_model() -> None:
    """The first texts may come from anywhere."""
    fresh = MultilingualAnalyser()
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda _: fresh._loaded(), range(4)))
    assert all(model is models[0] for model in models)


@needed
def test_another_language_is_nobodys(analyser: MultilingualAnalyser) -> None:
    """It says nothing about a language it was not taught, and does not sign for it."""
    for language in ("und", "pt", "af", ""):
        [answer] = analyser([Text(words="Wat een geweldige pomp!", language=language)])
        assert (answer.tone, answer.analyser) == (Tone.UNSURE, "none")


@needed
@pytest.mark.parametrize("words", ["", " \n\t", "\x00\x07", "\u200d\u202e", "\u4e2d\u6587\u4e2d", "\u2581"])
def test_nothing_to_read_is_an_honest_unsure(analyser: MultilingualAnalyser, words: str) -> None:
    """What holds no piece that the encoder knows has no tone."""
    [answer] = analyser([Text(words=words, language="nl")])
    assert (answer.tone, answer.probabilities, answer.analyser) == (Tone.UNSURE, None, "multilingual 3")


@needed
@pytest.mark.parametrize(
    "sign", ["!", "😡", "a", "not ", "&amp;", "@x ", "http://a.b ", "\\u0041", "\ud800", "\u202e", "\u0301", "ﷺ", "\n", "&#"]
)
def test_hostile_repetition_gets_an_answer(analyser: MultilingualAnalyser, sign: str) -> None:
    """A megabyte of one sign costs no more than its first page."""
    [answer] = analyser([Text(words=sign * (1_000_000 // len(sign)), language="en")])
    assert lawful(answer)
    assert answer.analyser == "multilingual 3"


@needed
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=80), st.sampled_from([*LANGUAGES, "und"])), max_size=4))
def test_any_texts_get_lawful_answers(texts: list[tuple[str, str]]) -> None:
    """One answer for each text, whatever it holds, with probabilities that add up."""
    answers = shared()([Text(words=words, language=language) for words, language in texts])
    assert len(answers) == len(texts)
    assert all(map(lawful, answers))


@needed
def test_one_broken_text_never_costs_the_others(analyser: MultilingualAnalyser, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is unsure, and its maker's name says what happened."""
    model, _ = analyser._loaded()
    run = type(model).run

    def breaks(self: Encoder, ids: list[int]) -> object:
        if len(ids) > 60:
            raise RuntimeError("too much")
        return run(self, ids)

    monkeypatch.setattr(type(model), "run", breaks)
    broken, whole = analyser([Text(words="pomp " * 80, language="nl"), Text(words="Geweldig, heel blij!", language="nl")])
    assert (broken.tone, broken.analyser) == (Tone.UNSURE, "multilingual 3 (failed: RuntimeError)")
    assert whole.tone is Tone.POSITIVE


@needed
def test_of_a_long_text_the_beginning_and_the_end_are_read(analyser: MultilingualAnalyser) -> None:
    """At most 128 pieces: what stands in the middle of a page changes nothing, how it ends does."""
    encoder, _ = analyser._loaded()
    middle = encoder.tokens("begin " + "pomp " * 300 + "geweldig" + " pomp" * 300 + " einde")
    assert len(middle) == 128
    assert middle == encoder.tokens("begin " + "pomp " * 600 + " einde")
    assert middle != encoder.tokens("begin " + "pomp " * 600 + " prachtig")


@needed
def test_a_genre_has_its_own_ear_and_an_unknown_one_takes_the_usual(analyser: MultilingualAnalyser) -> None:
    """A headline is read by the head for headlines, a review as a post."""
    words = "Winst van pompenfabriek stijgt fors"

    def shares(genre: str) -> tuple[float, float, float] | None:
        return analyser([Text(words=words, language="nl", genre=genre)])[0].probabilities

    assert shares("") == shares("social") == shares("review") == shares("nonsense")
    assert shares("headline") != shares("social")


def test_handles_and_addresses_carry_no_tone() -> None:
    """They become placeholders, so that nobody's name colours a judgement; entities and escapes are read."""
    assert (
        prepare("@Awful_Bank bad &amp; slow, see https://great.example/x?y=1 \\u2019 or www.b.nl")
        == "@user bad & slow, see http ’ or http"
    )
    assert prepare("a\n\n  b\t") == "a b"
    assert prepare("mail me@example.org") == "mail me@example.org"
    assert len(prepare("x" * 1_000_000)) == 4_000


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by name, a missing library is a fault with a way out; "auto" takes what is there."""
    found = importlib.util.find_spec
    monkeypatch.setattr(multilingual, "find_spec", lambda name: None if name == "onnxruntime" else found(name))
    assert not is_installed()
    with pytest.raises(ConfigError, match=r"needs onnxruntime: install listener-monitor\[multilingual\]"):
        load_analyser("multilingual")
    assert not load_analyser("auto").name.startswith("multilingual")


@needed
def test_without_the_weights_it_says_so(tmp_path: Path) -> None:
    """A package with holes is named as such, with the files that are gone."""
    with pytest.raises(ConfigError, match=r"misses encoder\.onnx, words\.npz, heads\.npz"):
        MultilingualAnalyser(folder=tmp_path)


@needed
def test_auto_takes_it_when_it_can_work() -> None:
    """The best one that is installed."""
    assert load_analyser("auto").name == "multilingual 3"


@needed
def test_nothing_is_imported_before_the_first_text() -> None:
    """A command that judges nothing does not wait for the encoder."""
    code = "import sys; from listener.understanding import load_analyser; load_analyser('multilingual'); assert 'onnxruntime' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_the_weights_are_small_and_hold_no_pickle() -> None:
    """All of them together take at most 30 MB, a card and a licence among them, and no file can run code when it is read."""
    names = {one.name: len(one.read_bytes()) for one in weights().iterdir()}
    assert sum(names.values()) <= 30_000_000
    assert {"CARD.md", "LICENSE", "encoder.onnx", "heads.npz", "words.npz"} == set(names)


@pytest.mark.parametrize("words", ["!!!", "?", "12", "...", "- - -"])
def test_signs_alone_have_no_tone(words: str) -> None:
    """Of a text without a letter or a picture nobody knows the tone, however sure the encoder is."""
    [said] = MultilingualAnalyser()([Text(words=words, language="nl")])
    assert (said.tone, said.confidence) == (Tone.UNSURE, 0.0)


def test_without_the_light_analyser_the_encoder_goes_on_alone(
    analyser: MultilingualAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the one beside it break, its word is missing, and no text is lost."""

    def broken(texts: list[Text]) -> list[Sentiment]:
        raise RuntimeError(len(texts))

    text = Text(words="Wat een geweldige service, dank jullie wel!", language="nl")
    [together] = analyser([text])
    monkeypatch.setattr(analyser, "_light", broken)
    [alone] = analyser([text])
    assert alone.tone is together.tone is Tone.POSITIVE
    assert alone.probabilities != together.probabilities
