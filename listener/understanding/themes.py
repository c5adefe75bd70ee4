"""What stories are about: phrases from the texts themselves that stand out against what else is said of the brand."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from listener.core.kept import KeptMention
from listener.core.model import Brand
from listener.core.stories import Story, voices
from listener.core.stories import words as plain_words
from listener.core.text import unescape
from listener.core.themes import Theme
from listener.understanding.word_kinds import LANGUAGES, Kind, Lexicon, lexicon

FEWEST = 3  # stories; two that share a word are a coincidence
MOST = 5  # themes
LONGEST = 4  # words in a phrase

_READ = 5  # mentions of a story; its reprints say nothing new
_ENOUGH = 1_200  # characters of each
_OTHERS = 3_000  # texts of the background
_LIFT = 1.5  # how many times as often as in the background
_SURE = 1.64  # standard errors by which the log-odds exceed nothing: one chance in twenty for each word
_PRIOR = 5.0  # texts: what we think of a word before we saw the background …
_RATE = 0.02  # … which is that one text in fifty has it
_HOLDS = 0.6  # of a theme's stories must have a longer phrase for it to become the theme's name
_NAME = 0.6  # of its places within a sentence a word must have a capital to be a name
_CLIPPED = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@[\w.@-]+")
_TOKEN = re.compile(r"#?[^\W_]+(?:['’\-][^\W_]+)*|[.!?…:;,()\[\]\"“”„|•\n]")  # noqa: RUF001 - as people write
_BREAKS = frozenset('.!?…:;,()[]"“”„|•\n')
_ENDS = frozenset(".!?…:\n")


@dataclass(slots=True)
class _Phrase:
    """One thing that is said: in which stories, in which words, and in how many texts of the background."""

    stories: set[int] = field(default_factory=set)
    mentions: set[int] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    others: int = 0


Key = tuple[str, ...]


def find_themes(
    stories: Sequence[Story], background: Sequence[KeptMention], *, brand: Brand, known: Sequence[str] = ()
) -> tuple[Theme, ...]:
    """The themes of some stories, the one with most stories first; none where nothing sensible can be said.

    A theme is a noun or a phrase around one, in Dutch or English; texts in other languages are passed over. It stands in at least
    three stories by two voices, and significantly more often than in the background (log-odds with a Dirichlet prior, Monroe et
    al. 2008, doi 10.1093/pan/mpn018). Names of the brand, of authors and of places and people are no themes. `known` are the
    phrases of the days before, the latest first: a theme that was named then keeps its name. The same input gives the same output.
    """
    found = [theme for language in LANGUAGES for theme in _in_language(stories, background, brand, known, language)]
    return tuple(sorted(found, key=lambda theme: (-theme.stories, -theme.items, theme.phrase))[:MOST])


def _in_language(
    stories: Sequence[Story], background: Sequence[KeptMention], brand: Brand, known: Sequence[str], language: str
) -> list[Theme]:
    told = {
        number: [one for one in story.mentions if one.judged.judgement.language == language] for number, story in enumerate(stories)
    }
    told = {number: mentions for number, mentions in told.items() if mentions}
    if len(told) < FEWEST:
        return []
    others = [one for one in background if one.judged.judgement.language == language][:_OTHERS]
    reader = _Reader(lexicon(language), _names(brand, [one for some in told.values() for one in some]))
    texts = [text(one) for mentions in told.values() for one in mentions[:_READ]]
    reader.learn_names([*texts, *(text(one) for one in others)])
    phrases: dict[Key, _Phrase] = defaultdict(_Phrase)
    for number, mentions in told.items():
        for place, one in enumerate(mentions):
            if place >= _READ:
                break
            for key, form in reader.phrases(text(one)):
                phrases[key].stories.add(number)
                phrases[key].mentions.add(one.id)
                phrases[key].forms[form] += 1
    phrases = {key: phrase for key, phrase in phrases.items() if len(phrase.stories) >= FEWEST}
    for one in others:
        for key in {key for key, _ in reader.phrases(text(one))} & phrases.keys():
            phrases[key].others += 1
    chosen = _chosen(phrases, len(told), len(others))
    mentions_of = {one.id: one for mentions in told.values() for one in mentions}
    themes = []
    for key in chosen:
        members = [mentions_of[one] for one in sorted(phrases[key].mentions)]
        # One person who says it ten times is no theme.
        if (speakers := voices(members)) >= 2:
            themes.append(
                Theme(
                    phrase=_named(key, phrases, reader, known),
                    language=language,
                    mentions=tuple(one.id for one in members),
                    stories=len(phrases[key].stories),
                    voices=speakers,
                )
            )
    return themes


def text(one: KeptMention) -> str:
    """What of a mention is read: its title and the passage around the brand, or the beginning of a post."""
    entry = one.entry
    if not entry.title or len(entry.text) <= _ENOUGH:
        return unescape(f"{entry.title}\n{entry.text}"[:_ENOUGH])
    return f"{entry.title}\n{one.judged.mention.excerpt}"[:_ENOUGH]


def _names(brand: Brand, mentions: Iterable[KeptMention]) -> frozenset[str]:
    """What is a name and no theme: the brand, its places, and who wrote and published."""
    places = (label for domain in brand.owned.domains for label in domain.split(".")[:-1])
    said = [brand.name, brand.key, *places]
    for one in mentions:
        said += [one.entry.author.name, one.entry.author.handle, *one.entry.outlet.split(".")[:-1]]
        said += [one.judged.mention.excerpt[start:end] for start, end in one.judged.mention.spans]
    return frozenset(word for some in said for word in plain_words(some))


def _chosen(phrases: Mapping[Key, _Phrase], stories: int, others: int) -> list[Key]:
    """Single words that stand out, as few as tell most: each next one must add stories to those before it."""
    weights = {key: _weight(phrase, stories, others) for key, phrase in phrases.items() if len(key) == 1}
    weights = {key: weight for key, weight in weights.items() if weight > 0}
    told: set[int] = set()
    chosen: list[Key] = []
    while weights and len(chosen) < MOST:
        best = max(weights, key=lambda key: (weights[key] * len(phrases[key].stories - told), len(phrases[key].stories), key))
        fresh = len(phrases[best].stories - told)
        if fresh == 0:
            break
        del weights[best]
        if fresh >= max(2, len(phrases[best].stories) // 3):
            chosen.append(best)
            told |= phrases[best].stories
    return chosen


def _weight(phrase: _Phrase, stories: int, others: int) -> float:
    """By how much the log-odds of a word exceed its background's; 0 where that may be chance."""
    inside = len(phrase.stories)
    one, rest = inside + 0.5, stories - inside + 0.5
    two, other_rest = phrase.others + _PRIOR * _RATE, others - phrase.others + _PRIOR * (1 - _RATE)
    lift = math.log(one / rest) - math.log(two / other_rest)
    error = math.sqrt(1 / one + 1 / rest + 1 / (two + 1) + 1 / other_rest)
    often = inside / stories >= _LIFT * two / (others + _PRIOR)
    return lift if often and lift / error >= _SURE else 0.0


def _named(key: Key, phrases: Mapping[Key, _Phrase], reader: _Reader, known: Sequence[str]) -> str:
    """What a theme is called: as it was before, else the longest phrase that most of its stories have, else the word itself."""
    (word,) = key
    for phrase in known:
        keys = {found for found, form in reader.phrases(phrase) if form == " ".join(phrase.split())}
        if any(word in found for found in keys):
            return phrase
    whole = phrases[key]
    longer = [
        (len(other), len(phrase.stories), other)
        for other, phrase in phrases.items()
        if len(other) > 1 and word in other and len(phrase.stories & whole.stories) >= _HOLDS * len(whole.stories)
    ]
    best = max(longer)[2] if longer else key
    forms = phrases[best].forms
    return max(forms, key=lambda form: (forms[form], -len(form), form))


class _Reader:
    """Reads a text into phrases, in one language."""

    def __init__(self, words: Lexicon, names: frozenset[str]) -> None:
        self._lexicon = words
        self._names = names | {words.family(name) for name in names}
        self._proper: frozenset[str] = frozenset()

    def learn_names(self, texts: Iterable[str]) -> None:
        """Take for names what mostly has a capital where no sentence begins: people, places, products."""
        seen, capital = Counter[str](), Counter[str]()
        for words in texts:
            begins = True
            for token in _TOKEN.findall(_CLIPPED.sub(" ", words)):
                if token in _BREAKS:
                    begins = begins or token in _ENDS
                    continue
                if not begins:
                    seen[token.casefold()] += 1
                    capital[token.casefold()] += token[0].isupper()
                begins = False
        self._proper = frozenset(word for word, count in capital.items() if count >= _NAME * seen[word])

    def phrases(self, words: str) -> Iterator[tuple[Key, str]]:
        """Each phrase of a text once: its families, and the words as they stand there, in small letters."""
        found: dict[Key, str] = {}
        for run in self._runs(words):
            for start in range(len(run)):
                for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                    part = run[start:end]
                    kinds = [kind for _, kind in part]
                    if kinds[0] in {Kind.NOUN, Kind.ADJECTIVE} and kinds[-1] is Kind.NOUN:
                        key = tuple(self._lexicon.family(word) for word, kind in part if kind is not Kind.LINK)
                        if len(set(key)) == len(key):
                            found.setdefault(key, " ".join(word for word, _ in part))
        yield from found.items()

    def _runs(self, words: str) -> Iterator[list[tuple[str, Kind]]]:
        """Stretches without punctuation, names, numbers and words that say nothing."""
        run: list[tuple[str, Kind]] = []
        for token in _TOKEN.findall(_CLIPPED.sub(" ", words)):
            word = token.lstrip("#").casefold().replace("\u2019", "'")
            kind = Kind.NONE if token in _BREAKS or self._is_name(word) else self._lexicon.kind(word)
            if kind is Kind.NONE:
                if run:
                    yield run
                run = []
            else:
                run.append((word, kind))
        if run:
            yield run

    def _is_name(self, word: str) -> bool:
        return (
            word in self._proper or self._lexicon.family(word) in self._names or bool(self._names.intersection(plain_words(word)))
        )
