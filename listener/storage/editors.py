"""The archive's memory of who may sign in, who is, and who tried how often."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from listener.core.access import IDLE, REMEMBERED, Editor, Invitation, patience, same_name
from listener.storage import tables as t
from listener.storage.bulk import upsert
from listener.storage.engine import reading, take_turns, writing

_SEEN_EVERY = timedelta(minutes=5)  # a visit is noted this often, so that reading a page seldom writes


class EditorStore:
    """Editors, invitations, sessions and attempts, in SQL."""

    _engine: Engine

    def editors(self) -> Sequence[Editor]:
        """Everybody who may sign in, in the names' order."""
        with reading(self._engine) as connection:
            return [_editor(row) for row in connection.execute(select(t.editor).order_by(t.editor.c.key))]

    def editor(self, name: str) -> tuple[Editor, str] | None:
        """Somebody who may sign in, however the name is written, with the hash of their password ("" when none is set)."""
        with reading(self._engine) as connection:
            row = _row(connection, name)
        return None if row is None else (_editor(row), row.password)

    def invite(self, word: bytes, name: str, brands: Sequence[str], *, until: datetime, now: datetime) -> None:
        """Keep an invitation; one for the same name that was not used falls away, and so does every one that is over."""
        with writing(self._engine) as connection:
            old = t.invitation.c
            # However the name was written: two links for one name would let the second one's holder set the first one's password.
            named = connection.execute(select(old.word, old.name)).all()
            same = [one.word for one in named if same_name(one.name) == same_name(name)]
            connection.execute(delete(t.invitation).where(old.word.in_(same) | (old.until_at <= now)))
            kept = {"word": word, "name": name, "brands": json.dumps(sorted(set(brands))), "until_at": until}
            connection.execute(insert(t.invitation).values(**kept))

    def invitation(self, word: bytes, now: datetime) -> Invitation | None:
        """An invitation that stands, or None."""
        with reading(self._engine) as connection:
            return _invitation(connection, word, now)

    def invitations(self, now: datetime) -> Sequence[Invitation]:
        """The invitations that stand, in the names' order."""
        standing = select(t.invitation).where(t.invitation.c.until_at > now).order_by(t.invitation.c.name, t.invitation.c.until_at)
        with reading(self._engine) as connection:
            return [_invited(row) for row in connection.execute(standing)]

    def uninvite(self, name: str) -> bool:
        """Take an invitation back; False when there is none for that name."""
        with writing(self._engine) as connection:
            return connection.execute(delete(t.invitation).where(t.invitation.c.name == name)).rowcount > 0

    def accept(self, word: bytes, name: str, password: str, now: datetime) -> Editor | None:
        """Set somebody's password (its hash) by an invitation, which is used up; their sessions end.

        None, and nothing changes, when the invitation does not stand, or names nobody and the name is taken.
        """
        with writing(self._engine) as connection:
            take_turns(connection, "accept")
            invited = _invitation(connection, word, now)
            if invited is None:
                return None
            called = invited.name or name
            there = _row(connection, called)
            if there is not None and not invited.name:
                return None
            connection.execute(delete(t.invitation).where(t.invitation.c.word == word))
            brands = json.dumps(list(invited.brands))
            if there is None:
                kept = {"key": same_name(called), "name": called, "password": password, "brands": brands, "made_at": now}
                connection.execute(insert(t.editor).values(**kept))
            else:
                mine = t.editor.c.id == there.id
                connection.execute(update(t.editor).where(mine).values(password=password, brands=brands))
                connection.execute(delete(t.session).where(t.session.c.editor_id == there.id))
            row = _row(connection, called)
            assert row is not None
            return _editor(row)

    def renew_password(self, editor: int, password: str) -> None:
        """Keep a newer hash of the same password."""
        with writing(self._engine) as connection:
            connection.execute(update(t.editor).where(t.editor.c.id == editor).values(password=password))

    def dismiss(self, name: str) -> bool:
        """Let somebody in no more: account, sessions and invitations go. False when there is nobody of that name."""
        with writing(self._engine) as connection:
            row = _row(connection, name)
            if row is None:
                return False
            connection.execute(delete(t.session).where(t.session.c.editor_id == row.id))
            connection.execute(delete(t.invitation).where(t.invitation.c.name == row.name))
            connection.execute(delete(t.editor).where(t.editor.c.id == row.id))
            return True

    def begin_session(self, word: bytes, editor: int, *, until: datetime, now: datetime) -> None:
        """Keep a session; those that are over go."""
        with writing(self._engine) as connection:
            connection.execute(delete(t.session).where((t.session.c.until_at <= now) | (t.session.c.seen_at <= now - IDLE)))
            row = {"word": word, "editor_id": editor, "made_at": now, "seen_at": now, "until_at": until}
            connection.execute(insert(t.session).values(**row))

    def session(self, word: bytes, now: datetime) -> Editor | None:
        """Whose session it is, or None when it is over; that they were here is noted, to some minutes."""
        mine = t.session.c.word == word
        found = select(t.editor, t.session.c.seen_at).join_from(t.session, t.editor)
        with reading(self._engine) as connection:
            row = connection.execute(
                found.where(mine, t.session.c.until_at > now, t.session.c.seen_at > now - IDLE, t.editor.c.password != "")
            ).one_or_none()
        if row is None:
            return None
        if now - row.seen_at > _SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(update(t.session).where(mine).values(seen_at=now))
        return _editor(row)

    def end_session(self, word: bytes) -> None:
        """End a session, if there is one."""
        with writing(self._engine) as connection:
            connection.execute(delete(t.session).where(t.session.c.word == word))

    def try_now(self, keys: Mapping[str, timedelta], now: datetime) -> datetime | None:
        """Count a try under each key (with its longest wait), or say until when none may be made.

        It is counted before the password is looked at, and in one transaction: twenty tries at once are twenty tries.
        """
        mine = t.attempt.c
        with writing(self._engine) as connection:
            take_turns(connection, "sign in")
            connection.execute(delete(t.attempt).where(mine.last_at <= now - REMEMBERED))
            before = {row.key: row for row in connection.execute(select(t.attempt).where(mine.key.in_(list(keys))))}
            waits: list[datetime] = [row.next_at for row in before.values() if row.next_at > now]
            if waits:
                return max(waits)
            for key, longest in keys.items():
                failures = before[key].failures + 1 if key in before else 1
                row = {"key": key, "failures": failures, "last_at": now, "next_at": now + patience(failures, longest)}
                connection.execute(upsert(connection, t.attempt, ("key",), row))
        return None

    def forgive(self, keys: Sequence[str]) -> None:
        """Forget the tries under these keys: one was right."""
        with writing(self._engine) as connection:
            connection.execute(delete(t.attempt).where(t.attempt.c.key.in_(list(keys))))


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(t.editor).where(t.editor.c.key == same_name(name))).one_or_none()


def _invitation(connection: Connection, word: bytes, now: datetime) -> Invitation | None:
    mine = (t.invitation.c.word == word, t.invitation.c.until_at > now)
    row = connection.execute(select(t.invitation).where(*mine)).one_or_none()
    return None if row is None else _invited(row)


def _invited(row: Row[Any]) -> Invitation:
    return Invitation(name=row.name, brands=tuple(json.loads(row.brands)), until=row.until_at)


def _editor(row: Row[Any]) -> Editor:
    return Editor(
        id=row.id, name=row.name, brands=tuple(json.loads(row.brands)), made_at=row.made_at, has_password=bool(row.password)
    )
