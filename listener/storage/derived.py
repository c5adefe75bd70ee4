"""What hangs on mentions and must stay true with them: the search index and the counts of each hour, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, func, or_, select, update

from listener.core.failpoint import point
from listener.core.finding import FORM, SINGLE_FORM
from listener.core.labels import YES, Aspect
from listener.storage import rollup, search
from listener.storage import tables as t
from listener.storage.bulk import ask
from listener.storage.chunks import chunks
from listener.storage.engine import reading, writing

FILLED_AT_ONCE = 1_000  # mentions of an older archive that are taken up in one transaction
_RENEWED_AT_ONCE = 10_000  # a second or two; each transaction is a piece of SQLite's index more, to be put together with the others

LAST = select(func.coalesce(func.max(t.mention.c.id), 0))  # the highest number of a mention, 0 where there is none
_TONE = func.coalesce(t.mention.c.label_tone, t.mention.c.tone).label("tone")
_INTENT = func.coalesce(t.mention.c.label_intent, t.mention.c.intent).label("intent")
_ABOUT = (func.coalesce(t.mention.c.label_about, YES) == YES).label("is_about")
_LABELLED = or_(*(t.mention.c[f"label_{one.value}"].is_not(None) for one in Aspect)).label("is_labelled")
_ROWS = (
    select(
        t.mention.c.id,
        t.mention.c.brand_id,
        t.mention.c.said_at,
        t.mention.c.collected_at,
        t.mention.c.media,
        t.mention.c.language,
        _TONE,
        _INTENT,
        _ABOUT,
        _LABELLED,
        t.entry.c.title,
        t.entry.c.text,
        t.entry.c.author_name,
        t.entry.c.author_handle,
        t.entry.c.outlet,
        t.source.c.kind,
    )
    .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
    .join(t.source, t.entry.c.source_id == t.source.c.id)
    .where(t.mention.c.put_away_at.is_(None))
)
_FACETS = _ROWS.with_only_columns(
    t.mention.c.id,
    t.mention.c.said_at,
    t.mention.c.brand_id,
    t.mention.c.media,
    t.mention.c.language,
    _TONE,
    _INTENT,
    _LABELLED,
    t.source.c.kind,
)


class DerivedStore:
    """The search index and the counts, in SQL."""

    _engine: Engine

    def fill_waiting(self, limit: int = FILLED_AT_ONCE) -> int:
        """Take up mentions from before there was an index, oldest first, in one transaction; how many numbers it went through.

        Call it until it returns 0; killed in between, it goes on where it was. Takes no lock when nothing waits.
        """
        with reading(self._engine) as connection:
            after, upto = waiting(connection)
        if after >= upto:
            return 0
        with writing(self._engine) as connection:
            row = connection.execute(select(t.filling).with_for_update()).one()
            more = t.mention.c.id > row.after, t.mention.c.id <= row.upto
            ids = list(connection.execute(select(t.mention.c.id).where(*more).order_by(t.mention.c.id).limit(limit)).scalars())
            done = ids[-1] if len(ids) == limit else row.upto
            # From here on they are no longer among those that wait.
            connection.execute(update(t.filling).values(after=done))
            # Nobody labels or removes one of them meanwhile: he would find it counted or not, and we the other.
            held = select(t.mention.c.id).where(t.mention.c.id.in_(ids)).order_by(t.mention.c.id)
            connection.execute(held.with_for_update(key_share=True)).all()
            take_up(connection, ids)
            point("fill.before_commit")
        return len(ids)

    def rebuild(self) -> None:
        """Empty the index and the counts, so that `fill_waiting` builds both anew; what retention let go stays counted."""
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                # Whoever has stored a mention and not said so yet is waited for: his would be counted twice.
                connection.exec_driver_sql("LOCK TABLE mention IN SHARE MODE")
            connection.execute(select(t.filling).with_for_update()).one()
            search.clear(connection)
            connection.execute(update(t.hour_count).values(number=0))
            connection.execute(delete(t.hour_count).where(t.hour_count.c.expired == 0))
            last = LAST.scalar_subquery()
            connection.execute(update(t.filling).values(form=FORM, after=0, upto=last, checked=last, settled=last))
            point("rebuild.before_commit")

    def renew(self, begun: Callable[[], None] = lambda: None) -> None:
        """Bring the index of an earlier program to this one's form: what it only lacks is added, so that all is found meanwhile.

        `begun` hears when there is something to do, which takes minutes for each million mentions. Killed in between, the next call
        begins anew. After a form that is altogether another, `fill_waiting` has all to do.
        """
        with writing(self._engine) as connection:
            form = connection.execute(select(t.filling.c.form).with_for_update()).scalar_one()
            last = LAST.scalar_subquery()
            if form == SINGLE_FORM:
                connection.execute(update(t.filling).values(checked=0, settled=last))
        if form != FORM:
            begun()
        if form == SINGLE_FORM:
            self.take_up_strays(_RENEWED_AT_ONCE)
            with writing(self._engine) as connection:
                connection.execute(update(t.filling).where(t.filling.c.form == SINGLE_FORM).values(form=FORM))
        elif form != FORM:
            self.rebuild()

    def take_up_strays(self, limit: int = FILLED_AT_ONCE) -> int:
        """Take up mentions that are not in the index, or not wholly: a worker of an older version stored them; how many there were.

        Looks at those that were stored since it last looked and that were there a call ago, so that nobody is still storing one.
        Takes no lock when nothing new was stored; killed in between, it goes on where it was.
        """
        found = 0
        with reading(self._engine) as connection:
            row = connection.execute(select(t.filling)).one()
            last = connection.execute(LAST).scalar_one()
        checked = row.checked
        while checked < row.settled:
            with writing(self._engine) as connection:
                connection.execute(select(t.filling).with_for_update()).one()
                more = t.mention.c.id > checked, t.mention.c.id <= row.settled
                ids = list(connection.execute(select(t.mention.c.id).where(*more).order_by(t.mention.c.id).limit(limit)).scalars())
                checked = ids[-1] if len(ids) == limit else row.settled
                strays, rest = _unindexed(connection, ids)
                take_up(connection, strays)
                search.complete(connection, rest)
                found += len(strays) + len(rest)
                connection.execute(update(t.filling).values(checked=checked))
                point("strays.before_commit")
        if row.settled < last:
            with writing(self._engine) as connection:
                connection.execute(update(t.filling).where(t.filling.c.settled == row.settled).values(settled=last))
        return found

    def put_in_order(self) -> None:
        """Bring the index into its best order, in short transactions: what was taken out of it leaves the file only then."""
        with writing(self._engine) as connection:
            connection.execute(update(t.filling).values(dropped=False))
        step = search.FIRST_STEP
        while step:
            with writing(self._engine) as connection:
                step = search.put_in_order(connection, step)

    def sweep(self) -> None:
        """Put the index in order if words that had to go were taken out of it since that was done."""
        with reading(self._engine) as connection:
            dropped = connection.execute(select(t.filling.c.dropped)).scalar_one()
        if dropped:
            self.put_in_order()


def waiting(connection: Connection) -> tuple[int, int]:
    """The mentions that are neither in the index nor counted yet: numbers in (after, upto]."""
    ((after, upto),) = ask(connection, "SELECT after, upto FROM filling")
    return after, upto


def _unindexed(connection: Connection, ids: Sequence[int]) -> tuple[list[int], dict[int, str]]:
    """Which of these mentions should be in the index and are not, and by their rows what those lack that are there only in part.

    They are held, so that nobody labels or removes one meanwhile.
    """
    after, upto = waiting(connection)
    mine = [one for one in ids if not after < one <= upto]
    found: list[int] = []
    lacking: dict[int, str] = {}
    for some in chunks(mine):
        tokens, left = _whole(connection, some)
        if left and connection.dialect.name != "sqlite":  # which has one writer at a time
            lost = sorted(search.mention_of(one) for one in left)
            held = select(t.mention.c.id).where(t.mention.c.id.in_(lost)).order_by(t.mention.c.id)
            connection.execute(held.with_for_update(key_share=True)).all()
            tokens, left = _whole(connection, lost)
        there = search.held(connection, sorted(left))
        found += sorted(search.mention_of(one) for one in left - there)
        lacking |= {one: tokens[one] for one in there}
    return found, lacking


def _whole(connection: Connection, ids: Sequence[int]) -> tuple[dict[int, str], set[int]]:
    """The tokens of several filters together that rows of these mentions must have, and which rows have not the last of them."""
    tokens = {rank: search.joint(facets) for rank, facets in facets_of(connection, ids).items()}
    asked = {rank: made.rpartition(" ")[2] for rank, made in tokens.items()}
    return tokens, asked.keys() - search.held(connection, asked)


def take_up(connection: Connection, ids: Sequence[int]) -> None:
    """Have these mentions found and counted; they must not be so yet."""
    for rows in _read(connection, ids):
        search.put(connection, [_indexed(row) for row in rows])
        rollup.add(connection, [_counted(row) for row in rows if row["is_about"]])


def take_up_new(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Have mentions found and counted that this transaction has just stored; their rows are as `_ROWS` would read them."""
    if not rows:
        return
    # Asked only now: whoever builds the index anew waits for those who have stored mentions, and we for him.
    after, upto = waiting(connection)
    mine = [row for row in rows if not after < row["id"] <= upto]
    search.put(connection, [_indexed(row) for row in mine])
    rollup.add(connection, [_counted(row) for row in mine if row["is_about"]])


def let_go(connection: Connection, ids: Sequence[int], *, expired: bool = False) -> None:
    """Have these mentions no longer found nor counted, as they stand now; call it before they change or go.

    Those that retention lets go stay counted for ever.
    """
    for rows in _read(connection, ids):
        search.drop(connection, [_indexed(row) for row in rows])
        rollup.add(connection, [_counted(row) for row in rows if row["is_about"]], -1, expired=expired)


def _read(connection: Connection, ids: Sequence[int]) -> list[Sequence[RowMapping]]:
    if not ids:
        return []
    after, upto = waiting(connection)
    mine = [one for one in dict.fromkeys(ids) if not after < one <= upto]
    return [connection.execute(_ROWS.where(t.mention.c.id.in_(some))).mappings().all() for some in chunks(mine)]


def facets_of(connection: Connection, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """By which filters each of these mentions is found, by the number of its row; of those that are there."""
    found: dict[int, frozenset[str]] = {}
    for some in chunks(ids):
        rows = connection.execute(_FACETS.where(t.mention.c.id.in_(some))).mappings()
        found |= {search.rank(row["said_at"], row["id"]): frozenset(search.facets(_filters(row))) for row in rows}
    return found


def _indexed(row: RowMapping | Mapping[str, Any]) -> search.Row:
    author = f"{row['author_name']} {row['author_handle']}"
    return search.row(row["id"], row["said_at"], _filters(row), (row["title"], row["text"], author, row["outlet"]))


def _filters(row: RowMapping | Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [
        ("b", row["brand_id"]),
        ("t", row["tone"]),
        ("i", row["intent"]),
        ("k", row["kind"]),
        ("m", row["media"]),
        ("g", row["language"]),
        ("l", "yes" if row["is_labelled"] else "no"),
    ]


def _counted(row: RowMapping | Mapping[str, Any]) -> rollup.Key:
    return rollup.key(row["brand_id"], row["collected_at"], row["said_at"], row["media"], row["tone"])
