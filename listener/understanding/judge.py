"""The judge: language, tone and intent of mentions, from the passage around the brand, and towards the brand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from listener.core.model import Intent, JudgedMention, Judgement, Mention, Sentiment, Text, Tone
from listener.core.ports import Analyser
from listener.core.values import dataclass
from listener.understanding import intent, towards
from listener.understanding.denials import denied
from listener.understanding.language import UNDETERMINED, Languages
from listener.understanding.passage import names_in, passage
from listener.understanding.turns import Turn

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
_OPPOSITE = {Tone.POSITIVE: Tone.NEGATIVE, Tone.NEGATIVE: Tone.POSITIVE}
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
# Nor is it neutral, where the analyser is not sure of that: "switched from … to …, what a relief".
_HARDLY = 0.65


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention as it is put to the makers: the passage for the intent, and what of it is about the brand for the tone."""

    words: str
    text: Text
    turn: Turn | None
    signs: float | None  # what its signs say where it has no words, in [-1, 1]
    beside: float | None  # what they say beside a few words
    unquoted: Text | None  # without what others said, where it quotes


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
        quoting = [one for one in heard if one.unquoted is not None]
        sentiments = self._analyser([*(one.text for one in heard), *(one.unquoted for one in quoting if one.unquoted is not None)])
        without = dict(zip(map(id, quoting), sentiments[len(heard) :], strict=True))
        return [
            _judgement(one, _own_words(sentiment, without.get(id(one))))
            for one, sentiment in zip(heard, sentiments[: len(heard)], strict=True)
        ]


def heard_of(mention: Mention, language: str, *, name: str = "", kind: str = "") -> Heard:
    """A mention as it is put to the makers; `name` is the brand's, `kind` its source's, "" where nobody knows."""
    names = names_in(mention, name)
    words = passage(mention, names)
    hidden = towards.masked(words, names)
    about = towards.about(hidden, language)
    text = Text(words=about.replace(towards.MASK, _PLACEHOLDER), language=language, genre=GENRES.get(kind, ""))
    rest = towards.unquoted(about)
    return Heard(
        words=words,
        text=text,
        turn=towards.turn(hidden, language) or denied(about, language),
        signs=towards.signs(hidden),
        beside=towards.signs_beside(hidden),
        unquoted=None if rest is None else replace(text, words=rest.replace(towards.MASK, _PLACEHOLDER)),
    )


def why_intended(judged: JudgedMention, *, name: str = "", kind: str = "") -> tuple[str, ...]:
    """The words for which a judgement has its intent, in their order; () for none, and where today's rules say something else.

    `name` is the brand's, `kind` its source's. A tone that helped stands at the end, as in `intent.reasons`. Never raises.
    """
    said = judged.judgement
    # What the analyser held possible is not kept, nor needed: the rules ask for the tone and how sure it was.
    felt = Sentiment(
        tone=said.tone,
        polarity=said.polarity,
        confidence=said.confidence,
        analyser=said.judge,
        probabilities=(0.0, 0.0, 0.0),
    )
    words = heard_of(judged.mention, said.language, name=name, kind=kind).words
    tried = (intent.reasons(words, said.language, one) for one in (felt, None))
    return next((because for wanted, because in tried if wanted is said.intent), ())


def _own_words(sentiment: Sentiment, without: Sentiment | None) -> Sentiment:
    """The tone of a text that quotes somebody: what the writer's own words say against it, or nothing, where they say nothing."""
    if without is None or sentiment.tone not in _OPPOSITE:
        return sentiment
    if without.tone is _OPPOSITE[sentiment.tone]:
        return without
    return replace(sentiment, tone=Tone.UNSURE) if without.tone is Tone.NEUTRAL else sentiment


def _turned(turn: Turn | None, sentiment: Sentiment) -> Tone | None:
    if turn is None:
        return None
    if sentiment.tone is Tone.NEUTRAL and sentiment.confidence < _HARDLY:
        return Tone.POSITIVE if turn is Turn.BETTER else Tone.NEGATIVE
    return _TURNED.get((turn, sentiment.tone))


def _judgement(heard: Heard, sentiment: Sentiment) -> Judgement:
    language = heard.text.language
    if heard.signs is not None:
        sentiment = _of_signs(heard.signs)
    elif heard.beside is not None and abs(heard.beside) > _WEAK and sentiment.tone in {Tone.NEUTRAL, Tone.UNSURE}:
        sentiment = _of_signs(heard.beside)
    turned = _turned(heard.turn, sentiment)
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
        probabilities=sentiment.probabilities,
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
