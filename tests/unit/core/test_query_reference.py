"""The fast matcher against the slow one, on whatever Hypothesis can think of."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.query import Item, Matcher, parse_query
from listener.core.query.doubts import too_common
from listener.core.query.tree import (
    Context,
    Node,
    Not,
    Term,
    Where,
    both,
    context,
    either,
    near,
    negated,
    printed,
    scoped,
    unbounded,
)
from tests.reference_matcher import matches

WORDS = [
    "ab",
    "ba",
    "abc",
    "b-a",
    "c++",
    "#ab",
    "ab*",
    "a?b",
    "ab*c",
    "?ab",
    "ba*a*b",
    "é",
    "één",
    "日本",
    "日",
    "o'b",
    "b&a",
    "xyz",
    "+a",
]
TERM = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: Term(tuple(words)))
EXACT = st.sampled_from(
    [Term(("AB",), exact=True), Term(("Ab", "bA"), exact=True), Term(("É",), exact=True), Term(("E",), exact=True)]
)
PLACED: st.SearchStrategy[Node] = st.recursive(
    st.one_of(TERM, EXACT),
    lambda inner: st.one_of(
        st.builds(near, inner, inner, st.integers(0, 3), ordered=st.booleans()), st.lists(inner, min_size=2, max_size=3).map(either)
    ),
    max_leaves=3,
)
FACT = st.sampled_from([Where("site", "nu.nl"), Where("tld", "nl"), Where("lang", "nl"), Where("kind", "rss")])
SCOPED = st.builds(lambda node, name: scoped(node, name) or node, PLACED, st.sampled_from(["title", "author", "outlet"]))
TREE: st.SearchStrategy[Node] = st.recursive(
    st.one_of(PLACED, PLACED, SCOPED, FACT),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=12).map(either),
        st.lists(inner, min_size=2, max_size=3).map(both),
        st.builds(context, PLACED, PLACED),
        inner.map(negated),
    ),
    max_leaves=6,
)
PIECES = [
    "ab",
    "AB",
    "Ab",
    "bA",
    "abc",
    "ba",
    "b-a",
    "c++",
    "C+",
    "#ab",
    "é",
    "e\u0301",
    "E",
    "één",
    "日本",
    "日",
    "o’b",
    "b&amp;amp;a",
]
PIECES += ["xyz", "a", "b", "aab", "ab1c", "_", "-", ", ", "/", "\n", "“", "\u00ad", "\u200b", "+", " ", " ", " ", " "]
TEXT = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
ITEM = st.builds(
    Item,
    TEXT,
    TEXT,
    author=TEXT,
    url=st.sampled_from(["", "https://www.nu.nl/a", "https://menu.be/"]),
    site=st.sampled_from(["", "nu.nl"]),
    language=st.sampled_from(["", "nl", "nl_BE", "en"]),
    kind=st.sampled_from(["", "RSS", "x"]),
    outlet=TEXT.map(lambda text: text or "-"),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(TREE, min_size=1, max_size=3), st.lists(ITEM, min_size=1, max_size=3))
def test_the_matcher_agrees_with_the_book(trees: list[Node], items: list[Item]) -> None:
    """Whatever the queries and the texts: the same items hold, with reasons and without, asked together or one by one."""
    right = [tree if unbounded(tree) is None else both([Term(("ab",)), tree]) for tree in trees]
    queries = {str(number): parse_query(printed(tree)) for number, tree in enumerate(right) if not too_common(tree)}
    matcher = Matcher(queries)
    for item in items:
        wanted = [key for key, query in queries.items() if matches(query.tree, item)]
        assert matcher.hits(item) == wanted
        assert list(matcher.match(item)) == wanted
        assert [key for key in queries if matcher.judge(item, key).matched] == wanted


@settings(max_examples=50, deadline=None)
@given(TREE)
def test_every_tree_prints_as_a_query_with_that_tree(tree: Node) -> None:
    """Contexts and fields too: parse, print, parse is the identity."""
    whole = both([Term(("xyz",)), tree])
    assert parse_query(printed(whole)).tree == whole


@settings(max_examples=50, deadline=None)
@given(TREE, ITEM)
def test_not_is_the_opposite(tree: Node, item: Item) -> None:
    """With something that has to be there beside it, a query or its NOT holds, and never both."""
    there = Item("", f"xyz {item.text}", item.author, item.url, item.site, item.language, item.kind, item.outlet)
    yes, no = (parse_query(printed(both([Term(("xyz",)), node]))) for node in (tree, negated(tree)))
    assert len(Matcher({"yes": yes, "no": no}).hits(there)) == 1


def test_the_kinds_of_trees_are_all_asked() -> None:
    """A context is an AND to whoever does not know it."""
    tree = context(Term(("ab",)), Not(Term(("ba",))))
    assert isinstance(tree, Context)
    assert matches(tree, Item("", "ab"))
