"""Emptying an outbox: each row once, and never a third time where nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from listener.core.errors import Overtaken
from listener.core.mail import Delivery
from listener.jobs.sending import REPEATS, Sent, empty
from tests.builders import NOON


@dataclass
class Rows:
    """An outbox of rows in memory; `stolen` are those that another worker takes while we send."""

    waiting: list[Delivery]
    stolen: frozenset[str] = frozenset()
    ended: dict[str, tuple[bool, bool]] = field(default_factory=dict)

    def claim(self, parent: int, now: datetime, *, lease: timedelta) -> Delivery | None:
        """The next row."""
        return self.waiting.pop(0) if self.waiting else None

    def hand_over(self, delivery: Delivery, now: datetime) -> None:
        """Refuse where the row is no longer ours."""
        if delivery.recipient in self.stolen:
            raise Overtaken("another worker's")

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
        """Remember how it ended."""
        self.ended[delivery.recipient] = sent, unknown


def row(to: str, unknowns: int = 0) -> Delivery:
    """A claimed row."""
    return Delivery(id=1, recipient=to, message_id=f"<{to}>", attempt=1, parent=1, unknowns=unknowns)


def sent(rows: Rows) -> list[Sent]:
    """What came of a server that takes everything."""

    def hand(delivery: Delivery, handing: Callable[[], None]) -> str:
        handing()
        return ""

    return list(empty(rows, 1, hand, lambda: NOON, until=NOON + timedelta(days=3)))


def test_what_may_have_arrived_twice_is_not_sent_a_third_time() -> None:
    """It is given up, and says so; the rows behind it are sent."""
    rows = Rows([row("a", unknowns=REPEATS + 1), row("b")])
    first, second = sent(rows)
    assert first.unknown
    assert "nobody knows" in first.error
    assert second == Sent(recipient="b")
    assert rows.ended == {"a": (False, True), "b": (True, False)}


def test_a_row_that_is_another_workers_by_now_is_his() -> None:
    """Nothing is sent, nothing is said of it, and the next row is ours."""
    rows = Rows([row("a"), row("b")], stolen=frozenset({"a"}))
    assert sent(rows) == [Sent(recipient="b")]
    assert rows.ended == {"b": (True, False)}
