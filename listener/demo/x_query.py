"""X's query language, as much of it as a listener uses: a query in, a test of posts out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST = 512  # characters, spaces and operators included

_TOKEN = re.compile(r'\s*(-?)(?:(\()|"([^"]*)"|([^\s()"]+))|\s*(\))')
_WORD = re.compile(r"[@#$]?\w+")
_OPERATORS = frozenset({"from", "to", "lang", "is", "url", "conversation_id", "in_reply_to_tweet_id", "has"})
_IS = frozenset({"retweet", "reply", "quote"})


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


Test = Callable[[Searchable], bool]


def understand(query: str) -> Test:
    """The test that a query means; raises BadQuery where X would answer 400.

    A space means AND and binds before OR; a keyword matches whole words, whatever their case and accents; a group cannot be
    negated (docs.x.com, "Build a query").
    """
    if not query.strip():
        raise BadQuery("Invalid 'query':. 'query' must be a non-empty string")
    if len(query) > LONGEST:
        raise BadQuery(
            f"There were errors processing your request: Query length exceeded. Query must be {LONGEST} characters or less (at position 1)"
        )
    tokens = _tokens(query)
    test, at = _either(tokens, 0)
    if at < len(tokens):
        raise _wrong(query, "no viable alternative at character ')'")
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


def _either(tokens: Sequence[_Token], at: int) -> tuple[Test, int]:
    tests = []
    while True:
        test, at = _both(tokens, at)
        tests.append(test)
        if at < len(tokens) and tokens[at].kind == "word" and tokens[at].text == "OR":
            at += 1
            continue
        return (tests[0] if len(tests) == 1 else lambda post: any(one(post) for one in tests)), at


def _both(tokens: Sequence[_Token], at: int) -> tuple[Test, int]:
    tests: list[Test] = []
    while at < len(tokens):
        token = tokens[at]
        if token.kind == ")" or (token.kind == "word" and token.text == "OR"):
            break
        if token.kind == "(":
            test, at = _either(tokens, at + 1)
            if at >= len(tokens):
                raise BadQuery("There were errors processing your request: missing ')' (at position 1)")
            at += 1
        else:
            test = _term(token)
            at += 1
        tests.append(test)
    if not tests:
        raise BadQuery("There were errors processing your request: missing a term (at position 1)")
    return (tests[0] if len(tests) == 1 else lambda post: all(one(post) for one in tests)), at


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
    wanted = value.removeprefix("@").casefold()
    if name == "is" and wanted not in _IS:
        raise BadQuery(f"There were errors processing your request: Reference to invalid field 'is:{value}' (at position 1)")
    tests: dict[str, Test] = {
        "from": lambda post: wanted in {post.handle.casefold(), post.account},
        "to": lambda post: wanted == post.reply_to_handle.casefold(),
        "lang": lambda post: wanted == post.language,
        "is": lambda post: wanted == "reply" and bool(post.reply_to),  # nobody here reposts or quotes
        "url": lambda post: any(wanted in url.casefold() for url in post.urls),
        "conversation_id": lambda post: wanted == post.conversation,
        "in_reply_to_tweet_id": lambda post: wanted == post.reply_to,
        "has": lambda post: wanted == "links" and bool(post.urls),
    }
    return tests[name]


def _folded(text: str) -> list[str]:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _WORD.findall(plain.casefold())


def _words(text: str) -> Test:
    wanted = _folded(text)
    if not wanted:
        raise BadQuery(f"There were errors processing your request: '{text}' holds no word (at position 1)")

    def test(post: Searchable) -> bool:
        # A keyword also finds expanded links, as X's own does for domains.
        return any(_within(wanted, _folded(words)) for words in (post.text, *post.urls))

    return test


def _within(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return any(list(words[at : at + len(wanted)]) == list(wanted) for at in range(len(words) - len(wanted) + 1))
