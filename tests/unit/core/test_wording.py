"""Sentences that know how they were made are English as a text, and another language as deep as their parts know it."""

from __future__ import annotations

from copy import deepcopy

from listener.core.errors import QueryError
from listener.core.wording import Worded, say, worded

DUTCH = {
    "{value} is not a key{hint}": "{value} is geen sleutel{hint}",
    " (did you mean '{name}'?)": " (bedoelt u '{name}'?)",
    "the bracket at {place} was never opened": "het haakje op {place} is nergens geopend",
    "line {line}, column {column}": "regel {line}, kolom {column}",
    "{place}: {what}": "{place}: {what}",
    "column {column}": "kolom {column}",
}


def dutch(text: str) -> str:
    """The text in Dutch, as far as it is known."""
    return DUTCH.get(text, text)


def test_a_sentence_is_a_text_and_its_parts() -> None:
    """Also inside another one, and as a copy; what is put in is never read as words to fill."""
    hint = worded(" (did you mean '{name}'?)", name="{value}")
    said = worded("{value} is not a key{hint}", value="'A'", hint=hint)
    assert said == "'A' is not a key (did you mean '{value}'?)"
    assert say(said, dutch) == "'A' is geen sleutel (bedoelt u '{value}'?)"
    again = deepcopy(said)
    assert isinstance(again, Worded)
    assert say(again, dutch) == say(said, dutch)


def test_a_text_that_is_only_a_text_is_said_as_it_is() -> None:
    """Nobody knows how it was made; braces of its own stay."""
    assert say("the bracket at {place} was never opened", dutch) == "the bracket at {place} was never opened"
    assert worded("write {IT} for exact case, at {place}", place="column 1") == "write {IT} for exact case, at column 1"
    assert say(worded("nobody has this"), dutch) == "nobody has this"


def test_a_fault_of_a_query_says_its_place_in_either_language() -> None:
    """Where its words have no place of their own, it stands before them."""
    fault = QueryError("the bracket at {place} was never opened", query="acme\n)", column=6)
    assert say(fault.what, dutch) == "het haakje op regel 2, kolom 1 is nergens geopend"
    assert say(QueryError("oh no", query="acme", column=3).what, dutch) == "kolom 3: oh no"
