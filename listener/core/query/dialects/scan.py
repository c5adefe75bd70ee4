"""Another tool's query cut into its tokens, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from listener.core.errors import QueryError
from listener.core.query.dialects.dialect import Dialect, Field, How
from listener.core.query.dialects.lost import Lost, Shift, changed
from listener.core.values import dataclass


class Kind(Enum):
    """What a token is."""

    WORD = "a word"
    PHRASE = "a phrase"
    CASE = "an exact word"
    RANGE = "a range"
    FIELD = "a field"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    REQUIRE = "+"
    NEAR = "NEAR"
    CALL = "near/n:"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: [start, end) of it, and what is in it."""

    kind: Kind
    start: int
    end: int
    text: str = ""  # what is sought, or the field's name
    suffix: str = ""  # ~5, ~ or ^9
    field: Field | None = None
    within: int = 0
    ordered: bool = False
    sentence: bool = False
    arguments: tuple[str, ...] = ()


# What word processors make of quotation marks, spaces and hyphens; one sign for one sign, so that columns stay right.
_SHAPES = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\u2033", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\uff07\u2032", "'"),
        **dict.fromkeys("\u00a0\u2007\u202f\u2002\u2003\u2009\u200b\u2060\ufeff\u00ad", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
    }
)
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_BARE = re.compile(r'(?:\\\S|(?!<<<)[^\s()"{}\\])++|\\')
_PHRASE = re.compile(r'"((?:\\.|[^"\\])*+)"', re.DOTALL)
_TICKED = re.compile(r"`([^`]*+)`")
_BRACED = re.compile(r"\{([^{}]*+)\}")
_RANGE = re.compile(r"\[([^\[\]]*+)\]")
_SUFFIX = re.compile(r"(?:~[0-9.]*|\^[0-9.]+)+")
_SUFFIXED = re.compile(r"(.*[^~^])((?:~[0-9.]*|\^[0-9.]+)+)", re.DOTALL)
_FIELD = re.compile(r"(\$?[A-Za-z][A-Za-z_.]*):(?!//)")
_PLAIN = re.compile(r"(?:AND|OR|NOT)(?=\s|\Z)")
_NEAR = re.compile(r"(O?)NEAR(?:/([0-9]{1,4})(f?))?(?=[\s()\"{]|\Z)")
_NEAR_ANY = re.compile(_NEAR.pattern, re.IGNORECASE)
_AROUND = re.compile(r"AROUND ?\(([0-9]{1,4})\)")
_SENTENCE = re.compile(r"(O?)SENTENCE(?=[\s()\"{]|\Z)")
_CALL = re.compile(r"(o?)near/([0-9]{1,4}):[ ]?((?:\"[^\"]*\"|[^\s,()\"]+)(?:,[ ]?(?:\"[^\"]*\"|[^\s,()\"]+))+)", re.IGNORECASE)
_ARGUMENT = re.compile(r'"([^"]*)"|([^\s,"]+)')
_A_SENTENCE = 20  # words


class Scanner:
    """Cuts one query; what means nothing in its tool (comments, lone signs) is told in `lost` and not handed on."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.lost: list[Lost] = []
        self._dialect = dialect
        self._source = text.translate(_SHAPES)
        unwanted = _UNWANTED.search(text)
        if unwanted:
            raise self.fault("a control character, or half of one that was broken", unwanted.start())

    def fault(self, what: str, at: int) -> QueryError:
        """What is wrong with the query, and where."""
        return QueryError(what, query=self.text, column=at + 1)

    def part(self, start: int, end: int) -> str:
        """A stretch of the query as it was written."""
        return self.text[start:end].strip()

    def tokens(self) -> list[Token]:
        """All tokens, the last one END."""
        return [*self._run(), Token(Kind.END, len(self._source), len(self._source))]

    def _run(self) -> Iterator[Token]:
        at, value_of = 0, None
        while at < len(self._source):
            space = _SPACE.match(self._source, at)
            if space:
                at = space.end()
            elif self._dialect.comments and self._source.startswith("<<<", at):
                at = self._past_comment(at)
            else:
                token = self._token(at, value_of)
                at = token.end
                if token.kind is not Kind.END:
                    yield token
                value_of = token.field if token.kind is Kind.FIELD else None

    def _past_comment(self, at: int) -> int:
        end = self._source.find(">>>", at)
        if end < 0:
            raise self.fault("the comment that starts here is never closed", at)
        self._note(at, end + 3, "the normal form keeps no comments")
        return end + 3

    def _note(self, start: int, end: int, why: str) -> None:
        self.lost.append(changed(self.part(start, end), why, start + 1, Shift.SAME))

    def _token(self, at: int, value_of: Field | None) -> Token:
        sign = self._source[at]
        if value_of is not None and value_of.rest:
            end = self._end_of_line(at) if value_of.how is How.GONE else at
            if end > at:
                return Token(Kind.WORD, at, end, self._source[at:end])
        if sign == "(":
            return Token(Kind.OPEN, at, at + 1)
        if sign == ")":
            suffix = _SUFFIX.match(self._source, at + 1)
            return Token(Kind.CLOSE, at, suffix.end() if suffix else at + 1, suffix=suffix[0] if suffix else "")
        if sign == '"':
            return self._enclosed(_PHRASE, at, Kind.PHRASE, "phrase")
        if sign == "{":
            return self._enclosed(_BRACED, at, Kind.CASE if self._dialect.case else Kind.PHRASE, "brace")
        if sign == "`" and self._dialect.ticks:
            return self._enclosed(_TICKED, at, Kind.CASE, "backtick")
        if sign == "[" and value_of is not None:
            return self._enclosed(_RANGE, at, Kind.RANGE, "range")
        return self._bare(at, is_value=value_of is not None)

    def _end_of_line(self, at: int) -> int:
        end = self._source.find("\n", at)
        return len(self._source) if end < 0 else end

    def _enclosed(self, pattern: re.Pattern[str], at: int, kind: Kind, name: str) -> Token:
        found = pattern.match(self._source, at)
        if found is None:
            raise self.fault(f"the {name} that starts here is never closed", at)
        suffix = _SUFFIX.match(self._source, found.end())
        end = suffix.end() if suffix else found.end()
        return Token(kind, at, end, found[1], suffix=suffix[0] if suffix else "")

    def _bare(self, at: int, *, is_value: bool) -> Token:
        if not is_value or _PLAIN.match(self._source, at):
            special = self._operator(at) or self._field(at)
            if special:
                return special
        inner = _FIELD.match(self._source, at) if is_value else None
        if inner and inner[1].lower() in self._dialect.fields:
            raise self.fault(f"{inner[1]}: stands inside another field", at)
        found = _BARE.match(self._source, at)
        if found is None:
            raise self.fault("this brace was never opened", at)
        word = found[0].rstrip(",;")
        suffixed = _SUFFIXED.fullmatch(word)
        text, suffix = (suffixed[1], suffixed[2]) if suffixed else (word, "")
        if not any(sign.isalnum() or not sign.isascii() for sign in text) and text not in {"*", "?"}:
            self._note(at, found.end(), "a sign by itself is nothing to look for")
            return Token(Kind.END, at, found.end())
        return Token(Kind.WORD, at, found.end(), text, suffix=suffix)

    def _operator(self, at: int) -> Token | None:
        dialect, source = self._dialect, self._source
        found = _BARE.match(source, at)
        word = found[0] if found else ""
        plain = word.upper() if dialect.any_case else word
        if plain in {"AND", "OR", "NOT"}:
            return Token(Kind(plain), at, at + len(word))
        if dialect.pipes and word in {"|", "||", "&&"}:
            return Token(Kind.AND if word == "&&" else Kind.OR, at, at + len(word))
        near = self._near(at)
        if near:
            return near
        follows = source[at + 1 : at + 2]
        if follows and (follows.isalnum() or follows in "\"({`@#$'*-+!\\" or not follows.isascii()) and not follows.isspace():
            if source[at] in dialect.excludes:
                return Token(Kind.NOT, at, at + 1)
            if source[at] in dialect.requires:
                return Token(Kind.REQUIRE, at, at + 1)
        return None

    def _near(self, at: int) -> Token | None:
        dialect, source = self._dialect, self._source
        if dialect.calls and (call := _CALL.match(source, at)):
            arguments = tuple(quoted or bare for quoted, bare in _ARGUMENT.findall(call[3]))
            return Token(Kind.CALL, at, call.end(), within=int(call[2]), ordered=bool(call[1]), arguments=arguments)
        if dialect.around and (around := _AROUND.match(source, at)):
            return Token(Kind.NEAR, at, around.end(), within=int(around[1]))
        if dialect.sentence and (sentence := _SENTENCE.match(source, at)):
            ordered = bool(sentence[1])
            return Token(Kind.NEAR, at, sentence.end(), within=_A_SENTENCE, ordered=ordered, sentence=True)
        if dialect.near and (near := (_NEAR_ANY if dialect.any_case else _NEAR).match(source, at)):
            within = int(near[2]) if near[2] else dialect.near_alone
            return Token(Kind.NEAR, at, near.end(), within=within, ordered=bool(near[1] or near[3]))
        return None

    def _field(self, at: int) -> Token | None:
        found = _FIELD.match(self._source, at)
        if found is None:
            return None
        field = self._dialect.fields.get(found[1].lower())
        space = _SPACE.match(self._source, found.end())
        end = space.end() if space else found.end()
        if field is None and found[1].startswith("$"):
            field = Field(How.GONE, why=f"{found[1]}: is no operator of {self._dialect.name} that is known here", rest=True)
        if field is None:
            # A capital is how a sentence begins; a word before a colon and a space is no operator anywhere.
            if found[1][0].isupper() or space or end == len(self._source):
                return None
            field = Field(How.GONE, why=f"{found[1]}: is no operator of {self._dialect.name} that is known here")
        if end == len(self._source):
            raise self.fault(f"{found[1]}: has nothing after it", at)
        return Token(Kind.FIELD, at, end, found[1], field=field)
