"""What getting in needs of the archive: editors, sessions, shared links, and who tried how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from listener.core.access import Editor, Invitation, Share
from listener.core.deeds import Deed, Worked


class Editors(Protocol):
    """The archive's memory of who may sign in. Words that open something are kept as their sha256 only."""

    def editors(self) -> Sequence[Editor]:
        """Everybody who may sign in, in the names' order."""
        ...

    def editor(self, name: str) -> tuple[Editor, str] | None:
        """Somebody who may sign in, however the name is written, with the hash of their password ("" when none is set)."""
        ...

    def invite(self, word: bytes, name: str, brands: Sequence[str], *, until: datetime, now: datetime) -> None:
        """Keep an invitation; one for the same name that was not used falls away."""
        ...

    def invitation(self, word: bytes, now: datetime) -> Invitation | None:
        """An invitation that stands, or None."""
        ...

    def invitations(self, now: datetime) -> Sequence[Invitation]:
        """The invitations that stand, in the names' order."""
        ...

    def uninvite(self, name: str) -> bool:
        """Take an invitation back; False when there is none for that name."""
        ...

    def accept(self, word: bytes, name: str, password: str, now: datetime) -> Editor | None:
        """Set somebody's password (its hash) by an invitation, which is used up; their sessions end.

        None, and nothing changes, when the invitation does not stand, or names nobody and the name is taken.
        """
        ...

    def renew_password(self, editor: int, password: str) -> None:
        """Keep a newer hash of the same password."""
        ...

    def dismiss(self, name: str) -> bool:
        """Let somebody in no more: password, sessions and invitations go. False when there is nobody of that name."""
        ...


class Sessions(Protocol):
    """The archive's memory of who is signed in."""

    def begin_session(self, word: bytes, editor: int, *, until: datetime, now: datetime) -> None:
        """Keep a session."""
        ...

    def session(self, word: bytes, now: datetime) -> Editor | None:
        """Whose session it is, or None when it is over; that they were here is noted, to some minutes."""
        ...

    def end_session(self, word: bytes) -> None:
        """End a session, if there is one."""
        ...

    def try_now(self, keys: Mapping[str, timedelta], now: datetime) -> datetime | None:
        """Count a try under each key (with its longest wait), or say until when none may be made; see core.access.patience."""
        ...

    def forgive(self, keys: Sequence[str]) -> None:
        """Forget the tries under these keys: one was right."""
        ...


class Shares(Protocol):
    """The archive's memory of shared links."""

    def share(
        self,
        brand: str,
        *,
        since: date | None,
        until: date | None,
        note: str,
        by: str,
        expires_at: datetime,
        now: datetime,
        evidence_id: int | None = None,
    ) -> Share:
        """Keep a new link."""
        ...

    def shares(self) -> Sequence[Share]:
        """Every link, the newest first."""
        ...

    def shared(self, id: int, now: datetime, *, used: bool = False) -> Share | None:  # noqa: A002 - the field's word
        """One link; `used` notes that somebody came by it."""
        ...

    def revoke(self, id: int, now: datetime) -> None:  # noqa: A002 - the field's word
        """Let a link open nothing from now on; the first time counts."""
        ...


class Deeds(Protocol):
    """The archive's memory of who changed what; it only grows."""

    def note(self, deed: Deed) -> None:
        """Keep a deed."""
        ...

    def deeds(self, *, before: int | None = None, limit: int = 50) -> Sequence[Deed]:
        """The latest deeds first; `before` is the last id already read."""
        ...


class Hours(Protocol):
    """The archive's memory of what the work took."""

    def work(self, who: str, what: str, on: date, now: datetime, *, handled: int = 0) -> Worked:
        """Count a step of somebody's work on a local day, in which so much was handled; how it stands then (core.deeds.spent)."""
        ...

    def worked(self, *, since: date, until: date) -> Sequence[Worked]:
        """What was worked on the days in [since, until), in their order."""
        ...


class Access(Editors, Sessions, Shares, Deeds, Hours, Protocol):
    """Getting in, and what was done inside."""
