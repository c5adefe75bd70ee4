"""What sets one tool's query language apart from another's, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from listener.core.query.dialects.lost import Shift
from listener.core.values import dataclass


class How(Enum):
    """What becomes of a field of another tool."""

    SCOPE = "scope"  # one of our fields of words
    FACT = "fact"  # one of our fields of facts: its value is no text
    WORDS = "words"  # its words, sought anywhere
    SIGN = "sign"  # its words with a sign before them
    CASE = "case"  # its words in exact case
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of another tool: `name` is our field, or the sign; `why` is said when something is lost."""

    how: How
    name: str = ""
    why: str = ""
    shift: Shift = Shift.SAME
    rest: bool = False  # it takes the rest of the line, not one word


TITLE = Field(How.SCOPE, "title")
AUTHOR = Field(How.SCOPE, "author")
SITE = Field(How.FACT, "site")
TLD = Field(How.FACT, "tld")
LANG = Field(How.FACT, "lang")
MENTIONED = Field(How.SIGN, "@")
TAG = Field(How.SIGN, "#")
LEAD = Field(How.WORDS, why="there is no lead here: sought in the whole title and text", shift=Shift.MORE)
LINK = Field(How.WORDS, why="a link is found only where its address is written out in the text", shift=Shift.LESS)


def gone(names: Iterable[str], why: str) -> dict[str, Field]:
    """Fields that cannot be carried over, for one reason."""
    return {name.lower(): Field(How.GONE, why=why) for name in names}


class Order(Enum):
    """Which operator binds tighter."""

    AND_FIRST = "NOT, then AND, then OR; side by side means AND"
    OR_FIRST = "NOT, then OR, then AND; side by side means AND"
    LUCENE = "every operator marks its neighbours as needed or not; side by side means OR"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One tool's query language."""

    name: str
    fields: Mapping[str, Field]  # by their names in lower case
    order: Order = Order.AND_FIRST
    any_case: bool = False  # `and` is an operator too
    excludes: str = "-"  # signs that mean NOT, right before what they exclude
    requires: str = "+"
    pipes: bool = False  # | means OR (and && and || what they say)
    wild: str = "*"
    case: bool = False  # {BT} is exact case
    ticks: bool = False  # `BT` is exact
    comments: bool = False  # <<< … >>>
    near: bool = True  # NEAR/n, ONEAR/n, NEAR/nf
    near_alone: int = 4
    around: bool = False  # AROUND(n)
    calls: bool = False  # near/4:a,b
    sentence: bool = False  # SENTENCE and OSENTENCE
    slop: bool = False  # "a b"~5
    group_slop: bool = False  # (a AND b)~5
    fuzzy: str = ""  # what `word~1` means there, if anything
    variants: str = ""  # what `word~` means there, if anything
    star_word: bool = False  # in a phrase, * stands for words
    accents: bool = False  # an accent that is typed has to be there
    sites_or: bool = False  # site:a site:b means either
