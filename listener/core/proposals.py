"""What to add to a query for an ambiguous name, learnt from items that people labelled: exclusions, and context words."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from listener.core.query import Item, Matcher, Query
from listener.core.query.doubts import COMMON
from listener.core.query.fold import fold
from listener.core.query.lexer import elements
from listener.core.query.tree import And, Near, Node, Not, Or, Term, printed
from listener.core.values import dataclass

LEAST = 4  # items that must speak for a proposal
_MOST = 8  # proposals of a kind, and words of a context
_LONGEST = 3  # words of a phrase
_MANY = 400  # candidates that are counted exactly
_Z = 1.96  # 95 %: https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE = re.compile(r"[.!?;:\u2026()\n]+(?:\s|$)")
_SHORTEST = 3  # letters of a word that tells something

Labelled = tuple[Item, bool]  # an item, and whether it speaks of the brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something to add to a query, and what it would do to the labelled items.

    `rightly` items that are not about the brand would go, of `elsewhere`; `wrongly` items that are about it too, of `about`. `sure`
    is the lower end of the 95 % interval of the share of right ones among all that go.
    """

    part: str  # as it is added: `NOT "te koop"`, or `CONTEXT (winkel OR kassa)`
    rightly: int
    elsewhere: int
    wrongly: int
    about: int
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What the labels suggest; `lacking` says in words why nothing can be said, "" when something can."""

    about: int
    elsewhere: int
    exclusions: tuple[Proposal, ...] = ()
    context: Proposal | None = None
    lacking: str = ""


def propose(query: Query, labelled: Sequence[Labelled]) -> Proposals:
    """Learn exclusions and context words for a query from labelled items.

    A phrase of one to three words is proposed as an exclusion when at least LEAST items that are not about the brand have it, and
    the lower end of the Wilson interval of the share of these among all that have it lies above one half and above the share among
    all labelled items: a phrase that is merely everywhere proposes itself nowhere. Context words are found alike from the items
    that are about the brand, and proposed together, as one group. The query's own words, and words that every text has, never are.
    """
    about, elsewhere = (sum(is_about is wanted for _, is_about in labelled) for wanted in (True, False))
    if min(about, elsewhere) < LEAST:
        lacking = (
            f"it takes at least {LEAST} items labelled as about the brand and {LEAST} as not; there are {about} and {elsewhere}"
        )
        return Proposals(about=about, elsewhere=elsewhere, lacking=lacking)
    holders = _holders(query, labelled)
    return Proposals(
        about=about,
        elsewhere=elsewhere,
        exclusions=tuple(_exclusions(holders, labelled)),
        context=_context(holders, labelled),
    )


def bound(right: int, all_: int) -> float:
    """The lower end of the 95 % Wilson interval of right / all; 0 for none."""
    if not all_:
        return 0.0
    share, square = right / all_, _Z * _Z
    middle = share + square / (2 * all_)
    return (middle - _Z * math.sqrt((share * (1 - share) + square / (4 * all_)) / all_)) / (1 + square / all_)


def _holders(query: Query, labelled: Sequence[Labelled]) -> dict[str, frozenset[int]]:
    """Phrases that may tell something, as a query writes them, and the numbers of the items in which the matcher finds them."""
    own = list(_stems(query.tree))
    written: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    counts: tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]] = (Counter(), Counter())
    for item, is_about in labelled:
        found = {folded: as_written for folded, as_written in _phrases(f"{item.title}\n{item.text}") if not _is_own(folded, own)}
        counts[is_about].update(found.keys())
        for folded, as_written in found.items():
            written[folded][as_written] += 1
    often = [
        max((counts[side][phrase] - counts[not side][phrase], phrase) for side in (False, True))
        for phrase in written
        if max(counts[0][phrase], counts[1][phrase]) >= LEAST
    ]
    candidates = [phrase for _, phrase in sorted(often, key=lambda one: (-one[0], one[1]))[:_MANY]]
    terms = [Term(tuple(written[phrase].most_common(1)[0][0].split(" "))) for phrase in candidates]
    matcher = Matcher({printed(term): Query(printed(term), term) for term in terms})
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for number, (item, _) in enumerate(labelled):
        for key in matcher.hits(item):
            holders[key].add(number)
    return {key: frozenset(numbers) for key, numbers in holders.items()}


def _exclusions(holders: Mapping[str, frozenset[int]], labelled: Sequence[Labelled]) -> Iterator[Proposal]:
    """The best exclusions, each of which removes items that those before it leave."""
    wrong = {number for number, (_, is_about) in enumerate(labelled) if not is_about}
    removed: set[int] = set()
    for _ in range(_MOST):
        best = _best(holders, wrong, removed, len(wrong) / len(labelled))
        if best is None:
            return
        removed |= holders[best]
        yield _proposal(f"NOT {best}", holders[best], labelled)


def _context(holders: Mapping[str, frozenset[int]], labelled: Sequence[Labelled]) -> Proposal | None:
    """One group of words of which items about the brand have at least one; None where no such group tells them apart."""
    right = {number for number, (_, is_about) in enumerate(labelled) if is_about}
    kept: set[int] = set()
    words: list[str] = []
    while len(words) < _MOST and (best := _best(holders, right, kept, len(right) / len(labelled))) is not None:
        words.append(best)
        kept |= holders[best]
    made = _proposal(f"CONTEXT ({' OR '.join(words)})", set(range(len(labelled))) - kept, labelled)
    # Half of what is about the brand must stay: a context that costs more is none.
    return made if words and made.wrongly * 2 <= made.about and made.rightly >= LEAST else None


def _best(holders: Mapping[str, frozenset[int]], wanted: set[int], covered: set[int], usual: float) -> str | None:
    """The phrase that covers most further items of the wanted ones, and surely more of these than of the others."""
    sound = [
        (len(numbers & wanted - covered) - len(numbers - wanted), len(phrase), phrase)
        for phrase, numbers in holders.items()
        if len(numbers & wanted) >= LEAST
        and len(numbers & wanted - covered) * 2 >= LEAST
        and bound(len(numbers & wanted), len(numbers)) > max(0.5, usual)
    ]
    return max(sound, default=(0, 0, None))[2]


def _proposal(part: str, gone: Iterable[int], labelled: Sequence[Labelled]) -> Proposal:
    labels = [labelled[number][1] for number in gone]
    about = sum(is_about for _, is_about in labelled)
    return Proposal(
        part=part,
        rightly=labels.count(False),
        elsewhere=len(labelled) - about,
        wrongly=labels.count(True),
        about=about,
        sure=bound(labels.count(False), len(labels)),
    )


def _phrases(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Phrases of one to three words within a sentence, a telling word at either end: folded, and as written in small letters."""
    for sentence in _SENTENCE.split(text):
        words = [(fold(word), word.lower().replace("\u2019", "'")) for word in _WORD.findall(sentence)]
        telling = [len(folded) >= _SHORTEST and folded not in COMMON and not folded.isdigit() for folded, _ in words]
        for first, length in itertools.product(range(len(words)), range(1, _LONGEST + 1)):
            last = first + length - 1
            if last < len(words) and telling[first] and telling[last]:
                some = words[first : last + 1]
                yield tuple(folded for folded, _ in some), " ".join(written for _, written in some)


def _stems(node: Node) -> Iterator[tuple[str, bool]]:
    """The query's own words, folded up to their first wildcard, and whether there is one."""
    if isinstance(node, Term):
        for word in node.words:
            signs = list(itertools.takewhile(lambda one: not one[0], elements(word)))
            stem = fold("".join(sign for _, sign in signs))
            is_wild = any(wild for wild, _ in elements(word))
            yield from ((part, is_wild) for part in _WORD.findall(stem))
    elif isinstance(node, Near):
        yield from _stems(node.left)
        yield from _stems(node.right)
    elif isinstance(node, Not):
        yield from _stems(node.operand)
    elif isinstance(node, (And, Or)):
        for part in node.parts:
            yield from _stems(part)


def _is_own(phrase: Sequence[str], own: Sequence[tuple[str, bool]]) -> bool:
    return any(word == stem or (is_wild and word.startswith(stem)) for word in phrase for stem, is_wild in own)


def joined(query: Query, proposals: Proposals) -> str:
    """The query with all exclusions that are proposed, to be previewed."""
    parts = [one.part.removeprefix("NOT ") for one in proposals.exclusions]
    return f"({query}) NOT ({' OR '.join(parts)})" if parts else str(query)
