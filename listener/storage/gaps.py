"""The gaps in listening to places, from the ledger: what a dossier may not take for silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from listener.core.observed import NOBODY_ASKED, Gap, Place
from listener.core.visits import Outcome
from listener.storage import tables as t

_HEARD = [outcome.value for outcome in Outcome if outcome.heard]
# Nobody asked for so long, where a visit was due every so often: a hole, whatever the reason. A feed keeps its items for a day
# or more, and a search goes on where it stopped, so one visit a day leaves none.
_FORGOTTEN, _TIMES = timedelta(hours=36), 4


def gaps_of(connection: Connection, numbers: Mapping[int, int], places: Sequence[Place]) -> Iterable[Gap]:
    """From the first attempt that failed to the next that was heard, where nobody asked for long, and what a place itself lost."""
    every = {
        row.id: timedelta(seconds=row.every_seconds) for row in connection.execute(select(t.source.c.id, t.source.c.every_seconds))
    }
    for source_id, number in numbers.items():
        place = places[number]
        if place.until <= place.since:
            continue
        yield from _silences(connection, source_id, number, place, max(_FORGOTTEN, _TIMES * every[source_id]))
        holes = select(t.hole).where(
            t.hole.c.source_id == source_id, t.hole.c.since_at < place.until, t.hole.c.until_at > place.since
        )
        for row in connection.execute(holes.order_by(t.hole.c.since_at, t.hole.c.id)):
            since, until = max(row.since_at, place.since), min(row.until_at, place.until)
            yield Gap(place=number, since=since, until=until, why=row.reason[:200])


def _silences(connection: Connection, source_id: int, number: int, place: Place, patience: timedelta) -> Iterable[Gap]:
    """The stretches in which a source was not heard, by its attempts: only those at which something changed are read."""
    run = t.run.c
    heard = run.outcome.in_(_HEARD)
    order = (run.started_at, run.id)
    inner = (
        select(
            run.started_at,
            run.detail,
            run.outcome,
            heard.label("heard"),
            func.lag(heard).over(order_by=order).label("before"),
            func.lag(run.started_at, type_=t.Instant()).over(order_by=order).label("last"),
        )
        .where(run.source_id == source_id, run.started_at >= place.since - patience, run.started_at < place.until)
        .subquery()
    )
    rows = connection.execute(select(inner).order_by(inner.c.started_at))
    since: datetime | None = None
    why, last = "", place.since
    for row in rows:
        if row.last is not None and row.last >= place.since and row.started_at - row.last > patience and since is None:
            yield Gap(place=number, since=row.last, until=row.started_at, why=NOBODY_ASKED)
        if not row.heard and since is None:
            since, why = max(row.started_at, place.since), f"{row.outcome}: {row.detail}"[:200]
        elif row.heard and since is not None:
            if row.started_at > since:
                yield Gap(place=number, since=since, until=row.started_at, why=why)
            since = None
        last = max(last, row.started_at)
    if since is not None and place.until > since:
        yield Gap(place=number, since=since, until=place.until, why=why)
    elif place.until - last > patience:
        yield Gap(place=number, since=last, until=place.until, why=NOBODY_ASKED)
