"""Other tools' queries, read by those tools' own rules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.errors import QueryError
from listener.core.query import Item, Matcher, parse_query
from listener.core.query.dialects import DIALECTS, Translation, read
from tests.unit.core.dialect_examples import EXAMPLES

_MORE = re.compile(r"(dropped|changed): the query catches more")
_LESS = re.compile(r"(dropped|changed): the query catches less")


def effect(words: str) -> str:
    """An effect in one word."""
    if _MORE.match(words):
        return "more"
    return "less" if _LESS.match(words) else "same"


@pytest.mark.parametrize(("dialect", "query", "normal", "lost"), EXAMPLES)
def test_a_pasted_query_becomes_ours(dialect: str, query: str, normal: str, lost: tuple[tuple[str, str], ...]) -> None:
    """The normal form, and every part that is not carried over as it was; each stands where its column says."""
    made = read(query, DIALECTS[dialect])
    assert str(made.query) == normal
    assert tuple((one.part, effect(one.effect)) for one in made.lost) == lost
    assert str(parse_query(normal)) == normal
    for one in made.lost:
        assert one.why
        assert query[one.column - 1 :].startswith((one.part[:1], one.part.rpartition(":")[2][:1]))


def test_every_dialect_has_its_fifteen() -> None:
    """None of them is only claimed."""
    names = [dialect for dialect, *_ in EXAMPLES]
    assert all(names.count(name) >= 15 for name in DIALECTS)


# dialect, query, text, whether it matches; a title goes before a bar.
MEANINGS = (
    ("brandwatch", '"apple juice"~2', "juice of the apple", True),
    ("brandwatch", '"apple juice"~2', "juice that was pressed from an apple", False),
    ("brandwatch", "((a1 OR b1) NEAR/1f c1)", "b1 and c1", True),
    ("brandwatch", "((a1 OR b1) NEAR/1f c1)", "c1 and b1", False),
    ("brandwatch", "{BT} NOT raw:Wi", "the BT hub", True),
    ("brandwatch", "{BT}", "the bt hub", False),
    ("brandwatch", "pump AND <<< not this: leak >>> country:nld", "a pump", True),
    ("brandwatch", "title:pump", "a pump|nothing", True),
    ("brandwatch", "title:pump", "nothing|a pump", False),
    ("brandwatch", "complain* AND customi?e", "we customise complaints", True),
    ("talkwalker", "chocolate -swiss", "dutch chocolate", True),
    ("talkwalker", "chocolate -swiss", "Swiss chocolate", False),
    ("talkwalker", '"obama merkel"~1', "Merkel met Obama", True),
    ("talkwalker", "carsharing~", "car sharing", False),
    ("talkwalker", "carsharing~", "carsharing", True),
    ("meltwater", "apple AND watch OR iphone", "an iphone", True),
    ("meltwater", "iphone OR apple and not watch", "an apple watch", False),
    ("meltwater", "apple near/1 watch", "a watch of apple", True),
    ("meltwater", "apple onear/1 watch", "a watch of apple", False),
    ("awario", "near/4:James,Shaffer", "Shaffer whose name is James", True),
    ("awario", "onear/4:James,Shaffer", "Shaffer whose name is James", False),
    ("awario", "near/1:James,Shaffer", "Shaffer whose name is James", False),
    ("syften", "acme pump", "a pump by acme", True),
    ("syften", "acme pump", "acme", False),
    ("syften", "`Acme`", "acme", False),
    ("syften", "acme $accept: nobody OR anybody", "acme", True),
    ("x", "acme pumps OR gemaal", "een gemaal", True),
    ("x", "acme (pumps OR gemaal)", "een gemaal", False),
    ("x", "acme -(pump OR leak)", "acme has a leak", False),
    ("x", "acme -is:retweet has:links", "acme", True),
    ("google-alerts", "acme pumps OR gemaal", "een gemaal", False),
    ("google-alerts", "acme pumps OR gemaal", "gemaal van acme", True),
    ("google-alerts", '"acme * pumps"', "acme makes good pumps", True),
    ("google-alerts", "acme AROUND(1) pump", "a pump by acme", True),
    ("google-alerts", "acme AROUND(1) pump", "a pump made by acme", False),
    ("mediacloud", "Donald Trump", "Donald Duck", True),
    ("mediacloud", "Donald AND Trump", "Donald Duck", False),
    ("mediacloud", "acme pump -jobs", "pump jobs", False),
    ("mediacloud", "+acme pump", "pump", False),
    ("mediacloud", "+acme pump", "acme", True),
)


@pytest.mark.parametrize(("dialect", "query", "text", "matches"), MEANINGS)
def test_it_means_what_it_meant(dialect: str, query: str, text: str, *, matches: bool) -> None:
    """Asked of small items, the translation answers as the tool would."""
    title, bar, body = text.partition("|")
    item = Item(title if bar else "", body if bar else title)
    made = read(query, DIALECTS[dialect])
    assert Matcher({"q": made.query}).judge(item, "q").matched is matches


# dialect, query, what is said, column
FAULTS = (
    ("brandwatch", "", "empty", 1),
    ("brandwatch", "   ", "empty", 1),
    ("brandwatch", "foo AND", "AND has nothing after it", 5),
    ("brandwatch", "OR foo", "OR has nothing before it", 1),
    ("brandwatch", "(foo OR bar", "never closed", 1),
    ("brandwatch", "foo) bar", "never opened", 4),
    ("brandwatch", ")", ") has nothing before it", 1),
    ("brandwatch", "foo ()", "nothing between", 5),
    ("brandwatch", '"foo', "phrase that starts here is never closed", 1),
    ("brandwatch", "{foo", "brace that starts here is never closed", 1),
    ("brandwatch", "foo } bar", "never opened", 5),
    ("brandwatch", "<<< foo", "comment", 1),
    ("brandwatch", "authorFollowers:[1 TO", "range that starts here", 17),
    ("brandwatch", "foo AND title:", "title: has nothing after it", 9),
    ("brandwatch", "title: title:foo", "inside another field", 8),
    ("brandwatch", "title: AND foo", "needs a word", 1),
    ("brandwatch", "country:nld", "nothing remains to look for: country:nld", 1),
    ("brandwatch", "country:nld NEAR/3 city:ede", "nothing remains", 1),
    ("brandwatch", "country:nld AND NOT foo", "would match nearly everything", 17),
    ("brandwatch", "foo OR NOT bar", "would match nearly everything", 8),
    ("brandwatch", "foo\x00", "control character", 4),
    ("brandwatch", "foo\ud800", "control character", 4),
    ("brandwatch", "(" * 10_000, "brackets inside one another", 51),
    ("brandwatch", "a1 NEAR/3 " * 30 + "b1", "NEARs in a row", 204),
    ("brandwatch", "((a1" + " NEAR c1" * 18 + ") NEAR d1)" + " NEAR e1" * 5, "in our language", 1),
    ("syften", "`foo", "backtick", 1),
    ("mediacloud", "-foo", "would match nearly everything", 1),
    ("mediacloud", "NOT foo NOT bar", "would match nearly everything", 1),
    ("google-alerts", "*", "nothing remains", 1),
    ("x", "lang:klingon", "nothing remains", 1),
    ("talkwalker", "NOT", "NOT has nothing after it", 1),
)


@pytest.mark.parametrize(("dialect", "query", "what", "column"), FAULTS)
def test_a_fault_says_what_and_where(dialect: str, query: str, what: str, column: int) -> None:
    """In the words and at the column of the query that was pasted."""
    with pytest.raises(QueryError) as caught:
        read(query, DIALECTS[dialect])
    assert what in caught.value.what
    assert caught.value.column == column


# dialect, query, normal form, parts lost
ODD = (
    ("brandwatch", '"a1 b1 c1"~5', "a1 NEAR/5 b1 NEAR/5 c1", ('"a1 b1 c1"~5',)),
    ("brandwatch", '"a1 b1"~0 AND "a1"~3', '"a1 b1" AND a1', ('"a1"~3',)),
    ("brandwatch", "a1 NEAR/200 b1", "a1 NEAR/100 b1", ("a1 NEAR/200 b1",)),
    ("brandwatch", "(a1 AND b1 NOT c1)~5", "a1 NEAR/5 b1 AND NOT c1", ()),
    ("brandwatch", "(a1 OR b1)~5", "a1 OR b1", ("(a1 OR b1)~5",)),
    ("brandwatch", "foo NEAR/3 country:nld", "foo", ("country:nld",)),
    ("brandwatch", "country:nld NEAR/3 foo", "foo", ("country:nld",)),
    ("brandwatch", "(foo AND bar) NEAR/3 baz", "foo AND bar AND baz", ("(foo AND bar) NEAR/3 baz",)),
    ("brandwatch", "foo NOT (bar AND country:nld)", "foo AND NOT bar", ("country:nld",)),
    ("brandwatch", "title:(foo AND lang:en)", "foo AND lang:en", ("title:(foo AND lang:en)",)),
    ("brandwatch", "title:(country:nld OR foo)", "title:foo", ("country:nld",)),
    ("brandwatch", "foo AND NOT NOT bar", "foo AND bar", ()),
    ("brandwatch", r'"say \"hi\" now"', r'"say \"hi\" now"', ()),
    ("brandwatch", "foo AND {ACME*}", "foo AND {ACME}", ("{ACME*}",)),
    ("brandwatch", "foo AND {*}", "foo", ("{*}",)),
    ("brandwatch", "foo AND (site:[1 TO 2] OR language:x1)", "foo", ("site:[1 TO 2]", "language:x1")),
    ("brandwatch", "foo AND site:nu.nl/", "foo AND site:nu.nl", ()),
    ("brandwatch", 'foo AND site:"nu .nl/x"', "foo", ('site:"nu .nl/x"',)),
    ("brandwatch", "foo AND d*", "foo", ("d*",)),
    ("brandwatch", "Note: foo, bar;", '"Note:" AND foo AND bar', ()),
    ("brandwatch", "foo AND bar: ", 'foo AND "bar:"', ()),
    ("brandwatch", "https://acme.com/x OR foo", '"https://acme.com/x" OR foo', ()),
    ("brandwatch", "foo unheard:bar", "foo", ("unheard:bar",)),
    ("brandwatch", "site: nu.nl AND foo", "site:nu.nl AND foo", ()),
    ("brandwatch", "foo NOT café", "foo AND NOT café", ("café",)),
    ("talkwalker", "foo SENTENCE (bar AND baz)", "foo AND bar AND baz", ("foo SENTENCE (bar AND baz)",) * 2),
    ("talkwalker", "foo OSENTENCE bar", "foo ONEAR/20 bar", ("foo OSENTENCE bar",)),
    ("talkwalker", "foo AND (site:a.nl/x site:b.nl)", "foo AND (site:a.nl OR site:b.nl)", ("site:a.nl/x",)),
    ("talkwalker", "foo AND [x1]", 'foo AND "[x1]"', ()),
    ("meltwater", "ingress:(foo OR bar)", "foo OR bar", ("ingress:foo", "ingress:bar")),
    ("meltwater", "(foo AND bar)~5", "foo AND bar", ("(foo AND bar)~5",)),
    ("meltwater", "foo not ingress:bar", "foo AND NOT bar", ("ingress:bar",)),
    ("awario", "near/200:foo,bar", "foo NEAR/100 bar", ("near/200:foo,bar",)),
    ("awario", 'foo~ AND "a1 b1"~4', 'foo AND "a1 b1"', ("foo~", '"a1 b1"~4')),
    ("google-alerts", '"* foo *" AND "a1 * * b1 * c1"', '"foo" AND a1 ONEAR/5 b1 ONEAR/5 c1', ('"* foo *"', '"a1 * * b1 * c1"')),
    ("google-alerts", '"* * *" foo', "foo", ('"* * *"',)),
    ("google-alerts", "foo && bar || baz", "foo AND (bar OR baz)", ()),
    ("google-alerts", "allintext: foo bar", "foo AND bar", ("allintext: foo bar",)),
    ("google-alerts", "what? foo", "what AND foo", ()),
    ("mediacloud", "(foo bar) OR NOT baz", "(foo OR bar) AND NOT baz", ()),
    ("mediacloud", "!foo bar", "bar AND NOT foo", ()),
    ("x", "{BT} acme", "BT AND acme", ("{BT}",)),
    ("x", "to:(acme OR @foo)", "@acme OR @foo", ("to:acme", "to:@foo")),
    ("x", "foo - bar", "foo AND bar", ("-",)),
    ("x", "foo *", "foo", ("*",)),
    ("x", "foo \\", "foo", ("\\",)),
)


@pytest.mark.parametrize(("dialect", "query", "normal", "lost"), ODD)
def test_what_is_odd_is_carried_over_with_care(dialect: str, query: str, normal: str, lost: tuple[str, ...]) -> None:
    """What can be kept is kept, and what is not is named."""
    if not normal:
        with pytest.raises(QueryError):
            read(query, DIALECTS[dialect])
        return
    made = read(query, DIALECTS[dialect])
    assert str(made.query) == str(parse_query(normal))
    assert tuple(one.part for one in made.lost) == lost


def test_what_a_loss_does_depends_on_where_it_stands() -> None:
    """Dropped from an AND it widens, from an OR it narrows; under NOT both turn round."""

    def effects(query: str) -> list[str]:
        return [effect(one.effect) for one in read(query, DIALECTS["brandwatch"]).lost]

    assert effects("foo AND country:nld") == ["more"]
    assert effects("foo OR country:nld") == ["less"]
    assert effects("foo NOT country:nld") == ["more"]
    assert effects("foo NOT (bar OR country:nld)") == ["more"]
    assert effects("foo NOT (bar AND country:nld)") == ["less"]
    assert effects("foo AND (country:nld OR country:bel)") == ["more", "more"]
    assert effects("foo NOT links:acme.com") == ["more"]


_PIECES = [
    "foo",
    "bar",
    '"foo bar"',
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "-",
    "+",
    "~",
    "~5",
    "^9",
    "{A}",
    "*",
    "?",
    "fo*",
    "title:",
    "site:nu.nl",
]
_PIECES += [
    "NEAR/3",
    "near/4:a,b",
    "AROUND(3)",
    "SENTENCE",
    '"',
    "“",
    "<<<",
    ">>>",
    "[1 TO 2]",
    "country:nl",
    "`",
    "\\",
    "|",
    ",",
    " ",
    "é",
    "\n",
]


def translated(dialect: str, query: str) -> Translation | QueryError:
    """The translation, or the fault."""
    try:
        return read(query, DIALECTS[dialect])
    except QueryError as fault:
        return fault


@given(st.sampled_from(sorted(DIALECTS)), st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join) | st.text(max_size=30))
def test_whatever_is_pasted_is_translated_or_refused_in_words(dialect: str, query: str) -> None:
    """A translation is in normal form, bounded, and says so again when it is read; anything else is a fault with a column."""
    made = translated(dialect, query)
    if isinstance(made, QueryError):
        assert made.query == query
        assert 1 <= made.column <= len(query) + 1
        return
    again = parse_query(str(made.query))
    assert (str(again), again.version, again.tree) == (str(made.query), made.query.version, made.query.tree)
    assert all(1 <= one.column <= len(query) for one in made.lost)
