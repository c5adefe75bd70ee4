"""Another tool's query read by that tool's own rules, and said in ours, with the list of what was lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from listener.core.errors import QueryError
from listener.core.query.dialects.dialect import Dialect, Field, How, Order
from listener.core.query.dialects.lost import Lost, Shift
from listener.core.query.dialects.parts import All, Changed, Gone, Leaf, Part, Scoped, Settler, Some, Without, joined
from listener.core.query.dialects.scan import Kind, Scanner, Token
from listener.core.query.dialects.terms import Words, near
from listener.core.query.parse import Query, parse_query
from listener.core.query.tree import Where, printed, unbounded
from listener.core.values import dataclass

_DEEPEST = 50  # brackets inside brackets; each costs several calls of the stack
_LONGEST_CHAIN = 20  # NEARs in a row
_ATOMS = frozenset({Kind.WORD, Kind.PHRASE, Kind.CASE, Kind.RANGE})


@dataclass(frozen=True, slots=True)
class Translation:
    """A query in our language, and what of the other one it could not say."""

    query: Query
    lost: tuple[Lost, ...]


def read(text: str, dialect: Dialect) -> Translation:
    """Translate; raise QueryError where the query is wrong in its own language, or nothing remains that must be there."""
    scanner = Scanner(text, dialect)
    whole = _Reader(scanner, dialect).read()
    settler = Settler()
    tree, gone = settler.settle(whole)
    if tree is None:
        raise QueryError(f"nothing remains to look for: {gone[0].part}: {gone[0].why}", query=text, column=gone[0].column)
    culprit = unbounded(tree)
    if culprit is not None:
        what = "what remains would match nearly everything because of this NOT: say beside it what must be there"
        raise QueryError(what, query=text, column=culprit.column)
    normal = printed(tree)
    try:
        query = parse_query(normal)
    except QueryError as fault:
        raise QueryError(f"in our language, {normal[:60]}…: {fault.what}", query=text, column=1) from fault
    return Translation(query, tuple(sorted(scanner.lost + settler.lost, key=lambda one: one.column)))


class _Reader:
    """Recursive descent; what binds tighter is the dialect's."""

    def __init__(self, scanner: Scanner, dialect: Dialect) -> None:
        self._scanner = scanner
        self._dialect = dialect
        self._words = Words(dialect)
        self._tokens: Sequence[Token] = scanner.tokens()
        self._at = 0
        self._depth = 0
        self._field: Field | None = None
        self._shown = ""  # the field's name and the sign after it, for what is said of its values

    def read(self) -> Part:
        if self._next.kind is Kind.END:
            raise self._scanner.fault("the query is empty", 0)
        whole = self._whole()
        if self._next.kind is Kind.CLOSE:
            raise self._scanner.fault("this bracket was never opened", self._next.start)
        return whole

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _whole(self) -> Part:
        if self._dialect.order is Order.LUCENE:
            return self._clauses()
        if self._dialect.order is Order.OR_FIRST:
            return self._all(lambda: self._either(self._one))
        return self._either(lambda: self._all(self._one))

    def _either(self, part: Callable[[], Part]) -> Part:
        parts = [part()]
        while self._next.kind is Kind.OR:
            self._take()
            parts.append(part())
        return joined(parts, Some)

    def _all(self, part: Callable[[], Part]) -> Part:
        parts: list[list[Part]] = [[part()]]
        while self._next.kind not in {Kind.OR, Kind.CLOSE, Kind.END}:
            beside = self._next.kind is not Kind.AND
            if not beside:
                self._take()
            one = part()
            if beside and self._dialect.sites_or and _is_site(one) and _is_site(parts[-1][-1]):
                parts[-1].append(one)
            else:
                parts.append([one])
        return joined([joined(some, Some) for some in parts], All)

    def _clauses(self) -> Part:
        """Lucene's own way: AND makes both neighbours needed; beside something needed, the others only change the order."""
        needed: list[Part] = []
        optional: list[tuple[Part, Token, int]] = []
        without: list[Part] = []
        while True:
            start = self._next
            must = self._at > 0 and self._tokens[self._at - 1].kind is Kind.AND
            if start.kind is Kind.REQUIRE:
                self._take()
                must = True
            one = self._one()
            end = self._tokens[self._at - 1].end
            if isinstance(one, Without):
                without.append(one)
            elif must or self._next.kind is Kind.AND:
                needed.append(one)
            else:
                optional.append((one, start, end))
            if self._next.kind in {Kind.CLOSE, Kind.END}:
                break
            if self._next.kind in {Kind.AND, Kind.OR}:
                self._take()
        if not needed and optional:
            needed = [joined([one for one, _, _ in optional], Some)]
            optional = []
        whole = joined([*needed, *without], All)
        for _, start, end in optional:
            why = "beside AND, + or -, a part without them only changes the order there"
            whole = Changed(whole, self._scanner.part(start.start, end), why, start.start + 1, Shift.SAME)
        return whole

    def _one(self) -> Part:
        nots = []
        while self._next.kind in {Kind.NOT, Kind.REQUIRE}:
            token = self._take()
            if token.kind is Kind.NOT:
                nots.append(token)
        part = self._nearby()
        return Without(part, nots[0].start + 1) if len(nots) % 2 else part

    def _nearby(self) -> Part:
        start = self._next
        part = self._operand()
        chain = 0
        while self._next.kind is Kind.NEAR:
            operator = self._take()
            chain += 1
            if chain > _LONGEST_CHAIN:
                raise self._scanner.fault(f"more than {_LONGEST_CHAIN} NEARs in a row", operator.start)
            right = self._operand()
            shown = self._scanner.part(start.start, self._tokens[self._at - 1].end)
            part = near(part, right, operator.within, ordered=operator.ordered, shown=shown, column=start.start + 1)
            if operator.sentence:
                why = f"sentences are not told apart here; at most {operator.within} words stand between"
                part = Changed(part, shown, why, start.start + 1, Shift.MORE)
        return part

    def _operand(self) -> Part:
        token = self._take()
        if token.kind in _ATOMS:
            return self._atom(token)
        if token.kind is Kind.FIELD:
            return self._in_field(token)
        if token.kind is Kind.CALL:
            return self._call(token)
        if token.kind is Kind.OPEN:
            return self._group(token)
        before = self._tokens[self._at - 2] if self._at > 1 else None
        if token.kind in {Kind.CLOSE, Kind.END} and before is not None:
            raise self._scanner.fault(f"{before.kind.value} has nothing after it to look for", before.start)
        raise self._scanner.fault(f"{token.kind.value} has nothing before it", token.start)

    def _atom(self, token: Token) -> Part:
        shown = self._shown + self._scanner.part(token.start, token.end)
        if self._field is None:
            return self._words.term(token, shown, token.start + 1)
        return self._words.value(token, self._field, shown, token.start + 1)

    def _call(self, token: Token) -> Part:
        shown, column = self._scanner.part(token.start, token.end), token.start + 1
        phrases = [Token(Kind.PHRASE, token.start, token.end, text) for text in token.arguments]
        part = self._words.term(phrases[0], shown, column)
        for phrase in phrases[1:]:
            right = self._words.term(phrase, shown, column)
            part = near(part, right, token.within, ordered=token.ordered, shown=shown, column=column)
        return part

    def _group(self, token: Token) -> Part:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._scanner.fault(f"more than {_DEEPEST} brackets inside one another", token.start)
        if self._next.kind is Kind.CLOSE:
            raise self._scanner.fault("there is nothing between these brackets", token.start)
        inside = self._whole()
        close = self._take()
        if close.kind is not Kind.CLOSE:
            raise self._scanner.fault("the bracket that starts here is never closed", token.start)
        self._depth -= 1
        return self._with_suffix(inside, token, close) if close.suffix else inside

    def _with_suffix(self, inside: Part, token: Token, close: Token) -> Part:
        shown, column = self._scanner.part(token.start, close.end), token.start + 1
        if close.suffix.startswith("^"):
            return Changed(inside, shown, "^ only changes what is shown first", column, Shift.SAME)
        number = close.suffix.removeprefix("~").partition(".")[0]
        if not (self._dialect.group_slop and number.isdigit() and isinstance(inside, All)):
            return Changed(inside, shown, "~ after a bracket means nothing here: its parts may stand anywhere", column, Shift.MORE)
        close_together: list[Part] = [one for one in inside.parts if not isinstance(one, Without)]
        rest = [one for one in inside.parts if isinstance(one, Without)]
        made: Part = close_together[0]
        for one in close_together[1:]:
            made = near(made, one, int(number[:4]), ordered=False, shown=shown, column=column)
        return joined([made, *rest], All)

    def _in_field(self, token: Token) -> Part:
        field = token.field
        assert field is not None
        if self._next.kind not in _ATOMS and self._next.kind is not Kind.OPEN and not field.rest:
            raise self._scanner.fault(f"{token.text}: needs a word, a phrase or a bracket after it", token.start)
        if field.how is How.SCOPE:
            inside = self._whole() if field.rest else self._operand()
            return Scoped(inside, field.name, self._since(token), token.start + 1)
        if field.rest and field.how is How.WORDS:
            return Changed(self._whole(), self._since(token), field.why, token.start + 1, field.shift)
        if self._next.kind in _ATOMS:
            value = self._take()
            return self._words.value(value, field, self._since(token), token.start + 1)
        before = self._field, self._shown
        self._field, self._shown = field, f"{token.text}:"
        inside = self._operand()
        self._field, self._shown = before
        return Gone(self._since(token), field.why, token.start + 1) if field.how is How.GONE else inside

    def _since(self, token: Token) -> str:
        """What was read from this token on."""
        return self._scanner.part(token.start, self._tokens[self._at - 1].end)


def _is_site(part: Part) -> bool:
    inner = part.inner if isinstance(part, Changed) else part
    return isinstance(inner, Leaf) and isinstance(inner.node, Where) and inner.node.field in {"site", "tld"}
