"""What an item wants, by rules a person can read: weighted phrases, added up, with the reasons shown.

It speaks about the item, never about the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from listener.core.model import Intent
from listener.understanding.phrases import DUTCH, ENGLISH, VERSION

NAME = f"intent rules {VERSION}"

_THRESHOLD = 1.0
_ENOUGH = 2_000  # characters: what an item wants, it says in its first screens
_QUESTION_MARK = 0.5
# The first that reaches the threshold wins, so that what asks most of the reader comes first: an angry question is a complaint,
# and an unanswered complaint costs more than an unread compliment.
_ORDER = (Intent.COMPLAINT, Intent.JOB, Intent.PURCHASE, Intent.QUESTION, Intent.PRAISE)
# Dutch posts borrow English phrases ("worst service ever"), so they are read with both; the reverse does not happen.
_BY_LANGUAGE = {"nl": (DUTCH, ENGLISH), "en": (ENGLISH,), "und": (DUTCH, ENGLISH)}
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_APOSTROPHES = str.maketrans("\u2019\u2018\u02bc`\u00b4", "'''''")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The phrases of one language for one intent, as one expression."""

    intent: Intent
    pattern: re.Pattern[str]
    weights: Mapping[str, float]  # of whole phrases
    stems: Mapping[str, float]  # of phrases that take any ending

    def weight(self, phrase: str) -> float:
        """The weight of a phrase that the expression matched."""
        if phrase in self.weights:
            return self.weights[phrase]
        return next(weight for stem, weight in self.stems.items() if phrase.startswith(stem))


def intent_of(text: str, language: str) -> Intent:
    """What a text wants; OTHER when no rule reaches the threshold, or in a language without rules."""
    return reasons(text, language)[0]


def reasons(text: str, language: str) -> tuple[Intent, tuple[str, ...]]:
    """What a text wants, and the phrases that say so, in the order in which they stand in it.

    `language` is ISO 639-1 or "und"; rules exist for Dutch and English. Never raises.
    """
    words = " ".join(_LINK.sub(" ", text[:_ENOUGH]).translate(_APOSTROPHES).casefold().split())
    scores = dict.fromkeys(_ORDER, 0.0)
    found: dict[Intent, list[tuple[int, str]]] = {intent: [] for intent in _ORDER}
    for intent, weight, place, phrase in _hits(words, language):
        scores[intent] += weight
        if weight > 0:
            found[intent].append((place, phrase))
    # Praise beside a grievance counts only as far as it outweighs it, and the reverse.
    grievance, praise = max(0.0, scores[Intent.COMPLAINT]), max(0.0, scores[Intent.PRAISE])
    scores[Intent.PRAISE] = praise - grievance
    scores[Intent.COMPLAINT] = grievance if grievance >= praise else 0.0
    best = next((intent for intent in _ORDER if scores[intent] >= _THRESHOLD), Intent.OTHER)
    return best, tuple(phrase for _, phrase in sorted(found.get(best, ())))


def _hits(words: str, language: str) -> Iterator[tuple[Intent, float, int, str]]:
    """Each phrase that stands in the words, counted once, with its place; and the question mark."""
    seen: set[tuple[Intent, str]] = set()
    for rules in _rules(language):
        for match in rules.pattern.finditer(words):
            phrase = match[0]
            if (rules.intent, phrase) not in seen:
                seen.add((rules.intent, phrase))
                yield rules.intent, rules.weight(phrase), match.start(), phrase
    if language in _BY_LANGUAGE and (mark := words.find("?")) >= 0:
        yield Intent.QUESTION, _QUESTION_MARK, mark, "?"


@cache
def _rules(language: str) -> tuple[_Rules, ...]:
    return tuple(
        _compile(intent, {phrase: weight for weight, some in by_weight.items() for phrase in some})
        for phrases in _BY_LANGUAGE.get(language, ())
        for intent, by_weight in phrases.items()
    )


def _compile(intent: Intent, weights: Mapping[str, float]) -> _Rules:
    # Longer phrases first: "niet goed" covers the "goed" in it.
    ordered = sorted(weights, key=len, reverse=True)
    alternatives = "|".join(re.escape(one.rstrip("*")) + (r"\w*" if one.endswith("*") else "") for one in ordered)
    return _Rules(
        intent=intent,
        pattern=re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)"),
        weights={one: weight for one, weight in weights.items() if not one.endswith("*")},
        stems={one.rstrip("*"): weights[one] for one in ordered if one.endswith("*")},
    )
