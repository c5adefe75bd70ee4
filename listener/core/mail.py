"""What is sent to one person, and its row in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail to one person, dressed and ready; `message_id` is fixed before the first attempt and never changes."""

    sender: str  # "Listener <listener@example.org>"
    to: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    headers: Sequence[tuple[str, str]] = ()  # further headers, values made by us only


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient's row of the outbox, claimed for sending."""

    id: int
    recipient: str
    message_id: str
    attempt: int  # 1 for the first
    digest: int  # id of the frozen snapshot it belongs to
