"""The archive's memory of long work that is under way, in whichever process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from listener.core.undertakings import SILENT, Undertaking
from listener.storage import tables as t
from listener.storage.engine import reading, writing

_LONGEST = 200  # characters of what it is done with


class UndertakingStore:
    """Undertakings, in SQL; a row goes when its work ends, and when nobody was at it for long."""

    _engine: Engine

    def undertake(self, brand: str, what: str, about: str, *, whole: int, now: datetime) -> int:
        """Note that work began; its number. What nobody is at any more goes."""
        row = {"brand": brand, "what": what, "about": about[:_LONGEST], "done": 0, "whole": whole, "is_stopping": False}
        with writing(self._engine) as connection:
            connection.execute(delete(t.undertaking).where(t.undertaking.c.moved_at < now - SILENT))
            made = insert(t.undertaking).values(**row, began_at=now, moved_at=now).returning(t.undertaking.c.id)
            return int(connection.execute(made).scalar_one())

    def advance(self, id: int, done: int, now: datetime) -> bool:  # noqa: A002 - the field's word
        """Note how far it is; False when somebody asked it to stop."""
        mine = t.undertaking.c.id == id
        with writing(self._engine) as connection:
            connection.execute(update(t.undertaking).where(mine).values(done=done, moved_at=now))
            return connection.execute(select(t.undertaking.c.is_stopping).where(mine)).scalar() is not True

    def finish(self, id: int) -> None:  # noqa: A002 - the field's word
        """Note that it ended, however it did."""
        with writing(self._engine) as connection:
            connection.execute(delete(t.undertaking).where(t.undertaking.c.id == id))

    def undertakings(self, brand: str, now: datetime) -> Sequence[Undertaking]:
        """What somebody is at for a brand, the first begun first."""
        c = t.undertaking.c
        mine = select(t.undertaking).where(c.brand == brand, c.moved_at >= now - SILENT).order_by(c.began_at, c.id)
        with reading(self._engine) as connection:
            return [Undertaking(**row) for row in connection.execute(mine).mappings()]

    def stop_undertaking(self, brand: str, id: int) -> bool:  # noqa: A002 - the field's word
        """Ask work on a brand to stop; False when there is none of that number, or it was asked already."""
        c = t.undertaking.c
        with writing(self._engine) as connection:
            asked = update(t.undertaking).where(c.id == id, c.brand == brand, c.is_stopping.is_(False)).values(is_stopping=True)
            return connection.execute(asked).rowcount > 0
