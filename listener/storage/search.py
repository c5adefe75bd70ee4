"""The search index: FTS5 in SQLite, a stored tsvector under a GIN index in PostgreSQL; both hold the same tokens of our own making.

Its rows are numbered so that a higher number was said later: the newest hits are the last rows of a list, whatever is looked for.
Filters are tokens too, of a private plane of Unicode, so that the index itself intersects words with brand, tone, intent and kind.
Brand, tone and intent are also tokens together, because many mentions share each of them and few share them all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations

from sqlalchemy import Connection, select, text

from listener.core.finding import BREAK, FORM, Asked, Term, Wanted, read_words, text_tokens
from listener.core.model import Media
from listener.storage import tables as t
from listener.storage.bulk import ask, run_many
from listener.storage.newest import Part, newest

# A row's number: the second in which it was said, then the mention's own number (2 thousand million of them, until the year 2106).
_ID_BITS = 31
_IDS = (1 << _ID_BITS) - 1
_LAST_SECOND = (1 << 32) - 1
_END = (1 << 63) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PUT = (
    "INSERT INTO search (rank, words) SELECT rank, words::tsvector"
    " FROM unnest(?::bigint[], ?::text[]) AS made (rank, words) ON CONFLICT DO NOTHING"
)
_HELD = (
    "SELECT rank FROM search JOIN unnest(?::bigint[], ?::text[]) AS asked (rank, token) USING (rank) WHERE words @@ token::tsquery"
)
_EVERY = "\ue000a"  # on each row: what is only excluded is excluded from these
_TOGETHER = "\ue003"
_JOINED = "bti"
_ODD = re.compile(r"[^0-9A-Za-z]")
_POSITIONS = 16_383  # the last that PostgreSQL keeps
_FEW_TERMS = 3
FIRST_STEP = -500  # pages that are written in one transaction; some milliseconds in which others wait


@dataclass(frozen=True, slots=True)
class Row:
    """A mention as the index holds it."""

    rank: int
    facets: tuple[str, ...]
    tokens: tuple[str, ...]


def rank(said_at: datetime, id_: int) -> int:
    """The number of a mention's row: it grows with the second it was said in, within a second with the mention's own number."""
    seconds = int((said_at - _EPOCH).total_seconds())
    return (min(max(seconds, 0), _LAST_SECOND) << _ID_BITS) | (id_ & _IDS)


def mention_of(row: int) -> int:
    """The number of the mention that a row is about."""
    return row & _IDS


def facet(letter: str, value: object) -> str:
    """A filter as a token."""
    return f"\ue000{letter}{_ODD.sub(_spelt, str(value))}"


def _spelt(odd: re.Match[str]) -> str:
    return f"\ue002{ord(odd[0]):x}\ue002"


def row(id_: int, said_at: datetime, filters: Sequence[tuple[str, object]], fields: Sequence[str]) -> Row:
    """A mention's row: `filters` are pairs of a letter and a value, as `question` asks for them, `fields` are its words."""
    return Row(rank(said_at, id_), (_EVERY, *facets(filters)), tuple(text_tokens(*fields)))


def facets(filters: Sequence[tuple[str, object]]) -> Iterator[str]:
    """Filters as tokens, from pairs of a letter and a value; and those that are often asked for together as one each."""
    made = [facet(letter, value) for letter, value in filters]
    yield from made
    joined = [one for (letter, _), one in zip(filters, made, strict=True) if letter in _JOINED]
    for number in range(2, len(joined) + 1):
        yield from map(together, combinations(joined, number))


def together(some: Sequence[str]) -> str:
    """The token of filters that hold together, in the order of `facets`."""
    return _TOGETHER + "\ue000".join(one[1:] for one in some)


def joint(of: frozenset[str]) -> str:
    """Of a row's facets the ones that stand for several, as one text."""
    return " ".join(sorted(one for one in of if one.startswith(_TOGETHER)))


def put(connection: Connection, rows: Sequence[Row]) -> None:
    """Take these rows up; none of them may be there."""
    if connection.dialect.name == "sqlite":
        # FTS5 begins a new segment whenever a number is lower than the one before.
        ordered = sorted(rows, key=lambda one: one.rank)
        run_many(connection, "INSERT INTO search(rowid, words) VALUES (?, ?)", [(one.rank, _line(one)) for one in ordered])
    else:
        # As two lists: a statement for each row costs the server more than the row does.
        lists = [([one.rank for one in rows], [_vector(one) for one in rows])]
        run_many(connection, _PUT, lists)


def drop(connection: Connection, rows: Sequence[Row]) -> None:
    """Take these rows out; in SQLite they must be as they were put."""
    if connection.dialect.name == "sqlite":
        delete = "INSERT INTO search(search, rowid, words) VALUES ('delete', ?, ?)"
        run_many(connection, delete, [(one.rank, _line(one)) for one in sorted(rows, key=lambda one: one.rank)])
    else:
        run_many(connection, "DELETE FROM search WHERE rank = ?", [(one.rank,) for one in rows])


def held(connection: Connection, rows: Mapping[int, str] | Collection[int]) -> set[int]:
    """Which of these rows are there, by their numbers; given with a token each, those that have it."""
    tokens = rows if isinstance(rows, Mapping) else dict.fromkeys(rows, _EVERY)
    if connection.dialect.name != "sqlite":
        quoted = [f"'{one}'" for one in tokens.values()]
        return {rank for (rank,) in ask(connection, _HELD, [list(tokens), quoted])}
    # FTS5 keeps no list of its rows here: each is looked up under the token that stands on all of them.
    one = "SELECT rowid FROM search WHERE search MATCH ? AND rowid >= ? AND rowid <= ?"
    return {rank for rank, token in tokens.items() if ask(connection, one, [f'"{token}"', rank, rank])}


def complete(connection: Connection, rows: Mapping[int, str]) -> None:
    """Add tokens, several in a text, to rows that have none of them."""
    if connection.dialect.name == "sqlite":
        # Lists are by token: to these it is a row as any other.
        run_many(connection, "INSERT INTO search(rowid, words) VALUES (?, ?)", sorted(rows.items()))
    else:
        run_many(
            connection, "UPDATE search SET words = words || ?::tsvector WHERE rank = ?", [(made, one) for one, made in rows.items()]
        )


def clear(connection: Connection) -> None:
    """Empty the index."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search(search) VALUES ('delete-all')")
    else:
        connection.exec_driver_sql("DELETE FROM search")


def put_in_order(connection: Connection, step: int) -> int:
    """Take one step towards an index of one piece; the next step to take, 0 when it is done. Begin with FIRST_STEP.

    In SQLite an entry that is taken out is only crossed out until then, and its words stand in the file.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ANALYZE search")
        return 0
    changes = text("SELECT total_changes()")
    before = connection.execute(changes).scalar_one()
    # https://www.sqlite.org/fts5.html#the_merge_command: a negative number begins, positive ones go on until nothing changes.
    connection.exec_driver_sql("INSERT INTO search(search, rank) VALUES ('merge', ?)", (step,))
    return abs(step) if connection.execute(changes).scalar_one() - before >= 2 else 0


def _line(one: Row) -> str:
    return " ".join((*one.facets, *one.tokens))


def _vector(one: Row) -> str:
    """The row in PostgreSQL's own notation; tokens have no sign in them that it would read."""
    places: dict[str, list[str]] = defaultdict(list)
    for at, token in enumerate(one.tokens, start=1):
        if token != BREAK and at <= _POSITIONS:
            places[token].append(str(at))
    return " ".join([*(f"'{one}'" for one in one.facets), *(f"'{token}':{','.join(at)}" for token, at in places.items())])


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the index, in the database's own words, and between which rows: [low, high).

    `words` asks for the words alone, where that may be cheaper, and is "" elsewhere; `filters` are what must hold beside them: of
    each at least one facet. `parts` say the same as `expression`, for who must guess how many rows hold.
    """

    expression: str
    low: int
    high: int
    words: str = ""
    filters: tuple[tuple[str, ...], ...] = ()
    parts: tuple[Part, ...] = ()


def question(connection: Connection, wanted: Wanted, before: tuple[datetime, int] | None) -> Question | None:
    """What to ask for; None when nothing can be found: a brand that is not there, or words without a letter."""
    asked = read_words(wanted.words)
    if asked.note is not None and not asked.terms:
        return None
    single = list(_single(wanted))
    if wanted.brand is not None:
        number = connection.execute(select(t.brand.c.id).where(t.brand.c.key == wanted.brand)).scalar()
        if number is None:
            return None
        single.insert(0, ("b", number))
    joined = [one for one in single if one[0] in _JOINED]
    filters: list[tuple[str, ...]] = [(facet(*one),) for one in single]
    if len(joined) > 1 and ask(connection, "SELECT form FROM filling") == [(FORM,)]:
        filters = [(together([facet(*one) for one in joined]),), *(one for one in filters if one[0][1] not in _JOINED)]
    if wanted.kinds:
        filters.append(tuple(facet("k", kind) for kind in wanted.kinds))
    low = 0 if wanted.since is None else rank(wanted.since, 0)
    high = _END if wanted.until is None else rank(wanted.until, 0)
    if before is not None:
        high = min(high, rank(*before))
    said = any(not one.is_excluded for one in asked.terms)
    if connection.dialect.name != "sqlite":
        some = filters if filters or said else [(_EVERY,)]
        parts = [Part(one, is_any=True) for one in some]
        # Of a beginning nobody knows how many words it has: it counts as common as the word that it is, or rare.
        parts += [Part(one.tokens, is_excluded=one.is_excluded) for one in asked.terms]
        return Question(_for_postgresql(some, asked), low, high, parts=tuple(parts))
    # FTS5 walks a filter's long list from the newest row to a rare word's: where words have few hits, it is better to look at each.
    # Many words, and beginnings, cost more to ask for than a filter's list does.
    are_plain = said and len(asked.terms) <= _FEW_TERMS and not any(one.is_prefix for one in asked.terms)
    alone = _for_sqlite((), asked) if filters and are_plain else ""
    return Question(_for_sqlite(filters, asked), low, high, alone, tuple(filters))


def _single(wanted: Wanted) -> Iterator[tuple[str, object]]:
    if wanted.tone is not None:
        yield "t", wanted.tone.value
    if wanted.intent is not None:
        yield "i", wanted.intent.value
    if wanted.media is not None:
        yield "m", wanted.media.value
    if wanted.language:
        yield "g", wanted.language
    if wanted.labelled is not None:
        yield "l", "yes" if wanted.labelled else "no"


def _for_sqlite(filters: Sequence[tuple[str, ...]], asked: Asked) -> str:
    def term(one: Term) -> str:
        return f'"{" ".join(one.tokens)}"{" *" if one.is_prefix else ""}'

    rare = [_RATHER_WITHOUT[some] for some in filters if some in _RATHER_WITHOUT]
    wanted = ["(" + " OR ".join(f'"{one}"' for one in some) + ")" for some in filters if some not in _RATHER_WITHOUT]
    # Long words are mostly rare, and what is read first is read whole; of a beginning all lists are.
    terms = sorted(asked.terms, key=lambda one: (one.is_prefix, -max(map(len, one.tokens))))
    wanted += [term(one) for one in terms if not one.is_excluded]
    without = [*(f'"{one}"' for one in rare), *(term(one) for one in asked.terms if one.is_excluded)]
    return _one_by_one(wanted or [f'"{_EVERY}"']) + (f" NOT ({' OR '.join(without)})" if without else "")


# Nearly all rows hold these: to pass over the few that hold the other one reads a short list instead of the longest there is.
_RATHER_WITHOUT = {
    (facet("m", Media.EARNED.value),): facet("m", Media.OWNED.value),
    (facet("l", "no"),): facet("l", "yes"),
}
_NOWHERE = f'"{facet("z", "")}"'  # on no row


def _one_by_one(wanted: Sequence[str]) -> str:
    """All of these, read so that a list is looked at only where those before it agree.

    FTS5 puts ANDs of ANDs into one, and then steps through all lists at each step of any (ext/fts5/fts5_expr.c,
    fts5ExprNodeTest_AND): 50 common words cost twelve times what two do. It leaves a NOT alone, so there is one between each two;
    NOT binds before AND.
    """
    made, start = wanted[0], 1
    while start < len(wanted):
        more = wanted[start : start + (1 if start < _ONE_BY_ONE else _AT_ONCE)]
        start += len(more)
        made = " AND ".join([made, *more])
        if start < len(wanted):
            made = f"({made}) NOT {_NOWHERE}"
    return made


# Its parser goes a hundred deep. What is left after so many lists is next to nothing, so the others are read together.
_ONE_BY_ONE, _AT_ONCE = 12, 6


def _for_postgresql(filters: Sequence[tuple[str, ...]], asked: Asked) -> str:
    def term(one: Term) -> str:
        last = f"'{one.tokens[-1]}'{':*' if one.is_prefix else ''}"
        return "(" + " <-> ".join([*(f"'{token}'" for token in one.tokens[:-1]), last]) + ")"

    parts = ["(" + " | ".join(f"'{one}'" for one in some) + ")" for some in filters]
    parts += [f"{'!' if one.is_excluded else ''}{term(one)}" for one in asked.terms]
    return " & ".join(parts)


_SQLITE = text(
    "SELECT rowid FROM search WHERE search MATCH :expression AND rowid >= :low AND rowid < :high ORDER BY rowid DESC LIMIT :limit"
)


def hits(connection: Connection, asked: Question, limit: int) -> Sequence[int]:
    """The rows that hold, the latest said first."""
    if connection.dialect.name == "sqlite":
        values = {"expression": asked.expression, "low": asked.low, "high": asked.high, "limit": limit}
        return connection.execute(_SQLITE, values).scalars().all()
    return newest(connection, asked.expression, asked.parts, (asked.low, asked.high), limit)
