"""Emptying an outbox: claim a row, hand its text over, write down how that ended; for digests and alerts alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from listener.core.errors import Overtaken, Refused, Undelivered
from listener.core.mail import Delivery
from listener.core.ports import Outbox
from listener.core.values import dataclass

# Long enough for a slow server, short enough that a morning's digest is still a morning's digest after a crash.
LEASE = timedelta(minutes=5)
# An attempt of which nobody knows whether it arrived is repeated once: a second copy is better than none, a third is not.
REPEATS = 1
_LONGEST_PAUSE = timedelta(hours=1)
# So many servers in a row that cannot be reached are one server that cannot be reached; the other rows keep their patience.
_DEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How one recipient's mail ended; `error` is "" when it was sent, and `again` whether it will be tried again.

    `gone` means that the address does not exist, `unknown` that nobody knows whether it arrived,
    and `unwanted` that its reader left before it was sent.
    """

    recipient: str
    error: str = ""
    again: bool = False
    gone: bool = False
    unknown: bool = False
    unwanted: bool = False


def pause(attempt: int) -> timedelta:
    """How long to wait after the nth failed attempt: 1, 2, 4 … minutes, an hour at most."""
    return min(timedelta(minutes=1 << min(attempt - 1, 6)), _LONGEST_PAUSE)


def empty(
    outbox: Outbox,
    parent: int,
    hand: Callable[[Delivery, Callable[[], None]], str],
    clock: Callable[[], datetime],
    *,
    until: datetime,
) -> Iterator[Sent]:
    """Send what is to be sent now of one snapshot, and yield how each row ended; asking twice sends once.

    `hand` hands one row's text over and calls its second argument just before it leaves; it returns "" or the reason why the text
    is no longer wanted, and raises DeliveryError. What fails is tried again with growing pauses `until` a moment, and not after it.
    Never lost, and at most one repeat where nobody can decide, with the same Message-ID.
    """
    dead = 0
    while dead < _DEAD and (delivery := outbox.claim(parent, clock(), lease=LEASE)) is not None:
        if delivery.unknowns > REPEATS:
            error = "handed over twice, and nobody knows whether it arrived: it is not sent a third time"
            outbox.settle(delivery, clock(), sent=False, error=error, unknown=True)
            yield Sent(recipient=delivery.recipient, error=error, unknown=True)
            continue
        ended = _one(outbox, delivery, hand, clock, until)
        dead = dead + 1 if isinstance(ended, _Dead) else 0
        if ended is not None:
            yield ended


class _Dead(Sent):
    """A row that failed since the server cannot be reached at all."""


def _one(
    outbox: Outbox,
    delivery: Delivery,
    hand: Callable[[Delivery, Callable[[], None]], str],
    clock: Callable[[], datetime],
    until: datetime,
) -> Sent | None:
    to = delivery.recipient
    try:
        unwanted = hand(delivery, lambda: outbox.hand_over(delivery, clock()))
    except Overtaken:
        return None  # the row is another worker's now, and so is the word on how it ends
    except Refused as fault:
        outbox.settle(delivery, clock(), sent=False, error=str(fault))
        return Sent(recipient=to, error=str(fault), gone=fault.gone)
    except Undelivered as fault:
        now = clock()
        again = delivery.unknowns < REPEATS if fault.maybe else now < until
        retry_at = now + pause(delivery.attempt) if again else None
        outbox.settle(delivery, now, sent=False, error=str(fault), retry_at=retry_at, unknown=fault.maybe)
        kind = _Dead if fault.everyone else Sent
        return kind(recipient=to, error=str(fault), again=again, unknown=fault.maybe and not again)
    if unwanted:
        outbox.settle(delivery, clock(), sent=False, error=unwanted)
        return Sent(recipient=to, error=unwanted, unwanted=True)
    outbox.settle(delivery, clock(), sent=True)
    return Sent(recipient=to)
