"""What people say of mentions, put together: the newest word of each person, and whether they contradict one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from listener.core.labels import WITHDRAWN, Aspect, Label
from listener.core.observed import Check, Question
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """What people say of one thing: what they agree on (None when they contradict one another), and how many of them said it."""

    value: str | None
    people: int

    @property
    def contested(self) -> bool:
        """Whether people contradict one another."""
        return self.value is None


UNSAID = Word("", 0)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words on every mention that anybody spoke of, and how often two people agreed and did not, for each aspect."""

    words: Mapping[tuple[int, str], Word]
    units: Mapping[str, tuple[tuple[str, ...], ...]]  # by aspect: the values of each mention that several people judged

    def of(self, mention: int, about: Aspect | Question) -> Word:
        """What people say of a mention; UNSAID where nobody did."""
        return self.words.get((mention, about.value), UNSAID)

    @property
    def doubles(self) -> tuple[int, int]:
        """How many labels were given by two people or more, and on how many of those they differ."""
        labelled = [unit for aspect in Aspect for unit in self.units.get(aspect.value, ())]
        return len(labelled), sum(len(set(unit)) > 1 for unit in labelled)


def spoken(labels: Iterable[Label], checks: Iterable[Check], now: datetime) -> Spoken:
    """Put people's words together; what is dated after `now` is not heard, and who gave no name is one person."""
    said: dict[tuple[int, str], dict[str, tuple[datetime, int, str]]] = defaultdict(dict)

    def hear(key: tuple[int, str], by: str, at: datetime, order: int, value: str) -> None:
        before = said[key].get(by)
        if before is None or (at, order) >= before[:2]:
            said[key][by] = (at, order, value)

    for order, label in enumerate(labels):
        if label.at <= now:
            hear((label.mention, label.aspect.value), label.by, label.at, order, label.value)
    for order, check in enumerate(checks):
        if check.at <= now:
            hear((check.mention, check.question.value), check.by, check.at, order, check.answer)
    words: dict[tuple[int, str], Word] = {}
    units: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in sorted(said):
        values = [value for _, (_, _, value) in sorted(said[key].items()) if value != WITHDRAWN]
        if values:
            words[key] = Word(values[0] if len(set(values)) == 1 else None, len(values))
        if len(values) > 1:
            units[key[1]].append(tuple(values))
    return Spoken(words, {name: tuple(found) for name, found in units.items()})
