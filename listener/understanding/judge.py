"""The judge: language, tone and intent of mentions, from the passage around the brand, and towards the brand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from listener.core.model import Intent, Judgement, Mention, Sentiment, Text, Tone
from listener.core.ports import Analyser
from listener.understanding import intent, towards
from listener.understanding.language import UNDETERMINED, Languages
from listener.understanding.passage import names_in, passage
from listener.understanding.towards import Turn

# What a kind of place holds, of the genres that `Text` knows: what is neutral in a headline may not be in a post.
GENRES: Mapping[str, str] = {
    "app-store": "review",
    "bluesky": "social",
    "hacker-news": "social",
    "mastodon": "social",
    "reddit": "social",
    "x": "social",
    "youtube": "social",
}
_CONTRADICTIONS = {(Intent.COMPLAINT, Tone.POSITIVE), (Intent.PRAISE, Tone.NEGATIVE)}
_WEAK = 0.4  # of a sign's strength: beyond it nobody doubts what it says
# What the analyser reads in the place of the brand: a name that nobody has said anything of. As a handle it would make a text sound
# like a message to a company, and those are mostly complaints.
_PLACEHOLDER = "Merk"
# A comparison that puts the brand below others is no praise of it, one that puts it above them no blame.
_TURNED = {
    (Turn.WORSE, Tone.POSITIVE): Tone.NEGATIVE,
    (Turn.WORSE, Tone.UNSURE): Tone.NEGATIVE,
    (Turn.BETTER, Tone.NEGATIVE): Tone.POSITIVE,
    (Turn.BETTER, Tone.UNSURE): Tone.POSITIVE,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention as it is put to the makers: the passage for the intent, and what of it is about the brand for the tone."""

    words: str
    text: Text
    turn: Turn | None
    signs: float | None  # what its signs say where it has no words, in [-1, 1]


class Judge:
    """Languages and an analyser, put to work on mentions; the judgement's `judge` names all makers and their versions.

    `names` are the names of brands and `kinds` the kinds of sources, by key; without them the judge works with less. One broken
    mention never costs the others: it is unsure, and `judge` names the class of the fault.
    """

    def __init__(
        self,
        languages: Languages,
        analyser: Analyser,
        *,
        names: Mapping[str, str] | None = None,
        kinds: Mapping[str, str] | None = None,
    ) -> None:
        self._languages = languages
        self._analyser = analyser
        self._names = names or {}
        self._kinds = kinds or {}

    def knowing(self, *, names: Mapping[str, str], kinds: Mapping[str, str]) -> Judge:
        """The same makers, for other brands and sources."""
        return Judge(self._languages, self._analyser, names=names, kinds=kinds)

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Judgement]:
        """One judgement for each mention, in order."""
        try:
            return self._judge(mentions)
        except Exception as fault:  # noqa: BLE001 - the port's promise: never raises for one mention
            if len(mentions) == 1:
                return [_failed(fault)]
            return [judgement for mention in mentions for judgement in self([mention])]

    def _judge(self, mentions: Sequence[Mention]) -> list[Judgement]:
        heard = [
            heard_of(
                one,
                self._languages.of(f"{one.entry.title}\n{one.entry.text}", one.entry.language),
                name=self._names.get(one.brand, ""),
                kind=self._kinds.get(one.entry.source, ""),
            )
            for one in mentions
        ]
        sentiments = self._analyser([one.text for one in heard])
        return [_judgement(one, sentiment) for one, sentiment in zip(heard, sentiments, strict=True)]


def heard_of(mention: Mention, language: str, *, name: str = "", kind: str = "") -> Heard:
    """A mention as it is put to the makers; `name` is the brand's, `kind` its source's, "" where nobody knows."""
    names = names_in(mention, name)
    words = passage(mention, names)
    hidden = towards.masked(words, names)
    about = towards.about(hidden, language)
    text = Text(words=about.replace(towards.MASK, _PLACEHOLDER), language=language, genre=GENRES.get(kind, ""))
    return Heard(words, text, towards.turn(hidden, language), towards.signs(hidden))


def _judgement(heard: Heard, sentiment: Sentiment) -> Judgement:
    language = heard.text.language
    if heard.signs is not None:
        sentiment = _of_signs(heard.signs)
    turned = _TURNED.get((heard.turn, sentiment.tone)) if heard.turn is not None else None
    wanted = intent.intent_of(heard.words, language, sentiment)
    if turned is not None:
        strength = abs(sentiment.polarity)
        sentiment = replace(sentiment, tone=turned, polarity=strength if turned is Tone.POSITIVE else -strength)
        # The praise or the complaint was of somebody else.
        wanted = Intent.OTHER if (wanted, turned) in _CONTRADICTIONS else wanted
    return Judgement(
        language=language,
        tone=sentiment.tone if turned is not None else _tone(heard, wanted, sentiment),
        polarity=sentiment.polarity,
        confidence=sentiment.confidence,
        intent=wanted,
        judge=f"{sentiment.analyser}; {towards.NAME}; {intent.NAME}",
    )


def _of_signs(valence: float) -> Sentiment:
    """A tone from signs alone; unsure where they are weak. The confidence is the strength of the signs, not a measured share."""
    tone = Tone.POSITIVE if valence > 0 else Tone.NEGATIVE
    strong = abs(valence) > _WEAK
    return Sentiment(tone=tone if strong else Tone.UNSURE, polarity=valence, confidence=abs(valence), analyser=towards.SIGNS)


def _tone(heard: Heard, wanted: Intent, sentiment: Sentiment) -> Tone:
    # Two judges that contradict each other are no judgement: a complaint that a lexicon finds cheerful is mostly sarcasm,
    # or a word list that knows the wrong word. Saying so is better than mailing the wrong tone.
    if (wanted, sentiment.tone) in _CONTRADICTIONS:
        return Tone.UNSURE
    if sentiment.tone is Tone.POSITIVE and intent.sounds_ironic(heard.words, heard.text.language):
        return Tone.UNSURE
    # A vacancy praises its own company; that is no praise from others.
    return Tone.NEUTRAL if wanted is Intent.JOB and sentiment.tone is Tone.POSITIVE else sentiment.tone


def _failed(fault: Exception) -> Judgement:
    return Judgement(
        language=UNDETERMINED,
        tone=Tone.UNSURE,
        polarity=0.0,
        confidence=0.0,
        intent=Intent.OTHER,
        judge=f"failed: {type(fault).__name__}",
    )
