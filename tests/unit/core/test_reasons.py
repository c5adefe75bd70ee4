"""Why a query does not hold: the part that failed, in one sentence."""

from __future__ import annotations

import pytest

from listener.core.query import Item, Query, parse_query
from listener.core.query.tree import Where
from listener.core.reasons import Failure, reasons

ITEM = Item(
    title="Pomp van Molenaar lekt",
    text="De gemeente Zwolle verving gisteren de hele pomp in de kelder; ing bank keurt het goed.",
    author="Jan Smit @jansmit",
    url="https://www.nu.nl/1",
    language="nl",
)
NOWHERE = Item(title="", text="pomp")

CASES = (
    ("pomp AND zwolle", ()),
    ("pomp AND gemaal", ((Failure.ABSENT, "gemaal", "gemaal: not in title or text"),)),
    (
        "gemaal AND klep",
        ((Failure.ABSENT, "gemaal", "gemaal: not in title or text"), (Failure.ABSENT, "klep", "klep: not in title or text")),
    ),
    ("pomp NOT zwolle", ((Failure.EXCLUDED, "NOT zwolle", "excluded by NOT zwolle: zwolle is there"),)),
    ("pomp NOT (zwolle OR gemaal)", ((Failure.EXCLUDED, "NOT zwolle", "excluded by NOT zwolle: zwolle is there"),)),
    ("{ING} AND pomp", ((Failure.CASE, "{ING}", "{ING}: the word is there, in other capitals"),)),
    ("title:zwolle", ((Failure.ELSEWHERE, "title:zwolle", "title:zwolle: the word is there, but not in the title"),)),
    ("author:piet AND pomp", ((Failure.ABSENT, "author:piet", "author:piet: not in the author"),)),
    ("pomp AND lang:en", ((Failure.LANGUAGE, "lang:en", "lang:en: its language is nl"),)),
    ("pomp AND NOT lang:nl", ((Failure.EXCLUDED, "NOT lang:nl", "excluded by NOT lang:nl: lang:nl is there"),)),
    ("pomp AND site:nos.nl", ((Failure.PLACE, "site:nos.nl", "site:nos.nl: it stands on www.nu.nl"),)),
    ("gemeente NEAR/2 pomp", ((Failure.APART, "gemeente NEAR/2 pomp", "gemeente NEAR/2 pomp: not within 2 words of each other"),)),
    (
        "zwolle ONEAR/1 gemeente",
        ((Failure.APART, "zwolle ONEAR/1 gemeente", "zwolle ONEAR/1 gemeente: not within 1 words of each other, in this order"),),
    ),
    ("gemeente NEAR/2 klep", ((Failure.ABSENT, "klep", "klep: not in title or text"),)),
    (
        "title:(pomp NEAR/0 lekt)",
        ((Failure.APART, "title:(pomp NEAR/0 lekt)", "title:(pomp NEAR/0 lekt): not within 0 words of each other"),),
    ),
    (
        "pomp CONTEXT zwolle CONTEXT gemaal",
        ((Failure.CONTEXT, "gemaal", "pomp is there, but nothing of its context: gemaal"),),
    ),
    ("klep OR gemaal", ((Failure.ABSENT, "klep OR gemaal", "none of these is there: klep, gemaal"),)),
    ("klep OR (pomp AND gemaal)", ((Failure.ABSENT, "gemaal", "gemaal: not in title or text"),)),
    (
        "klep OR gemeente NEAR/1 kelder",
        ((Failure.APART, "gemeente NEAR/1 kelder", "gemeente NEAR/1 kelder: not within 1 words of each other"),),
    ),
    ("klep OR {POMP}", ((Failure.CASE, "{POMP}", "{POMP}: the word is there, in other capitals"),)),
    (
        "a1 OR b1 OR c1 OR d1 OR e1 OR f1 OR g1 OR h1",
        (
            (
                Failure.ABSENT,
                "a1 OR b1 OR c1 OR d1 OR e1 OR f1 OR g1 OR h1",
                "none of these is there: a1, b1, c1, d1, e1, f1 and 2 others",
            ),
        ),
    ),
)


@pytest.mark.parametrize(("query", "expected"), CASES)
def test_what_failed_is_named(query: str, expected: tuple[tuple[Failure, str, str], ...]) -> None:
    """The part, in which way, and in words; an alternative that nearly held says more than a list of all."""
    assert tuple((one.failure, one.part, one.words) for one in reasons(parse_query(query), ITEM)) == expected


def test_what_an_item_does_not_say_is_called_unknown() -> None:
    """Neither its language nor its place."""
    words = [one.words for one in reasons(parse_query("pomp AND lang:nl AND tld:nl"), NOWHERE)]
    assert words == ["lang:nl: its language is not known", "tld:nl: where it stands is not known"]


def test_a_fact_of_another_sort_is_named_as_such() -> None:
    """Whatever our language learns to ask of an item."""
    query = Query("kind:rss", Where("kind", "rss"))
    assert [one.words for one in reasons(query, NOWHERE)] == ["kind:rss: it does not say so"]
