"""Words, phrases and values of another tool's query, said in our language."""

from __future__ import annotations

import re
import unicodedata

from listener.core.errors import QueryError
from listener.core.query.dialects.dialect import Dialect, Field, How, Order
from listener.core.query.dialects.lost import Shift
from listener.core.query.dialects.parts import Changed, Close, Gone, Leaf, Part
from listener.core.query.dialects.scan import Kind, Token
from listener.core.query.parse import parse_query
from listener.core.query.tree import Term
from listener.core.urls import host

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r'[\\"*?}]')
_NEARLY = re.compile(r"O?NEAR/.*", re.IGNORECASE | re.DOTALL)
_PATTERN = re.compile(r"/.+/", re.DOTALL)
_NUMBERS = re.compile(r"[^\w\s]?[0-9]+\.\.[^\w\s]?[0-9]+")
_SIMPLE = re.compile(r'"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*"')
_BETWEEN = 5  # words that a `*` in a phrase may stand for


class Words:
    """What one dialect's words become; each answer is a part that is whole, changed, or gone."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def term(self, token: Token, shown: str, column: int) -> Part:
        """A word or phrase, sought in title and text; `shown` is how the query has it."""
        name = self._dialect.name
        if token.kind is Kind.WORD and _NEARLY.fullmatch(token.text):
            return Gone(shown, f"{name} has no NEAR that is written so: the words may stand anywhere", column)
        if token.kind is Kind.WORD and self._dialect.order is Order.LUCENE and _PATTERN.fullmatch(token.text):
            return Gone(shown, "regular expressions cannot be asked for here", column)
        if token.kind is Kind.WORD and _NUMBERS.fullmatch(token.text):
            return Gone(shown, "a range of values cannot be asked for here", column)
        made = self._sought(token, shown, column)
        if shown.startswith("{") and not self._dialect.case:
            made = Changed(made, shown, f"braces mean nothing in {name}: any case will do", column, Shift.SAME)
        if token.kind is Kind.WORD and token.text.startswith("~"):
            made = Changed(
                made, shown, "~ also asks for words of the same meaning; only the word itself is kept", column, Shift.LESS
            )
        for suffix in re.findall(r"~[0-9.]*|\^[0-9.]+", token.suffix):
            made = self._suffixed(made, token, suffix, column)
        return made

    def value(self, token: Token, field: Field, shown: str, column: int) -> Part:
        """A field with its value."""
        if field.how is How.GONE:
            return Gone(shown, field.why, column)
        if token.kind is Kind.RANGE:
            return Gone(shown, "a range of values cannot be asked for here", column)
        if field.how is How.FACT:
            return self._fact(_ESCAPED.sub(r"\1", token.text), field.name, shown, column)
        if field.how is How.SIGN:
            made = self._term(f"{field.name}{token.text.lstrip(field.name)}", shown, column)
        elif field.how is How.CASE:
            made = self._exact(token.text, shown, column)
        else:
            made = self.term(token, shown, column)
        return Changed(made, shown, field.why, column, field.shift) if field.why else made

    def _sought(self, token: Token, shown: str, column: int) -> Part:
        if token.kind is Kind.CASE:
            return self._exact(token.text, shown, column)
        if token.kind is Kind.PHRASE:
            words = token.text.split()
            slop = re.match(r"~([0-9]+)", token.suffix)
            if self._dialect.slop and slop and len(words) > 1:
                return self._slop(words, int(slop[1]), shown, column)
            if self._dialect.star_word and any(set(word) == {"*"} for word in words):
                return self._gapped(words, shown, column)
        return self._term(token.text.lstrip("~") if token.kind is Kind.WORD else token.text, shown, column)

    def _slop(self, words: list[str], within: int, shown: str, column: int) -> Part:
        if within == 0:
            return self._term(" ".join(words), shown, column)
        made = self._term(words[0], shown, column)
        for word in words[1:]:
            made = near(made, self._term(word, shown, column), within, ordered=False, shown=shown, column=column)
        if len(words) > 2:  # with two, both mean the same
            why = f"~{within} counts all words in between together; here up to {within} may stand between each two"
            made = Changed(made, shown, why, column, Shift.MORE)
        return made

    def _gapped(self, words: list[str], shown: str, column: int) -> Part:
        runs = [run.strip() for run in re.split(r"(?<!\S)\*+(?!\S)", " ".join(words))]
        kept = [run for run in runs if run]
        made = self._term(kept[0] if kept else "*", shown, column)
        for run in kept[1:]:
            made = near(made, self._term(run, shown, column), _BETWEEN, ordered=True, shown=shown, column=column)
        why = f"* stands for words there; here for at most {_BETWEEN}, or none"
        return Changed(made, shown, why, column, Shift.LESS)

    def _suffixed(self, made: Part, token: Token, suffix: str, column: int) -> Part:
        shown = f"{token.text}{suffix}" if token.kind is Kind.WORD else f'"{token.text}"{suffix}'
        if suffix.startswith("^"):
            return Changed(made, shown, "^ only changes what is shown first", column, Shift.SAME)
        several = len(token.text.split()) > 1
        if several and suffix != "~" and self._dialect.slop:
            return made
        why = self._dialect.variants if suffix == "~" else self._dialect.fuzzy
        if not why:
            return Changed(made, shown, f"~ means nothing in {self._dialect.name}", column, Shift.SAME)
        return Changed(made, shown, why, column, Shift.LESS)

    def _term(self, text: str, shown: str, column: int) -> Part:
        words = [self._word(word) for word in text.split()]
        if words and shown == text:  # a comma between words belongs to neither
            words[0] = words[0].lstrip(",;") or words[0]
        made = _read(f'"{" ".join(words)}"', shown, column)
        leading = [word for word in text.split() if word.startswith("*") and len(word) > 1]
        if isinstance(made, Leaf) and leading and "*" in self._dialect.wild:
            return Changed(
                made, shown, "a word cannot begin with * here; it is sought from its first letter on", column, Shift.LESS
            )
        if "*" in text and "*" not in self._dialect.wild and not self._dialect.star_word and not isinstance(made, Gone):
            return Changed(made, shown, f"{self._dialect.name} has no wildcards: the word is sought as it is", column, Shift.SAME)
        if self._dialect.accents and any(unicodedata.combining(sign) for sign in unicodedata.normalize("NFD", text)):
            return Changed(made, shown, "an accent has to be there; here the word is found without it as well", column, Shift.MORE)
        return made

    def _word(self, word: str) -> str:
        wild = self._dialect.wild
        if "?" not in wild:
            word = word.rstrip("?") or word
        if "*" not in wild:
            word = word.replace("*", "")
        pieces = re.findall(r"\\(.)|(.)", word.lstrip("*") or word)
        return "".join(sign if sign and sign in wild else _SPECIAL.sub(r"\\\g<0>", escaped or sign) for escaped, sign in pieces)

    def _exact(self, text: str, shown: str, column: int) -> Part:
        bare = _SPECIAL.sub(r"\\\g<0>", text.replace("*", ""))
        made = _read(f"{{{bare}}}", shown, column)
        if "*" in text and isinstance(made, Leaf):
            return Changed(made, shown, "* does not work in exact case here; the exact word is kept", column, Shift.LESS)
        return made

    def _fact(self, value: str, name: str, shown: str, column: int) -> Part:
        value = value.strip()
        if name != "site":
            return _read(f'{name}:"{_SPECIAL.sub("", value)}"', shown, column)
        bare = _SPECIAL.sub("", re.sub(r"^(?:https?://)?(?:\*\.|\.)?(?:www\.)?", "", value, flags=re.IGNORECASE))
        if "." not in bare.split("/")[0]:
            return _read(f'tld:"{bare}"', shown, column)
        made = _read(f'site:"{bare.removesuffix("/")}"', shown, column)
        if isinstance(made, Gone) and host(bare):
            whole = _read(f'site:"{host(bare)}"', shown, column)
            return Changed(whole, shown, "a path cannot be asked for here: the whole site is", column, Shift.MORE)
        return made


def near(left: Part, right: Part, within: int, *, ordered: bool, shown: str, column: int) -> Part:
    """Two parts near each other, as near as our language can count."""
    furthest = 100
    made = Close(left, right, min(within, furthest), ordered, shown, column)
    if within > furthest:
        return Changed(made, shown, f"at most {furthest} words between are counted here", column, Shift.LESS)
    return made


def _read(source: str, shown: str, column: int) -> Part:
    """A piece of our own language as a part; gone, with our own reason, when our language does not have it."""
    if _SIMPLE.fullmatch(source):  # most words by far, and a tenth of the time
        return Leaf(Term(tuple(source.strip('"').split())))
    try:
        return Leaf(parse_query(source).tree)
    except QueryError as fault:
        return Gone(shown, fault.what, column)
