"""What is sent to one person, its row in the outbox, and what that person chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from listener.core.values import dataclass

EVERY = "*"  # stands for every digest in a person's choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail to one person, dressed and ready; `message_id` is fixed before the first attempt and never changes."""

    sender: str  # "Listener <listener@example.org>"
    to: str
    subject: str
    text: str
    html: str  # "" for a mail of plain text
    message_id: str
    date: datetime
    headers: Sequence[tuple[str, str]] = ()  # further headers, values made by us only


class State(StrEnum):
    """Where a row of an outbox stands. SENDING past its lease means that its worker is dead."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"  # given up: refused, too old, or no longer wanted
    UNKNOWN = "unknown"  # handed over twice, and nobody knows how either ended: not tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient's row of an outbox, claimed for sending."""

    id: int
    recipient: str
    message_id: str
    attempt: int  # 1 for the first
    parent: int  # id of the frozen snapshot it belongs to
    unknowns: int = 0  # earlier attempts of which nobody knows whether they arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person wants of a digest: whether to get it at all, and in which language ("" for the digest's own)."""

    active: bool = True
    language: str = ""
    reason: str = ""  # "asked", or a mail server's words


def same_address(address: str) -> str:
    """An address as it is compared: servers tell no capitals apart, whatever the standard allows them."""
    return address.strip().casefold()
