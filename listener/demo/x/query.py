"""X's query language, as much of it as a listener uses: a query in, a test of posts out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from listener.core.values import dataclass

LONGEST = 512  # characters, spaces and operators included

_TOKEN = re.compile(r'\s*(-?)(?:(\()|"([^"]*)"|([^\s()"]+))|\s*(\))')
_WORD = re.compile(r"[@#$]?\w+")
_OPERATORS = frozenset(
    """from to lang is url conversation_id in_reply_to_tweet_id quotes_of_tweet_id has min_likes min_replies min_reposts""".split()  # noqa: SIM905 - a list of names reads best as one
)
_IS = frozenset({"retweet", "reply", "quote", "verified"})
_HAS = frozenset({"links", "mentions", "hashtags", "media", "images", "videos", "cashtags", "geo"})
_COMPANIONS = frozenset({"lang", "is", "has"})  # they only narrow what something else found


class BadQuery(ValueError):
    """X would refuse this query; the message is for `errors[].message`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """What a search looks at in a post."""

    text: str
    handle: str
    account: str
    language: str
    urls: Sequence[str] = ()
    conversation: str = ""
    reply_to: str = ""
    reply_to_handle: str = ""
    quotes: str = ""  # the id of the post it quotes
    has: frozenset[str] = frozenset()  # links, mentions, hashtags
    likes: int = 0
    replies: int = 0
    reposts: int = 0


Test = Callable[[Searchable], bool]


def understand(query: str) -> Test:
    """The test that a query means; raises BadQuery where X would answer 400.

    A space means AND and binds before OR; a keyword matches whole words, whatever their case and accents; a group cannot be
    negated; lang:, is: and has: need something beside them that stands by itself (docs.x.com, "Build a query").
    """
    if not query.strip():
        raise BadQuery("Invalid 'query':. 'query' must be a non-empty string")
    if len(query) > LONGEST:
        raise BadQuery(
            f"There were errors processing your request: Query length exceeded. Query must be {LONGEST} characters or less (at position 1)"
        )
    tokens = _tokens(query)
    test, at, stands = _either(tokens, 0)
    if at < len(tokens):
        raise _wrong(query, "no viable alternative at character ')'")
    if not stands:
        raise _wrong(query, "Rules must contain at least one positive, non-stopword clause that is not lang:, is: or has:")
    return test


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "(" ")" "phrase" "word"
    text: str
    negated: bool


def _wrong(query: str, what: str) -> BadQuery:
    return BadQuery(f"There were errors processing your request: {what} (at position 1) in query '{query}'")


def _tokens(query: str) -> list[_Token]:
    tokens, at = [], 0
    query = query.rstrip()
    while at < len(query):
        found = _TOKEN.match(query, at)
        if found is None:
            raise _wrong(query, "missing closing quote or bracket")
        minus, opened, phrase, word, closed = found.groups()
        if opened and minus:
            raise _wrong(query, "negating a group of terms is not supported")
        kind = "(" if opened else ")" if closed else "word" if word else "phrase"
        tokens.append(_Token(kind, word or phrase or "", bool(minus)))
        at = found.end()
    return tokens


def _either(tokens: Sequence[_Token], at: int) -> tuple[Test, int, bool]:
    """A test, where it ends, and whether each of its alternatives stands by itself."""
    tests, stands = [], True
    while True:
        test, at, one_stands = _both(tokens, at)
        tests.append(test)
        stands = stands and one_stands
        if at < len(tokens) and tokens[at].kind == "word" and tokens[at].text == "OR":
            at += 1
            continue
        return (tests[0] if len(tests) == 1 else lambda post: any(one(post) for one in tests)), at, stands


def _both(tokens: Sequence[_Token], at: int) -> tuple[Test, int, bool]:
    tests: list[Test] = []
    stands = False
    while at < len(tokens):
        token = tokens[at]
        if token.kind == ")" or (token.kind == "word" and token.text == "OR"):
            break
        if token.kind == "(":
            test, at, inside_stands = _either(tokens, at + 1)
            stands = stands or inside_stands
            if at >= len(tokens):
                raise BadQuery("There were errors processing your request: missing ')' (at position 1)")
            at += 1
        else:
            test = _term(token)
            stands = stands or not (token.negated or _narrows(token))
            at += 1
        tests.append(test)
    if not tests:
        raise BadQuery("There were errors processing your request: missing a term (at position 1)")
    return (tests[0] if len(tests) == 1 else lambda post: all(one(post) for one in tests)), at, stands


def _narrows(token: _Token) -> bool:
    name, colon, _ = token.text.partition(":")
    return token.kind == "word" and bool(colon) and name in _COMPANIONS


def _term(token: _Token) -> Test:
    name, colon, value = token.text.partition(":")
    if token.kind == "word" and colon and name in _OPERATORS and value:
        test = _operator(name, value)
    elif token.kind == "word" and colon and value and name.isidentifier():
        raise BadQuery(
            f"There were errors processing your request: Reference to invalid operator '{name}'. Operator is not available (at position 1)"
        )
    else:
        test = _words(token.text)
    return (lambda post: not test(post)) if token.negated else test


def _operator(name: str, value: str) -> Test:
    wanted = value.strip('"').removeprefix("@").casefold()
    known = {"is": _IS, "has": _HAS}.get(name)
    if known is not None and wanted not in known:
        raise BadQuery(f"There were errors processing your request: Reference to invalid field '{name}:{value}' (at position 1)")
    if name.startswith("min_") and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        raise BadQuery(f"There were errors processing your request: '{value}' is no number for '{name}' (at position 1)")
    tests: dict[str, Test] = {
        "from": lambda post: wanted in {post.handle.casefold(), post.account},
        "to": lambda post: wanted == post.reply_to_handle.casefold(),
        "lang": lambda post: wanted == post.language,
        # Reposts are not found by search at all.
        "is": lambda post: (wanted == "reply" and bool(post.reply_to)) or (wanted == "quote" and bool(post.quotes)),
        "url": lambda post: any(wanted in url.casefold() for url in post.urls),
        "conversation_id": lambda post: wanted == post.conversation,
        "in_reply_to_tweet_id": lambda post: wanted == post.reply_to,
        "quotes_of_tweet_id": lambda post: wanted == post.quotes,
        "has": lambda post: wanted in post.has or (wanted == "links" and bool(post.urls)),
        "min_likes": lambda post: post.likes >= int(wanted),
        "min_replies": lambda post: post.replies >= int(wanted),
        "min_reposts": lambda post: post.reposts >= int(wanted),
    }
    return tests[name]


@lru_cache(maxsize=8192)
def _folded(text: str) -> tuple[str, ...]:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return tuple(_WORD.findall(plain.casefold()))


def _words(text: str) -> Test:
    wanted = _folded(text)
    if not wanted:
        raise BadQuery(f"There were errors processing your request: '{text}' holds no word (at position 1)")

    def test(post: Searchable) -> bool:
        # A keyword also finds expanded links, as X's own does for domains.
        return any(_within(wanted, _folded(words)) for words in (post.text, *post.urls))

    return test


def _within(wanted: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))
