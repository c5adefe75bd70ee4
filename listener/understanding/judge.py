"""The judge: language, tone and intent of mentions, from the passage around the brand."""

from __future__ import annotations

from collections.abc import Sequence

from listener.core.model import Intent, Judgement, Mention, Sentiment, Text, Tone
from listener.core.ports import Analyser
from listener.understanding import intent
from listener.understanding.language import UNDETERMINED, Languages

_SHORT = 120  # characters; below it the title says what the passage is about
_CONTRADICTIONS = {(Intent.COMPLAINT, Tone.POSITIVE), (Intent.PRAISE, Tone.NEGATIVE)}
_PASSAGE = 1_000  # characters of the text, where there is no excerpt


class Judge:
    """Languages and an analyser, put to work on mentions; the judgement's `judge` names both makers and their versions.

    One broken mention never costs the others: it is unsure, and `judge` names the class of the fault.
    """

    def __init__(self, languages: Languages, analyser: Analyser) -> None:
        self._languages = languages
        self._analyser = analyser

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Judgement]:
        """One judgement for each mention, in order."""
        try:
            return self._judge(mentions)
        except Exception as fault:  # noqa: BLE001 - the port's promise: never raises for one mention
            if len(mentions) == 1:
                return [_failed(fault)]
            return [judgement for mention in mentions for judgement in self([mention])]

    def _judge(self, mentions: Sequence[Mention]) -> list[Judgement]:
        texts = [Text(words=passage(mention), language=self._language(mention)) for mention in mentions]
        sentiments = self._analyser(texts)
        return [_judgement(text, sentiment) for text, sentiment in zip(texts, sentiments, strict=True)]

    def _language(self, mention: Mention) -> str:
        entry = mention.entry
        return self._languages.of(f"{entry.title}\n{entry.text}", entry.language)


def passage(mention: Mention) -> str:
    """The words around the brand: the excerpt, with the title before it where the excerpt is short and does not hold it."""
    entry = mention.entry
    words = mention.excerpt.strip() or entry.text[:_PASSAGE].strip()
    title = entry.title.strip()
    if len(words) >= _SHORT or not title or title.casefold() in words.casefold():
        return words
    return f"{title}\n\n{words}" if words else title


def _judgement(text: Text, sentiment: Sentiment) -> Judgement:
    wanted = intent.intent_of(text.words, text.language)
    # Two judges that contradict each other are no judgement: a complaint that a lexicon finds cheerful is mostly sarcasm,
    # or a word list that knows the wrong word. Saying so is better than mailing the wrong tone.
    tone = Tone.UNSURE if (wanted, sentiment.tone) in _CONTRADICTIONS else sentiment.tone
    return Judgement(
        language=text.language,
        tone=tone,
        polarity=sentiment.polarity,
        confidence=sentiment.confidence,
        intent=wanted,
        judge=f"{sentiment.analyser}; {intent.NAME}",
    )


def _failed(fault: Exception) -> Judgement:
    return Judgement(
        language=UNDETERMINED,
        tone=Tone.UNSURE,
        polarity=0.0,
        confidence=0.0,
        intent=Intent.OTHER,
        judge=f"failed: {type(fault).__name__}",
    )
