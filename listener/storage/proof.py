"""What stands beside the mentions of a period when evidence is gathered: labels, checks, lists, sittings and money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, func, select

from listener.core.evidence import Wanted
from listener.core.labels import NO, YES, Aspect, Label
from listener.core.listed import List, key_of, names_in
from listener.core.observed import Check, Conversion, Relation, RelationKind, Sitting, Spent
from listener.core.sampling import Sample
from listener.core.tellings import Table
from listener.storage import tables as t
from listener.storage.samples import check_of, sample_of

# Longer than this between two labels nobody was sorting: what came between is taken out.
_IDLE = timedelta(minutes=2)
# A sitting of one label still took its time.
_LEAST = 0.25  # minutes
_MONTH = timedelta(days=30)


class Found(TypedDict):
    """Mentions in whose words something was found."""

    code_words: int | None
    code_hits: tuple[int, ...]
    claim_terms: tuple[int, ...]


def labels_of(connection: Connection, brand_id: int, wanted: Wanted) -> tuple[Label, ...]:
    """Everything that people ever said of the mentions of a period, oldest first."""
    rows = (
        select(t.label)
        .join_from(t.label, t.mention, t.label.c.mention_id == t.mention.c.id)
        .where(*_said(brand_id, wanted))
        .order_by(t.label.c.id)
    )
    return tuple(
        Label(mention=row.mention_id, aspect=Aspect(row.aspect), value=row.value, by=row.by, at=row.labelled_at)
        for row in connection.execute(rows)
    )


def hand_checked(connection: Connection, brand_id: int, wanted: Wanted) -> tuple[Check, ...]:
    """The answers that people gave about the mentions of a period, oldest first."""
    rows = (
        select(t.checked)
        .join_from(t.checked, t.mention, t.checked.c.mention_id == t.mention.c.id)
        .where(*_said(brand_id, wanted))
        .order_by(t.checked.c.id)
    )
    return tuple(check_of(row) for row in connection.execute(rows).mappings())


def samples_of(connection: Connection, brand_id: int, brand: str, wanted: Wanted) -> tuple[Sample, ...]:
    """The weekly samples whose weeks lie in the period, oldest first."""
    rows = select(t.sample).where(
        t.sample.c.brand_id == brand_id,
        t.sample.c.week >= (wanted.since - timedelta(days=7)).date(),
        t.sample.c.week < wanted.until.date(),
    )
    return tuple(sample_of(brand, row) for row in connection.execute(rows.order_by(t.sample.c.week)).mappings())


def conversions_of(connection: Connection, brand_id: int, wanted: Wanted) -> tuple[Conversion, ...] | None:
    """The imported conversions of a period; None where nothing was ever imported."""
    c = t.conversion.c
    if connection.execute(select(c.id).where(c.brand_id == brand_id).limit(1)).first() is None:
        return None
    rows = select(t.conversion).where(c.brand_id == brand_id, c.converted_at >= wanted.since, c.converted_at < wanted.until)
    return tuple(
        Conversion(at=row.converted_at, euros=row.euros, what=row.what, mention=row.mention)
        for row in connection.execute(rows.order_by(c.converted_at, c.id))
    )


def found_of(connection: Connection, brand_id: int, wanted: Wanted) -> Found:
    """The mentions of a period with a code word, or a term of claims and courts; how many code words are watched for."""
    rows = (
        select(t.found_word.c.mention_id, t.found_word.c.what)
        .join_from(t.found_word, t.mention, t.found_word.c.mention_id == t.mention.c.id)
        .where(*_said(brand_id, wanted))
        .order_by(t.found_word.c.mention_id)
    )
    hits: dict[str, list[int]] = defaultdict(list)
    for row in connection.execute(rows):
        hits[row.what].append(row.mention_id)
    watched = select(func.count()).where(t.listed.c.brand_id == brand_id, t.listed.c.list == List.CODE_WORDS.value)
    number = connection.execute(watched).scalar_one()
    return Found(code_words=number or None, code_hits=tuple(hits["code"]), claim_terms=tuple(hits["claim"]))


def marked(connection: Connection, brand_id: int, table: Table, wanted: Wanted) -> tuple[Relation, ...]:
    """The uploaded relations, as numbers; writes into the table which of its mentions stand on the list."""
    rows = connection.execute(
        select(t.listed).where(t.listed.c.brand_id == brand_id, t.listed.c.list == List.RELATIONS.value).order_by(t.listed.c.number)
    ).all()
    if not rows or wanted.key is None:
        return ()
    key = key_of(wanted.key, wanted.plan.brand, List.RELATIONS)
    numbers = {row.mark: row.number for row in rows}
    kinds = {row.number: RelationKind(row.kind) for row in rows}
    known: dict[tuple[str, str, str], int] = {}

    def number_of(who: tuple[str, str, str]) -> int:
        if who not in known:
            known[who] = next((number for one in names_in(*who) if (number := numbers.get(key(one)))), 0)
        return known[who]

    present: set[int] = set()
    e = t.entry.c
    speakers = select(e.author_name, e.author_handle, e.outlet).where(
        e.first_seen_at >= wanted.since, e.first_seen_at < wanted.until
    )
    for who in connection.execute(speakers.distinct()):
        present.add(number_of(tuple(who)))
    places = {id_: place for place, id_ in enumerate(table.id)}
    spoken = (
        select(t.mention.c.id, e.author_name, e.author_handle, e.outlet)
        .join_from(t.mention, t.entry, t.mention.c.entry_id == e.id)
        .where(*_said(brand_id, wanted))
    )
    for row in connection.execute(spoken):
        number = number_of((row.author_name, row.author_handle, row.outlet))
        if number and row.id in places:
            table.relation[places[row.id]] = number
            present.add(number)
    return tuple(Relation(mark=number, kind=kinds[number], present=number in present) for number in sorted(kinds))


def sittings_of(connection: Connection, brand_id: int, wanted: Wanted) -> tuple[Sitting, ...]:
    """Sessions of sorting, told by the moments at which people labelled: idle time is taken out, and no name is kept."""
    c = t.label.c
    rows = (
        select(c.by, c.labelled_at, c.mention_id, c.aspect, c.value)
        .join_from(t.label, t.mention, c.mention_id == t.mention.c.id)
        .where(t.mention.c.brand_id == brand_id, c.labelled_at >= wanted.since, c.labelled_at < wanted.until)
        .order_by(c.by, c.labelled_at, c.id)
    )
    sessions: list[list[Any]] = []
    for row in connection.execute(rows):
        last = sessions[-1][-1] if sessions else None
        if last is not None and last.by == row.by and row.labelled_at - last.labelled_at <= _IDLE:
            sessions[-1].append(row)
        else:
            sessions.append([row])
    return tuple(sorted(map(_sitting, sessions), key=lambda one: one.at))


def _sitting(rows: Sequence[Any]) -> Sitting:
    noise = sum(
        (after.labelled_at - before.labelled_at).total_seconds()
        for before, after in pairwise(rows)
        if after.aspect == Aspect.ABOUT.value and after.value == NO
    )
    return Sitting(
        at=rows[0].labelled_at,
        minutes=max(_LEAST, (rows[-1].labelled_at - rows[0].labelled_at).total_seconds() / 60),
        handled=len({row.mention_id for row in rows}),
        acted=len({row.mention_id for row in rows if row.aspect == Aspect.ANSWERED.value and row.value == YES}),
        on_noise=noise / 60,
    )


def spent_of(connection: Connection, wanted: Wanted) -> tuple[Spent, ...]:
    """What listening cost: what places billed, in euros, by day; and what a person says that a month of hosting costs."""
    run = t.run.c
    rows = (
        select(run.started_at, run.cost, t.source.c.kind)
        .join_from(t.run, t.source, run.source_id == t.source.c.id)
        .join(t.brand, t.source.c.brand_id == t.brand.c.id)
        .where(t.brand.c.key == wanted.plan.brand, run.cost > 0, run.started_at >= wanted.since, run.started_at < wanted.until)
    )
    days: dict[tuple[date, str], float] = defaultdict(float)
    for row in connection.execute(rows):
        days[row.started_at.date(), row.kind] += row.cost * wanted.plan.dollar
    spent = [
        Spent(at=datetime(on.year, on.month, on.day, tzinfo=UTC), euros=euros, what=kind) for (on, kind), euros in days.items()
    ]
    at = wanted.since
    while wanted.plan.hosting and at < wanted.until:
        part = min(_MONTH, wanted.until - at) / _MONTH
        spent.append(Spent(at=at, euros=wanted.plan.hosting * part, what="hosting"))
        at += _MONTH
    return tuple(sorted(spent, key=lambda one: (one.at, one.what)))


def _said(brand_id: int, wanted: Wanted) -> Sequence[Any]:
    m = t.mention.c
    return (and_(m.brand_id == brand_id, m.said_at >= wanted.since, m.said_at < wanted.until, m.put_away_at.is_(None)),)
