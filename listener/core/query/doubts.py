"""What a query may say, and probably does not mean: words that every text has, operators in lower case, languages nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from listener.core.query.fold import fold
from listener.core.query.lexer import Kind, Token, elements
from listener.core.query.terms import is_glue
from listener.core.query.tree import And, Near, Node, Not, Or, Term, Where

# The words that are in nearly every text of the languages we listen in; of one letter there are too many to name.
_COMMON_WORDS = """
    aan als bij dat de die dit een en er het hij hun ik in is je maar met naar niet nog of om ook op te tot uit van voor was wat we
    wel wij ze zich zijn zo
    and are as at be but by for from has have he his it its not of on or she that the they this to was with you your
    auch auf das den der des die ein eine es für ich im ist mit nicht sich sie und von zu
    au aux ce dans des du elle est et il la le les ne pas par pour que qui sur un une
    con del el ella es las lo los no para por que se su una uno
    al che da di il le non per si un una
"""
COMMON = frozenset(map(fold, _COMMON_WORDS.split()))
_JOINING = frozenset({"and", "or", "not", "near", "onear", "context"})
# What an operator is called elsewhere, or in our other languages; in capitals hardly anybody means the word.
_FOREIGN = {
    **dict.fromkeys(("EN", "UND", "ET", "ED"), "AND"),
    **dict.fromkeys(("OF", "ODER", "OU"), "OR"),
    **dict.fromkeys(("NIET", "NICHT", "NON", "SAUF", "ANDNOT", "EXCEPT", "BUTNOT"), "NOT"),
}
_SHORT = 3  # letters of a word with a wildcard that begins too many words


def too_common(tree: Node) -> bool:
    """Whether a query asks for nothing but a single letter, or nothing but words that are in nearly every text."""
    return (isinstance(tree, Term) and _is_letter(tree)) or _is_common(tree)


def doubts(tokens: Sequence[Token], words: Sequence[Token], tree: Node) -> tuple[str, ...]:
    """A line for each doubt, in the order of a query; `words` are those of its tokens that are looked for in title and text."""
    found = [*_joining(tokens), *(doubt for token in words for doubt in _of_word(token))]
    return (*(line for _, line in sorted(found)), *dict.fromkeys(_of_languages(tree, is_not=False)))


def _joining(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """The operators that are written in lower case or in another language, and are sought as words."""
    if not any(token.bare.lower() in _JOINING or token.bare in _FOREIGN for token in tokens if token.bare):
        return
    starts, ends = {Kind.TERM, Kind.FIELD, Kind.OPEN, Kind.NOT}, {Kind.TERM, Kind.CLOSE}
    for before, token, after in zip((None, *tokens), tokens, tokens[1:], strict=False):
        word = _FOREIGN.get(token.bare, token.bare).lower()
        if word in _JOINING and after.kind in starts and (word == "not" or (before is not None and before.kind in ends)):
            line = (
                f'column {token.column}: "{token.bare}" is looked for as a word; as an operator it is {word.upper()}, in capitals'
            )
            yield token.column, line


def _of_word(token: Token) -> Iterator[tuple[int, str]]:
    term = token.term
    if token.bare.lower() in _JOINING or token.bare in _FOREIGN or term.exact or len(term.words) > 1:
        return
    word = term.words[0]
    if _is_letter(term):
        yield token.column, f'column {token.column}: "{word}" is a single letter or digit, and is found in very many texts'
    elif _is_common(term):
        yield token.column, f'column {token.column}: "{word}" is in nearly every text, and tells nothing apart'
    elif _is_wild(word) and sum(map(str.isalnum, word)) < _SHORT:
        yield token.column, f'column {token.column}: "{word}" fits very many words; give it another letter'


def _of_languages(node: Node, *, is_not: bool) -> Iterator[str]:
    if isinstance(node, Where) and node.field == "lang":
        if is_not:
            yield f"NOT lang:{node.value} keeps items whose language is not known"
        else:
            yield f"lang:{node.value} leaves out items whose language is not known"
    elif isinstance(node, Not):
        yield from _of_languages(node.operand, is_not=not is_not)
    elif isinstance(node, (And, Or)):
        for part in node.parts:
            yield from _of_languages(part, is_not=is_not)


def _is_common(node: Node) -> bool:
    if isinstance(node, Term):
        return not (node.field or node.exact) and len(node.words) == 1 and fold(node.words[0]) in COMMON
    if isinstance(node, Near):
        return _is_common(node.left) and _is_common(node.right)
    if isinstance(node, (And, Or)):
        return all(_is_common(part) for part in node.parts if not isinstance(part, Not))
    return False


def _is_letter(term: Term) -> bool:
    """Whether it is one letter or digit; a sign beside it (`#x`), its case ({X}) or a field makes it telling."""
    letters = "" if term.exact or term.field or len(term.words) > 1 else fold(term.words[0])
    return len(letters) == 1 and is_glue(letters)


def _is_wild(word: str) -> bool:
    return any(is_wild for is_wild, _ in elements(word))
