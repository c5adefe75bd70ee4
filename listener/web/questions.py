"""What a person is asked of a week's mentions, and in which order: one question at a time, and none that nobody needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from listener.core.kept import KeptMention
from listener.core.labels import NO, WITHDRAWN, Aspect
from listener.core.observed import Check, Doubtful, Question
from listener.core.values import dataclass

Asking = Aspect | Question

LABELLED = (Aspect.ABOUT, Aspect.TONE, Aspect.INTENT)  # what is asked of each mention of the sample, by anybody once
_CASES = (Question.CLAIM, Question.LEAK)
_OWN = "own"
_ENOUGH = 2  # people who say that a case is of the brand's own making: before that, it is none


def asking(text: str) -> Asking | None:
    """The question of that name that this page asks; None for any other."""
    asked: tuple[Asking, ...] = (*LABELLED, *Question)
    return next((one for one in asked if one.value == text), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What is known of a week, and so what is still to be asked of whoever sits here (`me`)."""

    sample: tuple[KeptMention, ...]
    hits: Mapping[Question, tuple[KeptMention, ...]] = field(default_factory=dict)  # with words that only a person can weigh
    doubtful: Doubtful = field(default_factory=Doubtful)
    said: Mapping[tuple[int, Question], Mapping[str, str]] = field(default_factory=dict)  # the newest answer of each person
    me: str = ""

    def waiting(self) -> tuple[KeptMention, Asking] | None:
        """The next question: first the sample, mention by mention, then the cases; None when all is said."""
        return next(((kept, asked) for kept, asked in self._all() if asked is not None), None)

    def done(self) -> tuple[int, int]:
        """Of how many mentions and cases all is said, and how many there are."""
        states = [asked is None for _, asked in self._all()]
        return sum(states), len(states)

    def open_of(self, kept: KeptMention) -> Asking | None:
        """What is still to be asked of a mention of the sample; of one that is not about the brand nothing more."""
        if is_not_about(kept):
            return None
        for aspect in LABELLED:
            if getattr(kept.labels, aspect.value) is None:
                return aspect
        return next((one for one in self._checks() if not self.said.get((kept.id, one))), None)

    def takes(self, mention: int, asked: Asking) -> bool:
        """Whether this question is asked of this mention here at all."""
        if asked in _CASES:
            return any(one.id == mention for one in self.hits.get(Question(asked), ()))
        return any(one.id == mention for one in self.sample) and (isinstance(asked, Aspect) or asked in self._checks())

    def answered(self, kept: KeptMention, asked: Asking) -> bool:
        """Whether this is said: of a label by anybody, else by whoever sits here."""
        if isinstance(asked, Aspect):
            return getattr(kept.labels, asked.value) is not None
        return self.me in self.said.get((kept.id, asked), {})

    def _checks(self) -> tuple[Question, ...]:
        return (Question.MARKET, Question.WORTH) if self.doubtful.is_listed else (Question.MARKET,)

    def _all(self) -> Iterator[tuple[KeptMention, Asking | None]]:
        for kept in self.sample:
            yield kept, self.open_of(kept)
        for question, found in self.hits.items():
            for kept in found:
                yield kept, question if not is_not_about(kept) and self._is_open(kept.id, question) else None

    def _is_open(self, mention: int, case: Question) -> bool:
        """Whether a case still wants this person's word: nobody spoke yet, or too few of those who say it is our own doing."""
        words = self.said.get((mention, case), {})
        if self.me in words:
            return False
        return not words or (set(words.values()) == {_OWN} and len(words) < _ENOUGH)


def is_not_about(kept: KeptMention) -> bool:
    """Whether somebody said that it is not about the brand."""
    return kept.labels.about is not None and kept.labels.about.value == NO


def newest(checks: Iterable[Check]) -> dict[tuple[int, Question], dict[str, str]]:
    """The newest answer of each person, given oldest first; what was taken back is none."""
    said: dict[tuple[int, Question], dict[str, str]] = {}
    for one in checks:
        words = said.setdefault((one.mention, one.question), {})
        words.pop(one.by, None)
        if one.answer != WITHDRAWN:
            words[one.by] = one.answer
    return said
