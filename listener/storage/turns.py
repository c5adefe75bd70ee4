"""Whose turn it is at a host: a row for each, taken and left by processes that share this archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from listener.storage import tables as t
from listener.storage.bulk import moment, run_many
from listener.storage.chunks import chunks
from listener.storage.engine import writing

# A turn that nobody took up again for so long says nothing any more.
_FORGOTTEN = timedelta(days=2)
# Nobody takes a turn for so long: one that ends later was taken by a clock that was ahead.
_FARTHEST = timedelta(days=1)


class TurnStore:
    """Turns, in SQL."""

    _engine: Engine

    def take_turns(self, hosts: Sequence[str], owner: str, now: datetime, *, lease: timedelta) -> Mapping[str, datetime]:
        """Take these hosts until `lease` from now; of those that another owner has, or that want a pause, until when."""
        if not hosts:
            return {}
        taken: set[str] = set()
        with writing(self._engine) as connection:
            at = moment(connection)
            connection.execute(delete(t.turn).where(t.turn.c.until < now - _FORGOTTEN))
            # In one order for everybody, so that two takers never wait for each other.
            for some in chunks(sorted(set(hosts))):
                place = "?" if connection.dialect.paramstyle == "qmark" else "%s"
                rows = ", ".join([f"({place}, {place}, {place})"] * len(some))
                take = (
                    f"INSERT INTO turn (host, owner, until) VALUES {rows} ON CONFLICT (host) DO UPDATE"  # noqa: S608 - places only
                    " SET owner = excluded.owner, until = excluded.until"
                    f" WHERE turn.owner = excluded.owner OR turn.until <= {place} OR turn.until > {place} RETURNING host"
                )
                values = [value for host in some for value in (host, owner, at(now + lease))]
                taken.update(row[0] for row in connection.exec_driver_sql(take, (*values, at(now), at(now + _FARTHEST))))
            left = [host for host in dict.fromkeys(hosts) if host not in taken]
            busy: dict[str, datetime] = {}
            for some in chunks(left):
                busy |= {row.host: row.until for row in connection.execute(select(t.turn).where(t.turn.c.host.in_(some)))}
        return busy

    def leave_turns(self, free_at: Mapping[str, datetime], owner: str) -> None:
        """Leave hosts to whoever comes next, from these moments on."""
        if not free_at:
            return
        with writing(self._engine) as connection:
            at = moment(connection)
            rows = [(at(until), host, owner) for host, until in sorted(free_at.items())]
            run_many(connection, "UPDATE turn SET until = ? WHERE host = ? AND owner = ?", rows)
