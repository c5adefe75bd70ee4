"""What an item wants, by rules a person can read: weighted phrases, added up, with the reasons shown.

It speaks about the item, never about the person.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from listener.core.model import Intent, Sentiment, Tone
from listener.core.values import dataclass
from listener.understanding import patterns
from listener.understanding.phrases import DUTCH, ENGLISH, VERSION, Phrases
from listener.understanding.sieve import keys_for, keys_of

NAME = f"intent rules {VERSION}"

_THRESHOLD = 1.0
_ENOUGH = 2_000  # characters: what an item wants, it says in its first screens
_QUESTION_MARK = 0.5
_BRIEF_TEXT = 25  # words; in a longer text a misfortune is part of what it tells
_BRIEF = 4  # words; a pattern's find up to this long is shown as it stands
_ASKED = 1.0  # a sentence that begins as a question and ends as one
_ANSWERED = -0.6  # a question that nobody in the text asks for himself, and that the text goes on to answer
_SPOKEN = 20  # words of a customer that are looked at; two different ones are enough
_FEW = 2  # words; fewer after a question are a greeting or a hashtag, no answer, and fewer before an interrogative its opening
# What a clear tone adds to a complaint or to praise where a customer speaks: a text says "the driver threw it over the fence" in a
# thousand ways, and the analyser knows more of them than any list. By itself a tone is never enough: bad news is no complaint.
_TONE = ((0.85, 0.8), (0.65, 0.6), (0.5, 0.4))
# One word of what is bought or waited for, and two of them; and who speaks for himself, or to somebody. Whoever praises does not
# always speak of the brand ("I love this evening"), so that "I" says less there.
_CUSTOMER = (0.0, 0.3, 0.4)
_VOICE = {Intent.COMPLAINT: 0.3, Intent.PRAISE: 0.1}
_GRIEVANCE = 0.7  # of a phrase or pattern, beside which praise is no longer believed
_TONES = {Tone.NEGATIVE: Intent.COMPLAINT, Tone.POSITIVE: Intent.PRAISE}
# The first that reaches the threshold wins, so that what asks most of the reader comes first: an angry question is a complaint,
# and an unanswered complaint costs more than an unread compliment.
_ORDER = (Intent.COMPLAINT, Intent.JOB, Intent.PURCHASE, Intent.QUESTION, Intent.PRAISE)
# What only sounds negative, and says in words that it asks, wants to buy, or hires, is heard by its words.
_ORDER_OF_TONE = (Intent.JOB, Intent.PURCHASE, Intent.QUESTION, Intent.COMPLAINT, Intent.PRAISE)
# Dutch posts borrow English phrases ("worst service ever"), so they are read with both; the reverse does not happen.
_BY_LANGUAGE = {"nl": ("nl", "en"), "en": ("en",), "und": ("nl", "en")}
_PHRASES: Mapping[str, Phrases] = {"nl": DUTCH, "en": ENGLISH}
_PATTERNS = {"nl": patterns.DUTCH, "en": patterns.ENGLISH}
_CUSTOMERS = {"nl": patterns.DUTCH_CUSTOMER, "en": patterns.ENGLISH_CUSTOMER}
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_APOSTROPHES = str.maketrans("\u2019\u2018\u02bc`\u00b4", "'''''")
_NUMBER = (
    r"(?:\d+(?:[.,]\d+)*|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|twintig|tweede|derde|vierde|vijfde|zoveelste|"
    r"enkele|paar|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|second|third|fourth|fifth|a|an)"
)
_LINE = re.compile(r"\n\s*(?=\d\.\d: )")
_SENTENCE = re.compile(r"[^.!?\n]*\?")
_NAMED = re.compile(r"[@#]\w+")
_MARK = re.compile(r"[.!?]")
# Words that ask only in a sentence that asks: elsewhere they join ("an airline who knows how to treat people").
_JOINING = """
    wat,welke,waarom,hoe,wanneer,waar,wie,hoeveel,wat is,wanneer is,kan ik,mag ik,moet ik,
    what,which,why,how,when,where,who,what is the,how does,is there a,is there any,do you,can you,could you,can i,should i
"""
_INTERROGATIVES = frozenset(word.strip() for word in _JOINING.split(","))
# How a sentence begins that asks: after a greeting or a handle, an interrogative or a verb before its subject.
_GREETING = (
    r"(?:hi|hey|hello|hallo|hoi|beste|dear|good (?:morning|afternoon|evening)|goede(?:morgen|middag|navond)|vraagje|vraag|"
    r"quick one|quick question|question|maar|en|but|and|so|ja|nou|excuse me|sorry)\b(?:[^,:?]{0,30}[,:])?"
)
_ASKING = """
    wat|wie|waar|waarom|wanneer|welk|welke|hoe|hoeveel|waarmee|waarin|waarvoor|weet|weten|kent|kennen|heeft|hebben|heb|is|zijn|kan|kun|
    kunnen|mag|mogen|moet|moeten|gaat|gaan|doet|doen|werkt|werken|past|passen|komt|komen|leveren|levert|klopt|wordt|worden|zit|iemand|
    geldt|krijg|krijgen|staat|bestaat|lukt|duurt|wil|willen|zal|zou|zouden|
    what|what's|who|who's|whose|where|where's|why|when|when's|which|how|how's|is|isn't|are|aren't|am|was|were|do|don't|does|doesn't|did|
    can|can't|could|couldn't|will|won't|would|should|shall|may|has|hasn't|have|any|anyone|anybody|someone
"""
# A Dutch question without any of these puts the verb before its subject: "rijdt de bus …", "past er …".
_TURNED = r"[^\W\d_]{2,}\s+(?:ik|je|jij|jullie|u|we|wij|het|er|de|een|dit|dat|deze)"
_OPENING = re.compile(rf"(?:(?:[\W\d_]*@\w+[:,]?|{_GREETING})\s*){{0,3}}[\W_]*(?:{''.join(_ASKING.split())}|{_TURNED})\b")
# "Will rates stay this low?", "wordt dit het jaar van …?": what a headline asks of the future, it asks nobody.
_OF_THE_FUTURE = re.compile(
    r"\W*(?:wordt|worden|blijft|blijven|gaat|gaan|stijgt|daalt|verliest|wint|komt|keert|will|won't|could|is this|are|"
    r"is dit|zijn dit)\b(?! (?:er|there|open|dicht)\b)"
)
# Who speaks for himself or to somebody.
_PERSON = re.compile(
    r"(?<!\w)(?:ik|mij|me|mijn|m'n|we|wij|ons|onze|jullie|u|uw|iemand|i|i'm|i've|i'd|i'll|my|mine|we're|we've|us|our|you|your|you're|"
    r"anyone|anybody|someone)(?!\w)|^[\W_]*@\w"
)
# A question that sounds negative and asks for a reason wants no answer, but something done.
_WHY = re.compile(r"(?<!\w)(waarom|hoe kan het|hoe komt het|hoe is het mogelijk|why|how come|how is it possible)(?!\w)[^.!]*\?")
# Questions to which nobody wants an answer.
_RHETORICAL = re.compile(
    r"\b(?:weet (?:je|u|jij) wat|wist (?:je|u|jij|jullie)|had (?:dat|je|ooit)|wie had|hoe gek|hoe leuk|hoe mooi is dat|"
    r"waar gaat dit|we gaan het zien|we zullen zien|afwachten maar|we'll see|time will tell|you know what|did you know|"
    r"who would have|who knew|how cool is|how nice is|how hard can|what could go wrong|remember when)\b"
)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The phrases of one language for one intent, as one expression."""

    intent: Intent
    pattern: re.Pattern[str]
    weights: Mapping[str, float]  # of whole phrases
    stems: Mapping[str, float]  # of phrases that take any ending
    keys: frozenset[str] | None  # see `sieve`

    def weight(self, phrase: str) -> float:
        """The weight of a phrase that the expression matched."""
        if phrase in self.weights:
            return self.weights[phrase]
        return next(weight for stem, weight in self.stems.items() if phrase.startswith(stem))


@dataclass(frozen=True, slots=True)
class _Hit:
    """A find: for which intent, what it weighs, where it stands, and what a person is shown."""

    intent: Intent
    weight: float
    start: int
    end: int
    phrase: str

    def belongs_to(self, other: _Hit) -> bool:
        """Whether it says nothing beside another."""
        inside = other.start <= self.start and self.end <= other.end
        touches = other.start < self.end and self.start < other.end
        return inside or self.phrase == other.phrase or (other.weight < 0 < self.weight and touches)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two groups of words near each other, for one intent."""

    intent: Intent
    weight: float
    expression: str
    keys: tuple[frozenset[str] | None, frozenset[str] | None]  # of the left group, and of the right one

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when it is first asked: of 150 most never are."""
        return _compiled(self.expression)


def intent_of(text: str, language: str, sentiment: Sentiment | None = None) -> Intent:
    """What a text wants; OTHER when no rule reaches the threshold, or in a language without rules."""
    return reasons(text, language, sentiment)[0]


def reasons(text: str, language: str, sentiment: Sentiment | None = None) -> tuple[Intent, tuple[str, ...]]:
    """What a text wants, and the phrases that say so, in the order in which they stand in it.

    `language` is ISO 639-1 or "und"; rules exist for Dutch and English. Where the tone of the text helped, "tone: negative" or
    "tone: positive" stands at the end. Never raises.
    """
    words = _read(text)
    hits = [*_hits(words, language), *_felt(words, language, sentiment)]
    scores = dict.fromkeys(_ORDER, 0.0)
    found: dict[Intent, list[_Hit]] = {intent: [] for intent in _ORDER}
    for hit in sorted(hits, key=lambda hit: (hit.weight > 0, hit.start - hit.end)):
        # What stands inside a longer find is part of it, what is taken back is not found again in other company, and the same
        # words said twice are no more evidence.
        if any(hit.belongs_to(other) for other in found[hit.intent]):
            continue
        scores[hit.intent] += hit.weight
        found[hit.intent].append(hit)
    # Praise beside a grievance counts only as far as it outweighs it, and the reverse.
    grievance, praise = max(0.0, scores[Intent.COMPLAINT]), max(0.0, scores[Intent.PRAISE])
    scores[Intent.PRAISE] = praise - grievance
    scores[Intent.COMPLAINT] = grievance if grievance >= praise else 0.0
    order = _ORDER if _is_told(found[Intent.COMPLAINT], words) else _ORDER_OF_TONE
    best = next((intent for intent in order if scores[intent] >= _THRESHOLD - 1e-9), Intent.OTHER)
    shown = sorted((hit for hit in found.get(best, ()) if hit.weight > 0), key=lambda hit: (hit.start, hit.end))
    return best, tuple(hit.phrase for hit in shown)


def _is_told(hits: Sequence[_Hit], words: str) -> bool:
    """Whether something in the words themselves complains, beside their tone."""
    return not any(hit.start == len(words) for hit in hits) or any(
        hit.weight >= _GRIEVANCE for hit in hits if hit.start < len(words)
    )


def sounds_ironic(text: str, language: str) -> bool:
    """Whether words that say praise stand beside what nobody praises: a turn of irony, a misfortune, or a grievance."""
    words = _read(text)
    if language not in _BY_LANGUAGE:
        return False
    if any(_irony(code).search(words) for code in _BY_LANGUAGE[language]):
        return True
    brief = words.count(" ") < _BRIEF_TEXT and not _rescued().search(words)
    if brief and any(_misfortune(code).search(words) for code in _BY_LANGUAGE[language]):
        return True
    weights = [hit.weight for hit in _hits(words, language) if hit.intent is Intent.COMPLAINT]
    return max(weights, default=0.0) >= _GRIEVANCE and min(weights, default=0.0) >= 0


def _read(text: str) -> str:
    return " ".join(_LINK.sub(" ", text[:_ENOUGH]).translate(_APOSTROPHES).casefold().split())


@lru_cache(maxsize=64)  # the same words are asked for their intent, and for irony
def _hits(words: str, language: str) -> tuple[_Hit, ...]:
    """Each phrase and pattern that stands in the words, and what is asked."""
    return tuple(_found(words, language))


def _found(words: str, language: str) -> Iterator[_Hit]:
    offered = keys_of(words)
    for rules in _rules(language):
        if rules.keys is not None and offered.isdisjoint(rules.keys):
            continue
        for match in rules.pattern.finditer(words):
            if match[0] in _INTERROGATIVES and not _asks(words, match.start(), match.end()):
                continue
            yield _Hit(rules.intent, rules.weight(match[0]), match.start(), match.end(), match[0])
    for pair in _pairs(language):
        if any(keys is not None and offered.isdisjoint(keys) for keys in pair.keys):
            continue
        # A pattern counts once, however often it holds.
        if (near := pair.pattern.search(words)) is not None:
            shown = near[0] if len(near[0].split()) <= _BRIEF else f"{near['left']} \u2026 {near['right']}"
            yield _Hit(pair.intent, pair.weight, near.start(), near.end(), shown)
    if language in _BY_LANGUAGE and (mark := words.find("?")) >= 0:
        yield _Hit(Intent.QUESTION, _asked(words), mark, mark + 1, "?")


def _asks(words: str, start: int, end: int) -> bool:
    """Whether an interrogative stands in a sentence that ends in a question mark, or opens one that was left without it."""
    begin = max(words.rfind(mark, 0, start) for mark in ".!?\n") + 1
    mark = _MARK.search(words, end)
    if mark is not None and mark[0] == "?":
        return True
    before = len(_NAMED.sub(" ", words[begin:start]).split())
    return before <= _FEW and _OPENING.match(words[begin:].strip()) is not None


def _asked(words: str) -> float:
    """What the question marks of a text weigh: whether somebody wants an answer, or the text has it already."""
    weight = _ANSWERED
    for sentence in _SENTENCE.finditer(words):
        rest = words[sentence.end() :]
        goes_on = len(_NAMED.sub(" ", rest).split()) > _FEW
        if _RHETORICAL.search(words, sentence.start()) or (
            goes_on and not _PERSON.search(sentence[0]) and not _PERSON.search(rest)
        ):
            continue
        told = not _PERSON.search(words) and _OF_THE_FUTURE.match(sentence[0])
        weight = max(weight, _ASKED if _OPENING.match(sentence[0].strip()) and not told else _QUESTION_MARK)
    return weight


def _felt(words: str, language: str, sentiment: Sentiment | None) -> Iterator[_Hit]:
    """What a clear tone adds where a customer speaks."""
    intent = None if sentiment is None else _TONES.get(sentiment.tone)
    if sentiment is None or intent is None or sentiment.probabilities is None or language not in _BY_LANGUAGE:
        return
    weight = next((weight for least, weight in _TONE if sentiment.confidence >= least), 0.0)
    spoken = {found[0]: found for found in itertools.islice(_customer(language).finditer(words), _SPOKEN)}
    person = _PERSON.search(words)
    if not weight or (not spoken and (person is None or intent is Intent.PRAISE)):
        return
    for place, one in enumerate([*spoken.values()][:2]):
        yield _Hit(intent, _CUSTOMER[place + 1] - _CUSTOMER[place], one.start(), one.end(), one[0])
    if person is not None:
        yield _Hit(intent, _VOICE[intent], person.start(), person.end(), person[0])
    if intent is Intent.COMPLAINT and (why := _WHY.search(words)) is not None:
        yield _Hit(intent, _GRIEVANCE, why.start(1), why.end(1), why[1])
    yield _Hit(intent, weight, len(words), len(words), f"tone: {sentiment.tone.value}")


_compiled = cache(re.compile)


@cache
def _rules(language: str) -> tuple[_Rules, ...]:
    return tuple(
        _compile(intent, {phrase: weight for weight, some in by_weight.items() for phrase in some})
        for code in _BY_LANGUAGE.get(language, ())
        for intent, by_weight in _PHRASES[code].items()
    )


@cache
def _pairs(language: str) -> tuple[_Pair, ...]:
    return tuple(
        _pair(intent, line)
        for code in _BY_LANGUAGE.get(language, ())
        for intent, lines in _PATTERNS[code].items()
        for line in _LINE.split(lines)
        if line.strip()
    )


@cache
def _irony(code: str) -> re.Pattern[str]:
    turns = _group(patterns.IRONY[code].replace("\n", ""))
    return re.compile(rf"(?<!\w)(?:{turns})(?!\w)|[.!?\u2026] *(?:not|niet dus)\W*$|[\U0001f644\U0001f612]")


@cache
def _misfortune(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_group(patterns.MISFORTUNE[code].replace(chr(10), ''))})(?!\w)")


@cache
def _rescued() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_group(patterns.RESCUED.replace(chr(10), ''))})(?!\w)")


@cache
def _customer(language: str) -> re.Pattern[str]:
    groups = "|".join(_group(_CUSTOMERS[code].replace("\n", "")) for code in _BY_LANGUAGE[language])
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w)")


def _compile(intent: Intent, weights: Mapping[str, float]) -> _Rules:
    # Longer phrases first: "niet goed" covers the "goed" in it.
    ordered = sorted(weights, key=len, reverse=True)
    alternatives = "|".join(re.escape(one.rstrip("*")) + (r"\w*" if one.endswith("*") else "") for one in ordered)
    return _Rules(
        intent=intent,
        pattern=re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)"),
        weights={one: weight for one, weight in weights.items() if not one.endswith("*")},
        stems={one.rstrip("*"): weights[one] for one in ordered if one.endswith("*")},
        keys=keys_for(weights),
    )


def _pair(intent: Intent, line: str) -> _Pair:
    """A line of `patterns` as an expression; between the groups at most so many words, and no end of a sentence."""
    weight, _, rest = re.sub(r"\n\s+", "", line.strip()).partition(": ")
    left, _, rest = rest.partition(" ~")
    most, _, right = rest.partition(" ")
    between = rf"[^\w.!?;]+(?:[\w'/@-]+[^\w.!?;]+){{0,{int(most)}}}?"
    expression = rf"(?<!\w)(?P<left>{_group(left)}){between}(?P<right>{_group(right)})(?!\w)"
    keys = (keys_for(_alternatives(left)), keys_for(_alternatives(right)))
    return _Pair(intent, float(weight), expression, keys)


def _group(alternatives: str) -> str:
    ordered = sorted(_alternatives(alternatives), key=len, reverse=True)
    return "|".join(re.escape(one).replace(r"\*", r"\w*").replace(r"\#", _NUMBER) for one in ordered)


def _alternatives(group: str) -> list[str]:
    return [one.strip() for one in group.split("|")]
