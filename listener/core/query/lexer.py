"""The words and signs of a query, each with its column; what another tool's query means otherwise is a fault, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from string import ascii_letters, digits
from typing import NamedTuple, NoReturn

from listener.core.errors import QueryError
from listener.core.query.fold import fold
from listener.core.query.tree import Term
from listener.core.text import composed
from listener.core.wording import worded

FIELDS = ("title", "author", "outlet", "site", "tld", "lang", "kind")
_LONGEST = 100_000  # characters of a query
_FURTHEST = 100  # words between, for NEAR
_NEAR_ALONE = 4  # as Meltwater has it


class Kind(StrEnum):
    """What a token is; the operators' values are how they are written."""

    TERM = "term"
    FIELD = "field"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    CONTEXT = "CONTEXT"
    END = "end"


_BRACKETS = {"(": Kind.OPEN, ")": Kind.CLOSE}
_JOINING = frozenset({"AND", "OR", "NOT", "CONTEXT"})
_LONE_BACKSLASH = worded("the backslash at {place} needs a sign after it")
_NO_SUFFIX = worded(
    "~ and ^ (at {place}) are not supported: write NEAR/3 for words near each other, or quote it to look for the sign"
)
_TOO_WILD = worded(
    "the word at {place} would match nearly everything: beside * and ? it needs two letters or digits of its own",
)
_NOTHING = Term(())


class Token(NamedTuple):
    """A piece of a query, and the 1-based column where it starts."""

    kind: Kind
    column: int
    term: Term = _NOTHING
    field: str = ""
    within: int = 0
    ordered: bool = False
    bare: str = ""  # a word as it was written, where it stands without quotes and braces


# Word processors set these; one sign for one sign, so that columns stay right.
_SHAPES = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\uff07", "'"),
        **dict.fromkeys("\u00a0\u2007\u202f", " "),
        # As keyboards of East Asia set letters, digits, brackets, colons and slashes; to the matcher they are the same anyway.
        **{chr(ord(sign) + 0xFEE0): sign for sign in ascii_letters + digits + "():/"},
    }
)
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")

# What most queries are made of: spaces, brackets, plain phrases, and plain words or operators.
_QUICK = re.compile(r'([ \t\n]+)|([()])|"([A-Za-z0-9]+(?: [A-Za-z0-9]+)*)"|([A-Za-z0-9]++)(?=[\s()]|\Z)')
_SPACE = re.compile(r"[\s\u00ad\u200b\u2060\ufeff]+")
_BARE = re.compile(r"(?:\\\S|(?!<<<)[^\s()\"{}\\])++")
_PHRASE = re.compile(r'"((?:\\.|[^"\\])*+)"', re.DOTALL)
_EXACT = re.compile(r"\{((?:\\.|[^}\\])*+)\}", re.DOTALL)
_CHUNK = re.compile(r"(?:\\\S|[^\s\\])++")
_NEAR = re.compile(r"(O?)NEAR(?:/([0-9]{1,4})(f?))?")
# NEAR in a form that is not ours: near/5, and what others call it: NEAR5, NEAR:5, w/5, n/5, pre/5, within/5, adj5, AROUND(5).
_NEARLY = re.compile(r"O?NEAR/.*|(?:O?NEAR|ADJ):?[0-9]+|(?:W|N|PRE|ADJ|WITHIN)/[0-9]+", re.IGNORECASE | re.DOTALL)
_COUNTED = re.compile(r"\([0-9]{1,3}\)")
_INSTEAD = {"&": "AND", "&&": "AND", "|": "OR", "||": "OR", "-": "NOT", "!": "NOT"}
_APOSTROPHES = re.compile(r"'[^'\"(){}]*'(?=[\s)]|\Z)")
_FIELD = re.compile(r"([A-Za-z_]+):(?!//)")
_SIGN_BEFORE = re.compile(r"[-+!](?=\w|\Z)")
_SUFFIX = re.compile(r"~|\^[0-9.]+\Z")
_WRITTEN = re.compile(r"\\(.)|\*+|.", re.DOTALL)
_TO_ESCAPE = frozenset('\\*?"}')
_LETTER = re.compile(r"[A-Za-z0-9]")
_SEPARATORS = frozenset("-\u2010\u2011\u2012\u2013\u2014/,;")


def tokens(text: str) -> list[Token]:
    """Cut a query into its tokens, the last one END; raise QueryError where something is not part of the language."""
    return list(_Lexer(text).run())


def elements(word: str) -> Iterator[tuple[bool, str]]:
    """The signs of a word of a Term, each with whether it is a wildcard."""
    for found in _WRITTEN.finditer(word):
        if found[1] is not None:
            yield False, found[1]
        else:
            yield found[0][0] in "*?", found[0][0]


def _hard(word: str) -> bool:
    """Whether a word has signs that mean something, or must be escaped."""
    return not _TO_ESCAPE.isdisjoint(word)


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._source = text.translate(_SHAPES)
        if len(text) > _LONGEST:
            self._fault(worded("the query is longer than 100,000 characters, which end at {place}: make several of it"), _LONGEST)
        unwanted = _UNWANTED.search(text)
        if unwanted:
            self._fault(worded("there is a control character, or half of a broken one, at {place}"), unwanted.start())

    def _fault(self, what: str, at: int) -> NoReturn:
        raise QueryError(what, query=self._text, column=at + 1)

    def run(self) -> Iterator[Token]:
        at, source = 0, self._source
        while at < len(source):
            quick = _QUICK.match(source, at)
            if quick:
                if quick.lastindex != 1:
                    yield self._quickly(quick)
                at = quick.end()
                continue
            space = _SPACE.match(source, at)
            if space:
                at = space.end()
            elif source.startswith("<<<", at):
                at = self._past_comment(at)
            elif source[at] in '"{':
                token, at = self._quoted(at)
                yield token
            else:
                token, at = self._bare(at)
                yield token
        yield Token(Kind.END, len(self._source) + 1)

    def _quickly(self, found: re.Match[str]) -> Token:
        """The token that the quick pattern found: a bracket, a plain phrase, a plain word or an operator."""
        bracket, phrase, word = found.group(2, 3, 4)
        column = found.start() + 1
        if phrase:
            return Token(Kind.TERM, column, Term(tuple(phrase.split(" "))))
        if bracket:
            return Token(_BRACKETS[bracket], column)
        if word in _JOINING:
            return Token(Kind(word), column)
        if word[-1] in digits or self._source.startswith("(", found.end()):
            self._nearly(word, found.start(), found.end())
        near = _NEAR.fullmatch(word)
        return self._near(near, column - 1) if near else Token(Kind.TERM, column, Term((word,)), bare=word)

    def _past_comment(self, at: int) -> int:
        end = self._source.find(">>>", at)
        if end < 0:
            self._fault(worded("the comment that starts at {place} is never closed"), at)
        return end + 3

    def _quoted(self, at: int) -> tuple[Token, int]:
        exact = self._source[at] == "{"
        found = (_EXACT if exact else _PHRASE).match(self._source, at)
        if found is None:
            brace, phrase = (
                worded("the brace that starts at {place} is never closed"),
                worded("the phrase that starts at {place} is never closed"),
            )
            self._fault(brace if exact else phrase, at)
        return Token(Kind.TERM, at + 1, self._term(found[1], found.start(1), quoted=True, exact=exact)), found.end()

    def _bare(self, at: int) -> tuple[Token, int]:
        field = _FIELD.match(self._source, at)
        if field and field[1].lower() in FIELDS:  # looked at first: a row of fields is one long word
            return Token(Kind.FIELD, at + 1, field=field[1].lower()), field.end()
        found = _BARE.match(self._source, at)
        if found is None:
            self._fault(worded("the brace at {place} was never opened") if self._source[at] == "}" else _LONE_BACKSLASH, at)
        word = _INVISIBLE.sub("", found[0])
        if word in _JOINING:
            return Token(Kind(word), at + 1), found.end()
        near = _NEAR.fullmatch(word)
        if near:
            return self._near(near, at), found.end()
        self._not_ours(word, at, found.end(), field)
        return Token(Kind.TERM, at + 1, self._term(found[0], at, quoted=False, exact=False), bare=word), found.end()

    def _nearly(self, word: str, at: int, end: int) -> None:
        """Refuse a word that is NEAR in another tool's form."""
        counted = word.upper() in {"AROUND", "NEAR", "ONEAR"} and _COUNTED.match(self._source, end)
        if counted or _NEARLY.fullmatch(word):
            self._fault(
                worded("this is no operator as it stands at {place}: write NEAR/3 or ONEAR/3, in capitals and with a number"), at
            )

    def _near(self, near: re.Match[str], at: int) -> Token:
        within = int(near[2]) if near[2] else _NEAR_ALONE
        if within > _FURTHEST:
            self._fault(worded("the NEAR at {place} counts too far: {most} words at most", most=_FURTHEST), at)
        return Token(Kind.NEAR, at + 1, within=within, ordered=bool(near[1] or near[3]))

    def _not_ours(self, word: str, at: int, end: int, field: re.Match[str] | None) -> None:
        """Refuse what is an operator elsewhere and would be sought as a word here."""
        if field and field[1].islower():
            name = field[1]
            known = ", ".join(FIELDS)
            self._fault(
                worded(
                    "there is no field {name}: (at {place}); there are {known}; quote it to look for these words",
                    name=name,
                    known=known,
                ),
                at,
            )
        self._nearly(word, at, end)
        if word.startswith("'") and _APOSTROPHES.match(self._source, at):
            self._fault(worded("single quotation marks (at {place}) make no phrase: write double ones"), at)
        if word in _INSTEAD:
            self._fault(
                worded(
                    "the {sign} at {place} is no operator here: {instead}, or quote it to look for the sign",
                    sign=word,
                    instead=worded("write {operator}", operator=_INSTEAD[word]),
                ),
                at,
            )
        sign = _SIGN_BEFORE.match(word)
        if sign and (len(word) > 1 or self._source[end : end + 1] in {'"', "(", "{"}):
            instead = worded("leave it out") if sign[0] == "+" else worded("write {operator}", operator="NOT")
            self._fault(
                worded(
                    "the {sign} at {place} is no operator here: {instead}, or quote it to look for the sign",
                    sign=sign[0],
                    instead=instead,
                ),
                at,
            )
        if _SUFFIX.search(word):
            self._fault(_NO_SUFFIX, at)
        if word.endswith((",", ";")):
            comma, semicolon = (
                worded("the comma at {place} does not join words: write AND or OR, or quote it to look for the sign"),
                worded("the semicolon at {place} does not join words: write AND or OR, or quote it to look for the sign"),
            )
            self._fault(comma if word.endswith(",") else semicolon, end - 1)

    def _term(self, raw: str, at: int, *, quoted: bool, exact: bool) -> Term:
        words = tuple(self._words(raw, at, quoted=quoted, exact=exact))
        if not words:
            self._fault(worded("there is nothing to look for between the signs at {place}"), at - 1)
        if _LETTER.search("".join(words)) and not any(map(_hard, words)):
            return Term(words, exact)
        signs = fold("".join(sign for word in words for is_wild, sign in elements(word) if not is_wild))
        if not any(sign.isalnum() or not sign.isascii() for sign in signs) and not (quoted and len(signs) > 1):
            self._fault(worded("there is no letter or digit to look for at {place}"), at)
        return Term(words, exact)

    def _words(self, raw: str, at: int, *, quoted: bool, exact: bool) -> Iterator[str]:
        end = 0
        for found in _CHUNK.finditer(raw):
            if raw[end : found.start()].strip():
                break
            end = found.end()
            word = self._word(_INVISIBLE.sub("", found[0]), at + found.start(), exact=exact)
            if quoted and not exact:
                word = "" if _SEPARATORS.issuperset(word) else word.rstrip(",;")
            if word:
                yield word
        if raw[end:].strip():
            self._fault(_LONE_BACKSLASH, at + end)

    def _word(self, raw: str, at: int, *, exact: bool) -> str:
        raw = raw if raw.isascii() else composed(raw)
        if not _hard(raw):
            return raw
        signs = []
        for is_wild, sign in elements(raw):
            if is_wild and exact:
                self._fault(worded("* and ? do not work between braces (at {place}): write \\* or \\? to look for the sign"), at)
            signs.append(sign if is_wild or sign not in _TO_ESCAPE else f"\\{sign}")
        word = composed("".join(signs))
        wild = [is_wild for is_wild, _ in elements(word)]
        if any(wild):
            if word.startswith("*"):
                self._fault(
                    worded("the word at {place} begins with *, which stands only in the middle or at the end of a word"), at
                )
            own = fold("".join(sign for is_wild, sign in elements(word) if not is_wild))
            if sum(map(str.isalnum, own)) < 2:
                self._fault(_TOO_WILD, at)
        return word
