"""Our queries in the words of X, Google Alerts and Brandwatch."""

from __future__ import annotations

import pytest

from listener.core.errors import QueryError
from listener.core.query import Query, parse_query
from listener.core.query.dialects import DIALECTS, read
from listener.core.query.dialects.to_brandwatch import to_brandwatch
from listener.core.query.dialects.to_google import to_google
from listener.core.query.dialects.to_x import LONGEST, to_x
from listener.core.query.tree import And, Term, Where
from listener.demo.x.query import Searchable, understand

# our query, X's, the parts lost
TO_X = (
    ('"Molenaar Pompen" OR molenaarpompen', '"Molenaar Pompen" OR molenaarpompen', ()),
    ("molenaarpompen.nl", '"molenaarpompen.nl"', ()),
    ("acme AND (pump OR leak) AND NOT (jobs OR bank)", "acme (pump OR leak) -jobs -bank", ()),
    ("acme NOT (b1 AND c1)", "acme (-b1 OR -c1)", ()),
    ("acme NEAR/3 pump", "acme pump", ("acme NEAR/3 pump",)),
    ("acme ONEAR/3 pump AND NOT b1 NEAR/2 c1", "acme pump", ("acme ONEAR/3 pump", "NOT b1 NEAR/2 c1")),
    ("acme AND pomp*", "acme", ("pomp*",)),
    ("acme AND (pump OR pomp*)", "acme", ("pump OR pomp*",)),
    ("acme OR pomp*", "acme", ("pomp*",)),
    ("acme AND NOT pomp*", "acme", ("NOT pomp*",)),
    ("acme AND NOT (b1 AND pomp*)", "acme", ("NOT (b1 AND pomp*)",)),
    ('"Acme pomp* Zwolle BV"', '"Zwolle BV"', ('"Acme pomp* Zwolle BV"',)),
    ("{ING} AND bank", "ING bank", ("{ING}",)),
    ("bank AND NOT {ING}", "bank", ("NOT {ING}",)),
    ("title:acme", "acme", ("title:acme",)),
    ("acme AND lang:nl", "acme lang:nl", ()),
    ("acme AND NOT lang:en", "acme -lang:en", ()),
    ("acme AND lang:nl-be", "acme", ("lang:nl-be",)),
    ("acme OR lang:nl", "acme", ("lang:nl",)),
    ("acme AND site:nu.nl", 'acme url:"nu.nl"', ("site:nu.nl",)),
    ("acme AND NOT site:nu.nl", "acme", ("NOT site:nu.nl",)),
    ("acme AND tld:nl", "acme", ("tld:nl",)),
    ("author:acme OR author:{Acme_BV}", "from:acme OR from:Acme_BV", ("author:acme", "author:{Acme_BV}")),
    ('acme AND author:"Jan Smit"', "acme", ('author:"Jan Smit"',)),
    ("#acme OR @acme OR $ACME OR AT&T", '#acme OR @acme OR $ACME OR "AT&T"', ()),
    ("acme AND (pomp* OR tld:nl)", "acme", ("pomp*", "tld:nl")),
    ("(acme OR pomp*) AND lang:nl", "acme lang:nl", ("pomp*",)),
    (r'"what\? \"now\"" AND acme', '"what? now" acme', ()),
    ("acme OR (pomp* AND tld:nl)", "acme", ("pomp*", "tld:nl")),
    ("acme OR (b1 AND NOT c1)", "acme OR b1 -c1", ()),
)


@pytest.mark.parametrize(("query", "there", "lost"), TO_X)
def test_a_query_for_x_is_as_wide_as_x_allows(query: str, there: str, lost: tuple[str, ...]) -> None:
    """What X cannot say is left out so that rather too much comes than too little, and is named."""
    whole, queries, missing = to_x(parse_query(query))
    assert (whole, queries) == (there, [there])
    assert tuple(one.part for one in missing) == lost
    understand(whole)


@pytest.mark.parametrize(
    "query", ["pomp*", "tld:nl", "lang:nl", "tld:nl AND NOT foo", "pomp* AND lang:nl", "(a1 OR lang:nl) AND lang:nl"]
)
def test_x_needs_something_to_look_for(query: str) -> None:
    """A language alone, or nothing, is a fault."""
    with pytest.raises(QueryError, match="X has nothing to look for"):
        to_x(parse_query(query))


def test_a_long_query_is_split_without_a_change_of_meaning() -> None:
    """The alternatives are shared out over queries that fit; a post is found by one of them when the whole finds it."""
    names = [f"leverancier{number}" for number in range(60)]
    query = parse_query(f"acme AND ({' OR '.join(names)}) AND NOT jobs")
    whole, queries, lost = to_x(query)
    assert len(whole) > LONGEST
    assert len(queries) > 1
    assert lost == []
    assert all(len(one) <= LONGEST for one in queries)
    for text in ("acme leverancier59", "acme leverancier0", "leverancier0", "acme leverancier7 jobs", "acme"):
        post = Searchable(text=text, handle="jan", account="1", language="nl")
        ours = "acme" in text and "leverancier" in text and "jobs" not in text
        assert any(understand(one)(post) for one in queries) is ours


def test_alternatives_are_packed_together_while_they_fit() -> None:
    """As few queries as need be, each as long as it may be; a bracket that is too long is itself shared out."""
    query = parse_query('alpha1 OR beta22 OR gamma333 OR (delta4 AND (epsilon OR zeta) NOT eta) OR "theta iota"')
    _, queries, lost = to_x(query, 26)
    assert queries == ["alpha1 OR beta22", "gamma333", "delta4 epsilon -eta", "delta4 zeta -eta", '"theta iota"']
    assert lost == []


def test_exclusions_that_do_not_fit_are_named() -> None:
    """They widen what X sends, and are matched here again."""
    _, queries, lost = to_x(parse_query("acme NOT (first OR second OR third)"), 20)
    assert queries == ["acme -first -second"]
    assert [one.part for one in lost] == ["-third"]
    _, queries, lost = to_x(parse_query("acme AND (one OR two) NOT (first OR second)"), 12)
    assert queries == ["acme one", "acme two"]
    assert [one.part for one in lost] == ["-second", "-first"]
    assert to_x(parse_query("acme NOT second"), 6)[1] == ["acme"]


def test_what_cannot_be_split_is_a_fault() -> None:
    """One phrase that is longer than a query."""
    with pytest.raises(QueryError, match="cannot be split"):
        to_x(parse_query("alpha AND beta"), 8)
    with pytest.raises(QueryError, match="cannot be split"):
        to_x(parse_query("alphabet"), 5)


def test_brackets_within_brackets_are_opened_where_they_are_shared_out() -> None:
    """An alternative of several words stands beside the others without brackets of its own."""
    _, queries, _ = to_x(parse_query("acme AND (one AND two OR three)"), 14)
    assert queries == ["acme one two", "acme three"]
    _, queries, _ = to_x(parse_query("acme AND (one OR two OR six)"), 15)
    assert queries == ["acme one", "acme (two OR six)"] or all(len(one) <= 15 for one in queries)


# our query, Google's, the parts lost
TO_GOOGLE = (
    ('"Acme Corp" AND (scam OR fraud) NOT site:acmecorp.com', '"Acme Corp" (scam OR fraud) -site:acmecorp.com', ()),
    ("acme AND b1 OR c1", "(acme b1) OR c1", ()),
    ("acme NEAR/3 pump", "(acme AROUND(3) pump)", ()),
    ("acme ONEAR/3 pump", "(acme AROUND(3) pump)", ("acme ONEAR/3 pump",)),
    ("(acme OR b1) NEAR/3 pump", "(acme OR b1) pump", ("(acme OR b1) NEAR/3 pump",)),
    ("acme NOT b1 NEAR/3 c1", "acme", ("NOT b1 NEAR/3 c1",)),
    ("title:acme AND {ING}", "intitle:acme ING", ("{ING}",)),
    ('title:"acme pump" OR AT&T', 'intitle:"acme pump" OR "AT&T"', ()),
    ("tld:nl AND acme", "site:.nl acme", ()),
    ("acme AND lang:nl AND author:jan AND pomp*", "acme", ("lang:nl", "author:jan", "pomp*")),
    ('"acme pomp*"', "acme", ('"acme pomp*"',)),
    ("title:(acme NEAR/3 pump)", "acme pump", ("title:(acme NEAR/3 pump)",)),
)


@pytest.mark.parametrize(("query", "there", "lost"), TO_GOOGLE)
def test_a_query_for_google_alerts(query: str, there: str, lost: tuple[str, ...]) -> None:
    """OR binds before AND there, so what stands beside something is in brackets."""
    made, missing = to_google(parse_query(query))
    assert made == there
    assert tuple(one.part for one in missing) == lost


# our query, Brandwatch's, the parts lost
TO_BRANDWATCH = (
    ('"Molenaar Pompen" OR (Molenaar NEAR/5 pomp*)', '"Molenaar Pompen" OR (Molenaar NEAR/5 pomp*)'),
    ("a1 ONEAR/2 (b1 OR c1)", "a1 NEAR/2f (b1 OR c1)"),
    ("a1 AND b1 AND NOT c1 AND NOT d1", "(a1 AND b1) NOT (c1 OR d1)"),
    ("{ING} AND (bank OR title:rente) AND lang:nl", "{ING} AND (bank OR title:rente) AND language:nl"),
    ("title:(a1 NEAR/2 b1) OR tld:nl AND site:nu.nl", "title:(a1 NEAR/2 b1) OR (topLevelDomain:nl AND site:nu.nl)"),
    ("author:jan AND (a1 OR NOT b1)", "author:jan AND (a1 OR (NOT b1))"),
    ("a1 NOT (b1 AND NOT c1)", "a1 NOT (b1 NOT c1)"),
)


@pytest.mark.parametrize(("query", "there"), TO_BRANDWATCH)
def test_a_query_for_brandwatch_comes_back_as_it_was(query: str, there: str) -> None:
    """Nothing is lost on the way there, and nothing on the way back."""
    ours = parse_query(query)
    made, lost = to_brandwatch(ours)
    assert (made, lost) == (there, [])
    back = read(made, DIALECTS["brandwatch"])
    assert back.lost == ()
    assert to_brandwatch(back.query)[0] == there


def test_what_brandwatch_cannot_say_is_named() -> None:
    """Signs that it takes for wildcards."""
    made, lost = to_brandwatch(parse_query(r'acme AND "wat\?"'))
    assert made == "acme"
    assert [(one.part, one.column) for one in lost] == [(r"wat\?", 11)]
    with pytest.raises(QueryError, match="Brandwatch has nothing to look for"):
        to_brandwatch(parse_query(r'"wat\?"'))
    assert to_brandwatch(parse_query("a1 NOT (NOT b1 AND NOT c1)"))[0] == "a1 NOT (NOT (b1 OR c1))"


@pytest.mark.parametrize("unknown", [Where("mood", "blue"), Term(("blue",), field="mood")])
def test_a_field_that_only_we_have_is_named(unknown: Where | Term) -> None:
    """What our language learns later is lost there, not passed off as a word."""
    query = Query("acme AND mood:blue", And((Term(("acme",)), unknown)))
    assert [(to(query)[0], to(query)[-1][0].part) for to in (to_x, to_google, to_brandwatch)] == [("acme", "mood:blue")] * 3
