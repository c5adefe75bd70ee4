"""From a complete local day to mails: compose the snapshot once, then send what is still unsent of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from typing import Protocol
from zoneinfo import ZoneInfo

from listener.core.digest import compose
from listener.core.errors import Refused, Undelivered
from listener.core.mail import Message
from listener.core.model import Brand, DigestPlan
from listener.core.ports import Digests, Dresser, Mentions, Notifier
from listener.core.report import Digest, Dressed
from listener.core.schedule import day_bounds

# Long enough for a slow server, short enough that a morning's digest is still a morning's digest after a crash.
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
_WEEKS = 8


class Memory(Mentions, Digests, Protocol):
    """The parts of the archive that a digest needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How one recipient's mail ended; `error` is "" when it was sent, and `again` whether it will be tried again."""

    recipient: str
    error: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digester:
    """What digests need of the world; `page` is the address under which people reach the page.

    `clock` is asked again for each mail: a long list of recipients must not outlive its own claims.
    """

    archive: Memory
    dress: Dresser
    notifier: Notifier
    sender: str
    page: str
    clock: Callable[[], datetime]

    def compose(self, plan: DigestPlan, brand: Brand, on: date, now: datetime) -> Digest:
        """The snapshot of a digest and local day: the one that stands, or one made now and not yet kept."""
        standing = self.archive.digest(plan.key, on)
        if standing is not None:
            return standing[1]
        zone = ZoneInfo(plan.timezone)
        since, until = day_bounds(on, zone)

        def bounds(*days: int) -> list[tuple[date, datetime, datetime]]:
            return [(day, *day_bounds(day, zone)) for day in (on - timedelta(days=back) for back in days)]

        return compose(
            key=plan.key,
            brand=brand,
            on=on,
            since=since,
            until=until,
            timezone=plan.timezone,
            language=plan.language,
            mentions=self.archive.collected(plan.brand, since=since, until=until),
            week=self.archive.days(plan.brand, bounds(*range(6, -1, -1))),
            same_weekdays=self.archive.days(plan.brand, bounds(*range(7, 7 * _WEEKS + 1, 7))),
            coverage=self.archive.coverage(plan.brand, since=since, until=until),
            cap=plan.limit,
            page=f"{self.page.rstrip('/')}/brands/{plan.brand}?day={on.isoformat()}",
            now=now,
        )

    def send(self, plan: DigestPlan, brand: Brand, on: date) -> Sequence[Sent]:
        """Send a digest to everyone who has not had it yet; asking twice sends once.

        Never lost, and at most one repeat after a crash that nobody can decide: a mail that the server may have taken is sent
        again once, with the same Message-ID.
        """
        snapshot = self.compose(plan, brand, on, self.clock())
        digest = self.archive.keep_digest(snapshot, {one: message_id(plan.key, on, one, self.sender) for one in plan.to})
        dressed = self.dress(snapshot)
        ended = []
        while (delivery := self.archive.claim_delivery(digest, self.clock(), lease=LEASE)) is not None:
            message = self.message(snapshot, dressed, delivery.recipient, delivery.message_id)
            try:
                self.notifier.send(message)
            except Refused as fault:
                self.archive.settle_delivery(delivery, self.clock(), sent=False, error=str(fault))
                ended.append(Sent(recipient=delivery.recipient, error=str(fault)))
            except Undelivered as fault:
                # A text that may have arrived is repeated once, and no more.
                again = delivery.attempt < (2 if fault.maybe else MAX_ATTEMPTS)
                retry_at = self.clock() + timedelta(minutes=2 ** min(delivery.attempt, 6)) if again else None
                self.archive.settle_delivery(delivery, self.clock(), sent=False, error=str(fault), retry_at=retry_at)
                ended.append(Sent(recipient=delivery.recipient, error=str(fault), again=again))
            else:
                self.archive.settle_delivery(delivery, self.clock(), sent=True)
                ended.append(Sent(recipient=delivery.recipient))
        return ended

    def message(self, digest: Digest, dressed: Dressed, to: str, id_: str) -> Message:
        """The mail to one person, as it is sent and as it is previewed."""
        return Message(
            sender=self.sender,
            to=to,
            subject=dressed.subject,
            text=dressed.text,
            html=dressed.html,
            message_id=id_,
            date=digest.composed_at,
            headers=(
                ("Auto-Submitted", "auto-generated"),
                ("List-ID", f"<{digest.digest.replace('/', '.')}.listener.{_domain(self.sender)}>"),
            ),
        )


def message_id(key: str, on: date, recipient: str, sender: str) -> str:
    """The Message-ID of a digest, local day and recipient: always the same, so that a repeat can be recognised (RFC 5322)."""
    name = hashlib.sha256(f"{key}\n{on.isoformat()}\n{recipient}".encode()).hexdigest()[:32]
    return f"<{name}@{_domain(sender)}>"


def _domain(sender: str) -> str:
    name, at, domain = parseaddr(sender)[1].rpartition("@")
    return domain if name and at and domain else "localhost"
