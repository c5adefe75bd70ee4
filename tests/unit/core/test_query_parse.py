"""From a query as a person types it to its tree, and back to words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.errors import QueryError
from listener.core.query import Query, parse_query
from listener.core.query.doubts import too_common
from listener.core.query.tree import And, Near, Node, Not, Or, Term, Where, both, either, near, negated, printed, unbounded

WORD = st.one_of(
    st.sampled_from(
        ["pomp", "pomp*", "customi?e", "C++", "Yahoo!", "#x", "@jan", "bol.com", "AND", "NEAR", "near/3", "re:invent", "Ë"]
    ),
    st.sampled_from(
        ["-min", "a,", r"wat\?", r"a\*b", r"zeg\"", r"c:\\d", r"b\}", "(x", "{y", "x~1", "<<<z", "日本", "'t", "nearby"]
    ),
)
TERM = st.builds(
    Term,
    st.lists(WORD, min_size=1, max_size=3).map(lambda words: tuple(word.rstrip(",") for word in words)),
    field=st.sampled_from(["", "title"]),
)
EXACT = st.sampled_from([Term(("ING",), exact=True), Term(("Bol", r"x\}\*"), exact=True, field="author")])
WHERE = st.sampled_from([Where("site", "nu.nl"), Where("lang", "nl-be"), Where("tld", "nl")])
PLACED = st.recursive(
    TERM.map(lambda term: Term(term.words)),
    lambda inner: st.one_of(
        st.builds(near, inner, inner, st.integers(0, 9), ordered=st.booleans()), st.lists(inner, min_size=2, max_size=3).map(either)
    ),
    max_leaves=4,
)
NEAR = st.builds(near, PLACED, PLACED, st.integers(0, 9), ordered=st.booleans())
TREE: st.SearchStrategy[Node] = st.recursive(
    st.one_of(TERM, EXACT, WHERE, NEAR),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(both), st.lists(inner, min_size=2, max_size=4).map(either), inner.map(negated)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(TREE)
def test_printing_and_parsing_again_changes_nothing(tree: Node) -> None:
    """A tree's normal form is a query with that very tree; so its version depends on nothing else."""
    if unbounded(tree) is not None or too_common(tree):
        tree = both([Term(("moet",)), tree])
    words = printed(tree)
    query = parse_query(words)
    assert query.tree == tree
    assert str(query) == words
    assert parse_query(str(query)).version == query.version


def read(text: str) -> Query | QueryError:
    """The query, or its fault as a value."""
    try:
        return parse_query(text)
    except QueryError as fault:
        return fault


def tree(text: str) -> Node:
    """The tree of a query."""
    return parse_query(text).tree


def word(*words: str) -> Term:
    """A plain term."""
    return Term(words)


def test_not_binds_before_and_before_or_and_near_before_all() -> None:
    """Nobody has to guess what belongs together."""
    assert tree("a OR b AND NOT c NEAR/2 d") == Or((word("a"), And((word("b"), Not(Near(word("c"), word("d"), 2))))))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a b", "a AND b"),
        ("a NOT b", "a AND NOT b"),
        ("a AND (b AND c)", "a AND b AND c"),
        ("(a OR (b OR c))", "a OR b OR c"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("a NOT NOT b", "a AND b"),
        ("a NOT (b OR c)", "a AND NOT (b OR c)"),
        ("a NEAR b", "a NEAR/4 b"),
        ("a NEAR/3f b", "a ONEAR/3 b"),
        ("a ONEAR b NEAR/0f c", "a ONEAR/4 b ONEAR/0 c"),
        ("a NEAR/1 (b NEAR/2 c)", "a NEAR/1 (b NEAR/2 c)"),
        ("a NEAR/1 (b OR c)", "a NEAR/1 (b OR c)"),
        ('"ab"', "ab"),
        ('" Molenaar  Pompen "', '"Molenaar Pompen"'),
        ('"Molenaar, Pompen / Zoon -"', '"Molenaar Pompen Zoon"'),
        ("“Molenaar Pompen”\u00a0OR\u00a0‘s", '"Molenaar Pompen" OR \'s'),
        ("ideee\u0301n", "ideeén"),
        ("\ufeffcool\u00adblue \u200b", "coolblue"),
        ("a <<< want b >>> c", "a AND c"),
        ("ab**c*", "ab*c*"),
        (r"\a\b \* ab", None),
        (r"\a\b \*ab", r"ab AND \*ab"),
        ("NYSE:WORK", '"NYSE:WORK"'),
        ("https://nu.nl/a", '"https://nu.nl/a"'),
        ("Title:(a OR b)", "title:a OR title:b"),
        ("c title:(a NOT b)", "c AND title:a AND NOT title:b"),
        ("title:(a NEAR/2 b)", "title:(a NEAR/2 b)"),
        ('author:"@jan de vries" OR author:{@X}', 'author:"jan de vries" OR author:{@X}'),
        ('author:"@ jan"', 'author:"@ jan"'),
        ("site:(NU.nl OR https://www.nos.nl/)", "site:nu.nl OR site:www.nos.nl"),
        ("tld:.NL lang:nl_BE", "tld:nl AND lang:nl-be"),
        ('"& Co"', '"& Co"'),
        ("🙂", "🙂"),
    ],
)
def test_every_query_has_one_normal_form(text: str, normal: str | None) -> None:
    """Ways of writing that mean the same are one query."""
    if normal is None:
        with pytest.raises(QueryError):
            parse_query(text)
    else:
        assert str(parse_query(text)) == normal


def test_the_version_follows_the_meaning_not_the_writing() -> None:
    """Spaces and brackets that change nothing make no new version; another word does."""
    assert parse_query("(a  OR b)").version == parse_query("a OR b").version
    assert parse_query("a OR b").version != parse_query("a OR c").version
    assert len(parse_query("ab").version) == 12
    assert parse_query("(ab)") == Query("(ab)", word("ab"))


@pytest.mark.parametrize(
    ("text", "what", "column"),
    [
        ("", "is empty", 1),
        ("   ", "is empty", 4),
        ('"Acme AND pump', "phrase that starts at column 1 is never closed", 1),
        ("a {ING", "brace that starts at column 3 is never closed", 3),
        ("a}", "the brace at column 2 was never opened", 2),
        ("a (b", "bracket that starts at column 3 is never closed", 3),
        ("a ((", "bracket that starts at column 4 is never closed", 4),
        ("a) b", "bracket at column 2 was never opened", 2),
        (") b", "bracket at column 1 was never opened", 1),
        ("a ()", "nothing between the brackets", 3),
        ("<<< a", "comment that starts at column 1 is never closed", 1),
        ("OR a", "the OR at column 1 has nothing before it", 1),
        ("(AND a)", "the AND at column 2 has nothing before it", 2),
        ("a AND", "the AND at column 3 has nothing after it", 3),
        ("a OR OR b", "the OR at column 3 has nothing after it", 3),
        ("a AND NOT", "the NOT at column 7 has nothing after it", 7),
        ("a NEAR/2 )", "the NEAR at column 3 has nothing after it", 3),
        ("NOT a", "match nearly everything", 1),
        ("b OR NOT a", "match nearly everything", 6),
        ("NOT (a AND NOT b)", "match nearly everything", 1),
        ("NOT a NOT b", "match nearly everything", 1),
        ("a NEAR (b AND c)", "NEAR takes words", 8),
        ("(NOT a) NEAR b", "NEAR takes words", 1),
        ("title:a NEAR b", "NEAR takes words", 1),
        ("a NEAR/101 b", "100 words at most", 3),
        ("a near/3 b", "in capitals", 3),
        ("a NEAR/ b", "with a number", 3),
        ("a NEAR/1 " * 30 + "b", "one too many: 20 inside", 183),
        ("(" * 101 + "a" + ")" * 101, "one too many: 100 inside", 101),
        ("title: a", "title: at column 1 needs a word", 1),
        ("title:", "title: at column 1 needs a word", 1),
        ("title:author:a", "title: at column 1 needs a word", 1),
        ("title:(b author:a)", "field inside a field", 7),
        ("title:(b NOT author:a)", "field inside a field", 7),
        ("title:(site:nu.nl)", "field inside a field", 7),
        ("site:nu.nl/rubriek", "paths are not supported", 6),
        ("site:(nu.nl AND nos.nl)", "takes a host name", 6),
        ("site:{nu.nl}", "takes a host name", 6),
        ("site:nu", "takes a host name", 6),
        ('lang:"nl be"', "takes a language code", 6),
        ("lang:(title:nl)", "takes a language code", 6),
        ("lang:nederlands", "takes a language code", 6),
        ("tld:co.uk", "takes the last part", 5),
        ("kind:(a/b)", "takes the name of a kind", 6),
        ("a titel:b", "there is no field titel:", 3),
        ("a - b", "write NOT", 3),
        ("a & b", "write AND", 3),
        ("a && b", "write AND", 3),
        ("a || b", "write OR", 3),
        ("ab; b", "semicolon", 3),
        ("ab w/5 b", "write NEAR/3", 4),
        ("ab Pre/5 b", "write NEAR/3", 4),
        ("ab adj5 b", "write NEAR/3", 4),
        ("ab NEAR5 b", "write NEAR/3", 4),
        ("ab NEAR:5 b", "write NEAR/3", 4),
        ("ab NEAR(5) b", "write NEAR/3", 4),
        ("ab AROUND(5) b", "write NEAR/3", 4),
        ("ab 'b c'", "write double ones", 4),
        ("\u2018ab b\u2019", "write double ones", 1),
        ("a -b", "write NOT", 3),
        ('a -"b c"', "write NOT", 3),
        ("a !b", "write NOT", 3),
        ("a +b", "leave it out", 3),
        ("a~2", "not supported", 1),
        ('"a b"~5', "not supported", 6),
        ("(a OR b)^3", "not supported", 9),
        ("a, b", "the comma at column 2 does not join", 2),
        ('"&"', "no letter or digit", 2),
        ('""', "nothing to look for", 1),
        ('" - "', "nothing to look for", 1),
        ("*pomp", "begins with *", 1),
        ('"een *pomp"', "begins with *", 6),
        ("a*", "two letters or digits", 1),
        ("??", "two letters or digits", 1),
        ("{ING*}", "do not work between braces", 2),
        ("ab\\", "needs a sign after it", 3),
        ('"ab\\ c"', "needs a sign after it", 4),
        ('"ab\\ "', "needs a sign after it", 4),
        ("a\x00b", "control character", 2),
        ("a \ud800", "control character", 3),
    ],
)
def test_a_fault_says_what_and_where(text: str, what: str, column: int) -> None:
    """What is not of the language is never guessed at: the fault names it, with its column."""
    with pytest.raises(QueryError) as fault:
        parse_query(text)
    assert what in fault.value.what
    assert fault.value.column == column
    assert fault.value.query == text
    assert "\n" not in fault.value.what


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        '"' * 20_001,
        "\\" * 20_000,
        "ab*" * 6_000,
        "NOT " * 5_000 + "a",
        "a NEAR/1 " * 5_000 + "b",
        " OR ".join(f"w{n}" for n in range(3_000)),
        "e" + "\u0301\u0316" * 10_000,
        "{" * 20_000,
        "(a NOT " * 99 + "b" + ")" * 99,
    ],
    ids=range(10),
)
def test_a_hostile_query_ends_in_a_tree_or_a_fault(text: str) -> None:
    """Long and deep queries neither hang nor exhaust the stack."""
    query = read(text)
    assert isinstance(query, Query) or 1 <= query.column <= len(text) + 1


@settings(deadline=None)
@given(st.text(alphabet='ab *?\\"{}()<>~^-+!,:/é\u200b\x00\ud800ANDORTEO1', max_size=30))
def test_any_text_is_a_query_or_a_fault(text: str) -> None:
    """Nothing else ever comes out, and what is a query stays one when it is printed."""
    query = read(text)
    if isinstance(query, Query):
        assert parse_query(str(query)).tree == query.tree
    else:
        assert 1 <= query.column <= len(text) + 1


def test_what_nobody_sees_hides_no_operator() -> None:
    """A zero-width space inside an operator comes along with pasting."""
    assert str(parse_query("pomp NE\u200bAR/3 lekt")) == "pomp NEAR/3 lekt"
    assert str(parse_query("pomp A\u200bND lekt")) == "pomp AND lekt"
