"""What sending needs of the archive: snapshots, their rows to be sent, and what people want of their mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from listener.core.mail import Choice, Delivery
from listener.core.report import Digest


class Outbox(Protocol):
    """Rows to be sent, one for each recipient of a frozen snapshot; several workers may empty it together."""

    def claim(self, parent: int, now: datetime, *, lease: timedelta) -> Delivery | None:
        """Claim one row that is to be tried now, or None; a claim ends by itself after `lease`."""
        ...

    def hand_over(self, delivery: Delivery, now: datetime) -> None:
        """Note that the text leaves now; raises Overtaken when the row is no longer the caller's, who must then send nothing."""
        ...

    def settle(
        self,
        delivery: Delivery,
        now: datetime,
        *,
        sent: bool,
        error: str = "",
        retry_at: datetime | None = None,
        unknown: bool = False,
    ) -> None:
        """Record how a claimed row ended: sent, to be tried again at `retry_at`, or given up (neither).

        `unknown` counts an attempt of which nobody knows whether it arrived.
        """
        ...


class Digests(Protocol):
    """The archive's memory of digests: frozen snapshots, and an outbox with a row for each recipient."""

    def keep_digest(self, digest: Digest, recipients: Mapping[str, str]) -> int:
        """Store a snapshot and its outbox (recipient to Message-ID) in one transaction; the id of the one that stands.

        A digest and local day has one snapshot for ever: keeping it twice changes nothing and returns the first one's id.
        """
        ...

    def digest(self, key: str, on: date) -> tuple[int, Digest] | None:
        """The snapshot of a digest and local day, with its id, if there is one."""
        ...

    def last_digest(self, key: str, *, before: date) -> date | None:
        """The last day before this one that a digest was about, if there was any."""
        ...

    def told(self, key: str, *, since: date, before: date) -> Collection[int]:
        """The stories that a digest's snapshots about [since, before) listed, and the mentions that stood for them there."""

    @property
    def outbox(self) -> Outbox:
        """The rows of all digests."""
        ...

    def delivery(self, id: int) -> tuple[str, str] | None:  # noqa: A002 - the field's word
        """The digest's key and the recipient of one row of the outbox."""
        ...

    def claim_due_digests(self, now: datetime) -> Sequence[tuple[str, date]]:
        """Digests whose hour has come, each with the local day it is about; advances their next hour by compare-and-set."""
        ...

    def unsent(self, now: datetime) -> Sequence[tuple[str, date]]:
        """Snapshots that still have a delivery to be tried now."""
        ...


class Subscriptions(Protocol):
    """The archive's memory of what people want of their mail."""

    def choices(self, digest: str, addresses: Iterable[str]) -> Mapping[str, Choice]:
        """What each of these addresses (as given) wants of a digest; one that never said anything is left out."""
        ...

    def choose(self, digest: str, address: str, choice: Choice, now: datetime) -> None:
        """Remember what an address wants of a digest; the last word counts."""
        ...
