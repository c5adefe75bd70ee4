"""X's query language, as the world's X understands it."""

from __future__ import annotations

import pytest

from listener.demo.x.query import LONGEST, BadQuery, Searchable, understand

POST = Searchable(
    text="Café-eigenaar wacht op @molenaarpompen: de Polder 80 lekt #levertijd https://t.example/x",
    handle="Sanne_V",
    account="42",
    language="nl",
    urls=["https://molenaarpompen.example/tips"],
    conversation="7",
    reply_to="6",
    reply_to_handle="molenaarpompen",
)


@pytest.mark.parametrize(
    "query",
    [
        "lekt",
        "LEKT",
        "cafe",
        '"polder 80"',
        "@molenaarpompen",
        "#levertijd",
        "molenaarpompen.example",
        "url:molenaarpompen",
        "from:sanne_v",
        "from:@Sanne_V",
        "from:42",
        "to:molenaarpompen",
        "lekt lang:nl",
        "lekt is:reply",
        "-is:retweet lekt",
        "lekt has:links",
        "lekt -has:media",
        "min_likes:0 lekt",
        "conversation_id:7",
        "in_reply_to_tweet_id:6",
        "lekt polder",
        "niets OR lekt",
        "niets lekt OR polder",
        "(niets OR lekt) polder",
        '(("polder 80"))',
        "lekt -niets",
        'lekt -"polder 81"',
    ],
)
def test_queries_that_find_the_post(query: str) -> None:
    """Words, phrases, handles, tags, operators, AND before OR, brackets and negation, whatever the case and accents."""
    assert understand(query)(POST)


@pytest.mark.parametrize(
    "query",
    [
        "lek",
        '"80 polder"',
        "molenaarpompen -lekt",
        "@molenaar",
        "levertijd",
        "from:molenaarpompen",
        "to:sanne_v",
        "lekt lang:en",
        "lekt is:quote",
        "lekt has:media",
        "lekt min_likes:1",
        "quotes_of_tweet_id:5",
        "niets OR lekt niets",
        "polder (niets OR nergens)",
        "-lekt polder",
    ],
)
def test_queries_that_do_not(query: str) -> None:
    """Whole words only, in their order; a tag or handle is not the bare word."""
    assert not understand(query)(POST)


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("", "non-empty"),
        ("   ", "non-empty"),
        ("a" * (LONGEST + 1), "512 characters"),
        ("(lekt", r"missing '\)'"),
        ("lekt)", "no viable alternative"),
        ('"lekt', "closing quote"),
        ("-(a b)", "negating a group"),
        ("OR lekt", "missing a term"),
        ("lekt OR", "missing a term"),
        ("()", "missing a term"),
        ("min_faves:3", "invalid operator 'min_faves'"),
        ("is:nice", "is:nice"),
        ("has:fun", "has:fun"),
        ("min_likes:veel", "no number"),
        ("lang:nl", "at least one positive"),
        ("is:reply has:links", "at least one positive"),
        ("-lekt", "at least one positive"),
        ("lekt OR lang:nl", "at least one positive"),
        ("lang:nl (is:reply OR polder)", "at least one positive"),
        ("&&", "holds no word"),
    ],
)
def test_queries_that_x_refuses(query: str, what: str) -> None:
    """Each fault has its own message."""
    with pytest.raises(BadQuery, match=what):
        understand(query)
