"""From a query as a person types it to its tree; every fault says what, and at which column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Self

from listener.core.errors import QueryError
from listener.core.query.doubts import doubts, too_common
from listener.core.query.lexer import Kind, Token, tokens
from listener.core.query.tree import Node, Or, Term, Where, both, context, either, near, negated, placed, printed, scoped, unbounded
from listener.core.urls import host
from listener.core.values import dataclass
from listener.core.wording import worded

_DEEPEST = 100  # brackets inside brackets
_NEAREST = 20  # NEARs inside NEARs
_KIND = re.compile(r"[a-z0-9][a-z0-9_.:-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}")
_FACTS = {
    "site": worded("site: takes a host name (site:nu.nl), or several in brackets with OR; paths are not supported yet"),
    "tld": worded("tld: takes the last part of a host name (tld:nl), or several in brackets with OR"),
    "kind": worded("kind: takes the name of a kind of source (kind:rss), or several in brackets with OR"),
    "lang": worded("lang: takes a language code (lang:nl), or several in brackets with OR"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """A query that is right; `str` gives its normal form, and queries with one normal form have one version."""

    text: str
    tree: Node

    @property
    def version(self) -> str:
        """The first 12 hexadecimal digits of the sha256 of the normal form."""
        return hashlib.sha256(str(self).encode()).hexdigest()[:12]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed, and probably not meant; a line each. Reads the text once more, since few ask for them."""
        parser = _Parser(self.text)
        return doubts(parser.tokens, parser.read().words, self.tree)

    def __str__(self) -> str:
        return printed(self.tree)


def parse_query(text: str) -> Query:
    r"""Read a query; raise QueryError with what is wrong and at which 1-based column.

    The language: words and `"phrases"`; `AND`, `OR`, `NOT` in capitals and brackets, NOT before AND before OR, and two things side
    by side mean AND (so `a NOT b` is `a AND NOT b`); `a NEAR/3 b` with at most three words between, `ONEAR/3` also in that order,
    `NEAR` alone for 4, and `NEAR/3f` for `ONEAR/3`; `name CONTEXT (a OR b)` for a name that counts only where a or b is in the item
    too; `*` for any letters or digits in the middle or at the end of a word, `?` for exactly one; `{ING}` for exact case; `title:`,
    `author:` and `outlet:` before a word, phrase or bracket; `site:`, `tld:`, `lang:` and `kind:`; `<<< comments >>>`. A backslash
    makes the next sign an ordinary one. A query must have something that has to be there: `NOT a`, `b OR NOT a` and `de OR het` are
    faults. `NOT lang:en` keeps items whose language is not known. The whole of it is in docs/reference/query-language.md.
    """
    parser = _Parser(text)
    tree = parser.parse()
    culprit = unbounded(tree)
    if culprit is not None:
        what = worded("the NOT at {place} would match nearly everything: say beside it (AND) what must be there")
        raise QueryError(what, query=text, column=culprit.column)
    if too_common(tree):
        what = worded("every text has what the query asks for at {place}: add the name you look for, or write {IT} for exact case")
        raise QueryError(what, query=text, column=next(token.column for token in parser.words if too_common(token.term)))
    return Query(text, tree)


class _Parser:
    """Recursive descent, a method for each strength of binding; brackets are counted, so that no query exhausts the stack."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.tokens: Sequence[Token] = tokens(text)
        self.words: list[Token] = []  # what is looked for in title and text alike, in the order it was written
        self._at = 0
        self._next = self.tokens[0]
        self._depth = 0

    def read(self) -> Self:
        """Read the whole text, for the words in it."""
        self.parse()
        return self

    def parse(self) -> Node:
        if self._next.kind is Kind.END:
            raise self._fault(worded("the query is empty: there is nothing to look for at {place}"), self._next)
        tree = self._either()
        if self._next.kind is Kind.CLOSE:
            raise self._fault(worded("the bracket at {place} was never opened"), self._next)
        return tree

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        if self._at < len(self.tokens):
            self._next = self.tokens[self._at]
        return token

    def _fault(self, what: str, token: Token) -> QueryError:
        return QueryError(what, query=self._text, column=token.column)

    def _either(self) -> Node:
        parts = [self._all()]
        while self._next.kind is Kind.OR:
            self._take()
            parts.append(self._all())
        return either(parts)

    def _all(self) -> Node:
        parts = [self._one()]
        while self._next.kind not in {Kind.OR, Kind.CLOSE, Kind.END}:
            if self._next.kind is Kind.AND:
                self._take()
            parts.append(self._one())
        return both(parts)

    def _one(self) -> Node:
        nots = []
        while self._next.kind is Kind.NOT:
            nots.append(self._take())
        node = self._in_context()
        for token in reversed(nots):
            node = negated(node, token.column)
        return node

    def _in_context(self) -> Node:
        start = self._next
        node = self._nearby()
        while self._next.kind is Kind.CONTEXT:
            self._take()
            self._must_be_there(node, start)
            start = self._next
            group = self._nearby()
            self._must_be_there(group, start)
            node = context(node, group)
        return node

    def _must_be_there(self, node: Node, token: Token) -> None:
        if unbounded(node) is not None:
            raise self._fault(worded("CONTEXT takes words that must be there, and what is at {place} has none"), token)

    def _nearby(self) -> Node:
        start = self._next
        node = self._operand()
        while self._next.kind is Kind.NEAR:
            operator = self._take()
            left = self._placed(node, start)
            start = self._next
            pair = near(left, self._placed(self._operand(), start), operator.within, ordered=operator.ordered)
            if pair.depth > _NEAREST:
                raise self._fault(
                    worded("the NEAR at {place} is one too many: {most} inside one another at most", most=_NEAREST), operator
                )
            node = pair
        return node

    def _placed(self, node: Node, token: Token) -> Node:
        if not placed(node):
            raise self._fault(
                worded(
                    "NEAR takes words, phrases and brackets of OR, not what is at {place}; for a field write title:(a NEAR/3 b)"
                ),
                token,
            )
        return node

    def _operand(self) -> Node:
        token = self._take()
        if token.kind is Kind.TERM:
            self.words.append(token)
            return token.term
        if token.kind is Kind.FIELD:
            return self._in_field(token)
        if token.kind is not Kind.OPEN:
            raise self._missing(token)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._fault(
                worded("the bracket at {place} is one too many: {most} inside one another at most", most=_DEEPEST), token
            )
        if self._next.kind is Kind.CLOSE:
            raise self._fault(worded("there is nothing between the brackets at {place}"), token)
        inside = self._either()
        if self._take().kind is not Kind.CLOSE:
            raise self._fault(worded("the bracket that starts at {place} is never closed"), token)
        self._depth -= 1
        return inside

    def _missing(self, token: Token) -> QueryError:
        """The fault when something to look for should stand where `token` stands."""
        before = self.tokens[self._at - 2] if self._at > 1 else None
        if before is None or before.kind is Kind.OPEN:
            if token.kind is Kind.CLOSE:
                return self._fault(worded("the bracket at {place} was never opened"), token)
            if before is not None and token.kind is Kind.END:
                return self._fault(worded("the bracket that starts at {place} is never closed"), before)
            return self._fault(worded("the {operator} at {place} has nothing before it", operator=token.kind.value), token)
        return self._fault(worded("the {operator} at {place} has nothing after it to look for", operator=before.kind.value), before)

    def _in_field(self, token: Token) -> Node:
        start = self._next
        if start.kind not in {Kind.TERM, Kind.OPEN} or start.column != token.column + len(token.field) + 1:
            raise self._fault(
                worded("the {field}: at {place} needs a word, a phrase or a bracket right after it", field=token.field), token
            )
        met = len(self.words)
        inside = self._operand()
        del self.words[met:]
        if token.field in _FACTS:
            return self._facts(inside, token.field, start)
        node = scoped(inside, token.field)
        if node is None:
            raise self._fault(worded("there is a field inside a field in what starts at {place}"), start)
        return node

    def _facts(self, node: Node, name: str, start: Token) -> Node:
        parts = node.parts if isinstance(node, Or) else (node,)
        values = [_value(part, name) for part in parts]
        if not all(values):
            raise self._fault(_FACTS[name], start)
        return either(Where(name, value) for value in values)


def _value(node: Node, name: str) -> str:
    """The value of a field that is no text, in its normal form; "" when it cannot be one."""
    if not isinstance(node, Term) or node.exact or node.field or len(node.words) > 1:
        return ""
    word = node.words[0].lower()
    if name == "kind":
        return word if _KIND.fullmatch(word) else ""
    if name == "lang":
        return word.replace("_", "-") if _LANGUAGE.fullmatch(word.replace("_", "-")) else ""
    if name == "tld":
        return host(f"x.{word.removeprefix('.')}").removeprefix("x.") if "." not in word.removeprefix(".") else ""
    place = host(word)
    return place if "/" not in word.removeprefix("https://").removeprefix("http://").removesuffix("/") else ""
