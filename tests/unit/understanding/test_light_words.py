"""What known words say about a text: negation, idiom and neighbours."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest

from listener.understanding.light import LANGUAGES
from listener.understanding.light_reading import Counts, read
from listener.understanding.light_words import ROLES, Table, features, word_list

NOTHING = Table(np.empty(0, np.uint64), np.empty((0, 3)))
GOOD, BAD, NOT_GOOD, NET, DENIED = 0, 1, 2, 4, 5  # places of the first columns
LISTS = 3 * 8  # columns before those that follow the three lexicons


def row(words: str, given: Table = NOTHING) -> list[float]:
    """The features of one Dutch text."""
    own = word_list("nl")
    table, _ = features(read([words], tuple(own.stems)), own, given)
    values: list[float] = table[0].tolist()
    return values


def test_a_word_is_good_or_bad() -> None:
    """Whole words and beginnings of words, with their strength."""
    assert row("goed")[GOOD] > 0 == row("goed")[BAD]
    assert row("waardeloos")[BAD] > row("matig")[BAD] > 0
    assert row("geweldigste")[GOOD] > 0
    assert row("pomp")[GOOD] == row("pomp")[BAD] == 0


def test_negation_turns_a_word_within_its_clause() -> None:
    """What is "niet zo prettig" is no praise; a full stop ends the reach of a negation."""
    assert row("niet zo prettig")[GOOD] == 0 < row("niet zo prettig")[NOT_GOOD]
    assert row("niet duur. prettig")[GOOD] > 0
    assert row("prettig is dat niet")[DENIED] == 0
    assert row("prettig niet")[DENIED] > 0


def test_idiom_is_taken_as_a_whole() -> None:
    """A phrase says what it says, whatever its words say alone."""
    assert row("niet slecht")[GOOD] > 0 == row("niet slecht")[BAD]
    assert row("van het kastje naar de muur")[BAD] > 0
    assert row("petje af")[GOOD] == row("geweldig")[GOOD]


def test_neighbours_strengthen_and_weaken() -> None:
    """More than "aangenaam" is "heel aangenaam", less is "beetje aangenaam"."""
    assert row("heel aangenaam")[GOOD] > row("aangenaam")[GOOD] > row("beetje aangenaam")[GOOD]


def test_what_comes_after_but_counts_apart() -> None:
    """After "maar" comes what the writer wants to say; and so does what comes last."""
    after, last = LISTS, LISTS + 1
    assert row("mooi maar traag")[after] < 0 == row("mooi en traag")[after]
    assert row("traag. maar mooi")[last] > 0 > row("mooi. maar traag")[last]


def test_the_lexicons_of_others_have_columns_of_their_own() -> None:
    """Strength, polarity and subjectivity of a word that only they know."""
    [key] = read(["blorp"]).tokens.tolist()
    values = row("blorp", Table(np.array([key], np.uint64), np.array([[-0.5, -0.25, 0.75]])))
    assert values[8 + BAD] > values[16 + BAD] > 0 == values[BAD]
    assert values[LISTS + 2 : LISTS + 4] == [-0.25, 0.75]


def test_no_texts_and_no_words_are_fine() -> None:
    """An empty batch has no rows; an empty text has a row, and nothing to go by."""
    own = word_list("nl")
    assert features(read([], tuple(own.stems)), own, NOTHING)[0].shape[0] == 0
    _, anything = features(read(["", "goed", "pompen"], tuple(own.stems)), own, NOTHING)
    assert anything.tolist() == [False, True, False]


def test_looking_up_in_nothing_finds_nothing() -> None:
    """A table without rows knows no word."""
    hits, rows = NOTHING.rows(read(["goed"]).tokens)
    places: Counts = hits
    assert (len(places), rows.shape) == (0, (0, 3))


@pytest.mark.parametrize("language", ["all", *LANGUAGES])
def test_every_word_file_is_well_formed(language: str) -> None:
    """Known sections, no word that feels two ways, and no beginning so short that it means everything."""
    text = (files("listener.understanding") / "weights" / "light" / f"words.{language}.txt").read_text(encoding="utf-8")
    sections = re.findall(r"^\[(.+)\]$", text, re.MULTILINE)
    assert set(sections) <= {"+3", "+2", "+1", "-1", "-2", "-3", *ROLES}
    felt: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            for word in line.split():
                assert not (word.endswith("*") and len(word) < 4), word
                if section[0] in "+-":
                    assert felt.setdefault(word, section)[0] == section[0], word
