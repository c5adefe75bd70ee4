"""Several analysers as one: each language goes to the analyser that knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listener.core.model import Sentiment, Text, Tone
from listener.core.ports import Analyser

NOBODY = "none"


def unsure(analyser: str = NOBODY) -> Sentiment:
    """The honest answer of an analyser that cannot tell."""
    return Sentiment(tone=Tone.UNSURE, polarity=0.0, confidence=0.0, analyser=analyser)


class ByLanguage:
    """One analyser for each language (ISO 639-1); a text in any other is unsure, judged by "none"."""

    def __init__(self, analysers: Mapping[str, Analyser]) -> None:
        self._analysers = dict(analysers)
        self.name = " + ".join(dict.fromkeys(one.name for one in self._analysers.values())) or NOBODY

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """One sentiment for each text, in order; each analyser is asked once, for all its texts."""
        answers = [unsure()] * len(texts)
        for language, analyser in self._analysers.items():
            places = [place for place, text in enumerate(texts) if text.language == language]
            for place, answer in zip(places, analyser([texts[place] for place in places]), strict=True):
                answers[place] = answer
        return answers
