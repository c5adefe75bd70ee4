"""What known words, signs and idiom say about a text, as numbers that mean the same in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listener.core.values import dataclass
from listener.understanding.light_reading import Counts, Flags, Hashes, Reading, joined, per_text, read

Numbers = NDArray[np.float64]

FOLDER = "weights/light"
ROLES = ("not", "very", "slightly", "but", "irony", "news", "ask")
_STRENGTHS = ("+3", "+2", "+1", "-1", "-2", "-3")


@dataclass(frozen=True, slots=True)
class Table:
    """Hashes in ascending order, each with a row of values."""

    keys: Hashes
    values: Numbers

    def rows(self, hashes: Hashes) -> tuple[Counts, Numbers]:
        """Which of the hashes are known, and the row of each of those."""
        if not len(self.keys):
            return np.empty(0, np.int64), np.empty((0, self.values.shape[1]))
        at = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        hits = np.flatnonzero(self.keys[at] == hashes)
        return hits, self.values[at[hits]]


@dataclass(frozen=True, slots=True)
class WordList:
    """Our own words of one language: how they feel in [-1, 1], and what they do to their neighbours (a column for each role)."""

    phrases: dict[int, Table]  # number of tokens -> the phrases of that length
    stems: dict[int, Table]  # number of letters -> the beginnings of that length


@cache
def word_list(language: str) -> WordList:
    """The words of a language and those all share, from words.LANGUAGE.txt and words.all.txt beside the weights."""
    phrases: dict[int, dict[int, Numbers]] = {}
    stems: dict[int, dict[int, Numbers]] = {}
    for name in ("all", language):
        text = (files("listener.understanding") / FOLDER / f"words.{name}.txt").read_text(encoding="utf-8")
        entries = list(_entries(text))
        reading = read([entry.rstrip("*").replace("_", " ") for entry, _ in entries])
        whole = _phrase_hashes(reading)
        for number, (entry, section) in enumerate(entries):
            tokens, key = whole[number]
            if tokens == 0:
                continue
            is_stem = entry.endswith("*") and tokens == 1
            table = stems.setdefault(len(entry) - 1, {}) if is_stem else phrases.setdefault(tokens, {})
            row = table.setdefault(key, np.zeros(1 + len(ROLES)))
            if section in _STRENGTHS:
                row[0] = int(section) / 3
            else:
                row[1 + ROLES.index(section)] = 1
    return WordList(*({size: _table(rows) for size, rows in sorted(some.items())} for some in (phrases, stems)))


@cache
def sign_strengths() -> Mapping[str, float]:
    """The emoji that every language shares, each with its strength in [-1, 1]."""
    listed = (files("listener.understanding") / FOLDER / "words.all.txt").read_text(encoding="utf-8")
    strong = ((entry, section) for entry, section in _entries(listed) if section in _STRENGTHS)
    return {entry: int(section) / 3 for entry, section in strong if len(entry) == 1 and not entry.isalnum()}


def _entries(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            for entry in line.split():
                yield entry, section


def _phrase_hashes(reading: Reading) -> list[tuple[int, int]]:
    """For each text of the reading how many tokens it has, and the hash of them as one phrase."""
    found = []
    edges = np.searchsorted(reading.token_of, np.arange(reading.size + 1))
    for start, end in pairwise(edges):
        tokens = reading.tokens[start:end]
        key = tokens[:1]
        for place in range(1, len(tokens)):
            key = joined(key, tokens[place : place + 1])
        found.append((len(tokens), int(key[0]) if len(key) else 0))
    return found


def _table(rows: dict[int, Numbers]) -> Table:
    keys = sorted(rows)
    return Table(np.array(keys, np.uint64), np.array([rows[key] for key in keys]))


def features(reading: Reading, own: WordList, given: Table) -> tuple[Numbers, Flags]:
    """A row of numbers for each text, and whether any word or sign in it is known.

    `given` holds the lexicons of others, a row for each word: strength in [-1, 1] (VADER or AFINN), TextBlob's polarity in
    [-1, 1], TextBlob's subjectivity in [0, 1].
    """
    size, of = reading.size, reading.token_of
    valence, roles, fixed = _read_own(reading, own)
    lists = np.zeros((len(of), 3))
    hits, rows = given.rows(reading.tokens)
    lists[hits] = rows
    known = np.zeros(len(of), np.bool_)
    known[hits] = True

    negated = _near(roles[:, 0] > 0, reading.clause, (1, 2, 3))
    denied = _near(roles[:, 0] > 0, reading.clause, (-1, -2)) & ~fixed
    force = 1 + 0.4 * _near(roles[:, 1] > 0, reading.clause, (1,)) - 0.4 * _near(roles[:, 2] > 0, reading.clause, (1,))
    after_but = _after(roles[:, 3] > 0, reading)
    columns: list[Numbers] = []

    def add(values: NDArray[np.floating[Any]]) -> None:
        columns.append(values.astype(np.float64))

    for column, flip in ((valence, negated & ~fixed), (lists[:, 0], negated), (lists[:, 1], negated)):
        value = column * force
        straight, turned = np.where(flip, 0.0, value), np.where(flip, value, 0.0)
        good, bad = per_text(np.maximum(straight, 0), of, size), per_text(np.maximum(-straight, 0), of, size)
        not_good, not_bad = per_text(np.maximum(turned, 0), of, size), per_text(np.maximum(-turned, 0), of, size)
        for amount in (good, bad, not_good, not_bad):
            add(np.log1p(amount))
        net = good - bad - 0.7 * not_good + 0.3 * not_bad
        add(net / (good + bad + not_good + not_bad + 0.5))
        add(np.log1p(per_text(np.maximum(np.where(denied, value, 0), 0), of, size)))
        add((good > 0) * 1.0)
        add((bad > 0) * 1.0)
    signed = np.where(negated & ~fixed, -0.6 * valence, valence) + np.where(negated, -0.6, 1) * lists[:, 0]
    add(np.tanh(per_text(np.where(after_but, signed, 0), of, size)))
    add(np.tanh(per_text(np.where(_last_clause(reading), signed, 0), of, size)))
    add(_mean(lists[:, 1], known, of, size))
    add(_mean(lists[:, 2], known, of, size))
    for place in range(len(ROLES)):
        add(np.log1p(per_text(roles[:, place], of, size)))
    words = np.bincount(of, minlength=size)
    letters = np.maximum(reading.signs["letters"], 1)
    for sign in ("exclamations", "questions", "hashtags", "dots", "quotes", "links", "names", "digits", "pictures", "long"):
        add(np.log1p(reading.signs[sign]))
    add((reading.signs["capitals"] / letters > 0.5) * 1.0)  # shouting
    add(np.log1p(words) / 3)
    add((per_text(np.abs(valence) + np.abs(lists[:, 0]), of, size) == 0) * 1.0)
    table = np.stack(columns, axis=1)
    anything = per_text((known | (valence != 0) | roles.any(axis=1)) * 1.0, of, size) > 0
    return table, anything


def _read_own(reading: Reading, own: WordList) -> tuple[Numbers, Numbers, Flags]:
    """The valence and the roles of each token, and whether it stands in a phrase, which is taken as a whole."""
    count = len(reading.tokens)
    rows = np.zeros((count, 1 + len(ROLES)))
    for length, table in own.stems.items():
        hashes, tokens = reading.stems[length]
        hits, values = table.rows(hashes)
        rows[tokens[hits]] = values
    fixed = np.zeros(count, np.bool_)
    hashes = reading.tokens
    for length in range(1, max(own.phrases, default=0) + 1):
        if length > 1:
            hashes = joined(hashes[:-1], reading.tokens[length - 1 :])
        if length not in own.phrases or not len(hashes):
            continue
        within = reading.token_of[length - 1 :] == reading.token_of[: len(hashes)]
        hits, values = own.phrases[length].rows(hashes)
        values, hits = values[within[hits]], hits[within[hits]]
        if length > 1:
            covered = hits[:, None] + np.arange(length)
            rows[covered] = 0
            fixed[covered] = True
        rows[hits + length - 1] = values
    return rows[:, 0], rows[:, 1:], fixed


def _near(flags: Flags, clause: Counts, distances: Sequence[int]) -> Flags:
    """Where one of the flags stands so many tokens before (or, negative, after) in the same clause."""
    near = np.zeros(len(flags), np.bool_)
    for distance in distances:
        step = abs(distance)
        if step >= len(flags):
            continue
        here, there = (slice(step, None), slice(None, -step)) if distance > 0 else (slice(None, -step), slice(step, None))
        near[here] |= flags[there] & (clause[here] == clause[there])
    return near


def _after(flags: Flags, reading: Reading) -> Flags:
    """Where one of the flags stands anywhere before in the same text."""
    total = np.cumsum(flags)
    starts = np.searchsorted(reading.token_of, reading.token_of)
    before = np.concatenate(([0], total))[starts]
    return np.asarray(total - before > 0)


def _last_clause(reading: Reading) -> Flags:
    """Where a token stands in the last clause of its text that has any."""
    ends = np.searchsorted(reading.token_of, reading.token_of, side="right") - 1
    return np.asarray(reading.clause == reading.clause[ends]) if len(ends) else np.zeros(0, np.bool_)


def _mean(values: Numbers, known: Flags, of: Counts, size: int) -> Numbers:
    return per_text(np.where(known, values, 0), of, size) / np.maximum(per_text(known * 1.0, of, size), 1)
